"""Who must know of it when a sail is moved: by a letter of ours, or by somebody who calls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scc.context import Context
from scc.events.letters import is_to_come
from scc.events.model import Event
from scc.mail.model import address_or_none
from scc.staff.model import Person, named
from scc.waivers import store as waivers
from scc.waivers.model import call_roll


@dataclass(frozen=True)
class Reached:
    """Somebody, and how they are reached; `by_letter`: SCC writes to them by itself."""

    name: str
    how: str
    by_letter: bool = False


@dataclass(frozen=True)
class MustKnow:
    patron: Reached
    crew: list[Reached] = field(default_factory=list)
    signers: list[Reached] = field(default_factory=list)
    """Who signed for themselves or for children, each once."""


def must_know(ctx: Context, event: Event) -> MustKnow:
    """All who count on the sail's time. One read: of who signed."""
    return MustKnow(_patron(ctx, event), _crew(event), _signers(ctx, event))


def _patron(ctx: Context, event: Event) -> Reached:
    name = event.patron_name or event.slug
    address = address_or_none(event.patron_email)
    if address and is_to_come(ctx, event) and not event.cancelled:
        return Reached(name, address, by_letter=True)
    return Reached(name, event.patron_phone or event.patron_email or "no address or phone is known")


def crew_names(event: Event) -> list[str]:
    """Who is on, as the event has it: a list of names, or the older tool's `{captain: {name}}`."""
    crew = event.item.get("crew")
    found = list(crew.values()) if isinstance(crew, Mapping) else crew
    names = [_name(one) for one in found] if isinstance(found, list) else []
    return list(dict.fromkeys(name for name in names if name))


def _name(one: Any) -> str:
    told = one.get("name") if isinstance(one, Mapping) else one
    return told if isinstance(told, str) else ""


def _crew(event: Event) -> list[Reached]:
    return [Reached(name, "is on") for name in crew_names(event)]


def _signers(ctx: Context, event: Event) -> list[Reached]:
    roll = call_roll(waivers.of_event(ctx, event), event.guests, None)
    signers = [one for one in roll.waivers if one.stands and not one.no_show and one.number == 0]
    return [Reached(one.name, one.email or "left no e-mail address") for one in signers]


def crew_of(event: Event, people: Sequence[Person]) -> list[Person]:
    """Who of the staff is on: by the stations they took, else by the names that stand there."""
    stations = event.item.get("stations")
    found = stations if isinstance(stations, list) else []
    ids = [one.get("person") for one in found if isinstance(one, Mapping)]
    by_id = [person for person in people if person.id in ids]
    by_name = [named(people, name) for name in crew_names(event)]
    here = [person for person in (*by_id, *by_name) if person and not person.left]
    return list({person.id: person for person in here}.values())
