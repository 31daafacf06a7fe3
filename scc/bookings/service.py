"""What a booking system says becomes an event, or a question on one."""

import contextlib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from scc.audit import store as audit
from scc.audit.model import Item, Origin, fingerprint, iso
from scc.aws import Write, again_when_outdated, reading_what_came_of_it
from scc.bookings import store
from scc.bookings.model import (
    TWICE,
    Booking,
    Verdict,
    asked,
    booked_cents,
    cancelled_at,
    first_name_of,
    here,
    judge,
    said_before,
)
from scc.company.model import Company
from scc.context import Context
from scc.corrections.model import booked_entries, void_of
from scc.corrections.service import last_payment_gone
from scc.errors import ConditionFailed, KeyReused, Outdated, Refused
from scc.events import boats, letters
from scc.events import store as events
from scc.events.model import PERIODS, Event, Ref
from scc.events.service import Details, starting, time_attributes, try_to_create
from scc.events.sources import Source, site_name, source_of
from scc.ledger import store as ledger
from scc.ledger.model import Entry, after
from scc.payments.model import NewPayment, money_attributes
from scc.payments.service import last_payment, payment_entry
from scc.payments.writing import LedgerAheadError, commit, new_id, next_number, plan

CREATED: Final = "created"
CHANGED: Final = "changed"
ASKED: Final = "asked"
SAME: Final = "same"
OFF: Final = "off"
"""Cancelled there before it was ever here."""


@dataclass(frozen=True)
class Taken:
    """What a booking did. `verdict`: of one that was here."""

    what: str
    event: Event | None = None
    verdict: Verdict | None = None


def take_in(ctx: Context, booking: Booking, origin: Origin, known: Event | None = None) -> Taken:
    """Create the booking's event or change it; twice is once, at once too.

    `known`: its event, where the caller has just read it. What somebody here set by hand stays,
    and becomes a question. Raises Invalid, Refused and Unconfirmed.
    """
    read = [known] if known else []

    def attempt() -> Taken:
        event = read.pop() if read else store.event_of(ctx, booking.source)
        return _update(ctx, booking, event, origin) if event else _create(ctx, booking, origin)

    return again_when_outdated(attempt)


def refuse_unfit(ctx: Context, company: Company, booking: Booking, event: Event | None) -> None:
    """Unfit where `take_in` would refuse it: a party above its boat's limit."""
    if event is None and not booking.cancelled:
        details = boats.with_the_only(company, _details(ctx, booking))
        boats.refuse_unfit(ctx, company, details)
    elif event and "guests" in (take := judge(booking, event, ctx.settings.timezone).take):
        after = Event.from_item({**event.item, "guests": take["guests"]}, ctx.settings.timezone)
        boats.refuse_above(company, event, after)


def outcome(verdict: Verdict) -> str:
    if verdict.ask:
        return ASKED
    return CHANGED if verdict.take else SAME


# Creating


def _create(ctx: Context, booking: Booking, origin: Origin) -> Taken:
    if booking.cancelled:
        return Taken(OFF)
    source, key = booking.source, _creation_key(booking.source)

    def also(event: Event) -> tuple[Item, list[Write]]:
        attributes: Item = {"source": source._asdict(), "said": booking.said}
        if booking.product:
            attributes["product"] = booking.product
        money, writes = _first_payment(ctx, booking, event, origin)
        return attributes | money, [store.guard(source, event.slug, event.timestamp), *writes]

    with contextlib.suppress(KeyReused):
        event = try_to_create(ctx, _details(ctx, booking), key, origin, also)
        if said_before(event) == booking.said:
            return Taken(CREATED, event)
    # Somebody else created it at the same moment, who was told something else of it.
    return _update(ctx, booking, _created_before(ctx, source, key), origin)


def _creation_key(source: Source) -> str:
    return f"source-{hashlib.sha256('#'.join(source).encode()).hexdigest()[:48]}"


def _created_before(ctx: Context, source: Source, key: str) -> Event:
    """Somebody else was quicker, with other details; or the state was lost, and is mended."""
    with reading_what_came_of_it():
        event = store.event_of(ctx, source)
        used = None if event else audit.used_key(ctx, key)
        if event is None and used:
            event = events.load(ctx, Ref(used["event_id"], int(used["timestamp"])))
            ctx.db.transact([store.guard(source, event.slug, event.timestamp)])
    if event is None:
        raise Outdated
    return event


def _details(ctx: Context, booking: Booking) -> Details:
    period = booking.slug_period
    hour = _hour_that_is(ctx, booking.day, booking.hour or PERIODS[period])
    return Details(
        first_name=booking.slug_first_name,
        patron_name=booking.name,
        day=booking.day,
        period=period,
        hour=hour,
        guests=booking.guests,
        price_cents=booking.price_cents,
        patron_email=booking.email or "",
        patron_phone=booking.phone or "",
        notes=booking.notes or "",
    )


def _hour_that_is(ctx: Context, day: date, hour: time) -> time:
    """The hour, or the next one on the night in which the clock skips it."""
    try:
        starting(ctx, day, hour)
    except ValueError:
        return (datetime.combine(day, hour) + timedelta(hours=1)).time()
    return hour


def _first_payment(
    ctx: Context, booking: Booking, event: Event, origin: Origin
) -> tuple[Item, list[Write]]:
    """What the system has taken already, logged in the creation's transaction."""
    if not booking.paid_cents:
        return {}, []
    payment = _payment(event, booking.paid_cents, booking.source.site)
    entry = payment_entry(ctx, payment, new_id(), event.entries + 1, origin)
    set_, _ = money_attributes(event, after(event.standing, entry))
    set_ |= {"entries": entry.number, **_marks(payment, entry)}
    set_ = {"open": None, **set_}  # what is settled is in no list of the unpaid
    return set_, [_key_of(ctx, event, entry), ledger.put(ctx, event.ledger, entry)]


def _payment(event: Event, cents: int, site: str) -> NewPayment:
    """Without a price nobody can say that it was all."""
    return NewPayment(
        payer=event.patron_name,
        cents=cents,
        method="booking",
        note=f"Taken by {site_name(site)}",
        more_to_come=event.price_cents is None,
    )


def _marks(payment: NewPayment, entry: Entry) -> Item:
    return {"last_payment": last_payment(payment, entry), "payment_method": "booking"}


def _key_of(ctx: Context, event: Event, entry: Entry) -> Write:
    """Every payment has the row of its key, which names it."""
    told = {"event": str(event.exact_ref), "cents": entry.cents, "method": entry.method}
    return audit.use_key(
        ctx,
        entry.id,
        fingerprint(told),
        event_id=event.slug,
        timestamp=event.timestamp,
        number=entry.number,
    )


# Changing


def _update(ctx: Context, booking: Booking, event: Event, origin: Origin) -> Taken:
    verdict = judge(booking, event, ctx.settings.timezone)
    if not verdict.writes:
        return Taken(SAME, event, verdict)
    now = here(event, ctx.settings.timezone)
    fields = {
        "source": str(booking.source),
        "changes": {
            name: {"from": str(now[name]), "to": str(value)} for name, value in verdict.take.items()
        },
        "asked": {name: str(value) for name, value in verdict.ask.items()},
    }
    less = verdict.take.get("paid", booked_cents(event)) < booked_cents(event)
    wanted = _Wanted(booking.source, verdict.take, verdict.said, verdict.asked, anew=less)
    changed = _write(ctx, event, wanted, "booking.changed", fields, origin)
    return Taken(outcome(verdict), changed, verdict)


@dataclass(frozen=True)
class _Wanted:
    """What is to become of an event. `anew`: what is logged as taken there was wrong."""

    source: Source
    take: Mapping[str, Any]
    said: Mapping[str, Any]
    asked: Mapping[str, Any]
    anew: bool = False


def _write(
    ctx: Context, event: Event, wanted: _Wanted, kind: str, fields: Item, origin: Origin
) -> Event:
    """One transaction; Outdated where the event changed meanwhile."""
    earlier: list[Entry] = []
    if wanted.take.keys() & {"price", "paid"}:
        earlier = ledger.entries(ctx, event.ledger)
        if len(earlier) > event.entries:
            event = LedgerAheadError(event, earlier).event
    entries = _entries(ctx, event, wanted, earlier, origin)
    set_, remove = _attributes(ctx, event, wanted, origin)
    paid = [entry for entry in entries if entry.kind == "payment"]
    if not paid:
        voided = {entry.of for entry in entries if entry.kind == "void"}
        gone = [entry for entry in earlier if entry.number in voided]
        remove = (*remove, *last_payment_gone(event, gone))
    for entry in paid:
        set_ |= _marks(_payment(event, entry.cents or 0, wanted.source.site), entry)
    planned = plan(ctx, event, entries, set_, remove, earlier)
    keys = [_key_of(ctx, event, entry) for entry in paid]
    record = events.record(ctx, event.exact_ref, kind, origin, **fields)
    told = _letters(ctx, event, planned.event, wanted, origin)
    fits: list[Write] = []
    if "guests" in wanted.take:
        fits += boats.held_against_limit(ctx, event, planned.event)
    try:
        return commit(ctx, planned, [*keys, record, *told, *fits])
    except (ConditionFailed, LedgerAheadError) as error:
        raise Outdated from error


def _entries(
    ctx: Context, event: Event, wanted: _Wanted, earlier: list[Entry], origin: Origin
) -> list[Entry]:
    number = next_number(ctx, event)
    found: list[Entry] = []
    if "price" in wanted.take:
        found.append(_price(ctx, event, wanted, number, origin))
    if "paid" in wanted.take:
        cents = int(wanted.take["paid"])
        if wanted.anew:
            found += _voids(ctx, earlier, number + len(found), wanted.source.site, origin)
        else:
            cents -= booked_cents(event)
        if cents > 0:
            payment = _payment(event, cents, wanted.source.site)
            if "price" in wanted.take:
                payment = replace(payment, more_to_come=False)
            found.append(payment_entry(ctx, payment, new_id(), number + len(found), origin))
    return found


def _price(ctx: Context, event: Event, wanted: _Wanted, number: int, origin: Origin) -> Entry:
    cents = int(wanted.take["price"])
    return Entry(
        kind="price",
        id=new_id(),
        number=number,
        at=iso(ctx.now()),
        actor=origin.actor,
        cents=cents,
        lines={"charter": cents},
        old_cents=event.price_cents,
        reason=f"As {site_name(wanted.source.site)} has it",
    )


def _voids(
    ctx: Context, earlier: list[Entry], number: int, site: str, origin: Origin
) -> list[Entry]:
    """What is logged as taken by a booking system and still counts, voided."""
    reason = f"{site_name(site)} says otherwise"
    return [
        void_of(entry, earlier, number + place, reason, new_id(), iso(ctx.now()), origin.actor)
        for place, entry in enumerate(booked_entries(earlier))
    ]


_ATTRIBUTES: Final = {
    "name": "patron_name",
    "email": "patron_email",
    "phone": "patron_phone",
    "guests": "guests",
    "notes": "notes",
    "product": "product",
}


def _attributes(
    ctx: Context, event: Event, wanted: _Wanted, origin: Origin
) -> tuple[Item, tuple[str, ...]]:
    take = wanted.take
    set_: Item = {name: take[field] for field, name in _ATTRIBUTES.items() if field in take}
    set_["said"] = dict(wanted.said)
    remove: tuple[str, ...] = ()
    if "name" in take:
        set_["first_name"] = first_name_of(take["name"])
    if "when" in take:
        set_ |= _start(ctx, event, str(take["when"]), origin)
        remove = ("hold_until",)
    if "cancelled" in take:
        if take["cancelled"]:
            reason = cancelled_at(wanted.source.site)
            now = iso(ctx.now())
            set_ |= {"ended": "patron", "cancelled_at": now, "cancelled_reason": reason}
        else:
            remove = (*remove, "ended", "cancelled_at", "cancelled_reason")
    if wanted.asked:
        set_["asked"] = dict(wanted.asked)
    else:
        remove = (*remove, "asked")
    return set_, remove


def _start(ctx: Context, event: Event, when: str, origin: Origin) -> Item:
    """Moved there; where no hour is said, at the same hour."""
    zone = ctx.settings.timezone
    moment = datetime.fromisoformat(when)
    hour = moment.time()
    if "T" not in when:
        local = event.local_start(zone)
        hour = local.time() if local else PERIODS.get(event.period, PERIODS["day"])
    hour = _hour_that_is(ctx, moment.date(), hour)
    return time_attributes(ctx, event, moment.date(), hour, origin)


def _letters(
    ctx: Context, before: Event, changed: Event, wanted: _Wanted, origin: Origin
) -> list[Write]:
    """Who booked elsewhere is told there of a cancellation; no letter of ours is left untrue."""
    key, by = f"{changed.version}", origin.actor.name
    if "cancelled" in wanted.take:
        if wanted.take["cancelled"]:
            return letters.off(ctx, before)
        return letters.on_again(ctx, changed, key, by)
    return letters.moved(ctx, before, changed, key, by) if "when" in wanted.take else []


# Answering


@dataclass(frozen=True)
class Seen:
    """What the reader of a question saw: what the booking system said, and the event's
    `money_seen`; None: it is not about money."""

    said: str
    money: str | None = None


def answer(ctx: Context, ref: Ref, field: str, seen: Seen, take: bool, origin: Origin) -> Event:
    """Take what the booking system says of a field, or keep what is here. Twice is once.

    Refused where somebody else answered otherwise, or what was seen is no longer so.
    """

    def attempt() -> Event:
        event = events.load(ctx, ref)
        source, questions = source_of(event.item), asked(event)
        if field not in questions or source is None:
            _check_answered(ctx, event, field, seen.said, take)
            return event
        value = questions[field]
        if str(value) != seen.said:
            raise Refused(f"{site_name(source.site)} says something else by now. Look again.")
        if take and (field == TWICE or (field == "cancelled" and value)):
            raise Refused("Say how it ended, and what becomes of its money, by Cancel the sail.")
        if field == "paid" and take and seen.money not in (None, event.money_seen):
            raise Refused("Somebody changed this event's money meanwhile. Look, and press again.")
        wanted = _Wanted(
            source,
            {field: value} if take else {},
            said_before(event),
            {name: said for name, said in questions.items() if name != field},
            anew=booked_cents(event) != 0,
        )
        fields = {
            "field": field,
            "ours": str(here(event, ctx.settings.timezone).get(field, event.exact_ref)),
            "theirs": str(value),
            "taken": take,
        }
        return _write(ctx, event, wanted, "booking.answered", fields, origin)

    return again_when_outdated(attempt)


def _check_answered(ctx: Context, event: Event, field: str, said: str, take: bool) -> None:
    """Refused unless it is this answer that was given: by a first tap, say."""
    last = store.last_answer(ctx, event, field)
    if last is None or str(last["theirs"]) != said:
        raise Refused("This is asked no longer. Look at the event again.")
    if last["taken"] is not take:
        done = "took what is said there" if last["taken"] else "kept what is here"
        who = last["actor"]["name"]
        raise Refused(f"{who} was quicker, and {done}. Your answer changed nothing.")
