"""Records as the release before wrote them: what its scripts had put into the store, of every state and kind.

The file holds one account: an order of each kind that is not sent, one of each open state, one that has ended, one
placed elsewhere, an amendment, a line, a batch whose orders are open and one that is still planned, callbacks of
nobody's order, an endpoint with deliveries that wait, and events of which no delivery is made. None has a schema.
"""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

from service.store import keys
from service.store.document import unpack
from service.xml import MASK

ACCOUNT = "9900001"
NOWHERE = "http://127.0.0.1:9/hooks"
#: as somebody else had placed an order
THEIRS = (
    "<TnOptionOrder><CustomerOrderId>theirs</CustomerOrderId><TnOptionGroups><TnOptionGroup>"
    "<CallForward>systemDefault</CallForward><Sms>on</Sms><TelephoneNumbers><TelephoneNumber>{number}</TelephoneNumber>"
    "</TelephoneNumbers></TnOptionGroup></TnOptionGroups></TnOptionOrder>"
)
_FILE = Path(__file__).with_name("records_before.json")
_RESOURCES = {"tn-options": "tnoptions", "lidb": "lidbs", "dlda": "dldas"}
_TIME = re.compile(r"\b17959\d{8}\b")


class Earlier:
    """Reads the file, and puts it into a store."""

    def __init__(self):
        self.text = _FILE.read_text()
        self.names = json.loads(self.text)["names"]

    def part(self, name, part=""):
        return json.loads(self.text)["keys"][keys.order(ACCOUNT, self.names[name], part)][2]

    async def place_at(self, world, name):
        """Let the sandbox have an order as the file's had it; its id there is another."""
        record = self.part(name)
        old = record.get("bandwidth_order_id") or self.names[f"{name} at Bandwidth"]
        sent = (
            THEIRS.format(number=record["numbers"])
            if name == "external"
            else unpack(self.part(name, "documents")[0]).document.xml
        )
        path = f"/api/v1/accounts/{ACCOUNT}/{_RESOURCES[record['kind']]}"
        # passcodes are not kept
        sent = sent.replace(MASK, "unchanged")
        answer = await world.sandbox.post(path, content=sent, auth=("sandbox-user", "sandbox-password"))
        assert answer.status_code == 201, answer.text
        self.text = self.text.replace(old, answer.headers["location"].rpartition("/")[2])

    async def restore(self, client):
        """Write it all, as if it had just been written."""
        told = json.loads(self.text)
        ahead = int(time.time() * 1000) - told["at"]
        for key, (type_, ttl, value) in json.loads(_TIME.sub(lambda at: str(int(at[0]) + ahead), self.text))[
            "keys"
        ].items():
            await _WRITE[type_](client, key, value)
            if ttl:
                await client.pexpire(key, ttl)


async def _stream(client, key, entries):
    for entry_id, fields in entries:
        await client.xadd(key, fields, id=entry_id)


_WRITE = {
    "hash": lambda client, key, value: client.hset(key, mapping=value),
    "string": lambda client, key, value: client.set(key, value),
    "list": lambda client, key, value: client.rpush(key, *value),
    "set": lambda client, key, value: client.sadd(key, *value),
    "zset": lambda client, key, value: client.zadd(key, dict(value)),
    "stream": _stream,
}
