"""Pages and dialogs about one event: create, change, reinstate."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scc.company import store as settings
from scc.company.model import POSITIONS, Boat, Company, Dock, Kind, boat_of, dock_of, kind_of
from scc.errors import Invalid, KeyReused, Outdated
from scc.events import boats, service, store
from scc.events.forms import ChangeForm, NewEventForm
from scc.events.model import Event, parse_ref
from scc.events.service import Details
from scc.web import current, guards
from scc.web.forms import Form, new_key

blueprint = Blueprint("events", __name__)


@blueprint.route("/scc/events/new", methods=["GET", "POST"])
@guards.admin
def new() -> ResponseReturnValue:
    company = settings.load(current.ctx())
    form = NewEventForm(company, {"date": request.args.get("date", ""), **_first_offered(company)})
    if form.submitted():
        try:
            if _asks_about_overlap(form, form.new_details(), key=form.key.data):
                return _form_page(form, url_for("events.new"), url_for("board.dashboard"))
            event = service.create_event(
                current.ctx(), form.new_details(), form.key.data, current.origin()
            )
            return redirect(url_for("board.event", ref=event.ref, done="created"))
        except Invalid as error:
            _show_errors(form, error)
        except KeyReused as error:
            form.key.data = new_key()
            form.refuse(f"This form was used before: {error.earlier} Press again for another.")
    return _form_page(form, url_for("events.new"), url_for("board.dashboard"))


@blueprint.route("/scc/events/<ref:ref>/change", methods=["GET", "POST"])
@guards.admin
def change(ref: str) -> ResponseReturnValue:
    event = store.load(current.ctx(), parse_ref(ref))
    form = ChangeForm(settings.load(current.ctx()), _as_typed(event))
    if form.submitted():
        try:
            details = form.details(event.period, form.start_time.value)
            if not _asks_about_overlap(form, details, event):
                _change(event, form, details)
                return redirect(url_for("board.event", ref=event.ref, done="changed"))
        except Invalid as error:
            _show_errors(form, error)
        except Outdated:
            _say_what_changed(event, form)
    return _form_page(
        form,
        url_for("events.change", ref=event.exact_ref),
        url_for("board.event", ref=event.ref),
        event=event,
    )


def _first_offered(company: Company) -> dict[str, str]:
    """What a new event has where nobody chooses another."""
    things: dict[str, Sequence[Boat | Dock | Kind]] = {
        "boat": company.offered_boats,
        "dock": company.offered_docks,
        "kind": company.offered_kinds,
    }
    return {name: offered[0].id for name, offered in things.items() if offered}


def _asks_about_overlap(
    form: NewEventForm | ChangeForm,
    details: Details,
    before: Event | None = None,
    key: str = "",
) -> bool:
    """Whether the form comes back, since its boat sails for others then: those were not told of
    yet, and the event did not overlap with them before."""
    ctx = current.ctx()
    company = settings.load(ctx)
    draft = boats.draft(ctx, boats.with_the_only(company, details), before)
    others = boats.overlapping(ctx, company, draft)
    if others and before:
        known = {one.exact_ref for one in boats.overlapping(ctx, company, before)}
        others = [one for one in others if one.exact_ref not in known]
    if others and key and service.has_created(ctx, key):
        return False  # it overlaps with itself: the form was sent before
    words = boats.in_words(ctx, company, others, details.day)
    return form.ask_about_overlap(
        others, f"The same boat is out then: {words}. Press again to save it all the same."
    )


def _change(event: Event, form: ChangeForm, details: Details) -> None:
    service.change_event(
        current.ctx(), event.exact_ref, details, form.version.number, current.origin()
    )


def _say_what_changed(event: Event, form: ChangeForm) -> None:
    """Somebody was quicker: what they made of it is said, what was typed stays."""
    now = store.load(current.ctx(), event.exact_ref)
    theirs = [
        f"{form[name].label.text}: {value or 'nothing'}"
        for name, value in _as_typed(now).items()
        if name != "version" and name in form and value != (form[name].data or "")
    ]
    form.version.data = str(now.version)
    form.refuse(
        "Somebody changed this event meanwhile. Yours differs in: "
        + ("; ".join(theirs) or "nothing")
        + ". Press again to save yours."
    )


@blueprint.post("/scc/events/<ref:ref>/reinstate")
@guards.admin
def reinstate(ref: str) -> ResponseReturnValue:
    event = service.reinstate_event(current.ctx(), parse_ref(ref), current.origin())
    return redirect(url_for("board.event", ref=event.ref, done="reinstated"))


def _form_page(form: Form, form_url: str, close_url: str, **context: Any) -> ResponseReturnValue:
    page = render_template(
        "events/form.html",
        form=form,
        form_url=form_url,
        close_url=close_url,
        notice=form.notice,
        **context,
    )
    return page, 422 if form.came_back else 200


def _show_errors(form: Form, error: Invalid) -> None:
    for name, text in error.fields.items():
        if name in form:
            form[name].errors = [*form[name].errors, text]
        else:  # of what the form does not ask
            form.refuse(text)


def _as_typed(event: Event) -> dict[str, str]:
    """The event's details as the form's fields have them."""
    first, _, last = event.patron_name.partition(" ")
    if event.first_name and event.patron_name.startswith(event.first_name):
        first, last = event.first_name, event.patron_name[len(event.first_name) :].strip()
    start = event.local_start(current.ctx().settings.timezone)
    company = settings.load(current.ctx())
    has = {
        "boat": boat_of(company, event),
        "dock": dock_of(company, event),
        "kind": kind_of(company, event),
    }
    positions = event.positions or {}
    return {
        **{name: thing.id if thing else "" for name, thing in has.items()},
        **{name: str(positions.get(name, "")) for name in POSITIONS},
        "minutes": str(event.minutes or ""),
        "call_time": event.call_time,
        "first_name": first,
        "last_name": last,
        "date": start.date().isoformat() if start else "",
        "start_time": start.strftime("%H:%M") if start else "",
        "guests": event.guests,
        "patron_email": event.patron_email,
        "patron_phone": event.patron_phone,
        "notes": event.notes,
        "calls_at": event.calls_at,
        "version": str(event.version),
    }
