"""Users' type checkers know the client: what is right passes mypy --strict, what is wrong does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_a_program_that_uses_the_client_passes_mypy_strict(tmp_path):
    program = tmp_path / "program.py"
    program.write_text((Path(__file__).parent / "typed_program.py").read_text())
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", str(tmp_path / "cache"), program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("Success: no issues found in 1 source file\n", "")
