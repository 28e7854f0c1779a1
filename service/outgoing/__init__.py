"""Outgoing events, our third neighbour: what is called, how it is signed, and what an endpoint can do to us."""
