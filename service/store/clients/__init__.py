"""Named clients in the store: made, changed and read; outside every account."""
