"""What can be set: `countroom.toml` read into frozen records, and every mistake in it told at once."""
