"""Weather calls as tests make them."""

from datetime import time
from typing import Any

from scc.audit.model import iso
from scc.context import Context
from scc.events import store as events
from scc.events.model import Event
from scc.weather import service, store
from scc.weather.model import CANCEL, HOLD, Call, Choice
from tests.given import ORIGIN


def choice(ctx: Context, event: Event, what: str = HOLD, **more: Any) -> Choice:
    """For the event as it is now."""
    until = time(15) if what == HOLD else None
    version = events.load(ctx, event.exact_ref).version
    return Choice(event.exact_ref, version, what, **{"until": until, **more})


def call(ctx: Context, *choices: Choice, id_: str = "call", reason: str = "Gale warning") -> Call:
    event = events.load(ctx, choices[0].ref)
    start = event.local_start(ctx.settings.timezone)
    assert start is not None
    return Call(start.date(), id_, iso(ctx.now()), "Moana", reason, choices)


def called(ctx: Context, event: Event, what: str = HOLD, id_: str = "call") -> Call:
    """A call about one sail, done."""
    return service.make_call(ctx, call(ctx, choice(ctx, event, what), id_=id_), ORIGIN)


def begun(ctx: Context, event: Event, id_: str = "begun") -> Call:
    """A call that was cut off right after its record was written."""
    made = call(ctx, choice(ctx, event, CANCEL), id_=id_)
    ctx.db.transact([store.put(ctx, made)])
    return made
