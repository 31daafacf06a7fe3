"""What others did to an event's money while a dialog stood open, or while nobody looked."""

import pytest

from scc.context import Context
from scc.ledger.model import Entry, Standing, fold
from tests import given
from tests.older import SLUG, OlderTool, entries, payments, stored
from tests.page import Form, PageClient
from tests.payments.acts import pay, price
from tests.wire import Browser, at_once

PATH = f"/scc/events/{SLUG}/payment"


@pytest.fixture
def opened(older: OlderTool, admin: PageClient) -> Form:
    """A dialog filled in for an event on which nothing is paid yet."""
    older.has(patron_name="Alice Moreno")
    return admin.see(PATH).form("/payment").fill(amount="450")


def test_another_payment_meanwhile_asks(
    ctx: Context, older: OlderTool, admin: PageClient, opened: Form
) -> None:
    ref = older.ref
    pay(ctx, ref, 450)

    answer = opened.submit()

    assert answer.status_code == 422
    assert "$450 by Zelle from Alice Moreno was logged by Moana just now" in admin.page.text
    assert len(entries(ctx, ref)) == 1


def test_pressed_again_it_is_logged(
    ctx: Context, older: OlderTool, admin: PageClient, opened: Form
) -> None:
    pay(ctx, older.ref, 450)
    opened.submit()

    admin.page.form("/payment").fill(anyway="1").submit()

    assert stored(ctx, older.ref)["payment_amount"] == 900


def test_the_older_tools_payment_asks_too(
    ctx: Context, older: OlderTool, admin: PageClient, opened: Form
) -> None:
    older.settles(older.ref, "450")

    assert opened.submit().status_code == 422
    assert entries(ctx, older.ref) == []


def test_a_form_sent_again_after_others_is_still_the_same_payment(
    ctx: Context, older: OlderTool, opened: Form
) -> None:
    opened.submit()
    pay(ctx, older.ref, 20)

    answer = opened.submit()

    assert answer.status_code == 303
    assert len(payments(ctx, older.ref)) == 2


def test_of_two_dialogs_at_the_same_moment_one_asks(
    ctx: Context, older: OlderTool, admin: PageClient, live_server: str
) -> None:
    ref = older.has(patron_name="Alice Moreno")
    browser = Browser(admin, live_server)
    dialogs = [browser.filled(PATH, amount="450") for _ in range(2)]

    answers = at_once(dialogs)

    assert sorted(answer.status for answer in answers) == [303, 422]
    assert len(entries(ctx, ref)) == 1


def folded(ctx: Context, older: OlderTool) -> Standing:
    return fold([Entry.from_item(row) for row in entries(ctx, older.ref)])


def test_an_event_put_anew_goes_on_where_its_ledger_stands(ctx: Context, older: OlderTool) -> None:
    """Restored, or put whole by the older tool: what SCC counted on it is gone."""
    ref = older.has(patron_name="Alice Moreno")
    price(ctx, ref, 900)
    pay(ctx, ref, 450)
    older.has(patron_name="Alice Moreno", payment_amount=450, payment_cleared=False)

    event = pay(ctx, ref, 50)

    assert [entry["kind"] for entry in entries(ctx, ref)] == ["price", "payment", "payment"]
    assert (event.paid_cents, event.price_cents) == (50000, 90000)
    assert event.standing == folded(ctx, older)


def test_what_it_then_lacks_is_taken_in(ctx: Context, older: OlderTool) -> None:
    ref = older.has(patron_name="Alice Moreno")
    pay(ctx, ref, 450)
    older.has(patron_name="Alice Moreno")

    event = pay(ctx, ref, 50)

    assert [entry.get("cents") for entry in entries(ctx, ref)] == [45000, -45000, 5000]
    assert event.standing == folded(ctx, older)


def test_its_price_can_be_changed_as_well(ctx: Context, older: OlderTool) -> None:
    ref = older.has()
    pay(ctx, ref, 450)
    older.has(payment_amount=450, payment_cleared=True)

    event = price(ctx, ref, 900)

    assert [entry["kind"] for entry in entries(ctx, ref)] == ["payment", "price"]
    assert (event.settled, event.standing) == (False, folded(ctx, older))


def test_an_event_planned_with_a_price_has_it_in_its_ledger(ctx: Context) -> None:
    event = given.charter(ctx, price_cents=45000)

    (entry,) = entries(ctx, event.exact_ref)

    assert (entry["kind"], entry["number"], entry["cents"]) == ("price", 1, 45000)
    assert event.entries == 1
