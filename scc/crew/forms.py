"""The forms of a sail's crew."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from flask import request
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import ValidationError

from scc.company.model import POSITIONS
from scc.crew.candidates import Candidate
from scc.crew.model import ANSWER_WITHIN, Station
from scc.events.model import Event
from scc.parse import parse_date, parse_line
from scc.sessions.model import parse_name
from scc.web.filters import amount
from scc.web.forms import CarriedField, Form, KeyField, ParsedField, VersionField, choices

MOST_DAYS: Final = 62
"""Days off that are entered at once."""
MOST: Final = 20
"""Of one position."""


def parse_count(text: str) -> int:
    bare = text.strip()
    if not re.fullmatch(r"\d{1,2}", bare, re.ASCII) or int(bare) > MOST:
        raise ValueError(f"Enter how many: a number from 0 to {MOST}.")
    return int(bare)


def parse_hours(text: str) -> int:
    """`3.5`, `3:30` → minutes."""
    bare = text.strip()
    found = re.fullmatch(r"(\d{1,2}):([0-5]\d)", bare, re.ASCII)
    if found:
        return int(found[1]) * 60 + int(found[2])
    if not re.fullmatch(r"\d{1,2}([.,]\d{1,2})?", bare, re.ASCII):
        raise ValueError("Enter hours as 3.5 or 3:30.")
    return round(Decimal(bare.replace(",", ".")) * 60)


def parse_share(text: str) -> int:
    """Part of a tip, in cents; it may be nothing."""
    bare = text.strip().removeprefix("$").replace(",", "")
    if not re.fullmatch(r"\d{1,6}(\.\d{1,2})?", bare, re.ASCII):
        raise ValueError("Enter the share in figures, such as 20 or 12.50.")
    return int(Decimal(bare) * 100)


def position_choices(positions: Any) -> list[Any]:
    return choices({name: name.capitalize() for name in positions})


class AskForm(Form):
    """Whom to ask, for what, and until when."""

    positions = SelectMultipleField("For", validate_choice=False, choices=[])
    people = SelectMultipleField("Whom", validate_choice=False, choices=[])
    everyone = BooleanField("Everyone who is free")
    hours = SelectField("Answer within", choices=choices(ANSWER_WITHIN), default="24")
    key = KeyField()

    def __init__(self, open_: dict[str, int], people: list[Candidate]) -> None:
        first = next(iter(open_), "")
        super().__init__(data={"hours": "24"})
        self._open, self._people = open_, {one.person.id for one in people}
        if not request.form and first:
            self.positions.data = [first]

    def validate_positions(self, field: Any) -> None:
        if not set(field.data or ()) & set(POSITIONS):
            raise ValidationError("Say for which position.")

    def validate_people(self, field: Any) -> None:
        if not self.everyone.data and not set(field.data or ()) & self._people:
            raise ValidationError("Say whom to ask.")


class PutOnForm(Form):
    person = RadioField("Who said yes?", validate_choice=False, choices=[])
    position = RadioField(
        "As", validate_choice=False, choices=position_choices(POSITIONS), default="captain"
    )
    note = ParsedField("Note", parse_line)

    def validate_person(self, field: Any) -> None:
        if not field.data:
            raise ValidationError("Say who it is.")

    def validate_position(self, field: Any) -> None:
        if field.data not in POSITIONS:
            raise ValidationError("Say at which position.")


class TakeOffForm(Form):
    reason = ParsedField("Reason", parse_line)
    who = CarriedField()


class PositionsForm(Form):
    captain = ParsedField("Captains", parse_count)
    mate = ParsedField("Mates", parse_count)
    deckhand = ParsedField("Deckhands", parse_count)
    host = ParsedField("Hosts", parse_count)

    def counts(self) -> dict[str, int]:
        return {name: self[name].value or 0 for name in POSITIONS}


class AnswerForm(Form):
    answer = CarriedField()
    """`no`, or the position that they say yes to."""
    seen = CarriedField()
    """The mark of the terms that were on the page."""


class LinkForm(AnswerForm):
    """On the page of a link: no token, but where it comes from is checked."""

    class Meta(AnswerForm.Meta):  # type: ignore[misc, name-defined]
        csrf = False


class OverrideForm(Form):
    name = ParsedField("Who decides", parse_name, required=True)
    reason = ParsedField("Why", parse_line)
    seen = CarriedField()

    def validate_reason(self, field: Any) -> None:
        if not (field.data or "").strip():
            raise ValidationError("Say why it may sail all the same.")


class AwayForm(Form):
    since = ParsedField("From", parse_date, required=True)
    until = ParsedField("To", parse_date)
    note = ParsedField("Note", parse_line)
    person = CarriedField()

    def validate_until(self, field: Any) -> None:
        first, last = self.since.value, field.value
        if first and last and last < first:
            raise ValidationError("That is before the first day.")
        if first and last and (last - first).days >= MOST_DAYS:
            raise ValidationError(f"Enter at most {MOST_DAYS} days at once.")

    def days(self) -> list[date]:
        first, last = self.since.value, self.until.value or self.since.value
        return [first + timedelta(days=n) for n in range((last - first).days + 1)]


class BackForm(Form):
    person = CarriedField()
    day = CarriedField()


class TickForm(Form):
    what = CarriedField()
    of = CarriedField()
    at = CarriedField()
    key = KeyField()


class HoursForm(Form):
    """A row of two fields for each who was on: `hours_0`, `tip_0`."""

    version = VersionField()
    evenly = CarriedField()
    """`yes`: its second button, which splits the tip anew."""


def hours_form(event: Event, stations: Sequence[Station]) -> Any:
    """The form with a row for each who was on, and its rows: name, hours, tip."""
    fields: dict[str, Any] = {}
    for number, one in enumerate(stations):
        fields[f"hours_{number}"] = ParsedField(f"Hours of {one.name}", parse_hours, required=True)
        fields[f"tip_{number}"] = ParsedField(f"Tip for {one.name}", parse_share, required=True)
    data = {"version": str(event.version)}
    for number, one in enumerate(stations):
        data |= {f"hours_{number}": hours_text(one.minutes or 0)}
        data |= {f"tip_{number}": amount(one.tip_cents or 0)}
    return type("RowsForm", (HoursForm,), fields)(data=data)


def hours_text(minutes: int) -> str:
    """`3:45`."""
    return f"{minutes // 60}:{minutes % 60:02}"
