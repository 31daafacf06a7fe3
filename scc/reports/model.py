"""What a month or a span of days came to. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from scc.events.model import Event
from scc.ledger.methods import METHODS, OWED, UNKNOWN, method_named
from scc.ledger.model import Entry, Row
from scc.parse import parse_date

LONGEST_DAYS: Final = 366


@dataclass(frozen=True)
class Period:
    """Days of the boat, both included."""

    first: date
    last: date

    @property
    def months(self) -> list[str]:
        """`2026-05`, … as the ledger's index has them."""
        months, day = [], self.first.replace(day=1)
        while day <= self.last:
            months.append(f"{day:%Y-%m}")
            day = (day + timedelta(days=32)).replace(day=1)
        return months

    @property
    def is_month(self) -> bool:
        return self == month_period(self.first)


def month_period(day: date) -> Period:
    """The month in which the day is."""
    first = day.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return Period(first, after - timedelta(days=1))


def parse_period(asked: Mapping[str, str], today: date) -> Period:
    """`month=2026-05`, or `from=2026-05-01&to=2026-05-14`; nothing: this month.

    ValueError says what to do.
    """
    month = asked.get("month", "")
    if month:
        if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month, re.ASCII):
            raise ValueError("Give month as 2026-05.")
        return month_period(date.fromisoformat(f"{month}-01"))
    if "from" not in asked and "to" not in asked:
        return month_period(today)
    first, last = parse_date(asked.get("from", "")), parse_date(asked.get("to", ""))
    if not 2000 <= first.year <= last.year <= 2100:
        raise ValueError("Check the years.")
    if last < first:
        raise ValueError("The last day comes before the first.")
    if (last - first).days >= LONGEST_DAYS:
        raise ValueError("Give a year at the most.")
    return Period(first, last)


@dataclass
class Totals:
    """One method's money, in cents; what was voided is taken off what it had come to."""

    method: str
    payments: int = 0
    received_cents: int = 0
    tip_cents: int = 0
    refunded_cents: int = 0
    bounced_cents: int = 0

    @property
    def label(self) -> str:
        return method_named(self.method).label

    @property
    def net_cents(self) -> int:
        return self.received_cents + self.tip_cents - self.refunded_cents - self.bounced_cents

    def count(self, entry: Entry) -> None:
        """Add an entry, or what an entry takes back."""
        kind = entry.was if entry.kind == "void" else entry.kind
        sign = -1 if entry.kind == "void" else 1
        cents = sign * (entry.cents or 0)
        tip_cents = sign * entry.tip_cents
        if kind == "payment" or (kind == "moved_in" and entry.kind == "void"):
            self.payments += sign
            self.received_cents += cents
            self.tip_cents += tip_cents
        elif kind == "sent":
            self.refunded_cents += cents + tip_cents
        elif kind == "bounced":
            self.bounced_cents += cents + tip_cents


def totals(rows: Iterable[Row]) -> list[Totals]:
    """By method, those that saw money, in the table's order."""
    by_method = {name: Totals(name) for name in (*METHODS, UNKNOWN.name)}
    touched = set()
    for row in rows:
        if is_money(row.entry):
            method = method_named(row.entry.method).name
            by_method[method].count(row.entry)
            touched.add(method)
    return [found for name, found in by_method.items() if name in touched]


def is_money(entry: Entry) -> bool:
    """Whether a report has it: money that came or went, and what takes that back."""
    kinds = ("payment", "sent", "bounced")
    return entry.kind in kinds or (entry.kind == "void" and entry.was in (*kinds, "moved_in"))


def sum_of(all_totals: Iterable[Totals]) -> Totals:
    """What the company itself took: without the booking system's."""
    whole = Totals("")
    for one in all_totals:
        if method_named(one.method).ours:
            whole.payments += one.payments
            whole.received_cents += one.received_cents
            whole.tip_cents += one.tip_cents
            whole.refunded_cents += one.refunded_cents
            whole.bounced_cents += one.bounced_cents
    return whole


@dataclass(frozen=True)
class Age:
    """Unpaid events whose sail was so long ago. `unpriced`: those without a price."""

    label: str
    events: int
    cents: int
    unpriced: int


_AGES: Final = (
    ("Still to come", -36500, -1),
    ("0 to 30 days ago", 0, 30),
    ("31 to 60 days ago", 31, 60),
    ("61 to 90 days ago", 61, 90),
    ("More than 90 days ago", 91, 36500),
)


def by_age(days_ago: Iterable[tuple[Event, int | None]]) -> list[Age]:
    """Unpaid events, each with how many days ago its sail was; None: it has no date."""
    found = list(days_ago)
    ages = [
        _age(label, [event for event, days in found if days is not None and low <= days <= high])
        for label, low, high in _AGES
    ]
    return [*ages, _age("No date", [event for event, days in found if days is None])]


def _age(label: str, events: list[Event]) -> Age:
    balances = [event.balance_cents for event in events if event.balance_cents is not None]
    return Age(label, len(events), sum(balances), len(events) - len(balances))


def owed_cents(events: Iterable[Event]) -> int:
    """Refunds that are not sent yet."""
    pending = (one for event in events for one in event.standing.pending)
    return sum(one.cents for one in pending if one.state == OWED)


def held_cents(events: Iterable[Event]) -> int:
    """Money of sails that did not take place: held for the patron, or not decided yet."""
    waiting = (event for event in events if event.held or event.undecided)
    return sum(event.standing.refundable_cents for event in waiting)
