"""Who is on a sail, who was asked, and what they agreed to. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from scc.company.model import (
    POSITIONS,
    Company,
    call_at,
    dock_of,
    ends_at,
    positions_of,
)
from scc.events.model import Event

Item = dict[str, Any]

NIGHT_FROM: Final = time(21)
NIGHT_UNTIL: Final = time(8)
"""Between these hours of the boat nobody is written to."""

YES: Final = "yes"
NO: Final = "no"

CLOSED: Final[Mapping[str, str]] = {
    "taken": "Somebody else has the place",
    "off": "Taken off",
    "cancelled": "The sail was cancelled",
    "over": "The sail is over",
    "late": "Changed at night, too late for a letter: call them",
}
"""Why an ask needs no answer any more, in words."""

ANSWER_WITHIN: Final[Mapping[str, str]] = {
    "2": "2 hours",
    "6": "6 hours",
    "24": "a day",
    "72": "3 days",
}
"""Hours in which an answer is asked for, in words."""


# What somebody agrees to


@dataclass(frozen=True)
class Terms:
    """When and where somebody has to be: the boat's day and hours. All empty: not known."""

    day: str = ""
    start: str = ""
    call: str = ""
    dock: str = ""
    dock_name: str = ""

    def same(self, other: "Terms") -> bool:
        """A dock that was only given another name is the same dock."""
        return self.mark == other.mark

    @property
    def mark(self) -> str:
        """Stands for them as a form's reader saw them."""
        return f"{self.day} {self.start} {self.call} {self.dock}"

    def item(self) -> Item:
        return {name: value for name, value in vars(self).items() if value}

    @classmethod
    def from_item(cls, item: object) -> "Terms":
        kept = item if isinstance(item, Mapping) else {}
        return cls(**{name: _text(kept.get(name)) for name in cls.__dataclass_fields__})


def terms_of(company: Company, event: Event, zone: ZoneInfo) -> Terms:
    """As the event has them now; empty where it has no date."""
    start, call = event.local_start(zone), call_at(company, event, zone)
    if start is None or call is None:
        return Terms()
    dock = dock_of(company, event)
    return Terms(
        day=start.date().isoformat(),
        start=start.strftime("%H:%M"),
        call=call.strftime("%H:%M"),
        dock=dock.id if dock else "",
        dock_name=dock.name if dock else "",
    )


def hours_of(company: Company, event: Event, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """From the call to the return, as planned; None where no date is known."""
    call, end = call_at(company, event, zone), ends_at(company, event)
    return (call, end) if call and end else None


# Who is on


@dataclass(frozen=True)
class Station:
    """Somebody who is on. `position` and `person` are empty for a name that the older tool wrote.

    `terms`: what they said yes to. `minutes`, `tip_cents`: what came of the sail; None: open.
    """

    position: str
    person: str
    name: str
    at: str = ""
    terms: Terms | None = None
    minutes: int | None = None
    tip_cents: int | None = None

    def item(self) -> Item:
        values: Item = {
            **vars(self),
            "terms": self.terms.item() if self.terms else None,
        }
        return {name: value for name, value in values.items() if value not in (None, "")}

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> "Station":
        terms = item.get("terms")
        return cls(
            position=_text(item.get("position")),
            person=_text(item.get("person")),
            name=_text(item.get("name")),
            at=_text(item.get("at")),
            terms=Terms.from_item(terms) if terms else None,
            minutes=_whole(item.get("minutes")),
            tip_cents=_whole(item.get("tip_cents")),
        )

    def holds(self, now: Terms) -> bool:
        """Whether they said yes to what is asked of them now."""
        return bool(self.position) and (self.terms is None or self.terms.same(now))


def stations_of(event: Event) -> tuple[Station, ...]:
    """Who is on, the captain first.

    The older tool keeps a list of names, `crew`, which SCC writes along. Where they differ the
    older tool wrote last: whom it left out is off, whom it added is on, at no position yet.
    """
    kept = event.item.get("stations")
    rows = kept if isinstance(kept, list) else []
    stations = [Station.from_item(row) for row in rows if isinstance(row, Mapping)]
    names = event.item.get("crew")
    if not isinstance(names, list):
        return _in_order(stations)
    theirs = list(dict.fromkeys(name for name in map(_text, names) if name))
    ours = {station.name for station in stations}
    stayed = [station for station in stations if station.name in theirs]
    return _in_order([*stayed, *(Station("", "", name) for name in theirs if name not in ours)])


def _in_order(stations: Iterable[Station]) -> tuple[Station, ...]:
    places = {position: place for place, position in enumerate(POSITIONS)}
    return tuple(sorted(stations, key=lambda one: places.get(one.position, len(places))))


def attributes(stations: Iterable[Station]) -> Item:
    """As the event's item has them; `crew` for the older tool's clients."""
    stations = _in_order(stations)
    names = list(dict.fromkeys(station.name for station in stations))
    return {"stations": [station.item() for station in stations], "crew": names}


def station_of(stations: Iterable[Station], person: str) -> Station | None:
    return next((one for one in stations if person and one.person == person), None)


def wanted(company: Company, event: Event) -> dict[str, int]:
    """How many of each position: as the event says, else its kind of sail, else a captain."""
    said = positions_of(company, event)
    return {position: said[position] for position in POSITIONS if said.get(position, 0) > 0}


def open_positions(wanted: Mapping[str, int], stations: Iterable[Station]) -> dict[str, int]:
    """How many of each are still to be found."""
    taken = [station.position for station in stations]
    left = {position: number - taken.count(position) for position, number in wanted.items()}
    return {position: number for position, number in left.items() if number > 0}


# Asks


@dataclass(frozen=True)
class Ask:
    """Somebody was asked to come, for one of `positions`. Moments are ISO 8601, UTC.

    `round` counts how often they were asked for this sail: an answer is to one of them.
    """

    slug: str
    timestamp: int
    person: str
    name: str
    positions: tuple[str, ...]
    terms: Terms
    at: str
    by: str
    deadline: str
    remind_at: str = ""
    """When one reminder goes out; empty: none does any more."""
    was: Terms | None = None
    """What they had agreed to, or had been asked, before it changed."""
    round: int = 1
    answer: str = ""
    answered_at: str = ""
    closed: str = ""
    """One of CLOSED, or nothing while it matters."""

    @property
    def waiting(self) -> bool:
        return not (self.answer or self.closed)

    def item(self) -> Item:
        values: Item = {
            **vars(self),
            "positions": list(self.positions),
            "terms": self.terms.item(),
            "was": self.was.item() if self.was else None,
        }
        return {name: value for name, value in values.items() if value not in (None, "")}

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> "Ask":
        was = item.get("was")
        return cls(
            slug=item["slug"],
            timestamp=int(item["timestamp"]),
            person=item["person"],
            name=_text(item.get("name")),
            positions=tuple(item.get("positions", ())),
            terms=Terms.from_item(item.get("terms")),
            at=_text(item.get("at")),
            by=_text(item.get("by")),
            deadline=_text(item.get("deadline")),
            remind_at=_text(item.get("remind_at")),
            was=Terms.from_item(was) if was else None,
            round=int(item.get("round", 1)),
            answer=_text(item.get("answer")),
            answered_at=_text(item.get("answered_at")),
            closed=_text(item.get("closed")),
        )


def out_of_night(at: datetime, zone: ZoneInfo) -> datetime:
    """The moment itself, or the morning after where it falls into the boat's night."""
    local = at.astimezone(zone)
    if NIGHT_UNTIL <= local.time() < NIGHT_FROM:
        return at
    day = local.date() + timedelta(days=local.time() >= NIGHT_FROM)
    return datetime.combine(day, NIGHT_UNTIL, zone).astimezone(UTC)


def before_night(at: datetime, zone: ZoneInfo) -> datetime:
    """The moment itself, or the evening before where it falls into the boat's night."""
    local = at.astimezone(zone)
    if NIGHT_UNTIL <= local.time() < NIGHT_FROM:
        return at
    day = local.date() - timedelta(days=local.time() < NIGHT_UNTIL)
    return datetime.combine(day, NIGHT_FROM, zone).astimezone(UTC)


def answer_by(now: datetime, within: timedelta, call: datetime, zone: ZoneInfo) -> datetime:
    """Until when an answer is asked for: so long from when the letter leaves, by day, and before
    the call; never before the letter leaves."""
    leaves = out_of_night(now, zone)
    wished, last = leaves + within, _last_answer(leaves, call, zone)
    morning = out_of_night(wished, zone)
    return max(morning if morning <= last else min(wished, last), leaves)


def _last_answer(leaves: datetime, call: datetime, zone: ZoneInfo) -> datetime:
    """An hour before the call, or the evening before that; the call, where there is no time."""
    hour_before = call.astimezone(UTC) - timedelta(hours=1)
    evening = before_night(hour_before, zone)
    if evening - leaves >= timedelta(hours=1):
        return evening
    return hour_before if hour_before > leaves else call.astimezone(UTC)


def remind_at(now: datetime, deadline: datetime, zone: ZoneInfo) -> datetime | None:
    """Half-way, by day; None where that leaves nobody time to answer."""
    asked = out_of_night(now, zone)
    at = out_of_night(asked + (deadline - asked) / 2, zone)
    return at if at < deadline - timedelta(minutes=15) and asked < deadline else None


# What came of the sail


def even_split(cents: int, among: Sequence[str]) -> dict[str, int]:
    """Exactly so many cents; what does not divide goes to the first ones, a cent each."""
    if not among:
        return {}
    each, rest = divmod(cents, len(among))
    return {who: each + (place < rest) for place, who in enumerate(among)}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _whole(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        return None
    return int(value) if value == int(value) else None
