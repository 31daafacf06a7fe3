"""The dialogs of corrections."""

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from wtforms import BooleanField, RadioField
from wtforms.validators import ValidationError

from scc.corrections.model import Refund
from scc.corrections.service import Once
from scc.events.model import Event
from scc.ledger.methods import METHODS, method_named
from scc.ledger.model import Entry, fold
from scc.parse import money, parse_amount, parse_line
from scc.payments.forms import PaymentForm, parse_reason
from scc.payments.model import NewPayment, parse_method, parse_payer, parse_received_on
from scc.web.filters import amount as show_amount
from scc.web.forms import CarriedField, Form, KeyField, ParsedField, choices

_METHODS = choices({m.name: m.label for m in METHODS.values() if m.ours})


class _Once(Form):
    """A form that acts once, on an event whose money is still as its reader saw it."""

    key = KeyField()
    seen = CarriedField()

    def once(self) -> Once:
        return Once(self.key.data, self.seen.data or "")


class VoidForm(_Once):
    reason = ParsedField("Reason", parse_reason, required=True)
    anew = BooleanField("Log it anew, corrected")

    def __init__(self, event: Event, entry: Entry, entries: list[Entry], today: date) -> None:
        super().__init__(data={"seen": event.money_seen})
        self.payment: PaymentForm | None = None
        if entry.kind == "payment":
            self.payment = PaymentForm(
                _without(event, entry, entries), today, "", filled=_as(entry)
            )
            del self.payment.above

    def submitted(self) -> bool:
        return super().submitted() and (
            not self.anew.data or self.payment is None or bool(self.payment.validate())
        )

    @property
    def came_back(self) -> bool:
        return super().came_back or bool(self.payment and self.payment.errors)

    def payment_anew(self) -> NewPayment | None:
        """What is to be logged anew; after `submitted()`."""
        return self.payment.payment() if self.payment and self.anew.data else None


def _without(event: Event, entry: Entry, entries: list[Entry]) -> Event:
    """The event as it is once the entry is voided."""
    void = replace(entry, kind="void", of=entry.number, number=entries[-1].number + 1)
    standing = fold([*entries, void])
    return replace(event, standing=standing, recorded_cents=standing.paid_cents)


def _as(entry: Entry) -> dict[str, str]:
    """The payment's fields as they were logged."""
    return {
        "amount": show_amount(entry.cents) if entry.cents else "",
        "payment_method": entry.method,
        "patron_name": entry.payer,
        "received_on": entry.received_on,
        "reference": entry.reference,
        "tip": show_amount(entry.tip_cents) if entry.tip_cents else "",
        "note": entry.note,
    }


class MoveForm(_Once):
    find = ParsedField("Patron or date", parse_line)
    event = RadioField("Move it to", validate_choice=False, choices=[])
    reason = ParsedField("Reason", parse_reason, required=True)

    def __init__(self, event: Event) -> None:
        super().__init__(data={"seen": event.money_seen})

    def validate_event(self, field: Any) -> None:
        if not field.data:
            raise ValidationError("Choose the sail that it is for.")


class RefundForm(_Once):
    amount = ParsedField("Amount", parse_amount, required=True)
    payment_method = RadioField("Given back by", validate_choice=False, choices=_METHODS)
    patron_name = ParsedField("To", parse_payer, required=True)
    received_on = ParsedField("Date", parse_line, required=True)
    reference = ParsedField("Reference", parse_line)
    reason = ParsedField("Reason", parse_reason, required=True)
    sent = BooleanField("It has been sent already")
    price_too = RadioField(
        "And the price?",
        validate_choice=False,
        choices=choices({"down": "Comes down by it too", "stays": "Stays"}),
    )

    def __init__(self, event: Event, last: Entry | None, today: date) -> None:
        refundable = event.standing.refundable_cents
        credit = -(event.balance_cents or 0)
        most = max(0, min(refundable, credit) if credit > 0 else refundable)
        method = last.method if last and method_named(last.method).ours else ""
        super().__init__(
            data={
                "amount": show_amount(most),
                "payment_method": method or "check",
                "patron_name": (last and last.payer) or event.patron_name,
                "received_on": today.isoformat(),
                "price_too": "stays" if credit > 0 or not event.took_place else "",
                "seen": event.money_seen,
            }
        )
        self._most = refundable
        self.received_on.parser = partial(parse_received_on, today=today)
        if event.price_cents is None:
            del self.price_too

    def validate_amount(self, field: Any) -> None:
        if field.value > self._most and self._most >= 0:
            most = money(self._most)
            raise ValidationError(f"At most {most} can be given back: that is what came in.")

    def validate_payment_method(self, field: Any) -> None:
        _check_method(field)

    def validate_price_too(self, field: Any) -> None:
        if field.data not in ("down", "stays"):
            raise ValidationError("Say whether the price comes down too.")

    def refund(self) -> Refund:
        """What was entered; after `submitted()`."""
        return Refund(
            cents=self.amount.value,
            method=str(self.payment_method.data),
            payer=self.patron_name.value,
            on=self.received_on.value,
            reason=self.reason.value,
            reference=self.reference.value or "",
            sent=bool(self.sent.data),
            price_too=bool(self.price_too and self.price_too.data == "down"),
        )


class SentForm(_Once):
    received_on = ParsedField("Sent on", parse_line, required=True)
    payment_method = RadioField("By", validate_choice=False, choices=_METHODS)
    reference = ParsedField("Reference", parse_line)

    def __init__(self, event: Event, entry: Entry, today: date) -> None:
        super().__init__(
            data={
                "received_on": today.isoformat(),
                "payment_method": entry.method or "check",
                "reference": entry.reference,
                "seen": event.money_seen,
            }
        )
        self.received_on.parser = partial(parse_received_on, today=today)

    def validate_payment_method(self, field: Any) -> None:
        _check_method(field)


def _check_method(field: Any) -> None:
    try:
        if not method_named(parse_method(field.data or "")).ours:
            raise ValueError("What the booking system took is given back there.")
    except ValueError as error:
        raise ValidationError(str(error)) from error
