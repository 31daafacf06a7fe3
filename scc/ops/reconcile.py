"""`flask reconcile`: does every event say what its ledger adds up to, and is the ledger whole?

Reads only. What looks wrong is read again, consistently, before it is told: the app may be
writing meanwhile.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from scc.audit.model import seal_holds
from scc.audit.store import used_key
from scc.aws import Item
from scc.context import Context
from scc.errors import NotFound
from scc.events import store as events
from scc.events.model import Event, ledger_partition, list_attributes
from scc.ledger import store as ledger
from scc.ledger.anchors import ANCHORS, anchor_hash
from scc.ledger.closes import CLOSES, row_name, rows_hash
from scc.ledger.model import Entry, fold
from scc.payments.model import money_attributes, opening
from scc.tables import EVENTS, LEDGER, Table

_PAGE_BYTES: Final = 4 * 1024 * 1024


@dataclass
class Found:
    """What was looked at, and what is wrong with it, one sentence each."""

    events: int = 0
    entries: int = 0
    rows: int = 0
    closes: int = 0
    anchors: int = 0
    not_adopted: list[str] = field(default_factory=list)
    drift: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        counted = (
            f"{self.events} events, {self.entries} entries, {self.rows} rows of the ledger, "
            f"{self.closes} closes, {self.anchors} anchors. "
        )
        adopted = f"{len(self.not_adopted)} not adopted. " if self.not_adopted else ""
        return counted + adopted + f"Drift: {len(self.drift)}."


def reconcile(ctx: Context) -> Found:
    """Recompute every event's fold, all seals, numbers, keys, closes and anchors."""
    found = Found()
    rows = _read_ledger(ctx, found)
    seen = set()
    for item in all_items(ctx, EVENTS):
        event = Event.from_item(item, ctx.settings.timezone)
        seen.add(event.ledger)
        entries = _entries(rows.get(event.ledger, []))
        found.events += 1
        found.entries += len(entries)
        if _problems(ctx, event, entries):
            event, entries = _again(ctx, event)
            found.drift += _problems(ctx, event, entries)
        if _is_not_adopted(event):
            found.not_adopted.append(str(event.exact_ref))
    _check_strays(rows, seen, found)
    _check_keys(ctx, rows, found)
    _check_told(ctx, rows, found)
    _check_closes(ctx, rows, found)
    _check_anchors(rows, found)
    return found


def anchors_drift(rows: Iterable[Item]) -> list[str]:
    """What is wrong between the anchors and the ledger's rows, all of which are given."""
    found, by_partition = Found(), defaultdict(list)
    for row in sorted(rows, key=lambda row: str(row["sk"])):
        by_partition[str(row["pk"])].append(row)
    _check_anchors(by_partition, found)
    return found.drift


def all_items(ctx: Context, table: Table) -> Iterator[Item]:
    position: Item | None = None
    while True:
        items, position = ctx.db.read_all(table, _PAGE_BYTES, position)
        yield from items
        if position is None:
            return


def _read_ledger(ctx: Context, found: Found) -> dict[str, list[Item]]:
    """Its rows by partition, in order; those whose seal is broken are told."""
    rows: dict[str, list[Item]] = defaultdict(list)
    for item in all_items(ctx, LEDGER):
        found.rows += 1
        rows[item["pk"]].append(item)
        if not seal_holds(item, ctx.settings.seal_keys):
            found.drift.append(f"{row_name(item)}: altered, its seal does not hold.")
    for partition in rows.values():
        partition.sort(key=lambda item: str(item["sk"]))
    return rows


def _entries(rows: Iterable[Item]) -> list[Entry]:
    return [Entry.from_item(row) for row in rows if row["sk"].startswith("entry#")]


def _again(ctx: Context, event: Event) -> tuple[Event, list[Entry]]:
    try:
        now = events.load(ctx, event.exact_ref)
    except NotFound:
        return event, []
    return now, ledger.entries(ctx, now.ledger)


# One event


def _problems(ctx: Context, event: Event, entries: list[Entry]) -> list[str]:
    ref = event.exact_ref
    numbers = [entry.number for entry in entries]
    last = max([event.entries, *numbers])
    missing = sorted(set(range(1, last + 1)) - set(numbers))
    if missing:
        return [f"{ref}: number {', '.join(map(str, missing))} of {last} is missing."]
    if event.entries != len(entries):
        return [f"{ref}: it counts {event.entries} entries, the ledger has {len(entries)}."]
    if not entries:
        return []
    standing = fold(entries)
    if standing != event.standing:
        return [
            f"{ref}: {name} is {found!r}, its entries come to {expected!r}."
            for name, expected in vars(standing).items()
            if (found := getattr(event.standing, name)) != expected
        ]
    return [] if _is_not_adopted(event) else _attribute_problems(event)


def _is_not_adopted(event: Event) -> bool:
    """Whether the older tool has said something of its money that SCC has not taken in."""
    return opening(event, "", 0, "") is not None


def _attribute_problems(event: Event) -> list[str]:
    wanted, absent = money_attributes(event, event.standing)
    listed, unlisted = list_attributes(event)
    expected: dict[str, Any] = {**dict.fromkeys((*absent, *unlisted)), **wanted, **listed}
    del expected["money"]
    return [
        f"{event.exact_ref}: {name} is {event.item.get(name)!r}, expected {value!r}."
        for name, value in sorted(expected.items())
        if event.item.get(name) != value
    ]


# The ledger by itself


def _check_strays(rows: dict[str, list[Item]], seen: set[str], found: Found) -> None:
    for partition in sorted(rows):
        if partition.startswith("event#") and partition not in seen:
            found.drift.append(f"{partition}: {len(rows[partition])} rows without an event.")


def _check_keys(ctx: Context, rows: dict[str, list[Item]], found: Found) -> None:
    """Each payment has the row of its key, which names it."""
    for partition, items in rows.items():
        if not partition.startswith("event#"):
            continue
        for entry in _entries(items):
            if entry.kind != "payment" or entry.id.endswith("-anew"):
                continue  # logged under the key of the void beside it
            key = next(iter(rows.get(f"key#{entry.id}", ())), None) or used_key(ctx, entry.id)
            if not key or int(key.get("number", 0)) != entry.number:
                found.drift.append(f"{partition} {entry.number}: the row of its key is missing.")


def _check_told(ctx: Context, rows: dict[str, list[Item]], found: Found) -> None:
    """What a key or a record says was written is there: also the newest, which leaves no gap."""
    told: set[tuple[str, int]] = set()
    for items in rows.values():
        told |= {place for item in items if (place := _told(item))}
    for partition, number in sorted(told):
        if number in _written(rows.get(partition, [])):
            continue
        if number not in _written(ctx.db.query(LEDGER, partition)):
            what = "close" if partition == CLOSES else f"{partition}: entry"
            found.drift.append(f"{what} {number} is missing: its key or record is there.")


def _told(item: Item) -> tuple[str, int] | None:
    """The partition and number of the entry or close that came with a row; None without one."""
    is_key, kind = item["pk"].startswith("key#"), item.get("kind", "")
    if "close" in item or kind == "close.made":
        return CLOSES, int(item["close" if is_key else "number"])
    if "number" not in item or not (is_key or item["sk"].startswith("audit#")):
        return None
    partition = ledger_partition(item["event_id"], int(item["timestamp"])) if is_key else item["pk"]
    return str(partition), int(item["number"])


_ALONE: Final = ("event.ended", "weather.")


def _written(items: Iterable[Item]) -> set[int]:
    """Numbers of entries and closes; how a sail ended, and what a weather call did to it, may be
    told without an entry."""
    alone = [item for item in items if str(item.get("kind", "")).startswith(_ALONE)]
    rows = [item for item in items if item["sk"].startswith(("entry#", "close#"))]
    return {int(item["number"]) for item in (*rows, *alone)}


def _check_closes(ctx: Context, rows: dict[str, list[Item]], found: Found) -> None:
    by_name = {row_name(item): item for items in rows.values() for item in items}
    closes = [item for item in rows.get(CLOSES, []) if item["sk"].startswith("close#")]
    found.closes = len(closes)
    for expected, close in enumerate(closes, start=1):
        number = int(close["number"])
        if number != expected:
            found.drift.append(f"close {expected} is missing.")
            return
        unseen = [name for name in close["rows"] if name not in by_name]
        by_name |= {row_name(row.item): row.item for row in ledger.rows_named(ctx, unseen)}
        lost = [name for name in close["rows"] if name not in by_name]
        if lost:
            found.drift.append(f"close {number}: {', '.join(lost)} is missing.")
        elif rows_hash([by_name[name] for name in close["rows"]]) != close["hash"]:
            found.drift.append(f"close {number}: a row it counted was altered since.")


def _check_anchors(rows: dict[str, list[Item]], found: Found) -> None:
    days: dict[str, list[Item]] = defaultdict(list)
    for items in rows.values():
        for item in items:
            days[str(item.get("day", ""))].append(item)
    previous = None
    for anchor in rows.get(ANCHORS, []):
        found.anchors += 1
        day, count = anchor["of_day"], int(anchor["count"])
        if previous is not None and anchor["previous"] != previous:
            found.drift.append(f"anchor {day}: it does not follow the one before it.")
        if len(days[day]) < count:
            lost = count - len(days[day])
            found.drift.append(f"anchor {day}: {lost} of {count} rows of that day are missing.")
        elif len(days[day]) > count:
            later = len(days[day]) - count
            found.drift.append(f"anchor {day}: {later} rows of that day came after its anchor.")
        elif anchor_hash(anchor["previous"], days[day]) != anchor["hash"]:
            found.drift.append(f"anchor {day}: a row of that day was altered or exchanged.")
        previous = anchor["hash"]
