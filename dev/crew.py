"""The sample season's staff, by the names that the older tool's events have; and who is on."""

from typing import Final

from dev.office import ORIGIN
from scc.aws import Change
from scc.context import Context
from scc.crew import asking, by_hand
from scc.events.model import Event
from scc.staff import store
from scc.staff.model import Person
from scc.tables import EVENTS

_CREW: Final = frozenset({"crew"})
_JOINED: Final = "2025-04-01T17:00:00Z"

RAY: Final = Person(
    "pray22222", "Capt. Ray", _CREW, ("captain",), "619-555-0191", "ray@example.com", _JOINED
)
MOANA: Final = Person(
    *("pmoana222", "Moana", _CREW, ("captain", "mate", "host")),
    *("619-555-0192", "moana@example.com", _JOINED),
)
DEE: Final = Person(
    *("pdee22222", "Dee", frozenset({"admin", "crew"}), ("mate", "deckhand")),
    *("619-555-0193", "dee@example.com", _JOINED),
)
STAFF: Final = (RAY, MOANA, DEE)
_WATCHES: Final = (
    (("captain", RAY), ("mate", MOANA)),
    (("captain", MOANA), ("deckhand", DEE)),
    (("captain", RAY),),
)


def sign_on(ctx: Context) -> None:
    for person in STAFF:
        ctx.db.write(store.put(person))


def man(ctx: Context, event: Event, watch: int) -> None:
    """Who is on, as dispatch writes it."""
    at = ctx.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    stations = [
        {"position": position, "person": person.id, "name": person.name, "at": at}
        for position, person in _WATCHES[watch % len(_WATCHES)]
    ]
    names = [one["name"] for one in stations]
    ctx.db.write(Change(EVENTS, event.key, set={"stations": stations, "crew": names}))


def ask(ctx: Context, event: Event) -> None:
    """Moana and Dee may come as mate; neither has answered yet."""
    positions = {"captain": 1, "mate": 1}
    by_hand.set_positions(ctx, event.exact_ref, positions, ORIGIN)
    wish = asking.Wish((MOANA.id, DEE.id), ("mate",), 72)
    asking.ask(ctx, event.exact_ref, wish, "sample-ask", ORIGIN)
