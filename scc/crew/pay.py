"""Hours and tips of a month, by person; and as CSV."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from scc.context import Context
from scc.crew.model import stations_of
from scc.events import store as events


@dataclass(frozen=True)
class Line:
    """One person on one sail."""

    person: str
    """Their id; empty for a name that the older tool wrote."""
    name: str
    position: str
    day: date
    patron: str
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


def lines_of(ctx: Context, month: date) -> list[Line]:
    """Who sailed that month or had of its tips, by person and day; one query."""
    zone = ctx.settings.timezone
    found = [
        Line(
            one.person,
            one.name,
            one.position,
            event.starts_at.astimezone(zone).date(),
            event.patron_name or event.slug,
            one.minutes or 0,
            one.tip_cents or 0,
        )
        for event in events.in_month(ctx, f"{month:%Y-%m}")
        for one in stations_of(event)
        if event.starts_at and (one.minutes or one.tip_cents)
    ]
    return sorted(found, key=lambda line: (line.name.casefold(), line.person, line.day))


def by_person(lines: Sequence[Line]) -> list[Month]:
    grouped = groupby(lines, key=lambda line: (line.name, line.person))
    return [Month(name, tuple(same)) for (name, _), same in grouped]


def beside(month: date, by: int) -> date:
    """The month after (1) or before (-1)."""
    return (month + timedelta(days=31 if by > 0 else -1)).replace(day=1)
