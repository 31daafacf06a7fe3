"""The dialog that asks how a sail ended."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from scc.corrections.service import Once
from scc.endings.forms import EndingForm
from scc.endings.service import MOVE, end_event
from scc.errors import KeyReused, PaidMeanwhile
from scc.events import store as events
from scc.events.model import Event, parse_ref
from scc.ledger import store as ledger
from scc.ledger.model import reading
from scc.payments.writing import Done, standing_of
from scc.web import current, dialogs, guards
from scc.web.forms import new_key

blueprint = Blueprint("endings", __name__)


@blueprint.route("/scc/events/<ref:ref>/end", methods=["GET", "POST"])
@guards.admin
def end(ref: str) -> ResponseReturnValue:
    event = events.load(current.ctx(), parse_ref(ref))
    standing = standing_of(current.ctx(), event)
    form = EndingForm(event, standing)
    if form.submitted():
        try:
            return _next(_end(event, form), form.money_answer)
        except KeyReused as error:
            form.key.data, form.seen.data = new_key(), event.money_seen
            form.refuse(f"This form was used before: {error.earlier} Press again for another.")
        except PaidMeanwhile:
            event = events.load(current.ctx(), event.exact_ref)
            form.seen.data = event.money_seen
            form.refuse("Somebody changed this event's money meanwhile. Look and press again.")
    form_url = url_for("endings.end", ref=event.exact_ref)
    return dialogs.render("endings/end.html", event, form, form_url, standing=standing)


def _end(event: Event, form: EndingForm) -> Done:
    return end_event(
        current.ctx(),
        event.exact_ref,
        str(form.ended.data),
        form.money_answer,
        form.reason.value or "",
        Once(form.key.data, form.seen.data or ""),
        current.origin(),
    )


def _next(done: Done, answer: str) -> ResponseReturnValue:
    event = done.event
    if answer == MOVE:
        entries = ledger.entries(current.ctx(), event.ledger)
        read = reading(entries)
        here = [e for e in entries if e.is_money_in and e.cents and read.counts(e)]
        if here:
            move = url_for("corrections.move", ref=event.exact_ref, number=here[0].number)
            return redirect(move, 303)
    return redirect(url_for("board.card", ref=event.exact_ref, done="ended"), 303)
