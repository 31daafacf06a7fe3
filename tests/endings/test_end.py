"""How a sail ended, and what becomes of its money, in one act."""

import pytest

from scc.context import Context
from scc.corrections.service import Once
from scc.endings.service import end_event
from scc.events import store
from scc.events.model import Event
from scc.ledger import store as ledger
from scc.ops.reconcile import reconcile
from tests import given
from tests.older import OlderClient, stored
from tests.page import Form, PageClient, words
from tests.payments.acts import pay


@pytest.fixture
def event(ctx: Context) -> Event:
    """$200 of $450 came in."""
    return given.paid(ctx, given.charter(ctx), 20000)


def dialog(admin: PageClient, event: Event) -> Form:
    return admin.see(f"/scc/events/{event.exact_ref}/end").form("/end")


def now(ctx: Context, event: Event) -> Event:
    return store.load(ctx, event.exact_ref)


def test_with_money_on_it_one_question_is_asked(
    ctx: Context, admin: PageClient, event: Event
) -> None:
    assert dialog(admin, event).fill(ended="weather").submit().status_code == 422
    assert "Say what becomes of the $200" in admin.page.text
    assert not now(ctx, event).cancelled


def test_given_back_it_is_owed(ctx: Context, admin: PageClient, event: Event) -> None:
    form = dialog(admin, event).fill(ended="weather", answer="give_back", reason="Fog")
    assert [form.submit().status_code for _ in range(2)] == [303, 303]

    after = now(ctx, event)
    assert (after.ended, after.cancelled, after.cancelled_reason) == ("weather", True, "Fog")
    assert [(p.state, p.cents, p.payer) for p in after.standing.pending if p.state == "owed"] == [
        ("owed", 20000, "Alice")
    ]
    assert (after.paid_cents, after.undecided, after.has_matter) == (0, False, True)
    assert "open" not in stored(ctx, event.exact_ref)


def test_on_a_shared_sail_each_gets_back_what_they_paid(
    ctx: Context, admin: PageClient, event: Event
) -> None:
    pay(ctx, event.exact_ref, 100, payer="Bo", method="check")
    pay(ctx, event.exact_ref, 50, payer="Bo", method="cash")
    pay(ctx, event.exact_ref, 70, payer="Cy", method="booking")
    form = dialog(admin, event).fill(ended="weather", answer="give_back", reason="Fog")
    assert [form.submit().status_code for _ in range(2)] == [303, 303]

    owed = [p for p in now(ctx, event).standing.pending if p.state == "owed"]
    assert [(p.payer, p.cents, p.method) for p in owed] == [
        ("Alice", 20000, "zelle"),
        ("Bo", 15000, "cash"),
    ]
    assert reconcile(ctx).drift == []


def test_kept_as_a_fee_it_is_settled_exactly(ctx: Context, admin: PageClient, event: Event) -> None:
    dialog(admin, event).fill(ended="no_show", answer="keep").submit()

    after = now(ctx, event)
    assert (after.price_cents, after.standing.price_lines) == (20000, {"fee": 20000})
    assert (after.settled, after.undecided, after.cancelled) == (True, False, False)


def test_held_it_waits_until_somebody_decides(
    ctx: Context, admin: PageClient, event: Event
) -> None:
    dialog(admin, event).fill(ended="patron", answer="hold").submit()
    assert (now(ctx, event).held, now(ctx, event).has_matter) == (True, True)
    assert "Decide about the money" in admin.see(f"/scc/events/{event.ref}").text

    dialog(admin, event).fill(answer="give_back").submit()
    assert (now(ctx, event).held, now(ctx, event).paid_cents) == (False, 0)


def test_what_the_booking_system_took_waits_until_it_went_back(
    ctx: Context, admin: PageClient
) -> None:
    event = given.charter(ctx)
    pay(ctx, event.exact_ref, 450, method="booking")
    assert dialog(admin, event).fill(ended="weather").submit().status_code == 422
    assert "Say what becomes of the $450" in admin.page.text
    assert "Of $450 that the booking system took, unless it sailed." in admin.page.text
    assert not admin.page.has(".//input[@value='move']")
    dialog(admin, event).fill(ended="weather", answer="give_back").submit()

    (there,) = admin.see("/scc/money").all(".//section[@id='there']//li")
    assert "$450" in words(there)
    assert "Taken by the booking system: give it back there" in words(there)
    assert now(ctx, event).standing.pending == ()
    assert "Decide about the money" in admin.see(f"/scc/events/{event.ref}").text

    form = dialog(admin, event).fill(answer="there")
    assert [form.submit().status_code for _ in range(2)] == [303, 303]

    after = now(ctx, event)
    assert (after.paid_cents, after.waits, after.has_matter) == (0, False, False)
    assert after.last_payment is None
    assert not admin.see("/scc/money").has(".//section[@id='there']")
    assert [entry.kind for entry in ledger.entries(ctx, event.ledger)][-1] == "void"
    assert "Given back by the booking system" in admin.see(f"/scc/events/{event.ref}").text
    assert reconcile(ctx).drift == []


@pytest.mark.parametrize(("answer", "waits"), [("keep", False), ("hold", True)])
def test_what_the_booking_system_keeps_is_decided_what_it_holds_is_not(
    ctx: Context, admin: PageClient, answer: str, waits: bool
) -> None:
    event = given.charter(ctx)
    pay(ctx, event.exact_ref, 450, method="booking")
    dialog(admin, event).fill(ended="weather", answer=answer).submit()

    after = now(ctx, event)
    assert (after.paid_cents, after.waits) == (45000, waits)
    assert admin.see("/scc/money").has(".//section[@id='there']") is waits


def test_of_a_sail_paid_in_both_ways_each_part_goes_back_where_it_came_from(
    ctx: Context, admin: PageClient, event: Event
) -> None:
    pay(ctx, event.exact_ref, 250, method="booking")
    dialog(admin, event).fill(ended="boat", answer="give_back").submit()
    dialog(admin, event).fill(answer="there").submit()

    after = now(ctx, event)
    assert [(p.state, p.cents) for p in after.standing.pending if p.state == "owed"] == [
        ("owed", 20000)
    ]
    assert (after.paid_cents, after.waits) == (0, False)
    assert reconcile(ctx).drift == []


def test_what_the_booking_system_holds_is_in_no_list_of_ours(
    ctx: Context, admin: PageClient, event: Event
) -> None:
    pay(ctx, event.exact_ref, 250, method="booking")
    dialog(admin, event).fill(ended="patron", answer="hold").submit()
    (held,) = admin.see("/scc/money").all(".//section[@id='held']//li")
    assert ("$200" in words(held), "$450" in words(held)) == (True, False)

    dialog(admin, event).fill(answer="give_back").submit()

    assert (now(ctx, event).held, now(ctx, event).paid_cents) == (False, 25000)


def test_moved_it_goes_on_to_the_other_sail(ctx: Context, admin: PageClient, event: Event) -> None:
    answer = dialog(admin, event).fill(ended="boat", answer="move").submit()

    assert answer.headers["Location"] == f"/scc/events/{event.exact_ref}/entries/2/move"
    assert now(ctx, event).undecided


def test_what_sailed_is_asked_nothing(ctx: Context, admin: PageClient, event: Event) -> None:
    dialog(admin, event).fill(ended="sailed").submit()

    after = now(ctx, event)
    assert (after.ended, after.cancelled, after.undecided) == ("sailed", False, False)
    assert len(ledger.entries(ctx, event.ledger)) == 2


def test_reinstated_nothing_is_left_of_it(ctx: Context, admin: PageClient, event: Event) -> None:
    dialog(admin, event).fill(ended="weather", answer="hold").submit()
    admin.see(f"/scc/events/{event.exact_ref}").form("/reinstate").submit()

    after = now(ctx, event)
    assert (after.ended, after.cancelled, after.held) == ("", False, False)
    assert stored(ctx, event.exact_ref)["open"] == "unpaid"


def test_money_that_comes_later_waits_for_a_decision(
    ctx: Context, admin: PageClient, api: OlderClient
) -> None:
    event = given.charter(ctx)
    dialog(admin, event).fill(ended="crew").submit()
    api.log(event_id=event.slug, amount=450)

    assert now(ctx, event).undecided
    assert stored(ctx, event.exact_ref)["matter"] == "open"


def test_an_older_paid_event_keeps_what_it_says(ctx: Context, admin: PageClient) -> None:
    """Its money was never written by SCC: ending it must not touch that."""
    (event,) = given.older(
        ctx,
        {
            "event_id": "2026-05-23-alice-sunset",
            "timestamp": 1767632400,
            "payment_cleared": True,
            "payment_cleared_at": "2026-01-15T14:22:30Z",
            "payment_amount": 450,
        },
    )
    dialog(admin, event).fill(ended="sailed").submit()

    item = stored(ctx, event.exact_ref)
    assert (item["payment_cleared"], item["payment_amount"]) == (True, 450)
    assert item["payment_cleared_at"] == "2026-01-15T14:22:30Z"


def test_what_was_paid_before_scc_is_asked_about_as_well(ctx: Context, admin: PageClient) -> None:
    (event,) = given.older(
        ctx,
        {
            "event_id": "2026-05-23-alice-sunset",
            "timestamp": 1767632400,
            "payment_cleared": True,
            "payment_amount": 450,
        },
    )
    assert dialog(admin, event).fill(ended="weather").submit().status_code == 422
    assert "Say what becomes of the $450" in admin.page.text
    dialog(admin, event).fill(ended="weather", answer="give_back").submit()

    assert [(p.state, p.cents) for p in now(ctx, event).standing.pending] == [("owed", 45000)]
    assert reconcile(ctx).drift == []


def test_what_was_paid_before_scc_waits_though_nobody_was_asked(ctx: Context) -> None:
    """A weather call cancels many sails at once, and asks of none."""
    (event,) = given.older(
        ctx,
        {
            "event_id": "2026-05-23-alice-sunset",
            "timestamp": 1767632400,
            "payment_cleared": True,
            "payment_amount": 450,
        },
    )
    end_event(ctx, event.exact_ref, "weather", "", "", Once("a key"), given.ORIGIN)

    after = now(ctx, event)
    assert (after.undecided, after.paid_cents, after.settled) == (True, 45000, True)
    assert [found.slug for found in store.with_matters(ctx)] == [event.slug]
    assert reconcile(ctx).drift == []
