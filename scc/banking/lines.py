"""What the page *Money* shows of each matter, ready for the template."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import current_app, url_for

from scc.banking.model import BOUNCE, Matter, Place
from scc.context import Context
from scc.events.model import ENDINGS, Event
from scc.events.sources import site_name, source_of
from scc.ledger.methods import method_named
from scc.web.filters import short_day

MOST = 100
"""Rows of a list that are shown at once; a mark is a transaction an event, in ten seconds."""


@dataclass(frozen=True)
class Line:
    value: str
    """The entry, as a form names it."""
    who: str
    cents: int
    what: str
    sail: str
    url: str
    due_on: date | None = None
    bounce_url: str = ""
    sent_url: str = ""


@dataclass(frozen=True)
class Lines:
    """Some of a list, and how many there are in all."""

    shown: Sequence[Line]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.shown)


def cut(lines: Sequence[Line]) -> Lines:
    return Lines(lines[:MOST], len(lines))


def of_matter(ctx: Context, matter: Matter) -> Line:
    event, pending = matter.event, matter.pending
    place: dict[str, Any] = {"ref": event.exact_ref, "number": pending.number}
    sent = "corrections.sent" in current_app.view_functions and pending.state == "owed"
    return Line(
        value=str(Place(str(event.exact_ref), pending.number)),
        who=pending.payer or _patron(event),
        cents=pending.cents,
        what=f"{method_named(pending.method).label}, {pending.state} {_day(pending.since)}",
        sail=_sail(ctx, event, pending.payer),
        url=url_for("board.event", ref=event.exact_ref),
        due_on=matter.due_on,
        bounce_url=url_for("banking.bounced", **place) if BOUNCE in matter.can else "",
        sent_url=url_for("corrections.sent", **place) if sent else "",
    )


def of_booked(ctx: Context, event: Event) -> Line:
    """What the booking system took for a sail that fell through."""
    source = source_of(event.item)
    by = site_name(source.site) if source else "the booking system"
    line = of_event(ctx, event, event.standing.booked_cents)
    return replace(line, what=f"Taken by {by}: give it back there. {line.what}")


def of_event(ctx: Context, event: Event, cents: int) -> Line:
    """An event whose money waits as a whole."""
    return Line(
        value="",
        who=_patron(event),
        cents=cents,
        what=ENDINGS.get(event.ended) or event.cancelled_reason or "Cancelled",
        sail=_sail(ctx, event, _patron(event)),
        url=url_for("board.event", ref=event.exact_ref),
    )


def _patron(event: Event) -> str:
    return event.patron_name or event.slug


def _sail(ctx: Context, event: Event, who: str) -> str:
    """The day of the sail, and whose it is where that is not said already."""
    start = event.local_start(ctx.settings.timezone)
    year = f" {start.year}" if start and start.year != ctx.today().year else ""
    when = f"{short_day(start)}{year}" if start else "No date"
    whose = "" if who == _patron(event) else f", {_patron(event)}"
    return f"{when}{whose}"


def _day(text: str) -> str:
    try:
        return short_day(date.fromisoformat(text))
    except ValueError:
        return ""
