"""The dialogs about money: log a payment, name the price."""

from datetime import datetime

from flask import Blueprint, Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from scc.errors import KeyReused, PaidMeanwhile
from scc.events import store as events
from scc.events.model import Event, parse_ref
from scc.handed import store as handed
from scc.ledger.methods import METHODS
from scc.payments import service
from scc.payments.forms import MessageForm, PaymentForm, PriceForm, Said
from scc.payments.matching import best_first
from scc.payments.model import NewPayment, in_words
from scc.web import current, dialogs, guards
from scc.web.filters import amount, time_ago
from scc.web.forms import new_key

blueprint = Blueprint("payments", __name__)

METHOD_COOKIE = "scc-method"
USUAL_METHOD = "zelle"
SHOWN = 8
"""Events offered for a payment without one."""


@blueprint.route("/scc/payment", methods=["GET", "POST"])
@guards.admin
def find() -> ResponseReturnValue:
    """From the bank's message: what it says, the unpaid events that fit, and one is picked.

    What it says is posted, so that no name gets into an address.
    """
    form = MessageForm(data={"payment_method": _usual_method()})
    if form.submitted() and (picked := request.form.get("event")):
        event = events.load(current.ctx(), parse_ref(picked))
        return _dialog(event, _payment_form(event, form.said()))
    ctx = current.ctx()
    said = form.said() if form.is_submitted() else Said()
    fitting = best_first(
        events.unpaid_before(ctx, None), said.cents, said.payer, ctx.today(), ctx.settings.timezone
    )
    return dialogs.render(
        "payments/find.html",
        None,
        form,
        url_for("payments.find"),
        fitting=[dialogs.about(event) for event in fitting[:SHOWN]],
        others=len(fitting[SHOWN:]),
    )


@blueprint.route("/scc/events/<ref:ref>/payment", methods=["GET", "POST"])
@guards.beside(handed.KEY)
@guards.admin
def log_payment(ref: str) -> ResponseReturnValue:
    event = events.load(current.ctx(), parse_ref(ref))
    form = _payment_form(event, filled=_handed(event))
    if form.submitted():
        payment = form.payment()
        if not form.anyway.data and payment.looks_like(event.last_payment, current.ctx().now()):
            form.ask_anyway(_same_again(event), event)
            return _dialog(event, form)
        try:
            return _log(event, form, payment)
        except KeyReused as error:
            form.key.data, form.seen.data = new_key(), event.money_seen
            form.refuse(f"This form has logged {error.earlier} Press again to log another payment.")
        except PaidMeanwhile as error:
            event = events.load(current.ctx(), event.exact_ref)
            text = f"Meanwhile {error} was logged. Press again if yours is another payment."
            form.ask_anyway(text, event)
    return _dialog(event, form)


def _payment_form(
    event: Event, said: Said | None = None, filled: dict[str, str] | None = None
) -> PaymentForm:
    return PaymentForm(event, current.ctx().today(), _usual_method(), said, filled)


def _handed(event: Event) -> dict[str, str]:
    """What crew were handed, as the form's fields have it. Its key is its own: two admins who
    open it log it once."""
    given = handed.one(current.ctx(), request.args.get("handed", ""))
    if given is None or given.ref != event.exact_ref:
        return {}
    return {
        "amount": amount(given.fare_cents) if given.fare_cents else "",
        "tip": amount(given.tip_cents) if given.tip_cents else "",
        "payment_method": given.method,
        "patron_name": given.payer,
        "received_on": given.day,
        "note": f"Handed to {given.by}",
        "key": given.payment_key,
        "handed": given.key,
    }


def _dialog(event: Event, form: PaymentForm) -> Response:
    form_url = url_for("payments.log_payment", ref=event.exact_ref)
    return dialogs.render("payments/dialog.html", event, form, form_url)


def _same_again(event: Event) -> str:
    """Who logged the same amount by the same method shortly before."""
    last = event.last_payment
    assert last  # noqa: S101  # `looks_like` has compared it
    ago = time_ago(current.ctx().now() - datetime.fromisoformat(last.at))
    by = f" by {last.by}" if last.by else ""
    words = in_words(last.cents, last.method, last.payer, last.tip_cents)
    return f"{words} was logged{by} {ago}. Is this another payment?"


def _log(event: Event, form: PaymentForm, payment: NewPayment) -> Response:
    told = [handed.remove(form.handed.data)] if form.handed.data else []
    logged = service.log_payment(
        current.ctx(), event.exact_ref, payment, current.origin(), event, told
    )
    card = url_for(
        "board.card",
        ref=logged.event.exact_ref,
        done="logged",
        payment=logged.payment_id,
        another=form.another.data or None,
    )
    response = make_response(redirect(card, 303))
    response.set_cookie(
        METHOD_COOKIE,
        payment.method,
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
