"""A mistyped entry is voided, and logged anew if that is wished; an undo is a void."""

from typing import Any

import pytest

from scc.context import Context
from scc.events import store
from scc.events.model import Event
from scc.ledger import store as ledger
from tests import given
from tests.older import OlderClient, stored
from tests.page import Form, PageClient, words


@pytest.fixture
def event(ctx: Context) -> Event:
    """$450 due, paid by Zelle: entries 1 (the price) and 2."""
    return given.paid(ctx, given.charter(ctx))


def kinds(ctx: Context, event: Event) -> list[tuple[str, Any]]:
    return [(e.kind, e.cents) for e in ledger.entries(ctx, event.ledger)]


def dialog(admin: PageClient, event: Event, number: int = 2) -> Form:
    path = f"/scc/events/{event.exact_ref}/entries/{number}/void"
    return admin.see(path).form("/void")


def test_a_void_reopens_the_event_and_edits_nothing(
    ctx: Context, admin: PageClient, event: Event
) -> None:
    dialog(admin, event).fill(reason="Typed twice").submit(follow_redirects=True)

    assert "Voided $450 by Zelle from Alice" in words(admin.page.one(".//*[@data-banner]"))
    assert kinds(ctx, event) == [("price", 45000), ("payment", 45000), ("void", 45000)]
    item = stored(ctx, event.exact_ref)
    assert (item["payment_cleared"], item["open"]) == (False, "unpaid")
    assert not {"payment_amount", "payment_cleared_at", "last_payment"} & item.keys()


def test_the_story_strikes_it_through_and_says_why(admin: PageClient, event: Event) -> None:
    dialog(admin, event).fill(reason="Typed twice").submit()

    page = admin.see(f"/scc/events/{event.ref}")
    struck = words(page.one(".//li[@class='struck']"))
    assert "Voided by no. 3: Typed twice" in struck
    assert "efund" not in words(page.one(".//ol[@class='story']"))


def test_it_is_logged_anew_in_the_same_step(ctx: Context, admin: PageClient, event: Event) -> None:
    form = dialog(admin, event)
    assert form.values["amount"] == ["450"]
    form.fill(reason="It was 405", anew="y", amount="405").submit()

    assert kinds(ctx, event)[2:] == [("void", 45000), ("payment", 40500)]
    now = store.load(ctx, event.exact_ref)
    assert (now.paid_cents, now.settled) == (40500, False)
    assert now.last_payment and now.last_payment.cents == 40500


def test_what_is_wrong_anew_voids_nothing(ctx: Context, admin: PageClient, event: Event) -> None:
    answer = dialog(admin, event).fill(reason="Wrong", anew="y", amount="12,50").submit()

    assert answer.status_code == 422
    assert "Write 12.50 then" in admin.page.text
    assert admin.page.form("/void").values["amount"] == ["12,50"]
    assert len(kinds(ctx, event)) == 2


def test_without_a_reason_nothing_is_voided(ctx: Context, admin: PageClient, event: Event) -> None:
    assert dialog(admin, event).submit().status_code == 422
    assert len(kinds(ctx, event)) == 2


def test_a_second_tap_is_one_void(ctx: Context, admin: PageClient, event: Event) -> None:
    form = dialog(admin, event).fill(reason="Typed twice")

    assert [form.submit().status_code for _ in range(2)] == [303, 303]
    assert len(kinds(ctx, event)) == 3


def test_a_second_admin_is_told(ctx: Context, admin: PageClient, event: Event) -> None:
    mine, theirs = dialog(admin, event), dialog(admin, event)
    theirs.fill(reason="Theirs").submit()

    assert mine.fill(reason="Mine").submit().status_code == 422
    assert "Somebody changed this event's money meanwhile" in admin.page.text
    admin.page.form("/void").submit()
    assert "It was voided already, by Moana" in admin.page.text
    assert len(kinds(ctx, event)) == 3


def test_what_cannot_be_voided_says_what_to_do(
    ctx: Context, admin: PageClient, event: Event
) -> None:
    dialog(admin, event).fill(reason="Wrong").submit()
    for number, text in {
        1: "change it, and say why",
        2: "voided already",
        3: "A void stays",
    }.items():
        page = admin.see(f"/scc/events/{event.exact_ref}/entries/{number}/void", status=422)
        assert text in page.text
    admin.see(f"/scc/events/{event.exact_ref}/entries/99/void", status=404)


def test_undo_is_a_void_and_twice_is_once(ctx: Context, admin: PageClient) -> None:
    event = given.charter(ctx)
    form = admin.see(f"/scc/events/{event.exact_ref}/payment").form("/payment").fill(amount="500")
    form.submit()
    admin.page.form("/payment").fill(above="owed").submit(follow_redirects=True)
    undo = admin.page.form("/undo")

    assert [undo.submit().status_code for _ in range(2)] == [303, 303]
    assert kinds(ctx, event)[1:] == [
        ("payment", 50000),
        ("refund", 5000),
        ("void", 50000),
        ("void", 5000),
    ]
    now = store.load(ctx, event.exact_ref)
    assert (now.paid_cents, now.standing.pending, now.has_matter) == (0, (), False)


def test_what_the_older_tool_recorded_can_be_voided(ctx: Context, admin: PageClient) -> None:
    (event,) = given.older(
        ctx,
        {
            "event_id": "2026-05-23-alice-sunset",
            "timestamp": 1767632400,
            "payment_cleared": True,
            "payment_amount": 450,
        },
    )
    given.paid(ctx, event, 100)  # takes in what stood there as entry 1
    dialog(admin, event, 1).fill(reason="Never came").submit()

    assert store.load(ctx, event.exact_ref).paid_cents == 100


def test_the_older_api_sees_a_voided_payment_as_none(
    ctx: Context, admin: PageClient, api: OlderClient
) -> None:
    """Sent again within two minutes it is a payment, since the first one counts no more."""
    event = given.charter(ctx)
    body = {"event_id": event.slug, "amount": 450}
    api.log(**body)
    dialog(admin, event).fill(reason="Wrong sail").submit()
    answer = api.log(**body)

    assert answer.json["payment_amount"] == 450
    assert [kind for kind, _ in kinds(ctx, event)] == ["price", "payment", "void", "payment"]
