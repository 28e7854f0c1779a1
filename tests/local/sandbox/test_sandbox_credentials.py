from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree
from sandbox_harness import ACCOUNT, ORDERS, SUBSCRIPTIONS, basic, order, running

TOKENS = "/api/v1/oauth2/token"
CLIENT = ("sandbox-client", "sandbox-client-secret")
FORM = {"grant_type": "client_credentials"}


def test_a_token_has_the_fields_that_every_sdk_reads(sandbox):
    answer = sandbox.http.post(TOKENS, auth=CLIENT, data=FORM).json()
    assert (answer["token_type"], answer["expires_in"]) == ("bearer", 3600)
    claims = answer["access_token"].split(".")[1]
    decoded = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert decoded["accounts"] == [ACCOUNT]


@pytest.mark.parametrize("path", [TOKENS, "/api/oauth2/token", "/v1.0/oauth2/token"])
def test_the_token_endpoint_has_the_aliases_too(sandbox, path):
    assert sandbox.http.post(path, auth=CLIENT, data=FORM).status_code == 200


def test_a_wrong_secret_or_grant_gets_no_token(sandbox):
    wrong = sandbox.http.post(TOKENS, auth=("sandbox-client", "guess"), data=FORM)
    assert (wrong.status_code, wrong.json()) == (401, {"error": "invalid_client"})
    grant = sandbox.http.post(TOKENS, auth=CLIENT, data={"grant_type": "password"})
    assert (grant.status_code, grant.json()) == (400, {"error": "unsupported_grant_type"})


def test_the_legacy_user_may_call_and_is_named_as_creator(sandbox):
    legacy = {"Authorization": basic("sandbox-user", "sandbox-password")}
    answer = sandbox.http.post(ORDERS, content=order("2018551020"), headers=legacy)
    assert etree.fromstring(answer.content).findtext(".//CreatedByUser") == "sandbox-user"


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer x", "Bearer a.b.c", "Bearer ä", "Basic !", "Basic /w==", basic("sandbox-user", "guess"), "Digest x"],
)  # fmt: skip
@pytest.mark.parametrize("path", [ORDERS, f"{ORDERS}/x", f"{ORDERS}/x/history", SUBSCRIPTIONS])
def test_anything_else_answers_401_with_an_empty_body(sandbox, authorization, path):
    headers = {"Authorization": authorization.encode()}
    answer = sandbox.http.get(path, headers=headers)
    assert (answer.status_code, answer.content) == (401, b"")


def test_a_post_without_credentials_answers_401_with_an_empty_body(sandbox):
    answer = sandbox.http.post(ORDERS, content=order("2018551020"), headers={"Authorization": ""})
    assert (answer.status_code, answer.content) == (401, b"")


@pytest.mark.parametrize("path", ["tnoptions", "tnoptions/x", "tnoptions/x/history", "subscriptions"])
def test_an_unknown_account_answers_403(sandbox, path):
    answer = sandbox.http.get(f"/api/v1/accounts/1/{path}")
    assert answer.status_code == 403
    assert etree.fromstring(answer.content).findtext("ResponseStatus/ErrorCode") == "1001"


def test_a_token_expires():
    now = [datetime(2026, 5, 10, tzinfo=UTC)]
    with running(clock=lambda: now[0], token_ttl=30) as sandbox:
        now[0] += timedelta(seconds=29)
        assert sandbox.http.get(ORDERS).status_code == 200
        now[0] += timedelta(seconds=1)
        assert sandbox.http.get(ORDERS).status_code == 401
