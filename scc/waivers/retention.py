"""How long what is kept of waivers is kept, by class. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from scc.audit.model import Item, seal_holds, sealed
from scc.audit.proof import KEPT

DAY: Final = timedelta(days=7)
"""Emergency contacts and what the captain should know: so long after the sail."""
UNDATED: Final = timedelta(days=365)
"""The same for a sail that has no day yet, from the signature: a charter is booked a year ahead at
most."""
YEARS: Final = 4
"""A waiver: three years are the limit for claims at sea (46 USC 30106), and one to be told."""
ADULT: Final = 18
"""A child's: the years count from this age."""


def keep_until(row: Item, moved_to: date | None = None) -> date | None:
    """The last day on which a row is kept; None for what stays, or goes with its waiver.

    `moved_to`: the day of its sail by now. A sail that was put off takes its crew's notes along.
    """
    if row.get("kind") == "removed" or row.get("class") not in ("day", "adult", "minor"):
        return None
    sail = max(_sail_day(row), moved_to or date.min)
    if row["class"] == "day":
        return sail + (DAY if moved_to or row.get("starts_at") else UNDATED)
    last = _years_on(sail, YEARS)
    if row["class"] == "adult":
        return last
    return max(last, _years_on(date.fromisoformat(row["birth_date"]), ADULT + YEARS))


def _sail_day(row: Item) -> date:
    """In UTC: a day more or less means nothing here. An undated sail's by the signature."""
    event = row.get("event") or row
    moment = event.get("starts_at") or row.get("received_at") or row["at"]
    return max(datetime.fromisoformat(m).date() for m in (moment, row["at"]))


def _years_on(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)


def due(
    rows: Iterable[Item], today: date, sails: Mapping[str, date] = MappingProxyType({})
) -> list[Item]:
    """The rows that are to be removed; what was said of a waiver goes with it.

    `sails`: by partition the day on which a sail is by now.
    """
    everything = list(rows)
    found = [
        row
        for row in everything
        if (until := keep_until(row, sails.get(row["pk"]))) and until < today
    ]
    # Those of an earlier run too: it may have been cut off before it came to the marks.
    before = [row for row in everything if row.get("kind") == "removed"]
    gone = {(row["pk"], row["sk"]) for row in [*found, *before]}
    marks = [
        row
        for row in everything
        if row.get("class") == "mark"
        and row.get("kind") != "removed"
        and ((row["pk"], row.get("of")) in gone or _is_old_count(row, today))
    ]
    return found + marks


def _is_old_count(row: Item, today: date) -> bool:
    said = datetime.fromisoformat(row["at"]).date()
    return "of" not in row and _years_on(said, YEARS) < today


def shrunk(row: Item, at: str, by: str, keys: Any) -> tuple[Item, tuple[str, ...]]:
    """What to set on a row and what to remove, so that its seal alone is left, sealed anew."""
    left = {name: row[name] for name in KEPT if name in row and name != "seal"}
    set_ = {"kind": "removed", "removed_at": at, "removed_by": by, "was": row["seal"]}
    removal = sealed(left | set_, keys)["seal"]
    return set_ | {"removal": removal}, tuple(sorted(row.keys() - KEPT - set_.keys()))


def removal_holds(row: Item, keys: Any) -> bool:
    """Whether a row that was removed is as it was left."""
    left = {name: value for name, value in row.items() if name not in ("seal", "removal")}
    return row.get("was") == row.get("seal") and seal_holds(left | {"seal": row["removal"]}, keys)
