"""The receiver that the README shows, run as it is printed: it takes what we sign, and answers 400 to all else."""

from __future__ import annotations

import contextlib
import http.client
import re
import sys
import threading
from datetime import UTC, datetime, timedelta
from http.server import HTTPServer
from pathlib import Path

from service.outgoing.signing import headers_of, new_secret

README = (Path(__file__).parents[2] / "README.md").read_text()
(RECEIVER,) = re.findall(r"```python\n(import base64, .*?)\n\nhttp\.server\.HTTPServer", README, re.DOTALL)
SECRET, BODY = new_secret(), b'{"type":"ping"}'
LENGTH = {"Content-Length": str(len(BODY))}


def refused(signed, now):
    """Requests that are not ours, by what is wrong with them."""
    return {
        "no headers": {},
        "no length": signed,
        "a length that is none": signed | {"Content-Length": "many"},
        "a length below nothing": signed | {"Content-Length": "-1"},
        **{f"no {name}": {each: signed[each] for each in signed if each != name} | LENGTH for name in signed},
        "another's signature": headers_of("evt_1", now, BODY, [new_secret()]) | LENGTH,
        "another event": signed | {"webhook-id": "evt_2"} | LENGTH,
        "another time": signed | {"webhook-timestamp": "soon"} | LENGTH,
        "a signature that is none": signed | {"webhook-signature": "v1,\u00e9 v1 ,"} | LENGTH,
        "too old": headers_of("evt_1", now - timedelta(minutes=6), BODY, [SECRET]) | LENGTH,
    }


@contextlib.contextmanager
def receiving(monkeypatch):
    """A receiver that runs as the README starts it, but for its port; gives its address, and ends once it has told."""
    monkeypatch.setattr(sys, "argv", ["receiver.py", SECRET])
    shown = {}
    exec(compile(RECEIVER, "receiver.py", "exec"), shown)
    with HTTPServer(("127.0.0.1", 0), shown["Receiver"]) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_address
        server.shutdown()
        thread.join()


def posted(address, headers):
    """The status that a body with these headers is answered with, and no other."""
    connection = http.client.HTTPConnection(*address, timeout=5)
    connection.putrequest("POST", "/")
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders(BODY if headers.get("Content-Length", "").isdecimal() else None)
    status = connection.getresponse().status
    connection.close()
    return status


def test_what_is_signed_is_verified_and_all_else_is_400(monkeypatch, capsys):
    now = datetime.now(UTC)
    signed = headers_of("evt_1", now, BODY, [new_secret(), SECRET])
    wrong = refused(signed, now)
    with receiving(monkeypatch) as address:
        assert posted(address, signed | LENGTH) == 204
        assert {name: posted(address, headers) for name, headers in wrong.items()} == dict.fromkeys(wrong, 400)
    told = capsys.readouterr()
    assert told.out.splitlines() == [f"verified {BODY.decode()}", *["refused"] * len(wrong)]
    assert "Traceback" not in told.err
