"""Weather calls in and out of the table `state`; the schedule finds one that is not finished."""

from datetime import date, timedelta
from typing import Any, Final

from scc.aws import Change, Check, Item, Put
from scc.context import Context
from scc.tables import BY_DUE, EVENTS, STATE
from scc.weather.model import DONE, OPEN, UNDOING, UNDONE, Call, Choice, Told, partition

_QUEUE: Final = "weather"
_KEPT: Final = timedelta(days=400)
_LATE: Final = timedelta(seconds=45)
"""After which somebody else goes on with what was begun."""


def put(ctx: Context, call: Call) -> Put:
    expires = int((ctx.now() + _KEPT).timestamp())
    return Put(STATE, {**call.item(), "expires": expires, **_due(ctx)})


def _due(ctx: Context) -> Item:
    return {"queue": _QUEUE, "due": int((ctx.now() + _LATE).timestamp())}


def load(ctx: Context, day: date, id_: str) -> Call | None:
    item = ctx.db.get(STATE, {"pk": partition(day), "sk": id_})
    return Call.from_item(item) if item else None


def of_day(ctx: Context, day: date) -> list[Call]:
    """The latest first. Consistently."""
    calls = map(Call.from_item, ctx.db.query(STATE, partition(day)))
    return sorted(calls, key=lambda call: call.at, reverse=True)


def unfinished(ctx: Context) -> list[Call]:
    before = int(ctx.now().timestamp()) + 1
    items = ctx.db.query(STATE, _QUEUE, index=BY_DUE, before=before, limit=10)
    return [Call.from_item(item) for item in items]


def note(call: Call, number: int, why: str = "", was: Item | None = None) -> Change:
    """What came of one of its sails: nothing to say of one that is done, else why not."""
    set_: dict[str, Any] = {f"result#{number}": why}
    if was is not None:
        set_[f"was#{number}"] = was
    return Change(STATE, call.key, set=set_)


def note_undone(call: Call, number: int, why: str = "") -> Change:
    return Change(STATE, call.key, set={f"undone#{number}": why})


def finished(call: Call, letters: list[Told]) -> Change:
    """All of it is done, and everybody is written to."""
    set_: Item = {"state": DONE, "letters": [one.item() for one in letters]}
    return Change(STATE, call.key, set=set_, remove=("queue", "due"), expect={"state": OPEN})


def undoing(ctx: Context, call: Call, numbers: list[int]) -> Change:
    set_: Item = {"state": UNDOING, "undo": numbers, **_due(ctx)}
    return Change(STATE, call.key, set=set_, expect={"state": DONE})


def as_left(choice: Choice) -> Check:
    """The sail is as the call left it."""
    key = {"event_id": choice.ref.slug, "timestamp": choice.ref.timestamp}
    return Check(EVENTS, key, {"version": choice.version + 1})


def undone(call: Call) -> Change:
    return Change(
        STATE, call.key, set={"state": UNDONE}, remove=("queue", "due"), expect={"state": UNDOING}
    )
