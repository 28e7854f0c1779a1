"""Conversations about kinds that change a setting in place: no order of theirs exists at Bandwidth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from service.exchange import Conversation
from service.order import Order
from service.setting import change, proof
from service.setting.dialect import SettingDialect


@dataclass(frozen=True, slots=True)
class Setting(SettingDialect):
    """A setting; its conversations are what a kind declares as submit, find and check."""

    def submit(self, order: Order, request: Any) -> Conversation:
        """Write the setting with the change in it."""
        return change.submit(self, order, request)

    def find(self, order: Order, request: Any) -> Conversation:
        """Look for a change that may or may not have arrived."""
        return proof.find(self, order, request)

    def check(self, order: Order, request: Any) -> Conversation:
        """Look whether the change shows."""
        return proof.check(self, order, request)
