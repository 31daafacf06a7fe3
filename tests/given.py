"""Events that a test starts from."""

import secrets
from datetime import date
from typing import Any

from scc.audit.model import Actor, Origin
from scc.aws import Change, Item
from scc.bookings.adopt import adopt
from scc.company import store as settings
from scc.company.model import Boat, as_item
from scc.context import Context
from scc.corrections.model import Refund
from scc.corrections.service import Once, refund
from scc.endings.service import end_event
from scc.events import store
from scc.events.model import Event, Ref
from scc.events.service import Details, create_event
from scc.handed import service as handed
from scc.ledger import store as ledger
from scc.ledger.model import Entry
from scc.payments.model import NewPayment
from scc.payments.service import log_payment
from scc.staff import model as staff
from scc.staff import store as people
from scc.staff.model import Person
from scc.tables import EVENTS
from tests.older import OlderTool

ORIGIN = Origin(Actor("system", "test", "test"))


def member(
    ctx: Context, name: str = "Kai", *roles: str, positions: tuple[str, ...] = (), **more: Any
) -> Person:
    """Somebody of the staff; crew, if no role is given."""
    person = Person(staff.new_id(), name, frozenset(roles or ("crew",)), positions, **more)
    ctx.db.write(people.put(person))
    return people.load(ctx, person.id)


def put_aboard(ctx: Context, event: Event, person: Person, position: str = "captain") -> Event:
    """The event with somebody on it, as dispatch writes it."""
    on = {"position": position, "person": person.id, "name": person.name, "at": "2026-01-01"}
    stations = [*event.item.get("stations", []), on]
    names = [str(one["name"]) for one in stations]
    ctx.db.write(Change(EVENTS, event.key, set={"stations": stations, "crew": names}))
    return store.load(ctx, event.exact_ref)


def hand_over(ctx: Context, event: Event, cents: int = 7700, tip: int = 0) -> str:
    """Kai was handed money for it; the key of what waits."""
    key = secrets.token_hex(16)
    handed.note(ctx, event, key, cents, tip, "cash", "Jane Doe", ORIGIN)
    return key


def charter(ctx: Context, day: date | None = None, name: str = "Alice", **details: Any) -> Event:
    """An event as the form creates it, for $450; today's, if no day is given."""
    wanted: dict[str, Any] = {
        "first_name": name,
        "patron_name": f"{name} Nakamura",
        "day": day or ctx.today(),
        "period": "sunset",
        "price_cents": 45000,
        **details,
    }
    return create_event(ctx, Details(**wanted), secrets.token_hex(8), ORIGIN)


def a_big_boat(ctx: Context) -> None:
    """Parties may be bigger than an uninspected boat takes."""
    boats(ctx, Boat("queen", "Queen", limit=40))


def boats(ctx: Context, *boats: Boat) -> None:
    """The company has these boats."""
    ctx.db.write(settings.change(settings.read(ctx), boats=[*map(as_item, boats)]))


def paid(ctx: Context, event: Event, cents: int = 45000, method: str = "zelle") -> Event:
    """The event after a payment."""
    payment = NewPayment(payer="Alice", cents=cents, method=method, key=secrets.token_hex(8))
    return log_payment(ctx, event.exact_ref, payment, ORIGIN).event


def refunded(ctx: Context, event: Event, cents: int) -> Event:
    """The event with a refund owed."""
    wanted = Refund(cents, "zelle", "Alice", ctx.today(), "Fog")
    return refund(ctx, event.exact_ref, wanted, Once(secrets.token_hex(8)), ORIGIN).event


def cancelled(
    ctx: Context, event: Event | Ref, reason: str = "Storm", key: str | None = None
) -> Event:
    """The event, cancelled for the weather; nothing is said of its money."""
    ref = event.exact_ref if isinstance(event, Event) else event
    once = Once(key or secrets.token_hex(8))
    return end_event(ctx, ref, "weather", "", reason, once, ORIGIN).event


def older(ctx: Context, *items: Item) -> list[Event]:
    """Events as the older tool wrote them, adopted."""
    for item in items:
        OlderTool(ctx).put(item)
    adopt(ctx.db, ctx.settings.timezone)
    return [store.load(ctx, Ref(item["event_id"], int(item["timestamp"]))) for item in items]


def many(ctx: Context, number: int, day: date) -> None:
    """That many unpaid events on one day, put into the table by the dozen."""
    names = ctx.db.name(EVENTS)
    starts_at = f"{day.isoformat()}T20:00:00Z"
    requests = [
        {
            "PutRequest": {
                "Item": {
                    "event_id": {"S": f"{day.isoformat()}-guest{n}-midday"},
                    "timestamp": {"N": "1767632400"},
                    "month": {"S": f"{day:%Y-%m}"},
                    "starts_at": {"S": starts_at},
                    "open": {"S": "unpaid"},
                    "patron_name": {"S": f"Guest {n}"},
                }
            }
        }
        for n in range(number)
    ]
    for first in range(0, number, 25):
        ctx.db.client.batch_write_item(RequestItems={names: requests[first : first + 25]})


def payments(ctx: Context, event: Event) -> list[Entry]:
    """What was logged for it; an event with a price has an entry for that beside."""
    return [e for e in ledger.entries(ctx, event.ledger) if e.kind == "payment"]


def all_events(ctx: Context) -> list[Event]:
    return store.everything(ctx, None)[0]
