"""Logs: one line per unit of work; JSON for machines, readable on a terminal."""

from __future__ import annotations

import logging
import re
import sys
from typing import Final

import structlog

#: digits of a long number, but its first three and its last two
_MIDDLE: Final = re.compile(r"(?<=\d\d\d)\d(?=\d{2})")
#: a telephone number: area code first, the last two digits second
_NUMBER: Final = re.compile(r"(?<!\d)((?:\+?1[\s().\-/]*)?[2-9]\d\d)[\s().\-/]*\d{3}[\s().\-/]*\d\d(\d\d)(?!\d)")
#: what could end a line of a terminal, move in it or turn it around
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def masked(text: str) -> str:
    """Return a text in which telephone numbers cannot be read: area code and the last two digits stay."""
    return masked_numbers(_MIDDLE.sub("*", text))


def masked_numbers(text: str) -> str:
    """Mask telephone numbers alone, in any notation: other long numbers, such as an account's, stay."""
    return _NUMBER.sub(r"\1*****\2", text)


def configure(process: str, level: int = logging.INFO) -> None:
    """Set up logging for a process; what libraries say comes in the same form, at warning and above."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    render: list[structlog.types.Processor] = [
        structlog.processors.format_exc_info,
        _in_order,
        structlog.processors.JSONRenderer(),
    ]
    if sys.stderr.isatty():
        # plain tracebacks everywhere: rich ones print local variables, and a passcode may be one
        render = [_in_one_line, structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    structlog.configure(
        processors=[*shared, *render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    _take_in_libraries(shared, render)


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
