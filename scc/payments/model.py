"""Payments: what one is, what counts as a repeat, what the event then says. Pure."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from scc.audit.model import Actor, fingerprint
from scc.events.model import Event, LastPayment, Ref, cents_of
from scc.ledger.model import Entry, Standing
from scc.parse import money, parse_amount, parse_date, parse_line

Item = dict[str, Any]

METHODS: Final = ("cash", "check", "zelle", "venmo", "card", "booking", "other")

_BY: Final = {
    "cash": " in cash",
    "check": " by check",
    "zelle": " by Zelle",
    "venmo": " by Venmo",
    "card": " by card",
    "booking": " through the booking system",
}


def in_words(cents: int, method: str, payer: str) -> str:
    """`$450 by Zelle from Alice`."""
    return f"{money(cents)}{_BY.get(method, '')} from {payer}"


RETRY_WINDOW: Final = timedelta(minutes=2)
"""How long an equal request without a key counts as a repeat of the last one."""


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
            }
        )

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
    return Entry(
        kind="opening",
        id=entry_id,
        number=number,
        at=now,
        actor=Actor("system", "older tool", "older tool"),
        cents=None if unknown else difference,
        outright=event.settled and not standing.settled,
        recorded=recorded,
    )


def money_attributes(event: Event, standing: Standing) -> tuple[Item, tuple[str, ...]]:
    """The event's attributes to set and to remove, so that they say what the standing is."""
    set_: Item = {"payment_cleared": standing.settled, "money": standing.item()}
    remove: list[str] = []
    if standing.price_cents is None:
        remove.append("price_cents")
    else:
        set_["price_cents"] = standing.price_cents
    if standing.settled_at:
        set_["payment_cleared_at"] = standing.settled_at
    else:
        remove.append("payment_cleared_at")
    if standing.paid_cents:
        set_["payment_amount"] = Decimal(standing.paid_cents) / 100
    elif cents_of(event.item.get("payment_amount")) is not None:
        remove.append("payment_amount")
    if standing.settled or event.cancelled:
        remove.append("open")
    else:
        set_["open"] = "unpaid"
    return set_, tuple(remove)


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
