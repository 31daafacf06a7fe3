"""Money given back is an entry of its own: never above what came in, owed until it is sent."""

import secrets

import pytest

from scc.audit.model import Actor, Origin
from scc.context import Context
from scc.corrections import service
from scc.corrections.model import Refund
from scc.corrections.service import Once
from scc.errors import Invalid
from scc.events import store
from scc.events.model import Event
from scc.ledger import store as ledger
from tests import given
from tests.older import stored
from tests.page import Form, PageClient, words
from tests.wire import at_once

MOANA = Origin(Actor("admin", "0123456789ab", "Moana"))


@pytest.fixture
def event(ctx: Context) -> Event:
    return given.paid(ctx, given.charter(ctx))


def dialog(admin: PageClient, event: Event) -> Form:
    return admin.see(f"/scc/events/{event.exact_ref}/refund").form("/refund")


def test_it_is_owed_until_it_is_sent(ctx: Context, admin: PageClient, event: Event) -> None:
    form = dialog(admin, event)
    assert form.values["amount"] == ["450"]
    form.fill(amount="100", price_too="stays", reason="An hour less").submit(follow_redirects=True)

    banner = words(admin.page.one(".//*[@data-banner]"))
    assert "To be sent: $100 by Zelle to Alice" in banner
    owed = store.load(ctx, event.exact_ref)
    assert [(p.state, p.cents, p.payer) for p in owed.standing.pending][-1] == (
        *("owed", 10000, "Alice"),
    )
    assert (owed.paid_cents, owed.settled, stored(ctx, event.exact_ref)["matter"]) == (
        *(35000, False, "open"),
    )

    page = admin.see(f"/scc/events/{event.exact_ref}/entries/3/sent")
    assert "Refund, $100 by Zelle to Alice" in page.text
    page.form("/sent").submit()
    now = store.load(ctx, event.exact_ref)
    assert "owed" not in [p.state for p in now.standing.pending]
    assert now.paid_cents == 35000
    admin.see(f"/scc/events/{event.exact_ref}/entries/3/sent", status=422)
    assert "It was sent already: Moana said so in no. 4." in admin.page.text


def test_what_was_sent_at_once_is_not_asked_for(
    ctx: Context, admin: PageClient, event: Event
) -> None:
    form = dialog(admin, event).fill(amount="100", price_too="stays", reason="Fog", sent="y")
    form.submit(follow_redirects=True)

    banner = words(admin.page.one(".//*[@data-banner]"))
    assert "Refund noted Sent: $100 by Zelle to Alice." in banner


def test_the_price_comes_down_too(ctx: Context, admin: PageClient, event: Event) -> None:
    dialog(admin, event).fill(amount="100", price_too="down", reason="An hour less").submit()

    now = store.load(ctx, event.exact_ref)
    assert (now.price_cents, now.paid_cents, now.settled) == (35000, 35000, True)
    assert now.standing.price_lines == {"charter": 45000, "discount": -10000}


def test_the_question_about_the_price_is_not_skipped(
    ctx: Context, admin: PageClient, event: Event
) -> None:
    assert dialog(admin, event).fill(reason="x").submit().status_code == 422
    assert "Say whether the price comes down too" in admin.page.text


def test_never_more_than_came_in_by_sixteen_at_once(ctx: Context, event: Event) -> None:
    wanted = Refund(10000, "zelle", "Alice", ctx.today(), "Fog")

    def give_back() -> bool:
        try:
            service.refund(ctx, event.exact_ref, wanted, Once(secrets.token_hex(8)), MOANA)
        except Invalid:
            return False
        return True

    assert sum(at_once([give_back] * 16)) == 4
    now = store.load(ctx, event.exact_ref)
    assert (now.paid_cents, now.standing.refundable_cents) == (5000, 5000)


def test_what_the_booking_system_took_is_not_given_back_here(
    ctx: Context, admin: PageClient
) -> None:
    event = given.charter(ctx)
    form = admin.see(f"/scc/events/{event.exact_ref}/payment").form("/payment")
    form.fill(payment_method="booking").submit()

    page = admin.see(f"/scc/events/{event.exact_ref}/refund", status=422)
    assert "is given back there" in page.text
    assert store.load(ctx, event.exact_ref).settled
    assert "/refund" not in [
        a.get("href") for a in admin.see(f"/scc/events/{event.ref}").all(".//a")
    ]


def test_a_payment_that_was_given_back_is_not_voided(
    ctx: Context, admin: PageClient, event: Event
) -> None:
    dialog(admin, event).fill(price_too="stays", reason="Fog").submit()
    void = admin.see(f"/scc/events/{event.exact_ref}/entries/2/void").form("/void")

    assert void.fill(reason="Mistyped").submit().status_code == 422
    assert "Void that refund first" in admin.page.text
    assert len(ledger.entries(ctx, event.ledger)) == 3
