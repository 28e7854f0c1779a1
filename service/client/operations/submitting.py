"""Submitting orders: any kind by its name, and each kind by a call of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Unpack

from service.client.bodies import DldaGroup, LidbGroup, NumberOptions, Submission, TnOptionGroup
from service.client.call import Call
from service.client.exchange import Method, Response, Talk
from service.client.models.order import DryRun, Order
from service.client.operations.core import Core, carrying, key_of, moment
from service.client.reading import read


class Submitting(Core):
    """Calls that make orders. Each has an Idempotency-Key, the caller's or a new one, so that repeats are safe."""

    @Call
    def submit(
        self,
        kind: str,
        body: Mapping[str, object],
        *,
        idempotency_key: str | None = None,
        dry_run: bool = False,
        not_before: datetime | str | None = None,
    ) -> Talk[Order]:
        """Submit an order and return it once it is on disk.

        `body` holds the kind's fields, `customer_order_id` and `metadata`; for each kind there is a call that knows
        its fields. A `dry_run` checks everything and stores nothing: the order has no id, and its `dry_run` says
        what would be sent. Raises InvalidOrder with every wrong field.
        """
        at = moment("not_before", not_before)
        whole = {**body, **({"not_before": at} if at else {})}
        path = self._target.account("orders", kind)
        return (yield from self._accepted("POST", path, whole, idempotency_key, dry_run))

    @Call
    def submit_tn_options(self, groups: Sequence[TnOptionGroup], **more: Unpack[Submission]) -> Talk[Order]:
        """Submit an order for line options of many numbers."""
        return (yield from self._of_kind("tn-options", {"groups": groups}, more))

    @Call
    def submit_lidb(self, groups: Sequence[LidbGroup], **more: Unpack[Submission]) -> Talk[Order]:
        """Submit an order for the names that called parties see (CNAM)."""
        return (yield from self._of_kind("lidb", {"groups": groups}, more))

    @Call
    def submit_dlda(
        self, groups: Sequence[DldaGroup], *, delete_dlda_tn_groups: bool = False, **more: Unpack[Submission]
    ) -> Talk[Order]:
        """Submit an order for directory listings; `delete_dlda_tn_groups` takes those of the numbers away."""
        body = {"groups": groups, **({"delete_dlda_tn_groups": True} if delete_dlda_tn_groups else {})}
        return (yield from self._of_kind("dlda", body, more))

    @Call
    def submit_number_options(self, telephone_number: str, **options: Unpack[NumberOptions]) -> Talk[Order]:
        """Submit an order for options of one number, changed where they are."""
        return (yield from self._of_kind("number-options", {"telephone_number": telephone_number}, options))

    @Call
    def submit_location_failover(
        self,
        site_id: str | int,
        sip_peer_id: str | int,
        final_destination_uri: str | bool,
        **more: Unpack[Submission],
    ) -> Talk[Order]:
        """Submit an order for where a location's calls go when its routes fail; False takes the destination away."""
        body = {"site_id": site_id, "sip_peer_id": sip_peer_id, "final_destination_uri": final_destination_uri}
        return (yield from self._of_kind("location-failover", body, more))

    @Call
    def amend(
        self,
        order_id: str,
        body: Mapping[str, object],
        *,
        idempotency_key: str | None = None,
        dry_run: bool = False,
    ) -> Talk[Order]:
        """Submit an order that changes an open one at Bandwidth (dlda): the same numbers, everything else anew.

        Returns the new order. Raises NotPossibleNow when it is too late.
        """
        path = self._target.account("orders", order_id)
        return (yield from self._accepted("PUT", path, body, idempotency_key, dry_run))

    @Call
    def retry_failed(
        self,
        order_id: str,
        *,
        secrets: Mapping[str, str] | None = None,
        customer_order_id: str | None = None,
        metadata: Mapping[str, str] | None = None,
        not_before: datetime | str | None = None,
        idempotency_key: str | None = None,
        dry_run: bool = False,
    ) -> Talk[Order]:
        """Submit an order of just the numbers that failed with a retryable code, and return it.

        The tracker keeps no passcodes: `secrets` gives them again, by their JSON pointers into the order that failed,
        such as `/groups/0/port_out_passcode`. Raises InvalidOrder, which names those that are missing, or
        NotPossibleNow.
        """
        body = {
            "secrets": secrets,
            "customer_order_id": customer_order_id,
            "metadata": metadata,
            "not_before": moment("not_before", not_before),
        }
        path = self._target.account("orders", order_id, "retry-failed")
        given = {name: value for name, value in body.items() if value is not None}
        return (yield from self._accepted("POST", path, given, idempotency_key, dry_run))

    def _of_kind(self, kind: str, fields: Mapping[str, object], more: Mapping[str, Any]) -> Talk[Order]:
        body = {name: value for name, value in more.items() if name not in ("idempotency_key", "dry_run")}
        at = moment("not_before", body.pop("not_before", None))
        whole = {**fields, **body, **({"not_before": at} if at else {})}
        path = self._target.account("orders", kind)
        return self._accepted("POST", path, whole, more.get("idempotency_key"), more.get("dry_run", False))

    def _accepted(
        self, method: Method, path: str, body: Mapping[str, object], key: str | None, dry_run: bool
    ) -> Talk[Order]:
        request = carrying(method, path, body, key=key_of(key), dry_run=dry_run)
        return _order(dry_run, (yield from self._send(request)))


def _order(dry_run: bool, response: Response) -> Order:
    said = response.json()
    if not dry_run:
        return read(Order, said)
    found = read(DryRun, said)
    return replace(read(Order, found.raw.get("order")), dry_run=found)
