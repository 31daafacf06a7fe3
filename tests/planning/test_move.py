"""A sail that is moved: it keeps its slug and its money, and those who count on it are told."""

from datetime import date, timedelta
from typing import Any

import pytest

from scc.context import Context
from scc.events import store
from scc.events.model import Event
from scc.mail import store as outbox
from tests.given import charter, paid
from tests.hooks import writes
from tests.older import audited, stored
from tests.page import Form, PageClient
from tests.waivers.acts import publish, signed


@pytest.fixture
def event(ctx: Context) -> Event:
    day = ctx.today() + timedelta(days=20)
    return charter(ctx, day, patron_email="alice@example.com", patron_phone="619-555-0100")


def dialog(admin: PageClient, event: Event) -> Form:
    return admin.see(f"/scc/events/{event.exact_ref}/reschedule").form("/reschedule")


def later(event: Event, days: int) -> str:
    return (date.fromisoformat(event.slug[:10]) + timedelta(days=days)).isoformat()


def test_the_slug_stays_and_the_card_says_from_when(
    admin: PageClient, ctx: Context, event: Event
) -> None:
    paid(ctx, event)
    assert dialog(admin, event).fill(date=later(event, 7)).submit().status_code == 303

    moved = store.load(ctx, event.exact_ref)
    was = date.fromisoformat(event.slug[:10])
    assert (
        f"moved from {was:%a} {was.day} {was:%b}"
        in admin.see(f"/scc/events/{event.slug}/card", headers={"X-SCC-Fragment": "1"}).text
    )
    assert (moved.slug, moved.settled) == (event.slug, True)
    assert store.in_month(ctx, later(event, 7)[:7])[0].slug == event.slug
    page = admin.see(f"/scc/events/{event.exact_ref}").text
    assert f"Moved from {was:%a} {was.day} {was:%b}" in page


def test_the_patron_gets_one_letter_and_the_ledger_says_who_moved_it(
    admin: PageClient, ctx: Context, event: Event
) -> None:
    dialog(admin, event).fill(date=later(event, 7)).submit()

    letters = [letter.kind for letter in outbox.about(ctx, event.ledger)]
    record = audited(ctx, event.exact_ref)[-1]
    assert letters == ["moved"]
    assert (record["kind"], record["actor"]["name"]) == ("event.moved", "Moana")
    assert record["was"] == event.item["starts_at"]


def test_moved_back_there_is_nothing_to_say(admin: PageClient, ctx: Context, event: Event) -> None:
    for days in (7, 14, 0):
        dialog(admin, event).fill(date=later(event, days)).submit()

    assert store.load(ctx, event.exact_ref).moved_from == ()
    assert len(stored(ctx, event.exact_ref)["moved_from"]) == 3


def test_the_crew_is_called_as_long_ahead_as_before(
    admin: PageClient, ctx: Context, event: Event
) -> None:
    ctx.db.transact([store.change(ctx, event, {"call_time": "17:15"})])
    dialog(admin, event).fill(start_time="10:00").submit()

    assert store.load(ctx, event.exact_ref).call_time == "09:15"


def test_of_another_hour_it_says_the_hour(admin: PageClient, ctx: Context, event: Event) -> None:
    dialog(admin, event).fill(start_time="19:30").submit()

    assert (
        "moved from 6:00 pm"
        in admin.see(f"/scc/events/{event.slug}/card", headers={"X-SCC-Fragment": "1"}).text
    )


def test_the_form_of_all_details_moves_it_just_so(
    admin: PageClient, ctx: Context, event: Event
) -> None:
    form = admin.see(f"/scc/events/{event.exact_ref}/change").form("/change")
    form.fill(date=later(event, 1)).submit()

    assert store.load(ctx, event.exact_ref).moved_from == (event.starts_at,)


def test_a_second_tap_writes_nothing(admin: PageClient, ctx: Context, event: Event) -> None:
    form = dialog(admin, event).fill(date=later(event, 7))
    form.submit()
    with writes(ctx.db.client) as written:
        assert form.submit().status_code == 303

    assert written == []


def test_what_somebody_else_changed_meanwhile_is_looked_at_first(
    admin: PageClient, ctx: Context, event: Event
) -> None:
    mine = dialog(admin, event).fill(date=later(event, 7))
    dialog(admin, event).fill(date=later(event, 3)).submit()

    assert mine.submit().status_code == 422
    assert admin.page.form("/reschedule").values["date"] == [later(event, 7)]
    admin.page.form("/reschedule").submit()
    assert store.load(ctx, event.exact_ref).item["starts_at"][:10] >= later(event, 7)


def test_all_who_must_know_are_listed(admin: PageClient, ctx: Context, event: Event) -> None:
    publish(ctx)
    signed(ctx, event, "Bo Lind")
    change = store.change(ctx, event, {"crew": ["Ray", {"name": "Moana"}]})
    ctx.db.transact([change])

    dialog(admin, event)
    told = admin.page.one(".//ul[@class='told']")
    text = " ".join("".join(told.itertext()).split())
    for words in ("gets a letter in two minutes: alice@example.com", "Ray", "Moana", "Bo Lind"):
        assert words in text


def test_who_has_no_address_is_to_be_called(admin: PageClient, ctx: Context) -> None:
    event = charter(ctx, ctx.today() + timedelta(days=9), patron_phone="619-555-0100")
    dialog(admin, event)

    assert "tell them yourself: 619-555-0100" in admin.page.text


@pytest.mark.parametrize(
    "wrong", [{"date": "2026-02-30"}, {"start_time": "25:00"}, {"date": ""}, {"start_time": ""}]
)
def test_what_is_wrong_comes_back(
    admin: PageClient, ctx: Context, event: Event, wrong: dict[str, Any]
) -> None:
    with writes(ctx.db.client) as written:
        assert dialog(admin, event).fill(**wrong).submit().status_code == 422

    assert written == []
