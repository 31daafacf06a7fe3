"""What is odd about older events, and how SCC reads it. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from scc.events.model import Item, Ref, adoption, cents_of, is_regular, parse_hour, slug_date

_SHOWN: Final = 5
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")


def _is_set(value: object) -> bool:
    return value not in (None, "")


ODD: Final[dict[str, Callable[[Item], bool]]] = {
    "payment_cleared is no BOOL: anything but true reads as not paid": lambda item: (
        not isinstance(item.get("payment_cleared", False), bool)
    ),
    "payment_amount is no amount of dollars and cents: it reads as unknown": lambda item: (
        _is_set(item.get("payment_amount")) and cents_of(item["payment_amount"]) is None
    ),
    "payment_amount is a text, not a number: it is read all the same": lambda item: (
        isinstance(item.get("payment_amount"), str) and cents_of(item["payment_amount"]) is not None
    ),
    "paid, and no amount is recorded: it counts as an unknown amount": lambda item: (
        item.get("payment_cleared") is True and not _is_set(item.get("payment_amount"))
    ),
    "payment_cleared_at is no moment with its zone: it is shown as it is": lambda item: (
        _is_set(item.get("payment_cleared_at")) and not _is_moment(item["payment_cleared_at"])
    ),
    "timestamp is in milliseconds: it is read as such": lambda item: item["timestamp"] > 10**11,
    "timestamp has a fraction: it is found by its slug": lambda item: (
        item["timestamp"] != int(item["timestamp"])
    ),
    "start_time is no hour: the period's hour is taken": lambda item: (
        _is_set(item.get("start_time")) and parse_hour(item["start_time"]) is None
    ),
    "patron_name is no text: it is shown empty, or as a number": lambda item: (
        _is_set(item.get("patron_name")) and not isinstance(item["patron_name"], str)
    ),
    "there is no date in its name: it stands among the undated": lambda item: (
        slug_date(str(item["event_id"])) is None and not _is_set(item.get("starts_at"))
    ),
}
"""What is odd, how it is read, and how it is told from what is not."""


def _is_moment(value: object) -> bool:
    return isinstance(value, str) and _MOMENT.fullmatch(value) is not None


@dataclass(frozen=True)
class Seen:
    """What was found among the events, by their names."""

    count: int
    irregular: tuple[str, ...]
    """Slugs that are not `YYYY-MM-DD-firstname-period`."""
    doubled: dict[str, tuple[str, ...]]
    """Slugs that several events have, with the exact names of all."""
    odd: dict[str, tuple[str, ...]]
    """What is odd, in words, and where."""
    unplaced: int
    """How many lack what lists find them by."""

    def sentences(self) -> list[str]:
        """All of it; nothing of it is an error, and none of it is changed."""
        told = []
        if self.irregular:
            told.append(
                f"{_events(self.irregular)} an irregular slug, shown and paid all the same: "
                f"{_shown(self.irregular)}."
            )
        for slug, refs in self.doubled.items():
            told.append(
                f"{len(refs)} events are called {slug}: the name means the newest, the others are "
                f"{_shown(refs[1:])}."
            )
        told += [f"{_events(refs)}: {what}: {_shown(refs)}." for what, refs in self.odd.items()]
        return told


def look(items: Iterable[Item], zone: ZoneInfo) -> Seen:
    """Look at every event."""
    by_slug: dict[str, list[Decimal]] = defaultdict(list)
    odd: dict[str, list[str]] = defaultdict(list)
    irregular, unplaced = [], 0
    for item in items:
        slug = str(item["event_id"])
        by_slug[slug].append(item["timestamp"])
        if not is_regular(slug):
            irregular.append(slug)
        for what, is_odd in ODD.items():
            if is_odd(item):
                odd[what].append(slug)
        unplaced += any(adoption(item, zone, twin=False))
    return Seen(
        count=sum(map(len, by_slug.values())),
        irregular=tuple(sorted(set(irregular))),
        doubled={slug: _named(slug, when) for slug, when in by_slug.items() if len(when) > 1},
        odd={what: tuple(sorted(odd[what])) for what in ODD if what in odd},
        unplaced=unplaced,
    )


def _named(slug: str, timestamps: list[Decimal]) -> tuple[str, ...]:
    return tuple(str(Ref(slug, int(when))) for when in sorted(timestamps, reverse=True))


def _events(refs: tuple[str, ...]) -> str:
    return "1 event has" if len(refs) == 1 else f"{len(refs)} events have"


def _shown(refs: tuple[str, ...]) -> str:
    names = [name if n == 1 else f"{name} ({n} times)" for name, n in Counter(refs).items()]
    rest = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
