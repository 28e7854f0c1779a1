from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest
import rig

from service.errors import Misconfigured
from service.processes import supervisor as supervising
from service.processes.program import Program, how_it_ended
from service.processes.supervisor import Supervisor


def sleeper(name="sleeper", **parts):
    return Program(**{"name": name, "role": "sleepers", "argv": ["sleep", "60"], **parts})


def shell(name, script, log, **parts):
    return sleeper(name, argv=["sh", "-c", script], log=log, **parts)


@pytest.fixture
def changes():
    return []


@pytest.fixture
def supervisor(changes):
    made = Supervisor(changes.append)
    yield made
    made.end(grace=0.0)


def until_changed(supervisor, changes, count):
    def enough():
        supervisor.tend()
        return len(changes) >= count

    rig.until_sync(enough)


def test_a_child_that_dies_is_started_again_and_said_so(supervisor, changes):
    supervisor.start(sleeper())
    (first,) = supervisor.pids()["sleepers"]
    os.kill(first, signal.SIGKILL)
    until_changed(supervisor, changes, 1)
    assert supervisor.pids() == {}
    until_changed(supervisor, changes, 2)
    (second,) = supervisor.pids()["sleepers"]
    assert second != first
    assert [str(change) for change in changes] == [
        "sleeper was ended by SIGKILL",
        f"sleeper was started again (pid {second})",
    ]


def test_a_child_that_dies_again_and_again_is_started_less_and_less_often(supervisor, changes):
    supervisor.start(sleeper(argv=["false"]))
    for deaths, wait in enumerate([0.1, 0.2, 0.4]):
        until_changed(supervisor, changes, 2 * deaths + 1)
        assert supervisor.pause() == pytest.approx(wait, abs=0.05)


def test_a_child_that_lived_long_enough_is_started_again_at_once(supervisor, changes, monkeypatch):
    monkeypatch.setattr(supervising, "HEALTHY_SECONDS", 0.0)
    supervisor.start(sleeper(argv=["false"]))
    for deaths in range(3):
        until_changed(supervisor, changes, 2 * deaths + 1)
        assert supervisor.pause() <= 0.1


def test_a_program_that_runs_once_keeps_its_exit_code(supervisor, changes):
    supervisor.start(sleeper(argv=["sh", "-c", "exit 7"], lasts=False))

    def code():
        supervisor.tend()
        return supervisor.exit_code("sleeper")

    assert rig.until_sync(code) == 7
    assert changes == []
    assert supervisor.pause() == 1.0


def test_pids_are_listed_by_role(supervisor):
    supervisor.start(sleeper("one"), sleeper("two"), sleeper("other", role="others"))
    assert [len(pids) for pids in supervisor.pids().values()] == [2, 1]


def test_each_child_has_a_process_group_of_its_own(supervisor):
    supervisor.start(sleeper())
    (pid,) = supervisor.pids()["sleepers"]
    assert os.getpgid(pid) == pid


def test_the_highest_stage_ends_first(supervisor, tmp_path):
    log = tmp_path / "log"
    script = "trap 'echo {0} ended; exit' TERM; echo {0} began; while :; do sleep 0.02; done"
    supervisor.start(*(shell(f"{stage}", script.format(stage), log, stage=stage) for stage in (0, 2, 1)))
    rig.until_sync(lambda: log.exists() and log.read_text().count("began") == 3)
    supervisor.end()
    assert log.read_text().split("\n")[3:] == ["2 ended", "1 ended", "0 ended", ""]
    assert supervisor.pids() == {}


def test_a_child_that_will_not_end_is_killed(supervisor, tmp_path):
    log = tmp_path / "log"
    supervisor.start(shell("stubborn", "trap '' TERM; echo began; while :; do sleep 0.02; done", log))
    rig.until_sync(lambda: log.exists() and log.read_text())
    (pid,) = supervisor.pids()["sleepers"]
    began = time.monotonic()
    supervisor.end(grace=0.2)
    assert 0.2 <= time.monotonic() - began < 10
    assert not rig.is_alive(pid)


def test_an_ended_supervisor_starts_nothing_again(supervisor, changes):
    supervisor.start(sleeper())
    supervisor.end()
    supervisor.tend()
    assert (changes, supervisor.pids(), supervisor.pause()) == ([], {}, 1.0)


def test_a_program_that_does_not_exist_is_named(supervisor):
    with pytest.raises(Misconfigured, match=r"sleeper cannot be started: .*no-such-program"):
        supervisor.start(sleeper(argv=["/no-such-program"]))


def test_output_goes_to_a_file_that_only_its_owner_reads(supervisor, tmp_path):
    log = tmp_path / "log"
    supervisor.start(shell("talker", "echo out; echo err >&2; exec sleep 60", log))
    rig.until_sync(lambda: log.exists() and log.read_text() == "out\nerr\n")
    assert log.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("code", "said"),
    [(0, "ended with exit code 0"), (-15, "was ended by SIGTERM"), (-63, "was ended by signal 63")],
)
def test_an_exit_code_is_said_in_words(code, said):
    assert how_it_ended(code) == said


@pytest.fixture
def parent():
    """A process that supervises two sleepers, one of them a supervisor itself."""
    script = """
        import sys
        from service.processes.supervisor import Supervisor
        from service.processes.program import Program
        from service.processes.signals import Signals

        def watch(*programs):
            with Signals() as signals:
                supervisor = Supervisor(print)
                supervisor.start(*programs)
                print(*(pid for pids in supervisor.pids().values() for pid in pids), flush=True)
                supervisor.watch(signals)
                supervisor.end(signals)

        sleeper = Program(name="sleeper", role="sleepers", argv=["sleep", "60"])
        again = Program(name="again", role="again", argv=[sys.executable, __file__, "inner"])
        watch(sleeper) if len(sys.argv) > 1 else watch(sleeper, again)
    """
    return textwrap.dedent(script)


@pytest.mark.parametrize(
    "ending",
    [
        signal.SIGINT,
        signal.SIGTERM,
        pytest.param(
            signal.SIGKILL,
            marks=pytest.mark.skipif(sys.platform != "linux", reason="only Linux binds a child to its parent's life"),
        ),
    ],
)
def test_no_child_outlives_its_supervisor(parent, ending, tmp_path):
    (tmp_path / "parent.py").write_text(parent)
    command = [sys.executable, str(tmp_path / "parent.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        pids = [int(pid) for _ in range(2) for pid in process.stdout.readline().split()]
        process.send_signal(ending)
        assert process.wait(30) == (-9 if ending == signal.SIGKILL else 0)
    assert len(pids) == 3
    rig.until_sync(lambda: not any(rig.is_alive(pid) for pid in pids))
