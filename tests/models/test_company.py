"""What an event is, by what it says and by what the company says."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from scc.company.model import (
    Boat,
    Company,
    Dock,
    Kind,
    Pay,
    above_limit,
    as_item,
    boat_of,
    call_at,
    default,
    ends_at,
    free_id,
    mark_of,
    minutes_of,
    positions_of,
    with_item,
)
from scc.config import MailSettings
from scc.events.model import Event

ZONE = ZoneInfo("America/Los_Angeles")
ALMA = Boat("alma", "Alma", limit=12, least_crew=2)
QUEEN = Boat("queen", "Queen", limit=30, least_crew=3)
FAMILY = Kind("family", "Family", 90, {"captain": 1, "host": 1}, {"charter": 40000}, 30)
COMPANY = default(MailSettings(company="Queen of San Diego", dock="Harbor Island"))


def event(**attributes: Any) -> Event:
    item = {"event_id": "2026-05-23-alice-sunset", "timestamp": 1, "start_time": "18:30"}
    return Event.from_item(item | attributes, ZONE)


def two_boats() -> Company:
    return replace(COMPANY, boats=(ALMA, QUEEN))


def test_before_anything_is_said_it_is_as_the_environment_has_it() -> None:
    assert (COMPANY.name, COMPANY.docks[0].name) == ("Queen of San Diego", "Harbor Island")
    assert [(boat.name, boat.limit) for boat in COMPANY.boats] == [("The boat", 6)]
    assert minutes_of(COMPANY, event()) == 120
    assert positions_of(COMPANY, event()) == {"captain": 1}


def test_without_a_dock_in_the_environment_there_is_none() -> None:
    assert default(MailSettings()).docks == ()


@pytest.mark.parametrize(
    ("boats", "named", "expected"),
    [
        ((ALMA,), "", "alma"),
        ((ALMA,), "sold-long-ago", "alma"),
        ((ALMA, QUEEN), "queen", "queen"),
        ((ALMA, QUEEN), "", None),
        ((ALMA, QUEEN), "sold-long-ago", None),
        ((ALMA, replace(QUEEN, retired=True)), "", "alma"),
        ((ALMA, replace(QUEEN, retired=True)), "queen", "queen"),
    ],
)
def test_a_boat_is_the_one_named_else_the_only_one(
    boats: tuple[Boat, ...], named: str, expected: str | None
) -> None:
    found = boat_of(replace(COMPANY, boats=boats), event(boat=named))

    assert (found.id if found else None) == expected


def test_an_event_is_as_its_kind_where_it_says_nothing_else() -> None:
    company = replace(COMPANY, kinds=(FAMILY,))
    start = datetime(2026, 5, 24, 1, 30, tzinfo=UTC)

    assert minutes_of(company, event()) == 90
    assert positions_of(company, event()) == {"captain": 1, "host": 1}
    assert ends_at(company, event()) == start.replace(hour=3, minute=0)
    assert call_at(company, event(), ZONE) == start.replace(minute=0, hour=1)
    assert minutes_of(company, event(minutes=200)) == 200
    assert positions_of(company, event(positions={"mate": 1})) == {"mate": 1}


@pytest.mark.parametrize("odd", [0, -5, 90.5, "90", True, 10**9, None, [90]])
def test_what_is_no_length_is_none(odd: Any) -> None:
    from decimal import Decimal

    given = Decimal(str(odd)) if isinstance(odd, float) else odd
    assert event(minutes=given).minutes is None


@pytest.mark.parametrize("odd", ["captain", {"captain": "one"}, {"captain": -1}, {"cook": 2}, 7])
def test_odd_positions_are_no_positions(odd: Any) -> None:
    assert not event(positions=odd).positions


@pytest.mark.parametrize(
    ("start", "called", "expected"),
    [
        ("18:30", "17:00", "2026-05-23T17:00:00-07:00"),
        ("00:30", "23:45", "2026-05-22T23:45:00-07:00"),
        ("18:30", "25:00", "2026-05-23T17:45:00-07:00"),
    ],
)
def test_the_crew_is_called_before_the_start(start: str, called: str, expected: str) -> None:
    at = call_at(COMPANY, event(start_time=start, call_time=called), ZONE)

    assert at and at.isoformat() == expected


@pytest.mark.parametrize(
    ("guests", "above"),
    [
        (6, False),
        (7, True),
        ("4-8", True),
        ("5–6", False),
        ("5 adults, 2 kids", True),
        ("a few", False),
    ],
)
def test_a_party_above_the_limit_is_said(guests: Any, above: bool) -> None:
    assert bool(above_limit(COMPANY, event(guests=guests))) == above


def test_where_nobody_knows_the_boat_the_biggest_one_has_to_take_them() -> None:
    assert above_limit(two_boats(), event(guests=30)) == ""
    assert above_limit(two_boats(), event(guests=31)) == (
        "31 guests, and Queen, the biggest boat, takes 30"
    )
    assert above_limit(two_boats(), event(guests=31, boat="queen")) == (
        "31 guests, and Queen takes 30"
    )


def test_it_is_read_as_it_was_written() -> None:
    company = replace(
        two_boats(),
        docks=(Dock("a", "A", "https://maps.example/a"), Dock("b", "B", retired=True)),
        kinds=(FAMILY,),
        pay=Pay(zelle="pay@example.com"),
        version=3,
    )
    item = {
        **{name: [*map(as_item, getattr(company, name))] for name in ("docks", "boats", "kinds")},
        "pay": as_item(company.pay),
        "version": 3,
    }

    assert with_item(COMPANY, item) == company


def test_a_part_has_another_mark_after_any_change() -> None:
    boats = (ALMA, replace(ALMA), replace(ALMA, limit=13), replace(ALMA, name="Al"))

    marks = [mark_of(as_item(boat)) for boat in boats]

    assert marks[0] == marks[1]
    assert len(set(marks)) == 3


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Alma", "alma-2"), ("Señora Ñu", "senora-nu"), ("!", "one")],
)
def test_an_id_is_made_of_the_name_and_taken_once(name: str, expected: str) -> None:
    assert free_id(name, [ALMA, QUEEN]) == expected


@pytest.mark.parametrize(
    ("pay", "told"),
    [
        (Pay(), ""),
        (Pay(zelle="p@example.com"), "You can pay by Zelle to p@example.com."),
        (
            Pay("p@example.com", "@queen", "Queen LLC", "Or in cash, aboard."),
            "You can pay by Zelle to p@example.com, by Venmo to @queen or by check, made out to "
            "Queen LLC. Or in cash, aboard.",
        ),
    ],
)
def test_how_to_pay_is_a_sentence(pay: Pay, told: str) -> None:
    assert pay.sentence == told
