"""The doors of /subscriptions (v1)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from starlette.routing import Route

from service.local.sandbox.answers import empty, unauthorized, xml_answer
from service.local.sandbox.refusals import RefusedError
from service.local.sandbox.response_status import response_status
from service.local.sandbox.subscription_request import read_subscription
from service.local.sandbox.xml import Element, element

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from starlette.requests import Request
    from starlette.responses import Response

    from service.local.sandbox.state import State
    from service.local.sandbox.subscriptions import Request as Wanted
    from service.local.sandbox.subscriptions import Subscription


class SubscriptionRoutes:
    """Serves the subscriptions of an account."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """Return the routes below a path prefix."""
        collection = "/accounts/{account_id}/subscriptions"
        return [
            Route(collection, self.serve, methods=["GET", "POST"]),
            Route(collection + "/{subscription_id}", self.serve, methods=["GET", "PUT", "DELETE"]),
        ]

    async def serve(self, request: Request) -> Response:
        """Answer any request; a refusal has `SubscriptionsResponse>ResponseStatus`."""
        if self._state.credentials.caller(request.headers.get("Authorization")) is None:
            return unauthorized()
        try:
            self._check_account(request.path_params["account_id"])
            if "subscription_id" in request.path_params:
                return await self._one(request)
            return await self._all(request)
        except RefusedError as refusal:
            document = response_status("SubscriptionsResponse", refusal.description, refusal.code)
            return xml_answer(document, refusal.http_status)

    def _check_account(self, account_id: str) -> None:
        if account_id not in self._state.options.accounts:
            raise RefusedError(1001, "Access Denied", 403)

    async def _all(self, request: Request) -> Response:
        account_id = request.path_params["account_id"]
        if request.method == "POST":
            return self._create(
                request, account_id, read_subscription(await request.body(), self._state.options.lidb_spelling)
            )
        return self._shown(self._state.subscriptions.of_account(account_id))

    def _create(self, request: Request, account_id: str, wanted: Wanted) -> Response:
        self._check_order(account_id, wanted)
        if self._state.subscriptions.duplicate_of(account_id, wanted):
            raise RefusedError(16008, "Duplicate subscription already exists", 409)
        subscription_id = str(uuid.uuid4())
        self._state.subscriptions.put(subscription_id, account_id, wanted)
        host = f"{request.url.scheme}://{request.url.netloc}"
        location = f"{host}/v1.0/accounts/{account_id}/subscriptions/{subscription_id}"
        return empty(201, {"Location": location})

    def _check_order(self, account_id: str, wanted: Wanted) -> None:
        """Refuse a single-order subscription to an order that does not exist, for the kinds that live here."""
        for kind in self._state.kinds.values():
            of_this_kind = (wanted.order_type or "").lower() in kind.subscription_types
            if wanted.order_id is None or not of_this_kind:
                continue
            if self._state.orders.get(account_id, kind.name, wanted.order_id) is None:
                text = f"Order {wanted.order_id} of type {wanted.order_type} doesn't exist"
                raise RefusedError(16004, text, 404)

    async def _one(self, request: Request) -> Response:
        subscriptions = self._state.subscriptions
        account_id = request.path_params["account_id"]
        subscription_id = request.path_params["subscription_id"]
        held = subscriptions.get(account_id, subscription_id)
        if held is None:
            text = f"Subscription {subscription_id} not found for accountId {account_id}"
            raise RefusedError(16000, text, 404)
        if request.method == "PUT":
            wanted = read_subscription(await request.body(), self._state.options.lidb_spelling)
            self._check_order(account_id, wanted)
            subscriptions.put(subscription_id, account_id, wanted)
        if request.method == "DELETE":
            subscriptions.delete(subscription_id)
        return self._shown([held]) if request.method == "GET" else empty(200)

    def _shown(self, subscriptions: Iterable[Subscription]) -> Response:
        now = self._state.clock()
        shown = element("Subscriptions", *(_described(held, now) for held in subscriptions))
        return xml_answer(element("SubscriptionsResponse", shown))


def _described(held: Subscription, now: datetime) -> Element:
    """Write a Subscription; the password and the key never come back."""
    asked = held.request
    described = element("Subscription", element("SubscriptionId", text=held.subscription_id))
    named = (("OrderType", asked.order_type), ("EventType", asked.event_type), ("OrderId", asked.order_id))
    described.extend([element(tag, text=text) for tag, text in named if text])
    if asked.url is not None:
        described.append(_callback(held, now))
    if asked.email is not None:
        email = element("Email", text=asked.email)
        digest = element("DigestRequested", text=asked.digest_requested)
        described.append(element("EmailSubscription", email, digest))
    return described


def _callback(held: Subscription, now: datetime) -> Element:
    """Write `CallbackSubscription`, where Expiry has become the remaining seconds."""
    asked = held.request
    callback = element(
        "CallbackSubscription",
        element("URL", text=asked.url),
        element("Expiry", text=str(held.remaining(now))),
        element("Status", text=held.status),
    )
    if asked.username is not None:
        username = element("Username", text=asked.username)
        callback.append(element("CallbackCredentials", element("BasicAuthentication", username)))
    callback.append(element("NumberFormat", text=asked.number_format))
    return callback
