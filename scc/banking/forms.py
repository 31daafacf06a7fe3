"""What is marked of received money."""

from datetime import date
from functools import partial

from wtforms import SelectMultipleField
from wtforms.validators import DataRequired, StopValidation

from scc.banking.model import BANK, DEPOSIT, Place, parse_place, parse_seen_on
from scc.events.model import Event
from scc.parse import parse_amount, parse_line
from scc.web.forms import CarriedField, Form, KeyField, ParsedField


def parse_mark(text: str) -> str:
    if text not in (DEPOSIT, BANK):
        raise ValueError("Press Deposited or Banked.")
    return text


class EntriesField(SelectMultipleField):
    """The entries that were ticked; `places` after validation."""

    places: list[Place]

    def pre_validate(self, form: object) -> None:
        try:
            self.places = [parse_place(text) for text in self.data or ()]
        except ValueError as error:
            raise StopValidation(str(error)) from error


class MarksForm(Form):
    entry = EntriesField(
        "Entries",
        validate_choice=False,
        choices=[],
        validators=[DataRequired("Tick what you have seen at the bank.")],
    )
    mark = ParsedField("Mark", parse_mark, required=True)
    seen_on = ParsedField("Seen on", parse_line, required=True)
    key = KeyField()

    def __init__(self, today: date, *, fresh: bool = False) -> None:
        super().__init__(fresh=fresh, data={"seen_on": today.isoformat()})
        self.seen_on.parser = partial(parse_seen_on, today=today)


class BounceForm(Form):
    seen_on = ParsedField("Seen on", parse_line, required=True)
    reason = ParsedField("Reason", parse_line)
    fee = ParsedField("Fee", parse_amount)
    key = KeyField()
    seen = CarriedField()

    def __init__(self, event: Event, today: date) -> None:
        super().__init__(data={"seen_on": today.isoformat(), "seen": event.money_seen})
        self.seen_on.parser = partial(parse_seen_on, today=today)
