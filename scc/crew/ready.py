"""Ready to sail: one verdict on an event, out of what its item carries and the company. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from scc.company.model import Boat, Company, boat_of
from scc.crew.model import Station, Terms, open_positions, stations_of, terms_of, wanted
from scc.crew.sailing import log_of
from scc.events.model import Event
from scc.parse import money
from scc.waivers.counting import Count, on_card
from scc.waivers.model import expected

LIMIT: Final = "limit"
"""The reason that nobody can override."""


@dataclass(frozen=True)
class Reason:
    """Why it is not ready. `fix` names where that is put right: `change`, `crew`, `agreed`,
    `waivers`, `payment` or `sail`."""

    key: str
    text: str
    fix: str
    size: int = 1
    """How much is missing, in its own measure."""
    person: str = ""
    """Whom it is about."""


@dataclass(frozen=True)
class Mark:
    """One die of the throw. `face` 6, 5, 4, or 1 for the rest."""

    name: str
    face: int
    reasons: tuple[Reason, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.reasons


@dataclass(frozen=True)
class Override:
    """Somebody lets it sail all the same, for these reasons."""

    name: str
    reason: str
    at: str
    sizes: Mapping[str, int]
    """By reason: how much of it was seen."""
    start: str = ""
    """When the sail was to start: it is for no other day or hour."""

    def covers(self, reason: Reason) -> bool:
        return reason.key != LIMIT and reason.size <= self.sizes.get(reason.key, 0)


@dataclass(frozen=True)
class Verdict:
    """`marks`: those that have something behind them; what was overridden is no reason in them."""

    marks: tuple[Mark, ...]
    overridden: tuple[Reason, ...] = ()
    override: Override | None = None
    reasons: tuple[Reason, ...] = field(init=False)

    def __post_init__(self) -> None:
        reasons = tuple(reason for mark in self.marks for reason in mark.reasons)
        object.__setattr__(self, "reasons", reasons)

    @property
    def ready(self) -> bool:
        return not self.reasons

    @property
    def whole(self) -> bool:
        """Whether boat or crew are in it: of the cargo alone nobody can say that it may sail."""
        return any(mark.name != "Cargo" for mark in self.marks)

    @property
    def can_override(self) -> bool:
        """Whether there is something to override, and nothing that can't be."""
        return bool(self.reasons) and all(reason.key != LIMIT for reason in self.reasons)


def verdict(company: Company, event: Event, zone: ZoneInfo, now: datetime) -> Verdict | None:
    """None where there is nothing to say: it is off, has no date, or nothing is known of it."""
    if event.cancelled or event.starts_at is None or not event.took_place:
        return None
    marks = [*_ship(company, event), *_crew(company, event, zone), *_cargo(event, now)]
    if not Verdict(tuple(marks)).whole and on_card(event, now) is None:
        return None  # that it is not paid stands beside it anyhow
    override = _override(event)
    seen = (reason for mark in marks for reason in mark.reasons)
    passed = tuple(reason for reason in seen if override and override.covers(reason))
    shown = (Mark(m.name, m.face, tuple(r for r in m.reasons if r not in passed)) for m in marks)
    return Verdict(tuple(shown), passed, override if passed else None)


def headcount(event: Event) -> int | None:
    """Who left the dock by the captain's ticks; until then at least who is to come: a tick for
    the first of eight makes no party of one. None: unknown."""
    log = log_of(event)
    if log.heads and log.departed:
        return log.heads
    counted = event.item.get("waivers")
    more = int(counted.get("more", 0)) if isinstance(counted, Mapping) else 0
    to_come = expected(event.party, more)
    return max(log.heads, to_come or 0) if log.heads or to_come is not None else None


def _ship(company: Company, event: Event) -> list[Mark]:
    if not company.version:
        return []  # nobody has said what boats there are
    boat = boat_of(company, event)
    if boat is None:
        return [Mark("Ship", 6, (Reason("boat", "No boat is named", "change"),))]
    return [Mark("Ship", 6, tuple(_above(boat, event)))]


def _above(boat: Boat, event: Event) -> Iterable[Reason]:
    """It is put right where they were counted: by the captain, as the party, or as walk-ons."""
    heads = headcount(event)
    if heads is None or heads <= boat.limit:
        return
    fix = "change" if (event.party or 0) > boat.limit else "waivers"
    fix = "sail" if log_of(event).heads > boat.limit else fix
    yield Reason(LIMIT, f"{heads} passengers; {boat.name} may carry {boat.limit}", fix)


def _crew(company: Company, event: Event, zone: ZoneInfo) -> list[Mark]:
    stations = stations_of(event)
    if not (company.version or event.positions is not None or "stations" in event.item):
        return []  # nobody dispatches with it yet
    terms, needed = terms_of(company, event, zone), wanted(company, event)
    captain = [r for r in _missing(needed, stations, terms) if r.key.startswith("captain")]
    others = [r for r in _missing(needed, stations, terms) if r not in captain]
    boat = boat_of(company, event)
    on = sum(station.holds(terms) for station in stations)
    if company.version and boat and on < boat.least_crew:
        text = f"{on} of at least {boat.least_crew} crew"
        others.append(Reason("least", text, "crew", boat.least_crew - on))
    marks = []
    if "captain" in needed:
        marks.append(Mark("Captain", 5, tuple(captain)))
    if others or len(stations) > 1 or set(needed) - {"captain"}:
        marks.append(Mark("Crew", 4, tuple(others)))
    return marks


def _missing(
    needed: Mapping[str, int], stations: Iterable[Station], terms: Terms
) -> Iterable[Reason]:
    stations = list(stations)
    for position, number in open_positions(needed, stations).items():
        text = f"No {position}" if number == needed[position] == 1 else f"{number} {position} more"
        yield Reason(position, text, "crew", number)
    for station in stations:
        if station.position and not station.holds(terms):
            text = f"{station.name} has not agreed to what changed"
            key = f"{station.position}:{station.person}"
            yield Reason(key, text, "agreed", person=station.person)


def _cargo(event: Event, now: datetime) -> list[Mark]:
    reasons = []
    if event.party is None:
        reasons.append(Reason("guests", "How many come is not known", "change"))
    count = on_card(event, now) or Count(0, event.party)
    missing = max((count.expected or 0) - count.signed, log_of(event).more)
    if missing > 0:
        words = "1 waiver is missing" if missing == 1 else f"{missing} waivers are missing"
        reasons.append(Reason("waivers", words, "waivers", missing))
    if not event.settled:
        balance = event.balance_cents
        words = f"{money(balance)} to pay" if balance else "Not paid"
        reasons.append(Reason("payment", words, "payment", balance or 1))
    return [Mark("Cargo", 1, tuple(reasons))]


def _override(event: Event) -> Override | None:
    kept: Any = event.item.get("override")
    if not isinstance(kept, Mapping):
        return None
    sizes = kept.get("sizes")
    texts = {name: str(kept.get(name, "")) for name in ("name", "reason", "at", "start")}
    if texts["start"] != str(event.item.get("starts_at", "")):
        return None
    return Override(**texts, sizes=sizes if isinstance(sizes, Mapping) else {})
