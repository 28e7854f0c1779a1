"""A stand-in for Bandwidth's XML API, written from its documents; imports nothing else of this product."""
