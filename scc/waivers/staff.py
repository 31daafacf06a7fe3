"""What the office and the crew see of a sail's waivers, and say about them."""

from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scc.errors import Invalid, KeyReused, NotFound
from scc.events.entering import event_of
from scc.events.model import Event
from scc.waivers import sails, service
from scc.waivers.forms import AboardForm, MarkForm, PaperForm, VoidForm
from scc.waivers.views import copy_url
from scc.web import current, guards
from scc.web.filters import hour, short_day
from scc.web.forms import Form, new_key

blueprint = Blueprint("waiver_staff", __name__)

_USED = "This form was used before: {} Check it and press again."


@blueprint.get("/scc/events/<ref:ref>/waivers")
@guards.crew
def roll(ref: str) -> ResponseReturnValue:
    """Who signed, and how many are missing."""
    return _page(event_of(ref))


def _page(event: Event, aboard: AboardForm | None = None) -> ResponseReturnValue:
    found = service.roll_call(current.ctx(), event)
    form = aboard or AboardForm(
        fresh=True, data={"walk_ons": str(found.walk_ons), "no_shows": str(found.no_shows)}
    )
    page = render_template(
        "waivers/roll.html",
        event=event,
        sail=sails.show(event),
        roll=found,
        form=form,
        notice=form.notice,
        mark_key=new_key(),
        reminded=request.args.get("reminded", ""),
        form_url=url_for("waiver_staff.aboard", ref=event.exact_ref),
        signed_on={w.sk: _when(w.received_at) for w in found.waivers},
        copies={w.key: copy_url(event, w.key) for w in found.waivers if not w.on_paper},
        party_url=sails.party_url(event),
        ports=service.ports(current.ctx(), event),
    )
    return page, 422 if form.came_back else 200


def _when(moment: str) -> str:
    """`Sat 23 May, 6:30 pm`, in the boat's zone."""
    at = datetime.fromisoformat(moment).astimezone(current.ctx().settings.timezone)
    return f"{short_day(at)}, {hour(at)}"


def _back(event: Event) -> ResponseReturnValue:
    return redirect(url_for("waiver_staff.roll", ref=event.exact_ref), 303)


@blueprint.post("/scc/events/<ref:ref>/waivers/mark")
@guards.crew
def mark(ref: str) -> ResponseReturnValue:
    """Somebody who signed did not come, or came after all."""
    event, form = event_of(ref), MarkForm()
    if not form.submitted() or form.what.data not in _MARKS:
        raise NotFound("This could not be read. Go back and press again.")
    _MARKS[form.what.data](
        current.ctx(), event, form.of.data or "", form.key.data, current.origin()
    )
    return _back(event)


_MARKS: Any = {"no_show": service.say_no_show, "came": service.say_came}


@blueprint.post("/scc/events/<ref:ref>/waivers/remind")
@guards.admin
def remind(ref: str) -> ResponseReturnValue:
    """Write to those only who have not signed."""
    event, form = event_of(ref), MarkForm()
    if not form.submitted():
        raise NotFound("This could not be read. Go back and press again.")
    written = service.remind(current.ctx(), event, form.key.data, current.origin())
    place = url_for("waiver_staff.roll", ref=event.exact_ref, reminded=written)
    return redirect(place, 303)


@blueprint.post("/scc/events/<ref:ref>/waivers/aboard")
@guards.crew
def aboard(ref: str) -> ResponseReturnValue:
    """Walk-ons and no-shows: how many are to sign."""
    event, form = event_of(ref), AboardForm()
    if not form.submitted():
        return _page(event, form)
    try:
        service.count_aboard(
            current.ctx(),
            event,
            form.walk_ons.value or 0,
            form.no_shows.value or 0,
            form.key.data,
            current.origin(),
        )
    except KeyReused as error:
        _anew(form, error)
        return _page(event, form)
    return _back(event)


@blueprint.route("/scc/events/<ref:ref>/waivers/<key>/<int:number>/void", methods=["GET", "POST"])
@guards.admin
def void(ref: str, key: str, number: int) -> ResponseReturnValue:
    event, form = event_of(ref), VoidForm()
    found = next(
        (
            w
            for w in service.roll_call(current.ctx(), event).waivers
            if (w.key, w.number) == (key, number)
        ),
        None,
    )
    if found is None:
        raise NotFound("There is no such waiver.")
    if form.submitted():
        try:
            service.void(
                current.ctx(), event, found.sk, form.reason.value, form.key.data, current.origin()
            )
            return _back(event)
        except KeyReused as error:
            _anew(form, error)
    url = url_for("waiver_staff.void", ref=event.exact_ref, key=key, number=number)
    return _form("waivers/void.html", event, form, url, waiver=found)


@blueprint.route("/scc/events/<ref:ref>/waivers/paper", methods=["GET", "POST"])
@guards.crew
def paper(ref: str) -> ResponseReturnValue:
    """A waiver that was signed on paper, recorded by who has seen it."""
    event, form = event_of(ref), PaperForm()
    if form.submitted():
        try:
            service.record_paper(current.ctx(), event, form.paper(), current.origin())
            return _back(event)
        except Invalid as error:
            for name, text in error.fields.items():
                form[name].errors = [*form[name].errors, text]
        except KeyReused as error:
            _anew(form, error)
    url = url_for("waiver_staff.paper", ref=event.exact_ref)
    return _form("waivers/paper.html", event, form, url)


def _anew(form: Any, error: KeyReused) -> None:
    form.key.data = new_key()
    form.refuse(_USED.format(error.earlier))


def _form(template: str, event: Event, form: Form, url: str, **context: Any) -> ResponseReturnValue:
    page = render_template(
        template,
        event=event,
        form=form,
        form_url=url,
        notice=form.notice,
        close_url=url_for("waiver_staff.roll", ref=event.exact_ref),
        **context,
    )
    return page, 422 if form.came_back else 200


@blueprint.get("/scc/events/<ref:ref>/waivers/qr")
@guards.crew
def qr(ref: str) -> ResponseReturnValue:
    """The party's link, large enough to be held up."""
    import segno  # here: no other request needs it

    event = event_of(ref)
    url = sails.party_url(event, external=True)
    code = segno.make(url, error="m", micro=False)
    # One path of dark squares on white, whatever the theme; no style and no script in it.
    drawn = code.svg_inline(border=4, light="#fff", omitsize=True, svgclass="qr", lineclass=None)
    return render_template(
        "waivers/qr.html", sail=sails.show(event), event=event, code=drawn, url=url
    )
