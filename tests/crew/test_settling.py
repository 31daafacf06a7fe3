"""What changed is asked again; who is not needed is told; reminders."""

import json
import re
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from scc.aws import Change
from scc.company import store as companies
from scc.company.model import Dock, as_item
from scc.context import Context
from scc.crew import by_hand, settling
from scc.crew.model import NIGHT_FROM, NIGHT_UNTIL, Terms
from scc.crew.plan import plan_of
from scc.events.model import Event
from scc.events.service import reinstate_event
from scc.mail import store as outbox
from scc.mail.letters import Sail, weather_crew
from scc.staff.model import Person
from scc.staff.service import see_off
from scc.tables import EVENTS
from tests.crew.acts import (
    as_it_is,
    asked,
    at_local,
    evening_before,
    letters,
    link,
    moved,
    names_on,
    on,
    person,
    press_answer,
    sail_to_come,
    says,
    the_ask,
    told,
)
from tests.emulator import Clock
from tests.given import ORIGIN, cancelled, charter
from tests.hooks import Died, dying, failing_after_a_transaction
from tests.page import PageClient


def test_who_is_not_needed_any_more_is_told(ctx: Context, event: Event, kim: Person) -> None:
    bo = person(ctx, "Bo Diaz")
    asked(ctx, event, kim, bo)
    says(ctx, event, kim)

    assert told(ctx, event, bo) == ["taken"]
    assert the_ask(ctx, event, bo).closed == "taken"


def test_another_hour_asks_again_and_shows_old_and_new(
    ctx: Context, client: PageClient, event: Event, kim: Person
) -> None:
    asked(ctx, event, kim)
    says(ctx, event, kim)
    changed = moved(ctx, event, time(16, 30))
    assert not on(ctx, event)[0].holds(plan_of(ctx, changed).terms)  # at once
    settling.settle_all(ctx)

    again = letters(ctx, event, kim, "crew_ask")[-1]
    assert "6:30 pm" in again.values["was"]
    assert "4:30 pm" in again.values["when"]
    page = client.see(link(ctx, event, kim))
    assert page.heading == "It changed: can you still come?"
    assert "6:30 pm" in page.text and "4:30 pm" in page.text


def test_and_a_yes_to_the_old_hour_is_none_to_the_new(
    ctx: Context, client: PageClient, event: Event, kim: Person
) -> None:
    asked(ctx, event, kim)
    client.see(link(ctx, event, kim))
    moved(ctx, event, time(16, 30))
    press_answer(client, "captain")

    assert "changed since you opened it" in client.page.text
    assert names_on(ctx, event) == []


def test_the_new_hour_can_be_agreed_to_before_the_letter_comes(
    ctx: Context, event: Event, kim: Person
) -> None:
    asked(ctx, event, kim)
    says(ctx, event, kim)
    changed = moved(ctx, event, time(16, 30))

    assert says(ctx, event, kim) == "on"
    assert on(ctx, event)[0].holds(plan_of(ctx, changed).terms)
    assert settling.settle_all(ctx) == 0


@pytest.mark.parametrize(
    ("changed", "says_now"),
    [({"call_time": "15:00"}, "at 3:00 pm"), ({"dock": "pier-b"}, "be at Pier B")],
    ids=["call", "dock"],
)
def test_another_call_or_dock_asks_again(
    ctx: Context, event: Event, kim: Person, changed: dict[str, str], says_now: str
) -> None:
    docks = {"docks": [as_item(Dock("pier-a", "Pier A")), as_item(Dock("pier-b", "Pier B"))]}
    ctx.db.transact([companies.change(companies.read(ctx), **docks)])
    asked(ctx, event, kim)
    ctx.db.write(Change(EVENTS, event.key, set=changed))
    settling.settle_all(ctx)

    again = letters(ctx, event, kim, "crew_ask")[-1]
    assert (again.values["was"] != "", says_now in again.values["when"]) == (True, True)


def test_a_dock_with_another_name_is_the_same_dock() -> None:
    terms = Terms("2026-05-23", "18:30", "17:45", "pier-a", "Pier A")

    assert terms.same(replace(terms, dock_name="Pier A, slip 3"))


def test_settled_twice_is_once(ctx: Context, event: Event, kim: Person) -> None:
    asked(ctx, event, kim)
    says(ctx, event, kim)
    moved(ctx, event, time(16, 30))

    assert [settling.settle_all(ctx) for _ in range(2)] == [1, 0]


def test_a_sail_that_is_off_releases_all_and_tells_them(
    ctx: Context, event: Event, kim: Person, clock: Clock
) -> None:
    bo, dee = person(ctx, "Bo Diaz"), person(ctx, "Dee Ray", "mate")
    by_hand.set_positions(ctx, event.exact_ref, {"captain": 1, "mate": 1}, ORIGIN)
    asked(ctx, event, kim, bo)
    asked(ctx, event, dee, position="mate")
    says(ctx, event, kim)
    cancelled(ctx, event)
    settling.settle_all(ctx)
    assert names_on(ctx, event) == ["Kim Lind"]  # it can still be taken back
    clock.advance(minutes=3)
    settling.settle_all(ctx)

    assert names_on(ctx, event) == []
    assert told(ctx, event, kim) == ["on", "cancelled"]
    assert told(ctx, event, bo) == ["taken"]
    assert told(ctx, event, dee) == ["cancelled"]


def test_who_heard_by_the_weathers_call_gets_no_second_letter(
    ctx: Context, event: Event, kim: Person, clock: Clock
) -> None:
    asked(ctx, event, kim)
    says(ctx, event, kim)
    cancelled(ctx, event)
    about = Sail(event.ledger, kim.email, "Kim", "", "", "", "")
    letter = weather_crew(about, [], "Storm", "a call", "Moana")
    ctx.db.transact(outbox.queued(ctx, letter))
    clock.advance(minutes=3)
    settling.settle_all(ctx)

    assert (names_on(ctx, event), told(ctx, event, kim)) == ([], ["on"])


def test_one_reminder_by_day_and_no_second(
    ctx: Context, clock: Clock, event: Event, kim: Person
) -> None:
    at_local(ctx, clock, 9)
    asked(ctx, event, kim)  # a day to answer: half-way falls into the night
    clock.advance(hours=12, minutes=30)
    assert settling.settle_all(ctx) == 0
    at_local(ctx, clock, 8)
    counts = [settling.settle_all(ctx) for _ in range(3)]

    assert counts == [1, 0, 0]
    assert [one.values["reminder"] for one in letters(ctx, event, kim, "crew_ask")] == [False, True]


def test_moved_at_night_to_before_the_letter_nobody_is_asked(
    ctx: Context, clock: Clock, event: Event, kim: Person
) -> None:
    evening_before(ctx, clock, event, 23)
    asked(ctx, event, kim)
    moved(ctx, event, time(7))
    settling.settle_all(ctx)

    assert the_ask(ctx, event, kim).closed == "late"
    assert [one.state for one in letters(ctx, event, kim, "crew_ask")] == ["withdrawn"]
    assert says(ctx, event, kim) == "on"  # they were called


def test_and_who_is_on_hears_at_once(ctx: Context, clock: Clock, event: Event, kim: Person) -> None:
    asked(ctx, event, kim)
    says(ctx, event, kim)
    evening_before(ctx, clock, event, 23)
    moved(ctx, event, time(7))
    settling.settle_all(ctx)

    assert letters(ctx, event, kim, "crew_ask")[-1].due <= ctx.now().timestamp()


def test_moved_at_night_from_before_the_letter_who_is_on_hears_at_once(
    ctx: Context, clock: Clock, kim: Person
) -> None:
    """Or they would be at the dock before they read it."""
    event = sail_to_come(ctx, hour=time(7))
    asked(ctx, event, kim)
    says(ctx, event, kim)
    evening_before(ctx, clock, event, 23)
    moved(ctx, event, time(15))
    settling.settle_all(ctx)

    assert letters(ctx, event, kim, "crew_ask")[-1].due <= ctx.now().timestamp()


@pytest.mark.parametrize("day", [date(2027, 3, 14), date(2027, 11, 7)], ids=["spring", "autumn"])
@pytest.mark.parametrize("asked_at", [10, 20, 23, 3])
def test_each_hour_around_a_change_of_the_clock_nobody_is_woken(
    ctx: Context, clock: Clock, kim: Person, day: date, asked_at: int
) -> None:
    zone = ctx.settings.timezone
    clock.set(datetime.combine(day - timedelta(days=1), time(asked_at), zone))
    event = charter(ctx, day + timedelta(days=1), hour=time(12))
    asked(ctx, event, kim)
    for _ in range(44):
        clock.advance(hours=1)
        settling.settle_all(ctx)

    found = letters(ctx, event, kim, "crew_ask")
    hours = [datetime.fromtimestamp(one.due, zone).time() for one in found]
    assert [one.values["reminder"] for one in found] == [False, True]
    assert all(NIGHT_UNTIL <= hour < NIGHT_FROM for hour in hours)


def test_what_was_overtaken_in_the_night_does_not_leave(
    ctx: Context, clock: Clock, event: Event, kim: Person
) -> None:
    at_local(ctx, clock, 23)
    asked(ctx, event, kim)
    moved(ctx, event, time(16, 30))
    settling.settle_all(ctx)

    states = [one.state for one in letters(ctx, event, kim, "crew_ask")]
    assert states == ["withdrawn", "waiting"]


def test_who_comes_back_after_a_cancellation_hears_of_the_next_one(
    ctx: Context, event: Event, kim: Person, clock: Clock
) -> None:
    asked(ctx, event, kim)
    says(ctx, event, kim)
    for _ in range(2):
        cancelled(ctx, as_it_is(ctx, event))
        clock.advance(minutes=3)
        settling.settle_all(ctx)
        reinstate_event(ctx, event.exact_ref, ORIGIN)
        says(ctx, event, kim)

    assert told(ctx, event, kim).count("cancelled") == 2


def test_a_sail_moved_after_its_start_asks_who_is_on_again(
    ctx: Context, event: Event, kim: Person, clock: Clock
) -> None:
    asked(ctx, event, kim)
    says(ctx, event, kim)
    assert event.starts_at
    clock.advance(seconds=(event.starts_at - ctx.now()).total_seconds() + 600)
    settling.settle_all(ctx)
    moved(ctx, event, time(20, 30))
    settling.settle_all(ctx)

    assert the_ask(ctx, event, kim).was
    assert len(letters(ctx, event, kim, "crew_ask")) == 2


def test_who_leaves_the_company_is_on_no_sail_to_come(
    ctx: Context, event: Event, kim: Person
) -> None:
    asked(ctx, event, kim)
    says(ctx, event, kim)
    see_off(ctx, kim.id, ORIGIN)

    assert [settling.settle_all(ctx) for _ in range(2)] == [1, 0]
    assert names_on(ctx, event) == []


def test_the_clock_reads_no_more_for_more_sails(ctx: Context, kim: Person) -> None:
    reads: list[str] = []

    def counted() -> int:
        reads.clear()
        assert settling.settle_all(ctx) == 0
        return len(reads)

    asked(ctx, sail_to_come(ctx, 5), kim)
    ctx.db.client.meta.events.register(
        "before-call.dynamodb.*", lambda model, **_: reads.append(model.name)
    )
    few = counted()
    for days in range(6, 10):
        asked(ctx, sail_to_come(ctx, days), kim)

    assert (counted(), few) == (few, 4)  # asks, staff, events, company


# What a crash or a failure leaves


@pytest.mark.parametrize("point", ["before", "after"])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_crash_while_a_sail_is_off_loses_nobodys_letter(
    ctx: Context, event: Event, kim: Person, clock: Clock, point: str, number: int
) -> None:
    crew = [kim, person(ctx, "Bo Diaz"), person(ctx, "Dee Ray"), person(ctx, "Lu Fox")]
    by_hand.set_positions(ctx, event.exact_ref, {"captain": 3}, ORIGIN)
    asked(ctx, event, *crew)
    says(ctx, event, kim)
    says(ctx, event, crew[1])
    cancelled(ctx, event)
    clock.advance(minutes=3)
    with dying(ctx.db.client, point, number), suppress(Died):
        settling.settle_all(ctx)
    settling.settle_all(ctx)

    assert names_on(ctx, event) == []
    assert [told(ctx, event, one).count("cancelled") for one in crew] == [1, 1, 1, 1]
    assert settling.settle_all(ctx) == 0


def test_what_failed_after_a_yes_is_logged_and_found_by_the_clock(
    ctx: Context, event: Event, kim: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    """The yes stands, and one line says what is left to do; of nobody."""
    bo = person(ctx, "Bo Diaz")
    asked(ctx, event, kim, bo)
    capsys.readouterr()
    with failing_after_a_transaction(ctx.db.client):
        assert says(ctx, event, kim) == "on"
    (line,) = capsys.readouterr().out.splitlines()
    assert told(ctx, event, bo) == []

    assert json.loads(line).items() >= {"left_to_the_schedule": "crew"}.items()
    assert not re.search(r"kim|bo\b|alice|555", line, re.IGNORECASE)
    settling.settle_all(ctx)
    assert told(ctx, event, bo) == ["taken"]
