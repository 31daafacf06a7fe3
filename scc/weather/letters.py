"""Whom a call is written to, and what: one letter each, however many of their sails it is about."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from scc.aws import Write
from scc.context import Context
from scc.events.letters import is_to_come, last_told, sail, when
from scc.events.model import Event
from scc.mail import letters, store
from scc.mail.letters import News, Sail
from scc.mail.model import Letter, address_or_none
from scc.parse import money
from scc.planning.telling import crew_of
from scc.staff.model import Person
from scc.weather.model import CANCEL, GO, HOLD, MOVE, Call, Choice, Told
from scc.web.filters import hour


@dataclass(frozen=True)
class Turn:
    """What was chosen for a sail, the sail as it is now, and as it was before."""

    choice: Choice
    event: Event
    before: Event


@dataclass(frozen=True)
class Post:
    """What goes to one person: the rows, and what the call remembers of them."""

    writes: list[Write]
    told: Told


def post(ctx: Context, call: Call, sails: Sequence[Turn], people: Sequence[Person]) -> list[Post]:
    """The letters of a call. `sails`: those of which it was done, as they are now."""
    patrons: dict[str, list[Turn]] = {}
    crew: dict[str, list[Turn]] = {}
    names: dict[str, str] = {}
    for turn in sails:
        choice, event = turn.choice, turn.event
        if choice.what == GO and not _knows_of_hold(ctx, event):
            continue
        if choice.what != CANCEL and not is_to_come(ctx, event):
            continue
        if address := address_or_none(event.patron_email):
            patrons.setdefault(address.lower(), []).append(turn)
        for person in crew_of(event, people):
            if mail := address_or_none(person.email):
                crew.setdefault(mail.lower(), []).append(turn)
                names[mail.lower()] = person.first_name
    to_patrons = [_to_patron(ctx, call, address, of) for address, of in sorted(patrons.items())]
    to_crew = [_to_crew(ctx, call, at, names[at], of) for at, of in sorted(crew.items())]
    return [*to_patrons, *to_crew]


def _knows_of_hold(ctx: Context, event: Event) -> bool:
    """Of a hold that nobody was told of, nobody is told that it is over."""
    held = [one for one in store.about(ctx, event.ledger) if one.kind == "held"]
    return bool(held) and held[0].may_have_left


def _to_patron(ctx: Context, call: Call, address: str, of: Sequence[Turn]) -> Post:
    if len(of) == 1:
        letter = _one(ctx, call, of[0])
        told_of = Told(letter.about, letter.sort, (_ref(of[0].event),))
        return Post(store.queued(ctx, letter), told_of)
    first = sail(ctx, of[0].event)
    letter = letters.weather(
        first,
        [_news(ctx, one) for one in of],
        call.reason,
        f"{call.id}-{_mark(address)}",
        call.by,
    )
    # Each sail knows what its patron was told, as if it had been told alone.
    told = [store.told(ctx, _one(ctx, call, one), letter) for one in of]
    refs = tuple(_ref(turn.event) for turn in of)
    return Post([*store.queued(ctx, letter), *told], Told(letter.about, letter.sort, refs))


def _one(ctx: Context, call: Call, turn: Turn) -> Letter:
    choice, about = turn.choice, sail(ctx, turn.event)
    key = f"{call.id}-{choice.version}"
    if choice.what == HOLD:
        return letters.held(about, _until(choice), call.reason, key, call.by)
    if choice.what == MOVE:
        return letters.moved(about, last_told(ctx, turn.before), key, call.by)
    if choice.what == CANCEL:
        return letters.cancelled(about, "weather", "", _paid(turn.event), key, call.by)
    return letters.lifted(about, key, call.by)


def _news(ctx: Context, turn: Turn) -> News:
    choice, event = turn.choice, turn.event
    return News(
        what=choice.what,
        when=when(ctx, event),
        was=last_told(ctx, turn.before) if choice.what == MOVE else "",
        until=_until(choice),
        amount=_paid(event) if choice.what == CANCEL else "",
        patron=event.patron_name or event.slug,
    )


def _until(choice: Choice) -> str:
    return hour(choice.until) if choice.until else ""


def _paid(event: Event) -> str:
    cents = event.standing.refundable_cents
    return money(cents) if cents > 0 else ""


def _to_crew(ctx: Context, call: Call, address: str, name: str, of: Sequence[Turn]) -> Post:
    news = [_news(ctx, one) for one in of]
    about = Sail(of[0].event.ledger, address, name, "", "", "", "")
    letter = letters.weather_crew(about, news, call.reason, f"{call.id}-{_mark(address)}", call.by)
    # The crew's room looks there for what somebody was told of a sail.
    others = [replace(letter, about=turn.event.ledger) for turn in of[1:]]
    told = [store.told(ctx, one, letter) for one in others]
    refs = tuple(_ref(turn.event) for turn in of)
    return Post([*store.queued(ctx, letter), *told], Told(letter.about, letter.sort, refs))


def _ref(event: Event) -> str:
    return str(event.exact_ref)


def _mark(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()[:16]
