"""Entries, rows and events that the tests of models start from."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from scc.audit.model import Actor
from scc.events.model import Event
from scc.ledger.model import Entry, Row

DAY = date(2026, 5, 23)
DEE = Actor("admin", "1", "Dee")
HOME = ZoneInfo("Pacific/Honolulu")


def at(number: int) -> str:
    """When the entry of that number was written: one a day, the first on 23 May."""
    return f"{DAY + timedelta(days=number - 1)}T20:00:00Z"


def entry(number: int, kind: str = "payment", **said: Any) -> Entry:
    """$450 by Zelle from Alice, unless told otherwise."""
    given: dict[str, Any] = {"cents": 45000, "method": "zelle", "payer": "Alice"}
    given |= {"received_on": DAY.isoformat()} | said
    return Entry(kind, f"id-{number}", number, at(number), DEE, **given)


def price(number: int, cents: int | None, **said: Any) -> Entry:
    return Entry("price", f"id-{number}", number, at(number), DEE, cents, **said)


def row(number: int, kind: str = "payment", event: str = "a", day: date = DAY, **said: Any) -> Row:
    """$100 in cash, unless told otherwise."""
    given: dict[str, Any] = {"cents": 10000, "method": "cash", "received_on": day.isoformat()}
    given |= said
    its = Entry(kind, f"id-{event}-{number}", number, f"{day}T20:00:00Z", DEE, **given)
    partition = f"event#{event}#1"
    item = its.item() | {"pk": partition, "sk": f"entry#{number:06}", "day": day.isoformat()}
    return Row(partition, its, item)


def event(slug: str = "2026-05-23-alice-sunset", **item: Any) -> Event:
    """An event that has nothing but what is said."""
    return Event.from_item({"event_id": slug, "timestamp": Decimal(1767632400), **item}, HOME)


def paid_event(dollars: Any = 450, price_cents: int | None = 45000, **money: Any) -> Event:
    """One that SCC wrote: as much recorded on it as its own entries come to."""
    cents = int(dollars * 100)
    kept = {"paid_cents": cents, "refundable_cents": cents} | money
    item: dict[str, Any] = {"payment_amount": Decimal(dollars), "money": kept}
    if price_cents is not None:
        item |= {"price_cents": price_cents, "payment_cleared": cents >= price_cents}
    return event(**item)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
