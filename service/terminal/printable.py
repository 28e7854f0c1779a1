"""Text of others on a terminal: it may be read, and it does nothing."""

from __future__ import annotations


def one_line(text: str) -> str:
    """Keep a text to one line, and a terminal from doing what somebody's text says."""
    return "".join(each if each.isprintable() else "?" for each in text)


def block(text: str) -> str:
    """Keep a text of several lines, such as XML, from doing anything but going on to the next line."""
    return "\n".join(one_line(line.expandtabs()) for line in text.splitlines())
