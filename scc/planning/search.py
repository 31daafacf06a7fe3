"""Finding an event by what somebody remembers of it: a name, a phone number, a word of a note.

There is no index of words. A month's events are one query of a few attributes, compared here, so
that what was written a moment ago is found and nothing has to be kept in step (decision 0076).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from anyascii import anyascii

from scc.context import Context
from scc.events import store
from scc.events.model import UNDATED, Event

MOST: Final = 50
"""Events that are shown."""
AHEAD: Final = 12
BACK: Final = 6
"""Months looked through at first, around this one; every further look goes a year back."""

_COMPARED: Final = ("patron_name", "first_name", "patron_email", "patron_phone", "notes")
_MONTH: Final = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])(-\d\d)?", re.ASCII)


@dataclass(frozen=True)
class Found:
    """`since`: the first month that was looked through; `further`: how many looks it took.

    `more`: there are others than those given.
    """

    events: list[Event]
    since: date
    until: date
    more: bool


def parse_query(text: str) -> list[str]:
    """The words to look for, at most eight; each is found as it is spoken: José by jose."""
    return [word for word in (folded(word) for word in text[:200].split()[:8]) if word]


def folded(text: str) -> str:
    """Small letters without accents, in `a-z` as far as they can be told."""
    return (text if text.isascii() else anyascii(text)).lower().strip()


def matches(event: Event, words: Sequence[str]) -> bool:
    """Whether each word is in its slug, names, address, phone number or notes."""
    told = (event.slug, event.patron_name, event.first_name, event.patron_email, event.notes)
    text = folded("\n".join((*told, event.patron_phone, str(event.item.get("month", "")))))
    digits = re.sub(r"\D", "", event.patron_phone)
    return all(word in text or _is_number(word, digits) for word in words)


def _is_number(word: str, digits: str) -> bool:
    """`(619) 555-0100`, typed in any way; three figures or more."""
    bare = re.sub(r"[\s().+-]", "", word)
    return len(bare) > 2 and bare.isdigit() and bare in digits


def search(ctx: Context, words: Sequence[str], further: int = 0) -> Found:
    """The events that fit, the next ahead first and then the latest; with none to look for, none.

    A query a month: the same at any size. `further`: years beyond the usual look back.
    """
    this = ctx.today().replace(day=1)
    named = next((found for word in words if (found := _MONTH.fullmatch(word))), None)
    if named:
        since = until = date(int(named[1]), int(named[2]), 1)
    elif further:
        until, since = (
            _later(this, -BACK - 12 * (further - 1) - 1),
            _later(this, -BACK - 12 * further),
        )
    else:
        since, until = _later(this, -BACK), _later(this, AHEAD)
    months = _months(since, until) + ([] if named or further else [UNDATED])
    fitting = [
        event
        for month in store.in_months(ctx, months if words else [], _COMPARED)
        for event in month
        if matches(event, words)
    ]
    ordered = _next_first(ctx, fitting)
    return Found(store.as_they_are(ctx, ordered[:MOST]), since, until, len(ordered) > MOST)


def _later(month: date, by: int) -> date:
    """That many months after (or before) a month; never out of the calendar that lists know."""
    count = min(max(month.year * 12 + month.month - 1 + by, 2000 * 12), 2100 * 12 + 11)
    return date(count // 12, count % 12 + 1, 1)


def _months(since: date, until: date) -> list[str]:
    months, month = [], since
    while month < until:
        months.append(f"{month:%Y-%m}")
        month = _later(month, 1)
    return [*months, f"{until:%Y-%m}"]


def _next_first(ctx: Context, events: Sequence[Event]) -> list[Event]:
    now = ctx.now()
    coming = [event for event in events if event.starts_at and event.starts_at >= now]
    past = [event for event in events if event.starts_at and event.starts_at < now]
    undated = [event for event in events if not event.starts_at]
    return [*coming, *reversed(past), *undated]
