"""The company: its docks, boats and kinds of sail, how to pay it, what its letters say. Pure."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any, Final, Literal, Protocol, TypeVar
from urllib.parse import quote_plus
from zoneinfo import ZoneInfo

from anyascii import anyascii

from scc.config import MailSettings
from scc.parse import parse_line

Item = dict[str, Any]

POSITIONS: Final = ("captain", "mate", "deckhand", "host")

MOST: Final = 30
"""Docks, boats or kinds: all of them are read with every page."""

UNINSPECTED: Final = 6
"""Passengers of an uninspected vessel below 100 gross tons (46 USC 2101)."""
MINUTES: Final = 120
CALL_MINUTES: Final = 45
SHORTEST: Final = 15
LONGEST: Final = 24 * 60
"""Minutes of the longest sail: how far back one has to look for what is still under way."""

_MAP: Final = "https://www.google.com/maps/search/?api=1&query="


@dataclass(frozen=True)
class Dock:
    id: str
    name: str
    map_url: str = ""
    """A link that starts with https://, or nothing."""
    retired: bool = False

    @property
    def map_link(self) -> str:
        """Where it is on a map; found by its name where no link was given."""
        return self.map_url or (f"{_MAP}{quote_plus(self.name)}" if self.name else "")


@dataclass(frozen=True)
class Boat:
    id: str
    name: str
    limit: int = UNINSPECTED
    """Passengers, the crew not counted."""
    least_crew: int = 1
    retired: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of sail, and what it is like where its event says nothing else."""

    id: str
    name: str
    minutes: int = MINUTES
    positions: Mapping[str, int] = field(default_factory=lambda: {"captain": 1}, hash=False)
    price_lines: Mapping[str, int] = field(default_factory=dict, hash=False)
    """Cents by the ledger's names, `discount` below 0; empty: it has no usual price."""
    call_minutes: int = CALL_MINUTES
    """How long before the start its crew is called."""
    retired: bool = False

    @property
    def price_cents(self) -> int | None:
        return sum(self.price_lines.values()) if self.price_lines else None


@dataclass(frozen=True)
class Pay:
    """How a patron pays; each may be empty."""

    zelle: str = ""
    venmo: str = ""
    check_payee: str = ""
    other: str = ""
    """A sentence of its own."""

    @property
    def sentence(self) -> str:
        """`By Zelle to …, by Venmo to @…, or by check to ….`, and the other one; or nothing."""
        ways = [
            f"by Zelle to {self.zelle}" if self.zelle else "",
            f"by Venmo to {self.venmo}" if self.venmo else "",
            f"by check, made out to {self.check_payee}" if self.check_payee else "",
        ]
        given = [way for way in ways if way]
        head, last = ", ".join(given[:-1]), given[-1] if given else ""
        listed = f"{head} or {last}" if head else last
        told = f"You can pay {listed}." if listed else ""
        return " ".join(part for part in (told, self.other) if part)


@dataclass(frozen=True)
class Paragraphs:
    """What letters say in the company's own words; `more` may be empty."""

    bring: str
    weather: str
    more: str = ""


Thing = TypeVar("Thing", Dock, Boat, Kind)

THE_BOAT: Final = Boat("the-boat", "The boat")
THE_KIND: Final = Kind("charter", "Charter")
"""What there is before anybody has said anything."""


@dataclass(frozen=True)
class Company:
    """All of it, with what is retired: an event may name that."""

    name: str
    phone: str
    docks: tuple[Dock, ...]
    boats: tuple[Boat, ...]
    kinds: tuple[Kind, ...]
    pay: Pay
    paragraphs: Paragraphs
    version: int = 0
    """0: nothing was saved yet, all of it is the environment's."""

    @property
    def offered_docks(self) -> tuple[Dock, ...]:
        return offered(self.docks)

    @property
    def offered_boats(self) -> tuple[Boat, ...]:
        return offered(self.boats)

    @property
    def offered_kinds(self) -> tuple[Kind, ...]:
        return offered(self.kinds)

    @property
    def has_docks(self) -> bool:
        """Whether there are several, so that one has to be named."""
        return len(self.docks) > 1

    @property
    def has_boats(self) -> bool:
        return len(self.boats) > 1

    @property
    def has_kinds(self) -> bool:
        return len(self.kinds) > 1


def offered(things: Sequence[Thing]) -> tuple[Thing, ...]:
    """Those that a new event may have."""
    return tuple(thing for thing in things if not thing.retired)


def default(mail: MailSettings) -> Company:
    """The company as the environment has it."""
    dock = Dock(slug_of(mail.dock) or "dock", mail.dock, mail.map_url)
    return Company(
        name=mail.company,
        phone=mail.phone,
        docks=(dock,) if mail.dock or mail.map_url else (),
        boats=(THE_BOAT,),
        kinds=(THE_KIND,),
        pay=Pay(other=mail.how_to_pay),
        paragraphs=Paragraphs(mail.bring, mail.weather),
    )


# What people type


def parse_name(text: str) -> str:
    """The name of a company, a dock, a boat or a kind."""
    name = parse_line(text, longest=60)
    if not any(unicodedata.category(c)[0] in "LN" for c in name):
        raise ValueError("Enter a name, with at least one letter or figure.")
    return name


def parse_count(text: str, least: int, most: int) -> int:
    """A whole number in figures, from `least` to `most`."""
    bare = text.strip()
    if not re.fullmatch(r"\d{1,6}", bare, re.ASCII) or not least <= int(bare) <= most:
        raise ValueError(f"Enter a whole number from {least} to {most}.")
    return int(bare)


def parse_limit(text: str) -> int:
    return parse_count(text, 1, 500)


def parse_minutes(text: str) -> int:
    """`120`, or hours and minutes: `2:30`."""
    bare = text.strip()
    found = re.fullmatch(r"(\d{1,2}):([0-5]\d)", bare, re.ASCII)
    minutes = int(found[1]) * 60 + int(found[2]) if found else None
    if minutes is None and re.fullmatch(r"\d{1,5}", bare, re.ASCII):
        minutes = int(bare)
    if minutes is None or not SHORTEST <= minutes <= LONGEST:
        raise ValueError(f"Enter minutes, from {SHORTEST} to {LONGEST}, or hours as 2:30.")
    return minutes


def parse_map_url(text: str) -> str:
    url = parse_line(text, longest=500)
    if url and not re.fullmatch(r"https://[A-Za-z0-9][!-~]*", url):
        raise ValueError("Enter a link that starts with https://, as the map’s Share gives it.")
    return url


def parse_paragraph(text: str) -> str:
    """One paragraph, whatever line breaks came with it."""
    return parse_line(" ".join(text.split()), longest=500)


# What an event is, by what it says and what the company says


class Planned(Protocol):
    """What is looked at of an event."""

    @property
    def boat(self) -> str: ...
    @property
    def dock(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def minutes(self) -> int | None: ...
    @property
    def positions(self) -> Mapping[str, int] | None: ...
    @property
    def call_time(self) -> str: ...
    @property
    def party(self) -> int | None: ...
    @property
    def starts_at(self) -> datetime | None: ...


def boat_of(company: Company, event: Planned) -> Boat | None:
    """The one that it names; else the only one; None where that is not known."""
    return thing_of(company.boats, event.boat)


def dock_of(company: Company, event: Planned) -> Dock | None:
    return thing_of(company.docks, event.dock)


def kind_of(company: Company, event: Planned) -> Kind | None:
    return thing_of(company.kinds, event.kind)


def thing_of(things: Sequence[Thing], id_: str) -> Thing | None:
    """The one of that id; else the only one that is offered."""
    named = next((thing for thing in things if id_ and id_ in (thing.id, thing.name)), None)
    if named:  # the older tool knows no ids, so its events may have the name
        return named
    left = offered(things)
    return left[0] if len(left) == 1 else None


def minutes_of(company: Company, event: Planned) -> int:
    """How long it is."""
    kind = kind_of(company, event)
    return event.minutes or (kind.minutes if kind else MINUTES)


def positions_of(company: Company, event: Planned) -> Mapping[str, int]:
    """How many of each position it takes."""
    kind = kind_of(company, event)
    if event.positions is not None:
        return event.positions
    return kind.positions if kind else {"captain": 1}


def ends_at(company: Company, event: Planned) -> datetime | None:
    """UTC; None where its start is not known."""
    start = event.starts_at
    return start + timedelta(minutes=minutes_of(company, event)) if start else None


def call_at(company: Company, event: Planned, zone: ZoneInfo) -> datetime | None:
    """When its crew is called, in the boat's zone; None where its start is not known.

    A call time that is later than the start is the evening before.
    """
    if event.starts_at is None:
        return None
    if event.call_time:
        start = event.starts_at.astimezone(zone)
        hours, _, minutes = event.call_time.partition(":")
        call = datetime.combine(start.date(), time(int(hours), int(minutes)), zone)
        return call if call <= start else call - timedelta(days=1)
    kind = kind_of(company, event)
    before = timedelta(minutes=kind.call_minutes if kind else CALL_MINUTES)
    return (event.starts_at - before).astimezone(zone)


def above_limit(company: Company, event: Planned) -> str:
    """Why its party is too big for its boat, in words; empty where it is not, or nobody knows. Of
    a sail whose boat is not known yet: for all of them."""
    boat, party = boat_of(company, event), event.party
    biggest = boat or max(company.offered_boats, key=lambda one: one.limit, default=None)
    if biggest is None or party is None or party <= biggest.limit:
        return ""
    the = biggest.name if boat else f"{biggest.name}, the biggest boat,"
    return f"{party} guests, and {the} takes {biggest.limit}"


# In the table


def slug_of(name: str) -> str:
    """A short id: `Harbor Island, slip B` → `harbor-island-slip-b`. Empty if nothing is left."""
    return re.sub(r"[^a-z0-9]+", "-", anyascii(name).lower()).strip("-")[:30].strip("-")


def free_id(name: str, things: Sequence[Dock | Boat | Kind]) -> str:
    """An id that none of the things has."""
    taken = {thing.id for thing in things}
    first = slug_of(name) or "one"
    return next(
        id_
        for n in range(1, len(taken) + 2)
        if (id_ := f"{first}-{n}" if n > 1 else first) not in taken
    )


def with_item(company: Company, item: Item) -> Company:
    """The company as the table has it; what was never saved is as `company` has it."""
    return Company(
        name=str(item.get("name", company.name)),
        phone=str(item.get("phone", company.phone)),
        docks=tuple(map(_dock, item["docks"])) if "docks" in item else company.docks,
        boats=tuple(map(_boat, item["boats"])) if "boats" in item else company.boats,
        kinds=tuple(map(_kind, item["kinds"])) if "kinds" in item else company.kinds,
        pay=replace(company.pay, **_texts(item, "pay", company.pay)),
        paragraphs=replace(company.paragraphs, **_texts(item, "paragraphs", company.paragraphs)),
        version=int(item["version"]),
    )


def as_item(part: Dock | Boat | Kind | Pay | Paragraphs) -> Item:
    """As the table has it; what is not retired does not say so."""
    given = {name: dict(v) if isinstance(v, Mapping) else v for name, v in vars(part).items()}
    return {name: v for name, v in given.items() if name != "retired" or v}


Part = Literal["about", "pay", "paragraphs"]
List = Literal["docks", "boats", "kinds"]


def part_item(company: Company, part: Part) -> Item:
    """What a part of the settings says."""
    if part == "about":
        return {"name": company.name, "phone": company.phone}
    return as_item(company.pay if part == "pay" else company.paragraphs)


def mark_of(item: Item) -> str:
    """Stands for a part or a thing as somebody saw it: another one after any change of it."""
    told = json.dumps(item, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _texts(item: Item, part: str, known: Pay | Paragraphs) -> dict[str, str]:
    """Those that this release knows: a later one may have saved others."""
    return {name: str(text) for name, text in item.get(part, {}).items() if name in vars(known)}


def _dock(item: Mapping[str, Any]) -> Dock:
    return Dock(
        id=str(item["id"]),
        name=str(item["name"]),
        map_url=str(item.get("map_url", "")),
        retired=item.get("retired") is True,
    )


def _boat(item: Mapping[str, Any]) -> Boat:
    return Boat(
        id=str(item["id"]),
        name=str(item["name"]),
        limit=int(item["limit"]),
        least_crew=int(item["least_crew"]),
        retired=item.get("retired") is True,
    )


def _kind(item: Mapping[str, Any]) -> Kind:
    return Kind(
        id=str(item["id"]),
        name=str(item["name"]),
        minutes=int(item["minutes"]),
        positions={name: int(n) for name, n in item["positions"].items()},
        price_lines={name: int(cents) for name, cents in item["price_lines"].items()},
        call_minutes=int(item["call_minutes"]),
        retired=item.get("retired") is True,
    )
