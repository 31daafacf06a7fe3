"""Who is asked, who answers, and who has the place."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from scc.aws import Change
from scc.company import store as companies
from scc.company.model import Dock, as_item
from scc.context import Context
from scc.crew import service, store
from scc.crew.model import Terms
from scc.errors import NotFound, Refused
from scc.events.model import Event
from scc.events.service import reinstate_event
from scc.mail import store as outbox
from scc.mail.letters import Sail, weather_crew
from scc.staff import store as staff
from scc.staff.model import Person
from scc.staff.service import see_off
from scc.tables import EVENTS
from tests.crew.acts import (
    as_it_is,
    asked,
    letters,
    link,
    moved,
    names_on,
    on,
    person,
    sail_to_come,
    says,
    the_ask,
    told,
)
from tests.emulator import Clock
from tests.given import ORIGIN, cancelled
from tests.hooks import writes
from tests.page import PageClient


@pytest.fixture
def event(ctx: Context) -> Event:
    return sail_to_come(ctx, hour=time(18, 30))


@pytest.fixture
def kim(ctx: Context) -> Person:
    return person(ctx)


# The first yes


def test_the_first_yes_has_the_place_and_the_other_is_told(ctx: Context, event: Event) -> None:
    kim, bo = person(ctx), person(ctx, "Bo Diaz")
    asked(ctx, event, kim, bo)

    assert [says(ctx, event, who) for who in (kim, bo)] == ["on", "taken"]
    assert names_on(ctx, event) == ["Kim Lind"]


def test_of_eight_at_once_one_has_it_and_seven_are_told(ctx: Context, event: Event) -> None:
    crew = [person(ctx, f"Sailor {n}", email="") for n in range(8)]
    asked(ctx, event, *crew)

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(lambda who: says(ctx, event, who), crew))

    assert sorted(outcomes) == ["on", *["taken"] * 7]
    assert len(on(ctx, event)) == 1


def test_older_clients_go_on_reading_the_names(ctx: Context, event: Event, kim: Person) -> None:
    asked(ctx, event, kim)
    says(ctx, event, kim)

    assert as_it_is(ctx, event).item["crew"] == ["Kim Lind"]


def test_whom_the_older_tool_leaves_out_is_off(ctx: Context, event: Event, kim: Person) -> None:
    asked(ctx, event, kim)
    says(ctx, event, kim)
    ctx.db.client.update_item(
        TableName=ctx.db.name(EVENTS),
        Key={"event_id": {"S": event.slug}, "timestamp": {"N": str(event.timestamp)}},
        UpdateExpression="SET crew = :c",
        ExpressionAttributeValues={":c": {"L": [{"S": "Dee"}]}},
    )

    assert [(one.name, one.position) for one in on(ctx, event)] == [("Dee", "")]


def test_a_second_yes_changes_nothing(ctx: Context, event: Event, kim: Person) -> None:
    asked(ctx, event, kim)
    says(ctx, event, kim)
    with writes(ctx.db.client) as written:
        assert says(ctx, event, kim) == "on"

    assert written == []


def test_the_same_form_asks_once(ctx: Context, event: Event, kim: Person) -> None:
    wish = service.Wish((kim.id,), ("captain",), 24)
    counts = [service.ask(ctx, event.exact_ref, wish, "one key", ORIGIN) for _ in range(2)]

    assert counts == [1, 1]
    assert len(letters(ctx, event, kim, "crew_ask")) == 1


def test_who_is_not_needed_any_more_is_told(ctx: Context, event: Event, kim: Person) -> None:
    bo = person(ctx, "Bo Diaz")
    asked(ctx, event, kim, bo)
    says(ctx, event, kim)

    assert told(ctx, event, bo) == ["taken"]
    assert the_ask(ctx, event, bo).closed == "taken"


def test_who_drops_out_opens_the_place_again(ctx: Context, event: Event) -> None:
    kim, bo = person(ctx), person(ctx, "Bo Diaz")
    asked(ctx, event, kim, bo)
    says(ctx, event, kim)
    says(ctx, event, bo)

    assert says(ctx, event, kim, "no") == "gone"
    assert says(ctx, event, bo) == "on"
    assert names_on(ctx, event) == ["Bo Diaz"]


# The link


def test_opening_the_link_changes_nothing(
    ctx: Context, client: PageClient, event: Event, kim: Person
) -> None:
    asked(ctx, event, kim)
    with writes(ctx.db.client) as written:
        page = client.see(link(ctx, event, kim))
        client.head(link(ctx, event, kim))

    assert written == []
    assert page.heading == "Can you come as captain?"


def press(client: PageClient, answer: str) -> Any:
    """The answer's button on the page at hand."""
    form = client.page.form()
    assert client.page.has(f".//button[@value='{answer}']")
    return client.post(form.action, data=form.values | {"answer": answer}, follow_redirects=True)


def test_its_button_answers(ctx: Context, client: PageClient, event: Event, kim: Person) -> None:
    asked(ctx, event, kim)
    client.see(link(ctx, event, kim))
    answer = press(client, "captain")

    assert client.page.heading == "You are on as captain"
    assert names_on(ctx, event) == ["Kim Lind"]
    assert "Set-Cookie" not in answer.headers


def test_a_link_answers_for_its_person_and_sail_alone(
    ctx: Context, client: PageClient, event: Event, kim: Person
) -> None:
    other, bo = sail_to_come(ctx, 5), person(ctx, "Bo Diaz")
    for sail in (event, other):
        asked(ctx, sail, kim, bo)
    mine = link(ctx, event, kim)
    key = mine.rpartition("/")[2]
    forged = [
        mine.replace(kim.id, bo.id),
        link(ctx, other, kim).rpartition("/")[0] + "/" + key,
        mine[:-1],
        mine.replace(str(event.timestamp), str(event.timestamp + 1)),
    ]
    with writes(ctx.db.client) as written:
        statuses = [client.post(path, data={"answer": "captain"}).status_code for path in forged]

    assert (statuses, written) == ([404] * 4, [])


def test_who_left_can_answer_no_more(
    ctx: Context, client: PageClient, event: Event, kim: Person
) -> None:
    asked(ctx, event, kim)
    ctx.db.write(staff.change(kim, {"left_at": "2026-01-01T00:00:00Z"}))

    assert client.get(link(ctx, event, kim)).status_code == 404


def test_a_post_from_another_site_is_refused(
    ctx: Context, client: PageClient, event: Event, kim: Person
) -> None:
    asked(ctx, event, kim)
    data = {"answer": "captain"}
    answer = client.post(link(ctx, event, kim), data=data, headers={"Sec-Fetch-Site": "cross-site"})

    assert (answer.status_code, names_on(ctx, event)) == (403, [])


# What changes asks again


def test_another_hour_asks_again_and_shows_old_and_new(
    ctx: Context, client: PageClient, event: Event, kim: Person
) -> None:
    asked(ctx, event, kim)
    says(ctx, event, kim)
    changed = moved(ctx, event, time(16, 30))
    assert not on(ctx, event)[0].holds(service.plan_of(ctx, changed).terms)  # at once
    service.settle_all(ctx)

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
    press(client, "captain")

    assert "changed since you opened it" in client.page.text
    assert names_on(ctx, event) == []


def test_the_new_hour_can_be_agreed_to_before_the_letter_comes(
    ctx: Context, event: Event, kim: Person
) -> None:
    asked(ctx, event, kim)
    says(ctx, event, kim)
    changed = moved(ctx, event, time(16, 30))

    assert says(ctx, event, kim) == "on"
    assert on(ctx, event)[0].holds(service.plan_of(ctx, changed).terms)
    assert service.settle_all(ctx) == 0


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
    service.settle_all(ctx)

    again = letters(ctx, event, kim, "crew_ask")[-1]
    assert (again.values["was"] != "", says_now in again.values["when"]) == (True, True)


def test_a_dock_with_another_name_is_the_same_dock() -> None:
    terms = Terms("2026-05-23", "18:30", "17:45", "pier-a", "Pier A")

    assert terms.same(replace(terms, dock_name="Pier A, slip 3"))


def test_settled_twice_is_once(ctx: Context, event: Event, kim: Person) -> None:
    asked(ctx, event, kim)
    says(ctx, event, kim)
    moved(ctx, event, time(16, 30))

    assert [service.settle_all(ctx) for _ in range(2)] == [1, 0]


def test_a_sail_that_is_off_releases_all_and_tells_them(
    ctx: Context, event: Event, kim: Person, clock: Clock
) -> None:
    bo, dee = person(ctx, "Bo Diaz"), person(ctx, "Dee Ray", "mate")
    asked(ctx, event, kim, bo)
    asked(ctx, event, dee, position="mate")
    says(ctx, event, kim)
    cancelled(ctx, event)
    service.settle_all(ctx)
    assert names_on(ctx, event) == ["Kim Lind"]  # it can still be taken back
    clock.advance(minutes=3)
    service.settle_all(ctx)

    assert names_on(ctx, event) == []
    assert told(ctx, event, kim) == ["on", "cancelled"]
    assert told(ctx, event, bo) == ["taken"]


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
    service.settle_all(ctx)

    assert (names_on(ctx, event), told(ctx, event, kim)) == ([], ["on"])


# Deadline, reminder, night


def at_local(ctx: Context, clock: Clock, hour: int) -> None:
    """Go on to the next such hour of the boat."""
    local = ctx.now().astimezone(ctx.settings.timezone)
    there = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    there += timedelta(days=there <= local)
    clock.advance(seconds=(there - local).total_seconds())


def test_one_reminder_by_day_and_no_second(
    ctx: Context, clock: Clock, event: Event, kim: Person
) -> None:
    at_local(ctx, clock, 9)
    asked(ctx, event, kim)  # a day to answer: half-way falls into the night
    clock.advance(hours=12, minutes=30)
    assert service.settle_all(ctx) == 0
    at_local(ctx, clock, 8)
    counts = [service.settle_all(ctx) for _ in range(3)]

    assert counts == [1, 0, 0]
    assert [one.values["reminder"] for one in letters(ctx, event, kim, "crew_ask")] == [False, True]


def test_asked_at_night_the_letter_leaves_in_the_morning(
    ctx: Context, clock: Clock, event: Event, kim: Person
) -> None:
    at_local(ctx, clock, 23)
    asked(ctx, event, kim)

    (letter,) = letters(ctx, event, kim, "crew_ask")
    assert letter.due - int(ctx.now().timestamp()) == 9 * 3600


def test_what_was_overtaken_in_the_night_does_not_leave(
    ctx: Context, clock: Clock, event: Event, kim: Person
) -> None:
    at_local(ctx, clock, 23)
    asked(ctx, event, kim)
    moved(ctx, event, time(16, 30))
    service.settle_all(ctx)

    states = [one.state for one in letters(ctx, event, kim, "crew_ask")]
    assert states == ["withdrawn", "waiting"]


def test_a_late_yes_still_has_an_open_place(
    ctx: Context, clock: Clock, event: Event, kim: Person
) -> None:
    asked(ctx, event, kim)
    clock.advance(hours=40)

    assert says(ctx, event, kim) == "on"


# By hand


def test_put_on_by_hand_and_taken_off(ctx: Context, event: Event, kim: Person) -> None:
    for _ in range(2):
        service.put_on(ctx, event.exact_ref, kim.id, "captain", "by phone", ORIGIN)
    assert names_on(ctx, event) == ["Kim Lind"]
    (station,) = on(ctx, event)
    for _ in range(2):
        service.take_off(ctx, event.exact_ref, station, "Fewer guests", ORIGIN)

    assert names_on(ctx, event) == []
    assert sorted(told(ctx, event, kim)) == ["off", "on"]
    with pytest.raises(Refused, match="taken off"):
        says(ctx, event, kim)


def test_who_was_not_asked_cannot_answer(ctx: Context, event: Event, kim: Person) -> None:
    with pytest.raises(NotFound):
        says(ctx, event, kim)


def test_more_positions_leave_room_for_more(ctx: Context, event: Event, kim: Person) -> None:
    bo = person(ctx, "Bo Diaz", "mate")
    assert names_on(ctx, event) == []
    service.set_positions(ctx, event.exact_ref, {"captain": 1, "mate": 1}, ORIGIN)
    asked(ctx, event, kim)
    asked(ctx, event, bo, position="mate")

    assert [says(ctx, event, bo, position="mate"), says(ctx, event, kim)] == ["on", "on"]
    assert as_it_is(ctx, event).item["crew"] == ["Kim Lind", "Bo Diaz"]


# What speaks against somebody


def test_days_off_and_other_sails_are_said_before_asking(
    ctx: Context, admin: PageClient, event: Event, kim: Person
) -> None:
    bo = person(ctx, "Bo Diaz")
    start = event.local_start(ctx.settings.timezone)
    assert start
    service.be_away(ctx, bo.id, [start.date()], "Dentist", ORIGIN)
    other = sail_to_come(ctx, name="Cleo", hour=time(17))
    asked(ctx, other, kim)
    says(ctx, other, kim)

    text = admin.see(f"/scc/events/{event.slug}/crew/ask").text
    assert "Off that day: Dentist" in text
    assert "On Cleo Nakamura" in text


def test_everyone_free_leaves_out_who_is_not(ctx: Context, event: Event, kim: Person) -> None:
    bo = person(ctx, "Bo Diaz")
    person(ctx, "Dee Ray", "host")
    start = event.local_start(ctx.settings.timezone)
    assert start
    service.be_away(ctx, bo.id, [start.date()], "", ORIGIN)
    wish = service.Wish((), ("captain",), 24, everyone=True)

    assert service.ask(ctx, event.exact_ref, wish, "key", ORIGIN) == 1
    assert [one.name for one in store.asks(ctx, event)] == ["Kim Lind"]


def test_the_dialog_asks_and_the_page_shows_it(
    ctx: Context, admin: PageClient, event: Event, kim: Person
) -> None:
    form = admin.see(f"/scc/events/{event.slug}/crew/ask").form("/crew/ask")
    form.fill(people=kim.id).submit()

    page = admin.see(f"/scc/events/{event.slug}")
    assert "Kim Lind, captain" in page.text
    assert "Asked, answer by" in page.text


# What a person may not, and what must not be forgotten


def test_who_was_taken_off_is_not_on_again_by_a_no_and_a_yes(
    ctx: Context, event: Event, kim: Person
) -> None:
    asked(ctx, event, kim)
    says(ctx, event, kim)
    service.take_off(ctx, event.exact_ref, on(ctx, event)[0], "", ORIGIN)
    says(ctx, event, kim, "no")

    with pytest.raises(Refused, match="taken off"):
        says(ctx, event, kim)
    assert names_on(ctx, event) == []


def test_who_comes_back_after_a_cancellation_hears_of_the_next_one(
    ctx: Context, event: Event, kim: Person, clock: Clock
) -> None:
    asked(ctx, event, kim)
    says(ctx, event, kim)
    for _ in range(2):
        cancelled(ctx, as_it_is(ctx, event))
        clock.advance(minutes=3)
        service.settle_all(ctx)
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
    service.settle_all(ctx)
    moved(ctx, event, time(20, 30))
    service.settle_all(ctx)

    assert the_ask(ctx, event, kim).was
    assert len(letters(ctx, event, kim, "crew_ask")) == 2


def test_who_leaves_the_company_is_on_no_sail_to_come(
    ctx: Context, event: Event, kim: Person
) -> None:
    asked(ctx, event, kim)
    says(ctx, event, kim)
    see_off(ctx, kim.id, ORIGIN)

    assert [service.settle_all(ctx) for _ in range(2)] == [1, 0]
    assert names_on(ctx, event) == []


def test_the_clock_reads_no_more_for_more_sails(ctx: Context, kim: Person) -> None:
    reads: list[str] = []

    def counted() -> int:
        reads.clear()
        assert service.settle_all(ctx) == 0
        return len(reads)

    asked(ctx, sail_to_come(ctx, 5), kim)
    ctx.db.client.meta.events.register(
        "before-call.dynamodb.*", lambda model, **_: reads.append(model.name)
    )
    few = counted()
    for days in range(6, 10):
        asked(ctx, sail_to_come(ctx, days), kim)

    assert (counted(), few) == (few, 4)  # asks, staff, events, company
