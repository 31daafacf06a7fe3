"""Hours and tips of a month, by person; and the sails whose shares do not come to their tip."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from scc.context import Context
from scc.crew import tips
from scc.crew.model import Station, stations_of
from scc.crew.tips import Left
from scc.events import store as events
from scc.events.model import Event, Ref, first_name
from scc.ledger import store as ledger
from scc.staff import store as staff
from scc.staff.model import Person, named


@dataclass(frozen=True)
class Line:
    """One person on one sail."""

    person: str
    """Their id; empty for a name of the older tool's that nobody of the staff has."""
    name: str
    """As it is now."""
    position: str
    day: date
    patron: str
    guest: str
    """The patron by first name, as crew know them."""
    minutes: int
    tip_cents: int


@dataclass(frozen=True)
class Month:
    """One person's month."""

    name: str
    lines: tuple[Line, ...]

    @property
    def minutes(self) -> int:
        return sum(line.minutes for line in self.lines)

    @property
    def tip_cents(self) -> int:
        return sum(line.tip_cents for line in self.lines)


@dataclass(frozen=True)
class Uneven:
    """A sail whose shares do not come to its tip."""

    ref: Ref
    day: date
    patron: str
    left: Left


def lines_of(ctx: Context, month: date) -> list[Line]:
    """Who sailed that month or had of its tips, by person and day; two queries."""
    people, zone = staff.everyone(ctx), ctx.settings.timezone
    found = [
        _line(one, event, event.starts_at.astimezone(zone).date(), people)
        for event in events.in_month(ctx, f"{month:%Y-%m}")
        for one in stations_of(event)
        if event.starts_at and (one.minutes or one.tip_cents)
    ]
    return sorted(found, key=lambda line: (line.name.casefold(), line.person, line.day))


def _line(one: Station, event: Event, day: date, people: Sequence[Person]) -> Line:
    person = next((p for p in people if p.id == one.person), None)
    person = person or (None if one.person else named(people, one.name))
    return Line(
        person=person.id if person else one.person,
        name=person.name if person else one.name,
        position=one.position,
        day=day,
        patron=event.patron_name or event.slug,
        guest=first_name(event) or event.slug,
        minutes=one.minutes or 0,
        tip_cents=one.tip_cents or 0,
    )


def uneven_of(ctx: Context, month: date) -> list[Uneven]:
    """Of that month's sails, by day. Three queries, and one for each whose ledger went on since its
    tip was split, or that had a tip until the month after and was never split."""
    zone, found = ctx.settings.timezone, []
    months = (f"{month:%Y-%m}", f"{beside(month, 1):%Y-%m}")
    rows = [row for one in months for row in ledger.received_in(ctx, one)]
    tipped = {row.partition for row in rows if row.entry.tip_cents}
    for event in events.in_month(ctx, f"{month:%Y-%m}"):
        if event.starts_at and _is_looked_at(ctx, event, tipped):
            left, day = tips.left_over(ctx, event), event.starts_at.astimezone(zone).date()
            found.append(Uneven(event.exact_ref, day, event.patron_name or event.slug, left))
    return sorted((one for one in found if one.left.cents), key=lambda one: one.day)


def _is_looked_at(ctx: Context, event: Event, tipped: set[str]) -> bool:
    return tips.is_split(event) or (event.ledger in tipped and tips.is_due(ctx, event))


def by_person(lines: Sequence[Line]) -> list[Month]:
    grouped = groupby(lines, key=lambda line: (line.name, line.person))
    return [Month(name, tuple(same)) for (name, _), same in grouped]


def beside(month: date, by: int) -> date:
    """The month after (1) or before (-1)."""
    return (month + timedelta(days=31 if by > 0 else -1)).replace(day=1)
