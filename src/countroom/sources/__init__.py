"""In: what brings messages to the flow, one folder per way. No source knows another."""
