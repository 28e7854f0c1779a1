"""The page of an order: how it stands and what to do, its life, its numbers, and who may see it."""

from __future__ import annotations

import re
import time

import pytest
from ending_steps import end
from rig import new_account, until

from service.lifecycle import State
from service.order import Outcome, Remark
from service.store import keys, purging
from service.times import iso

HOSTILE = "</script><script>alert('x')</script><b onclick=\"x\">&amp;"
OK = "2015551234"


def page_of(world, order, part=""):
    return f"/dashboard/accounts/{world.account}/orders/{order['id']}{part}"


async def shown(world, visit, order, *scopes, part=""):
    answer = await (await visit(world, *scopes)).get(page_of(world, order, part))
    assert answer.status_code == 200, answer.text
    return answer.text


def words(html):
    """The page as text."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


async def test_an_order_is_told_from_its_acceptance_to_its_end_with_what_each_code_means(world, visit):
    await world.subscribe()
    groups = [{"telephone_numbers": [OK, "2015550101", "2015550102", "2015550104"], "sms": "on"}]
    made = await world.submit(groups, customer_order_id="ours-1", metadata={"team": "billing"})
    order = await world.ended(made["id"])
    said = words(await shown(world, visit, order))
    for told in (
        *("ours-1", order["id"], order["bandwidth_order_id"], "says PARTIAL", "team billing", order["trace_id"]),
        *("2 complete", "2 failed", "0 pending", "of 4 numbers"),
        "Error 5076 Telephone number is not available.",
        "The number is not on this account. To do: Check that the number is right",
        "Warning SMS is already Enabled or number is in processing.",
        *("Accepted, on disk by default", "Sent, and taken by Bandwidth", "Checked at Bandwidth PARTIAL"),
        "Nothing of this order is left to retry: no number failed in a way that sending it again could mend",
    ):
        assert told in said
    assert re.search(r"accepted for \d.+; then submitting for .+; then partial\. callbacks: \d\. checks: 1\.", said)


async def test_a_held_order_names_the_one_it_waits_for_and_one_for_later_says_until_when(world, visit):
    first = await world.submit([{"telephone_numbers": ["2015550120"], "sms": "on"}])
    held = await world.submit([{"telephone_numbers": ["2015550120", OK], "sms": "off"}])
    page = await shown(world, visit, held)
    assert f'orders/{first["id"]}">{first["id"]}</a>' in page
    assert "To do: Nothing, unless the other one hangs" in words(page)
    later = await world.submit(
        [{"telephone_numbers": ["2015551235"], "sms": "on"}], not_before=iso(round(time.time() * 1000) + 3_600_000)
    )
    said = words(await shown(world, visit, later))
    assert re.search(r"Waits , until 20\d\d-.+ UTC .+ Whoever submitted it wants it sent no sooner", said)


async def test_an_order_that_needs_a_person_says_why_and_what_to_do(world, visit):
    made = await world.submit([{"telephone_numbers": ["2015550142"], "sms": "on"}])
    await world.until(made["id"], "needs_attention")
    said = words(await shown(world, visit, made))
    assert "Bandwidth does not let these credentials do this To do: Have Bandwidth give these credentials" in said


async def test_late_and_repeated_callbacks_are_shown_and_told_apart(world, visit):
    made = await world.submit()
    order = await world.ended(made["id"])
    body = (
        f"<Notification><Status>COMPLETE</Status><OrderId>{order['bandwidth_order_id']}</OrderId>"
        "<OrderType>tnoptions</OrderType><Message>{}</Message></Notification>"
    )
    before = (await world.timeline(made["id"]))[-1]["at"]
    for _ in range(2):
        assert (await world.callback(body.format("It is &lt;b&gt;done&lt;/b&gt;"))).status_code == 200

    async def heard():
        return [
            each for each in await world.timeline(made["id"]) if each["at"] >= before and each["source"] == "callback"
        ]

    assert len(await until(heard)) == 2
    page = await shown(world, visit, order)
    assert page.count('<li class="step idle">') == 2
    assert "late: the order had ended" in page
    assert "duplicate: the same callback had come before" in page
    assert "It is &lt;b&gt;done&lt;/b&gt;" in page


async def test_text_of_others_is_shown_and_never_run(world, visit):
    made = await world.submit(metadata={HOSTILE[:40]: HOSTILE})
    said = Outcome("failed", HOSTILE[:20], HOSTILE, retryable=False, warning=HOSTILE)
    await end(world, made["id"], {OK: said}, state=State.FAILED)
    for part in ("", "/numbers", f"?q={HOSTILE[:20]}"):
        page = await shown(world, visit, made, part=part)
        assert "<script>" not in page
        assert "<b onclick" not in page
        assert "&lt;script&gt;alert" in page


async def test_a_page_that_is_known_is_not_sent_again_and_one_with_news_is(world, visit):
    made = await world.submit()
    visitor = await visit(world)
    tag = (await visitor.get(page_of(world, made))).headers["etag"]
    known = {"If-None-Match": tag}
    answer = await visitor.get(page_of(world, made), headers=known)
    assert (answer.status_code, answer.content) == (304, b"")
    await world.ended(made["id"])
    fresh = await visitor.get(page_of(world, made), headers=known)
    assert (fresh.status_code, fresh.headers["etag"] != tag) == (200, True)


async def test_an_order_of_another_account_or_none_is_404_and_one_that_was_purged_410(world, visit):
    made = await world.submit()
    await world.ended(made["id"])
    visitor = await visit(world, "orders:read", accounts=[world.account])
    elsewhere = page_of(world, made).replace(world.account, new_account())
    none = page_of(world, {"id": "01a224bd-c573-7c51-8e70-5a2e6cb070fd"})
    for path in (elsewhere, none, none + "/numbers", none + "/numbers.csv", none + "/steps/1", none + "/steps/1/0"):
        assert (await visitor.get(path)).status_code == 404, path
    world.desk.store.offset += 400 * 86_400_000
    assert await purging.sweep(world.desk.store, world.account, 400 * 86_400_000) == 1
    for part in ("", "/numbers", "/numbers.csv", "/steps/1"):
        answer = await visitor.get(page_of(world, made, part))
        assert (answer.status_code, "was purged on" in answer.text) == (410, True), part


@pytest.mark.parametrize(
    "part", ["?outcome=lost", "?q=" + "x" * 101, "?cursor=x", "?timeline=some", "?outcom=failed", "/numbers?limit=0"]
)
async def test_an_address_that_makes_no_sense_is_refused_in_words(world, visit, part):
    made = await world.submit()
    answer = await (await visit(world)).get(page_of(world, made, part))
    assert answer.status_code == 400
    assert "The query parameter" in answer.text


async def test_names_of_people_are_masked_everywhere_for_those_who_may_not_see_them(world, visit):
    group = {"subscriber_information": "Joes Garage", "use_type": "BUSINESS", "visibility": "PUBLIC"}
    made = await world.submit([{"telephone_numbers": [OK], **group}], "lidb")
    await end(
        world, made["id"], {OK: Outcome("failed", "1", "Joes Garage is unknown", retryable=False)}, state=State.FAILED
    )
    for scopes, seen in (((), True), (("orders:read",), False)):
        pages = [await shown(world, visit, made, *scopes, part=part) for part in ("", "/numbers", "/numbers.csv")]
        assert [("Joes" in page) for page in pages] == [seen] * 3
    hidden = await shown(world, visit, made, "orders:read", part="/numbers.csv?q=joes")
    assert OK not in hidden


async def test_a_long_timeline_and_many_errors_are_folded(world, visit):
    made = await world.submit([{"telephone_numbers": [f"20155512{n:02d}" for n in range(20)], "sms": "on"}])
    many = {f"20155512{n:02d}": Outcome("failed", str(n), f"fault {n}", retryable=False) for n in range(20)}
    remarks = tuple(Remark(f"fault {n}", str(n), (f"20155512{n:02d}",), 1) for n in range(20))
    await end(world, made["id"], many, state=State.FAILED, errors=remarks)
    key = keys.order(world.account, made["id"], "timeline")
    note = '{"at":%d,"state":"failed","version":3,"source":"callback","event":"note","note":"n"}'
    await world.desk.store.client.rpush(key, *(note % (4_000_000_000_000 + n) for n in range(300)))
    page = await shown(world, visit, made)
    assert "243 entries between: show all" in page
    assert page.count('<li class="step') == 60
    assert "<summary>12 more</summary>" in page
    whole = await shown(world, visit, made, part="?timeline=all")
    assert whole.count('<li class="step') == 303
