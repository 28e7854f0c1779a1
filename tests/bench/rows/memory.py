"""What an open order of one number takes in the server's memory: all that is kept of it but bells and documents."""

from __future__ import annotations

from orders_made import OURS, accept
from row import Figure, Row, at_most


def per_order(stage):
    """Without workers there are no documents, and beyond a backlog of 100 no bells."""
    path, count = f"/v1/accounts/{OURS}/orders/tn-options", stage.scale.remembered
    stage.load(stage.ours, accept(path, min(200, count)))
    before = _bytes(stage)
    stage.load(stage.ours, accept(path, count))
    each = (_bytes(stage) - before) / count / 1024
    yield Figure(at_most(2.5, "2.5 KiB"), each, f"{each:.2f} KiB, the mean of {count:,}")


def _bytes(stage):
    memory = stage.client.info("memory")
    return memory["used_memory"] - memory["mem_clients_normal"] - memory["mem_aof_buffer"]


ROWS = (Row("memory per order", per_order),)
