"""Which unpaid event a payment may be for, by what the bank's message says. Pure."""

import re
from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from anyascii import anyascii

from scc.events.model import Event


def likeness(payer: str, patron: str) -> int:
    """How much of the payer's name is in the patron's: 2 for a word, 1 for an initial.

    `J Alvarez` and `Julia Alvarez` come to 3; accents and case do not matter.
    """
    words = _words(patron)
    return sum(_likeness(word, words) for word in _words(payer))


def _likeness(word: str, words: list[str]) -> int:
    if word in words:
        return 2 if len(word) > 1 else 1
    return int(any(1 in (len(word), len(other)) and word[0] == other[0] for other in words))


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", anyascii(name).lower())


def best_first(
    events: Iterable[Event], cents: int | None, payer: str, today: date, zone: ZoneInfo
) -> list[Event]:
    """The events that fit first: an equal balance, then a like name, then the nearest date."""

    def rank(event: Event) -> tuple[bool, int, int]:
        start = event.local_start(zone)
        days = abs((start.date() - today).days) if start else 10_000
        equal = cents is not None and event.balance_cents == cents
        return not equal, -likeness(payer, event.patron_name), days

    return sorted(events, key=rank)
