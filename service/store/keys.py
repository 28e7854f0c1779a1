"""Every key: its type, what it holds, how long it lives, and who reads it.

All keys of an account carry one hash tag, `{ACCOUNT}`, so that every script touches one slot of a cluster. Clients
stand outside of accounts, under a tag of their own; Bandwidth's account ids are numbers.
ID is an order's id (UUIDv7), BID is Bandwidth's, in lower case (`identifiers.bandwidth_id`). Times are milliseconds by
the store's clock. Orders, batches, endpoints, deliveries and clients have a field `schema` (`schema.py`).

| key                             | type    | holds                                              | lives      | read by             |
|---------------------------------|---------|----------------------------------------------------|------------|---------------------|
| `{a}:order:ID`                  | hash    | the record (`record.py` names its fields)          | till purged | all          |
| `{a}:order:ID:outcomes`         | hash    | number -> outcome, where it differs from the rest  | till purged | numbers of an order |
| `{a}:order:ID:timeline`         | list    | entries as JSON, oldest first                      | till purged | timeline            |
| `{a}:order:ID:seen`             | set     | keys of the callbacks already applied              | till 30 d after the end | callback |
| `{a}:order:ID:documents`        | list    | XML both ways, masked, packed                      | a setting  | documents           |
| `{a}:order:ID:ahead`, `:behind` | hash    | subject -> neighbour in line, where orders meet    | while open | accept, claim, leave|
| `{a}:line:FAMILY`               | hash    | subject -> last open order                         | while open | accept, leave       |
| `{a}:line:FAMILY:waiting`       | hash    | order -> subjects for which another stands before it | while open | claim, leave      |
| `{a}:line:FAMILY:followers`     | hash    | order -> how many stand directly behind it         | while open | accept, leave       |
| `{a}:first`                     | hash    | held order -> when it became first in its lines    | till it is claimed or leaves | claim |
| `{a}:due:submit`, `{a}:due:check` | zset  | id -> when to ring, for every open order           | while open | clock, workers      |
| `{a}:orders`, `:STATE`, `:KIND`, `:KIND:STATE` | zset | ids, all of score 0: UUIDv7 sort by time | till purged | lists, summary   |
| `{a}:tn`                        | hash    | number -> one of the orders that name it, mostly the only one | till purged | number details, adopt, lists |
| `{a}:tn:NUMBER`                 | zset    | ids of the others that name a number, all of score 0 | till purged | the same     |
| `{a}:unindexed`                 | hash    | order -> how many of its numbers `{a}:tn` and `{a}:tn:...` have, where not all | till indexed | clock, lists |
| `{a}:bandwidth:BID`             | string  | id of the order that Bandwidth calls BID           | till purged | callback, find, adopt, lists |
| `{a}:reference:TEXT`            | zset    | ids of the orders sent with this CustomerOrderId   | till purged | callback, adopt, lists |
| `{a}:in-flight`                 | zset    | id -> end of its lease, of orders that a worker holds | till a lease later | vitals   |
| `{a}:orphan:BID`, `{a}:orphan-reference:TEXT` | hash | callbacks whose order is not known yet   | 7 days     | report, adopt, orphans |
| `{a}:orphans`                   | zset    | `orphan:BID` or `orphan-reference:TEXT` -> when its last callback came | as these keys | orphans |
| `{a}:due:adopt`                 | zset    | KIND/BID -> when to fetch an order placed elsewhere | till it is known, or its orphan is gone | clock, adopt |
| `{a}:adopt:tries`               | hash    | KIND/BID -> how often it was fetched in vain       | as `{a}:due:adopt` | adopt       |
| `{a}:ended`                     | zset    | id -> when it ended, for every ended order         | till purged | clock        |
| `{a}:purging`                   | hash    | order -> how many of its numbers have left `{a}:tn` and `{a}:tn:...` | till purged | clock   |
| `{a}:tombstone:ID`              | hash    | kind, state, end and purge of a purged order       | 30 days    | callback, whoever asks for it |
| `{a}:tombstone-bandwidth:BID`   | string  | id of the purged order that Bandwidth calls BID    | 30 days    | callback, adopt     |
| `{a}:idempotency:CLIENT:KEY`    | hash    | fingerprint, id of the order or of the batch       | till 30 d after the end; as its batch | accept, bulk |
| `{a}:batches`                   | zset    | ids of the batches, all of score 0                 | till purged | lists               |
| `{a}:batches:ended`             | zset    | ids of those that have ended -> when               | till purged | clock               |
| `{a}:batch:ID`                  | hash    | a batch (`bulk/batch.py`), how many orders of it are open | with its last order | accept, leave, lists |
| `{a}:batch:ID:orders`           | zset    | ids of its orders, all of score 0                  | till purged | lists, clock        |
| `{a}:batch:ID:tally`            | hash    | BLOCK:WHAT -> how its orders and numbers stand (`record.lua`) | as the batch | batches    |
| `{a}:batch:ID:errors`           | zset    | rows that are wrong (`bulk/entry.py`), all of score 0 | as the batch | batches          |
| `{a}:batch:ID:plan`, `:waiting` | hash, zset | PLACE -> an order that is not accepted yet, sealed; -> when it is due | 1 hour, once committed till accepted | bulk |
| `{a}:due:batch`                 | zset    | ids of batches -> when their next planned order is due | till all are accepted | clock, bulk |
| `{a}:pause`                     | hash    | why and until when the account sends nothing       | while it lasts | claim, take     |
| `{a}:strikes`                   | string  | 403s and foreign answers in a row                  | 1 hour     | report              |
| `{a}:failures`                  | set     | orders whose exchanges all failed since Bandwidth's last answer | 1 hour | report      |
| `{a}:meter`                     | hash    | until when exchanges are paid for, of all and of each share (`meter.lua`) | for good | claim, take, turn |
| `{a}:subscriptions`             | hash    | order type -> our subscription at Bandwidth, as JSON (`subscribed.py`) | for good | watch  |
| `{a}:subscriptions:told`        | hash    | order type -> how often events told of it, and what is wrong while it is | for good | watch |
| `{a}:watch`                     | string  | a clock has rung for a look at the subscriptions   | a setting  | clock               |
| `{a}:clock`                     | string  | HOST (pid PID) of the clock that last went round the account | 1 hour | doctor        |
| `{a}:events`                    | stream  | type, id, kind, state, version of every change; of an order the state before (was) | a setting, and till fanned out | fan-out, listeners |
| `{a}:events:cursor`             | string  | the last event that deliveries were made of        | while there are endpoints | fan-out, clock |
| `{a}:endpoints`                 | zset    | ids of the endpoints, all of score 0               | for good   | fan-out, lists      |
| `{a}:endpoint:EID`              | hash    | an endpoint (`endpoints.py`), secrets sealed       | for good   | fan-out, sender     |
| `{a}:endpoint-idempotency:CLIENT:KEY` | hash | fingerprint, endpoint id                        | 1 day      | whoever makes one   |
| `{a}:replays`                   | zset    | EIDs that get old events again, all of score 0     | till they have | clock, sender  |
| `{a}:endpoint:EID:due`, `:sending` | zset | delivery -> its next attempt; -> end of its lease  | while it waits | sender          |
| `{a}:endpoint:EID:ended`        | zset    | delivery -> when it ended, the newest 1,000        | as the endpoint | lists          |
| `{a}:endpoint:EID:updates`      | hash    | order -> its `order.updated` that waits; of a subscription its newest status | while it waits | fan-out         |
| `{a}:delivery:DID`              | hash    | one event for one endpoint (`deliveries.py`)       | till 7 d after its end | sender, lists |
| `{a}:undelivered`               | zset    | delivery -> when it was made, of all that wait     | while it waits | vitals          |
| `{a}:due:deliver`               | zset    | EID -> when its next delivery is due               | while one waits | clock, sender  |
| `{a}:counters`                  | hash    | NAME, or NAME.LABEL. ... -> how often a script did it, since the first order | for good | vitals, people (HGETALL) |
| `{a}:histograms`                | hash    | NAME.LABEL.BOUND -> how many took so many ms at most and more than the bound before; NAME.LABEL.sum (ms) | for good | vitals |
| `{a}:audit`                     | stream  | who did what, beside the timelines of orders: about the newest 10,000 deeds | a setting | audit |
| `{clients}:client:NAME`         | hash    | a named client (`register.py`), digests of its secrets | for good | API processes, commands |
| `{clients}:clients`             | zset    | names of the clients, revoked ones too, all of score 0 | for good | the same            |
| `{clients}:version`             | string  | counts changes of clients                          | for good   | API processes       |
| `{clients}:audit`               | stream  | who made, changed, rotated and revoked clients     | a setting  | `clients audit`     |
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

#: stands where an account's id does, in the keys of clients
CLIENTS: Final = "clients"
#: what is seen to in time: looks at orders by their step, orders placed elsewhere, batches, endpoints of deliveries
Due: TypeAlias = Literal["submit", "check", "adopt", "batch", "deliver"]


def prefix(account_id: str) -> str:
    """Return what every key of an account begins with."""
    return f"{{{account_id}}}:"


def account_of(key: str) -> str:
    """Return the account whose key it is; CLIENTS for those of clients."""
    return key[1 : key.index("}")]


def order(account_id: str, order_id: str, part: str = "") -> str:
    """Name an order's record, or one of its parts: outcomes, timeline, seen, documents, ahead, behind."""
    return f"{prefix(account_id)}order:{order_id}" + (f":{part}" if part else "")


def due(account_id: str, step: Due) -> str:
    """Name the due-set of a step, or of something else that is seen to in time."""
    return f"{prefix(account_id)}due:{step}"


def due_adopt(account_id: str) -> str:
    """Name the due-set of orders placed elsewhere."""
    return due(account_id, "adopt")


def adopt_tries(account_id: str) -> str:
    """Name how often orders placed elsewhere were fetched in vain."""
    return f"{prefix(account_id)}adopt:tries"


def in_flight(account_id: str) -> str:
    """Name the index of orders that a worker holds."""
    return f"{prefix(account_id)}in-flight"


def orphans(account_id: str) -> str:
    """Name the index of callbacks whose order is not known yet."""
    return f"{prefix(account_id)}orphans"


def ended(account_id: str) -> str:
    """Name the index of ended orders by the time of their end."""
    return f"{prefix(account_id)}ended"


def tombstone(account_id: str, order_id: str) -> str:
    """Name what is remembered of a purged order."""
    return f"{prefix(account_id)}tombstone:{order_id}"


def index(account_id: str, kind: str | None = None, state: str | None = None) -> str:
    """Name the index of an account's orders, by kind, by state, by both or by neither."""
    return ":".join([f"{prefix(account_id)}orders", *(part for part in (kind, state) if part)])


def line(account_id: str, family: str) -> str:
    """Name the lines of a family."""
    return f"{prefix(account_id)}line:{family}"


def followers(account_id: str, family: str) -> str:
    """Name how many orders stand directly behind each of a family's."""
    return f"{line(account_id, family)}:followers"


def numbers(account_id: str) -> str:
    """Name the index that has, for each number, one of the orders that name it."""
    return f"{prefix(account_id)}tn"


def number(account_id: str, telephone_number: str) -> str:
    """Name the index of the orders that name a number, beside the one that `numbers` has."""
    return f"{prefix(account_id)}tn:{telephone_number}"


def unindexed(account_id: str) -> str:
    """Name the orders of which the index of numbers lacks some."""
    return f"{prefix(account_id)}unindexed"


def bandwidth(account_id: str, bandwidth_order_id: str) -> str:
    """Name the pointer from Bandwidth's order id to ours."""
    return f"{prefix(account_id)}bandwidth:{bandwidth_order_id}"


def reference(account_id: str, text: str) -> str:
    """Name the index of the orders that were sent with a CustomerOrderId."""
    return f"{prefix(account_id)}reference:{text}"


def idempotency(account_id: str, name: str) -> str:
    """Name what a client's Idempotency-Key has made."""
    return f"{prefix(account_id)}idempotency:{name}"


def batches(account_id: str) -> str:
    """Name the index of the account's batches."""
    return f"{prefix(account_id)}batches"


def batches_ended(account_id: str) -> str:
    """Name the index of ended batches by the time of their end."""
    return f"{prefix(account_id)}batches:ended"


def batch(account_id: str, batch_id: str, part: str = "") -> str:
    """Name a batch, or one of its parts: plan, waiting, orders, tally, errors."""
    return f"{prefix(account_id)}batch:{batch_id}" + (f":{part}" if part else "")


def due_batch(account_id: str) -> str:
    """Name the due-set of batches."""
    return due(account_id, "batch")


def events(account_id: str) -> str:
    """Name the stream of the account's events."""
    return f"{prefix(account_id)}events"


def events_cursor(account_id: str) -> str:
    """Name the place of the last event that deliveries were made of."""
    return f"{prefix(account_id)}events:cursor"


def endpoints(account_id: str) -> str:
    """Name the list of the account's endpoints."""
    return f"{prefix(account_id)}endpoints"


def endpoint(account_id: str, endpoint_id: str, part: str = "") -> str:
    """Name an endpoint, or one of its parts: due, sending, ended, updates."""
    return f"{prefix(account_id)}endpoint:{endpoint_id}" + (f":{part}" if part else "")


def undelivered(account_id: str) -> str:
    """Name the index of deliveries that wait, by the time since when."""
    return f"{prefix(account_id)}undelivered"


def delivery(account_id: str, delivery_id: str) -> str:
    """Name a delivery."""
    return f"{prefix(account_id)}delivery:{delivery_id}"


def due_deliver(account_id: str) -> str:
    """Name the due-set of endpoints."""
    return due(account_id, "deliver")


def clock(account_id: str) -> str:
    """Name the sign of life of the account's clocks."""
    return f"{prefix(account_id)}clock"


def replays(account_id: str) -> str:
    """Name the list of the endpoints that get old events again."""
    return f"{prefix(account_id)}replays"


def pause(account_id: str) -> str:
    """Name the account's pause."""
    return f"{prefix(account_id)}pause"


def meter(account_id: str) -> str:
    """Name the account's meter."""
    return f"{prefix(account_id)}meter"


def subscriptions(account_id: str) -> str:
    """Name what is remembered of the account's subscriptions at Bandwidth."""
    return f"{prefix(account_id)}subscriptions"


def subscriptions_told(account_id: str) -> str:
    """Name what events have told of the account's subscriptions."""
    return f"{prefix(account_id)}subscriptions:told"


def watch(account_id: str) -> str:
    """Name the turn of the clock that rang for a look at the account's subscriptions."""
    return f"{prefix(account_id)}watch"


def counters(account_id: str) -> str:
    """Name what the account's scripts have counted."""
    return f"{prefix(account_id)}counters"


def histograms(account_id: str) -> str:
    """Name what the account's scripts have measured."""
    return f"{prefix(account_id)}histograms"


def audit(account_id: str) -> str:
    """Name the stream of who did what on the account; of CLIENTS: with clients."""
    return f"{prefix(account_id)}audit"


def client(client_id: str) -> str:
    """Name a client's record."""
    return f"{prefix(CLIENTS)}client:{client_id}"


def clients() -> str:
    """Name the list of clients."""
    return f"{prefix(CLIENTS)}clients"


def clients_version() -> str:
    """Name the count of changes of clients."""
    return f"{prefix(CLIENTS)}version"
