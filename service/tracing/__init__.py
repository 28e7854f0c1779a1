"""Traces: which story a unit of work belongs to, for the log always, for a collector where one is asked for."""
