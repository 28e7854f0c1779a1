"""The parts of a local run as programs: server, sandbox, API, workers, clock, and two that end by themselves."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service.local import server
from service.local.environment import ACCOUNT, Addresses, environment
from service.local.ports import Reserved, listen
from service.processes.program import Program

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator, Mapping, Sequence

    from service.local.directory import DataDirectory

#: where the search for the sandbox's port begins
SANDBOX_PORT: Final = 8180


@dataclass(frozen=True, slots=True)
class Parts:
    """Builds the programs of one run around its sockets."""

    directory: DataDirectory
    binary: str
    api_socket: socket.socket
    sandbox_socket: socket.socket
    server_port: Reserved
    addresses: Addresses
    environment: Mapping[str, str]

    @classmethod
    def chosen(cls, directory: DataDirectory, binary: str, api_port: int) -> Parts:
        """Choose the ports; they stay the same until the run ends."""
        api, sandbox, server_port = listen(api_port), listen(SANDBOX_PORT), Reserved()
        addresses = Addresses(api.getsockname()[1], sandbox.getsockname()[1], server_port.port)
        told = environment(addresses, directory.credentials, directory.spool)
        return cls(directory, binary, api, sandbox, server_port, addresses, told)

    def close(self) -> None:
        """Give the ports back."""
        for each in (self.api_socket, self.sandbox_socket, self.server_port):
            each.close()

    def server(self) -> Program:
        """Return the server; it starts first and ends last."""
        folder = self.directory.path / "server"
        log = self.directory.log / "server.log"
        return server.program(self.binary, self.addresses.server_port, folder, log, (self.directory.lock,))

    def others(self, workers: int) -> Iterator[Program]:
        """Yield all others that last."""
        sandbox = ("sandbox", "--accounts", ACCOUNT, "--data-dir", str(self.directory.path / "sandbox"))
        yield self._command("sandbox", "sandbox", sandbox, listens=self.sandbox_socket, stage=1)
        yield self._command("api", "api", ("api",), listens=self.api_socket, stage=2)
        for step in ("submit", "check"):
            for number in range(1, workers + 1):
                yield self._command(f"worker-{step}-{number}", "workers", ("worker", step), stage=2)
        # one carries all endpoints of an account at once, however slow they are
        yield self._command("worker-deliver-1", "workers", ("worker", "deliver"), stage=2)
        yield self._command("clock", "clock", ("clock",), stage=2)

    def task(self, name: str, *arguments: str) -> Program:
        """Return a program that runs once, `service.local.NAME`, and speaks on our terminal."""
        argv = (sys.executable, "-m", f"service.local.{name}", *arguments)
        return self._program(name, "task", argv, stage=3, lasts=False)

    def _command(
        self, name: str, role: str, command: Sequence[str], *, stage: int, listens: socket.socket | None = None
    ) -> Program:
        inherited = (listens.fileno(),) if listens else ()
        given = ("--fd", str(listens.fileno())) if listens else ()
        argv = (sys.executable, "-m", "service.cli", *command, *given)
        return self._program(name, role, argv, stage=stage, inherited=inherited, log=f"{name}.log")

    def _program(
        self,
        name: str,
        role: str,
        argv: Sequence[str],
        *,
        stage: int,
        inherited: tuple[int, ...] = (),
        log: str = "",
        lasts: bool = True,
    ) -> Program:
        return Program(
            name=name,
            role=role,
            argv=argv,
            env=self.environment,
            directory=self.directory.path,
            log=self.directory.log / log if log else None,
            descriptors=(self.directory.lock, *inherited),
            stage=stage,
            lasts=lasts,
        )
