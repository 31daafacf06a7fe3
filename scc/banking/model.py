"""Where a payment's money is: received, deposited, banked or bounced. Rules only. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from scc.events.model import Event
from scc.ledger.methods import DEPOSITED, OWED, RECEIVED, due, method_named
from scc.ledger.model import Entry, Pending, Reading, reading
from scc.parse import parse_date

DEPOSIT: Final = "deposited"
BANK: Final = "banked"
BOUNCE: Final = "bounced"
MARKS: Final = (DEPOSIT, BANK, BOUNCE)

_SAID: Final = {
    **dict.fromkeys(MARKS, "marked {kind}"),
    "moved_out": "moved to another event",
    "void": "voided",
    "sent": "marked sent",
}


def steps(state: str, method: str) -> tuple[str, ...]:
    """What can be said next of money in a state. Only what is carried to the bank is deposited."""
    if state == RECEIVED and method_named(method).days_to_deposit is not None:
        return MARKS
    return (BANK, BOUNCE) if state in (RECEIVED, DEPOSITED) else ()


@dataclass(frozen=True)
class Known:
    """An entry and the last thing that was said of it."""

    entry: Entry
    state: str
    """`received`, `deposited`, `banked`; empty where its money is no longer here."""
    last: Entry | None = None

    @property
    def allows(self) -> tuple[str, ...]:
        if not method_named(self.entry.method).is_checked or not self.entry.is_money_in:
            return ()
        # What a bank has taken in it may still give back: a check returned after some days.
        return (BOUNCE,) if self.state == "banked" else steps(self.state, self.entry.method)

    def is_marked(self, mark: str) -> bool:
        return (self.last.kind if self.last else self.state) == mark

    def why_not(self, mark: str) -> str:
        """In a sentence after the payer's name: why it can't be marked so."""
        if self.last:
            what = _SAID[self.last.kind].format(kind=self.last.kind)
            return f"was {what} by {self.last.actor.name}"
        method = method_named(self.entry.method)
        if mark == DEPOSIT and method.is_checked:
            return f"came{method.by}, which nobody carries to the bank"
        return "needs no check"


def known(entries: Iterable[Entry], number: int) -> Known | None:
    """What is known of the entry with that number; None where there is none."""
    entries = list(entries)
    entry = next((entry for entry in entries if entry.number == number), None)
    if entry is None:
        return None
    read = reading(entries)
    last = _last_word(entries, read, number)
    if not read.counts(entry):
        return Known(entry, "", last)
    return Known(entry, last.kind if last else entry.state or RECEIVED, last)


def _last_word(entries: Iterable[Entry], read: Reading, number: int) -> Entry | None:
    if number in read.voided:
        return next(e for e in entries if e.kind == "void" and e.of == number)
    return read.marks.get(number)


def marking(
    entry: Entry, mark: str, number: int, seen_on: date, reason: str = ""
) -> Mapping[str, Any]:
    """The fields of the entry that says so: it repeats what it speaks of."""
    return {
        "kind": mark,
        "number": number,
        "of": entry.number,
        "cents": entry.cents,
        "tip_cents": entry.tip_cents,
        "method": entry.method,
        "method_as_sent": entry.method_as_sent,
        "payer": entry.payer,
        "received_on": seen_on.isoformat(),
        "reason": reason,
    }


# The lists


@dataclass(frozen=True)
class Matter:
    """Money of an event that waits for somebody."""

    event: Event
    pending: Pending
    due_on: date

    @property
    def can(self) -> tuple[str, ...]:
        return steps(self.pending.state, self.pending.method)


@dataclass(frozen=True)
class Matters:
    """All money that waits, each list with the oldest first."""

    due: list[Matter]
    not_due: list[Matter]
    owed: list[Matter]
    held: list[Event]
    undecided: list[Event]
    there: list[Event]
    """What the booking system took for a sail that did not take place."""


def sorted_out(events: Sequence[Event], today: date) -> Matters:
    """What waits, by what has to be done about it."""
    matters = [
        Matter(event, pending, _due_on(pending, today))
        for event in events
        for pending in event.standing.pending
    ]
    matters.sort(key=lambda matter: (matter.due_on, matter.event.slug, matter.pending.number))
    to_check = [matter for matter in matters if matter.pending.state != OWED]
    return Matters(
        due=[matter for matter in to_check if matter.due_on <= today],
        not_due=[matter for matter in to_check if matter.due_on > today],
        owed=[matter for matter in matters if matter.pending.state == OWED],
        held=[event for event in events if event.held],
        undecided=[event for event in events if event.undecided],
        there=[event for event in events if event.waits_there],
    )


def _due_on(pending: Pending, today: date) -> date:
    try:
        return due(pending.state, pending.method, date.fromisoformat(pending.since))
    except ValueError:  # nobody knows since when: look at once
        return today


# What comes from a form


@dataclass(frozen=True, order=True)
class Place:
    """One entry of one event, as a form names it: `slug~timestamp!number`."""

    ref: str
    number: int

    def __str__(self) -> str:
        return f"{self.ref}!{self.number}"


def parse_place(text: str) -> Place:
    ref, _, number = text.rpartition("!")
    if not ref or not (number.isascii() and number.isdigit() and len(number) < 7):
        raise ValueError("Part of the form was lost on the way. Check it and press again.")
    return Place(ref, int(number))


def parse_seen_on(text: str, today: date) -> date:
    day = parse_date(text)
    if day > today:
        raise ValueError(f"That day is still to come. Today is {today.isoformat()}.")
    if day.year < 2000:
        raise ValueError("Check the year.")
    return day
