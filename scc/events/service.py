"""What a person does with an event: create, change, reinstate."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Final

from scc.audit import store as audit
from scc.audit.model import Item, Origin, fingerprint, iso
from scc.aws import Write, again_when_outdated, reading_what_came_of_it
from scc.company import store as settings
from scc.company.model import Company
from scc.context import Context
from scc.errors import ConditionFailed, Invalid, KeyReused, Outdated
from scc.events import boats, letters, store
from scc.events.model import (
    PERIODS,
    Event,
    Ref,
    is_open,
    ledger_partition,
    list_attributes,
    make_slug,
    moment,
    month_of,
    parse_hour,
)
from scc.ledger import store as ledger
from scc.ledger.model import Entry

MOST_ALIKE: Final = 99
"""Events with the same day, name and period."""


@dataclass(frozen=True)
class Details:
    """What a person says of a charter. `hour` None: the period's usual one."""

    first_name: str
    patron_name: str
    day: date
    period: str
    hour: time | None = None
    guests: int | str | None = None
    """A number, or `6-8`."""
    price_cents: int | None = None
    patron_email: str = ""
    patron_phone: str = ""
    notes: str = ""
    calls_at: str = ""
    boat: str = ""
    """An id of the company's settings; empty: the only one, or as it was. So the next two."""
    dock: str = ""
    kind: str = ""
    minutes: int | None = None
    """How long; None: as its kind. So with `call_time` and `positions`."""
    call_time: time | None = None
    positions: Mapping[str, int] | None = None

    def attributes(self, ctx: Context) -> Item:
        """As the event's item has them; Invalid for an hour that the clock skips."""
        hour = self.hour or PERIODS[self.period]
        try:
            start = starting(ctx, self.day, hour)
        except ValueError as error:
            raise Invalid({"start_time": str(error)}) from error
        values: Item = {
            "first_name": self.first_name,
            "patron_name": self.patron_name,
            "patron_email": self.patron_email,
            "patron_phone": self.patron_phone,
            "notes": self.notes,
            "calls_at": self.calls_at,
            "guests": self.guests,
            **start,
            "boat": self.boat,
            "dock": self.dock,
            "kind": self.kind,
            "minutes": self.minutes,
            "call_time": _hour(self.call_time),
            "positions": dict(self.positions) if self.positions is not None else None,
        }
        return {name: value for name, value in values.items() if value not in ("", None)}


def starting(ctx: Context, day: date, hour: time) -> Item:
    """When it starts, as the event's item has it; ValueError for an hour that the clock skips."""
    zone = ctx.settings.timezone
    starts_at = moment(day, hour, zone)
    return {
        "start_time": hour.strftime("%H:%M"),
        "starts_at": store.start_key(starts_at),
        "month": month_of(starts_at, zone),
    }


def _hour(hour: time | None) -> str:
    return hour.strftime("%H:%M") if hour else ""


def as_details(event: Event, day: date, hour: time) -> Details:
    """What is said of the event now, for a day and hour of the boat: to change some of it."""
    guests = event.guests
    return Details(
        first_name=event.first_name,
        patron_name=event.patron_name,
        day=day,
        period=event.period,
        hour=hour,
        guests=int(guests) if guests.isascii() and guests.isdigit() else guests or None,
        patron_email=event.patron_email,
        patron_phone=event.patron_phone,
        notes=event.notes,
        calls_at=event.calls_at,
        boat=event.boat,
        dock=event.dock,
        kind=event.kind,
        minutes=event.minutes,
        call_time=parse_hour(event.call_time),
        positions=event.positions,
    )


def create_event(ctx: Context, details: Details, key: str, origin: Origin) -> Event:
    """Create an event with a slug of its own; with a key used before, give what it created.

    Raises Invalid, KeyReused and Unconfirmed.
    """
    return again_when_outdated(lambda: try_to_create(ctx, details, key, origin))


Also = Callable[[Event], tuple[Item, list[Write]]]
"""Given an event as it is about to be created: more attributes of it (None takes one away), and
more writes."""


def try_to_create(
    ctx: Context, details: Details, key: str, origin: Origin, also: Also | None = None
) -> Event:
    """The same, tried once: raises Outdated as well, where something else was quicker.

    `also`: what belongs to the same transaction.
    """
    company = settings.read(ctx)
    planned = boats.with_the_only(company, details)
    try:
        boats.refuse_unfit(ctx, company, planned)
    except Invalid:
        if created := _created_with(ctx, key, fingerprint(_told(details))):
            return created  # before the boat's limit fell, say
        raise
    slug = _free_slug(ctx, details)
    ref = Ref(slug, int(ctx.now().timestamp()))
    item: Item = {
        "event_id": slug,
        "timestamp": ref.timestamp,
        "payment_cleared": False,
        "open": "unpaid",
        "created_at": iso(ctx.now()),
        "version": 1,
        **planned.attributes(ctx),
    }
    told = _told(details)
    print_ = fingerprint(told)
    writes: list[Write] = [
        audit.use_key(ctx, key, print_, event_id=slug, timestamp=ref.timestamp),
        store.slug_guard(slug),
        store.record(ctx, ref, "event.created", origin, details=told),
    ]
    if lines := _price_lines(company, planned):
        price = _first_price(ctx, lines, key, origin)
        item |= {
            "price_cents": price.cents,
            "price_lines": dict(price.lines),
            "entries": price.number,
        }
        writes.append(ledger.put(ctx, ledger_partition(slug, ref.timestamp), price))
    if also:
        attributes, more = also(store.as_put(ctx, item))
        item = {name: v for name, v in (item | attributes).items() if v is not None}
        writes += more
    try:
        ctx.db.transact([*writes, store.put(item), *boats.as_read(company, planned)])
    except ConditionFailed as error:
        return _created_before(ctx, key, print_, error)
    return store.as_put(ctx, item)


def _price_lines(company: Company, details: Details) -> dict[str, int]:
    """What it costs, in cents: as was said, else as its kind usually does; empty: nobody knows."""
    if details.price_cents is not None:
        return {"charter": details.price_cents}
    kind = next((kind for kind in company.kinds if kind.id == details.kind), None)
    return dict(kind.price_lines) if kind else {}


def _first_price(ctx: Context, lines: dict[str, int], key: str, origin: Origin) -> Entry:
    """The price is in the ledger from the start, so that its entries alone tell the standing."""
    at, cents = iso(ctx.now()), sum(lines.values())
    return Entry("price", key, 1, at, origin.actor, cents=cents, lines=lines, reason="When planned")


def _told(details: Details) -> Item:
    """What was said of the charter, for the record."""
    values: Item = {
        "first_name": details.first_name,
        "patron_name": details.patron_name,
        "day": details.day.isoformat(),
        "period": details.period,
        "start_time": _hour(details.hour),
        "guests": details.guests,
        "patron_email": details.patron_email,
        "patron_phone": details.patron_phone,
        "notes": details.notes,
        "calls_at": details.calls_at,
        "price_cents": details.price_cents,
        "boat": details.boat,
        "dock": details.dock,
        "kind": details.kind,
        "minutes": details.minutes,
        "call_time": _hour(details.call_time),
        "positions": dict(details.positions) if details.positions is not None else None,
    }
    return {name: value for name, value in values.items() if value not in ("", None)}


def _free_slug(ctx: Context, details: Details) -> str:
    """The first slug of that day, name and period that no event and no guard has."""
    for ordinal in range(1, MOST_ALIKE + 1):
        slug = make_slug(details.day, details.first_name, details.period, ordinal)
        if not store.siblings(ctx, slug) and not store.slug_is_guarded(ctx, slug):
            return slug
    raise Invalid({"first_name": "There are too many events of that name on that day."})


def _created_before(ctx: Context, key: str, print_: str, error: ConditionFailed) -> Event:
    """What the failed transaction means: the key was used, or the slug was taken meanwhile."""
    with reading_what_came_of_it():
        event = _created_with(ctx, key, print_) if 0 in error.failed else None
    if event is None:
        raise Outdated from error
    return event


def has_created(ctx: Context, key: str) -> bool:
    """Whether the form with this key has done its work already. Unconfirmed where that can't be
    read."""
    with reading_what_came_of_it():
        return audit.used_key(ctx, key) is not None


def _created_with(ctx: Context, key: str, print_: str) -> Event | None:
    """The event that a key created, if any. KeyReused where something else was said of it."""
    used = audit.used_key(ctx, key)
    if used is None:
        return None
    event = store.load(ctx, Ref(used["event_id"], int(used["timestamp"])))
    if used["fingerprint"] != print_:
        raise KeyReused(f"it created {event.slug}.")
    return event


def change_event(ctx: Context, ref: Ref, details: Details, version: int, origin: Origin) -> Event:
    """Change what is said of an event; its slug and money stay.

    Where nothing differs, nothing is written: a form sent again, say. Raises Outdated where the
    event is no longer at `version`, Invalid, NotFound, Unconfirmed.
    """
    changed = again_when_outdated(lambda: _change_event(ctx, ref, details, version, origin))
    if changed is None:
        raise Outdated
    return changed


def _change_event(
    ctx: Context, ref: Ref, details: Details, version: int, origin: Origin
) -> Event | None:
    """None where it is no longer at the version."""
    event = store.load(ctx, ref)
    wanted = details.attributes(ctx)
    removed = tuple(name for name in _OPTIONAL if name not in wanted and _is_shown(event, name))
    changes = _differences(event, wanted | dict.fromkeys(removed, ""))
    if not changes:
        return event
    if event.version != version:
        return None
    company = settings.read(ctx)
    boats.refuse_unfit(ctx, company, details, event)
    if "starts_at" in changes:
        wanted |= _moved_from(ctx, event, origin)
        removed = (*removed, "hold_until")
    opened: Item = {"open": "unpaid"} if is_open(event) else {}
    change = store.change(ctx, event, wanted | opened, removed)
    changed = store.as_changed(ctx, event, change)
    record = store.record(ctx, event.exact_ref, "event.changed", origin, changes=changes)
    told = letters.moved(ctx, event, changed, f"{changed.version}", origin.actor.name)
    writes: list[Write] = [change, record, *told, *boats.as_read(company, details)]
    return _write(ctx, changed, writes)


def time_attributes(ctx: Context, event: Event, day: date, hour: time, origin: Origin) -> Item:
    """What an event has that is moved there. Invalid for an hour that the clock skips."""
    try:
        start = starting(ctx, day, hour)
    except ValueError as error:
        raise Invalid({"start_time": str(error)}) from error
    opened: Item = {"open": "unpaid"} if is_open(event) else {}
    call = call_before(ctx, event, hour)
    called: Item = {"call_time": _hour(call)} if call else {}
    return {**start, **called, **_moved_from(ctx, event, origin), **opened}


def call_before(ctx: Context, event: Event, hour: time) -> time | None:
    """When its crew is called if it starts at that hour: as long before as now. None: by kind."""
    call, start = parse_hour(event.call_time), event.local_start(ctx.settings.timezone)
    if call is None or start is None or not event.hour_known:
        return call
    day = start.date()
    ahead = datetime.combine(day, start.time()) - datetime.combine(day, call)
    return (datetime.combine(day, hour) - ahead).time()


_MOVES_KEPT: Final = 20


def _moved_from(ctx: Context, event: Event, origin: Origin) -> Item:
    """When it was to be, and who moved it: the first time, and the latest ones."""
    if event.starts_at is None:
        return {}
    before = event.item.get("moved_from")
    told = list(before) if isinstance(before, list) else []
    was = {
        "starts_at": store.start_key(event.starts_at),
        "at": iso(ctx.now()),
        "by": origin.actor.name,
    }
    return {"moved_from": [*told[:1], *told[1:][-_MOVES_KEPT:], was]}


_OPTIONAL = (
    *("patron_email", "patron_phone", "notes", "guests", "calls_at"),
    *("minutes", "call_time", "positions"),
)


def _is_shown(event: Event, name: str) -> bool:
    """Whether people see it: what has a type of its own comes up empty, and is left alone."""
    return getattr(event, name) not in ("", None)


def _differences(event: Event, wanted: Item) -> Item:
    """Old and new of each attribute that changes, as text."""
    return {
        name: {"from": str(event.item.get(name, "")), "to": str(value)}
        for name, value in wanted.items()
        if event.item.get(name) != value
    }


def reinstate_event(ctx: Context, ref: Ref, origin: Origin) -> Event:
    """Take a cancellation back. Twice is once."""

    def attempt() -> Event:
        event = store.load(ctx, ref)
        if not event.cancelled:
            return event
        record = store.record(ctx, event.exact_ref, "event.reinstated", origin)
        again = replace(event, cancelled_at="", cancelled_reason="", ended="")
        opened, closed = list_attributes(again)
        removed = ("cancelled_at", "cancelled_reason", "ended", *closed)
        change = store.change(ctx, event, opened, removed)
        changed = store.as_changed(ctx, event, change)
        told = letters.on_again(ctx, changed, f"{changed.version}", origin.actor.name)
        return _write(ctx, changed, [change, record, *told])

    return again_when_outdated(attempt)


def _write(ctx: Context, changed: Event, writes: list[Write]) -> Event:
    try:
        ctx.db.transact(writes)
    except ConditionFailed as error:
        raise Outdated from error
    return changed
