"""The rules of a TnOptionOrder that its request alone can break; each answers 400 with its published code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.local.sandbox.refusals import RefusedError
from service.local.sandbox.resources.envelope import check_numbers, check_root, check_unique, groups_of, numbers_of
from service.local.sandbox.resources.route_plan import check_route_plan
from service.local.sandbox.resources.tn_option_values import KEEP, VALUE_CHECKS
from service.local.sandbox.verdict import OrderError
from service.local.sandbox.xml import Element, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.local.sandbox.options import Options

_LIMIT_A2P = 64


def check_order(root: Element, options: Options) -> None:
    """Refuse an order that breaks a rule, in the order of its parts."""
    check_root(root, "TnOptionOrder")
    groups = groups_of(root, "TnOptionGroup")
    if not groups:
        raise RefusedError(1003, "TnOptionGroups is required")
    check_numbers(groups)
    check_unique(groups, options.max_numbers)
    for group in groups:
        _check_group(group, options)


def conflicts(group: Element) -> Iterator[OrderError]:
    """Yield what is accepted and then fails every number of the group (5203, 5204): seen only on GET."""
    if text_of(group, "OriginationRoutePlan/Action") != "asSpecified":
        return
    for name, code, words in (
        ("CallForward", 5203, "Call-forwarding"),
        ("RewriteUser", 5204, "Rewrite-user"),
    ):
        if text_of(group, name) not in {None, *KEEP}:
            text = f"Origination Route Plan Error: TN cannot have {words} along with Origination Route Plan"
            yield from (OrderError(code, text, (number,)) for number in numbers_of(group))


def _check_group(group: Element, options: Options) -> None:
    if all(group.find(name) is None for name in OPTIONS):
        raise RefusedError(5115, f"At least one of the TN option attributes must be applied for {numbers_of(group)[0]}")
    for name, check in VALUE_CHECKS.items():
        value = text_of(group, name)
        if value is not None:
            check(value)
    _check_forwarding_to_itself(group)
    _check_messaging(group)
    plan = group.find("OriginationRoutePlan")
    if plan is not None:
        check_route_plan(plan, enabled=options.route_plans_enabled)


def _check_forwarding_to_itself(group: Element) -> None:
    target = text_of(group, "CallForward")
    if target in numbers_of(group):
        raise RefusedError(
            5088,
            f"The specified call forwarding number {target} cannot be the same as"
            f" the origin telephone number {target}.",
        )


def _check_messaging(group: Element) -> None:
    sms_is_off = text_of(group, "Sms") == "off"
    if sms_is_off and text_of(group, "NNID") not in {None, *KEEP}:
        raise RefusedError(5202, "SMS should be 'ON' before NNID assignment")
    settings = group.find("A2pSettings")
    if settings is None:
        return
    action = text_of(settings, "Action") or "asSpecified"
    if action not in {"asSpecified", "off", "delete", *KEEP}:
        valid = "'unchanged', 'systemDefault', 'off', 'asSpecified'"
        raise RefusedError(5138, f"Action value is invalid. Valid values are: {valid}.")
    _check_campaign(settings, action)
    if sms_is_off and action == "asSpecified":
        raise RefusedError(5132, "SMS attribute should be 'ON' for provisioning A2P")


def _check_campaign(settings: Element, action: str) -> None:
    for name in ("MessageClass", "CampaignId"):
        value = text_of(settings, name)
        if value is not None and action != "asSpecified":
            raise RefusedError(
                5134,
                f"Attribute {name} is incompatible with such 'Action' values: 'off, systemDefault, unchanged'",
            )
        if value is not None and len(value) > _LIMIT_A2P:
            raise RefusedError(1011, f"{name} is too long. Max length {_LIMIT_A2P} characters")


#: Every option of a group, in the order in which the samples print them; other elements are ignored.
OPTIONS = (
    "NumberFormat",
    "RPIDFormat",
    "RewriteUser",
    "CallForward",
    "CallingNameDisplay",
    "PortOutPasscode",
    "Protected",
    "Sms",
    "FinalDestinationURI",
    "NNID",
    "ESPID",
    "A2pSettings",
    "OriginationRoutePlan",
    "PindropEnabled",
    "CallVerificationEnabled",
)
