"""An event on a page that crew may enter: admins see all, crew those that they are on."""

from scc.errors import NotAllowed
from scc.events import store
from scc.events.model import Event, parse_ref
from scc.events.stations import place_of
from scc.staff import store as staff
from scc.web import current


def event_of(ref: str) -> Event:
    """Raises NotFound, and NotAllowed for crew who are not on it."""
    ctx, actor = current.ctx(), current.origin().actor
    event = store.load(ctx, parse_ref(ref))
    if actor.kind != "admin" and not place_of(event, actor.id, staff.everyone(ctx)):
        raise NotAllowed("You are not on this sail.")
    return event
