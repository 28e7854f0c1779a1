"""Who may call: tokens, scopes and accounts at every address of the API, and what becomes of a token over time."""

from __future__ import annotations

import re

import httpx
import pytest
import rig

from service.api.routes import operations
from service.clients.registrar import Registrar
from service.scopes import Scope
from service.store import keys

MADE_UP = "00000000-0000-7000-8000-000000000000"
#: milliseconds within which a rotation is taken for the one before, repeated
REPEATED_MS = 600_000
#: what takes a scope in
ENOUGH = {
    Scope.READ: (Scope.READ, Scope.WRITE, Scope.ADMIN),
    Scope.WRITE: (Scope.WRITE, Scope.ADMIN),
    Scope.ADMIN: (Scope.ADMIN,),
}


def address(operation, account):
    """An address of an operation, about things that do not exist."""
    path = operation.path.replace("{account_id}", account).replace("{kind}", "tn-options")
    return re.sub(r"\{[a-z_]+(?::[a-z]+)?\}", lambda found: MADE_UP if "_id" in found[0] else "2015551234", path)


def guarded():
    return [each for each in operations() if not getattr(each, "open", False)]


async def ask(world, operation, headers):
    """Call an operation about things that do not exist; of a stream, which has no end, only the head is read."""
    async with world.api.stream(operation.method, address(operation, world.account), headers=headers) as answer:
        if answer.is_error:
            await answer.aread()
        return answer


def registrar(world):
    return Registrar(world.desk.store, world.settings, "tests")


async def rotated_of(world, name, overlap):
    """The headers of a client's new token."""
    return {"Authorization": f"Bearer {(await registrar(world).rotate(name, overlap)).token}"}


async def age(world, name, ms):
    """Let a client's last rotation be older."""
    await world.desk.store.client.hincrby(keys.client(name), "rotated_at", -ms)


async def status(world, headers, path=None):
    return (await world.api.get(path or world.orders, headers=headers)).status_code


async def test_every_operation_wants_a_token_and_its_scope_and_says_which(world):
    by_scope = {each: await world.client(each) for each in Scope}
    for operation in guarded():
        answer = await ask(world, operation, {"Authorization": ""})
        assert (answer.status_code, answer.json()["type"]) == (401, "/problems/unauthenticated"), operation.id
        for scope, headers in by_scope.items():
            answer = await ask(world, operation, headers)
            refused = answer.status_code == 403
            assert refused == (scope not in ENOUGH[operation.scope]), (operation.id, scope, answer.status_code)
            if refused:
                assert answer.json()["type"] == "/problems/scope-missing"
                assert f"the scope {operation.scope};" in answer.json()["detail"]


async def test_no_token_and_one_that_is_not_known_are_told_apart(world):
    said = {}
    for name, headers in {"none": [], "unknown": [("Authorization", "Bearer nobody.nothing")]}.items():
        async with httpx.AsyncClient(base_url=world.api.base_url, trust_env=False) as stranger:
            answer = await stranger.get(world.orders, headers=headers)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="order tracker"')
        said[name] = answer.json()["detail"]
    assert said["none"] == "No token was given: send Authorization: Bearer TOKEN."
    assert said["unknown"].startswith("This token is not known: ")


async def test_an_account_that_is_not_the_clients_is_404_at_every_operation(world):
    headers = await world.client(*Scope, accounts=[])
    for operation in guarded():
        if "{account_id}" in operation.path:
            answer = await world.api.request(operation.method, address(operation, world.account), headers=headers)
            assert answer.status_code == 404, operation.id
            assert f"no account '{world.account}'" in answer.json()["detail"]


async def test_a_client_has_the_accounts_that_it_was_given_as_far_as_they_are_served(valkey):
    other = rig.new_account()
    async with rig.world(valkey.url) as world:
        settings = world.settings.model_copy(update={"accounts": (world.account, other)})
        with rig.served(rig.api_server(settings)) as url:
            both = await world.client(Scope.READ, accounts=["*"])
            one = await world.client(Scope.READ)
            async with httpx.AsyncClient(base_url=url, trust_env=False) as api:
                for headers, had in ((both, {world.account, other}), (one, {world.account})):
                    for account in (world.account, other):
                        answer = await api.get(f"/v1/accounts/{account}/orders", headers=headers)
                        assert answer.status_code == (200 if account in had else 404)
                answer = await api.get(f"/v1/accounts/{other}/orders", headers=one)
                assert answer.json()["detail"] == f"This token has no account '{other}'; it has {world.account}."
        assert await status(world, both, f"/v1/accounts/{other}/orders") == 404


async def test_a_new_client_and_a_new_secret_are_good_at_once_also_while_others_guess(world):
    wrong = {"Authorization": f"Bearer nobody.{'x' * 43}"}
    for _ in range(3):
        assert await status(world, wrong) == 401
        headers = await world.client(Scope.READ)
        assert await status(world, headers) == 200
        name = headers["Authorization"].split()[1].partition(".")[0]
        rotated = await rotated_of(world, name, 60)
        assert [await status(world, each) for each in (rotated, headers)] == [200, 200]


async def test_two_secrets_are_good_during_an_overlap_and_never_three(world):
    name = f"twice-{world.account}"
    first = await world.client(Scope.READ, name=name)
    second = await rotated_of(world, name, 3600)
    await age(world, name, REPEATED_MS)
    third = await rotated_of(world, name, 3600)
    assert await status(world, third) == 200
    assert [await status(world, each) for each in (first, second, third)] == [401, 200, 200]

    fourth = await rotated_of(world, name, 0)
    assert await status(world, fourth) == 200
    assert [await status(world, each) for each in (second, third)] == [401, 401]


async def test_a_rotation_that_is_repeated_keeps_the_token_in_use_and_ends_the_one_that_was_lost(world):
    name = f"lost-{world.account}"
    in_use = await world.client(Scope.READ, name=name)
    lost = await rotated_of(world, name, 3600)
    # each repetition may be lost as well, and is counted from the one before it
    for _ in range(2):
        await age(world, name, REPEATED_MS - 60_000)
        before, lost = lost, await rotated_of(world, name, 3600)
        assert await status(world, lost) == 200
        assert [await status(world, each) for each in (in_use, before)] == [200, 401]

    await age(world, name, REPEATED_MS)
    newest = await rotated_of(world, name, 3600)
    assert await status(world, newest) == 200
    assert [await status(world, each) for each in (in_use, lost)] == [401, 200]


async def test_a_secret_that_was_ended_at_once_is_not_good_again_after_a_second_rotation(world):
    name = f"leaked-{world.account}"
    leaked = await world.client(Scope.READ, name=name)
    second = await rotated_of(world, name, 0)
    done = await registrar(world).rotate(name, 3600)
    assert not done.replaces
    assert await status(world, {"Authorization": f"Bearer {done.token}"}) == 200
    assert [await status(world, each) for each in (leaked, second)] == [401, 200]


async def test_a_revoked_client_ends_in_every_process(world):
    headers = await world.client(Scope.READ, name=f"ended-{world.account}")
    with rig.served(rig.api_server(world.settings)) as url:
        async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False) as other:
            assert await status(world, headers) == 200
            assert (await other.get(world.orders)).status_code == 200

            await registrar(world).revoke(f"ended-{world.account}")

            async def over():
                return {await status(world, headers), (await other.get(world.orders)).status_code} == {401}

            await rig.until(over)


async def test_changed_scopes_and_rates_hold_for_the_same_token(world):
    headers = await world.client(Scope.READ, name=f"grown-{world.account}")
    audit = f"/v1/accounts/{world.account}/audit"
    assert await status(world, headers, audit) == 403

    await registrar(world).change(f"grown-{world.account}", scopes=[Scope.ADMIN], rate=50)

    async def grown():
        return await status(world, headers, audit) == 200

    await rig.until(grown)
    assert (await world.api.get(audit, headers=headers)).headers["ratelimit-policy"] == '"default";q=100;w=2'


async def test_known_clients_call_on_while_the_store_is_away_and_others_are_503_not_401():
    with rig.valkey() as server:
        async with rig.world(server.url) as world:
            known = await world.client(Scope.READ)
            assert await status(world, known) == 200
            late = {"Authorization": f"Bearer late.{'x' * 43}"}
            server.kill()

            for headers, scope in ((known, 503), (late, 503), ({"Authorization": "Bearer nonsense"}, 401)):
                assert await status(world, headers) == scope
            assert await status(world, known, f"{world.orders}/no-such-order") == 404
            with rig.served(rig.api_server(world.settings)) as url:
                async with httpx.AsyncClient(base_url=url, trust_env=False) as never_read:
                    assert (await never_read.get(f"{world.orders}/x", headers=known)).status_code == 503
                    assert (await never_read.get(f"{world.orders}/x", headers=world.api.headers)).status_code == 404


async def test_without_a_token_in_the_settings_only_named_clients_may_call(lines):
    with rig.valkey() as server:
        async with rig.world(server.url, api_token="") as world:
            rig.until_sync(lambda: "clients.none" in lines.getvalue())
            headers = await world.client(Scope.READ)

            told = [await status(world, each) for each in (headers, {"Authorization": "Bearer x"}, {})]
            assert told == [200, 401, 401]


async def test_a_clients_id_is_in_log_lines_and_on_timelines_and_its_token_nowhere(world, lines):
    headers = await world.client(Scope.WRITE, name=f"named-{world.account}")
    secret = headers["Authorization"].partition(".")[2]
    order = await world.submit([{"telephone_numbers": ["2015550142"], "sms": "on"}], headers=headers)
    await world.until(order["id"], "needs_attention")
    assert (await world.api.post(f"{world.orders}/{order['id']}/cancel", headers=headers)).status_code == 202
    assert (await world.api.get(f"/v1/accounts/{world.account}/audit", headers=headers)).status_code == 403

    entries = await world.timeline(order["id"])
    assert {each["event"]: each.get("by") for each in entries if each["source"] in {"api", "operator"}} == {
        "accepted": f"named-{world.account}",
        "cancelled": f"named-{world.account}",
    }
    written = lines.getvalue()
    for event in ("order.accepted", "order.decided", "request.refused"):
        assert any(event in line and f'"client": "named-{world.account}"' in line for line in written.splitlines())
    kept = await registrar(world).all()
    client = await world.desk.clients.authenticate([headers["Authorization"]])
    assert secret not in written + repr(kept) + repr(client) + repr(world.desk.clients) + str(client)


@pytest.mark.parametrize(
    ("scopes", "may"),
    [
        ((), set()),
        ((Scope.PERSONAL,), {Scope.PERSONAL}),
        ((Scope.WRITE,), {Scope.READ, Scope.WRITE}),
        ((Scope.ADMIN, Scope.PERSONAL), set(Scope)),
        ((Scope.ADMIN,), set(Scope) - {Scope.PERSONAL}),
    ],
)
async def test_scopes_take_others_in_and_names_and_addresses_stand_apart(world, scopes, may):
    headers = await world.client(*scopes)
    client = await world.desk.clients.authenticate([headers["Authorization"]])
    assert client.scopes == may
    assert client.sees_personal == (Scope.PERSONAL in may)
