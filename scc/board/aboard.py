"""A sail as its crew see it: no last name of the patron, and no money but what is due."""

from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for

from scc.board.cards import anchor_of
from scc.company import store as companies
from scc.company.model import boat_of, call_at, dock_of, kind_of
from scc.context import Context
from scc.events.model import Event, first_name
from scc.events.stations import On, crew_of
from scc.parse import money
from scc.staff.model import Person, dialled
from scc.waivers import counting
from scc.waivers.counting import Count


@dataclass(frozen=True)
class Sail:
    anchor: str
    ref: str
    name: str
    """The patron's first name, or the slug where there is none."""
    date: date | None
    call: datetime | None
    start: datetime | None
    kind: str
    boat: str
    dock: str
    map_url: str
    guests: str
    notes: str
    position: str
    """Of who looks; empty where none was said, or an admin looks."""
    crew: list[On]
    """Everybody who is on."""
    cancelled: bool
    paid: str
    """`Paid`, or `Balance due`, for its captain with the amount."""
    waivers: Count | None
    phone: str
    """The patron's, as it is dialled."""
    handed_url: str
    roll_url: str
    sheet_url: str
    sail_url: str
    """Where it is ticked off."""

    def others(self, person_id: str) -> list[On]:
        return [on for on in self.crew if not on.person or on.person.id != person_id]


def show(ctx: Context, event: Event, people: list[Person], viewer: str) -> Sail:
    """`viewer`: the person's id, or anything else for an admin who is not on."""
    zone = ctx.settings.timezone
    company = companies.load(ctx)
    start = event.local_start(zone)
    crew = crew_of(event, people)
    mine = next((on for on in crew if on.person and on.person.id == viewer), None)
    dock, boat, kind = dock_of(company, event), boat_of(company, event), kind_of(company, event)
    return Sail(
        anchor=anchor_of(event.exact_ref),
        ref=str(event.exact_ref),
        name=first_name(event) or event.slug,
        date=start.date() if start else None,
        call=call_at(company, event, zone) if event.hour_known else None,
        start=start if event.hour_known else None,
        kind=kind.name if kind and company.has_kinds else event.period.capitalize(),
        boat=boat.name if boat and len(company.boats) > 1 else "",
        dock=dock.name if dock else "",
        map_url=dock.map_link if dock else "",
        guests=event.guests,
        notes=event.notes,
        position=mine.position if mine else "",
        crew=crew,
        cancelled=event.cancelled,
        paid=_paid(event, mine is not None and mine.position == "captain"),
        waivers=counting.on_card(event, ctx.now()),
        phone=dialled(event.patron_phone),
        handed_url=url_for("handed.note", ref=event.exact_ref),
        roll_url=url_for("waiver_staff.roll", ref=event.exact_ref),
        sheet_url=url_for("sheet.day", day=start.date().isoformat()) if start else "",
        sail_url=url_for("captain.sail", ref=event.exact_ref),
    )


def _paid(event: Event, captain: bool) -> str:
    if event.settled:
        return "Paid"
    due = event.balance_cents
    return f"Balance due {money(due)}" if captain and due and due > 0 else "Balance due"
