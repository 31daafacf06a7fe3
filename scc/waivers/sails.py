"""What a guest may see of a sail, and how a guest's link finds it."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from flask import request, url_for

from scc.company import store as company
from scc.company.model import dock_of
from scc.errors import NotFound
from scc.events import store
from scc.events.links import is_party_key, party_key
from scc.events.model import Event, first_name, parse_ref, slug_date
from scc.parse import parse_date
from scc.web import current, ics, language


@dataclass(frozen=True)
class Sail:
    """No last name, no money."""

    url: str
    calendar_url: str
    map_url: str
    place: str
    first_name: str
    date: date | None
    start: datetime | None
    cancelled: bool
    moved: bool
    """Whether its slug, and so the link, names another day."""


def guest_url(endpoint: str, **values: object) -> str:
    """An address of the guests' pages; a language that was asked for stays."""
    asked = request.args.get("lang", "")
    lang = {"lang": asked} if asked in language.LANGUAGES else {}
    return url_for(endpoint, **values, **lang)  # type: ignore[arg-type]


def show(event: Event) -> Sail:
    settings = current.ctx().settings
    start = event.local_start(settings.timezone)
    dock = dock_of(company.load(current.ctx()), event)
    named = slug_date(event.slug)
    return Sail(
        url=guest_url("waivers.page", ref=event.ref),
        calendar_url=guest_url("waivers.calendar", ref=event.ref) if start else "",
        map_url=dock.map_link if dock else "",
        place=dock.name if dock else "",
        first_name=first_name(event),
        date=start.date() if start else None,
        start=start if event.hour_known else None,
        cancelled=event.cancelled,
        moved=start is not None and named is not None and named != start.date(),
    )


def told_apart(events: list[Event]) -> list[Sail]:
    """Several sails to choose from. Where two look alike, with the first letter of the patron's
    last name; where that is one too, with a number. Nobody's full name."""
    shown = [show(event) for event in events]
    initials = [_initial(event) for event in events]
    alike = Counter(map(_looks, shown))
    shown = [
        replace(sail, first_name=f"{sail.first_name} {initial}".strip())
        if alike[_looks(sail)] > 1
        else sail
        for sail, initial in zip(shown, initials, strict=True)
    ]
    alike, met = Counter(map(_looks, shown)), Counter[object]()
    told = []
    for sail in shown:
        look = _looks(sail)
        met[look] += 1
        number = f" ({met[look]})" if alike[look] > 1 and sail.first_name else ""
        told.append(replace(sail, first_name=f"{sail.first_name}{number}"))
    return told


def _looks(sail: Sail) -> object:
    return sail.first_name, sail.date, sail.start


def _initial(event: Event) -> str:
    last, _, first = event.patron_name.rpartition(",")
    words = (last or first).split()
    return f"{words[-1][0].upper()}." if last or len(words) > 1 else ""


# Finding it


def as_date(text: str) -> date | None:
    """Links sent by the older tool name the day alone."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def behind(ref: str) -> list[Event]:
    """The sails that a link means: by its day several, or none."""
    day = as_date(ref)
    return meant_by(day) if day else [store.load(current.ctx(), parse_ref(ref))]


def meant_by(day: date) -> list[Event]:
    """Sails on that day; and those around it that were planned for it, by their slugs: whoever was
    sent the day alone may belong to either."""
    zone = current.ctx().settings.timezone
    months = {f"{day + timedelta(days=far):%Y-%m}" for far in (-31, 0, 31) if _is_near(day)}
    return [
        event
        for month in sorted(months)
        for event in store.in_month(current.ctx(), month)
        if not event.cancelled
        and (start := event.local_start(zone))
        and day in (start.date(), slug_date(event.slug))
    ]


def _is_near(day: date) -> bool:
    """At the calendar's ends there is no month beside."""
    return 1 < day.year < 9999


def of_party(ref: str, key: str) -> Event:
    """The event of an unguessable link. Raises NotFound for any other key."""
    event = store.load(current.ctx(), parse_ref(ref))
    if not is_party_key(current.ctx().settings, event.exact_ref, key):
        raise NotFound("This link is not whole. Ask whoever sent it to you for another.")
    return event


def party_url(event: Event, *, external: bool = False) -> str:
    """The unguessable link, for the QR code and for letters; from configuration when external."""
    key = party_key(current.ctx().settings, event.exact_ref)
    return url_for("waivers.party", ref=event.ref, key=key, _external=external)


# For a calendar


def entry(event: Event, starts_at: datetime, sail: Sail, url: str) -> ics.Entry:
    """The sail as the calendar of a guest has it. No name but the first one."""
    title = (
        language.say("{name}’s sail", name=sail.first_name)
        if sail.first_name
        else language.say("Your sail")
    )
    return ics.Entry(
        ref=str(event.exact_ref),
        version=event.version,
        title=title,
        starts=starts_at if event.hour_known else sail.date or starts_at.date(),
        place=sail.place,
        url=url,
    )
