"""What guests open. So far it names the sail and says that the waiver comes."""

from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from scc.errors import NotFound
from scc.events import store
from scc.events.model import Event, first_name, parse_ref
from scc.parse import parse_date
from scc.web import current, guards

blueprint = Blueprint("waivers", __name__)


@dataclass(frozen=True)
class Sail:
    """What a guest may see of an event: no last name, no money."""

    url: str
    first_name: str
    date: date | None
    start: datetime | None
    cancelled: bool


@blueprint.get("/g/<ref:ref>/waiver")
@guards.guest
def page(ref: str) -> ResponseReturnValue:
    day = _as_date(ref)
    events = _sails_on(day) if day else [store.load(current.ctx(), parse_ref(ref))]
    if not events:
        raise NotFound("There is no sail at this address. Ask whoever sent you the link.")
    sails = [_sail(event) for event in events]
    return render_template("waivers/page.html", sails=sails, date=day)


def _as_date(text: str) -> date | None:
    """Links sent by the older tool name the day alone."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def _sails_on(day: date) -> list[Event]:
    zone = current.ctx().settings.timezone
    month = store.in_month(current.ctx(), f"{day:%Y-%m}")
    return [
        event
        for event in month
        if not event.cancelled and (start := event.local_start(zone)) and start.date() == day
    ]


def _sail(event: Event) -> Sail:
    start = event.local_start(current.ctx().settings.timezone)
    return Sail(
        url=url_for("waivers.page", ref=event.ref),
        first_name=first_name(event),
        date=start.date() if start else None,
        start=start if event.hour_known else None,
        cancelled=event.cancelled,
    )
