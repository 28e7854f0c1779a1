"""The options of one telephone number at a moment, in the words of the per-number resource."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from service.local.sandbox.xml import Element, text_of

#: The options of the per-number resource that `false` clears, and those for which it is a value.
TEXTS = ("NumberFormat", "RPIDFormat", "RewriteUser", "CallForward")
FLAGS = ("CallingNameDisplay", "SmsEnabled")


@dataclass(frozen=True)
class NumberState:
    """What a number has; what is null is not there."""

    #: By element; A2P settings are MessageClass, CampaignId and A2pState.
    options: Mapping[str, str] = field(default_factory=dict)
    attributes: tuple[str, ...] = ()
    route_plan: Element | None = None
    changed_at: datetime | None = None


def after_put(state: NumberState, root: Element, at: datetime) -> NumberState:
    """Return the state once a PUT shows: it replaces all that the resource has, and what it omits is cleared.

    Bandwidth does not say what becomes of omitted elements; this is the harsher of the two readings. Options that
    only orders can set stay.
    """
    texts = {name: text for name in TEXTS if (text := text_of(root, name)) not in {None, "", "false"}}
    flags = {"CallingNameDisplay": text_of(root, "CallingNameDisplay"), "SmsEnabled": sms_of(root)}
    others = {name: text for name, text in state.options.items() if name not in {*TEXTS, *FLAGS}}
    put = {name: text for name, text in (texts | flags).items() if text}
    return replace(state, options=others | put, attributes=attributes_of(root), changed_at=at)


def attributes_of(root: Element) -> tuple[str, ...]:
    """Return the TnAttributes of a SipPeerTelephoneNumber."""
    return tuple((attribute.text or "").strip() for attribute in root.iterfind("TnAttributes/TnAttribute"))


def sms_of(root: Element) -> str | None:
    """Return SmsEnabled of a SipPeerTelephoneNumber."""
    return text_of(root, "MessagingSettings/SmsEnabled")
