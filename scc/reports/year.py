"""A year of sails: what each month brought by kind, what sailed, what did not and why. Pure.

By the month of the sail, whatever day its money came: so that what a month brought stands beside
what sailed in it. What came in by day of receipt is the report's.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from scc.events.model import Event

WHY: Final = {
    "weather": "Weather",
    "boat": "The boat",
    "crew": "The crew",
    "patron": "The patron",
    "no_show": "No-show",
    "other": "Not said",
}
"""Why a sail did not take place."""


@dataclass
class Sums:
    """Of some sails. Money in cents."""

    cents: int = 0
    """What counts as paid, less what goes back: kept fees too."""
    waiting_cents: int = 0
    """Of sails that did not take place: held, or to be decided."""
    sailed: int = 0
    to_come: int = 0
    off: dict[str, int] = field(default_factory=dict)
    guests: int = 0
    parties: int = 0
    """Sails run whose party is known."""

    @property
    def average_party(self) -> float | None:
        return self.guests / self.parties if self.parties else None

    @property
    def did_not(self) -> int:
        return sum(self.off.values())

    def count(self, event: Event, over: bool) -> None:
        """`over`: whether it has begun."""
        if event.waits:
            self.waiting_cents += event.paid_cents
        else:
            self.cents += event.paid_cents
        if not event.took_place:
            why = event.ended if event.ended in WHY else "other"
            self.off[why] = self.off.get(why, 0) + 1
        elif over:
            self.sailed += 1
            self.guests += event.party or 0
            self.parties += event.party is not None
        else:
            self.to_come += 1

    def add(self, other: "Sums") -> None:
        self.cents += other.cents
        self.waiting_cents += other.waiting_cents
        self.sailed += other.sailed
        self.to_come += other.to_come
        self.guests += other.guests
        self.parties += other.parties
        for why, count in other.off.items():
            self.off[why] = self.off.get(why, 0) + count


@dataclass(frozen=True)
class Month:
    month: str
    """`2026-05`"""
    kinds: dict[str, Sums]
    """By the kind's name."""

    @property
    def sums(self) -> Sums:
        return total(self.kinds.values())


@dataclass(frozen=True)
class Year:
    number: int
    months: list[Month]

    @property
    def kinds(self) -> list[str]:
        """Those that there were, the one that brought most first."""
        found: dict[str, int] = {}
        for month in self.months:
            for name, sums in month.kinds.items():
                found[name] = found.get(name, 0) + sums.cents
        return sorted(found, key=lambda name: (-found[name], name))

    @property
    def sums(self) -> Sums:
        return total(month.sums for month in self.months)

    def of_kind(self, name: str) -> Sums:
        return total(month.kinds[name] for month in self.months if name in month.kinds)

    @property
    def reasons(self) -> list[str]:
        """Why sails did not take place, in the words' order."""
        return [why for why in WHY if self.sums.off.get(why)]


def total(all_sums: Iterable[Sums]) -> Sums:
    whole = Sums()
    for one in all_sums:
        whole.add(one)
    return whole


# The picture


@dataclass(frozen=True)
class Bar:
    """A piece of a month's bar, in the picture's units; `place`: of its kind, for its colour."""

    x: float
    y: float
    width: float
    height: float
    place: int


@dataclass(frozen=True)
class Picture:
    bars: list[Bar]
    labels: list[tuple[float, str]]
    lines: list[tuple[float, int]]
    """Where a line is, and the cents that it stands for."""


WIDTH: Final = 360
HEIGHT: Final = 190
_LEFT, _TOP, _BOTTOM = 44, 8, 168
MOST_COLOURS: Final = 6


def picture(year: Year) -> Picture:
    """Bars by month, their kinds on top of each other; those past the sixth share its colour."""
    top = _round_up(max((month.sums.cents for month in year.months), default=0))
    step = (WIDTH - _LEFT) / 12
    scale = (_BOTTOM - _TOP) / top if top else 0
    bars, labels = [], []
    for number, month in enumerate(year.months):
        x, y = _LEFT + number * step, float(_BOTTOM)
        for place, name in enumerate(year.kinds):
            cents = max(0, month.kinds[name].cents) if name in month.kinds else 0
            if cents:
                height = cents * scale
                y -= height
                colour = min(place, MOST_COLOURS - 1)
                bars.append(
                    Bar(round(x + 3, 1), round(y, 1), round(step - 6, 1), round(height, 1), colour)
                )
        labels.append((round(x + step / 2, 1), "JFMAMJJASOND"[int(month.month[5:]) - 1]))
    lines = [
        (round(_BOTTOM - part * (_BOTTOM - _TOP) / 2, 1), top * part // 2) for part in range(3)
    ]
    return Picture(bars, labels, lines)


def _round_up(cents: int) -> int:
    """To the next 1, 2, 3, 4, 5, 6 or 8 with zeros, of dollars: what a scale ends with."""
    if cents <= 0:
        return 0
    step = 100
    while True:
        for digit in (1, 2, 3, 4, 5, 6, 8):
            if digit * step >= cents:
                return digit * step
        step *= 10


def name_of(event: Event, kind: str) -> str:
    """What a sail is counted under: its kind where there are several, else its time of day."""
    return kind or (event.period.capitalize() if event.period else "Other")
