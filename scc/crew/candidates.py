"""Who could come on a sail, and what speaks against each."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from scc.context import Context
from scc.crew import letters, store
from scc.crew.model import Ask, Item, Station, hours_of, station_of, stations_of
from scc.crew.plan import Plan
from scc.events import store as events
from scc.events.model import Event
from scc.staff import store as staff
from scc.staff.model import Person


@dataclass(frozen=True)
class Candidate:
    """Somebody who could be asked, and what speaks against it."""

    person: Person
    away: str = ""
    """Their day off, in words."""
    overlaps: tuple[str, ...] = ()
    """Other sails that they are on at that time, in words."""
    ask: Ask | None = None
    station: Station | None = None

    @property
    def against(self) -> list[str]:
        """All that speaks against them, in words."""
        return [*([self.away] if self.away else []), *(f"On {sail}" for sail in self.overlaps)]

    @property
    def free(self) -> bool:
        return not (self.against or self.station)


def who_could_come(ctx: Context, plan: Plan) -> list[Candidate]:
    """All who take a position on a boat, by name; with what is known of that day."""
    people = [person for person in staff.everyone(ctx) if person.positions and not person.left]
    asks = {ask.person: ask for ask in store.asks(ctx, plan.event)}
    span = hours_of(plan.company, plan.event, ctx.settings.timezone)
    away = store.away_on(ctx, [p.id for p in people], _days(ctx, span)) if span else {}
    busy = _busy(ctx, plan, span) if span else {}
    found = [
        Candidate(
            person,
            _why_away(away.get(person.id)),
            tuple(busy.get(person.id, ())),
            asks.get(person.id),
            station_of(plan.stations, person.id),
        )
        for person in people
    ]
    return sorted(found, key=lambda one: one.person.name.casefold())


def _days(ctx: Context, span: tuple[datetime, datetime]) -> list[date]:
    return [moment.astimezone(ctx.settings.timezone).date() for moment in span]


def _why_away(row: Item | None) -> str:
    if row is None:
        return ""
    return f"Off that day: {row['note']}" if row.get("note") else "Off that day"


def _busy(ctx: Context, plan: Plan, span: tuple[datetime, datetime]) -> dict[str, list[str]]:
    """By person: the other sails of that time that they are on, in words."""
    busy: dict[str, list[str]] = {}
    for other in _around(ctx, span):
        if not at_once(ctx, plan, other):
            continue
        for station in stations_of(other):
            if station.person:
                busy.setdefault(station.person, []).append(letters.sail_in_words(ctx, other))
    return busy


def at_once(ctx: Context, plan: Plan, other: Event) -> bool:
    """Whether nobody can be on both: their hours overlap, from the call to the return."""
    zone = ctx.settings.timezone
    mine, theirs = (hours_of(plan.company, event, zone) for event in (plan.event, other))
    if other.key == plan.event.key or other.cancelled or not mine or not theirs:
        return False
    return theirs[0] < mine[1] and mine[0] < theirs[1]


def _around(ctx: Context, span: tuple[datetime, datetime]) -> list[Event]:
    return events.between(ctx, span[0] - timedelta(days=1), span[1] + timedelta(days=1))
