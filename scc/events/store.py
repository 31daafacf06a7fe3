"""Events in and out of DynamoDB."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from scc.audit import store as audit
from scc.audit.model import Origin
from scc.aws import ABSENT, Change, Check, Item, Put, side_by_side
from scc.context import Context
from scc.errors import NotFound
from scc.events.model import (
    PAYMENT_ATTRIBUTES,
    Event,
    Ref,
    created_at,
    ledger_partition,
    month_of,
    placement,
)
from scc.tables import BY_MATTER, BY_MONTH, BY_OPEN, EVENTS, STATE

API_BYTES = 4 * 1024 * 1024


def load(ctx: Context, ref: Ref) -> Event:
    """The event, read consistently. A bare slug means the newest of that slug.

    Raises NotFound.
    """
    if not ref.slug or len(str(ref).encode()) > 1024:
        raise NotFound("There is no such event.")
    item = None
    if ref.timestamp is not None:
        item = _exactly(ctx, ref)
    if item is None:  # an older slug may itself end in "~" and figures
        items = siblings(ctx, str(ref))
        item = items[0] if items else None
    if item is None:
        raise NotFound("There is no such event.")
    return _event(ctx, item)


def _exactly(ctx: Context, ref: Ref) -> Item | None:
    found = ctx.db.get(EVENTS, {"event_id": ref.slug, "timestamp": ref.timestamp})
    if found is None:  # some older timestamps have fractions
        return next(
            (i for i in siblings(ctx, ref.slug) if int(i["timestamp"]) == ref.timestamp), None
        )
    return found


def siblings(ctx: Context, slug: str) -> list[Item]:
    """All items of one slug, the newest first."""
    items = ctx.db.query(EVENTS, slug)
    return sorted(items, key=lambda item: created_at(int(item["timestamp"])), reverse=True)


def in_month(
    ctx: Context,
    month: str,
    *,
    since: str | None = None,
    before: str | None = None,
    limit: int | None = None,
    attributes: Sequence[str] = (),
) -> list[Event]:
    """Events of `2026-05` or `undated` by start; `since` and `before` are ISO moments in UTC.

    `attributes`: what is read of each, beside what finds and places it; nothing: all.
    """
    wanted = (*_PLACED, *(name for name in attributes if name not in _PLACED)) if attributes else ()
    items = ctx.db.query(
        EVENTS,
        month,
        index=BY_MONTH,
        since=since,
        before=before,
        limit=limit,
        attributes=wanted,
    )
    return [_event(ctx, item) for item in items]


def between(ctx: Context, since: datetime, before: datetime) -> list[Event]:
    """Events that start in `since` <= start < `before`, by start. From an index."""
    zone = ctx.settings.timezone
    months = sorted({month_of(moment, zone) for moment in (since, before)})
    first, last = start_key(since), start_key(before)
    return [
        _event(ctx, item)
        for month in months
        for item in ctx.db.query(EVENTS, month, index=BY_MONTH, since=first, before=last)
    ]


_PLACED: Final = ("event_id", "timestamp", "month", "starts_at", "start_time", "twin")


def in_months(
    ctx: Context, months: Sequence[str], attributes: Sequence[str] = ()
) -> list[list[Event]]:
    """The events of each of the months, a query a month, some at a time."""
    return side_by_side(lambda month: in_month(ctx, month, attributes=attributes), months)


def unpaid_before(ctx: Context, before: str | None, limit: int | None = None) -> list[Event]:
    """Unpaid events that started before an ISO moment, or all; the latest first."""
    items = ctx.db.query(EVENTS, "unpaid", index=BY_OPEN, before=before, forward=False, limit=limit)
    return [_event(ctx, item) for item in items]


def with_matters(ctx: Context) -> list[Event]:
    """Events with money to check, to send, or held, by start. From an index."""
    return [_event(ctx, item) for item in ctx.db.query(EVENTS, "open", index=BY_MATTER)]


def as_they_are(ctx: Context, events: list[Event]) -> list[Event]:
    """The same events read again from the table, consistently: an index lags."""
    items = ctx.db.get_many(EVENTS, [event.key for event in events])
    return [_event(ctx, item) for item in items]


def several(ctx: Context, refs: Sequence[Ref]) -> list[Event]:
    """Those of the events that exist, by their refs with timestamp, consistently; many at once."""
    keys = [{"event_id": ref.slug, "timestamp": ref.timestamp} for ref in refs]
    found = [_event(ctx, item) for item in ctx.db.get_many(EVENTS, keys)]
    there = {event.exact_ref for event in found}
    odd = [_exactly(ctx, ref) for ref in refs if ref not in there]  # a timestamp with a fraction
    return [*found, *(_event(ctx, item) for item in odd if item)]


def everything(ctx: Context, start: Item | None) -> tuple[list[Event], Item | None]:
    """All events in no order, up to 4 MB, and the key to go on from."""
    items, position = ctx.db.read_all(EVENTS, API_BYTES, start)
    return [_event(ctx, item) for item in items], position


def change(
    ctx: Context, event: Event, set_: dict[str, Any], remove: tuple[str, ...] = ()
) -> Change:
    """The event with some attributes changed, if it still is as it was read.

    Its payment attributes too, since the older tool bumps no version. An older item that was not
    adopted yet takes its place in the lists with any change.
    """
    place = {} if "month" in event.item else placement(event, ctx.settings.timezone)
    return Change(
        EVENTS,
        event.key,
        set={**place, **set_, "version": event.version + 1},
        remove=remove,
        expect={name: event.item.get(name, ABSENT) for name in ("version", *PAYMENT_ATTRIBUTES)},
    )


def unchanged(event: Event) -> Check:
    """Nothing written of the event: it has to be as it was read."""
    return Check(EVENTS, event.key, {"version": event.item.get("version", ABSENT)})


def as_changed(ctx: Context, event: Event, write: Change) -> Event:
    """The event as it is after the change was written, without reading it again."""
    kept = {name: v for name, v in event.item.items() if name not in write.remove}
    return _event(ctx, kept | write.set)


def put(item: Item) -> Put:
    return Put(EVENTS, item)


def as_put(ctx: Context, item: Item) -> Event:
    """The event as it is after it was put, without reading it again."""
    return _event(ctx, item)


def slug_guard(slug: str) -> Put:
    """Of two creations at once only one gets the slug."""
    return Put(STATE, {"pk": f"slug#{slug}", "sk": "slug"})


def start_key(moment: datetime) -> str:
    """A moment as it stands in the indexes."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _event(ctx: Context, item: Item) -> Event:
    return Event.from_item(item, ctx.settings.timezone)


def slug_is_guarded(ctx: Context, slug: str) -> bool:
    return ctx.db.get(STATE, {"pk": f"slug#{slug}", "sk": "slug"}) is not None


def record(ctx: Context, ref: Ref, kind: str, origin: Origin, **fields: Any) -> Put:
    """An audit entry in the ledger of one event; `ref` with its timestamp."""
    partition = ledger_partition(ref.slug, ref.timestamp)
    who = {"event_id": ref.slug, "timestamp": ref.timestamp}
    return audit.record(ctx, partition, kind, origin, **who, **fields)
