"""Payments: what one is, what counts as a repeat, what the event then says. Pure."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from scc.audit.model import Actor, fingerprint
from scc.events.model import Event, LastPayment, Ref, cents_of, list_attributes
from scc.ledger.methods import METHODS, method_named
from scc.ledger.model import Entry, Standing, after
from scc.parse import money, parse_amount, parse_date, parse_line

Item = dict[str, Any]


def in_words(cents: int, method: str, payer: str, tip_cents: int = 0, way: str = "from") -> str:
    """`$450 and a $50 tip by Zelle from Alice`; `way`: `to` for what is given back."""
    tip = f"a {money(tip_cents)} tip" if tip_cents else ""
    amount = money(cents) if cents or not tip else ""
    what = " and ".join(part for part in (amount, tip) if part)
    return f"{what}{method_named(method).by} {way} {payer}"


ABOVE: Final = {
    "tip": "A tip for the crew",
    "credit": "Credit: it stays with the event",
    "owed": "Owed back to the payer",
}
"""What money above the balance can be."""


def above_balance(event: Event, cents: int) -> int:
    """Cents of a payment that the event does not owe; 0 where it has no price."""
    balance = event.balance_cents
    return 0 if balance is None else max(0, cents - max(0, balance))


@dataclass(frozen=True)
class Price:
    """What a charter costs: cents by line, those that are 0 left out. No line: no price."""

    lines: Mapping[str, int]
    reason: str

    @property
    def cents(self) -> int | None:
        return sum(self.lines.values()) if self.lines else None


def price_lines(event: Event) -> Mapping[str, int]:
    """What the price is made of; one that has no lines yet is all for the charter."""
    if event.price_cents is None:
        return {}
    return event.standing.price_lines or {"charter": event.price_cents}


RETRY_WINDOW: Final = timedelta(minutes=2)
"""How long an equal request without a key counts as a repeat of the last one."""


SAME_AGAIN: Final = timedelta(days=2)
"""How long the same amount by the same method makes a person ask whether it is the same money."""


@dataclass(frozen=True)
class NewPayment:
    """A payment as somebody wants it logged. Amounts in cents; the tip is not in `cents`."""

    payer: str
    cents: int
    method: str
    received_on: date | None = None
    """None: the day it is logged."""
    key: str | None = None
    method_as_sent: str = ""
    tip_cents: int = 0
    reference: str = ""
    note: str = ""
    more_to_come: bool = False
    outright: bool = False
    """Settles whatever the amount: the older API's promise."""
    seen: str | None = None
    """The event's `money_seen` when the form was filled; None: nobody looked."""
    above: str = ""
    """What is above the balance, one of ABOVE; nothing: it was not asked, and stays as credit."""

    def fingerprint(self, ref: Ref) -> str:
        """What two requests with one key must have in common."""
        return fingerprint(
            {
                "event": str(ref),
                "payer": self.payer,
                "cents": self.cents,
                "method": self.method,
                "method_as_sent": self.method_as_sent,
                "received_on": self.received_on.isoformat() if self.received_on else "",
                "tip_cents": self.tip_cents,
                "reference": self.reference,
                "note": self.note,
                "more_to_come": self.more_to_come,
                "above": self.above,
            }
        )

    def split(self, event: Event) -> tuple[int, int, int]:
        """Cents that count, cents of tip, and cents that are owed back at once."""
        above = above_balance(event, self.cents)
        if self.above == "tip":
            return self.cents - above, self.tip_cents + above, 0
        return self.cents, self.tip_cents, above if self.above == "owed" else 0

    def looks_like(self, last: LastPayment | None, now: datetime) -> bool:
        """Whether it may be the last payment once more: worth a question to a person."""
        if last is None or last.id == self.key or not self.cents:
            return False
        same = (last.cents, last.method) == (self.cents, self.method)
        return same and now - datetime.fromisoformat(last.at) <= SAME_AGAIN

    def repeats(self, last: LastPayment | None, now: datetime) -> bool:
        """Whether, having no key, it is the last payment sent again."""
        if self.key is not None or last is None:
            return False
        theirs = (last.payer, last.cents, last.method, last.method_as_sent)
        same = theirs == (self.payer, self.cents, self.method, self.method_as_sent)
        return same and now - datetime.fromisoformat(last.at) <= RETRY_WINDOW


def opening(event: Event, now: str, number: int, entry_id: str) -> Entry | None:
    """The entry that takes in what the event says of its money and SCC did not write.

    None where the event is as SCC left it. The older tool goes on writing for a while: what it
    recorded is taken in the same way, as the difference to SCC's own entries.
    """
    standing = event.standing
    illegible = "payment_amount" in event.item and event.recorded_cents is None
    difference = 0 if illegible else event.paid_cents - standing.paid_cents
    other_state = event.settled != standing.settled
    overwritten = illegible and (standing.paid_cents or not event.entries)
    if not (difference or other_state or overwritten):
        return None
    unknown = illegible or not (difference or standing.paid_cents)
    recorded = {
        name: str(event.item[name])
        for name in ("payment_cleared", "payment_cleared_at", "payment_amount", "payment_method")
        if event.item.get(name) is not None
    }
    entry = Entry(
        kind="opening",
        id=entry_id,
        number=number,
        at=now,
        actor=Actor("system", "older tool", "older tool"),
        cents=None if unknown else difference,
        recorded=recorded,
    )
    by_amount = standing.settled and after(standing, entry).settled
    return replace(entry, outright=event.settled and not by_amount)


def money_attributes(event: Event, standing: Standing) -> tuple[Item, tuple[str, ...]]:
    """The event's attributes to set and to remove, so that they say what the standing is."""
    now = replace(event, standing=standing, settled=standing.settled)
    set_, remove = list_attributes(now)
    wanted: Item = {
        "payment_cleared": standing.settled,
        "payment_cleared_at": standing.settled_at,
        "money": standing.item(),
        "price_cents": standing.price_cents,
        "price_lines": dict(standing.price_lines) or None,
    }
    if standing.paid_cents or cents_of(event.item.get("payment_amount")) is not None:
        amount = Decimal(standing.paid_cents) / 100
        wanted["payment_amount"] = amount if standing.paid_cents else None
    set_ |= {name: value for name, value in wanted.items() if value is not None}
    return set_, (*remove, *(name for name, value in wanted.items() if value is None))


# Parsers, for the form and the API alike


def parse_payer(text: str) -> str:
    name = parse_line(text)
    if not any(unicodedata.category(c)[0] in "LNPS" for c in name):
        raise ValueError("Enter the name of who paid.")
    return name


def parse_method(text: str) -> str:
    if text not in METHODS:
        raise ValueError(f"Choose how it was paid: {', '.join(METHODS)}.")
    return text


def parse_received_on(text: str, today: date) -> date:
    day = parse_date(text)
    if day > today:
        raise ValueError(f"That day is still to come. Today is {today.isoformat()}.")
    if day.year < 2000:
        raise ValueError("Check the year.")
    return day


def parse_tip(text: str) -> int:
    """Cents; nothing and 0 mean no tip."""
    bare = text.strip().removeprefix("$").strip()
    return 0 if bare in ("", "0", "0.0", "0.00") else parse_amount(text)
