"""Endpoints: where other services are told of events, what was brought there, and what can be done about it."""
