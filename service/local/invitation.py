"""What to try next: commands to copy from the terminal."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from service.local.environment import ACCOUNT, Addresses

if TYPE_CHECKING:
    from service.local.directory import DataDirectory


#: the command line as it was installed
COMMAND: Final = shlex.quote(str(Path(sys.executable).with_name("order-tracker")))


def invitation(addresses: Addresses, directory: DataDirectory) -> str:
    """Return the commands, with this run's address and token."""
    orders = f"{addresses.api}/v1/accounts/{ACCOUNT}/orders"
    curl = f"curl -s -H 'Authorization: Bearer {directory.credentials.api_token}'"
    body = '{"groups": [{"telephone_numbers": ["2018551021", "2015550101"], "sms": "on"}]}'
    return f"""
Look at it: {addresses.api}/dashboard, and sign in with {directory.credentials.api_token}

Try it:

  # two numbers: the second is one of the sandbox's magic numbers, and fails
  {curl} -H 'Content-Type: application/json' -d '{body}' {orders}/tn-options

  # all orders, newest first; each has links to its numbers, its timeline and the XML
  {curl} {orders}

  # the sandbox's own view: every order it took, and every callback it made
  curl -s {addresses.sandbox}/_sandbox/orders
  curl -s {addresses.sandbox}/_sandbox/callbacks

  # commands of this run: what is well and what is not, and all open orders as they move
  (. {directory.path}/env; {COMMAND} doctor)
  (. {directory.path}/env; {COMMAND} orders watch)

Addresses, tokens and pids: {directory.connection_file}
Logs: {directory.log}
Ctrl-C ends all of it; a second start goes on with what is there.
"""
