"""Events that another writer put into the table get what lists and bookings find them by.

Safe to run twice, and while the older tool writes: an item is changed only if it still is as
it was read, and what was changed meanwhile is read again.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from scc.aws import ABSENT, Change, Database, Item
from scc.bookings.model import TWICE
from scc.bookings.store import guard, named
from scc.errors import ConditionFailed
from scc.events.model import PAYMENT_ATTRIBUTES, Ref, adoption, created_at
from scc.events.sources import Source, source_of
from scc.tables import EVENTS

_PAGE_BYTES: Final = 4 * 1024 * 1024
_READINGS: Final = 5


@dataclass(frozen=True)
class Adopted:
    """How many events were looked at, changed, and left since they kept changing."""

    seen: int
    changed: int
    left: int

    def __str__(self) -> str:
        text = f"Events: {self.seen}. Adopted now: {self.changed}."
        return f"{text} {self.left} kept changing: run it again." if self.left else text


def adopt(db: Database, zone: ZoneInfo) -> Adopted:
    """Add to every event what it lacks in order to be found."""
    items = list(_all_events(db))
    twins = _twins(items)
    changed = left = 0
    for item in items:
        outcome = _adopt_one(db, zone, item, twin=_key(item) in twins)
        changed += outcome is True
        left += outcome is None
    return Adopted(len(items), changed, left)


_NEW: Final = "attribute_not_exists(#month) OR (attribute_exists(#open) AND #cleared = :true)"
"""What another writer has put into the table, or settled, since it was adopted."""


def adopt_new(db: Database, zone: ZoneInfo) -> Adopted:
    """The same for what is new or newly settled, found for half the price and brought over alone.

    What changes otherwise, an hour say, is found by `adopt`.
    """
    names = {"#month": "month", "#open": "open", "#cleared": "payment_cleared"}
    keys, seen = db.keys_where(EVENTS, _NEW, names, {":true": True})
    changed = left = 0
    for slug in sorted({str(key["event_id"]) for key in keys}):
        siblings = db.query(EVENTS, slug)
        twins = _twins(siblings)
        for item in siblings:
            outcome = _adopt_one(db, zone, item, twin=_key(item) in twins)
            changed += outcome is True
            left += outcome is None
    return Adopted(seen, changed, left)


def _all_events(db: Database) -> Iterable[Item]:
    position: Item | None = None
    while True:
        items, position = db.read_all(EVENTS, _PAGE_BYTES, position)
        yield from items
        if position is None:
            return


def _key(item: Item) -> tuple[str, int]:
    return item["event_id"], int(item["timestamp"])


def _twins(items: list[Item]) -> set[tuple[str, int]]:
    """Events whose slug means a newer one."""
    by_slug = defaultdict(list)
    for slug, timestamp in map(_key, items):
        by_slug[slug].append(timestamp)
    return {
        (slug, timestamp)
        for slug, timestamps in by_slug.items()
        for timestamp in sorted(timestamps, key=created_at)[:-1]
    }


def _adopt_one(db: Database, zone: ZoneInfo, item: Item, *, twin: bool) -> bool | None:
    """Whether the event was changed; None where it changed under every reading."""
    key = {"event_id": item["event_id"], "timestamp": item["timestamp"]}
    current: Item | None = item
    for _ in range(_READINGS):
        if current is None:
            return False
        lacking, surplus = adoption(current, zone, twin=twin)
        if not lacking and not surplus:
            return False
        if "month" in lacking and (source := source_of(current)):
            lacking |= _known_by(db, source, current)
        watched = {*lacking, *surplus, "version", "cancelled_at", *PAYMENT_ATTRIBUTES}
        expect = {name: current.get(name, ABSENT) for name in sorted(watched)}
        try:
            db.write(Change(EVENTS, key, set=lacking, remove=surplus, expect=expect))
        except ConditionFailed:
            current = db.get(EVENTS, key)
            continue
        return True
    return None


def _known_by(db: Database, source: Source, item: Item) -> Item:
    """From now on its booking means this event; where it means another one, which both are here,
    somebody is asked."""
    try:
        db.write(guard(source, *_key(item)))
    except ConditionFailed:
        other = named(db, source)
        if other and other != Ref(*_key(item)) and db.get(EVENTS, _place(other)):
            asked = item.get("asked")
            others = asked if isinstance(asked, dict) else {}
            return {"asked": {**others, TWICE: str(other)}}
    return {}


def _place(ref: Ref) -> Item:
    return {"event_id": ref.slug, "timestamp": ref.timestamp}
