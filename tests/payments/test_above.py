"""Money above the balance is asked about and never refused; a tip can come alone."""

import pytest

from scc.context import Context
from scc.ledger import store as ledger
from scc.ledger.model import Entry
from tests import given
from tests.older import OlderClient, stored
from tests.page import Form, PageClient, words


def dialog(admin: PageClient, ctx: Context, **event: object) -> Form:
    found = given.charter(ctx, **event)  # type: ignore[arg-type]
    return admin.see(f"/scc/events/{found.exact_ref}/payment").form("/payment")


def logged(ctx: Context) -> list[Entry]:
    """What the only event's ledger has, but for the first price."""
    (event,) = given.all_events(ctx)
    return [e for e in ledger.entries(ctx, event.ledger) if e.kind != "price"]


def test_it_is_asked_what_is_above(ctx: Context, admin: PageClient) -> None:
    answer = dialog(admin, ctx).fill(amount="500", reference="22").submit()

    assert answer.status_code == 422
    assert "It is $50 more than the balance" in admin.page.text
    assert admin.page.form("/payment").values["reference"] == ["22"]
    assert logged(ctx) == []


@pytest.mark.parametrize(
    ("above", "figures", "remark"),
    [
        ("tip", [("payment", 45000, 5000)], "$450 and a $50 tip by Zelle"),
        ("credit", [("payment", 50000, 0)], "$50 credit"),
        ("owed", [("payment", 50000, 0), ("refund", 5000, 0)], "$50 to give back"),
    ],
)
def test_each_answer_is_kept(
    ctx: Context, admin: PageClient, above: str, figures: list[object], remark: str
) -> None:
    form = dialog(admin, ctx).fill(amount="500")
    form.submit()
    admin.page.form("/payment").fill(above=above).submit(follow_redirects=True)

    assert [(e.kind, e.cents, e.tip_cents) for e in logged(ctx)] == figures
    assert remark in words(admin.page.one(".//*[@data-banner]"))
    (event,) = given.all_events(ctx)
    assert event.settled
    counted = {"tip": 45000, "credit": 50000, "owed": 45000}[above]
    assert event.paid_cents == counted


def test_the_same_form_sent_again_is_the_same_payment(ctx: Context, admin: PageClient) -> None:
    """By then the event is settled, and all of it would be above the balance."""
    form = dialog(admin, ctx)
    first, second = form.submit(), form.submit()

    assert first.status_code == second.status_code == 303
    assert len(logged(ctx)) == 1


def test_a_tip_can_come_alone(ctx: Context, admin: PageClient) -> None:
    event = given.paid(ctx, given.charter(ctx))
    page = admin.see(f"/scc/events/{event.ref}")
    assert "Add payment or tip" in page.text

    form = admin.see(f"/scc/events/{event.ref}/payment").form("/payment")
    assert form.values["amount"] == [""]
    form.fill(tip="20", payment_method="cash").submit(follow_redirects=True)

    entry = logged(ctx)[-1]
    assert (entry.cents, entry.tip_cents) == (0, 2000)
    assert "a $20 tip in cash from Alice Nakamura" in admin.page.text
    assert stored(ctx, event.exact_ref)["payment_amount"] == 450


def test_the_older_api_is_never_asked(ctx: Context, api: OlderClient) -> None:
    event = given.paid(ctx, given.charter(ctx))

    assert api.log(event_id=event.slug, amount=450).status_code == 200
    assert [e.cents for e in logged(ctx)] == [45000, 45000]


def test_what_the_booking_system_took_is_not_owed_back_here(
    ctx: Context, admin: PageClient
) -> None:
    form = dialog(admin, ctx).fill(amount="500", payment_method="booking")
    form.submit()

    assert admin.page.form("/payment").fill(above="owed").submit().status_code == 422
    assert "is given back there. Choose tip or credit." in admin.page.text
    assert admin.page.form("/payment").fill(above="credit").submit().status_code == 303
    assert [(e.kind, e.cents) for e in logged(ctx)] == [("payment", 50000)]
