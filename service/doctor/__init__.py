"""The doctor: looks at all that an installation needs, and says of everything that is wrong what to do about it."""
