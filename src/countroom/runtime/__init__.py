"""The hub put together: the one place that names adapters, and the supervisor over its processes."""
