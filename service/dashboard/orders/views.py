"""Quick views: how many orders are in which state, each a link to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service.dashboard.orders import filters
from service.dashboard.showing import LOOKS
from service.kinds import shelf
from service.lifecycle import STEP_OF, State
from service.store import counting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from service.dashboard.showing import Look
    from service.store.server.connection import Store

#: ends that somebody asks about together: what went wrong, and why
_WRONG: Final = (State.FAILED, State.PARTIAL, State.REJECTED)
#: always shown, so that their zero is seen
_ALWAYS: Final = (State.NEEDS_ATTENTION,)


@dataclass(frozen=True, slots=True)
class View:
    """A state or a group of states: its count, and where its orders are."""

    text: str
    count: int
    href: str
    is_current: bool
    look: Look | None = None


async def read(store: Store, account_id: str, request: Request, path: str) -> list[View]:
    """Return the views of an account's orders, of the kinds that the address names; they lead to `path`."""
    named = dict.fromkeys(request.query_params.getlist("kind"))
    kinds = [each for each in named if each in shelf()] or sorted(shelf())
    counts = await counting.count(store, account_id, kinds)
    by_state = {state: sum(each.by_state[state] for each in counts.values()) for state in State}
    return list(_views(by_state, request, path))


def _views(by_state: Mapping[State, int], request: Request, path: str) -> Sequence[View]:
    chosen, others = request.query_params.getlist("state"), filters.kept(request, "state", "id", "newest")
    kinds = [item for item in others if item[0] == "kind"]

    def view(text: str, count: int, *words: str, look: Look | None = None) -> View:
        is_current = sorted(chosen) == sorted(words) and others == kinds
        query = [*kinds, *(("state", word) for word in words)]
        return View(text, count, filters.address_of(path, query), is_current, look)

    return [
        view("All", sum(by_state.values())),
        view("Open", sum(by_state[each] for each in STEP_OF), "open"),
        view("Went wrong", sum(by_state[each] for each in _WRONG), *_WRONG),
        *(
            view(look.text, by_state[state], str(state), look=look)
            for state, look in LOOKS.items()
            if by_state[state] or state in _ALWAYS
        ),
    ]
