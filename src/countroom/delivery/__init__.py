"""The wires to partners, one file per transport."""
