"""Bandwidth, our neighbour: its connection, its tokens, its callbacks' documents, its subscriptions."""
