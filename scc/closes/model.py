"""Counting money: which rows a close counts, what is expected, what has to be explained. Pure."""

import base64
import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from scc.errors import Invalid, SccError
from scc.ledger.closes import Close, Count, row_name, rows_hash
from scc.ledger.methods import METHODS, UNKNOWN, Method, method_named
from scc.ledger.model import Entry, Row, money_effect
from scc.parse import parse_amount

MOST_ROWS: Final = 2000
MOST_NAMES: Final = 250_000
"""Bytes of names in one close; an item of DynamoDB has 400,000."""
LAG: Final = timedelta(days=2)
"""How far back the next close looks for rows that an index had not shown."""
FIRST_DAYS: Final = 30
MOST_DAYS: Final = 400
"""How far back the first close begins unless told otherwise, and at most."""

TOTALLED: Final = ("cash", "card")
"""Counted as one sum, in the drawer or on the terminal; all others are ticked one by one."""


class ClosedMeanwhile(SccError):
    """Somebody else closed while the form stood open."""

    def __init__(self, close: Close | None) -> None:
        self.close = close
        super().__init__("Somebody closed meanwhile.")


def countable(rows: Iterable[Row]) -> list[Row]:
    """Those by which money came or went; not what the booking system took."""
    return [row for row in rows if money_effect(row.entry) and method_named(row.entry.method).ours]


def first_lot(rows: Iterable[Row]) -> list[Row]:
    """As many as one close takes, the oldest first."""
    taken: list[Row] = []
    size = 0
    for row in sorted(rows, key=lambda row: (row.item["day"], row.entry.at, row_name(row.item))):
        size += len(row_name(row.item).encode())
        if len(taken) == MOST_ROWS or size > MOST_NAMES:
            break
        taken.append(row)
    return taken


def mark(row: Row) -> str:
    """Eight characters that stand for a row in a form."""
    digest = hashlib.sha256(row_name(row.item).encode()).digest()
    return base64.urlsafe_b64encode(digest[:6]).decode()


# What was on the page


@dataclass(frozen=True)
class Listing:
    """Rows that no close has counted, as they were found."""

    last: Close | None
    begin: date
    """The boat's day from which they were looked for."""
    until_day: date
    """The boat's day up to which they were."""
    rows: list[Row]
    """Those that one close takes, or those that were on somebody's page."""
    others: list[Row] = field(default_factory=list)

    @property
    def number(self) -> int:
        """Of the close that would come of it."""
        return self.last.number + 1 if self.last else 1

    @property
    def seen(self) -> str:
        """Stands for the rows in a form: their hash, and a mark of each."""
        return rows_hash(row.item for row in self.rows) + "".join(map(mark, self.rows))

    def as_seen(self, seen: str) -> "Listing | None":
        """The same with the rows that a form stands for; None where they are not all open."""
        digest, marks = seen[:64], seen[64:]
        wanted = {marks[at : at + 8] for at in range(0, len(marks), 8)}
        everything = [*self.rows, *self.others]
        rows = [row for row in everything if mark(row) in wanted]
        if rows_hash(row.item for row in rows) != digest:
            return None
        others = [row for row in everything if mark(row) not in wanted]
        return Listing(self.last, self.begin, self.until_day, rows, others)

    def open_from(self, listed_on: date) -> date:
        """From which day the next close has to look: `listed_on` is when the page was made."""
        left = [date.fromisoformat(row.item["day"]) for row in self.others]
        return min([min(listed_on, self.until_day) - LAG, *left])


# Lines and sections


@dataclass(frozen=True)
class Line:
    row: Row
    cents: int
    cancels: bool
    """Whether another line here takes it back, or it takes one back: both within this period."""
    late: bool
    """Received before the day of the close before, and logged since."""

    @property
    def mark(self) -> str:
        return mark(self.row)

    @property
    def entry(self) -> Entry:
        return self.row.entry


@dataclass(frozen=True)
class Section:
    """One method's lines. `expected_cents`: what they come to."""

    method: Method
    lines: list[Line]

    @property
    def name(self) -> str:
        """In a form's fields."""
        return self.method.name or "unknown"

    @property
    def totalled(self) -> bool:
        return self.method.name in TOTALLED

    @property
    def expected_cents(self) -> int:
        return sum(line.cents for line in self.lines)

    @property
    def to_tick(self) -> list[Line]:
        return [] if self.totalled else [line for line in self.lines if not line.cancels]


def sections(rows: Iterable[Row], last_day: date | None) -> list[Section]:
    """The rows by method; cash and card always, since what was not logged shows there.

    `last_day`: the boat's day of the close before.
    """
    rows = sorted(rows, key=lambda row: (row.entry.received_on, row.entry.at, row_name(row.item)))
    cancelling = _cancelling(rows)
    lines: dict[str, list[Line]] = {name: [] for name in (*METHODS, UNKNOWN.name)}
    for row in rows:
        late = bool(last_day and "" < row.entry.received_on < last_day.isoformat())
        line = Line(row, money_effect(row.entry), row_name(row.item) in cancelling, late)
        lines[method_named(row.entry.method).name].append(line)
    found = [Section(method_named(name), these) for name, these in lines.items()]
    return [section for section in found if section.lines or section.totalled]


def _cancelling(rows: Sequence[Row]) -> set[str]:
    """Names of rows that take each other back, two by two."""
    gone: set[str] = set()
    for kind in ("void", "bounced"):
        for row in sorted(rows, key=lambda row: row.entry.number):
            if row.entry.kind == kind and row_name(row.item) not in gone:
                partner = _taken_back(row, rows, gone)
                if partner:
                    gone |= {row_name(row.item), row_name(partner.item)}
    return gone


def _taken_back(row: Row, rows: Sequence[Row], gone: set[str]) -> Row | None:
    """What a void or a bounce speaks of, where that is among the rows and still stands."""
    for other in rows:
        if (
            other.partition == row.partition
            and other.entry.number < row.entry.number
            and row.entry.of in (other.entry.number, other.entry.of)
            and money_effect(other.entry) == -money_effect(row.entry)
            and other.entry.method == row.entry.method
            and row_name(other.item) not in gone
        ):
            return other
    return None


# Counting


@dataclass(frozen=True)
class Counted:
    """What somebody found. `sums`: cents in the drawer and on the terminal, None: not said."""

    sums: Mapping[str, int | None]
    ticked: Collection[str]
    """Marks of rows."""
    reasons: Mapping[str, str]
    """By the name of a section."""


def count(sections: Iterable[Section], counted: Counted) -> list[Count]:
    """What was counted by method. Invalid names each sum that is missing and each difference
    without a reason."""
    problems: dict[str, str] = {}
    counts = [_count(section, counted, problems) for section in sections]
    if problems:
        raise Invalid(problems)
    return [one for one in counts if one is not None]


def _count(section: Section, counted: Counted, problems: dict[str, str]) -> Count | None:
    reason = counted.reasons.get(section.name, "")
    found, unticked = _found(section, counted)
    if found is None:
        if section.lines:
            problems[section.name] = _MISSING[section.name]
        return None
    if not (section.lines or found):
        return None
    result = Count(section.method.name, section.expected_cents, found, reason, unticked)
    if result.differs and not reason:
        problems[f"reason_{section.name}"] = _why(section, result)
    return result


_MISSING: Final = {
    "cash": "Count the cash, and enter what is there.",
    "card": "Enter the terminal’s total.",
}


def _found(section: Section, counted: Counted) -> tuple[int | None, tuple[str, ...]]:
    if section.totalled:
        return counted.sums.get(section.name), ()
    there = [line for line in section.lines if line.cancels or line.mark in counted.ticked]
    missing = tuple(row_name(line.row.item) for line in section.lines if line not in there)
    return sum(line.cents for line in there), missing


def _why(section: Section, result: Count) -> str:
    label = section.method.label
    if not section.totalled:
        rows = len(result.unticked)
        return (
            f"{label}: {rows} not ticked. Say why."
            if rows > 1
            else f"{label}: one is not ticked. Say why."
        )
    cents = result.difference_cents
    return f"{label}: {_dollars(abs(cents))} {'too much' if cents > 0 else 'missing'}. Say why."


def _dollars(cents: int) -> str:
    return f"${cents // 100:,}.{cents % 100:02}"


def parse_sum(text: str) -> int:
    """Cents; 0, and below 0 where more went out than came in."""
    bare = text.strip().replace("−", "-").removeprefix("$").strip()
    if bare in ("0", "0.0", "0.00", "-0"):
        return 0
    if bare.startswith("-"):
        return -parse_amount(bare[1:])
    return parse_amount(bare)
