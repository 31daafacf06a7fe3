"""How a sail ended, and what becomes of its money: one act."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from scc.audit.model import Item, Origin, iso
from scc.aws import Write
from scc.context import Context
from scc.corrections.model import Refund, booked_entries, left_by_payer, void_of
from scc.corrections.service import Once, last_payment_gone, refund_entries
from scc.events.letters import is_to_come, off, sail
from scc.events.model import Event, Ref
from scc.ledger.methods import method_named
from scc.ledger.model import HOLD, KEEP, Entry, fold, reading
from scc.mail import letters, store
from scc.parse import money
from scc.payments.letters import of_a_refund
from scc.payments.writing import Act, Before, Decision, Done, perform

GIVE_BACK: Final = "give_back"
MOVE: Final = "move"

THERE: Final = "there"
"""What the booking system took went back from there."""

MONEY: Final[Mapping[str, str]] = {
    GIVE_BACK: "Give it back",
    KEEP: "Keep it as a fee",
    MOVE: "Move it to another sail",
    HOLD: "Hold it for another day",
    THERE: "The booking system has given it back",
}
"""What can become of the money of a sail that did not take place."""

_CANCELLATIONS: Final = frozenset({"weather", "boat", "crew", "patron"})


def end_event(
    ctx: Context, ref: Ref, ended: str, answer: str, reason: str, once: Once, origin: Origin
) -> Done:
    """Say how a sail ended (one of ENDINGS) and what becomes of its money (one of MONEY, or
    nothing). A move is made afterwards, entry by entry.

    Raises NotFound, KeyReused, PaidMeanwhile and Unconfirmed.
    """

    def decide(before: Before) -> Decision:
        set_, remove = _attributes(ctx, before.event, ended, reason)
        entries = _money_entries(ctx, before, answer, reason or ended, once.key, origin)
        if answer == THERE:
            remove = (*remove, *last_payment_gone(before.event, booked_entries(before.entries)))
        record = {"ended": ended, "answer": answer, "reason": reason}
        told = _letters(ctx, before, entries, ended, answer, once.key, origin)
        return Decision(entries, record, set_, remove, told)

    told: Item = {"ended": ended, "answer": answer, "reason": reason}
    return perform(ctx, Act("event.ended", ref, once.key, told, once.seen), origin, decide)


def _letters(
    ctx: Context,
    before: Before,
    entries: list[Entry],
    ended: str,
    answer: str,
    key: str,
    origin: Origin,
) -> list[Write]:
    """The patron learns that a sail to come is off, and what becomes of their money.

    Where they know that it is off already, only that money goes back: theirs, of what several
    paid for a shared sail.
    """
    event, by = before.event, origin.actor.name
    newly = ended in _CANCELLATIONS and not event.cancelled
    if newly and is_to_come(ctx, event):
        cents = fold(before.entries).refundable_cents
        amount = money(cents) if cents > 0 else ""
        letter = letters.cancelled(sail(ctx, event), ended, answer, amount, key, by)
        return [*off(ctx, event), *store.queued(ctx, letter)]
    refunds = [entry for entry in entries if entry.kind == "refund"]
    theirs = [entry for entry in refunds if len(refunds) == 1 or entry.payer == event.patron_name]
    if not theirs:
        return []
    return of_a_refund(ctx, event, theirs[0].cents or 0, theirs[0].method, False, key, by)


def _attributes(
    ctx: Context, event: Event, ended: str, reason: str
) -> tuple[Item, tuple[str, ...]]:
    if ended not in _CANCELLATIONS:
        return {"ended": ended}, ("cancelled_at", "cancelled_reason")
    cancelled_at = event.cancelled_at or iso(ctx.now())
    return {"ended": ended, "cancelled_at": cancelled_at, "cancelled_reason": reason}, ()


def _money_entries(
    ctx: Context, before: Before, answer: str, reason: str, key: str, origin: Origin
) -> list[Entry]:
    standing = fold(before.entries)
    entry = Entry(answer, key, before.number, iso(ctx.now()), origin.actor, reason=reason)
    if answer == GIVE_BACK:
        return [
            owed
            for place, wanted in enumerate(_refunds(ctx, before, reason))
            for owed in refund_entries(
                ctx, wanted, f"{key}-{place}" if place else key, before.number + place, origin
            )
        ]
    if answer == THERE:
        return _given_back_there(ctx, before, key, origin)
    if answer == KEEP and standing.answer != KEEP:
        cents = standing.paid_cents
        lines = {"fee": cents}
        return [
            replace(
                entry,
                kind="price",
                cents=cents,
                lines=lines,
                old_cents=standing.price_cents,
                answer=KEEP,
            )
        ]
    if answer == HOLD and standing.answer != HOLD:
        return [replace(entry, kind="hold", cents=standing.refundable_cents)]
    return []


def _given_back_there(ctx: Context, before: Before, key: str, origin: Origin) -> list[Entry]:
    """What the booking system took counts no more. It is no refund: SCC never had that money."""
    booked = booked_entries(before.entries)
    reason, at = "Given back by the booking system", iso(ctx.now())
    return [
        void_of(entry, before.entries, before.number + n, reason, f"{key}-{n}", at, origin.actor)
        for n, entry in enumerate(booked)
    ]


def _refunds(ctx: Context, before: Before, reason: str) -> list[Refund]:
    """All that came in, to each who paid, the way the last of theirs came."""
    read = reading(before.entries)
    patron = before.event.patron_name
    received = [e for e in before.entries if e.is_money_in and read.counts(e)]
    ways = {e.payer or patron: e.method for e in received if method_named(e.method).ours}
    return [
        Refund(cents, ways.get(payer) or "check", payer, ctx.today(), reason)
        for payer, cents in left_by_payer(before.entries, patron).items()
    ]
