"""What the pages read: the same few queries at any size, and what was just written."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from scc.context import Context
from scc.events import store
from scc.events.model import Event

MOST = 50
"""Events that one query gives to the dashboard."""


@dataclass(frozen=True)
class Upcoming:
    """Events of the dashboard. `more_…`: there are others than those given."""

    today: list[Event]
    next: list[Event]
    unpaid: list[Event]
    undated: list[Event]
    more_this_month: bool
    more_next_month: bool
    more_unpaid: bool


def dashboard(ctx: Context, written: Event | None) -> Upcoming:
    """Three queries. `written` was just read from the table: the indexes may lag behind it."""
    today = ctx.today()
    midnight = store.start_key(day_start(ctx, today))
    coming = store.in_month(ctx, f"{today:%Y-%m}", since=midnight, limit=MOST)
    later = store.in_month(ctx, f"{next_month(today):%Y-%m}", limit=MOST)
    more_this_month, more_next_month = len(coming) == MOST, len(later) == MOST
    if not more_this_month:  # or a gap would look like no sails
        coming += later
    # Up to now, since what has no date has its place by its creation; today's stay in their group.
    unpaid = store.unpaid_before(ctx, store.start_key(ctx.now()), limit=MOST)
    more = len(unpaid) == MOST
    unpaid = [event for event in unpaid if not _starts_from(event, midnight)]
    if written:
        coming = _with(coming, written, _starts_from(written, midnight))
        # Shown where it stood, although it may be paid now.
        unpaid = _with(unpaid, written, not _starts_from(written, midnight), latest_first=True)
    return Upcoming(
        today=[event for event in coming if local_day(ctx, event) == today],
        next=[event for event in coming if local_day(ctx, event) != today],
        unpaid=[event for event in unpaid if event.starts_at],
        undated=[event for event in unpaid if not event.starts_at],
        more_this_month=more_this_month,
        more_next_month=more_next_month,
        more_unpaid=more,
    )


def _starts_from(event: Event, midnight: str) -> bool:
    return event.starts_at is not None and store.start_key(event.starts_at) >= midnight


def _with(
    events: list[Event], written: Event, belongs: bool, latest_first: bool = False
) -> list[Event]:
    others = [event for event in events if event.key != written.key]
    if not belongs:
        return others
    return sorted([*others, written], key=_start, reverse=latest_first)


def _start(event: Event) -> datetime:
    return event.starts_at or datetime.min.replace(tzinfo=UTC)


def local_day(ctx: Context, event: Event) -> date | None:
    start = event.local_start(ctx.settings.timezone)
    return start.date() if start else None


def day_start(ctx: Context, day: date) -> datetime:
    """The moment at which the boat's day begins."""
    return datetime.combine(day, time(), ctx.settings.timezone).astimezone(UTC)


def next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def previous_month(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)
