"""Events in groups and days, as the dashboard and the lists show them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from scc.board.cards import Card


@dataclass(frozen=True)
class Link:
    url: str
    label: str


@dataclass(frozen=True)
class Empty:
    """What to say where there is nothing, and what to do about it."""

    text: str
    action_label: str = ""
    action_url: str = ""


@dataclass(frozen=True)
class Day:
    date: date | None
    label: str
    events: list[Card]
    plan_url: str = ""
    """Where a sail is planned for a day that has none."""


@dataclass(frozen=True)
class Group:
    key: str
    title: str
    days: list[Day]
    hint: str = ""
    empty: Empty | None = None
    more: Link | None = None


@dataclass(frozen=True)
class Page:
    title: str
    groups: list[Group]
    today: date
    focus: str | None = None
    previous: Link | None = None
    next: Link | None = None
    month_links: list[Link] = field(default_factory=list)


def by_day(cards: Iterable[Card]) -> list[Day]:
    """Cards as they come, those of one day together."""
    return [
        Day(day, "" if day else "No date", list(same))
        for day, same in groupby(cards, key=lambda card: card.date)
    ]
