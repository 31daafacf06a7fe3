"""Pages and dialogs about one event: create, change, reinstate."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scc.errors import Invalid, KeyReused, Outdated
from scc.events import service, store
from scc.events.forms import ChangeForm, NewEventForm
from scc.events.model import Event, parse_ref
from scc.web import current, guards
from scc.web.forms import Form, new_key

blueprint = Blueprint("events", __name__)


@blueprint.route("/scc/events/new", methods=["GET", "POST"])
@guards.admin
def new() -> ResponseReturnValue:
    form = NewEventForm(data={"date": request.args.get("date", "")})
    if form.submitted():
        try:
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
    form = ChangeForm(data=_as_typed(event))
    if form.submitted():
        try:
            _change(event, form)
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


def _change(event: Event, form: ChangeForm) -> None:
    details = form.details(event.period, form.start_time.value)
    service.change_event(
        current.ctx(), event.exact_ref, details, form.version.number, current.origin()
    )


def _say_what_changed(event: Event, form: ChangeForm) -> None:
    """Somebody was quicker: what they made of it is said, what was typed stays."""
    now = store.load(current.ctx(), event.exact_ref)
    theirs = [
        f"{form[name].label.text}: {value or 'nothing'}"
        for name, value in _as_typed(now).items()
        if name != "version" and value != (form[name].data or "")
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
        form[name].errors = [*form[name].errors, text]


def _as_typed(event: Event) -> dict[str, str]:
    """The event's details as the form's fields have them."""
    first, _, last = event.patron_name.partition(" ")
    if event.first_name and event.patron_name.startswith(event.first_name):
        first, last = event.first_name, event.patron_name[len(event.first_name) :].strip()
    start = event.local_start(current.ctx().settings.timezone)
    return {
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
