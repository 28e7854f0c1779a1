"""Logs: one line per unit of work; JSON for machines, readable on a terminal."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final, TextIO, cast

import orjson
import structlog

from service import times
from service.tracing import trace

if TYPE_CHECKING:
    from collections.abc import Callable

#: digits of a long number, but its first three and its last two
_MIDDLE: Final = re.compile(r"(?<=\d\d\d)\d(?=\d{2})")
#: a telephone number: area code first, the last two digits second
_NUMBER: Final = re.compile(r"(?<!\d)((?:\+?1[\s().\-/]*)?[2-9]\d\d)[\s().\-/]*\d{3}[\s().\-/]*\d\d(\d\d)(?!\d)")
#: what could end a line of a terminal, move in it or turn it around
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class _Heedless:
    """A file that may be full, or have nobody at its other end: what is done goes on, also where it cannot be told."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> None:
        """Write, if that can be."""
        with suppress(OSError, ValueError):
            self._file.write(text)

    def flush(self) -> None:
        """Flush, if that can be."""
        with suppress(OSError, ValueError):
            self._file.flush()


def masked(text: str) -> str:
    """Return a text in which telephone numbers cannot be read: area code and the last two digits stay."""
    return masked_numbers(_MIDDLE.sub("*", text))


def masked_numbers(text: str) -> str:
    """Mask telephone numbers alone, in any notation: other long numbers, such as an account's, stay."""
    return _NUMBER.sub(r"\1*****\2", text)


def configure(process: str, level: int = logging.INFO) -> None:
    """Set up logging for a process; what libraries say comes in the same form, at warning and above."""
    shared: list[structlog.types.Processor] = [
        _of_process(process),
        traced,
        structlog.processors.add_log_level,
        stamped,
    ]
    render: list[structlog.types.Processor] = [
        structlog.processors.format_exc_info,
        _in_order,
        structlog.processors.JSONRenderer(serializer=_written),
    ]
    if sys.stderr.isatty():
        # plain tracebacks everywhere: rich ones print local variables, and a passcode may be one
        render = [_in_one_line, structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    structlog.configure(
        processors=[*shared, *render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", _Heedless(sys.stderr))),
        cache_logger_on_first_use=True,
    )
    _take_in_libraries(shared, render)


def _of_process(name: str) -> structlog.types.Processor:
    """Return what names the process in each line."""

    def named(_logger: object, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
        event["process"] = name
        return event

    return named


def traced(_logger: object, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Name the trace under which something is told: the order's, the request's, or that of the work by itself."""
    place = trace.current()
    if place is not None:
        event.setdefault("trace", place.id)
    return event


def _written(event: structlog.types.EventDict, default: Callable[[object], object]) -> str:
    """Write JSON in ASCII: a terminal that shows a file of lines obeys what a caller has sent otherwise."""
    with suppress(TypeError):
        # what a dataclass leaves out of its repr stays out of here
        line = orjson.dumps(event, default=default, option=orjson.OPT_PASSTHROUGH_DATACLASS)
        if line.isascii():
            return line.decode()
    return json.dumps(event, default=default, separators=(",", ":"))


def stamped(_logger: object, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Say when it was told."""
    event["timestamp"] = times.stamp(time.time_ns())
    return event


def _in_order(_logger: object, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Put first what a person looks for first."""
    return {**{name: event[name] for name in ("timestamp", "level", "event") if name in event}, **event}


def _in_one_line(_logger: object, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Write control characters as escapes: the terminal's renderer leaves those that stand in a single word."""
    return {name: _escaped(value) if isinstance(value, str) else value for name, value in event.items()}


def _escaped(text: str) -> str:
    return _CONTROL.sub(lambda found: ascii(found[0])[1:-1], text.rstrip("\n"))


def _take_in_libraries(shared: list[structlog.types.Processor], render: list[structlog.types.Processor]) -> None:
    handler = logging.StreamHandler(sys.stderr)
    named: structlog.types.Processor = structlog.stdlib.add_logger_name
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, named],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("rq").setLevel(logging.WARNING)
