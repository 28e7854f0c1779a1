"""The server behind the store: how it is reached, how long its silence is borne, whether it keeps what we promise."""
