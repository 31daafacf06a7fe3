"""The dialogs about money."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from wtforms import BooleanField, RadioField
from wtforms.validators import InputRequired, ValidationError

from scc.events.model import Event
from scc.ledger.methods import METHODS, method_named
from scc.ledger.model import PRICE_LINES
from scc.parse import money, parse_amount, parse_line
from scc.payments.model import (
    ABOVE,
    NewPayment,
    Price,
    above_balance,
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

_METHOD_CHOICES = choices({method.name: method.label for method in METHODS.values()})


@dataclass(frozen=True)
class Said:
    """What is known of a payment before its form is filled: of the bank's message, say."""

    cents: int | None = None
    payer: str = ""
    method: str = ""
    another: bool = False
    """Whether to offer the next one afterwards."""


class PaymentForm(Form):
    amount = ParsedField("Amount", parse_amount)
    above = RadioField("What is above the balance", validate_choice=False, choices=choices(ABOVE))
    payment_method = RadioField("Paid by", validate_choice=False, choices=_METHOD_CHOICES)
    patron_name = ParsedField("Payer", parse_payer, required=True)
    received_on = ParsedField("Received on", parse_line, required=True)
    reference = ParsedField("Reference", parse_line)
    tip = ParsedField("Tip", parse_tip)
    note = NoteField("Note")
    more_to_come = BooleanField("More to come")
    paid_when_cancelled = BooleanField("Log it although the sail was cancelled")
    key = KeyField()
    seen = CarriedField()
    anyway = CarriedField()
    another = CarriedField()
    handed = CarriedField()

    _asked = False

    def __init__(
        self,
        event: Event,
        today: date,
        method: str,
        said: Said | None = None,
        filled: dict[str, str] | None = None,
    ) -> None:
        """`filled`: fields that come up with something else than what the event suggests."""
        balance = event.balance_cents
        cents = said.cents if said and said.cents else max(0, balance or 0)
        super().__init__(
            fresh=said is not None,
            data={
                "amount": show_amount(cents) if cents else "",
                "payment_method": (said and said.method) or method,
                "patron_name": (said and said.payer) or event.patron_name,
                "received_on": today.isoformat(),
                "seen": event.money_seen,
                "another": "1" if said and said.another else "",
                **(filled or {}),
            },
        )
        self._event = event
        self._today = today
        self.received_on.parser = partial(parse_received_on, today=today)
        if event.price_cents is not None:
            del self.more_to_come
        if event.cancelled:
            self.paid_when_cancelled.validators = [
                InputRequired("This sail was cancelled. Tick here to log the payment all the same.")
            ]
        else:
            del self.paid_when_cancelled

    def validate_amount(self, field: Any) -> None:
        if not field.value and not (self.tip.data or "").strip(" 0.$"):
            raise ValidationError("Enter the amount, such as 450 or 1,250.00.")

    @property
    def cents_above(self) -> int:
        """How much of the amount the event does not owe; 0 where it has no price."""
        return above_balance(self._event, self.amount.value or 0)

    def validate_above(self, field: Any) -> None:
        if self.seen.data != self._event.money_seen:
            return  # its own second tap, or somebody else's payment: the service finds out
        if self.cents_above and field.data not in ABOVE:
            field.data = ""
            raise ValidationError(
                f"It is {money(self.cents_above)} more than the balance. Say what that is."
            )
        if field.data == "owed" and not method_named(self.payment_method.data or "").ours:
            raise ValidationError(
                "What the booking system took is given back there. Choose tip or credit."
            )

    @property
    def is_of_today(self) -> bool:
        """Whether the day of receipt is the usual one, which need not be in sight."""
        return bool(self.received_on.data == self._today.isoformat())

    @property
    def asks_above(self) -> bool:
        """Whether to show the question what the money above the balance is."""
        return bool(self.above.errors or self.above.data or (self._asked and self.cents_above))

    @property
    def asks_anyway(self) -> bool:
        """Whether it came back with the question if this is the same money once more."""
        return self._asked or bool(self.anyway.data)

    def ask_anyway(self, reason: str, event: Event) -> None:
        """Let it come back with the question; pressing again logs it."""
        self.refuse(reason)
        self.seen.data = event.money_seen
        self._asked = True

    def validate_payment_method(self, field: Any) -> None:
        try:
            parse_method(field.data or "")
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def payment(self) -> NewPayment:
        """What was entered; after `submitted()`."""
        return NewPayment(
            payer=self.patron_name.value,
            cents=self.amount.value or 0,
            method=str(self.payment_method.data),
            received_on=self.received_on.value,
            key=self.key.data,
            seen=self.seen.data or "",
            tip_cents=self.tip.value or 0,
            reference=self.reference.value or "",
            note=self.note.value or "",
            more_to_come=bool(self.more_to_come and self.more_to_come.data),
            above=self.above.data if self.above and self.above.data in ABOVE else "",
        )


class MessageForm(Form):
    """What the bank's message says."""

    amount = ParsedField("Amount", parse_amount)
    patron_name = ParsedField("Payer", parse_line)
    payment_method = RadioField("Paid by", validate_choice=False, choices=_METHOD_CHOICES)

    def said(self) -> Said:
        """What was entered; after `submitted()`."""
        method = str(self.payment_method.data or "")
        return Said(
            cents=self.amount.value,
            payer=self.patron_name.value or "",
            method=method if method in METHODS else "",
            another=True,
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
