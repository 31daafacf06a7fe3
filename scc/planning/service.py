"""What a person does to plan: note a task and do it, move a sail, repeat one."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, time
from typing import Final

from scc.audit.model import Origin, iso
from scc.aws import Write, again_when_outdated, side_by_side
from scc.company import store as settings
from scc.company.model import Boat, Company, Dock, Kind, boat_of, dock_of, kind_of
from scc.context import Context
from scc.errors import ConditionFailed, Invalid, NotFound, Outdated, Refused
from scc.events import letters, service
from scc.events import store as events
from scc.events.model import Event, Ref, Task, first_name, slug_name
from scc.events.service import Details
from scc.planning import store

MOST_TASKS: Final = 50
"""Of one event, done ones too."""
MOST_DUE_BYTES: Final = 100_000
"""Of tasks that have a day and are not done: one row, which the dashboard reads, and which DynamoDB
keeps to 400 KB."""
MOST_REPEATS: Final = 53
"""A weekly sail for a year."""
_FULL: Final = "Too many tasks wait for their day. Do some, or leave it empty."


# Tasks


def add_task(ctx: Context, ref: Ref, what: str, on: date | None, key: str, origin: Origin) -> Event:
    """Note something to be done; with `on`, it comes up by itself from that day on.

    The same key again is once. Raises NotFound, Invalid and Unconfirmed.
    """
    id_ = re.sub(r"[^A-Za-z0-9]", "", key)[:32]
    task = Task(id_, what, on, origin.actor.name)

    def with_it(event: Event) -> list[Task] | None:
        if any(one.id == id_ for one in event.tasks):
            return None
        if len(event.tasks) >= MOST_TASKS:
            raise Invalid({"what": f"An event has at most {MOST_TASKS} tasks."})
        if on and _is_full(ctx):
            raise Invalid({"on": _FULL})
        return [*event.tasks, task]

    return _change_tasks(ctx, ref, "task.added", id_, what, origin, with_it)


def _is_full(ctx: Context) -> bool:
    return store.size(store.row(ctx)) >= MOST_DUE_BYTES


def mark_task(ctx: Context, ref: Ref, id_: str, done: bool, origin: Origin) -> Event:
    """Say that a task is done, or that it is not after all. Twice is once. Raises NotFound."""
    now = iso(ctx.now()) if done else ""
    by = origin.actor.name if done else ""

    def marked(event: Event) -> list[Task] | None:
        task = next((one for one in event.tasks if one.id == id_), None)
        if task is None:
            raise NotFound("There is no such task.")
        if bool(task.done_at) == done:
            return None
        if task.on and not done and _is_full(ctx):
            raise Refused("Too many tasks wait for their day. Do some first.")
        after = replace(task, done_at=now, done_by=by)
        return [after if one.id == id_ else one for one in event.tasks]

    return _change_tasks(
        ctx, ref, "task.done" if done else "task.reopened", id_, "", origin, marked
    )


def _change_tasks(
    ctx: Context,
    ref: Ref,
    kind: str,
    id_: str,
    what: str,
    origin: Origin,
    change: Callable[[Event], list[Task] | None],
) -> Event:
    """Write the list that `change` gives; None: it is so already."""

    def attempt() -> Event:
        event = events.load(ctx, ref)
        tasks = change(event)
        if tasks is None:
            return event
        told = what or next(one.what for one in tasks if one.id == id_)
        changed = events.change(ctx, event, {"tasks": [task.item() for task in tasks]})
        record = events.record(ctx, event.exact_ref, kind, origin, task=id_, what=told)
        _transact(ctx, [changed, store.change(event, tasks), record])
        return events.as_changed(ctx, event, changed)

    return again_when_outdated(attempt)


# Moving


def move_event(
    ctx: Context, ref: Ref, day: date, hour: time, version: int, origin: Origin
) -> Event:
    """Move a sail to another day or hour. Its slug and money stay; what tells of its old time is
    withdrawn, and the patron gets one letter.

    Sent again, it finds the sail there already and writes nothing. Raises Invalid, NotFound,
    Outdated (it is no longer at `version`) and Unconfirmed.
    """
    event = events.load(ctx, ref)
    set_ = service.time_attributes(ctx, event, day, hour, origin)
    if set_["starts_at"] == event.item.get("starts_at") and event.starts_at:
        return event
    if event.version != version:
        raise Outdated
    change = events.change(ctx, event, set_, ("hold_until",))
    changed = events.as_changed(ctx, event, change)
    record = moved_record(ctx, event, changed, origin)
    told = letters.moved(ctx, event, changed, f"{changed.version}", origin.actor.name)
    _transact(ctx, [change, record, *told])
    return changed


def moved_record(ctx: Context, before: Event, after: Event, origin: Origin) -> Write:
    times = {"was": before.item.get("starts_at", ""), "starts_at": after.item["starts_at"]}
    return events.record(ctx, before.exact_ref, "event.moved", origin, **times)


def _transact(ctx: Context, writes: list[Write]) -> None:
    try:
        ctx.db.transact(writes)
    except ConditionFailed as error:
        raise Outdated from error


# Repeating


def repeat_event(
    ctx: Context, event: Event, days: Sequence[date], hour: time, key: str, origin: Origin
) -> list[Event]:
    """Plan the same sail on other days, each an event of its own, with nothing paid and nobody on.

    Each day has a key made of `key`: sent again, also with other days, what was planned stays one.
    All days are looked at before any is written. Raises Invalid and Unconfirmed.
    """
    company = settings.load(ctx)
    wanted = [_details(ctx, company, event, day, hour) for day in sorted(set(days))]
    for details in wanted:
        details.attributes(ctx)
    return side_by_side(
        lambda details: service.create_event(ctx, details, f"{key}-{details.day}", origin), wanted
    )


def _if_offered(thing: Boat | Dock | Kind | None) -> str:
    """What is retired is not planned with again: with several left, somebody has to choose."""
    return thing.id if thing and not thing.retired else ""


def _details(ctx: Context, company: Company, event: Event, day: date, hour: time) -> Details:
    name = first_name(event)
    if not slug_name(name):
        raise Invalid({"days": "Its patron has no first name that a slug can be made of."})
    return replace(
        service.as_details(event, day, hour),
        first_name=name,
        patron_name=event.patron_name or name,
        period=event.period or "day",
        price_cents=event.price_cents,
        boat=_if_offered(boat_of(company, event)),
        dock=_if_offered(dock_of(company, event)),
        kind=_if_offered(kind_of(company, event)),
        call_time=service.call_before(ctx, event, hour),
    )
