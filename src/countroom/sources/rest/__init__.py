"""Messages by HTTP: one request, one message, answered 200 only when it is durable."""
