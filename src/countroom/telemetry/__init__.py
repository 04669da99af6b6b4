"""What the hub says of itself: log lines and metrics. Never a personal value, never an id as a label."""
