"""The XML front: Bandwidth's own paths and shapes, so that clients written for Bandwidth run against us unchanged."""
