"""What is to be done about events, by day: one row, read in the same call as the session.

The row has an attribute for each event with tasks that have a day and are not done. It is written
in the transaction that changes the event's own list, and nothing is read before: of two events'
changes at once neither loses the other's.
"""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from scc.aws import Change, Item
from scc.context import Context
from scc.events.model import Event, Ref, Task, parse_ref
from scc.tables import STATE

KEY: Final[Item] = {"pk": "planning", "sk": "due"}
_OWN: Final = frozenset(KEY)


@dataclass(frozen=True)
class Due:
    """A task that has come up; `who`: the patron, as they were called when it was noted."""

    ref: Ref
    who: str
    task: Task


def change(event: Event, tasks: list[Task]) -> Change:
    """The event's tasks that have a day, as the row is to have them."""
    dated = [task.item() for task in tasks if task.on and not task.done_at]
    name = str(event.exact_ref)
    if not dated:
        return Change(STATE, KEY, remove=(name,), must_exist=False)
    value: Item = {"who": event.patron_name or event.slug, "tasks": dated}
    return Change(STATE, KEY, set={name: value}, must_exist=False)


def row(ctx: Context) -> Item:
    """As this request has read it with its session, else as it is now."""
    if ctx.known is not None and KEY["pk"] in ctx.known:
        return ctx.known[KEY["pk"]] or {}
    return ctx.db.get(STATE, KEY) or {}


def was_read(ctx: Context) -> bool:
    return ctx.known is not None and KEY["pk"] in ctx.known


def up_to(row: Item, day: date) -> list[Due]:
    """What has come up by that day, the longest due first."""
    found = [one for name, value in row.items() if name not in _OWN for one in _of(name, value)]
    due = [one for one in found if one.task.on and one.task.on <= day]
    return sorted(due, key=lambda one: (one.task.on, str(one.ref), one.task.id))


def _of(name: str, value: Any) -> list[Due]:
    return [Due(parse_ref(name), str(value["who"]), Task.from_item(one)) for one in value["tasks"]]


def size(row: Item) -> int:
    """Bytes of the row, rather more than DynamoDB counts."""
    return len(json.dumps(row, ensure_ascii=False, default=str).encode())
