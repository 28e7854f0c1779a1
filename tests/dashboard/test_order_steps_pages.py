"""The XML of an order's steps: what went both ways, masked, indented, coloured, bounded; and when it is gone."""

from __future__ import annotations

import re

from service.store import keys


def steps(page):
    return re.findall(r'data-from="([^"]+)"', page)


def documents(page):
    return re.findall(r'<pre class="document"[^>]*>(.*?)</pre>', page, re.DOTALL)


def plain(html):
    return re.sub(r"<[^>]+>", "", html).replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"')


async def opened(world, visit, order_id, *scopes):
    """The visitor, the order's page, and those of its steps that have XML."""
    visitor = await visit(world, *scopes)
    page = f"/dashboard/accounts/{world.account}/orders/{order_id}"
    shown = (await visitor.get(page)).text
    return visitor, shown, [(await visitor.get(path)).text for path in steps(shown)]


async def test_each_step_opens_to_what_was_sent_and_answered(world, visit):
    made = await world.submit([{"telephone_numbers": ["2015551234"], "sms": "on", "port_out_passcode": "s3cret"}])
    await world.ended(made["id"])
    visitor, shown, pages = await opened(world, visit, made["id"], "orders:read")
    sent, *_, checked = pages
    assert "XML: POST tnoptions, Answer to POST tnoptions (201)" in " ".join(shown.split())
    post, answer = map(plain, documents(sent))
    assert "\n  <CustomerOrderId>" + made["id"] + "</CustomerOrderId>\n" in post
    assert "<PortOutPasscode>********</PortOutPasscode>" in post
    assert "s3cret" not in shown + sent
    assert "<ProcessingStatus>RECEIVED</ProcessingStatus>" in answer
    assert '<span class="tag">&lt;Sms&gt;</span>on' in sent
    assert "<ProcessingStatus>COMPLETE</ProcessingStatus>" in plain(documents(checked)[0])
    whole = await visitor.get(steps(shown)[0] + "/0")
    assert (whole.headers["content-type"], whole.text) == ("text/plain; charset=utf-8", post.rstrip("\n"))
    assert (await visitor.get(steps(shown)[0] + "/2")).status_code == 404


async def test_a_page_that_is_no_xml_is_shown_as_it_is_and_never_run(world, visit):
    made = await world.submit([{"telephone_numbers": ["2015550143"], "sms": "on"}])
    await world.until(made["id"], "needs_attention")
    _, _, (step,) = await opened(world, visit, made["id"])
    shown = documents(step)[1]
    assert "<html" not in shown
    assert "<html" in plain(shown)


async def test_names_of_people_in_xml_are_for_those_who_may_see_them(world, visit):
    group = {"subscriber_information": "Joes Garage", "use_type": "BUSINESS", "visibility": "PUBLIC"}
    made = await world.submit([{"telephone_numbers": ["2015551234"], **group}], "lidb")
    await world.ended(made["id"])
    for scopes, seen in (((), True), (("orders:read",), False)):
        visitor, shown, pages = await opened(world, visit, made["id"], *scopes)
        texts = [(await visitor.get(f"{path}/0")).text for path in steps(shown)]
        assert [("Joes" in each) for each in (*pages, *texts)] == [seen] * 4


async def test_a_document_of_thousands_of_numbers_is_cut_and_whole_as_text(world, visit):
    numbers = [f"20170{n:05d}" for n in range(3_000)]
    made = await world.submit([{"telephone_numbers": numbers, "sms": "on"}])
    await world.ended(made["id"])
    visitor, shown, (sent, *_) = await opened(world, visit, made["id"])
    assert plain(documents(sent)[0]).count("\n") == 200
    assert "more lines. <a href=" in sent
    assert len(sent) < 60_000
    assert (await visitor.get(steps(shown)[0] + "/0")).text.count("<TelephoneNumber>") == 3_000


async def test_xml_that_is_no_longer_kept_is_said_to_be_gone(world, visit):
    made = await world.submit()
    await world.ended(made["id"])
    visitor, shown, _ = await opened(world, visit, made["id"])
    await world.desk.store.client.delete(keys.order(world.account, made["id"], "documents"))
    after = (await visitor.get(steps(shown)[0].partition("/steps/")[0])).text
    assert steps(after) == []
    assert "no longer kept: it goes 30 days after the last of it came" in after
    gone = await visitor.get(steps(shown)[0])
    assert (gone.status_code, "No XML is kept of this step" in gone.text) == (200, True)
    assert (await visitor.get(steps(shown)[0] + "/0")).status_code == 404
    assert (await visitor.get(steps(shown)[0].rpartition("/")[0] + "/1")).status_code == 404
