"""Payments as the older tool's clients log them."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request

from scc.errors import Invalid
from scc.events.api import as_json
from scc.events.model import Ref, parse_ref
from scc.ledger.methods import METHODS
from scc.parse import parse_amount, parse_key, parse_line
from scc.payments import service
from scc.payments.model import NewPayment, parse_payer
from scc.web import current, guards
from scc.web.json_body import Number, read_object

blueprint = Blueprint("payments_api", __name__)


@blueprint.post("/api/log-payment")
@blueprint.post("/api/payment-log")
@guards.token
def log_payment() -> Response:
    """Log a payment and answer the whole updated event, with `payment_id`."""
    ref, payment = read_payment(read_object(), request.headers.get("Idempotency-Key"))
    logged = service.log_payment(current.ctx(), ref, payment, current.origin())
    response = jsonify(as_json(logged.event) | {"payment_id": logged.payment_id})
    if logged.repeated:
        response.headers["Idempotency-Replayed"] = "true"
    return response


def read_payment(body: dict[str, Any], key: str | None) -> tuple[Ref, NewPayment]:
    """The event and payment of a body. Invalid names every field that is wrong."""
    problems: dict[str, str] = {}

    def read(name: str, parser: Callable[[Any], Any]) -> Any:
        try:
            return parser(body.get(name))
        except ValueError as error:
            problems[name] = str(error)
            return None

    ref = read("event_id", _event_id)
    payer = read("patron_name", _payer)
    cents = read("amount", _amount)
    method, as_sent = read("payment_method", _method) or ("", "")
    if key is not None:
        body = body | {"Idempotency-Key": key}
        read("Idempotency-Key", parse_key)
    if problems:
        raise Invalid(problems)
    return ref, NewPayment(
        payer=payer, cents=cents, method=method, method_as_sent=as_sent, key=key, outright=True
    )


def _event_id(value: object) -> Ref:
    if not isinstance(value, str) or isinstance(value, Number) or not value:
        raise ValueError("Give event_id as text, such as 2026-05-23-alice-sunset.")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueError("event_id holds half a character.") from error
    return parse_ref(value)


def _payer(value: object) -> str:
    if value is None:
        raise ValueError("Give patron_name: who paid.")
    if not isinstance(value, str) or isinstance(value, Number):
        raise ValueError("Give patron_name as text.")
    return parse_payer(value)


def _amount(value: object) -> int:
    if value is None:
        raise ValueError("Give amount in dollars, such as 450 or 450.25.")
    if not isinstance(value, str):
        raise ValueError("Give amount as one number of dollars, such as 450.25.")
    return parse_amount(value)


def _method(value: object) -> tuple[str, str]:
    """The method and, where it is not one of ours, what was sent."""
    if value is None:
        return "", ""
    if not isinstance(value, str) or isinstance(value, Number):
        raise ValueError("Give payment_method as text, or leave it out.")
    sent = parse_line(value)
    lowered = sent.lower()
    return (lowered, "") if lowered in METHODS else ("other", sent)
