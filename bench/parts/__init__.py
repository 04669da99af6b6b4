"""What the tables of bench/ share. Nothing here is run by itself."""
