"""The telephone numbers: whose they are, and which options they have at a moment."""

from __future__ import annotations

from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING

from service.local.sandbox.magic import MAGIC, Behaviour
from service.local.sandbox.number_state import NumberState, after_put
from service.local.sandbox.order_effect import after_order
from service.local.sandbox.order_outcome import Outcome, outcome_for
from service.local.sandbox.resources.envelope import is_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from service.local.sandbox.number_puts import NumberPuts
    from service.local.sandbox.options import Options
    from service.local.sandbox.order import Order
    from service.local.sandbox.orders import OrderBook

    Change = Callable[[NumberState, datetime], NumberState]

#: The account of the number that belongs to nobody here.
FOREIGN_ACCOUNT = "9999999"


class NumberBook:
    """Derives the numbers from the orders that name them and the PUTs that were taken."""

    def __init__(self, orders: OrderBook, puts: NumberPuts, options: Options) -> None:
        self._orders = orders
        self.puts = puts
        self._accounts = sorted(options.accounts)

    def account_of(self, number: str) -> str:
        """Return the account that named a number last; the smallest if none ever did."""
        if behaviour_of(number) == Behaviour.ELSEWHERE:
            return FOREIGN_ACCOUNT
        named = [
            (max(at), account_id) for account_id in self._accounts if (at := list(self._named(account_id, number)))
        ]
        return max(named)[1] if named else self._accounts[0]

    def is_at(self, account_id: str, number: str) -> bool:
        """Whether an account has a number: it has named it, or no account has.

        Orders may name what is no number, and those that are not here: no account has them.
        """
        if not is_number(number) or behaviour_of(number) in {Behaviour.ELSEWHERE, Behaviour.UNKNOWN_NUMBER}:
            return False
        others = (other for other in self._accounts if other != account_id)
        return any(self._named(account_id, number)) or not any(any(self._named(other, number)) for other in others)

    def heard_of(self, account_id: str) -> list[str]:
        """Return the numbers that an account has named, in their order."""
        ordered = {
            number
            for order in self._orders.all()
            if order.account_id == account_id
            for number in order.draft.telephone_numbers
        }
        named = ordered.union(self.puts.numbers(account_id))
        return sorted(number for number in named if self.is_at(account_id, number))

    def is_busy(self, account_id: str, number: str, now: datetime) -> bool:
        """Whether an open tn-options order has a number in process, or a PUT has yet to show."""
        orders = self._line_orders(account_id, number)
        if any(outcome_for(order, number, now) == Outcome.OPEN for order in orders):
            return True
        return any(put.due_at > now for put in self.puts.of(account_id, number))

    def state(self, account_id: str, number: str, now: datetime) -> NumberState:
        """Return a number's options: what orders and PUTs have done to it, in the order in which they took effect."""
        state = NumberState()
        for at, change in sorted(self._changes(account_id, number, now), key=itemgetter(0)):
            state = change(state, at=at)
        return state

    def _changes(self, account_id: str, number: str, now: datetime) -> Iterator[tuple[datetime, partial[NumberState]]]:
        for order in self._line_orders(account_id, number):
            if outcome_for(order, number, now) == Outcome.DONE:
                yield order.now_at(now).at, partial(after_order, order=order, number=number)
        for put in self.puts.of(account_id, number):
            if put.shows and put.due_at <= now:
                yield put.due_at, partial(after_put, root=put.root())

    def _line_orders(self, account_id: str, number: str) -> Iterator[Order]:
        return (order for order in self._orders.naming(account_id, number) if order.kind == "tn-options")

    def _named(self, account_id: str, number: str) -> Iterator[datetime]:
        yield from (order.created_at for order in self._orders.naming(account_id, number))
        yield from (put.taken_at for put in self.puts.of(account_id, number))


def behaviour_of(number: str) -> Behaviour | None:
    """Return what a magic number does; None for every other."""
    row = MAGIC.get(number)
    return None if row is None else row.behaviour
