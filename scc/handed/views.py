"""The form for crew; and the office's button that something handed over is no payment."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scc.errors import KeyReused
from scc.events.entering import event_of
from scc.events.model import first_name
from scc.handed import service
from scc.handed.forms import HandedForm
from scc.web import current, guards
from scc.web.forms import Form, new_key

blueprint = Blueprint("handed", __name__)


@blueprint.route("/scc/crew/<ref:ref>/handed", methods=["GET", "POST"])
@guards.crew
def note(ref: str) -> ResponseReturnValue:
    """Nothing is logged by it: the office finds it filled in."""
    event = event_of(ref)
    form = HandedForm()
    if form.submitted():
        cents = form.amount.value
        tip = form.what.data == "tip"
        try:
            service.note(
                current.ctx(),
                event,
                form.key.data,
                0 if tip else cents,
                cents if tip else 0,
                form.payment_method.data,
                form.patron_name.value,
                current.origin(),
            )
            return redirect(url_for("sails.mine", done="handed"), 303)
        except KeyReused as error:
            form.key.data = new_key()
            form.refuse(f"This form was used before: {error.earlier} Press again for more.")
    page = render_template(
        "handed/note.html",
        form=form,
        form_url=url_for("handed.note", ref=event.exact_ref),
        notice=form.notice,
        name=first_name(event) or event.slug,
    )
    return page, 422 if form.came_back else 200


@blueprint.post("/scc/handed/<key>/dismiss")
@guards.admin
def dismiss(key: str) -> ResponseReturnValue:
    if Form().submitted():
        service.dismiss(current.ctx(), key, current.origin())
    return redirect(url_for("board.dashboard"), 303)
