"""Logs: one line per unit of work; JSON for machines, readable on a terminal."""

from __future__ import annotations

import logging
import re
import sys
from typing import Final

import structlog

#: digits of a long number, but its first three and its last two
_MIDDLE: Final = re.compile(r"(?<=\d\d\d)\d(?=\d{2})")


def masked(text: str) -> str:
    """Return a text in which telephone numbers cannot be read: area code and the last two digits stay."""
    return _MIDDLE.sub("*", text)


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
        render = [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
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
