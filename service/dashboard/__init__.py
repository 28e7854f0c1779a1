"""The dashboard: what people look at. Pages work without JavaScript; a little of it keeps them live."""
