"""A sail that is planned again: weekly, or on chosen days, once however often it is sent."""

from datetime import date, time, timedelta

import pytest

from scc.context import Context
from scc.events import store
from scc.events.model import Event
from tests.given import all_events, charter, paid
from tests.hooks import Died, dying, writes
from tests.page import Form, PageClient


@pytest.fixture
def event(ctx: Context) -> Event:
    day = ctx.today() + timedelta(days=3)
    return charter(ctx, day, "José", guests=6, notes="Cake", hour=time(17, 30))


def page(admin: PageClient, event: Event) -> Form:
    return admin.see(f"/scc/events/{event.exact_ref}/repeat").form("/repeat")


def others(ctx: Context, event: Event) -> list[Event]:
    found = [one for one in all_events(ctx) if one.slug != event.slug]
    return sorted(found, key=lambda one: one.slug)


def after(event: Event, days: int) -> str:
    return (date.fromisoformat(event.slug[:10]) + timedelta(days=days)).isoformat()


def test_weekly_so_many_times(admin: PageClient, ctx: Context, event: Event) -> None:
    paid(ctx, event)
    assert page(admin, event).fill(times="3").submit().status_code == 303

    planned = others(ctx, event)
    assert [one.slug for one in planned] == [
        f"{after(event, days)}-jose-sunset" for days in (7, 14, 21)
    ]
    (one, *_) = planned
    assert (one.guests, one.notes, one.price_cents, one.paid_cents) == ("6", "Cake", 45000, 0)
    start = one.local_start(ctx.settings.timezone)
    assert start and start.time() == time(17, 30)


def test_on_chosen_days_each_once(admin: PageClient, ctx: Context, event: Event) -> None:
    days = f"{after(event, 5)}\n{after(event, 2)}, {after(event, 5)}"
    page(admin, event).fill(days=days).submit()

    assert [one.slug[:10] for one in others(ctx, event)] == [after(event, 2), after(event, 5)]


def test_a_second_tap_plans_nothing_more(admin: PageClient, ctx: Context, event: Event) -> None:
    form = page(admin, event).fill(times="2")
    form.submit()
    assert form.submit().status_code == 303

    assert len(others(ctx, event)) == 2


@pytest.mark.parametrize("point", ["before", "after"])
def test_what_a_crash_left_out_is_planned_when_it_is_sent_again(
    admin: PageClient, ctx: Context, event: Event, point: str
) -> None:
    """One day alone, so that the crash is in this thread; then that day and another."""
    form = page(admin, event).fill(days=after(event, 2))
    with dying(ctx.db.client, point), pytest.raises(Died):
        form.submit()
    assert len(others(ctx, event)) == (point == "after")

    form.fill(days=f"{after(event, 2)} {after(event, 4)}").submit()
    assert [one.slug[:10] for one in others(ctx, event)] == [after(event, 2), after(event, 4)]


def test_the_days_are_shown_before_any_is_planned(
    admin: PageClient, ctx: Context, event: Event
) -> None:
    day = date.fromisoformat(after(event, 7))
    charter(ctx, day, "Cleo", period="midday")
    form = page(admin, event).fill(times="2")
    form.values["show"] = ["y"]
    with writes(ctx.db.client) as written:
        form.submit()

    assert written == []
    assert f"{day:%A} {day.day} {day:%B} {day.year}, where there is Cleo" in admin.page.text
    admin.page.form("/repeat").submit()
    assert len(others(ctx, event)) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"times": "0"}, {"times": "54"}, {"times": "two"}, {"times": ""}, {"start_time": "25:00"},
        {"days": "2026-02-30"}, {"days": "tomorrow"},
    ],
)  # fmt: skip
def test_what_is_wrong_comes_back(
    admin: PageClient, ctx: Context, event: Event, wrong: dict[str, str]
) -> None:
    with writes(ctx.db.client) as written:
        assert page(admin, event).fill(**wrong).submit().status_code == 422

    assert written == []


def test_an_hour_that_one_of_the_days_skips_plans_none(
    admin: PageClient, ctx: Context, event: Event
) -> None:
    """In the zone of San Diego the clocks go forward on 14 March 2027."""
    form = page(admin, event).fill(days="2027-03-13 2027-03-14", start_time="02:30")

    assert form.submit().status_code == 422
    assert others(ctx, event) == []
    assert store.in_month(ctx, "2027-03") == []
