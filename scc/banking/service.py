"""What a person does with received money: say that it is deposited, banked or bounced."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Final

from scc.audit.model import Origin, fingerprint, iso
from scc.aws import side_by_side
from scc.banking.model import BOUNCE, Known, Place, known, marking
from scc.context import Context
from scc.errors import Invalid, KeyReused, NotFound, Refused, SccError
from scc.events.model import Event, Ref, parse_ref
from scc.ledger.model import Entry
from scc.payments import letters
from scc.payments.model import in_words, price_lines
from scc.payments.writing import Act, Before, Decision, Done, new_id, perform

_AT_ONCE: Final = 90
"""Entries in one transaction: DynamoDB takes 100 writes, and the event, key and record are some."""


@dataclass(frozen=True)
class Marks:
    """What somebody saw at the bank, of several entries. `key`: of the form."""

    kind: str
    """`deposited` or `banked`."""
    places: Sequence[Place]
    seen_on: date
    key: str


@dataclass(frozen=True)
class Told:
    """What came of one entry: done (perhaps before), or why not."""

    place: Place
    what: str
    """In words: `$450 by check from Alice`."""
    problem: str = ""

    @property
    def done(self) -> bool:
        return not self.problem


def mark(ctx: Context, marks: Marks, origin: Origin) -> list[Told]:
    """Mark them, one transaction an event; says of each what came of it.

    Safe to send again: what is marked so already counts as done.
    """
    places = sorted(set(marks.places))
    by_event = [list(same) for _, same in groupby(places, key=lambda place: place.ref)]
    told = side_by_side(lambda these: _mark_event(ctx, marks, these, origin), by_event)
    return [one for these in told for one in these]


def _mark_event(ctx: Context, marks: Marks, places: list[Place], origin: Origin) -> list[Told]:
    lots = [places[first : first + _AT_ONCE] for first in range(0, len(places), _AT_ONCE)]
    return [one for lot in lots for one in _mark_lot(ctx, marks, lot, origin)]


def _mark_lot(ctx: Context, marks: Marks, places: list[Place], origin: Origin) -> list[Told]:
    ref = parse_ref(places[0].ref)
    numbers = [place.number for place in places]
    wish = {"kind": marks.kind, "of": numbers, "seen_on": marks.seen_on.isoformat()}
    key = f"{marks.key}-{fingerprint({'event': str(ref), **wish})[:16]}"
    marking_ = _Marking(ctx, marks, places, origin)
    try:
        perform(ctx, Act(f"payments.{marks.kind}", ref, key, wish), origin, marking_.decide)
    except (_NothingToMark, KeyReused):
        pass
    except SccError as error:
        return [Told(place, marking_.words.get(place, place.ref), str(error)) for place in places]
    return marking_.told


class _NothingToMark(Refused):
    """Every one of them is marked already, or can't be."""


@dataclass
class _Marking:
    """One event's part. What it tells is of the last time that it was asked to decide."""

    ctx: Context
    marks: Marks
    places: list[Place]
    origin: Origin
    told: list[Told] = field(default_factory=list)
    words: dict[Place, str] = field(default_factory=dict)

    def decide(self, before: Before) -> Decision:
        """Raises Refused where there is nothing to write."""
        self.told = []
        entries: list[Entry] = []
        for place in self.places:
            found = known(before.entries, place.number)
            if found is None:
                self.told.append(Told(place, place.ref, "it has no such entry"))
            elif self._may(place, before.event, found):
                number = before.number + len(entries)
                entries.append(_marked(self.ctx, self.marks, found.entry, number, self.origin))
        if not entries:
            raise _NothingToMark("There was nothing to mark.")
        return Decision(entries, {"of": [entry.of for entry in entries]})

    def _may(self, place: Place, event: Event, found: Known) -> bool:
        entry = found.entry
        payer = entry.payer or event.patron_name or event.slug
        self.words[place] = in_words((entry.cents or 0) + entry.tip_cents, entry.method, payer)
        may, already = self.marks.kind in found.allows, found.is_marked(self.marks.kind)
        why = "" if may or already else f"it {found.why_not(self.marks.kind)}"
        self.told.append(Told(place, self.words[place], why))
        return may


def _marked(ctx: Context, marks: Marks, entry: Entry, number: int, origin: Origin) -> Entry:
    said = marking(entry, marks.kind, number, marks.seen_on)
    return Entry(id=new_id(), at=iso(ctx.now()), actor=origin.actor, **said)


@dataclass(frozen=True)
class Bounce:
    """Money that the bank gave back. `fee_cents`: added to what the event costs."""

    number: int
    seen_on: date
    reason: str
    fee_cents: int
    key: str
    seen: str


def bounce(ctx: Context, ref: Ref, told: Bounce, origin: Origin) -> Done:
    """The payment no longer counts; the balance is open again.

    Raises NotFound, Invalid (a fee without a price to add it to), Refused, KeyReused,
    PaidMeanwhile and Unconfirmed.
    """

    def decide(before: Before) -> Decision:
        found = known(before.entries, told.number)
        if found is None:
            raise NotFound("There is no such entry.")
        if BOUNCE not in found.allows:
            raise Refused(f"This payment {found.why_not(BOUNCE)}.")
        said = marking(found.entry, BOUNCE, before.number, told.seen_on, told.reason)
        at = iso(ctx.now())
        entries = [Entry(id=told.key, at=at, actor=origin.actor, **said)]
        if told.fee_cents:
            entries.append(_fee(before, told, at, origin))
        letter = letters.of_a_void(
            ctx, before.event, [found.entry], "returned", told.key, origin.actor.name
        )
        record = {"of": [told.number], "fee_cents": told.fee_cents}
        return Decision(entries, record, beside=letter)

    wish = {
        "of": told.number,
        "seen_on": told.seen_on.isoformat(),
        "reason": told.reason,
        "fee_cents": told.fee_cents,
    }
    return perform(ctx, Act("payments.bounced", ref, told.key, wish, told.seen), origin, decide)


def _fee(before: Before, told: Bounce, at: str, origin: Origin) -> Entry:
    """What the bank charged, as a line of the price."""
    old_cents = before.event.price_cents
    if old_cents is None:
        raise Invalid({"fee": "This event has no price to add it to. Name its price first."})
    lines = dict(price_lines(before.event))
    lines["fee"] = lines.get("fee", 0) + told.fee_cents
    return Entry(
        kind="price",
        id=new_id(),
        number=before.number + 1,
        at=at,
        actor=origin.actor,
        cents=sum(lines.values()),
        lines=lines,
        old_cents=old_cents,
        reason="The bank’s fee for the payment that bounced",
    )
