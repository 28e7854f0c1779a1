"""Holding every key of an account against its orders' records, and mending what differs."""
