"""Sails as calendars have them (RFC 5545): a guest's one, and feeds that a calendar follows.

icalendar does the writing. It is imported when a calendar is asked for: no cold start pays for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from flask import Response

from scc.web import current

if TYPE_CHECKING:
    from icalendar import Event

MIMETYPE: Final = "text/calendar"
_MAKER: Final = "-//Ship Captain Crew//EN"
_HOST: Final = "ship-captain-crew"


@dataclass(frozen=True)
class Entry:
    """One sail. `ref`: the event's exact one, which stays when the sail moves, so that a calendar
    moves what it has and adds no second one; `version` grows with each change."""

    ref: str
    version: int
    title: str
    starts: datetime | date
    """A moment; a day alone where the hour is not known."""
    minutes: int = 0
    """How long it takes; 0: nobody knows."""
    place: str = ""
    url: str = ""
    text: str = ""
    cancelled: bool = False


def answer(entries: Iterable[Entry], name: str = "", filename: str = "") -> Response:
    """The calendar. `name`: what a feed is called; `filename`: of a file to be kept instead."""
    response = Response(_written(entries, name), mimetype=MIMETYPE)
    if filename:
        response.headers["Content-Disposition"] = f"attachment; filename={filename}"
    return response


def _written(entries: Iterable[Entry], name: str) -> bytes:
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", _MAKER)
    calendar.add("version", "2.0")
    if name:
        calendar.add("name", name)  # RFC 7986; and as calendars have called it since before
        calendar.add("x-wr-calname", name)
        calendar.add("x-wr-timezone", current.ctx().settings.timezone.key)
        calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", timedelta(hours=1))
    now = current.ctx().now()
    for entry in entries:
        calendar.add_component(_event(entry, now))
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry, now: datetime) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", f"{entry.ref}@{_HOST}")
    event.add("sequence", entry.version)
    event.add("dtstamp", now)
    starts = entry.starts
    # UTC is right in every calendar, whatever zone it shows and whatever it knows of ours.
    event.add("dtstart", starts.astimezone(UTC) if isinstance(starts, datetime) else starts)
    if isinstance(starts, datetime) and entry.minutes:
        event.add("duration", timedelta(minutes=entry.minutes))
    event.add("summary", entry.title)
    if entry.place:
        event.add("location", entry.place)
    if entry.url:
        event.add("url", entry.url)
    if entry.text:
        event.add("description", entry.text)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    return event
