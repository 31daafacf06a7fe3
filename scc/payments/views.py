"""The dialogs about money: log a payment, name the price."""

from flask import Blueprint, Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from scc.errors import KeyReused, PaidMeanwhile
from scc.events import store as events
from scc.events.model import Event, parse_ref
from scc.ledger.methods import METHODS
from scc.payments import service
from scc.payments.forms import PaymentForm, PriceForm
from scc.web import current, dialogs, guards
from scc.web.forms import new_key

blueprint = Blueprint("payments", __name__)

METHOD_COOKIE = "scc-method"
USUAL_METHOD = "zelle"


@blueprint.route("/scc/events/<ref:ref>/payment", methods=["GET", "POST"])
@guards.admin
def log_payment(ref: str) -> ResponseReturnValue:
    event = events.load(current.ctx(), parse_ref(ref))
    form = PaymentForm(event, current.ctx().today(), _usual_method())
    if form.submitted():
        try:
            return _log(event, form)
        except KeyReused as error:
            form.key.data, form.seen.data = new_key(), event.money_seen
            form.refuse(f"This form has logged {error.earlier} Press again to log another payment.")
        except PaidMeanwhile as error:
            event = events.load(current.ctx(), event.exact_ref)
            form.seen.data = event.money_seen
            form.refuse(f"Meanwhile {error} was logged. Press again if yours is another payment.")
    return dialogs.render(
        "payments/dialog.html",
        event,
        form,
        url_for("payments.log_payment", ref=event.exact_ref),
    )


def _log(event: Event, form: PaymentForm) -> Response:
    logged = service.log_payment(
        current.ctx(), event.exact_ref, form.payment(), current.origin(), just_read=event
    )
    card = url_for(
        "board.card", ref=logged.event.exact_ref, done="logged", payment=logged.payment_id
    )
    response = make_response(redirect(card, 303))
    response.set_cookie(
        METHOD_COOKIE,
        str(form.payment_method.data),
        max_age=90 * 86400,
        path=current.ctx().settings.cookie_path,
        samesite="Lax",
        httponly=True,
        secure=request.is_secure,
    )
    return response


def _usual_method() -> str:
    """What was paid by last on this device: usually it is the same again."""
    last = request.cookies.get(METHOD_COOKIE, "")
    return last if last in METHODS else USUAL_METHOD


@blueprint.route("/scc/events/<ref:ref>/price", methods=["GET", "POST"])
@guards.admin
def change_price(ref: str) -> ResponseReturnValue:
    event = events.load(current.ctx(), parse_ref(ref))
    form = PriceForm(event)
    if form.submitted():
        try:
            service.change_price(
                current.ctx(),
                event.exact_ref,
                form.price(),
                form.key.data,
                form.seen.data or "",
                current.origin(),
            )
            return redirect(url_for("board.card", ref=event.exact_ref, done="priced"), 303)
        except KeyReused as error:
            form.key.data, form.seen.data = new_key(), event.money_seen
            form.refuse(f"This form was used before: {error.earlier} Press again for another.")
        except PaidMeanwhile:
            event = events.load(current.ctx(), event.exact_ref)
            form.seen.data = event.money_seen
            form.refuse("Somebody changed this event's money meanwhile. Look and press again.")
    return dialogs.render(
        "payments/price.html",
        event,
        form,
        url_for("payments.change_price", ref=event.exact_ref),
    )
