"""What servers are told to do, as MONITOR shows it: which scripts ran, and on which keys beside their own slot's."""

from __future__ import annotations

import re
import socket
import threading
from typing import Final

from redis.crc import key_slot

from service.store import script

_LINE: Final = re.compile(r"^\+[\d.]+ \[\d+ (\S+)\] (.*)$")
_WORD: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
_KEY: Final = re.compile(r'\{[^{}"\s]+\}:')
#: what scripts call that names no key
_KEYLESS: Final = {"time"}


class Spoken:
    """Listens to servers while it is entered; afterwards `scripts` and `strays` tell."""

    def __init__(self, *nodes):
        self._nodes = nodes
        self.scripts = set()
        self.strays = []

    def __enter__(self):
        self._sockets = [socket.create_connection(("127.0.0.1", each.port)) for each in self._nodes]
        self._heard = [bytearray() for _ in self._nodes]
        for each in self._sockets:
            each.sendall(b"MONITOR\r\n")
            assert each.recv(5, socket.MSG_WAITALL) == b"+OK\r\n"
        pairs = zip(self._sockets, self._heard, strict=True)
        self._threads = [threading.Thread(target=_listen, args=pair) for pair in pairs]
        for each in self._threads:
            each.start()
        return self

    def __exit__(self, *_):
        for each in self._nodes:
            each.ask("ECHO", "the end of what is heard")
        for each in self._threads:
            each.join(10)
        for each in self._sockets:
            each.close()
        for each in self._heard:
            self._read(each.decode(errors="replace"))

    def _read(self, heard):
        names = {each.sha: each.name for each in vars(script).values() if isinstance(each, script.Script)}
        own, name = None, None
        for line in heard.split("\r\n"):
            if (found := _LINE.match(line)) is None:
                continue
            who, words = found[1], _WORD.findall(found[2])
            command = words[0].lower()
            if who != "lua":
                own, name = None, None
                if command in {"evalsha", "eval"}:
                    name = names.get(words[1], "eval")
                    self.scripts.add(name)
                    own = {_slot(each) for each in words[3 : 3 + int(words[2])]}
            elif command not in _KEYLESS:
                keys = [each for each in words[1:] if _KEY.match(each)]
                if {_slot(each) for each in keys} != own:
                    self.strays.append((name, words[:3]))


def _listen(server, heard):
    while b"the end of what is heard" not in heard[-300:]:
        some = server.recv(1 << 20)
        if not some:
            return
        heard += some


def _slot(key):
    return key_slot(key.encode())
