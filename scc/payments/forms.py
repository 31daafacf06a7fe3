"""The dialogs about money."""

from datetime import date
from functools import partial
from typing import Any

from wtforms import BooleanField, RadioField
from wtforms.validators import InputRequired, ValidationError

from scc.events.model import Event
from scc.ledger.methods import METHODS
from scc.ledger.model import PRICE_LINES
from scc.parse import parse_amount, parse_line
from scc.payments.model import (
    NewPayment,
    Price,
    parse_method,
    parse_payer,
    parse_received_on,
    parse_tip,
    price_lines,
)
from scc.web.filters import amount as show_amount
from scc.web.forms import (
    CarriedField,
    Form,
    KeyField,
    NoteField,
    ParsedField,
    choices,
)


class PaymentForm(Form):
    amount = ParsedField("Amount", parse_amount, required=True)
    payment_method = RadioField(
        "Paid by",
        validate_choice=False,
        choices=choices({method.name: method.label for method in METHODS.values()}),
    )
    patron_name = ParsedField("Payer", parse_payer, required=True)
    received_on = ParsedField("Received on", parse_line, required=True)
    reference = ParsedField("Reference", parse_line)
    tip = ParsedField("Tip", parse_tip)
    note = NoteField("Note")
    more_to_come = BooleanField("More to come")
    paid_when_cancelled = BooleanField("Log it although the sail was cancelled")
    key = KeyField()
    seen = CarriedField()

    def __init__(self, event: Event, today: date, method: str) -> None:
        balance = event.balance_cents
        super().__init__(
            data={
                "amount": show_amount(balance) if balance and balance > 0 else "",
                "payment_method": method,
                "patron_name": event.patron_name,
                "received_on": today.isoformat(),
                "seen": event.money_seen,
            }
        )
        self.received_on.parser = partial(parse_received_on, today=today)
        if event.price_cents is not None:
            del self.more_to_come
        if event.cancelled:
            self.paid_when_cancelled.validators = [
                InputRequired("This sail was cancelled. Tick here to log the payment all the same.")
            ]
        else:
            del self.paid_when_cancelled

    def validate_payment_method(self, field: Any) -> None:
        try:
            parse_method(field.data or "")
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def payment(self) -> NewPayment:
        """What was entered; after `submitted()`."""
        return NewPayment(
            payer=self.patron_name.value,
            cents=self.amount.value,
            method=str(self.payment_method.data),
            received_on=self.received_on.value,
            key=self.key.data,
            seen=self.seen.data or "",
            tip_cents=self.tip.value or 0,
            reference=self.reference.value or "",
            note=self.note.value or "",
            more_to_come=bool(self.more_to_come and self.more_to_come.data),
        )


def parse_reason(text: str) -> str:
    reason = parse_line(text)
    if not reason:
        raise ValueError("Say why, in a few words.")
    return reason


class PriceForm(Form):
    charter = ParsedField("Charter", parse_amount)
    catering = ParsedField("Catering", parse_amount)
    discount = ParsedField("Discount", parse_amount)
    tax = ParsedField("Tax", parse_amount)
    fee = ParsedField("Fee", parse_amount)
    reason = ParsedField("Reason", parse_reason, required=True)
    key = KeyField()
    seen = CarriedField()

    def __init__(self, event: Event) -> None:
        lines = price_lines(event)
        data = {name: show_amount(abs(cents)) for name, cents in lines.items()}
        super().__init__(data={**data, "seen": event.money_seen})

    def validate_discount(self, field: Any) -> None:
        if (self.price().cents or 0) < 0:
            raise ValidationError("The discount is more than what it is taken from.")

    def price(self) -> Price:
        """What was entered; after `submitted()`."""
        lines = {name: self[name].value or 0 for name in PRICE_LINES}
        lines["discount"] *= -1
        return Price({name: cents for name, cents in lines.items() if cents}, self.reason.value)
