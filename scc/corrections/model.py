"""What can be corrected, and what a correction is. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from scc.audit.model import Actor
from scc.errors import NotFound, Refused
from scc.ledger.methods import RECEIVED, method_named
from scc.ledger.model import Entry, Reading, reading
from scc.payments.model import in_words

VOIDABLE: Final = frozenset(
    {"payment", "moved_in", "opening", "refund", "hold", "deposited", "banked", "bounced", "sent"}
)
_INSTEAD: Final = {
    "price": "A price is not voided: change it, and say why.",
    "void": "A void stays. Log anew what was right.",
    "moved_out": "It was moved. Move it back from the other event.",
}


@dataclass(frozen=True)
class Refund:
    """Money that an event gives back, in cents. SCC moves none: it says what to send to whom."""

    cents: int
    method: str
    payer: str
    on: date
    """The boat's day: decided, or sent."""
    reason: str
    reference: str = ""
    sent: bool = False
    price_too: bool = False
    """Whether the price comes down by as much."""


def entry_numbered(entries: Sequence[Entry], number: int) -> Entry:
    """NotFound where there is none."""
    for entry in entries:
        if entry.number == number:
            return entry
    raise NotFound("There is no such entry.")


def check_voidable(entry: Entry, entries: Sequence[Entry]) -> None:
    """Refused, with what to do instead, where the entry can't be voided as things stand."""
    if entry.kind not in VOIDABLE:
        raise Refused(_INSTEAD[entry.kind])
    _check_not_voided(entry, entries)
    _check_here(entry, reading(entries))


def check_movable(entry: Entry, entries: Sequence[Entry]) -> None:
    """Refused where the entry is no money, or none that is still here."""
    if not entry.is_money_in:
        raise Refused("Only money that came in can be moved.")
    if entry.cents is None:
        raise Refused("Its amount is not known. Void it, and log it anew for the other event.")
    _check_not_voided(entry, entries)
    _check_here(entry, reading(entries))


def check_unsent(entry: Entry, entries: Sequence[Entry]) -> None:
    """Refused where it is no refund that is still owed."""
    if entry.kind != "refund":
        raise Refused("Only a refund is sent.")
    _check_not_voided(entry, entries)
    if mark := reading(entries).marks.get(entry.number):
        raise Refused(f"It was sent already: {mark.actor.name} said so in no. {mark.number}.")


def _check_not_voided(entry: Entry, entries: Sequence[Entry]) -> None:
    for other in entries:
        if other.kind == "void" and other.of == entry.number:
            raise Refused(f"It was voided already, by {other.actor.name} in no. {other.number}.")


def _check_here(entry: Entry, read: Reading) -> None:
    mark = read.marks.get(entry.number)
    if mark and mark.kind == "moved_out":
        raise Refused(f"It was moved to {mark.other}. Correct it there.")
    if mark and mark.kind == "bounced":
        raise Refused("It bounced, so it counts no more. Void the bounce if that was a mistake.")


def was(entry: Entry, read: Reading) -> str:
    """What a void of it takes back: `sent` for a refund that had gone out."""
    return "sent" if entry.kind == "refund" and entry.number in read.marks else entry.kind


def state_of(entry: Entry, read: Reading) -> str:
    """How far the money of a payment has come: `received`, `deposited`, `banked`, or nothing."""
    if not method_named(entry.method).is_checked:
        return ""
    mark = read.marks.get(entry.number)
    return mark.kind if mark else entry.state or RECEIVED


_NAMES: Final = {"payment": "Payment", "moved_in": "Payment", "opening": "Recorded before"}


def void_of(
    entry: Entry,
    entries: Sequence[Entry],
    number: int,
    reason: str,
    id_: str,
    at: str,
    actor: Actor,
) -> Entry:
    """What voids an entry: it says again what that was. `check_voidable` says whether it may."""
    return Entry(
        kind="void",
        id=id_,
        number=number,
        at=at,
        actor=actor,
        cents=entry.cents,
        tip_cents=entry.tip_cents,
        method=entry.method,
        payer=entry.payer,
        received_on=entry.received_on,
        reference=entry.reference,
        reason=reason,
        of=entry.number,
        was=was(entry, reading(entries)),
    )


def booked_entries(entries: Sequence[Entry]) -> list[Entry]:
    """What is logged as taken by a booking system and still counts."""
    counts = reading(entries).counts
    return [one for one in entries if one.is_money_in and one.method == "booking" and counts(one)]


def in_brief(entry: Entry) -> str:
    """`Payment, $450 by Zelle from Alice`."""
    name = _NAMES.get(entry.kind, entry.kind.replace("_", " ").capitalize())
    if entry.cents is None:
        return name
    way = (
        "to" if "refund" in (entry.kind, entry.was) or "sent" in (entry.kind, entry.was) else "from"
    )
    by = in_words(entry.cents, entry.method, entry.payer, entry.tip_cents, way)
    return f"{name}, {by if entry.payer else by.removesuffix(f' {way} ')}"


def left_by_payer(entries: Iterable[Entry], patron: str) -> dict[str, int]:
    """Cents of each payer's money that the event still has and can give back, none left out.

    Who paid without a name is the patron. What was given back to somebody who had not paid as much
    comes off whoever else did, the last one first.
    """
    entries = list(entries)
    read = reading(entries)
    left: dict[str, int] = {}
    for entry in filter(read.counts, entries):
        sign = -1 if entry.kind == "refund" else 1
        if entry.kind == "refund" or (entry.is_money_in and method_named(entry.method).ours):
            payer = entry.payer or patron
            left[payer] = left.get(payer, 0) + sign * (entry.cents or 0)
    too_much = -sum(cents for cents in left.values() if cents < 0)
    for payer in reversed([payer for payer, cents in left.items() if cents > 0]):
        taken = min(too_much, left[payer])
        left[payer] -= taken
        too_much -= taken
    return {payer: cents for payer, cents in left.items() if cents > 0}


def lowered(lines: Mapping[str, int], cents: int) -> dict[str, int]:
    """A price's lines, taken down by `cents` as a discount, to 0 at the lowest."""
    rest = max(0, sum(lines.values()) - cents)
    others = sum(cents for name, cents in lines.items() if name != "discount")
    wanted = {**lines, "discount": rest - others}
    return {name: cents for name, cents in wanted.items() if cents} or {"charter": 0}
