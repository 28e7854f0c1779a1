"""A telephone number as the per-number resource prints it (OpenAPI of /tns/{tn})."""

from __future__ import annotations

from service.local.sandbox.magic import WARNING
from service.local.sandbox.number_state import TEXTS, NumberState
from service.local.sandbox.xml import Element, element


def number_document(number: str, state: NumberState) -> Element:
    """Write a `SipPeerTelephoneNumber`; only CallingNameDisplay is there even when nobody has set it."""
    options = state.options
    document = element("SipPeerTelephoneNumber", element("FullNumber", text=number))
    document.extend([element(name, text=options[name]) for name in TEXTS if name in options])
    document.append(element("CallingNameDisplay", text=options.get("CallingNameDisplay", "false")))
    document.extend(attributes_document(state))
    if "SmsEnabled" in options:
        document.append(element("MessagingSettings", element("SmsEnabled", text=options["SmsEnabled"])))
    return document


def attributes_document(state: NumberState) -> list[Element]:
    """Write `TnAttributes`, if there are any."""
    attributes = [element("TnAttribute", text=attribute) for attribute in state.attributes]
    return [element("TnAttributes", *attributes)] if attributes else []


def warned(number: str) -> Element:
    """Write the warning that SMS was on already; the other options are taken all the same."""
    warning = element("Warning", element("TelephoneNumber", text=number), element("Description", text=WARNING))
    return element("SipPeerTelephoneNumber", element("Warnings", warning))
