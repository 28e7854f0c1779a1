"""Exit codes of every command."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command ends with."""

    #: done, and nothing is wrong
    OK = 0
    #: something is wrong, or could not be done, or an order ended otherwise than complete: the output says what
    WRONG = 1
    #: a setting or an argument is wrong; nothing was done
    USAGE = 2
    #: the API refused it: another request may be accepted, the same one will not
    REFUSED = 3
    #: the API is away, or it took too long: try later
    UNAVAILABLE = 4
    #: only a person can decide what becomes of the order
    ATTENTION = 5
    #: nobody reads the output any more; what a shell says of SIGPIPE
    UNREAD = 141
