"""Many orders from one body: its rows are read and validated as they come, grouped by equal settings, and planned."""
