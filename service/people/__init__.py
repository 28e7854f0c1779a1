"""Commands for people: they speak to the API with a token, as any other client does, and never to Redis."""
