"""What a person does with money: log a payment, name the price."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scc.audit import store as audit
from scc.audit.model import Item, Origin, iso
from scc.aws import Write, again_when_outdated, reading_what_came_of_it
from scc.context import Context
from scc.errors import ConditionFailed, KeyReused, Outdated, PaidMeanwhile
from scc.events import store as events
from scc.events.model import Event, Ref
from scc.ledger.model import Entry
from scc.payments import letters
from scc.payments.model import NewPayment, Price, price_lines
from scc.payments.writing import (
    Act,
    Before,
    Decision,
    LedgerAheadError,
    commit,
    last_in_words,
    new_id,
    next_number,
    perform,
    plan,
    what_was_logged,
)


@dataclass(frozen=True)
class Logged:
    """The event as it is now, and the payment's id; `repeated` where it had been logged before."""

    event: Event
    payment_id: str
    repeated: bool = False


def log_payment(
    ctx: Context,
    ref: Ref,
    payment: NewPayment,
    origin: Origin,
    just_read: Event | None = None,
    beside: Sequence[Write] = (),
) -> Logged:
    """Log a payment once, however often it is sent.

    `just_read`: the event, where the caller has it; it is read again only if it changed since.
    `beside`: what else belongs to the same transaction.
    Raises NotFound, KeyReused (the key was used for something else), PaidMeanwhile (the event's
    money is not what the payment's form showed) and Unconfirmed.
    """
    known = [just_read] if just_read else []

    def attempt() -> Logged:
        event = known.pop() if known else events.load(ctx, ref)
        try:
            return _log_payment(ctx, ref, event, payment, origin, beside)
        except LedgerAheadError as error:
            known.append(error.event)
            raise Outdated from error

    return again_when_outdated(attempt)


def _log_payment(
    ctx: Context,
    ref: Ref,
    event: Event,
    payment: NewPayment,
    origin: Origin,
    beside: Sequence[Write],
) -> Logged:
    if event.last_payment and payment.repeats(event.last_payment, ctx.now()):
        return _repeated(ctx, event, event.last_payment.id, origin)
    key = payment.key or new_id()
    if payment.seen not in (None, event.money_seen) and audit.used_key(ctx, key) is None:
        raise PaidMeanwhile(last_in_words(event))
    fingerprint = payment.fingerprint(ref)
    entries = _payment_entries(ctx, event, payment, key, origin)
    number = entries[0].number
    use_key = audit.use_key(
        ctx, key, fingerprint, event_id=event.slug, timestamp=event.timestamp, number=number
    )
    record = events.record(
        ctx, event.exact_ref, "payment.logged", origin, number=number, payment_id=key
    )
    planned = plan(
        ctx, event, entries, {"last_payment": last_payment(payment, entries[0]), **_method(payment)}
    )
    owed_cents = sum(entry.cents or 0 for entry in entries[1:])
    told = letters.of_a_payment(ctx, event, entries[0], planned.event.standing, owed_cents)
    try:
        return Logged(commit(ctx, planned, [use_key, record, *told, *beside]), key)
    except ConditionFailed as error:
        return _logged_before(ctx, key, fingerprint, error)


def _method(payment: NewPayment) -> Item:
    """The older tool's attribute, which its own clients read."""
    return {"payment_method": payment.method} if payment.method else {}


def _payment_entries(
    ctx: Context, event: Event, payment: NewPayment, key: str, origin: Origin
) -> list[Entry]:
    """The payment, and with it what is owed back of it."""
    cents, tip_cents, owed_cents = payment.split(event)
    entry = replace(
        payment_entry(ctx, payment, key, next_number(ctx, event), origin),
        cents=cents,
        tip_cents=tip_cents,
    )
    if not owed_cents:
        return [entry]
    owed = Entry(
        kind="refund",
        id=new_id(),
        number=entry.number + 1,
        at=entry.at,
        actor=origin.actor,
        cents=owed_cents,
        method=payment.method,
        payer=payment.payer,
        received_on=ctx.today().isoformat(),
        reason="Paid above the balance",
    )
    return [entry, owed]


def payment_entry(
    ctx: Context, payment: NewPayment, id_: str, number: int, origin: Origin
) -> Entry:
    """A payment as the ledger has it, all of its amount counting."""
    return Entry(
        kind="payment",
        id=id_,
        number=number,
        at=iso(ctx.now()),
        actor=origin.actor,
        cents=payment.cents,
        tip_cents=payment.tip_cents,
        method=payment.method,
        method_as_sent=payment.method_as_sent,
        payer=payment.payer,
        received_on=(payment.received_on or ctx.today()).isoformat(),
        reference=payment.reference,
        note=payment.note,
        more_to_come=payment.more_to_come,
        outright=payment.outright,
    )


def last_payment(payment: NewPayment, entry: Entry) -> Item:
    """What stands on the event, so that a repeat is seen without reading further."""
    return {
        "id": entry.id,
        "name": payment.payer,
        "amount_cents": payment.cents,
        "method": payment.method,
        "method_as_sent": payment.method_as_sent,
        "at": entry.at,
        "by": entry.actor.name,
        "tip_cents": payment.tip_cents,
    }


def _logged_before(ctx: Context, key: str, fingerprint: str, error: ConditionFailed) -> Logged:
    """What the failed transaction means: the key was used, or the event changed meanwhile."""
    if 0 not in error.failed:
        raise Outdated from error
    with reading_what_came_of_it():
        used = audit.used_key(ctx, key)
        if used is None:
            raise Outdated from error
        event = events.load(ctx, Ref(used["event_id"], int(used["timestamp"])))
        if used["fingerprint"] != fingerprint:
            raise KeyReused(what_was_logged(ctx, event, used)) from error
    return Logged(event, key, repeated=True)


def _repeated(ctx: Context, event: Event, payment_id: str, origin: Origin) -> Logged:
    record = events.record(ctx, event.exact_ref, "payment.retried", origin, payment_id=payment_id)
    ctx.db.transact([record])
    return Logged(event, payment_id, repeated=True)


def change_price(
    ctx: Context, ref: Ref, price: Price, key: str, seen: str, origin: Origin
) -> Event:
    """Name or change what the charter costs, line by line; no line: no price. An entry of its own.

    Where the price is just that already, nothing is written: a form sent again, say. Raises
    Invalid, NotFound, KeyReused, PaidMeanwhile (the event's money is not what the form showed)
    and Unconfirmed.
    """
    event = events.load(ctx, ref)
    if price_lines(event) == price.lines:
        return event

    def decide(before: Before) -> Decision:
        old_cents = before.event.price_cents
        entry = Entry(
            kind="price",
            id=key,
            number=before.number,
            at=iso(ctx.now()),
            actor=origin.actor,
            cents=price.cents,
            lines=price.lines,
            old_cents=old_cents,
            reason=price.reason,
        )
        return Decision([entry], {"old_cents": old_cents, "new_cents": price.cents})

    told: Item = {"lines": dict(price.lines), "reason": price.reason}
    act = Act("price.changed", event.exact_ref, key, told, seen)
    return perform(ctx, act, origin, decide).event
