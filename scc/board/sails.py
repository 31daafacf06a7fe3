"""The crew's phone: my next sails; and the same as a calendar feed."""

import hmac
from datetime import datetime, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scc.board import aboard
from scc.board.reading import day_start, next_month
from scc.company import store as companies
from scc.company.model import LONGEST, POSITIONS, call_at, dock_of, ends_at, kind_of
from scc.context import Context
from scc.crew import answering, links
from scc.crew import show as crew
from scc.crew.forms import AnswerForm
from scc.crew.model import NO, YES
from scc.crew.sailing import LATE, may_be_out
from scc.errors import NotFound, Refused
from scc.events import store as events
from scc.events.model import Event, parse_ref
from scc.events.stations import place_of
from scc.staff import access
from scc.staff import store as staff
from scc.staff.model import Person
from scc.web import current, guards, ics

blueprint = Blueprint("sails", __name__)


@blueprint.get("/scc/crew/")
@guards.crew
def mine() -> str:
    """The sails that who looks is on, from what is still out; and first what they are asked."""
    return _mine()


def _mine(notice: str = "") -> str:
    ctx, viewer = current.ctx(), current.origin().actor.id
    people = staff.everyone(ctx)
    asked = crew.asked_of(ctx, viewer) if viewer else []
    found = {event.exact_ref: event for event in of_person(ctx, viewer, people)}
    found |= {event.exact_ref: event for _, event in asked}  # read later, and consistently
    sails = [event for event in found.values() if place_of(event, viewer, people)]
    return render_template(
        "crew/mine.html",
        asked=[one for ask, event in asked if (one := crew.to_answer(ctx, ask, event))],
        sails=[
            aboard.show(ctx, event, people, viewer)
            for event in sorted(sails, key=lambda event: (event.starts_at is None, event.starts_at))
        ],
        own=_own_pages(ctx, [event for _, event in asked], viewer),
        said=_SAID.get(request.args.get("done", ""), ""),
        notice=notice,
        viewer=viewer,
        today=ctx.today(),
        now=ctx.now().astimezone(ctx.settings.timezone),
    )


def _own_pages(ctx: Context, asked: list[Event], viewer: str) -> dict[str, str]:
    """Where who looks can take an answer back, by the reference of each sail."""
    return {
        str(event.exact_ref): links.answer_path(ctx.settings, event.exact_ref, viewer)
        for event in asked
    }


_SAID = {
    "on": "You are on.",
    "taken": "Somebody was quicker. The office knows that you would have come.",
    "no": "Noted: you can’t come.",
    "gone": "Noted: you can’t come. The office is told.",
    "handed": "The office has it, and logs it.",
}
"""What was just done, by what the address says of it."""


@blueprint.post("/scc/crew/<ref:ref>/answer")
@guards.crew
def answer(ref: str) -> ResponseReturnValue:
    """Yes or no to what was asked, to the terms that were on the page. Twice is once."""
    ctx, form = current.ctx(), AnswerForm()
    person = staff.load(ctx, current.origin().actor.id)
    said = str(form.answer.data)
    if not form.submitted() or said not in (NO, *POSITIONS):
        return _mine("This could not be read. Press again."), 422
    try:
        answered = answering.answer(
            ctx,
            parse_ref(ref),
            person,
            NO if said == NO else YES,
            said,
            form.seen.data or "",
            current.origin(),
        )
    except Refused as error:
        return _mine(str(error)), 422
    return redirect(url_for("sails.mine", done=answered.outcome), 303)


def of_person(ctx: Context, person_id: str, people: list[Person]) -> list[Event]:
    """Their sails from the boat's today until the end of the month after next, and before them
    what is still out from the day before: four reads at most."""
    midnight = day_start(ctx, ctx.today())
    since = min(midnight, ctx.now() - LATE - timedelta(minutes=LONGEST))
    first, later = since.astimezone(ctx.settings.timezone).date(), next_month(ctx.today())
    months = dict.fromkeys(f"{day:%Y-%m}" for day in (first, ctx.today(), later, next_month(later)))
    found = [
        event
        for month in months
        for event in events.in_month(ctx, month, since=events.start_key(since))
    ]
    return [
        event
        for event in found
        if (_starts_from(event, midnight) or _may_be_out(ctx, event))
        and place_of(event, person_id, people)
    ]


def _starts_from(event: Event, moment: datetime) -> bool:
    return event.starts_at is not None and event.starts_at >= moment


def _may_be_out(ctx: Context, event: Event) -> bool:
    return may_be_out(event, ends_at(companies.load(ctx), event), ctx.now())


@blueprint.get("/scc/crew/feed/<person_id>/<key>.ics")
@guards.guest
def feed(person_id: str, key: str) -> ResponseReturnValue:
    """For a calendar app, which has no cookie: whoever has the address sees when and where."""
    ctx = current.ctx()
    people = staff.everyone(ctx)
    person = next((p for p in people if p.id == person_id), None)
    right = access.feed_key(ctx.settings, person) if person else ""
    if not person or not right or not hmac.compare_digest(right.encode(), key.encode()):
        raise NotFound("This calendar has ended. Make another address on your page.")
    found = of_person(ctx, person.id, people)
    return ics.answer(
        [_entry(ctx, event, person, people) for event in found if event.starts_at], "Sails"
    )


def _entry(ctx: Context, event: Event, person: Person, people: list[Person]) -> ics.Entry:
    """From the call to the end; no guest's name, in the address neither."""
    company, zone = companies.load(ctx), ctx.settings.timezone
    call, ends, start = call_at(company, event, zone), ends_at(company, event), event.starts_at
    assert start and call and ends  # noqa: S101  # it has a start
    on, kind, dock = (
        place_of(event, person.id, people),
        kind_of(company, event),
        dock_of(company, event),
    )
    what = kind.name if kind and company.has_kinds else f"{event.period} sail".strip().capitalize()
    local = start.astimezone(zone)
    return ics.Entry(
        ref=access.feed_ref(ctx.settings, str(event.exact_ref)),
        version=event.version,
        title=f"{what}, {on.position}" if on and on.position else what,
        starts=call if event.hour_known else local.date(),
        minutes=max(1, round((ends - call) / timedelta(minutes=1))) if event.hour_known else 0,
        place=dock.name if dock else "",
        url=url_for("sheet.day", day=local.date().isoformat(), _external=True),
        cancelled=event.cancelled,
    )
