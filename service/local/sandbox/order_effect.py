"""What a tn-options order does to a telephone number, from the words of orders to those of the number."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from service.local.sandbox.kept_route_plan import kept_route_plan
from service.local.sandbox.number_state import TEXTS
from service.local.sandbox.resources.envelope import groups_of, numbers_of
from service.local.sandbox.xml import Element, text_of

if TYPE_CHECKING:
    from datetime import datetime

    from service.local.sandbox.number_state import NumberState
    from service.local.sandbox.order import Order

_KEPT = "unchanged"
_CLEARED = "systemdefault"
_PROTECTED = "Protected"

#: Options whose words are the same in orders and everywhere else.
_PLAIN = (
    *TEXTS,
    "PortOutPasscode",
    "FinalDestinationURI",
    "NNID",
    "ESPID",
    "PindropEnabled",
    "CallVerificationEnabled",
)
#: Orders say on and off where everything else says true and false.
_SWITCHES = {"CallingNameDisplay": "CallingNameDisplay", "Sms": "SmsEnabled"}
_SWITCHED = {"on": "true", "off": "false"}
#: What tndetails shows after an A2P action, in the case of its samples.
_A2P_STATES = {"asSpecified": "overridden", "systemDefault": "system_default", "off": "off"}


def after_order(state: NumberState, order: Order, number: str, at: datetime) -> NumberState:
    """Return the state once an order is done with a number."""
    group = next(group for group in groups_of(order.root(), "TnOptionGroup") if number in numbers_of(group))
    options = dict(state.options)
    for name in _PLAIN:
        _set(options, name, text_of(group, name))
    for name, option in _SWITCHES.items():
        value = text_of(group, name)
        _set(options, option, _SWITCHED.get(value or "", value))
    if (text_of(group, "CallForward") or "").lower() == _CLEARED:
        options["CallForward"] = "systemDefault"
    _set_a2p(options, group.find("A2pSettings"))
    return replace(
        state,
        options=options,
        attributes=_protected(state.attributes, text_of(group, _PROTECTED)),
        route_plan=_plan(state.route_plan, group.find("OriginationRoutePlan"), order.order_id),
        changed_at=at,
    )


def _set(options: dict[str, str], name: str, value: str | None) -> None:
    if (value or _KEPT).lower() == _KEPT:
        return
    if value and value.lower() != _CLEARED:
        options[name] = value
    else:
        options.pop(name, None)


def _set_a2p(options: dict[str, str], settings: Element | None) -> None:
    action = _KEPT if settings is None else text_of(settings, "Action") or "asSpecified"
    if settings is None or action == _KEPT:
        return
    for name in ("MessageClass", "CampaignId", "A2pState"):
        options.pop(name, None)
    if action == "asSpecified":
        for name in ("MessageClass", "CampaignId"):
            _set(options, name, text_of(settings, name))
    _set(options, "A2pState", _A2P_STATES.get(action))


def _protected(attributes: tuple[str, ...], value: str | None) -> tuple[str, ...]:
    if (value or _KEPT).lower() == _KEPT:
        return attributes
    others = tuple(attribute for attribute in attributes if attribute != _PROTECTED)
    return (_PROTECTED, *others) if value and value.lower() == "true" else others


def _plan(before: Element | None, asked: Element | None, order_id: str) -> Element | None:
    action = _KEPT if asked is None else text_of(asked, "Action")
    if asked is None or action == _KEPT:
        return before
    if action == "off":
        return None
    return kept_route_plan(asked, str(uuid.uuid5(uuid.UUID(order_id), "OriginationRoutePlan")))
