"""Whether spans go to a collector: when OpenTelemetry's own variables ask for it, and its packages are installed.

They are the extra `otel`; nothing of them is imported before somebody asks.
"""

from __future__ import annotations

import os
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

import structlog

from service.tracing.spans import COLLECTOR

if TYPE_CHECKING:
    from collections.abc import Mapping

#: any of these says where a collector is
_ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_NEEDED: Final = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")

log = structlog.get_logger()


def start(process: str, environment: Mapping[str, str] = os.environ) -> None:
    """Begin to collect in this process, named as its log lines are, if the environment asks for it."""
    wanted = _wanted(environment)
    if wanted in (None, "none"):
        return
    if wanted != "otlp":
        do = "set OTEL_TRACES_EXPORTER to otlp or none, and OTEL_EXPORTER_OTLP_PROTOCOL to http/protobuf"
        log.warning("tracing.off", why=f"spans go by otlp over http/protobuf only, not by {wanted}", do=do)
    elif not _is_installed():
        do = "install the extra: pip install 'bandwidth-order-tracker[otel]'; an image: build it with PACKAGES=otel"
        log.warning("tracing.off", why="OTEL_* asks for traces, and OpenTelemetry is not installed", do=do)
    else:
        COLLECTOR.recorder = import_module("service.tracing.otel").Otel(process)


def end() -> None:
    """Bring what is left, within two seconds. Once is enough; a process that just exits does it by itself."""
    if COLLECTOR.recorder:
        COLLECTOR.recorder.close()


def _wanted(environment: Mapping[str, str]) -> str | None:
    """Return how spans are to leave this process; None where nobody asks."""
    if environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return None
    exporter = environment.get("OTEL_TRACES_EXPORTER", "").strip().lower()
    if not exporter:
        exporter = "otlp" if any(environment.get(each) for each in _ENDPOINTS) else "none"
    name = "OTEL_EXPORTER_OTLP_PROTOCOL"
    protocol = environment.get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") or environment.get(name) or "http/protobuf"
    return exporter if exporter != "otlp" or protocol == "http/protobuf" else protocol


def _is_installed() -> bool:
    try:
        return all(find_spec(each) for each in _NEEDED)
    except ModuleNotFoundError:
        return False
