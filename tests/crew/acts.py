"""People of the crew that a test starts from, and what is done with them."""

import secrets
from datetime import date, time, timedelta
from typing import Any

from scc.context import Context
from scc.crew import answering, asking, store
from scc.crew.asking import Wish
from scc.crew.links import answer_path
from scc.crew.model import Ask, Station, stations_of
from scc.crew.plan import plan_of
from scc.events import store as events
from scc.events.model import Event
from scc.events.service import Details, change_event
from scc.mail import store as outbox
from scc.mail.model import Posted
from scc.staff import store as staff
from scc.staff.model import Person
from tests.emulator import Clock
from tests.given import ORIGIN, charter
from tests.page import PageClient


def person(ctx: Context, name: str = "Kim Lind", *positions: str, **said: Any) -> Person:
    """Somebody who takes these positions, a captain where none is named."""
    letters = "abcdefghijkmnpqrstuvwxyz23456789"
    wanted: dict[str, Any] = {
        "id": "p" + "".join(secrets.choice(letters) for _ in range(8)),
        "name": name,
        "roles": frozenset({"crew"}),
        "positions": positions or ("captain",),
        "phone": "619-555-0101",
        "email": f"{name.split()[0].lower()}@example.com",
        **said,
    }
    made = Person(**wanted)
    ctx.db.transact([staff.put(made)])
    return made


def sail_to_come(ctx: Context, days: int = 3, **details: Any) -> Event:
    return charter(ctx, ctx.today() + timedelta(days=days), **details)


def asked(ctx: Context, event: Event, *people: Person, position: str = "captain") -> Event:
    """The event after these were asked for it."""
    wish = Wish(tuple(one.id for one in people), (position,), 24)
    asking.ask(ctx, event.exact_ref, wish, secrets.token_hex(8), ORIGIN)
    return as_it_is(ctx, event)


def says(
    ctx: Context, event: Event, who: Person, said: str = "yes", position: str = "captain"
) -> str:
    """What came of their answer to the sail as it is."""
    event = as_it_is(ctx, event)
    seen = plan_of(ctx, event).terms.mark
    return answering.answer(ctx, event.exact_ref, who, said, position, seen, ORIGIN).outcome


def as_it_is(ctx: Context, event: Event) -> Event:
    return events.load(ctx, event.exact_ref)


def moved(ctx: Context, event: Event, hour: time) -> Event:
    """The event at another hour of its day."""
    event = as_it_is(ctx, event)
    start = event.local_start(ctx.settings.timezone)
    assert start
    details = Details("Alice", event.patron_name, start.date(), "sunset", hour)
    return change_event(ctx, event.exact_ref, details, event.version, ORIGIN)


def on(ctx: Context, event: Event) -> list[Station]:
    return list(stations_of(as_it_is(ctx, event)))


def names_on(ctx: Context, event: Event) -> list[str]:
    return [one.name for one in on(ctx, event)]


def the_ask(ctx: Context, event: Event, who: Person) -> Ask:
    found = store.ask(ctx, event, who.id)
    assert found is not None
    return found


def link(ctx: Context, event: Event, who: Person) -> str:
    return answer_path(ctx.settings, event.exact_ref, who.id)


def letters(ctx: Context, event: Event, who: Person, kind: str) -> list[Posted]:
    """Those of a kind to somebody about a sail, in the order of their rounds."""
    found = [one for one in outbox.about(ctx, event.ledger) if one.to == who.email]
    return sorted((one for one in found if one.kind == kind), key=lambda one: one.sort)


def told(ctx: Context, event: Event, who: Person) -> list[str]:
    """What they were told beside being asked."""
    found = letters(ctx, event, who, "crew_told")
    return [str(one.values["what"]) for one in sorted(found, key=lambda one: one.at)]


def days_ahead(ctx: Context, days: int) -> date:
    return ctx.today() + timedelta(days=days)


def press_answer(client: PageClient, answer: str) -> Any:
    """The answer's button on the page at hand."""
    form = client.page.form()
    assert client.page.has(f".//button[@value='{answer}']")
    return client.post(form.action, data=form.values | {"answer": answer}, follow_redirects=True)


def at_local(ctx: Context, clock: Clock, hour: int) -> None:
    """Go on to the next such hour of the boat."""
    local = ctx.now().astimezone(ctx.settings.timezone)
    there = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    there += timedelta(days=there <= local)
    clock.advance(seconds=(there - local).total_seconds())
