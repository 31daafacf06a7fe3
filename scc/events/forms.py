"""The forms of an event: create, change."""

import re
from datetime import date, time

from wtforms import SelectField

from scc.events.model import PERIODS, parse_hour, slug_name
from scc.events.service import Details
from scc.parse import parse_amount, parse_date, parse_email, parse_line
from scc.web.filters import hour as show_hour
from scc.web.forms import Form, KeyField, NoteField, ParsedField, VersionField, choices

MAX_GUESTS = 500


def parse_first_name(text: str) -> str:
    name = parse_line(text, longest=60)
    if not slug_name(name):
        raise ValueError("Enter the patron's first name, with at least one letter.")
    return name


def parse_guests(text: str) -> int | str:
    """`8`, or a range as the older tool has it: `6-8`."""
    bare = text.strip()
    if re.fullmatch(r"\d{1,3} ?[-–] ?\d{1,3}", bare, re.ASCII):
        return bare
    if not re.fullmatch(r"\d{1,3}", bare, re.ASCII) or not 1 <= int(bare) <= MAX_GUESTS:
        raise ValueError(f"Enter how many guests: a number from 1 to {MAX_GUESTS}.")
    return int(bare)


def parse_start(text: str) -> time:
    found = parse_hour(text)
    if found is None:
        raise ValueError("Enter the hour as 18:30.")
    return found


def parse_sail_date(text: str) -> date:
    day = parse_date(text)
    if not 2000 <= day.year <= 2100:
        raise ValueError("Check the year.")
    return day


class _DetailsForm(Form):
    """What both creating and changing an event ask for."""

    first_name = ParsedField("First name", parse_first_name, required=True)
    last_name = ParsedField("Last name or group", parse_line)
    date = ParsedField("Date", parse_sail_date, required=True)
    guests = ParsedField("Guests", parse_guests)
    patron_email = ParsedField("E-mail", parse_email)
    patron_phone = ParsedField("Phone", parse_line)
    calls_at = ParsedField("Calls at other ports", parse_line)
    notes = NoteField("Notes")

    def details(self, period: str, hour: time | None, price_cents: int | None = None) -> Details:
        """What was entered; after `submitted()`."""
        first_name = self.first_name.value
        return Details(
            first_name=first_name,
            patron_name=f"{first_name} {self.last_name.value or ''}".strip(),
            day=self.date.value,
            period=period,
            hour=hour,
            guests=self.guests.value,
            price_cents=price_cents,
            patron_email=self.patron_email.value or "",
            patron_phone=self.patron_phone.value or "",
            notes=self.notes.value or "",
            calls_at=self.calls_at.value or "",
        )


class NewEventForm(_DetailsForm):
    period = SelectField(
        "Time of day",
        choices=choices(
            {name: f"{name.capitalize()}, {show_hour(hour)}" for name, hour in PERIODS.items()}
        ),
        default="sunset",
    )
    start_time = ParsedField("Start", parse_start)
    price = ParsedField("Price", parse_amount)
    key = KeyField()

    def new_details(self) -> Details:
        return self.details(str(self.period.data), self.start_time.value, self.price.value)


class ChangeForm(_DetailsForm):
    """The price has a dialog of its own, and the time of day stays in the slug."""

    start_time = ParsedField("Start", parse_start, required=True)
    version = VersionField()
