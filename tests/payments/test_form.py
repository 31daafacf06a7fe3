"""The payment dialog: what is filled in, what is asked back, what the answer shows."""

from datetime import UTC, datetime, timedelta

import pytest

from scc.context import Context
from tests import given
from tests.emulator import Clock
from tests.older import SLUG, OlderTool, entries, payments, stored
from tests.page import Form, PageClient
from tests.payments.acts import pay

PATH = f"/scc/events/{SLUG}/payment"


def dialog(admin: PageClient, path: str = PATH) -> Form:
    return admin.see(path).form("/payment")


def test_the_usual_payment_needs_nothing_typed(ctx: Context, admin: PageClient) -> None:
    event = given.charter(ctx)

    answer = dialog(admin, f"/scc/events/{event.slug}/payment").submit(follow_redirects=True)

    assert answer.status_code == 200
    assert "Payment logged" in admin.page.text
    assert stored(ctx, event.exact_ref)["payment_amount"] == 450


def test_the_balance_is_filled_in(ctx: Context, admin: PageClient) -> None:
    event = given.charter(ctx)
    pay(ctx, event.exact_ref, 100.5)

    form = dialog(admin, f"/scc/events/{event.slug}/payment")

    assert form.values["amount"] == ["349.50"]


def test_all_that_is_said_is_in_the_entry(
    ctx: Context, older: OlderTool, admin: PageClient
) -> None:
    ref = older.has(patron_name="Alice Moreno")
    dialog(admin).fill(
        amount="$1,250.00",
        payment_method="check",
        patron_name="Bob Moreno",
        received_on="2026-01-15",
        reference="No. 1024",
        tip="50",
        note="For the\r\ncrew.",
        more_to_come="y",
    ).submit()

    (entry,) = entries(ctx, ref)

    said = {"cents": 125000, "method": "check", "payer": "Bob Moreno", "tip_cents": 5000}
    said |= {"received_on": "2026-01-15", "reference": "No. 1024", "note": "For the\ncrew."}
    assert said.items() <= entry.items()
    assert (entry["more_to_come"], "outright" in entry and entry["outright"]) == (True, False)


def test_the_form_never_settles_outright(ctx: Context, admin: PageClient) -> None:
    event = given.charter(ctx)
    dialog(admin, f"/scc/events/{event.slug}/payment").fill(amount="1").submit()

    assert stored(ctx, event.exact_ref)["payment_cleared"] is False


BAD = {
    "amount 0": {"amount": "0"},
    "amount -5": {"amount": "-5"},
    "amount abc": {"amount": "abc"},
    "amount 1e3": {"amount": "1e3"},
    "amount 12,50": {"amount": "12,50"},
    "a thousand million": {"amount": "1000000000"},
    "three decimals": {"amount": "1.005"},
    "no amount": {"amount": ""},
    "no payer": {"patron_name": " "},
    "payer with NUL": {"patron_name": "Ali\0ce"},
    "no method": {"payment_method": None},
    "a method of another kind": {"payment_method": "doubloons"},
    "no day": {"received_on": ""},
    "no such day": {"received_on": "2026-02-30"},
    "a day long ago": {"received_on": "1926-01-15"},
    "a tip below 0": {"tip": "-5"},
    "too long a note": {"note": "x" * 2001},
    "too long a reference": {"reference": "x" * 121},
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_asked_back_and_nothing_is_lost(
    ctx: Context, older: OlderTool, admin: PageClient, case: str
) -> None:
    ref = older.has(patron_name="Alice Moreno")
    typed = {"amount": "450", "reference": "No. 1024"} | BAD[case]

    answer = dialog(admin).fill(**typed).submit()

    assert answer.status_code == 422
    assert "Nothing was logged yet." in admin.page.text
    kept = "450" if "reference" in BAD[case] else "No. 1024"
    assert [kept] in admin.page.form("/payment").values.values()
    assert entries(ctx, ref) == []


@pytest.mark.parametrize(
    ("typed", "is_open"),
    [({}, False), ({"received_on": "2026-01-15"}, True), ({"reference": "No. 1024"}, True)],
)
def test_what_comes_back_changed_is_in_sight(
    older: OlderTool, admin: PageClient, typed: dict[str, str], is_open: bool
) -> None:
    older.has(patron_name="Alice Moreno")

    dialog(admin).fill(amount="12,50", **typed).submit()

    assert ("open" in admin.page.one(".//dialog//details").attrib) == is_open


def test_a_day_still_to_come_is_refused(
    ctx: Context, older: OlderTool, admin: PageClient, clock: Clock
) -> None:
    """At 23:30 in San Diego tomorrow is to come, although UTC is there already."""
    clock.set(datetime(2026, 6, 1, 6, 30, tzinfo=UTC))
    ref = older.has(patron_name="Alice Moreno")

    dialog(admin).fill(amount="450", received_on="2026-06-01").submit()

    assert "Today is 2026-05-31" in admin.page.text
    assert entries(ctx, ref) == []


def test_today_is_the_boats(
    ctx: Context, older: OlderTool, admin: PageClient, clock: Clock
) -> None:
    clock.set(datetime(2026, 6, 1, 6, 30, tzinfo=UTC))
    older.has(patron_name="Alice Moreno")

    assert dialog(admin).values["received_on"] == ["2026-05-31"]


def test_a_second_tap_is_the_same_payment(
    ctx: Context, older: OlderTool, admin: PageClient
) -> None:
    ref = older.has(patron_name="Alice Moreno")
    form = dialog(admin).fill(amount="450")
    first = form.submit()

    second = form.submit()

    assert second.headers["Location"] == first.headers["Location"]
    assert len(entries(ctx, ref)) == 1


def test_a_form_used_for_another_payment_asks(
    ctx: Context, older: OlderTool, admin: PageClient
) -> None:
    ref = older.has(patron_name="Alice Moreno")
    form = dialog(admin).fill(amount="450")
    form.submit()

    answer = form.fill(amount="20").submit()

    assert answer.status_code == 422
    assert "$450 by Zelle from Alice Moreno" in admin.page.text
    assert len(entries(ctx, ref)) == 1


def test_pressed_again_it_is_another_payment(
    ctx: Context, older: OlderTool, admin: PageClient
) -> None:
    ref = older.has(patron_name="Alice Moreno")
    form = dialog(admin).fill(amount="450")
    form.submit()
    form.fill(amount="20").submit()

    admin.page.form("/payment").submit()

    assert [entry["cents"] for entry in entries(ctx, ref)] == [45000, 2000]


def test_a_cancelled_sail_asks_first(ctx: Context, admin: PageClient) -> None:
    event = given.cancelled(ctx, given.charter(ctx))
    path = f"/scc/events/{event.slug}/payment"

    answer = dialog(admin, path).submit()

    assert answer.status_code == 422
    assert payments(ctx, event.exact_ref) == []
    admin.page.form("/payment").fill(paid_when_cancelled="y").submit()
    assert len(payments(ctx, event.exact_ref)) == 1


@pytest.mark.parametrize("path", [PATH, f"/scc/events/{SLUG}/price"])
def test_who_is_not_signed_in_logs_nothing(
    ctx: Context, older: OlderTool, client: PageClient, path: str
) -> None:
    ref = older.has()

    answer = client.post(path, data={"amount": "450", "price": "450", "reason": "x"})

    assert answer.status_code == 401
    assert entries(ctx, ref) == []


def test_a_price_needs_its_reason(ctx: Context, older: OlderTool, admin: PageClient) -> None:
    ref = older.has()
    admin.see(f"/scc/events/{SLUG}/price").form("/price").fill(charter="900", reason="").submit()

    assert entries(ctx, ref) == []
    assert admin.page.form("/price").values["charter"] == ["900"]


def test_a_price_with_its_reason_is_an_entry(
    ctx: Context, older: OlderTool, admin: PageClient
) -> None:
    ref = older.has(price_cents=45000)
    page = admin.see(f"/scc/events/{SLUG}/price")
    page.form("/price").fill(charter="900", reason="Two more hours.").submit()

    (entry,) = entries(ctx, ref)
    assert (entry["old_cents"], entry["cents"]) == (45000, 90000)
    assert entry["reason"] == "Two more hours."


def test_a_price_changed_meanwhile_is_not_overwritten(
    ctx: Context, older: OlderTool, admin: PageClient
) -> None:
    ref = older.has()
    form = admin.see(f"/scc/events/{SLUG}/price").form("/price").fill(charter="900", reason="Mine.")
    other = admin.see(f"/scc/events/{SLUG}/price").form("/price")
    other.fill(charter="800", reason="Theirs.").submit()

    answer = form.submit()

    assert answer.status_code == 422
    assert "Somebody changed this event's money meanwhile" in admin.page.text
    assert stored(ctx, ref)["price_cents"] == 80000


def test_the_next_payment_offers_the_last_method(
    older: OlderTool, admin: PageClient, clock: Clock
) -> None:
    older.has(patron_name="Alice Moreno")
    dialog(admin).fill(amount="450", payment_method="venmo").submit()
    clock.advance(seconds=timedelta(hours=1).total_seconds())

    assert dialog(admin).values["payment_method"] == ["venmo"]


def test_what_somebody_else_logged_meanwhile_is_said_first(
    ctx: Context, older: OlderTool, admin: PageClient
) -> None:
    ref = older.has(patron_name="Alice Moreno")
    mine = dialog(admin).fill(amount="450")
    dialog(admin).fill(amount="450", payment_method="check").submit()

    answer = mine.submit()

    assert answer.status_code == 422
    assert "Meanwhile $450 by check from Alice Moreno was logged" in admin.page.text
    assert len(entries(ctx, ref)) == 1


def test_pressed_again_it_is_logged_beside_the_other(
    ctx: Context, older: OlderTool, admin: PageClient
) -> None:
    ref = older.has(patron_name="Alice Moreno")
    mine = dialog(admin).fill(amount="450")
    dialog(admin).fill(amount="450", payment_method="check").submit()
    mine.submit()

    admin.page.form("/payment").submit()

    assert [entry["method"] for entry in entries(ctx, ref)] == ["check", "zelle"]


@pytest.mark.parametrize("lost", ["key", "amount", "payment_method", "patron_name", "received_on"])
def test_a_form_that_lost_a_part_logs_nothing(ctx: Context, admin: PageClient, lost: str) -> None:
    event = given.charter(ctx)

    answer = dialog(admin, f"/scc/events/{event.slug}/payment").without(lost).submit()

    assert answer.status_code == 422
    assert payments(ctx, event.exact_ref) == []
