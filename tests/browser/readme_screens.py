"""The README's screenshots, docs/images/dashboard-*.png, made anew of a tracker on this machine:

make run ARGS=--no-sample                             # with a directory of its own: orders are submitted to it
.venv/bin/python tests/browser/readme_screens.py      # or with the address of its connection.json

It submits orders of every kind and end, waits until they stand as they shall, and looks at two pages.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path

import httpx
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
#: orders that stay open: stuck, behind it, for later, and for a person
STAY = 4
#: CSS pixels
WIDTH = 1280
HEIGHTS = {"orders": 860, "order": 1080}
#: bytes; the README is to open quickly
MOST = 200_000
ADDRESS = {"house_number": "915", "street_name": "Elm", "city": "Carpinteria", "state_code": "CA", "zip": "93013"}
LISTING = {"subscriber_type": "BUSINESS", "listing_type": "LISTED", "list_address": True, "address": ADDRESS}
#: the sandbox's: not on this account, not on the system, stays PROCESSING, is answered by a proxy
STRANGE, UNKNOWN, STUCK, PROXIED = "2015550101", "2015550102", "2015550120", "2015550143"


def numbers(first, count):
    return [str(2018550000 + first + each) for each in range(count)]


def options(reference, telephone_numbers, **more):
    group = {"telephone_numbers": telephone_numbers, "sms": "on"}
    return "tn-options", {"groups": [group], "customer_order_id": reference, **more}


def name(reference, telephone_numbers, text):
    group = {"telephone_numbers": telephone_numbers, "subscriber_information": text}
    return "lidb", {
        "groups": [group | {"use_type": "BUSINESS", "visibility": "PUBLIC"}],
        "customer_order_id": reference,
    }


def listing(reference, telephone_numbers, text):
    group = {"telephone_numbers": telephone_numbers, "listing_name": {"last_name": text}} | LISTING
    return "dlda", {"groups": [group], "customer_order_id": reference}


def orders():
    """Return kinds and bodies, the oldest first."""
    friday = time.strftime("%Y-%m-%dT06:00:00Z", time.gmtime(time.time() + 4 * 86_400))
    notes = {"team": "voice", "ticket": "OPS-4412"}
    yield options("ROLLOUT-WEST-01", numbers(1000, 2000))
    yield options("ROLLOUT-WEST-02", numbers(3000, 2000))
    yield listing("LISTING-4410", numbers(100, 2), "Carpinteria Cycles")
    yield name("CNAM-BLUE-BOTTLE", numbers(110, 12), "Blue Bottle")
    yield options("ACME-MIGRATION-16", numbers(120, 80))
    yield options("ACME-MIGRATION-17", [*numbers(200, 46), STRANGE, UNKNOWN], metadata=notes)
    yield "number-options", {"telephone_number": "2018550300", "call_forward": "6042661720"}
    yield options("SMS-ON-4418", numbers(310, 25))
    yield options("PORT-IN-88120", [STUCK, *numbers(340, 9)])
    yield options("PORT-IN-88121", [STUCK])
    yield name("CNAM-HARBOR-DENTAL", [UNKNOWN], "Harbor Dental")
    yield "location-failover", {"site_id": "2", "sip_peer_id": "500015", "final_destination_uri": "+13332221111@PSTN"}
    yield options("PORT-DAY-FRIDAY", numbers(360, 250), not_before=friday)
    yield options("FRAUD-BLOCK-77", [PROXIED])
    yield listing("LISTING-4421", [STRANGE, *numbers(630, 1)], "Harbor Dental")
    yield options("SMS-ON-4422", numbers(640, 18))


def submit(api, account):
    """Submit them all, and wait until all that can end has ended; returns the id of the one that is shown."""
    found = {}
    for kind, body in orders():
        answer = api.post(f"/v1/accounts/{account}/orders/{kind}", json=body)
        answer.raise_for_status()
        found[body.get("customer_order_id")] = answer.json()["id"]
    deadline = time.monotonic() + 60
    while api.get(f"/v1/accounts/{account}/summary").json()["open"] > STAY and time.monotonic() < deadline:
        time.sleep(0.5)
    return found["ACME-MIGRATION-17"]


def main():
    """Submit, and look."""
    connection = json.loads(Path((sys.argv[1:] or [ROOT / ".local" / "connection.json"])[0]).read_text())
    headers = {"Authorization": f"Bearer {connection['token']}"}
    with httpx.Client(base_url=connection["url"], headers=headers, trust_env=False) as api:
        order = submit(api, connection["account_id"])
    table = f"{connection['url']}/dashboard/accounts/{connection['account_id']}/orders"
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        program = next(filter(None, map(shutil.which, PROGRAMS)))
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page(color_scheme="light")
        tab.goto(table)
        tab.fill("#token", connection["token"])
        tab.click("main button")
        for shown, path in (("orders", table), ("order", f"{table}/{order}")):
            tab.set_viewport_size({"width": WIDTH, "height": HEIGHTS[shown]})
            tab.goto(path)
            tab.wait_for_selector("text=live")
            written = IMAGES / f"dashboard-{shown}.png"
            tab.screenshot(path=written, animations="disabled")
            assert written.stat().st_size < MOST, written
        browser.close()


if __name__ == "__main__":
    main()
