"""Any sequence of operations, repeated at will, against the rules: who may move an order where, what never changes.

Hypothesis leads: it accepts, claims, reports, calls back, decides, lets time pass, and repeats what was done; after
every step the orders are held against the tables of `service.lifecycle` and against a plain model of the lines.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections import defaultdict
from dataclasses import replace
from types import SimpleNamespace

import pytest
import rig
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from service import decisions
from service.book import Book
from service.errors import NotPossibleNow
from service.governor import NONE
from service.identifiers import new_id
from service.kinds import shelf
from service.lifecycle import LOOKED_AT, MOVES, STEP_OF, TERMINAL, UNSENT, Source, State
from service.nudges import Nudges
from service.order import Attention, NewOrder, Outcome, Outcomes
from service.report import CallbackNews, Report
from service.store import keys, searching, surveying
from service.store.server.connecting import connect
from service.store.server.connection import Store
from service.store.wanted import Wanted
from service.survey import Verdict
from service.surveys import Surveys

KIND = shelf()["tn-options"]
NUMBERS = tuple(f"20155502{at:02d}" for at in range(5))
STATUSES = ("RECEIVED", "PROCESSING", "COMPLETE", "PARTIAL", "FAILED", "CANCELLED", "AWAITING_CARRIER", None)
SUBMISSIONS = (State.RECEIVED, State.REJECTED, State.ACCEPTED, State.UNCERTAIN, State.NEEDS_ATTENTION)
FINDINGS = (
    *(None, State.ACCEPTED, State.RECEIVED, State.PROCESSING),
    *(State.COMPLETE, State.FAILED, State.NEEDS_ATTENTION),
)
CHECKS = (None, State.PROCESSING, State.COMPLETE, State.PARTIAL, State.FAILED, State.CANCELLED, State.NEEDS_ATTENTION)
#: states in which Bandwidth may have the order
AT_WORK = frozenset({State.SUBMITTING, State.UNCERTAIN, State.RECEIVED, State.PROCESSING})
ATTENTION = Attention("maybe_sent", "Look.")
#: after which a retry sends it at once
FORBIDDEN = Attention("forbidden", "Ask for the right.")
#: how a claim may move an order
CLAIMING = {
    State.ACCEPTED: {State.SUBMITTING, State.UNCERTAIN},
    State.HELD: {State.SUBMITTING, State.UNCERTAIN},
    State.SUBMITTING: {State.UNCERTAIN},
}


def _end_of(order):
    return order.state, order.default_outcome, order.completed_at, order.announced, order.bandwidth_status


def moves_of(source):
    """Where a source may move an order, by the life cycle's own table."""
    found = {}
    for target, states in MOVES[source].items():
        for state in states:
            found.setdefault(state, set()).add(target)
    return found


class Walk(RuleBasedStateMachine):
    """One account, one clock, and whatever may happen."""

    url = ""
    orders = Bundle("orders")
    claims = Bundle("claims")
    groups = Bundle("groups")

    @initialize()
    def open(self):
        self.loop = asyncio.new_event_loop()
        self.account = rig.new_account()
        self.store = Store(connect(self.url))
        bells = SimpleNamespace(ring=lambda *_: None, announce=lambda *_: None)
        chosen = rig.settings_for(self.url, self.account)
        self.book, self.surveys = Book(self.store, bells, chosen), Surveys(self.store, chosen)
        self.nudges = Nudges(self.store, bells)
        self.seen, self.accepted, self.ids, self.fences, self.lined = {}, [], [], {}, []
        self.allowed = {}

    def teardown(self):
        if hasattr(self, "loop"):
            self.end_all()
            self.do(self.store.close())
            self.loop.close()

    def do(self, awaitable):
        return self.loop.run_until_complete(awaitable)

    def read(self, order_id):
        return self.do(self.book.get(self.account, order_id))

    @rule(
        target=orders,
        numbers=st.sets(st.sampled_from(NUMBERS), min_size=1, max_size=3),
        later=st.sampled_from((None, None, None, -60, 5, 1_500)),
    )
    def accept(self, numbers, later):
        """Accept an order, perhaps to be sent so many seconds later."""
        numbers = tuple(sorted(numbers))
        request = {"groups": [{"telephone_numbers": list(numbers), "sms": "on"}]}
        new = NewOrder(
            new_id(), self.account, KIND.name, None, numbers, KIND.family, numbers, request, None, {}, client_id="c",
            not_before=None if later is None else round(time.time() * 1000) + self.store.offset + later * 1000,
        )  # fmt: skip
        self.do(self.book.accept(new))
        self.allowed = {}
        self.accepted.append(new.id)
        self.lined.append(new.id)
        again = self.do(self.book.accept(new))
        assert again.order.id == new.id
        return new.id

    @rule(target=claims, order_id=orders, waits=st.booleans(), wrong_step=st.sampled_from((False, False, False, True)))
    def claim(self, order_id, waits, wrong_step):
        """Claim an order, when its look is due or too early, for its step or another."""
        self.allowed = CLAIMING
        self.store.offset += 1_000_000 * waits
        step = STEP_OF.get(self.seen[order_id].state, "check")
        step = {"submit": "check", "check": "submit"}[step] if wrong_step else step
        found = self._claim(order_id, step)
        assert self._claim(order_id, step) == [], "one holder until the lease ends"
        return multiple(*found)

    def _claim(self, order_id, step):
        """Claim, and hold to it that an order is given out to be sent once, and then only to be looked for."""
        before = self.read(order_id).state
        found = self.do(self.book.claim(self.account, [order_id], step))
        for claim in found:
            assert claim.order.state != State.SUBMITTING or before in (State.ACCEPTED, State.HELD)
            assert claim.order.state != State.SUBMITTING or (claim.order.not_before or 0) <= claim.claimed_at
            self.fences[order_id] = claim.fence
        return found

    @rule(order_id=orders, choice=st.integers(0, 6))
    def go_on(self, order_id, choice):
        """A worker does all that is to be done about an order, undisturbed."""
        self.store.offset += 1_000_000
        before = self.seen[order_id]
        for claim in self._claim(order_id, STEP_OF.get(before.state, "check")):
            self._moved_as_allowed(before, claim.order, CLAIMING)
            self.seen[order_id] = self.read(order_id)
            what = self._report(claim, choice)
            self.allowed = moves_of(what.source)
            self.do(self.book.report(claim, what, KIND, NONE))
            self.allowed.setdefault(claim.order.state, set()).add(State.NEEDS_ATTENTION)

    @rule(claim=claims, choice=st.integers(0, 6), again=st.booleans())
    def report(self, claim, choice, again):
        """Report a claim, perhaps long after its lease has ended, perhaps twice."""
        what, order_id = self._report(claim, choice), claim.order.id
        holds = claim.fence == self.fences[order_id] and self.read(order_id).state not in TERMINAL
        done = self.do(self.book.report(claim, what, KIND, NONE))
        assert done.outcome in (("applied", "stale", "repeated") if holds else ("stale", "repeated"))
        # whoever brings a second id is heard, however late
        self.allowed = moves_of(what.source) if holds else {}
        for state in STEP_OF if what.bandwidth_order_id else ():
            self.allowed.setdefault(state, set()).add(State.NEEDS_ATTENTION)
        if again:
            before = self.read(claim.order.id)
            assert self.do(self.book.report(claim, what, KIND, NONE)).outcome in ("repeated", "stale")
            assert self.read(claim.order.id).version == before.version

    def _report(self, claim, choice):
        state, order = claim.order.state, claim.order
        new_bandwidth_id = str(uuid.uuid4())
        if state == State.SUBMITTING:
            target = SUBMISSIONS[choice % len(SUBMISSIONS)]
            made = Report(Source.SUBMIT, "sent", state=target)
            if target == State.RECEIVED:
                self.ids.append(new_bandwidth_id)
                made = replace(made, bandwidth_order_id=new_bandwidth_id, pictured=True, bandwidth_status="RECEIVED")
        elif state == State.UNCERTAIN or order.bandwidth_order_id is None:
            target = FINDINGS[choice % len(FINDINGS)]
            made = Report(Source.FIND, "looked", state=target, searched=target is None)
            if target not in (None, State.ACCEPTED, State.NEEDS_ATTENTION):
                known = order.bandwidth_order_id or new_bandwidth_id
                self.ids.append(known)
                made = replace(made, bandwidth_order_id=known)
        else:
            target = CHECKS[choice % len(CHECKS)]
            made = Report(Source.CHECK, "checked", state=target, failed=target is None, pictured=target is not None)
        if target in TERMINAL:
            made = replace(made, outcomes=Outcomes(Outcome("complete" if target == State.COMPLETE else "failed")))
        attention = ATTENTION if made.source == Source.CHECK else FORBIDDEN
        return replace(made, attention=attention) if target == State.NEEDS_ATTENTION else made

    @rule(
        which=st.integers(0, 20),
        status=st.sampled_from(STATUSES),
        known=st.booleans(),
        order_id=orders,
        twice=st.booleans(),
    )
    def call_back(self, which, status, known, order_id, twice):
        """Bandwidth's callback, about an order it has or by an id that nobody knows; early, late, repeated."""
        bandwidth_id = self.ids[which % len(self.ids)] if known and self.ids else str(uuid.uuid4())
        news = CallbackNews(
            account_id=self.account,
            key=uuid.uuid4().hex,
            bandwidth_order_id=bandwidth_id,
            customer_order_id=order_id,
            order_type="another",
            status=status,
            message=None,
            note=None if status else "a note",
            subscription_id=None,
            last_modified=None,
        )
        self.allowed = {State.RECEIVED: {State.PROCESSING}}
        for _ in range(1 + twice):
            self.do(self.book.hear(news))

    @rule(target=groups, waits=st.booleans())
    def gather(self, waits):
        """Hand out what one list may answer for: orders that Bandwidth has, and that nobody holds."""
        self.allowed = {}
        self.store.offset += 1_000_000 * waits
        group = self.do(self.surveys.gather(self.account))
        for each in group.orders if group else ():
            assert self.read(each.id).state in (State.RECEIVED, State.PROCESSING)
        return multiple(*[group] if group else [])

    @rule(group=groups, becomes=st.sampled_from(("unmoved", "unmoved", "told", "alone", "later")))
    def survey(self, group, becomes):
        """Take what a list told, perhaps long after other things happened: it never moves an order."""
        self.allowed = {}
        before = [self.read(each.id) for each in group.orders]
        self.do(self.surveys.settle(group, [Verdict(each, becomes, 60.0) for each in group.orders], NONE))
        for was, now in zip(before, [self.read(each.id) for each in group.orders], strict=True):
            assert (now.state, now.version) == (was.state, was.version)
            assert now.looks - was.looks in ((0, 1) if becomes == "unmoved" else (0,))

    @rule(
        order_id=orders,
        which=st.integers(-1, 5),
        decision=st.sampled_from((decisions.retry, decisions.cancel)),
        late=st.booleans(),
    )
    def decide(self, order_id, which, decision, late):
        """A person retries or withdraws an order: mostly one that needs a person."""
        asking = [each for each in self.accepted if self.seen[each].state == State.NEEDS_ATTENTION]
        order = self.read(asking[which % len(asking)] if asking and which >= 0 else order_id)
        self.allowed = moves_of(Source.OPERATOR)
        try:
            self.do(self.book.decide(replace(order, version=order.version - late), decision(order)))
        except NotPossibleNow:
            self.allowed = {}

    @rule(order_id=orders, which=st.integers(-1, 5), late=st.sampled_from((False, False, False, True)))
    def step_aside(self, order_id, which, late):
        """A person lets those behind an order go first: mostly one for which others wait."""
        self.allowed = {}
        waited_for = sorted(set().union(*map(self.waits, self.accepted)))
        order_id = waited_for[which % len(waited_for)] if waited_for and which >= 0 else order_id
        order = self.read(order_id)
        try:
            self.do(self.book.decide(replace(order, version=order.version - late), decisions.step_aside(order)))
        except NotPossibleNow:
            assert self.read(order_id).version == order.version
            return
        now = self.read(order_id)
        assert order_id in waited_for
        assert now.version == order.version + 1
        assert now.state == (State.HELD if order.state in UNSENT else order.state)
        assert (now.aside_since is None) == (order.state in UNSENT)
        assert now.searches == order.searches
        self.lined.remove(order_id)
        if order.state in UNSENT:
            self.allowed = {order.state: {State.HELD}}
            self.lined.append(order_id)

    def waits(self, order_id):
        """Whom an order waits for, by the links in the store."""
        return set(self.do(self.store.client.hvals(keys.order(self.account, order_id, "ahead"))))

    @rule(order_id=orders)
    def check_now(self, order_id):
        """A person asks for a look at once: it changes nothing that can be seen, and is refused where there is none."""
        self.allowed = {}
        order = self.read(order_id)
        try:
            self.do(self.nudges.nudge(order, "c"))
        except NotPossibleNow:
            assert order.state not in LOOKED_AT
        else:
            assert order.state in LOOKED_AT
        assert self.read(order_id).version == order.version

    @rule(seconds=st.sampled_from((0.1, 1, 4, 60, 900)))
    def let_time_pass(self, seconds):
        self.allowed = {}
        self.store.offset += int(seconds * 1000)

    @rule(claim=consumes(claims))
    def forget_a_claim(self, claim):
        """The worker was killed."""
        self.allowed = {}

    @invariant()
    def the_rules_hold(self):
        for order_id in self.accepted:
            before, now = self.seen.get(order_id), self.read(order_id)
            self._moved_as_allowed(before, now, self.allowed)
            self._came_back(before, now)
            self.seen[order_id] = now
        self._nobody_went_past_another_on_a_number()
        self._every_open_order_has_its_next_look_and_no_ended_one_has()

    def _moved_as_allowed(self, before, now, allowed):
        if before is None:
            assert now.state in (State.ACCEPTED, State.HELD)
            return
        assert now.version >= before.version
        assert now.state == before.state or now.state in allowed.get(before.state, ()), (before.state, now.state)
        if before.state in TERMINAL:
            assert _end_of(now) == _end_of(before)

    def _came_back(self, before, now):
        """Whoever has stepped aside and is to be sent again stands at the end."""
        assert now.aside_since is None or now.state in LOOKED_AT
        if before and before.aside_since and not now.aside_since and now.state in UNSENT:
            self.lined.append(now.id)

    def _nobody_went_past_another_on_a_number(self):
        still_open = [self.seen[each] for each in self.lined if self.seen[each].state not in TERMINAL]
        assert [each.id for each in still_open if each.aside_since] == []
        for number in NUMBERS:
            line = [each for each in still_open if number in each.telephone_numbers]
            assert not [each for each in line[1:] if each.state in AT_WORK]
        for each in still_open:
            ahead = [self._ahead_of(each, number, still_open) for number in each.telephone_numbers]
            assert self.waits(each.id) == set(ahead) - {None}

    def _ahead_of(self, order, number, still_open):
        line = [each.id for each in still_open if number in each.telephone_numbers]
        place = line.index(order.id)
        return line[place - 1] if place else None

    def _every_open_order_has_its_next_look_and_no_ended_one_has(self):
        for step in ("submit", "check"):
            due = set(self.do(self.store.client.zrange(keys.due(self.account, step), 0, -1)))
            assert due == {each for each in self.accepted if STEP_OF.get(self.seen[each].state) == step}

    def end_all(self):
        """Whatever happened, everything converges once Bandwidth answers, and leaves nothing in the lines."""
        for _ in range(60):
            still_open = [each for each in map(self.read, self.accepted) if each.state not in TERMINAL]
            if not still_open:
                break
            self.store.offset += 86_400_000
            for order in still_open:
                self._bring_on(order)
        assert [each for each in map(self.read, self.accepted) if each.state not in TERMINAL] == []
        found = self.do(self._scan())
        assert [key for key in found if ":line:" in key or key.endswith((":ahead", ":behind"))] == []
        assert self.do(searching.search(self.store, [self.account], Wanted(), 250)).orders is not None
        self._every_version_has_one_event()

    def _every_version_has_one_event(self):
        told = defaultdict(list)
        for _, event in self.do(self.store.client.xrange(keys.events(self.account))):
            told[event["id"]].append((event["type"], int(event["version"])))
        for order in map(self.read, self.accepted):
            types, versions = zip(*told[order.id], strict=True)
            assert versions == tuple(range(1, order.version + 1))
            assert types[0] == "order.accepted"
            assert types.count("order.completed") == 1

    def _bring_on(self, order):
        for claim in self.do(self.book.claim(self.account, [order.id], STEP_OF[order.state])):
            if claim.order.attention and claim.order.attention.why == "duplicate_at_carrier":
                self.do(self.book.report(claim, Report(Source.CHECK, "checked", failed=True), KIND, NONE))
                self.do(self.book.decide(self.read(order.id), decisions.retry(self.read(order.id))))
            else:
                self.do(self.book.report(claim, self._good_news(claim), KIND, NONE))

    def _good_news(self, claim):
        known = claim.order.bandwidth_order_id or str(uuid.uuid4())
        if claim.order.state == State.SUBMITTING:
            return Report(Source.SUBMIT, "sent", state=State.RECEIVED, bandwidth_order_id=known)
        unproved = claim.order.state == State.UNCERTAIN or claim.order.bandwidth_order_id is None
        source = Source.FIND if unproved else Source.CHECK
        done = Outcomes(Outcome("complete"))
        return Report(source, "looked", state=State.COMPLETE, bandwidth_order_id=known, outcomes=done)

    async def _scan(self):
        return [key async for key in self.store.client.scan_iter(f"{keys.prefix(self.account)}*", count=1000)]


@pytest.mark.timeout(240)
def test_any_walk_through_an_orders_life_keeps_the_rules(valkey, monkeypatch):
    # a walk has few orders: lists are asked about each of them
    monkeypatch.setattr(surveying, "LEAST", 1)
    Walk.url = valkey.url
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    chosen = settings(max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=checks)
    run_state_machine_as_test(Walk, settings=chosen)
