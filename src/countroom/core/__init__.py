"""What things are: ids, money, instants, envelopes, the canonical events, refusals. Pure."""
