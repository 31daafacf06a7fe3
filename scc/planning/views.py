"""Dialogs and pages that plan: a task, a move, a repetition; and the admin's calendar."""

from datetime import date

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scc.company import store as company
from scc.company.model import Company, boat_of, dock_of, kind_of, minutes_of
from scc.errors import Invalid, KeyReused, NotFound, Outdated
from scc.events import store as events
from scc.events.model import Event, parse_ref
from scc.planning import feeds, service
from scc.planning.forms import FeedForm, MoveForm, RepeatForm, TaskForm
from scc.planning.telling import must_know
from scc.staff import store as staff
from scc.web import current, dialogs, guards, ics
from scc.web.filters import hour
from scc.web.forms import Form, new_key

blueprint = Blueprint("planning", __name__)

_USED = "This form was used before: {} Press again for another."


def _event(ref: str) -> Event:
    return events.load(current.ctx(), parse_ref(ref))


def _show_errors(form: Form, error: Invalid) -> None:
    """What is wrong with something that the form does not ask for is said above it."""
    for name, text in error.fields.items():
        if name in form:
            form[name].errors = [*form[name].errors, text]
        else:
            form.refuse(text)


def _card(event: Event, done: str) -> ResponseReturnValue:
    return redirect(url_for("board.card", ref=event.exact_ref, done=done), 303)


# Tasks


@blueprint.route("/scc/events/<ref:ref>/task", methods=["GET", "POST"])
@guards.admin
def task(ref: str) -> ResponseReturnValue:
    event, form = _event(ref), TaskForm()
    if form.submitted():
        try:
            what, on, key = form.what.value, form.on.value, form.key.data
            service.add_task(current.ctx(), event.exact_ref, what, on, key, current.origin())
            return _card(event, "task")
        except Invalid as error:
            _show_errors(form, error)
    form_url = url_for("planning.task", ref=event.exact_ref)
    return dialogs.render("planning/task.html", event, form, form_url)


@blueprint.post("/scc/events/<ref:ref>/tasks/<task_id>")
@guards.admin
def mark(ref: str, task_id: str) -> ResponseReturnValue:
    """It is done; or, after all, not."""
    done = request.form.get("again") != "y"
    event = service.mark_task(current.ctx(), _event(ref).exact_ref, task_id, done, current.origin())
    said = "did" if done else "reopened"
    if request.form.get("from") == "event":
        return redirect(url_for("board.event", ref=event.exact_ref, done=said), 303)
    return _card(event, said)


# Moving


@blueprint.route("/scc/events/<ref:ref>/reschedule", methods=["GET", "POST"])
@guards.admin
def move(ref: str) -> ResponseReturnValue:
    """To another day or hour; who must know of it is listed before it is done."""
    event = _event(ref)
    form = MoveForm(data=_when(event))
    if form.submitted():
        try:
            moved = service.move_event(
                current.ctx(),
                event.exact_ref,
                form.date.value,
                form.start_time.value,
                form.version.number,
                current.origin(),
            )
            return _card(moved, "rescheduled")
        except Invalid as error:
            _show_errors(form, error)
        except Outdated:
            event = events.load(current.ctx(), event.exact_ref)
            form.version.data = str(event.version)
            form.refuse("Somebody changed this event meanwhile. Look and press again.")
    form_url = url_for("planning.move", ref=event.exact_ref)
    known = must_know(current.ctx(), event)
    return dialogs.render("planning/move.html", event, form, form_url, known=known)


def _when(event: Event) -> dict[str, str]:
    start = event.local_start(current.ctx().settings.timezone)
    return {
        "date": start.date().isoformat() if start else "",
        "start_time": start.strftime("%H:%M") if start else "",
        "version": str(event.version),
    }


# Repeating


@blueprint.route("/scc/events/<ref:ref>/repeat", methods=["GET", "POST"])
@guards.admin
def repeat(ref: str) -> ResponseReturnValue:
    """Weekly, or on chosen days; the days are shown first, where somebody wants to see them."""
    ctx, event = current.ctx(), _event(ref)
    start = event.local_start(ctx.settings.timezone)
    first = start.date() if start else ctx.today()
    form = RepeatForm(data={**_when(event), "times": "4"})
    days: list[date] = []
    if form.submitted():
        days = form.chosen(first)
        if not days:
            form.times.errors = ["Say how many more, or on which days."]
        elif "show" not in request.form:
            try:
                service.repeat_event(
                    ctx, event, days, form.start_time.value, form.key.data, current.origin()
                )
                return redirect(url_for("board.event", ref=event.exact_ref, done="repeated"), 303)
            except Invalid as error:
                _show_errors(form, error)
            except KeyReused as error:
                form.key.data = new_key()
                form.refuse(_USED.format(error.earlier))
    page = render_template(
        "planning/repeat.html",
        form=form,
        notice=form.notice,
        form_url=url_for("planning.repeat", ref=event.exact_ref),
        close_url=url_for("board.event", ref=event.exact_ref),
        name=event.patron_name or event.slug,
        first=first,
        days=[(day, _others(day, event)) for day in days[: service.MOST_REPEATS]],
    )
    return page, 422 if form.came_back else 200


def _others(day: date, event: Event) -> str:
    """Who else sails that day."""
    ctx = current.ctx()
    known = ctx.known if ctx.known is not None else {}
    month = f"{day:%Y-%m}"
    if f"month {month}" not in known:
        found = events.in_month(ctx, month, attributes=("patron_name", "cancelled_at"))
        known[f"month {month}"] = found
    zone = ctx.settings.timezone
    there = [
        f"{one.patron_name or one.slug} at {hour(start)}"
        for one in known[f"month {month}"]
        if not one.cancelled and (start := one.local_start(zone)) and start.date() == day
    ]
    return ", ".join(there)


# The admin's calendar


@blueprint.route("/scc/calendar", methods=["GET", "POST"])
@guards.admin
def calendars() -> ResponseReturnValue:
    """The addresses there are; a post makes one, and its answer is all that ever shows it."""
    form = FeedForm()
    if form.submitted():
        try:
            name, key = form.name.value, form.key.data
            feed, secret = feeds.make_feed(current.ctx(), name, key, current.origin())
            address = url_for("planning.feed", secret=secret, _external=True)
            return _calendars(FeedForm(fresh=True), (feed.name, address))
        except KeyReused as error:
            form.key.data = new_key()
            form.refuse(_USED.format(error.earlier))
    return _calendars(form), 422 if form.came_back else 200


def _calendars(form: FeedForm, made: tuple[str, str] | None = None) -> str:
    ctx = current.ctx()
    found, people = feeds.all_feeds(ctx), staff.everyone(ctx)
    return render_template(
        "planning/calendars.html",
        form=form,
        notice=form.notice,
        form_url=url_for("planning.calendars"),
        feeds=found,
        live={feed.id for feed in found if feeds.is_live(ctx, feed, people)},
        made=made,
    )


@blueprint.post("/scc/calendar/<feed_id>/revoke")
@guards.admin
def revoke(feed_id: str) -> ResponseReturnValue:
    feeds.revoke_feed(current.ctx(), feed_id, current.origin())
    return redirect(url_for("planning.calendars"), 303)


@blueprint.get("/scc/calendar/<secret>.ics")
@guards.guest
def feed(secret: str) -> Response:
    """For whoever has the address: who sails when, how many, on which boat. No money, no phone, no
    notes: a calendar keeps it with somebody else."""
    ctx = current.ctx()
    feeds.behind(ctx, secret)
    own = company.load(ctx)
    return ics.answer([_entry(own, one) for one in feeds.season(ctx) if one.starts_at], own.name)


def _entry(own: Company, event: Event) -> ics.Entry:
    zone = current.ctx().settings.timezone
    starts = event.local_start(zone)
    if starts is None:
        raise NotFound("It has no date.")
    boat, dock, kind = boat_of(own, event), dock_of(own, event), kind_of(own, event)
    guests = f"{event.guests} guest{'' if event.guests == '1' else 's'}" if event.guests else ""
    told = (
        event.patron_name or event.slug,
        guests,
        kind.name if kind and own.has_kinds else event.period,
        boat.name if boat and own.has_boats else "",
    )
    return ics.Entry(
        ref=str(event.exact_ref),
        version=event.version,
        title=", ".join(part for part in told if part),
        starts=starts if event.hour_known else starts.date(),
        minutes=minutes_of(own, event),
        place=dock.name if dock else "",
        url=url_for("board.event", ref=event.exact_ref, _external=True),
        cancelled=event.cancelled,
    )
