"""Durable orders for telephone-number features at Bandwidth."""
