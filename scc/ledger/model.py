"""Entries of an event's ledger, and what they come to. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from scc.audit.model import Actor
from scc.ledger.methods import DEPOSITED, OWED, RECEIVED, method_named

Item = dict[str, Any]

PRICE_LINES: Final = ("charter", "catering", "discount", "tax", "fee")
"""What a price is made of. A discount is below 0, the others above."""

HOLD: Final = "hold"
KEEP: Final = "keep"


@dataclass(frozen=True)
class Entry:
    """One row of an event's ledger. Never changed once written. Amounts are US cents.

    What stands alone:
    `price`: the price became `cents`, the sum of `lines`.
    `payment`: money received. `moved_in`: the same, taken over from another event.
    `opening`: what was recorded on the event before SCC, or by the older tool since; its amount
    may be unknown.
    `refund`: money that the event gives back; owed until `sent`.
    `hold`: what the event has is kept for the patron, for another day.

    What says something of an earlier entry, the one numbered `of`:
    `void`: it was a mistake. `deposited`, `banked`, `bounced`: where the payment's money is.
    `moved_out`: it belongs to another event. `sent`: the refund has gone out.
    These repeat the amount, method and payer of what they speak of, so that a day's rows can be
    added up without reading further.
    """

    kind: str
    id: str
    number: int
    at: str
    actor: Actor
    cents: int | None = None
    tip_cents: int = 0
    method: str = ""
    method_as_sent: str = ""
    payer: str = ""
    received_on: str = ""
    """The boat's day on which the money came, went, or was seen at the bank."""
    reference: str = ""
    note: str = ""
    more_to_come: bool = False
    outright: bool = False
    old_cents: int | None = None
    lines: Mapping[str, int] = field(default_factory=dict)
    reason: str = ""
    of: int = 0
    was: str = ""
    """Of a void: the kind of what was voided; `sent` for a refund that had gone out."""
    other: str = ""
    """Of a move: the other event, as `slug~timestamp`."""
    state: str = ""
    """Of `moved_in`: how far its money had come by then."""
    answer: str = ""
    """`hold` or `keep`: what becomes of the money of a sail that did not take place."""
    recorded: Mapping[str, str] = field(default_factory=dict)

    @property
    def reopens(self) -> bool:
        """Whether it takes in an event that the older tool has as unpaid."""
        return self.kind == "opening" and self.recorded.get("payment_cleared") != "True"

    @property
    def is_money_in(self) -> bool:
        return self.kind in ("payment", "moved_in", "opening")

    def item(self) -> Item:
        """All but what is empty, as it is stored."""
        values = {
            **vars(self),
            "actor": self.actor.item(),
            "lines": dict(self.lines),
            "recorded": dict(self.recorded),
        }
        return {
            name: value
            for name, value in values.items()
            if value not in (None, "", {}) and (name, value) != ("of", 0)
        }

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> "Entry":
        return cls(
            kind=item["kind"],
            id=item["id"],
            number=int(item["number"]),
            at=item["at"],
            actor=Actor(**item["actor"]),
            cents=_cents(item.get("cents")),
            tip_cents=_cents(item.get("tip_cents")) or 0,
            method=item.get("method", ""),
            method_as_sent=item.get("method_as_sent", ""),
            payer=item.get("payer", ""),
            received_on=item.get("received_on", ""),
            reference=item.get("reference", ""),
            note=item.get("note", ""),
            more_to_come=item.get("more_to_come") is True,
            outright=item.get("outright") is True,
            old_cents=_cents(item.get("old_cents")),
            lines={name: int(cents) for name, cents in item.get("lines", {}).items()},
            reason=item.get("reason", ""),
            of=int(item.get("of", 0)),
            was=item.get("was", ""),
            other=item.get("other", ""),
            state=item.get("state", ""),
            answer=item.get("answer", ""),
            recorded=item.get("recorded", {}),
        )


_SIGNS: Final = {"payment": 1, "sent": -1, "bounced": -1}


def money_effect(entry: Entry) -> int:
    """Cents, with the tip, that came in by the entry's method; below 0: that went out.

    A move changes nothing for the company, nor does what the older tool recorded.
    """
    if entry.kind == "void":
        sign = -1 if entry.was == "moved_in" else -_SIGNS.get(entry.was, 0)
    else:
        sign = _SIGNS.get(entry.kind, 0)
    return sign * ((entry.cents or 0) + entry.tip_cents)


@dataclass(frozen=True)
class Row:
    """An entry among those of other events. `item`: as it is stored, with its seal."""

    partition: str
    entry: Entry
    item: Item = field(repr=False, hash=False)

    @property
    def ref(self) -> str:
        """The event, as `slug~timestamp`."""
        slug, _, timestamp = self.partition.removeprefix("event#").rpartition("#")
        return f"{slug}~{timestamp}"


def _cents(value: Decimal | None) -> int | None:
    return None if value is None else int(value)


# What the entries come to


@dataclass(frozen=True)
class Pending:
    """A payment whose money is not in the bank yet, or a refund not sent. `cents` with the tip."""

    number: int
    state: str
    """`received`, `deposited` or `owed`."""
    cents: int
    method: str
    payer: str
    since: str
    """The boat's day on which it came to be so."""


@dataclass(frozen=True)
class Standing:
    """What the ledger's entries so far come to. `cents` are US cents.

    Settled: an entry settled it outright, or the price is reached, or there is no price and
    some payment was not marked *more to come*.
    """

    price_cents: int | None = None
    price_lines: Mapping[str, int] = field(default_factory=dict)
    paid_cents: int = 0
    refundable_cents: int = 0
    """What the event has received and not given back; without tips, and without what the booking
    system took. Below 0 where a payment bounced after it was given back."""
    outright: bool = False
    final: bool = False
    settled_at: str | None = None
    answer: str = ""
    """What was said of the money of a sail that did not take place: `hold`, `keep` or nothing."""
    pending: tuple[Pending, ...] = ()

    @property
    def settled(self) -> bool:
        if self.outright:
            return True
        if self.price_cents is None:
            return self.final
        return self.paid_cents >= self.price_cents

    @property
    def booked_cents(self) -> int:
        """What is logged as taken by the booking system: it alone can't be given back here."""
        return self.paid_cents - self.refundable_cents

    @property
    def held(self) -> bool:
        """Whether money is kept here for the patron; what the booking system took is kept there."""
        return self.answer == HOLD and self.refundable_cents > 0

    def at(self, moment: str) -> "Standing":
        """The same, with the moment kept at which it last became settled."""
        return replace(self, settled_at=(self.settled_at or moment) if self.settled else None)

    def item(self) -> Item:
        """As it is kept on the event, beside the price and its lines."""
        kept: Item = {
            "paid_cents": self.paid_cents,
            "refundable_cents": self.refundable_cents,
            "outright": self.outright,
            "final": self.final,
            "settled_at": self.settled_at,
            "answer": self.answer,
            "pending": [vars(one) for one in self.pending],
        }
        return {name: value for name, value in kept.items() if value not in (None, "", [])}

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> "Standing":
        """Of an event's item. What is odd there reads as missing."""
        money = item.get("money")
        money = money if isinstance(money, Mapping) else {}
        lines = item.get("price_lines")
        pending = money.get("pending")
        return cls(
            price_cents=_whole(item.get("price_cents")),
            price_lines=_lines(lines) if isinstance(lines, Mapping) else {},
            paid_cents=_whole(money.get("paid_cents")) or 0,
            refundable_cents=_whole(money.get("refundable_cents")) or 0,
            outright=money.get("outright") is True,
            final=money.get("final") is True,
            settled_at=_text(money.get("settled_at")) or None,
            answer=_text(money.get("answer")),
            pending=_pending(pending) if isinstance(pending, list) else (),
        )


def _whole(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        return None
    return int(value) if value == int(value) else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _lines(lines: Mapping[str, Any]) -> dict[str, int]:
    return {name: cents for name in lines if (cents := _whole(lines[name])) is not None}


def _pending(kept: Iterable[Any]) -> tuple[Pending, ...]:
    return tuple(
        Pending(
            number=_whole(one.get("number")) or 0,
            state=_text(one.get("state")),
            cents=_whole(one.get("cents")) or 0,
            method=_text(one.get("method")),
            payer=_text(one.get("payer")),
            since=_text(one.get("since")),
        )
        for one in kept
        if isinstance(one, Mapping) and _text(one.get("state")) in (RECEIVED, DEPOSITED, OWED)
    )


# The fold


def fold(entries: Sequence[Entry]) -> Standing:
    """What an event's entries, in their order, come to."""
    standing = Standing()
    for position, entry in enumerate(entries):
        standing = after(standing, entry, entries[:position] if entry.of else ())
    return standing


def after(standing: Standing, entry: Entry, earlier: Sequence[Entry] = ()) -> Standing:
    """The standing with one more entry.

    `earlier`: all entries before it; needed only where it says something of one of them.
    """
    now = _counted([*earlier, entry]) if entry.of else _with(standing, entry)
    settled_at = standing.settled_at or entry.recorded.get("payment_cleared_at")
    return replace(now, settled_at=settled_at).at(entry.at)


@dataclass(frozen=True)
class Reading:
    """What later entries say of earlier ones."""

    voided: frozenset[int]
    marks: Mapping[int, Entry]
    """By number: the last thing said of an entry that still holds."""

    def counts(self, entry: Entry) -> bool:
        """Whether it still stands: not voided, bounced or moved to another event."""
        mark = self.marks.get(entry.number)
        gone = mark is not None and mark.kind in ("bounced", "moved_out")
        return entry.number not in self.voided and not gone


def reading(entries: Iterable[Entry]) -> Reading:
    """Who reads the story of an event needs it to know which entries hold."""
    entries = list(entries)
    voided = frozenset(entry.of for entry in entries if entry.kind == "void")
    marks = {
        entry.of: entry
        for entry in entries
        if entry.of and entry.kind != "void" and entry.number not in voided
    }
    return Reading(voided, marks)


def _counted(entries: Sequence[Entry]) -> Standing:
    read = reading(entries)
    standing = Standing()
    for entry in entries:
        if not entry.of and read.counts(entry):
            standing = _with(standing, entry, read.marks.get(entry.number))
    return standing


def _with(standing: Standing, entry: Entry, mark: Entry | None = None) -> Standing:
    """One more entry that stands alone; `mark`: the last thing said of it."""
    if entry.kind == "price":
        return replace(
            standing,
            price_cents=entry.cents,
            price_lines=entry.lines,
            answer=entry.answer or standing.answer,
        )
    if entry.kind == "hold":
        return replace(standing, answer=HOLD)
    cents = entry.cents or 0
    if entry.kind == "refund":
        return replace(
            standing,
            paid_cents=standing.paid_cents - cents,
            refundable_cents=standing.refundable_cents - cents,
            pending=standing.pending + (() if mark else (_waiting(entry, OWED),)),
        )
    if entry.reopens:
        standing = replace(standing, outright=False, final=False)
    received = entry.kind != "opening" and cents > 0
    ours = cents if method_named(entry.method).ours else 0
    return replace(
        standing,
        paid_cents=standing.paid_cents + cents,
        refundable_cents=standing.refundable_cents + ours,
        outright=standing.outright or entry.outright,
        final=standing.final or (received and not entry.more_to_come),
        pending=standing.pending + _unbanked(entry, mark),
    )


def _unbanked(entry: Entry, mark: Entry | None) -> tuple[Pending, ...]:
    if not method_named(entry.method).is_checked or entry.state == "banked":
        return ()
    if mark is None:
        return (_waiting(entry, entry.state or RECEIVED),)
    if mark.kind == "deposited":
        return (replace(_waiting(entry, DEPOSITED), since=mark.received_on),)
    return ()


def _waiting(entry: Entry, state: str) -> Pending:
    cents = (entry.cents or 0) + entry.tip_cents
    return Pending(entry.number, state, cents, entry.method, entry.payer, entry.received_on)
