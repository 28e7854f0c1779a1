"""Tokens that are none, are somebody else's, or come in another way: all refused, unknown ones alike, none logged."""

from __future__ import annotations

import base64

import raw_door
import rig

from service.scopes import Scope


def hostile(name, secret, theirs):
    token = f"{name}.{secret}"
    basic = [base64.b64encode(each.encode()).decode() for each in (f"{name}:{secret}", f":{token}", rig.TOKEN)]
    return [
        *(f"Basic {each}" for each in basic),
        f"Bearer {theirs.partition('.')[0]}.{secret}",
        f"Bearer {name}.{secret[:-1]}",
        f"Bearer {name}.{secret}x",
        f"Bearer {name.upper()}.{secret}",
        f"Bearer {name}",
        f"Bearer .{secret}",
        f"Bearer {secret}",
        f"Bearer {token} {token}",
        f"Bearer {token}, Bearer {token}",
        f"Token {token}",
        token,
        f"Bearer default.{secret}",
        f"Bearer {rig.TOKEN}.{secret}",
        f"Bearer {{clients}}:client:{name}.{secret}",
        "Bearer",
        "Bearer " + "x" * 60_000,
        f"Bearer {'a' * 5_000}.{secret}",
        f"Bearer {name}.{'0' * 43}",
        f"Bearer {name}.{secret[:-1]}\u00b2".encode(),
        f"Bearer\u00a0{token}".encode(),
        f"Bearer {token}\u2028".encode(),
        b"Bearer \xff\xfe.\xed\xa0\x80",
        f"Bearer {name}.{secret[:20]}".encode() + b"\x00" + secret[21:].encode(),
    ]


def is_bearer(given):
    scheme, _, token = given.partition(b" ")
    return scheme == b"Bearer" and token != b""


async def test_hostile_tokens_are_refused_alike_and_leave_nothing_behind(world, lines):
    mine, other = await world.client(Scope.READ), await world.client(Scope.ADMIN)
    token, theirs = (each["Authorization"].split()[1] for each in (mine, other))
    name, _, secret = token.partition(".")
    first, answers = f"GET {world.orders} HTTP/1.1", {True: set(), False: set()}
    for each in hostile(name, secret, theirs):
        given = each if isinstance(each, bytes) else each.encode()
        said = await raw_door.ask(world, raw_door.head(first, b"Authorization: " + given))
        # the parser itself refuses a NUL
        assert said.status == (400 if b"\x00" in given else 401), given[:80]
        answers[is_bearer(given)] |= {said.body} if said.status == 401 else set()

    # whether there is such a client, and how near the secret is, makes no difference
    ((unknown,), (none,)) = answers[True], answers[False]
    assert b"This token is not known" in unknown
    assert b"holds no bearer token" in none
    assert (await world.api.get(world.orders, headers=mine)).status_code == 200
    assert not [each for each in (secret, theirs.partition(".")[2]) if each in lines.getvalue()]
    await raw_door.unharmed(world, lines)


async def test_a_request_with_two_tokens_is_nobodys(world, lines):
    mine, other = [(await world.client(Scope.READ))["Authorization"] for _ in range(2)]
    for second in (mine, other, "Bearer x", "", f"Bearer {rig.TOKEN}"):
        both = (f"Authorization: {mine}", f"authorization: {second}")
        said = await raw_door.ask(world, raw_door.head(f"GET {world.orders} HTTP/1.1", *both))
        assert (said.status, said.problem) == (401, "unauthenticated")
        assert b"Two tokens were given" in said.body
    await raw_door.unharmed(world, lines)
