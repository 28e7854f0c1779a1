"""What a walk found, as a table for people and as `.bench/faults.json` for programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fault_judge import Verdict

FILE: Final = Path(__file__).parents[2] / ".bench" / "faults.json"
#: bad orders whose timelines are printed
_SHOWN: Final = 10

console = Console(width=120, highlight=False, markup=False, soft_wrap=False)


def figures(verdict: Verdict, more: Mapping[str, Any]) -> dict[str, Any]:
    counted = {
        "acknowledged": verdict.acknowledged,
        "converged": verdict.converged,
        "lost": len(verdict.lost),
        "doubled": len(verdict.doubled),
        "wrong": len(verdict.wrong),
        "untold": len(verdict.untold),
        "needs_attention": dict(verdict.attention),
        "refused": len(verdict.refused),
        "leaks": len(verdict.leaks),
        "verify_differences": len(verdict.differences),
    }
    return {**more, **counted}


def keep(found: Mapping[str, Any]):
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(found, indent=2) + "\n")


def show(found: Mapping[str, Any], verdict: Verdict):
    table = Table("figure", "value", title="Random walk over crash points")
    for name, value in found.items():
        said = ", ".join(f"{part} {count}" for part, count in value.items()) if isinstance(value, dict) else str(value)
        table.add_row(name.replace("_", " "), said or "none")
    console.print(table)
    for said in [*verdict.refused[:_SHOWN], *verdict.leaks[:_SHOWN], *verdict.differences[:_SHOWN]]:
        console.print(said)


def explain(verdict: Verdict, timelines: Mapping[str, Any], ledger: list[dict[str, Any]]):
    """Print what happened to bad orders, here and at Bandwidth."""
    for order_id, why in list(verdict.bad.items())[:_SHOWN]:
        console.print(f"\n{order_id}: {why}")
        for entry in timelines.get(order_id) or ():
            happened = f"{entry.get('state', ''):<12} {entry['source']}/{entry['event']}"
            console.print(f"  {entry['at']}  {happened}  {entry.get('detail') or ''}")
        for row in ledger:
            if row["customer_order_id"] == order_id:
                came = f"{row['order_id']} {row['status']} at {row['created_at']}, answers {row['answers']}"
                console.print(f"  at Bandwidth: {came}")
