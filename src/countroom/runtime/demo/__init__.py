"""The demonstration: a hub and a made-up casino beside each other, then every figure compared."""
