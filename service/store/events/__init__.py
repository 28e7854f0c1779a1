"""The stream of events, who is told of them, and the deliveries."""
