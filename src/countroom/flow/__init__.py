"""The way of an event: each leg as a flow that knows ports, and neither library nor address."""
