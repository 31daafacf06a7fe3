"""The older tool's events, irregular ones included: shown, paid, and kept as they are."""

from decimal import Decimal
from urllib.parse import quote

import pytest

from scc.aws import Item
from scc.context import Context
from scc.events import store
from scc.events.model import Ref, is_regular
from tests import given
from tests.older import SLUG, OlderClient, OlderTool, audited, entries, sample, stored
from tests.page import PageClient

MONEY = {"payment_cleared", "payment_cleared_at", "payment_amount", "payment_method"}


def ref_of(item: Item) -> Ref:
    return Ref(item["event_id"], int(item["timestamp"]))


def paid_in_all(item: Item, more: int) -> Decimal:
    return (item.get("payment_amount") or Decimal()) + more


def kept(item: Item) -> Item:
    return {name: value for name, value in item.items() if name not in MONEY}


def test_all_are_paid_by_api_and_keep_every_attribute(
    ctx: Context, older: OlderTool, api: OlderClient
) -> None:
    for item in sample():
        older.put(item)
        answer = api.log(event_id=str(ref_of(item)), amount=20)

        after = stored(ctx, ref_of(item))
        assert answer.status_code == 200, item
        assert kept(item).items() <= after.items(), item
        assert after["payment_cleared"] is True
        assert after["payment_amount"] == paid_in_all(item, 20)


def test_all_are_paid_by_form_and_keep_every_attribute(
    ctx: Context, older: OlderTool, admin: PageClient
) -> None:
    for item in sample():
        older.put(item)
        dialog = f"/scc/events/{quote(str(ref_of(item)), safe='~')}/payment"
        admin.get(dialog, headers={"X-SCC-Fragment": "1"})
        form = admin.page.form("/payment").fill(amount="20", patron_name="José")
        answer = form.submit(headers={"X-SCC-Fragment": "1"})

        after = stored(ctx, ref_of(item))
        assert answer.status_code == 303, item
        assert kept(item).items() <= after.items(), item
        assert after["payment_amount"] == paid_in_all(item, 20)


def test_all_are_on_their_months_pages(ctx: Context, admin: PageClient) -> None:
    given.older(ctx, *sample())
    months = [f"2026-{month:02}" for month in range(5, 10)] + ["undated"]

    pages = [admin.see(f"/scc/events?month={month}") for month in months]

    rows = ("article", ".//ol[@class='squares']//ul/li")
    found = sum(len(page.all(row)) for page in pages for row in rows)
    assert found == len(sample())


def test_the_irregular_have_a_page(ctx: Context, admin: PageClient) -> None:
    odd = [
        event for event in given.older(ctx, *sample()) if event.twin or not is_regular(event.slug)
    ]
    assert len(odd) > 3

    for event in odd:
        assert event.slug in admin.see(f"/scc/events/{quote(str(event.ref), safe='~')}").text


def test_all_are_in_one_list_each(ctx: Context) -> None:
    given.older(ctx, *sample())
    months = [f"2026-{month:02}" for month in range(1, 13)] + ["undated"]

    listed = [event.exact_ref for month in months for event in store.in_month(ctx, month)]

    assert sorted(listed) == sorted(map(ref_of, sample()))


def test_what_is_not_settled_is_in_the_list_of_the_unpaid(ctx: Context) -> None:
    given.older(ctx, *sample())

    listed = [event.exact_ref for event in store.unpaid_before(ctx, None)]

    unpaid = [item for item in sample() if item.get("payment_cleared") is not True]
    assert sorted(listed) == sorted(map(ref_of, unpaid))


def test_of_one_slug_twice_each_is_paid_for_itself(ctx: Context, admin: PageClient) -> None:
    first, second = given.older(
        ctx,
        {"event_id": SLUG, "timestamp": 1767632400, "patron_name": "Alice Moreno"},
        {"event_id": SLUG, "timestamp": 1767632500, "patron_name": "Alice Wei"},
    )
    for event in (first, second):
        admin.see(f"/scc/events/{event.ref}/payment")
        admin.page.form("/payment").fill(amount="20").submit()

    assert (str(first.ref), str(second.ref)) == (f"{SLUG}~1767632400", SLUG)
    assert [entries(ctx, e.exact_ref)[0]["payer"] for e in (first, second)] == [
        *("Alice Moreno", "Alice Wei"),
    ]


@pytest.mark.parametrize(
    "slug",
    ["Alice & Bob, 4 July", "2026-05-23-josé-sunset", "2026/05/23", "伟 🎉", "x~y", "x~5", "100%"],
)
def test_an_irregular_slug_is_paid_by_form(
    ctx: Context, older: OlderTool, admin: PageClient, slug: str
) -> None:
    ref = older.has(slug, patron_name="Alice")
    page = admin.see(f"/scc/events/{quote(slug, safe='~')}")
    links = [a.get("href", "") for a in page.all("a")]
    log = next(link for link in links if "/events/" in link and link.endswith("/payment"))

    admin.see(log)
    admin.page.form("/payment").fill(amount="20").submit(follow_redirects=True)

    assert "Payment logged" in admin.page.text
    assert len(entries(ctx, ref)) == 1


def test_an_older_event_is_changed_and_takes_its_place(
    ctx: Context, older: OlderTool, admin: PageClient
) -> None:
    ref = older.has("fireworks", patron_name="Tom", guests="6-8")
    admin.see("/scc/events/fireworks/change")
    admin.page.form("/change").fill(date="2026-07-04", start_time="20:15").submit()

    (event,) = store.in_month(ctx, "2026-07")
    assert (event.exact_ref, event.item["open"]) == (ref, "unpaid")
    assert stored(ctx, ref)["guests"] == "6-8"


def test_its_change_is_in_the_audit(ctx: Context, older: OlderTool, admin: PageClient) -> None:
    ref = older.has(patron_name="Alice Moreno", guests=4)
    admin.see(f"/scc/events/{SLUG}/change")
    admin.page.form("/change").fill(guests="5").submit()

    (row,) = audited(ctx, ref)
    assert row["changes"]["guests"] == {"from": "4", "to": "5"}
    assert "patron_name" not in row["changes"]
