"""The day's run sheet: who sails with whom, from where, and what the captain has to know."""

import json
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue

from scc.board import aboard
from scc.board.reading import day_start
from scc.context import Context
from scc.errors import NotFound
from scc.events import store as events
from scc.events.entering import is_closed_to_crew
from scc.events.model import Event
from scc.events.stations import place_of
from scc.parse import parse_date
from scc.staff import store as staff
from scc.waivers import sails
from scc.waivers.model import ADULT, Roll, Waiver, age_on
from scc.waivers.service import roll_call
from scc.web import assets, current, guards

blueprint = Blueprint("sheet", __name__)


@dataclass(frozen=True)
class Guest:
    name: str
    age: int | None
    """Of a child, on the day of the sail, for the life-jackets."""
    guardian: str
    emergency: str
    note: str


@dataclass(frozen=True)
class Leaf:
    """One sail on the sheet."""

    sail: aboard.Sail
    guests: list[Guest]
    roll: Roll
    code: str
    """The QR code of the party's waiver, drawn."""
    waiver_url: str


@blueprint.get("/scc/sheet/<day>")
@guards.crew
def day(day: str) -> ResponseReturnValue:
    """For crew the sails that they are on; for an admin all of the day."""
    try:
        wanted = parse_date(day)
    except ValueError as error:
        raise NotFound(str(error)) from error
    ctx, actor = current.ctx(), current.origin().actor
    people = staff.everyone(ctx)
    found = [event for event in _on(ctx, wanted) if not event.cancelled]
    if actor.kind != "admin":
        found = [
            event
            for event in found
            if place_of(event, actor.id, people) and not is_closed_to_crew(ctx, event)
        ]
    return render_template(
        "crew/sheet.html",
        day=wanted,
        leaves=[_leaf(ctx, event, aboard.show(ctx, event, people, actor.id)) for event in found],
        now=ctx.now().astimezone(ctx.settings.timezone),
    )


def _on(ctx: Context, day: date) -> list[Event]:
    if not 1 < day.year < 9999:
        return []
    since, until = (events.start_key(day_start(ctx, d)) for d in (day, day + timedelta(days=1)))
    found = events.in_month(ctx, f"{day:%Y-%m}", since=since)
    return [e for e in found if e.starts_at and events.start_key(e.starts_at) < until]


def _leaf(ctx: Context, event: Event, sail: aboard.Sail) -> Leaf:
    roll = roll_call(ctx, event)
    url = sails.party_url(event, external=True)
    guests = [
        _guest(roll, waiver, sail.date or ctx.today()) for waiver in roll.waivers if waiver.counts
    ]
    return Leaf(sail, guests, roll, _drawn(url), url)


def _guest(roll: Roll, waiver: Waiver, day: date) -> Guest:
    age = age_on(date.fromisoformat(waiver.birth_date), day) if waiver.birth_date else ADULT
    note = roll.notes.get(waiver.key, {}) if waiver.number == 0 else {}
    return Guest(
        name=waiver.name,
        age=age if age < ADULT else None,
        guardian=waiver.signed_by if age < ADULT else "",
        emergency=str(note.get("emergency", "")),
        note=str(note.get("captain_note", "")),
    )


def _drawn(url: str) -> str:
    import segno  # here: no other request needs it

    made = segno.make(url, error="m", micro=False)
    return made.svg_inline(border=2, light="#fff", omitsize=True, svgclass="qr", lineclass=None)


@blueprint.get("/scc/sw.js")
@guards.anyone
def worker() -> Response:
    """Keeps the sheets for where there is no signal. Its place is its scope."""
    return Response(assets.worker(), mimetype="text/javascript")


@blueprint.get("/scc/app.webmanifest")
@guards.anyone
def manifest() -> Response:
    """What a phone needs to put *My sails* on its home screen (W3C, Web Application Manifest)."""
    stage = current.ctx().settings.stage
    drawn = {"src": assets.asset("img/icon.svg"), "type": "image/svg+xml", "sizes": "any"}
    painted = {"src": assets.asset("img/icon.png"), "type": "image/png", "sizes": "192x192"}
    told = {
        "id": url_for("sails.mine"),
        "start_url": url_for("sails.mine"),
        "scope": url_for("board.dashboard"),
        "name": "Ship Captain Crew" if stage == "production" else f"Ship Captain Crew, {stage}",
        "short_name": "My sails" if stage == "production" else f"Sails, {stage}",
        "display": "standalone",
        "background_color": "#fff",
        "theme_color": "#0b2f4a",
        "icons": [drawn, painted],
    }
    return Response(json.dumps(told), mimetype="application/manifest+json")
