"""Bandwidth's free text about the last callback."""

from __future__ import annotations

import pytest

from service.bandwidth.callback_status import fails


@pytest.mark.parametrize(
    "status",
    [
        "",
        "READY",
        "200 OK",
        "200 OK error=0, no failures",
        "  201 Created",
        "204",
        "HTTP/1.1 200 OK",
        "some message containing status code and response body of last callback",
        "last callback: 200",
        "2,000 callbacks delivered",
    ],
)
def test_a_callback_that_arrived_or_never_was_is_no_failure(status):
    assert not fails(status)


@pytest.mark.parametrize(
    "status",
    [
        "401 Unauthorized (notification not sent)",
        "404",
        "503 Service Unavailable 200 of them",
        "301 Moved Permanently",
        "HTTP/1.1 502 Bad Gateway",
        "ConnectError: All connection attempts failed",
        "java.net.ConnectException: Connection refused 127.0.0.1:8080",
        "SSLHandshakeException",
        "Read timed out after 200 ms",
        "last callback was answered 404",
    ],
)
def test_a_callback_that_was_refused_or_never_arrived_is_a_failure(status):
    assert fails(status)
