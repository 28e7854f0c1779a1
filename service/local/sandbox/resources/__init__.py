"""The kinds of order that the sandbox knows; a new kind is one more file here and one more entry."""

from __future__ import annotations

from service.local.sandbox.resources.dlda import Dlda
from service.local.sandbox.resources.kind import OrderKind
from service.local.sandbox.resources.lidb import Lidb
from service.local.sandbox.resources.tn_options import TnOptions

#: Every kind by the name that the ledger and the journal use.
KINDS: dict[str, OrderKind] = {kind.name: kind for kind in (TnOptions(), Lidb(), Dlda())}
