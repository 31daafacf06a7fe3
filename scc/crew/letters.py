"""Letters to the crew: come, you are on, you are not needed; and to the owner: somebody can't."""

from datetime import datetime, time, timedelta
from typing import Final

from scc.audit.model import Origin
from scc.aws import Write
from scc.context import Context
from scc.crew.links import answer_page
from scc.crew.model import NIGHT_UNTIL, Ask, Station, Terms, out_of_night
from scc.events import letters as events
from scc.events.model import Event
from scc.mail import letters, store
from scc.mail.letters import Duty
from scc.mail.model import WAITING, WITHDRAWN, Posted, address_or_none
from scc.parse import parse_date
from scc.staff.model import Person
from scc.web.filters import day, hour, short_day


def asked(
    ctx: Context,
    event: Event,
    person: Person,
    ask: Ask,
    *,
    reminder: bool = False,
    wait: timedelta | None = None,
) -> list[Write]:
    """The letter that asks; where something changed, with what it was before. `wait`: until it
    leaves; None: until it is day."""
    duty = _duty(ctx, event, person, ask.terms, ask.positions)
    was = in_words(ask.was) if ask.was and not ask.was.same(ask.terms) else ""
    key = f"{ask.person}-{ask.round}" + ("-reminder" if reminder else "")
    letter = letters.crew_ask(
        duty,
        was,
        moment(ctx, ask.deadline),
        reminder,
        key,
        ask.by,
        by_day(ctx) if wait is None else wait,
    )
    return store.queued(ctx, letter)


def on(
    ctx: Context, event: Event, person: Person, station: Station, ask: Ask, origin: Origin
) -> list[Write]:
    """What was agreed, to keep."""
    terms = station.terms or Terms()
    duty = _duty(ctx, event, person, terms, (station.position,))
    key = f"{ask.person}-{ask.round}-on-{_instant(ctx)}"
    wait = in_time(ctx, event)
    letter = letters.crew_told(duty, "on", "", key, origin.actor.name, wait)
    return store.queued(ctx, letter)


def told(
    ctx: Context, event: Event, person: Person, ask: Ask, what: str, reason: str, origin: Origin
) -> list[Write]:
    """They are not needed: `off`, `taken` or `cancelled`."""
    duty = _duty(ctx, event, person, ask.terms, ask.positions)
    key = f"{ask.person}-{ask.round}-{what}"
    wait = in_time(ctx, event)
    letter = letters.crew_told(duty, what, reason, key, origin.actor.name, wait)
    return store.queued(ctx, letter)


def dropped(ctx: Context, event: Event, station: Station, ask: Ask) -> list[Write]:
    """To the owner: somebody who was on can't come."""
    words = f"{station.name} can’t come as {station.position}"
    letter = letters.owner_crew(
        ctx.settings.mail.owner,
        events.sail(ctx, event),
        words,
        f"{ask.person}-{ask.round}-{_instant(ctx)}",
        station.name,
    )
    return store.queued(ctx, letter)


OVERTAKEN: Final = "Overtaken by what came after"
"""Why a letter does not leave."""

_KINDS: Final = frozenset({"crew_ask", "crew_told"})


def overtaken(ctx: Context, event: Event, person: str) -> list[Write]:
    """What waits to tell somebody what is not so any more does not leave."""
    return [
        store.withdraw(one, OVERTAKEN)
        for one in store.about(ctx, event.ledger)
        if one.state == WAITING and one.kind in _KINDS and one.of.startswith(f"{person}-")
    ]


def knows_by_the_call(ctx: Context, event: Event, person: Person) -> bool:
    """Whether the letter of the weather's call has told them that it is off."""
    return any(
        one.kind == "weather_crew" and one.state != WITHDRAWN and one.at >= event.cancelled_at
        for one in store.about(ctx, event.ledger)
        if one.to.casefold() == person.email.casefold()
    )


def is_so(letter: Posted, terms: Terms, ask: Ask | None, station: Station | None) -> bool:
    """Whether what a letter to the crew says still holds."""
    if ask is None or letter.values["when"] != in_words(terms):
        return False
    if letter.kind == "crew_ask":
        return ask.waiting
    what = letter.values["what"]
    return station is not None if what == "on" else ask.closed == what


def _duty(
    ctx: Context, event: Event, person: Person, terms: Terms, positions: tuple[str, ...]
) -> Duty:
    return Duty(
        about=event.ledger,
        to=address_or_none(person.email) or "",
        first_name=person.first_name,
        position=" or ".join(positions) or "crew",
        day=short_day(parse_date(terms.day)) if terms.day else "",
        when=in_words(terms),
        party=event.guests,
        page=answer_page(event.exact_ref, person.id),
    )


def _instant(ctx: Context) -> str:
    """So that two answers of one second are two letters."""
    return f"{ctx.now():%Y%m%dT%H%M%S.%f}"


def by_day(ctx: Context) -> timedelta:
    """How long a letter waits so that nobody is woken."""
    now = ctx.now()
    return out_of_night(now, ctx.settings.timezone) - now


def in_time(ctx: Context, event: Event, before: Terms | None = None) -> timedelta:
    """The same; but what would come too late leaves at once. `before`: what they know of so far,
    which may be the sooner."""
    wait = by_day(ctx)
    starts = [event.starts_at, _start(ctx, before)]
    latest = ctx.now() + wait + timedelta(hours=3)
    return timedelta() if any(start and start < latest for start in starts) else wait


def _start(ctx: Context, terms: Terms | None) -> datetime | None:
    if terms is None or not terms.day:
        return None
    hour = time.fromisoformat(terms.start)
    return datetime.combine(parse_date(terms.day), hour, ctx.settings.timezone)


def too_late(ctx: Context, terms: Terms, call: datetime | None) -> str:
    """Why no letter can ask for it: it waits for the day, and the call is sooner. Or nothing."""
    leaves = out_of_night(ctx.now(), ctx.settings.timezone)
    if call is None or leaves == ctx.now() or leaves < call:
        return ""
    at, there, start = (
        hour(time.fromisoformat(text)) for text in (f"{NIGHT_UNTIL}", terms.call, terms.start)
    )
    return (
        f"It is night: letters leave at {at}, the call is at {there}, the sail begins at {start}. "
        "Call them, and put on who says yes."
    )


def in_words(terms: Terms) -> str:
    """`Saturday 23 May: be at Harbor Island at 5:45 pm, sail at 6:30 pm`."""
    if not terms.day:
        return ""
    call, start = (hour(time.fromisoformat(at)) for at in (terms.call, terms.start))
    there = f"at {terms.dock_name} " if terms.dock_name else "there "
    return f"{day(parse_date(terms.day))}: be {there}at {call}, sail at {start}"


def moment(ctx: Context, at: str) -> str:
    """`Friday 22 May, 6:00 pm`, in the boat's zone."""
    local = datetime.fromisoformat(at).astimezone(ctx.settings.timezone)
    return f"{day(local)}, {hour(local)}"


def sail_in_words(ctx: Context, event: Event) -> str:
    return f"{event.patron_name or event.slug}, {events.when(ctx, event)}"
