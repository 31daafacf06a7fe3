"""What a person does with money: log a payment, name the price."""

import secrets
from dataclasses import dataclass, replace
from functools import reduce

from scc.audit import store as audit
from scc.audit.model import Item, Origin, iso
from scc.aws import Write, again_when_outdated, reading_what_came_of_it
from scc.context import Context
from scc.errors import ConditionFailed, KeyReused, Outdated, PaidMeanwhile
from scc.events import store as events
from scc.events.model import Event, Ref
from scc.ledger import store as ledger
from scc.ledger.model import Entry, Standing, after
from scc.payments.model import NewPayment, in_words, money_attributes, opening


@dataclass(frozen=True)
class Logged:
    """The event as it is now, and the payment's id; `repeated` where it had been logged before."""

    event: Event
    payment_id: str
    repeated: bool = False


def log_payment(
    ctx: Context, ref: Ref, payment: NewPayment, origin: Origin, just_read: Event | None = None
) -> Logged:
    """Log a payment once, however often it is sent.

    `just_read`: the event, where the caller has it; it is read again only if it changed since.
    Raises NotFound, KeyReused (the key was used for something else), PaidMeanwhile (the event's
    money is not what the payment's form showed) and Unconfirmed.
    """
    known = [just_read] if just_read else []

    def attempt() -> Logged:
        event = known.pop() if known else events.load(ctx, ref)
        try:
            return _log_payment(ctx, ref, event, payment, origin)
        except _LedgerAheadError as error:
            known.append(error.event)
            raise Outdated from error

    return again_when_outdated(attempt)


def _log_payment(
    ctx: Context, ref: Ref, event: Event, payment: NewPayment, origin: Origin
) -> Logged:
    if event.last_payment and payment.repeats(event.last_payment, ctx.now()):
        return _repeated(ctx, event, event.last_payment.id, origin)
    key = payment.key or secrets.token_hex(16)
    if payment.seen not in (None, event.money_seen) and audit.used_key(ctx, key) is None:
        raise PaidMeanwhile(_last_in_words(event))
    fingerprint = payment.fingerprint(ref)
    entry = _payment_entry(ctx, event, payment, key, origin)
    use_key = audit.use_key(
        ctx, key, fingerprint, event_id=event.slug, timestamp=event.timestamp, number=entry.number
    )
    record = events.record(
        ctx, event.exact_ref, "payment.logged", origin, number=entry.number, payment_id=key
    )
    last: Item = {
        "id": key,
        "name": payment.payer,
        "amount_cents": payment.cents,
        "method": payment.method,
        "method_as_sent": payment.method_as_sent,
        "at": entry.at,
    }
    try:
        changed = _write_entry(
            ctx, event, entry, {"last_payment": last, **_method(payment)}, [use_key, record]
        )
    except ConditionFailed as error:
        return _logged_before(ctx, key, fingerprint, error)
    return Logged(changed, key)


def _last_in_words(event: Event) -> str:
    last = event.last_payment
    return in_words(last.cents, last.method, last.payer) if last else "something"


def _method(payment: NewPayment) -> Item:
    """The older tool's attribute, which its own clients read."""
    return {"payment_method": payment.method} if payment.method else {}


def _payment_entry(
    ctx: Context, event: Event, payment: NewPayment, key: str, origin: Origin
) -> Entry:
    return Entry(
        kind="payment",
        id=key,
        number=_next_number(ctx, event),
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


def _opening(ctx: Context, event: Event) -> Entry | None:
    return opening(event, iso(ctx.now()), event.entries + 1, f"opening-{event.entries + 1}")


def _next_number(ctx: Context, event: Event) -> int:
    return event.entries + (2 if _opening(ctx, event) else 1)


class _LedgerAheadError(Exception):
    """The ledger has entries that the event does not count: it was put anew, or restored.

    `event` counts them, so that what it lacks or has beside them is taken in as ever.
    """

    def __init__(self, event: Event, entries: list[Entry]) -> None:
        standing = reduce(after, entries, Standing())
        self.event = replace(event, entries=entries[-1].number, standing=standing)
        super().__init__(f"the ledger has {len(entries)} entries")


def _write_entry(
    ctx: Context, event: Event, entry: Entry, attributes: Item, beside: list[Write]
) -> Event:
    """One transaction: what stood on the event before, the entry, the event and `beside`.

    ConditionFailed counts the positions in `beside` first.
    """
    standing = event.standing
    before = _opening(ctx, event)
    new_entries = [before, entry] if before else [entry]
    for one in new_entries:
        standing = after(standing, one)
    set_, remove = money_attributes(event, standing)
    change = events.change(ctx, event, {**attributes, **set_, "entries": entry.number}, remove)
    puts = [ledger.put(ctx, event.ledger, one) for one in new_entries]
    try:
        ctx.db.transact([*beside, *puts, change])
    except ConditionFailed as error:
        if error.failed <= {len(beside) + position for position in range(len(puts))}:
            with reading_what_came_of_it():
                raise _LedgerAheadError(event, ledger.entries(ctx, event.ledger)) from error
        raise
    return events.as_changed(ctx, event, change)


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
            raise KeyReused(_what_was_logged(ctx, event, used)) from error
    return Logged(event, key, repeated=True)


def _what_was_logged(ctx: Context, event: Event, used: Item) -> str:
    for entry in ledger.entries(ctx, event.ledger):
        if entry.number == used.get("number"):
            return f"{in_words(entry.cents or 0, entry.method, entry.payer)}, for {event.slug}."
    return f"for {event.slug}."


def _repeated(ctx: Context, event: Event, payment_id: str, origin: Origin) -> Logged:
    record = events.record(ctx, event.exact_ref, "payment.retried", origin, payment_id=payment_id)
    ctx.db.transact([record])
    return Logged(event, payment_id, repeated=True)


def change_price(
    ctx: Context, ref: Ref, cents: int | None, reason: str, origin: Origin, version: int
) -> Event:
    """Name or change what the charter costs; None: no price. An entry of its own.

    Where the price is just that already, nothing is written: a form sent again, say. Raises
    Outdated where the event is no longer at `version`, NotFound and Unconfirmed.
    """
    event = events.load(ctx, ref)
    if event.price_cents == cents:
        return event
    if event.version != version:
        raise Outdated
    try:
        return _change_price(ctx, event, cents, reason, origin)
    except _LedgerAheadError as error:
        return _change_price(ctx, error.event, cents, reason, origin)


def _change_price(
    ctx: Context, event: Event, cents: int | None, reason: str, origin: Origin
) -> Event:
    entry = Entry(
        kind="price",
        id=secrets.token_hex(16),
        number=_next_number(ctx, event),
        at=iso(ctx.now()),
        actor=origin.actor,
        cents=cents,
        old_cents=event.price_cents,
        reason=reason,
    )
    record = events.record(
        ctx,
        event.exact_ref,
        "price.changed",
        origin,
        number=entry.number,
        old_cents=event.price_cents,
        new_cents=cents,
    )
    try:
        return _write_entry(ctx, event, entry, {}, [record])
    except ConditionFailed as error:
        raise Outdated from error
