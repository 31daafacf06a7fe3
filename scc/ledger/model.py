"""Entries of an event's ledger, and what they come to. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from scc.audit.model import Actor

Item = dict[str, Any]


@dataclass(frozen=True)
class Standing:
    """What the ledger's entries so far come to. `cents` are US cents.

    Settled: an entry settled it outright, or the price is reached, or there is no price and
    some payment was not marked *more to come*.
    """

    price_cents: int | None = None
    paid_cents: int = 0
    outright: bool = False
    final: bool = False
    settled_at: str | None = None

    @property
    def settled(self) -> bool:
        if self.outright:
            return True
        if self.price_cents is None:
            return self.final
        return self.paid_cents >= self.price_cents

    def at(self, moment: str) -> "Standing":
        """The same, with the moment kept at which it last became settled."""
        return replace(self, settled_at=(self.settled_at or moment) if self.settled else None)

    def item(self) -> Item:
        """As it is kept on the event, beside the price."""
        kept: Item = {
            "paid_cents": self.paid_cents,
            "outright": self.outright,
            "final": self.final,
        }
        return kept | ({"settled_at": self.settled_at} if self.settled_at else {})


@dataclass(frozen=True)
class Entry:
    """One row of an event's ledger. Never changed once written.

    `payment`: money received. `opening`: what was recorded on the event before SCC, or by the
    older tool since; its amount may be unknown. `price`: the price became `cents`.
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
    reference: str = ""
    note: str = ""
    more_to_come: bool = False
    outright: bool = False
    old_cents: int | None = None
    reason: str = ""
    recorded: Mapping[str, str] = field(default_factory=dict)

    @property
    def reopens(self) -> bool:
        """Whether it takes in an event that the older tool has as unpaid."""
        return self.kind == "opening" and self.recorded.get("payment_cleared") != "True"

    def item(self) -> Item:
        """All but what is empty, as it is stored."""
        values = {**vars(self), "actor": self.actor.item(), "recorded": dict(self.recorded)}
        return {name: value for name, value in values.items() if value not in (None, "", {})}

    @classmethod
    def from_item(cls, item: Item) -> "Entry":
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
            reason=item.get("reason", ""),
            recorded=item.get("recorded", {}),
        )


def _cents(value: Decimal | None) -> int | None:
    return None if value is None else int(value)


def after(standing: Standing, entry: Entry) -> Standing:
    """The standing with one more entry. An event's standing is the fold of all its entries."""
    if entry.kind == "price":
        return replace(standing, price_cents=entry.cents).at(entry.at)
    if entry.reopens:
        standing = replace(standing, outright=False, final=False)
    paid = standing.paid_cents + (entry.cents or 0)
    received = entry.kind == "payment"
    return replace(
        standing,
        paid_cents=paid,
        outright=standing.outright or entry.outright,
        final=standing.final or (received and not entry.more_to_come),
        settled_at=standing.settled_at or entry.recorded.get("payment_cleared_at"),
    ).at(entry.at)
