"""The first task of a run: waits until all parts work, then subscribes to the sandbox's callbacks; 0 when ready.

Started beside the parts: `python -m service.local.prepare WORKERS SINCE`.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from redis.exceptions import RedisError
from rq import Worker

from service import logs, wiring
from service import settings as environment
from service.bells import WORKS, queue
from service.errors import TrackerError, Unavailable
from service.store.server.connecting import connect_blocking
from service.store.subscribed import Memory
from service.subscribing import Subscriptions

if TYPE_CHECKING:
    from service.settings import Settings

#: seconds for all of it
PATIENCE: Final = 30.0
_LOOK_SECONDS: Final = 0.05


def main() -> int:
    """Return 0 when everything is ready; say what is not on stderr."""
    workers, since = int(sys.argv[1]), datetime.fromtimestamp(float(sys.argv[2]), UTC)
    deadline = time.monotonic() + PATIENCE
    try:
        settings = environment.load()
        # subscriptions that are made for the first time are no news on a terminal
        logs.configure("prepare", logging.WARNING)
        _await_api(settings, deadline)
        _await_workers(settings, workers, since, deadline)
        asyncio.run(_subscribe(settings))
    except TrackerError as error:
        sys.stderr.write(f"{error.detail}\n")
        return 1
    return 0


def _await_api(settings: Settings, deadline: float) -> None:
    """Ask once: the socket listens already, and holds the question until the API takes it."""
    host = urlsplit(str(settings.callback_base_url)).netloc
    connection = HTTPConnection(host, timeout=deadline - time.monotonic())
    try:
        connection.request("GET", "/livez")
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        raise Unavailable(f"The API did not start: {error}") from error
    finally:
        connection.close()
    if status != 200:  # noqa: PLR2004
        raise Unavailable(f"The API answered {status} when it was asked whether it lives.")


def _await_workers(settings: Settings, count: int, since: datetime, deadline: float) -> None:
    """Wait until so many workers of each queue have told RQ of their birth, in this run."""
    connection = connect_blocking(settings.queue_redis_url or settings.redis_url)
    try:
        for work in WORKS:
            needed = 1 if work == "deliver" else count
            while True:
                born = [worker.birth_date for worker in Worker.all(queue=queue(work, connection))]
                if sum(each is not None and each.replace(tzinfo=UTC) >= since for each in born) >= needed:
                    break
                if time.monotonic() > deadline:
                    raise Unavailable(f"No worker of the queue {work} has started within {PATIENCE:.0f} s.")
                time.sleep(_LOOK_SECONDS)
    except RedisError as error:
        raise Unavailable(f"The server did not answer: {error}") from error
    finally:
        connection.close()


async def _subscribe(settings: Settings) -> None:
    """Make sure that the sandbox calls us back about every kind."""
    desk = wiring.build(settings)
    try:
        held = Subscriptions(settings, desk.connection, desk.turns, Memory(desk.store))
        for account_id in settings.accounts:
            healing = await held.heal(account_id)
            if healing.refusal:
                raise healing.refusal
    finally:
        await desk.close()


if __name__ == "__main__":
    sys.exit(main())
