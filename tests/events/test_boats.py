"""Boats: a party above the limit is refused, and two sails of one boat are seen to overlap."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from scc.company import service as settings
from scc.company import store as company
from scc.company.model import THE_KIND, Boat, Kind
from scc.context import Context
from scc.errors import Invalid
from scc.events import boats, store
from scc.events.model import Event
from scc.events.service import Details, as_details, change_event, create_event
from tests import given
from tests.given import ORIGIN

ALMA = Boat("alma", "Alma")
QUEEN = Boat("queen", "Queen", limit=30)


def plan(ctx: Context, key: str = "k1", **details: Any) -> Event:
    said: dict[str, Any] = {
        "first_name": "Alice",
        "patron_name": "Alice Nakamura",
        "day": ctx.today() + timedelta(days=1),
        "period": "sunset",
    }
    return create_event(ctx, Details(**said | details), key, ORIGIN)


def change(ctx: Context, event: Event, **details: Any) -> Event:
    start = event.local_start(ctx.settings.timezone)
    assert start
    wanted = replace(as_details(event, start.date(), start.time()), **details)
    return change_event(ctx, event.exact_ref, wanted, event.version, ORIGIN)


# The limit


@pytest.mark.parametrize("guests", [7, "4-7", "4–7", "5 adults, 2 kids", "about 7"])
def test_a_party_above_the_limit_is_refused(ctx: Context, guests: Any) -> None:
    with pytest.raises(Invalid, match="7 guests, and The boat takes 6 at most"):
        plan(ctx, guests=guests)

    assert given.all_events(ctx) == []


def test_at_a_change_as_well(ctx: Context) -> None:
    event = plan(ctx, guests=6)

    with pytest.raises(Invalid, match="takes 6 at most"):
        change(ctx, event, guests=7)

    assert store.load(ctx, event.ref).party == 6


def test_a_bigger_boat_takes_it(ctx: Context) -> None:
    given.boats(ctx, ALMA, QUEEN)
    event = plan(ctx, guests=30, boat="queen")

    with pytest.raises(Invalid, match="30 guests, and Alma takes 6"):
        change(ctx, event, boat="alma")


def test_what_is_too_many_already_may_stay_while_the_rest_is_put_right(ctx: Context) -> None:
    given.boats(ctx, QUEEN)
    event = plan(ctx, guests=30)
    given.boats(ctx, replace(QUEEN, limit=20))

    changed = change(ctx, event, notes="Vegetarian")

    assert (changed.notes, changed.party) == ("Vegetarian", 30)
    with pytest.raises(Invalid):
        change(ctx, changed, guests=25)


def test_a_limit_that_falls_while_a_party_is_planned_holds(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It falls after the party was held against it, just before the transaction."""
    given.boats(ctx, QUEEN)
    sent: list[str] = []

    def fall(**_: Any) -> None:
        if not sent:
            sent.append("once")
            given.boats(ctx, replace(QUEEN, limit=8))

    ctx.db.client.meta.events.register("before-call.dynamodb.TransactWriteItems", fall)

    with pytest.raises(Invalid, match="takes 8 at most"):
        plan(ctx, guests=12)

    assert sent
    assert given.all_events(ctx) == []


def test_at_a_change_it_holds_too(ctx: Context) -> None:
    given.boats(ctx, QUEEN)
    event = plan(ctx, guests=4)
    sent: list[str] = []

    def fall(**_: Any) -> None:
        if not sent:
            sent.append("once")
            given.boats(ctx, replace(QUEEN, limit=8))

    ctx.db.client.meta.events.register("before-call.dynamodb.TransactWriteItems", fall)

    with pytest.raises(Invalid, match="takes 8 at most"):
        change(ctx, event, guests=12)


def test_what_was_created_before_the_limit_fell_is_said_to_who_presses_again(ctx: Context) -> None:
    given.boats(ctx, QUEEN)
    event = plan(ctx, "k1", guests=12)
    given.boats(ctx, replace(QUEEN, limit=8))

    assert plan(ctx, "k1", guests=12).ref == event.ref


# Which one


def test_the_only_boat_is_noted_so_that_a_second_one_takes_nothing_over(ctx: Context) -> None:
    event = plan(ctx)
    settings.add_thing(ctx, "boats", replace(ALMA, id=""), "k2", ORIGIN)

    found = boats.boat_of(company.read(ctx), store.load(ctx, event.ref))

    assert found and found.name == "The boat"


def test_one_that_is_not_there_is_refused(ctx: Context) -> None:
    given.boats(ctx, ALMA, QUEEN)

    with pytest.raises(Invalid, match=r"now\. Choose one of: Alma, Queen"):
        plan(ctx, boat="flying-dutchman")


def test_one_that_is_retired_is_kept_and_not_taken(ctx: Context) -> None:
    given.boats(ctx, ALMA, QUEEN)
    event = plan(ctx, boat="queen")
    given.boats(ctx, ALMA, replace(QUEEN, retired=True))

    assert change(ctx, event, notes="x").boat == "queen"
    with pytest.raises(Invalid, match="no such boat now"):
        plan(ctx, "k2", boat="queen")


def test_its_kind_says_what_it_costs_unless_somebody_does(ctx: Context) -> None:
    tour = Kind("", "Tour", 90, {"captain": 1}, {"charter": 40000, "discount": -5000}, 30)
    made = settings.add_thing(ctx, "kinds", tour, "k0", ORIGIN)

    usual = plan(ctx, "k1", kind=made.id)
    other = plan(ctx, "k2", kind=made.id, price_cents=20000)
    plain = plan(ctx, "k3", kind=THE_KIND.id)

    assert (usual.price_cents, other.price_cents, plain.price_cents) == (35000, 20000, None)
    assert dict(store.load(ctx, usual.ref).standing.price_lines) == dict(tour.price_lines)


def test_what_is_said_of_length_and_crew_can_be_taken_back(ctx: Context) -> None:
    event = plan(ctx, minutes=180, call_time=time(17), positions={"captain": 1, "mate": 2})
    assert (event.minutes, event.call_time) == (180, "17:00")
    assert event.positions == {"captain": 1, "mate": 2}

    changed = change(ctx, event, minutes=None, call_time=None, positions=None)

    assert not {"minutes", "call_time", "positions"} & changed.item.keys()
    assert change(ctx, changed).version == changed.version


# Overlaps


def seen(ctx: Context, *events: Event) -> dict[str, list[str]]:
    """By slug, those that overlap; as a list and as the event's own page find them."""
    found = boats.overlaps(company.read(ctx), events)
    listed = {str(ref): [str(one.ref) for one in others] for ref, others in found.items()}
    for event in events:
        alone = boats.overlapping(ctx, company.read(ctx), event)
        assert [str(one.ref) for one in alone] == listed.get(str(event.exact_ref), [])
    return {ref.partition("~")[0]: others for ref, others in listed.items()}


@pytest.mark.parametrize(
    ("day", "first", "second", "minutes", "overlap"),
    [
        (date(2026, 5, 23), time(17), time(18, 59), 120, True),
        (date(2026, 5, 23), time(17), time(19), 120, False),
        # 11 pm to 1 am; at the end of a month
        (date(2026, 5, 31), time(23), time(0, 30), 120, True),
        (date(2026, 5, 31), time(23), time(1), 120, False),
        # the clocks go forward at 2 am: from 1 am, two hours last until 4 am
        (date(2026, 3, 7), time(1, 0), time(3, 30), 120, True),
        # they go back at 2 am: from 0:30, two hours last until 1:30 for the second time
        (date(2026, 10, 31), time(0, 30), time(2, 0), 120, False),
    ],
)
def test_two_sails_of_one_boat_overlap(
    ctx: Context, day: date, first: time, second: time, minutes: int, overlap: bool
) -> None:
    """The second one is the day after where its hour is before the first one's."""
    night = first.hour < 2
    start = day + timedelta(days=1) if night else day
    after = start if night or second > first else day + timedelta(days=1)
    one = plan(ctx, "k1", day=start, hour=first, minutes=minutes)
    other = plan(ctx, "k2", first_name="Bo", day=after, hour=second)

    found = seen(ctx, one, other)

    assert found == ({one.slug: [other.slug], other.slug: [one.slug]} if overlap else {})


def test_on_two_boats_they_do_not(ctx: Context) -> None:
    given.boats(ctx, ALMA, QUEEN)
    one = plan(ctx, "k1", boat="alma")
    other = plan(ctx, "k2", boat="queen")
    nobody_knows = plan(ctx, "k3")

    assert seen(ctx, one, other, nobody_knows) == {}


def test_nor_does_one_that_is_off(ctx: Context) -> None:
    one, other = plan(ctx, "k1"), plan(ctx, "k2")

    assert seen(ctx, one, given.cancelled(ctx, other)) == {}


def test_a_long_sail_is_seen_by_one_in_the_middle_of_it(ctx: Context) -> None:
    long = plan(ctx, "k1", hour=time(1), minutes=23 * 60)
    short = plan(ctx, "k2", hour=time(12), minutes=30)
    late = plan(ctx, "k3", hour=time(23, 30), minutes=30)

    assert seen(ctx, long, short, late) == {
        long.slug: [short.slug, late.slug],
        short.slug: [long.slug],
        late.slug: [long.slug],
    }


def test_an_event_whose_time_nobody_knows_overlaps_nothing(ctx: Context) -> None:
    plan(ctx)
    (undated,) = given.older(ctx, {"event_id": "fireworks", "timestamp": 1, "patron_name": "Tom"})

    assert seen(ctx, undated) == {}
