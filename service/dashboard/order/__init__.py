"""The room of one order: its page, its life as a picture and a list, its XML, its numbers, retrying what failed."""
