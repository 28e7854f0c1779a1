"""The spool: what was kept is committed by somebody, whatever dies in between; what cannot be read is told and kept."""

from __future__ import annotations

import asyncio
import errno
import os
import subprocess
import sys
import textwrap
from functools import partial

import orjson
import pytest
import rig
from spooling import KEY, Store, keys, news, spool

from service.errors import Misconfigured, NotSpooled
from service.sealing import Sealer
from service.spool import directory, draining, entry
from service.spool import file as files
from service.spool.directory import Waiting
from service.spool.draining import Drainer

OTHER_KEY = "cd" * 32


pytestmark = pytest.mark.usefixtures("logs")


@pytest.fixture
def store():
    return Store()


async def leave(folder, *numbers, key=KEY):
    """Leave a file as a process that died would; returns its path."""
    before = set(directory.files(folder))
    dead = spool(folder, key)
    for each in numbers:
        await dead.keep(news(each))
    await dead.close()
    (path,) = set(directory.files(folder)) - before
    return path


async def drain(folder, store, key=KEY):
    """Have one round as a process that lives a moment."""
    alive = spool(folder, key)
    try:
        await Drainer(alive, store.commit).round()
    finally:
        await alive.close()


async def is_empty(folder):
    return not directory.files(folder)


def events(logs):
    return [each["event"] for each in logs]


async def test_what_a_dead_process_kept_is_committed_as_it_was_and_its_file_removed(tmp_path, logs):
    said, heard = [news(1, message="né 😀\n\x85"), news(2, status=None, bandwidth_order_id="b")], []
    dead = spool(tmp_path)
    for each in said:
        await dead.keep(each)
    await dead.close()

    async def commit(each):
        heard.append(each)

    alive = spool(tmp_path)
    await Drainer(alive, commit).round()
    await alive.close()

    assert heard == said
    assert list(tmp_path.iterdir()) == []
    assert [(each["event"], each["entries"]) for each in logs] == [("spool.drained", 2)]


async def test_on_disk_nothing_can_be_read_and_only_its_owner_may_try(tmp_path):
    path = await leave(tmp_path, 1, 2)

    stored = path.read_bytes()
    assert stored.count(b"\n") == 2
    assert not [each for each in (b"201555", b"COMPLETE", b"9900000", b"about") if each in stored]
    assert path.stat().st_mode & 0o777 == 0o600


async def test_the_file_of_a_live_process_is_its_own(tmp_path, store):
    alive = spool(tmp_path)
    await alive.keep(news(1))

    await drain(tmp_path, store)
    assert store.tried == []

    await Drainer(alive, store.commit).round()
    assert store.kept == keys(1)
    assert list(tmp_path.iterdir()) == []
    await alive.keep(news(2))
    assert len(directory.files(tmp_path)) == 1
    await alive.close()


async def test_callbacks_that_arrive_together_share_an_fsync(tmp_path, monkeypatch, store):
    synced = []
    monkeypatch.setattr(files.os, "fsync", synced.append)
    alive = spool(tmp_path)

    await asyncio.gather(*(alive.keep(news(each)) for each in range(100)))

    # the directory's, and at most two of the file
    assert len(synced) <= 3
    await Drainer(alive, store.commit).round()
    assert sorted(store.kept) == sorted(keys(*range(100)))
    await alive.close()


async def test_two_drainers_at_once_commit_every_entry_once(tmp_path, store):
    for first in range(0, 60, 10):
        await leave(tmp_path, *range(first, first + 10))

    await asyncio.gather(*(drain(tmp_path, store) for _ in range(2)))

    assert sorted(store.kept) == sorted(keys(*range(60)))
    assert list(tmp_path.iterdir()) == []


async def test_a_torn_last_entry_is_told_and_the_others_are_committed(tmp_path, store, logs):
    path = await leave(tmp_path, 1, 2, 3)
    os.truncate(path, path.stat().st_size - 7)

    await drain(tmp_path, store)

    assert store.kept == keys(1, 2)
    assert list(tmp_path.iterdir()) == []
    assert events(logs) == ["spool.drained", "spool.torn"]


@pytest.mark.parametrize(
    "damage", [b"\n", b"AAAA\n", b"\x00" * 300 + b"\n", b"\xff\xfe\n", b"not base64!\n", b"A" * 200_000 + b"\n"]
)
async def test_damage_in_the_middle_is_kept_aside_and_keeps_nothing_else_back(tmp_path, store, logs, damage):
    path = await leave(tmp_path, 1)
    later = await leave(tmp_path, 2)
    whole = path.read_bytes() + damage + later.read_bytes()
    later.unlink()
    path.write_bytes(whole)

    await drain(tmp_path, store)

    assert store.kept == keys(1, 2)
    (kept,) = tmp_path.iterdir()
    assert (kept.suffix, kept.read_bytes()) == (".unreadable", whole)
    assert [each["entries"] for each in logs if each["event"] == "spool.unreadable"] == [1]


async def test_entries_of_another_key_are_kept_aside_until_a_process_has_that_key(tmp_path, store, logs):
    path = await leave(tmp_path, 1, 2, key=OTHER_KEY)

    await drain(tmp_path, store)
    await drain(tmp_path, store)

    assert store.tried == []
    (aside,) = tmp_path.iterdir()
    assert [(each["event"], each["log_level"], each["entries"]) for each in logs] == [("spool.unreadable", "error", 2)]
    aside.rename(path)
    await drain(tmp_path, store, key=OTHER_KEY)
    assert store.kept == keys(1, 2)
    assert list(tmp_path.iterdir()) == []


async def test_a_file_without_entries_is_removed(tmp_path, store, logs):
    (tmp_path / f"1-ab{directory.SUFFIX}").touch()

    await drain(tmp_path, store)

    assert list(tmp_path.iterdir()) == []
    assert logs == []


def test_an_entry_of_another_version_is_read_and_what_is_no_callback_is_not():
    sealer = Sealer(KEY)

    def line(said):
        return sealer.seal(orjson.dumps(said).decode(), entry._PLACE).encode()

    assert entry.read(sealer, line({"account_id": "1", "key": "k", "more": 1})).status is None
    for said in ({"account_id": "1"}, [], None, {"account_id": "", "key": ""}):
        with pytest.raises(ValueError, match="not a callback"):
            entry.read(sealer, line(said))


async def test_a_full_file_takes_no_more_and_has_room_again_once_it_is_drained(tmp_path, store, logs):
    alive = spool(tmp_path, spool_bytes=100_000)
    results = await asyncio.gather(
        *(alive.keep(news(each, note="x" * 1000)) for each in range(100)), return_exceptions=True
    )

    refused = [each for each in results if each]
    assert {type(each) for each in refused} == {NotSpooled}
    assert 10 < len(refused) < 60
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 100_000
    assert events(logs) == ["spool.full"]
    await Drainer(alive, store.commit).round()
    assert len(store.kept) == 100 - len(refused)
    await alive.keep(news(1))
    await alive.close()


def out_of_room(monkeypatch, function):
    """Have a disk that takes half of the next write, or fails to flush it, and takes nothing after that."""
    right = getattr(os, function)

    def failing(descriptor, *data):
        if data:
            right(descriptor, data[0][: len(data[0]) // 2])
        monkeypatch.setattr(files.os, function, full)
        raise OSError(errno.ENOSPC, "No space left on device")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, function, failing)


@pytest.mark.parametrize("function", ["write", "fsync"])
async def test_a_full_disk_is_no_acknowledgement_and_harms_nothing_that_is_there(
    tmp_path, monkeypatch, store, logs, function
):
    alive = spool(tmp_path)
    await alive.keep(news(1))
    with monkeypatch.context() as patch:
        out_of_room(patch, function)
        for each in (2, 3, 4):
            with pytest.raises(NotSpooled, match="No space left"):
                await alive.keep(news(each))
    assert len(directory.files(tmp_path)) == 1
    await alive.keep(news(5))

    await Drainer(alive, store.commit).round()

    assert sorted(store.kept) == keys(1, 5)
    assert list(tmp_path.iterdir()) == []
    assert "spool.torn" not in events(logs)
    await alive.close()


async def test_a_directory_that_is_gone_is_no_acknowledgement_and_a_file_that_is_gone_is_made_again(tmp_path, store):
    alive = spool(tmp_path / "spool")
    with pytest.raises(NotSpooled):
        await alive.keep(news(1))
    (tmp_path / "spool").mkdir()
    await alive.keep(news(2))
    (path,) = directory.files(tmp_path / "spool")
    path.unlink()

    await alive.keep(news(3))

    assert (await alive.waiting()).entries == 1
    await Drainer(alive, store.commit).round()
    assert set(keys(3)) <= set(store.kept)
    assert list((tmp_path / "spool").iterdir()) == []
    await alive.close()


async def test_while_the_store_is_away_one_entry_is_tried_a_round_and_that_is_told_once(tmp_path, store, logs):
    await leave(tmp_path, *range(20))
    await leave(tmp_path, *range(20, 40))
    alive, store.away = spool(tmp_path), True
    drainer = Drainer(alive, store.commit)
    for _ in range(3):
        await drainer.round()

    assert len(store.tried) == 3
    assert events(logs) == ["spool.waiting"]
    store.away = False
    await drainer.round()
    assert sorted(store.kept) == sorted(keys(*range(40)))
    assert list(tmp_path.iterdir()) == []
    await alive.close()


async def test_an_entry_that_always_fails_keeps_no_other_from_its_turn_and_stays(tmp_path, store):
    await leave(tmp_path, *range(5))
    await leave(tmp_path, *range(5, 50))
    alive, store.poison = spool(tmp_path), frozenset(keys(0, 1, 7, 8))
    drainer = Drainer(alive, store.commit)
    for _ in range(6):
        await drainer.round()

    good = [f"k{each}" for each in range(50) if f"k{each}" not in store.poison]
    assert sorted(store.kept) == sorted(good)
    assert len(directory.files(tmp_path)) == 2
    store.poison = frozenset()
    for _ in range(2):
        await drainer.round()
    assert sorted(store.kept) == sorted(keys(*range(50)))
    assert list(tmp_path.iterdir()) == []
    await alive.close()


async def test_what_comes_while_its_file_is_drained_is_neither_lost_nor_removed(tmp_path, store):
    alive, more = spool(tmp_path), iter(range(1, 40))

    async def commit(said):
        await store.commit(said)
        for each in [number for number in [next(more, None)] if number]:
            await alive.keep(news(each))

    await alive.keep(news(0))
    drainer = Drainer(alive, commit)
    while directory.files(tmp_path):
        await drainer.round()

    assert sorted(store.kept) == sorted(keys(*range(40)))
    await alive.close()


async def test_a_round_that_is_cancelled_forgets_nothing(tmp_path, store):
    await leave(tmp_path, *range(10))
    alive, stuck = spool(tmp_path), asyncio.Event()

    async def hang(said):
        store.tried.append(said.key)
        stuck.set()
        await asyncio.Event().wait()

    round_ = asyncio.create_task(Drainer(alive, hang).round())
    await stuck.wait()
    round_.cancel()
    await asyncio.wait({round_})

    await Drainer(alive, store.commit).round()
    assert sorted(store.kept) == sorted(keys(*range(10)))
    await alive.close()


async def test_a_drainer_that_dies_before_the_file_is_removed_only_repeats(tmp_path, store):
    await leave(tmp_path, *range(5))
    store.poison = frozenset(keys(4))
    await drain(tmp_path, store)
    store.poison = frozenset()

    await drain(tmp_path, store)

    assert sorted(store.kept) == sorted([*keys(*range(4)), *keys(*range(5))])
    assert list(tmp_path.iterdir()) == []


async def test_while_it_is_entered_it_drains_at_once_when_the_store_is_back_and_once_more_at_its_end(
    tmp_path, store, monkeypatch
):
    monkeypatch.setattr(draining, "ROUND_SECONDS", 1000.0)
    monkeypatch.setattr(draining, "REST_SECONDS", 0.0)
    alive, store.away = spool(tmp_path), True
    async with draining.draining(alive, store.commit):
        await alive.keep(news(1))
        store.away = False
        alive.store_is_back()
        await rig.until(partial(is_empty, tmp_path))
        await alive.keep(news(2))

    assert store.kept == keys(1, 2)
    assert list(tmp_path.iterdir()) == []
    await alive.close()


async def test_at_its_end_a_store_that_hangs_is_left_and_so_is_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(draining, "LAST_SECONDS", 0.05)
    await leave(tmp_path, 1)
    alive = spool(tmp_path)

    async def hang(_said):
        await asyncio.Event().wait()

    async with draining.draining(alive, hang):
        pass
    await alive.close()

    store = Store()
    await drain(tmp_path, store)
    assert store.kept == keys(1)


async def test_what_nobody_foresaw_ends_no_drainer(tmp_path, store, monkeypatch, logs):
    monkeypatch.setattr(draining, "ROUND_SECONDS", 0.0)
    monkeypatch.setattr(draining, "REST_SECONDS", 0.0)
    alive, rounds = spool(tmp_path), Drainer.round

    async def fails_once(self):
        monkeypatch.setattr(Drainer, "round", rounds)
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Drainer, "round", fails_once)
    async with draining.draining(alive, store.commit):
        await alive.keep(news(1))
        await rig.until(partial(is_empty, tmp_path))

    assert events(logs)[0] == "spool.failed"
    assert store.kept == keys(1)
    await alive.close()


async def test_what_waits_can_be_counted(tmp_path):
    await leave(tmp_path, 1, 2)
    (tmp_path / f"old{directory.ASIDE}").touch()
    alive = spool(tmp_path)
    await alive.keep(news(3))

    size = sum(path.stat().st_size for path in directory.files(tmp_path))
    assert await alive.waiting() == Waiting(entries=3, bytes=size, aside=1)
    await alive.close()


def killed_after(lines, script):
    """Kill a script once it has written that many numbers; return all it wrote."""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as writer:
        written = [writer.stdout.readline() for _ in range(lines)]
        writer.kill()
        written += writer.stdout.readlines()
    return [int(each) for each in written if each.endswith("\n")]


async def test_a_writer_killed_at_any_moment_has_acknowledged_nothing_that_is_lost(tmp_path, store):
    script = f"""
        import asyncio, itertools, sys
        sys.path[:0] = {[str(path) for path in sys.path]!r}
        from spooling import news, spool

        async def keep(alive, number):
            await alive.keep(news(number))
            print(number, flush=True)

        async def main():
            alive, numbers = spool({str(tmp_path)!r}), itertools.count()
            while True:
                await asyncio.gather(*(keep(alive, next(numbers)) for _ in range(7)))

        asyncio.run(main())
    """
    acknowledged = set()
    for moment in (1, 5, 17, 40):
        acknowledged |= {f"k{each}" for each in killed_after(moment, textwrap.dedent(script))}
        await drain(tmp_path, store)
        assert acknowledged <= set(store.kept)
        assert list(tmp_path.iterdir()) == []
    assert len(acknowledged) >= 40


def test_a_directory_that_is_missing_is_made_and_one_that_cannot_be_written_is_refused_in_a_sentence(tmp_path):
    directory.check("")
    directory.check(str(tmp_path / "a" / "b"))
    assert list((tmp_path / "a" / "b").iterdir()) == []
    (tmp_path / "file").touch()

    for path in (tmp_path / "file", tmp_path / "file" / "below", "/proc/spool"):
        with pytest.raises(Misconfigured, match=f"TRACKER_SPOOL_DIR: {path} cannot be written to .*: give"):
            directory.check(str(path))
