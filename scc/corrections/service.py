"""What a person corrects: void, undo, move to another event, give money back."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date

from scc.audit.model import Item, Origin, iso
from scc.aws import Write
from scc.context import Context
from scc.corrections.model import (
    Refund,
    check_movable,
    check_unsent,
    check_voidable,
    entry_numbered,
    lowered,
    state_of,
    void_of,
)
from scc.errors import Invalid, Refused
from scc.events import store as events
from scc.events.model import Event, Ref
from scc.ledger import store as ledger
from scc.ledger.model import Entry, Standing, fold, reading
from scc.mail import store
from scc.parse import money
from scc.payments import letters
from scc.payments.model import NewPayment, price_lines
from scc.payments.service import last_payment, payment_entry
from scc.payments.writing import (
    Act,
    Before,
    Decision,
    Done,
    LedgerAheadError,
    next_number,
    perform,
    plan,
)


@dataclass(frozen=True)
class Once:
    """The form's key, and the event's `money_seen` as its reader saw it."""

    key: str
    seen: str | None = None


def void(
    ctx: Context,
    ref: Ref,
    number: int,
    reason: str,
    anew: NewPayment | None,
    once: Once,
    origin: Origin,
) -> Done:
    """Void an entry, and log a payment anew in the same step if that is wished.

    Raises NotFound, Refused, KeyReused, PaidMeanwhile and Unconfirmed.
    """

    def decide(before: Before) -> Decision:
        entry = entry_numbered(before.entries, number)
        entries = [_void(ctx, before, entry, before.number, reason, once.key, origin)]
        set_: Item = {}
        if anew:
            payment = payment_entry(ctx, anew, f"{once.key}-anew", before.number + 1, origin)
            entries.append(payment)
            set_ = {"last_payment": last_payment(anew, payment)}
        _check_refunds(before, entry, entries)
        record = {"of": number, "reason": reason}
        gone = () if anew else last_payment_gone(before.event, [entry])
        standing = fold([*before.entries, *entries])
        told = letters.of_a_void(
            ctx,
            before.event,
            [entry],
            "mistake",
            once.key,
            origin.actor.name,
            (entries[-1], standing) if anew else None,
        )
        return Decision(entries, record, set_, gone, told)

    told: Item = {"number": number, "reason": reason}
    if anew:
        told["anew"] = anew.fingerprint(ref)
    return perform(ctx, Act("entry.voided", ref, once.key, told, once.seen), origin, decide)


def undo(ctx: Context, ref: Ref, number: int, origin: Origin) -> Done:
    """Void a payment that was just logged, and what was owed back of it. Twice is once."""
    event = events.load(ctx, ref)
    entry = entry_numbered(ledger.entries(ctx, event.ledger), number)
    if entry.kind != "payment":
        raise Refused("Only a payment is undone here. Void it in the event's story.")
    reason = "Undone at once"
    key = f"undo-{hashlib.sha256(entry.id.encode()).hexdigest()[:40]}"

    def decide(before: Before) -> Decision:
        voided = [e for e in before.entries if _same_act(e, entry)]
        entries = [
            _void(ctx, before, e, before.number + n, reason, f"{key}-{n}", origin)
            for n, e in enumerate(voided)
        ]
        _check_refunds(before, entry, entries)
        record = {"of": number, "reason": reason}
        told = letters.of_a_void(ctx, before.event, voided, "mistake", key, origin.actor.name)
        return Decision(
            entries, record, remove=last_payment_gone(before.event, voided), beside=told
        )

    told: Item = {"number": number}
    act = Act("entry.voided", event.exact_ref, key, told)
    return perform(ctx, act, origin, decide)


def _same_act(entry: Entry, payment: Entry) -> bool:
    beside = entry.kind == "refund" and entry.number == payment.number + 1
    same = (entry.at, entry.actor) == (payment.at, payment.actor)
    return entry.number == payment.number or (beside and same)


def _void(
    ctx: Context,
    before: Before,
    entry: Entry,
    number: int,
    reason: str,
    id_: str,
    origin: Origin,
) -> Entry:
    check_voidable(entry, before.entries)
    return void_of(entry, before.entries, number, reason, id_, iso(ctx.now()), origin.actor)


def _check_refunds(before: Before, entry: Entry, entries: list[Entry]) -> None:
    """Money that was given back can't turn out never to have come, but by a bounce."""
    if not entry.is_money_in:
        return
    left = fold([*before.entries, *entries]).refundable_cents
    if left < 0 and left < fold(before.entries).refundable_cents:
        raise Refused(
            f"{money(-left)} of it is given back, or to be. Void that refund first, if it is "
            "wrong as well."
        )


def last_payment_gone(event: Event, voided: list[Entry]) -> tuple[str, ...]:
    """What is to be removed from an event whose last payment is among these."""
    last = event.last_payment
    return ("last_payment",) if last and last.id in {entry.id for entry in voided} else ()


def move(
    ctx: Context, ref: Ref, number: int, target: Ref, reason: str, once: Once, origin: Origin
) -> Done:
    """Move money that was logged for the wrong event: a pair of entries, one transaction.

    Raises NotFound, Invalid, Refused, KeyReused, PaidMeanwhile and Unconfirmed.
    """

    def decide(before: Before) -> Decision:
        entry = entry_numbered(before.entries, number)
        check_movable(entry, before.entries)
        other, entries = _with_entries(ctx, target)
        if other.key == before.event.key:
            raise Invalid({"event": "It is logged for that event already."})
        moved = replace(
            entry,
            kind="moved_out",
            id=once.key,
            number=before.number,
            at=iso(ctx.now()),
            actor=origin.actor,
            note="",
            reason=reason,
            of=entry.number,
            other=str(other.exact_ref),
            outright=False,
            more_to_come=False,
            recorded={},
            state="",
        )
        taken = replace(
            moved,
            kind="moved_in",
            id=f"{once.key}-in",
            number=next_number(ctx, other),
            of=0,
            other=str(before.event.exact_ref),
            state=state_of(entry, reading(before.entries)),
        )
        _check_refunds(before, entry, [moved])
        record = events.record(
            ctx,
            other.exact_ref,
            "payment.taken_over",
            origin,
            number=taken.number,
            other=str(before.event.exact_ref),
        )
        planned = plan(ctx, other, [taken], earlier=entries)
        told = _told_of_a_move(ctx, before.event, entry, planned.event, taken, once.key)
        beside: list[Write] = [record, *planned.writes, *told]
        gone = last_payment_gone(before.event, [entry])
        fields: Item = {"of": number, "other": str(other.exact_ref)}
        return Decision([moved], fields, remove=gone, beside=beside)

    told: Item = {"number": number, "target": str(target), "reason": reason}
    return perform(ctx, Act("payment.moved", ref, once.key, told, once.seen), origin, decide)


def _told_of_a_move(
    ctx: Context, event: Event, entry: Entry, other: Event, taken: Entry, key: str
) -> list[Write]:
    """Nobody, where both sails are the same patron's: their receipt says what we have."""
    if event.patron_email == other.patron_email:
        return []
    told = letters.of_a_void(ctx, event, [entry], "other_sail", key, taken.actor.name)
    right = letters.receipt(ctx, other, taken, other.standing)
    return [*told, *store.queued(ctx, right)]


def _with_entries(ctx: Context, ref: Ref) -> tuple[Event, list[Entry]]:
    event = events.load(ctx, ref)
    entries = ledger.entries(ctx, event.ledger)
    if len(entries) > event.entries:
        event = LedgerAheadError(event, entries).event
    return event, entries


def refund(ctx: Context, ref: Ref, wanted: Refund, once: Once, origin: Origin) -> Done:
    """Give money back: owed, or sent already; never more than the event has received.

    Raises NotFound, Invalid, KeyReused, PaidMeanwhile and Unconfirmed.
    """

    def decide(before: Before) -> Decision:
        standing = fold(before.entries)
        if wanted.cents > standing.refundable_cents:
            most = money(max(0, standing.refundable_cents))
            raise Invalid({"amount": f"At most {most} can be given back: that is what came in."})
        entries = refund_entries(ctx, wanted, once.key, before.number, origin)
        if wanted.price_too and standing.price_cents is not None:
            number = before.number + len(entries)
            entries.append(_lower_price(ctx, before.event, standing, wanted, number, origin))
        told = letters.of_a_refund(
            ctx,
            before.event,
            wanted.cents,
            wanted.method,
            wanted.sent,
            once.key,
            origin.actor.name,
        )
        record: Item = {"cents": wanted.cents, "sent": wanted.sent}
        return Decision(entries, record, beside=told)

    told: Item = {**vars(wanted), "on": wanted.on.isoformat()}
    return perform(ctx, Act("refund.logged", ref, once.key, told, once.seen), origin, decide)


def refund_entries(
    ctx: Context, wanted: Refund, id_: str, number: int, origin: Origin
) -> list[Entry]:
    """The refund's entry, and the one that says it was sent."""
    owed = Entry(
        kind="refund",
        id=id_,
        number=number,
        at=iso(ctx.now()),
        actor=origin.actor,
        cents=wanted.cents,
        method=wanted.method,
        payer=wanted.payer,
        received_on=wanted.on.isoformat(),
        reference=wanted.reference,
        reason=wanted.reason,
    )
    if not wanted.sent:
        return [owed]
    return [owed, replace(owed, kind="sent", id=f"{id_}-sent", number=number + 1, of=number)]


def _lower_price(
    ctx: Context, event: Event, standing: Standing, wanted: Refund, number: int, origin: Origin
) -> Entry:
    lines = lowered(price_lines(event), wanted.cents)
    return Entry(
        kind="price",
        id=f"price-{number}",
        number=number,
        at=iso(ctx.now()),
        actor=origin.actor,
        cents=sum(lines.values()),
        lines=lines,
        old_cents=standing.price_cents,
        reason=wanted.reason,
    )


def mark_sent(
    ctx: Context,
    ref: Ref,
    number: int,
    on: date,
    method: str,
    reference: str,
    once: Once,
    origin: Origin,
) -> Done:
    """Say that a refund has gone out.

    Raises NotFound, Refused, KeyReused, PaidMeanwhile and Unconfirmed.
    """

    def decide(before: Before) -> Decision:
        entry = entry_numbered(before.entries, number)
        check_unsent(entry, before.entries)
        sent = replace(
            entry,
            kind="sent",
            id=once.key,
            number=before.number,
            at=iso(ctx.now()),
            actor=origin.actor,
            method=method,
            reference=reference,
            received_on=on.isoformat(),
            reason="",
            of=number,
        )
        return Decision([sent], {"of": number})

    told: Item = {"number": number, "on": on.isoformat(), "method": method, "reference": reference}
    return perform(ctx, Act("refund.sent", ref, once.key, told, once.seen), origin, decide)
