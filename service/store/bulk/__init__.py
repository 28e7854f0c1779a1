"""Batches in the store: a plan that is committed whole, its orders as they are accepted, and how they stand."""
