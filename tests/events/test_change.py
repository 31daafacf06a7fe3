"""Changing, cancelling and reinstating an event."""

from typing import Any

import pytest

from scc.context import Context
from scc.errors import Outdated
from scc.events import store
from scc.events.service import Details, change_event, reinstate_event
from tests import given
from tests.older import OlderTool, audited, stored
from tests.page import PageClient
from tests.payments.acts import MOANA, pay


def test_a_change_by_somebody_else_meanwhile_is_shown(
    ctx: Context, older: OlderTool, admin: PageClient
) -> None:
    event = given.charter(ctx)
    path = f"/scc/events/{event.slug}/change"
    admin.see(path)
    mine = admin.page.form("/change").fill(guests="5")
    admin.see(path)
    admin.page.form("/change").fill(guests="6").submit()

    answer = mine.submit()

    assert answer.status_code == 422
    assert "Guests: 6" in admin.page.text
    assert admin.page.form("/change").values["guests"] == ["5"]
    assert stored(ctx, event.exact_ref)["guests"] == 6


def test_pressing_again_saves_mine(ctx: Context, admin: PageClient) -> None:
    event = given.charter(ctx)
    path = f"/scc/events/{event.slug}/change"
    admin.see(path)
    mine = admin.page.form("/change").fill(guests="5")
    admin.see(path)
    admin.page.form("/change").fill(guests="6").submit()
    mine.submit()

    admin.page.form("/change").submit()

    assert stored(ctx, event.exact_ref)["guests"] == 5


def test_a_change_leaves_the_money_alone(ctx: Context, admin: PageClient) -> None:
    event = given.charter(ctx)
    pay(ctx, event.exact_ref, 100)
    before = stored(ctx, event.exact_ref)
    admin.see(f"/scc/events/{event.slug}/change")
    admin.page.form("/change").fill(last_name="Wei", notes="A cake.").submit()

    after = stored(ctx, event.exact_ref)

    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {"patron_name", "notes", "version"}


def test_what_is_emptied_goes(ctx: Context, admin: PageClient) -> None:
    event = given.charter(ctx, notes="A cake.", guests=5)
    admin.see(f"/scc/events/{event.slug}/change")
    admin.page.form("/change").fill(notes="", guests="").submit()

    assert not {"notes", "guests"} & stored(ctx, event.exact_ref).keys()


def test_a_payment_meanwhile_and_a_change_both_stand(ctx: Context, admin: PageClient) -> None:
    event = given.charter(ctx)
    admin.see(f"/scc/events/{event.slug}/change")
    form = admin.page.form("/change").fill(guests="5")
    pay(ctx, event.exact_ref, 100)
    form.submit()
    admin.page.form("/change").submit()

    item = stored(ctx, event.exact_ref)
    assert (item["guests"], item["payment_amount"]) == (5, 100)


def test_cancelling_keeps_the_money_and_asks_for_no_more(ctx: Context, admin: PageClient) -> None:
    event = given.charter(ctx)
    pay(ctx, event.exact_ref, 100)
    admin.see(f"/scc/events/{event.slug}/end")
    admin.page.form("/end").fill(
        ended="weather", answer="hold", reason="Small-craft warning."
    ).submit()

    item = stored(ctx, event.exact_ref)
    assert (item["cancelled_reason"], item["payment_amount"]) == ("Small-craft warning.", 100)
    assert store.unpaid_before(ctx, None) == []


def test_reinstating_takes_it_back(ctx: Context, admin: PageClient) -> None:
    event = given.charter(ctx)
    given.cancelled(ctx, event, "Fog.")
    admin.see(f"/scc/events/{event.slug}")
    admin.page.form("/reinstate").submit()

    assert not {"cancelled_at", "cancelled_reason"} & stored(ctx, event.exact_ref).keys()
    assert [e.slug for e in store.unpaid_before(ctx, None)] == [event.slug]


def test_twice_is_once(ctx: Context) -> None:
    event = given.charter(ctx)
    for _ in range(2):
        given.cancelled(ctx, event, "Fog.", "once")
    for _ in range(2):
        reinstate_event(ctx, event.exact_ref, MOANA)

    kinds = [row["kind"] for row in audited(ctx, event.exact_ref)]
    assert kinds == ["event.created", "event.ended", "event.reinstated"]


@pytest.mark.parametrize("action", ["change", "cancel", "payment", "price"])
def test_an_unknown_event_has_no_dialog(admin: PageClient, action: str) -> None:
    admin.see(f"/scc/events/nobody/{action}", status=404)


def test_a_write_is_refused_while_the_event_changes_under_it(
    ctx: Context, older: OlderTool
) -> None:
    """At the wire: just before ours, the older tool writes; the second reading is right."""
    event = given.charter(ctx)
    times = iter(["100", "200"])

    def meanwhile(**_: Any) -> None:
        if amount := next(times, None):
            older.settles(event.exact_ref, amount)

    ctx.db.client.meta.events.register("before-call.dynamodb.TransactWriteItems", meanwhile)
    given.cancelled(ctx, event, "Fog.")

    item = stored(ctx, event.exact_ref)
    assert (item["cancelled_reason"], item["payment_amount"]) == ("Fog.", 200)


def test_of_two_changes_at_the_same_moment_one_is_told(ctx: Context) -> None:
    """At the wire: between my reading and my writing somebody else's change is written."""
    event = given.charter(ctx)
    mine, theirs = (
        Details("Alice", "Alice Nakamura", ctx.today(), "sunset", guests=guests)
        for guests in (5, 6)
    )
    others = iter([theirs])

    def meanwhile(**_: Any) -> None:
        if details := next(others, None):
            change_event(ctx, event.exact_ref, details, event.version, MOANA)

    ctx.db.client.meta.events.register("before-call.dynamodb.TransactWriteItems", meanwhile)
    with pytest.raises(Outdated):
        change_event(ctx, event.exact_ref, mine, event.version, MOANA)

    assert stored(ctx, event.exact_ref)["guests"] == 6
