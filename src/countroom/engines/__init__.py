"""What drives the fold: shard processes on one machine."""
