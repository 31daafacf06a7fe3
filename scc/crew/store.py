"""Asks, and days on which people can't come, in and out of the table `state`; and what an event's
item keeps of its crew."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from scc.aws import ABSENT, Change, Check, Delete, Put, Write
from scc.context import Context
from scc.crew.model import Ask, Item
from scc.errors import ConditionFailed, Outdated
from scc.events import store as events
from scc.events.model import Event
from scc.tables import BY_DUE, STATE

QUEUE: Final = "asks"
"""Partition of BY_DUE: asks that still matter, by when they are looked at next."""

_KEPT: Final = timedelta(days=400)


def _partition(event: Event) -> str:
    return f"ask#{event.slug}#{event.timestamp}"


def _key(ask: Ask) -> Item:
    return {"pk": f"ask#{ask.slug}#{ask.timestamp}", "sk": ask.person}


# Asks


def asks(ctx: Context, event: Event) -> list[Ask]:
    """All that were asked for a sail, the first ones first. Consistently."""
    found = [Ask.from_item(item) for item in ctx.db.query(STATE, _partition(event))]
    return sorted(found, key=lambda ask: (ask.at, ask.name))


def ask(ctx: Context, event: Event, person: str) -> Ask | None:
    item = ctx.db.get(STATE, {"pk": _partition(event), "sk": person})
    return Ask.from_item(item) if item else None


def live(ctx: Context) -> list[Ask]:
    """Asks that still matter, of all sails. From an index: what is done with one looks again."""
    return [Ask.from_item(item) for item in ctx.db.query(STATE, QUEUE, index=BY_DUE)]


def live_of(ctx: Context, person: str) -> list[Ask]:
    """One person's asks that still matter, each as it is now."""
    keys = [_key(ask) for ask in live(ctx) if ask.person == person]
    found = [Ask.from_item(item) for item in ctx.db.get_many(STATE, keys)] if keys else []
    return [ask for ask in found if not ask.closed]


def put(ctx: Context, ask: Ask) -> Put:
    """The first ask of somebody for a sail."""
    return Put(STATE, _key(ask) | ask.item() | _place(ctx, ask))


def change(ctx: Context, before: Ask, after: Ask) -> Change:
    """Holds only if it still is as it was read."""
    item = after.item() | _place(ctx, after)
    gone = tuple(name for name in ("queue", "due", *before.item()) if name not in item)
    return Change(STATE, _key(before), set=item, remove=gone, expect=_as_read(before))


def unchanged(ask: Ask) -> Check:
    """Nothing written of the ask: it has to be as it was read."""
    return Check(STATE, _key(ask), _as_read(ask))


def _as_read(ask: Ask) -> Item:
    names = ("answer", "answered_at", "closed", "remind_at")
    return {"round": ask.round} | {name: getattr(ask, name) or ABSENT for name in names}


def _place(ctx: Context, ask: Ask) -> Item:
    """When it is looked at next: at its reminder, its deadline, or once the sail is over."""
    expires = int((ctx.now() + _KEPT).timestamp())
    if ask.closed:
        return {"expires": expires}
    next_ = ask.remind_at if ask.waiting and ask.remind_at else ask.deadline
    due = int(datetime.fromisoformat(next_).timestamp())
    return {"queue": QUEUE, "due": due, "expires": expires}


# Days off


def _day_key(person: str, day: date) -> Item:
    return {"pk": f"away#{person}", "sk": day.isoformat()}


def away(ctx: Context, person: str, since: date) -> list[Item]:
    """A person's days off from that day on: `day`, `note`, `by`."""
    return ctx.db.query(STATE, f"away#{person}", since=since.isoformat())


def away_on(ctx: Context, people: Iterable[str], days: Iterable[date]) -> dict[str, Item]:
    """Who of these can't come on one of these days: their day off by person. One read."""
    people, days = list(people), list(dict.fromkeys(days))
    keys = [_day_key(person, day) for person in people for day in days]
    rows = ctx.db.get_many(STATE, keys) if keys else []
    return {str(row["pk"]).removeprefix("away#"): row for row in rows}


def put_away(ctx: Context, person: str, day: date, note: str, by: str) -> Put:
    expires = int((ctx.now() + _KEPT).timestamp())
    row = {**_day_key(person, day), "day": day.isoformat(), "by": by, "expires": expires}
    return Put(STATE, row | ({"note": note} if note else {}), replace=True)


def back(person: str, day: date) -> Delete:
    return Delete(STATE, _day_key(person, day))


# The event


def write(ctx: Context, event: Event, set_: Item, beside: list[Write]) -> Event:
    """The event with these attributes, and `beside` in the same transaction, or Outdated."""
    change = events.change(ctx, event, set_)
    try:
        ctx.db.transact([*beside, change])
    except ConditionFailed as error:
        raise Outdated from error
    return events.as_changed(ctx, event, change)
