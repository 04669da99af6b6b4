"""Where things are kept: the peers of the storing ports."""
