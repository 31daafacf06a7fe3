"""An event on a page that crew may enter: admins see all, crew those that they are on."""

from datetime import timedelta
from typing import Final

from scc.context import Context
from scc.errors import NotAllowed
from scc.events import store
from scc.events.model import Event, parse_ref
from scc.events.stations import place_of
from scc.staff import store as staff
from scc.web import current

FOR_CREW: Final = timedelta(days=7)
"""So long after a sail its crew may still look up its guests."""


def is_closed_to_crew(ctx: Context, event: Event) -> bool:
    """Whether it is too long ago: whoever was aboard then is no concern of theirs any more."""
    return event.starts_at is not None and ctx.now() - event.starts_at > FOR_CREW


def event_of(ref: str) -> Event:
    """Raises NotFound, and NotAllowed for crew who are not on it, or were on it long ago."""
    ctx, actor = current.ctx(), current.origin().actor
    event = store.load(ctx, parse_ref(ref))
    if actor.kind != "admin" and not place_of(event, actor.id, staff.everyone(ctx)):
        raise NotAllowed("You are not on this sail.")
    if actor.kind != "admin" and is_closed_to_crew(ctx, event):
        raise NotAllowed("This sail was more than a week ago. Ask the office.")
    return event
