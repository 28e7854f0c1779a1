"""A program: what a child process runs, and how it is started.

Children stand in process groups of their own, so that a terminal's Ctrl-C reaches their parent only; on Linux the
kernel kills them when the parent's thread that started them is gone.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from service.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_PR_SET_PDEATHSIG: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What one child runs; `name` is its own, `role` is what its pid is listed under, with others."""

    name: str
    role: str
    argv: Sequence[str]
    #: the whole environment; ours when None
    env: Mapping[str, str] | None = None
    directory: Path | None = None
    #: file that its output is added to; our own output when None
    log: Path | None = None
    #: file descriptors it inherits
    descriptors: tuple[int, ...] = ()
    #: programs of a higher stage are ended first
    stage: int = 0
    #: started again whenever it ends
    lasts: bool = True


def spawn(program: Program) -> subprocess.Popen[bytes]:
    """Start a program; raise Misconfigured when there is no such thing."""
    output = os.open(program.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600) if program.log else None
    try:
        return subprocess.Popen(  # noqa: S603  (our own programs)
            program.argv,
            env=program.env,
            cwd=program.directory,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=program.descriptors,
            process_group=0,
            preexec_fn=_bound_to_us(),  # noqa: PLW1509  (one thread, and the call was prepared before the fork)
        )
    except OSError as error:
        raise Misconfigured(f"{program.name} cannot be started: {error}") from error
    finally:
        if output is not None:
            os.close(output)


def _bound_to_us() -> Callable[[], None] | None:
    """Return what a child calls before it becomes its program, so that the kernel kills it when we are gone."""
    if sys.platform != "linux":
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()
    arguments = (_PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL))

    def bind() -> None:
        prctl(*arguments)
        if os.getppid() != parent:
            os._exit(1)

    return bind


def how_it_ended(exit_code: int) -> str:
    """Say an exit code as Popen gives it: a signal's is negative."""
    if exit_code >= 0:
        return f"ended with exit code {exit_code}"
    try:
        return f"was ended by {signal.Signals(-exit_code).name}"
    except ValueError:
        return f"was ended by signal {-exit_code}"
