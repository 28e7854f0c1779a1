"""Signed callbacks at the door: a right signature needs no password, a wrong one is not saved by it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import httpx
import pytest
import rig
import structlog
from structlog.testing import capture_logs

SECRET, PREVIOUS = "the-secret-of-subscriptions-v2", "the secret of last year: \u00e9"
XML = "<Notification><Status>RECEIVED</Status><OrderId>b-1</OrderId></Notification>"
JSON = json.dumps({"orderId": "b-1", "status": "RECEIVED"})
SIGNED = {"callback_signing_secret": SECRET, "callback_previous_signing_secret": PREVIOUS}


@pytest.fixture
async def signing(valkey):
    async with rig.world(valkey.url, **SIGNED) as made:
        yield made


def signature(body, secret=SECRET):
    return base64.b64encode(hmac.digest(secret.encode(), body.encode(), hashlib.sha256)).decode()


async def knock(world, body, signed=None, *, media="application/json", auth=None):
    headers = {"Content-Type": media} | ({"X-Bandwidth-Signature-SHA-256": signed} if signed is not None else {})
    path = f"/callbacks/bandwidth/{world.account}/{rig.SEGMENT}"
    async with httpx.AsyncClient(base_url=world.api.base_url, trust_env=False) as stranger:
        return await stranger.post(path, content=body, headers=headers, auth=auth)


async def test_a_right_signature_passes_without_a_password_in_both_formats(signing):
    assert (await knock(signing, JSON, signature(JSON))).status_code == 200
    assert (
        await knock(signing, JSON, signature(JSON), media="application/vnd.x+json; charset=utf-8")
    ).status_code == 200
    assert (await knock(signing, XML, signature(XML), media="application/xml; charset=utf-8")).status_code == 200


async def test_the_previous_secret_signs_until_it_is_taken_out(signing, world):
    assert (await knock(signing, JSON, signature(JSON, PREVIOUS))).status_code == 200
    assert (await knock(world, JSON, signature(JSON, PREVIOUS))).status_code == 401


async def test_a_signature_that_is_not_of_these_bytes_is_challenged(signing):
    right = signature(JSON)
    wrong = {
        "another secret": signature(JSON, "another"),
        "no secret": signature(JSON, ""),
        "another body": signature(JSON + " "),
        "in hex": hmac.digest(SECRET.encode(), JSON.encode(), hashlib.sha256).hex(),
        "not base64": "!!!!",
        "cut off": right[:-2],
        "with a prefix": f"sha256={right}",
        "empty": "",
        "not ASCII": b"\xe9\xff",
        "endless": "A" * 30_000,
    }
    for name, given in wrong.items():
        answer = await knock(signing, JSON, given)
        assert (answer.status_code, "www-authenticate" in answer.headers) == (401, True), name


async def test_a_body_of_which_one_byte_was_changed_is_challenged(signing):
    signed = signature(JSON)
    assert (await knock(signing, JSON.replace("b-1", "b-2"), signed)).status_code == 401
    assert (await knock(signing, JSON, signed)).status_code == 200


async def test_a_right_password_does_not_save_a_wrong_signature(signing):
    assert (await knock(signing, JSON, "nonsense", auth=rig.CALLBACK)).status_code == 401


async def test_without_a_signature_the_password_decides(signing):
    assert (await knock(signing, JSON)).status_code == 401
    assert (await knock(signing, JSON, auth=rig.CALLBACK)).status_code == 200
    assert (await knock(signing, XML, media="application/xml", auth=rig.CALLBACK)).status_code == 200


async def test_without_a_secret_of_ours_signatures_are_not_looked_at(world):
    assert (await knock(world, JSON, signature(JSON, ""))).status_code == 401
    assert (await knock(world, JSON, "nonsense", auth=rig.CALLBACK)).status_code == 200


async def test_a_signed_but_empty_first_half_of_a_challenge_gets_the_challenge(signing):
    first = await knock(signing, "", signature(""))
    assert (first.status_code, "www-authenticate" in first.headers) == (401, True)
    assert (await knock(signing, JSON, signature(JSON), auth=rig.CALLBACK)).status_code == 200


async def test_what_is_signed_and_cannot_be_read_is_400(signing):
    for body in ("[]", "{}", "nonsense", '{"orderId": "a", "order_id": "b"}', "[" * 100_000, XML):
        assert (await knock(signing, body, signature(body))).status_code == 400, body[:40]


async def test_an_unsigned_stranger_cannot_send_more_than_the_cap(valkey):
    async with rig.world(valkey.url, max_callback_bytes=1000, **SIGNED) as world:
        assert (await knock(world, "x" * 1001, "nonsense")).status_code == 413


async def test_a_signed_callback_in_json_reaches_its_order(signing):
    order = await signing.submit([{"telephone_numbers": ["2015550120"], "sms": "on"}])
    order = await signing.until(order["id"], "processing")
    body = json.dumps({"event": {"order_id": order["bandwidth_order_id"], "STATUS": "FAILED"}})

    assert (await knock(signing, body, signature(body))).status_code == 200

    assert (await signing.order(order["id"]))["announced"] == "FAILED"


@pytest.fixture
def _all_levels():
    before = structlog.get_config()
    structlog.reset_defaults()
    yield
    structlog.configure(**before)


@pytest.mark.usefixtures("_all_levels")
async def test_a_wrong_signature_is_logged_and_a_missing_password_is_not(signing):
    with capture_logs() as logs:
        await knock(signing, JSON)
        await knock(signing, JSON, "nonsense")
    refused = [entry for entry in logs if entry["event"] == "callback.refused"]
    assert [(entry["why"], entry["log_level"]) for entry in refused] == [("wrong signature", "warning")]
