"""The embedded engine: one process per shard."""
