"""The forms of an event: create, change."""

import re
from collections.abc import Sequence
from datetime import date, time
from functools import partial
from typing import ClassVar

from wtforms import SelectField

from scc.company.model import (
    POSITIONS,
    Boat,
    Company,
    Dock,
    Kind,
    parse_count,
    parse_minutes,
)
from scc.events.model import PERIODS, Event, parse_hour, slug_name
from scc.events.service import Details
from scc.parse import parse_amount, parse_date, parse_email, parse_line
from scc.web.filters import hour as show_hour
from scc.web.forms import (
    CarriedField,
    Form,
    KeyField,
    NoteField,
    ParsedField,
    VersionField,
    choices,
)

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


_at_most_a_dozen = partial(parse_count, least=0, most=12)


class _DetailsForm(Form):
    """What creating and changing ask for; boat, dock and kind only where there is a choice."""

    boat = SelectField("Boat", validate_choice=False)
    dock = SelectField("Dock", validate_choice=False)
    kind = SelectField("Kind of sail", validate_choice=False)
    minutes = ParsedField("Length", parse_minutes)
    call_time = ParsedField("Crew called at", parse_start)
    captain = ParsedField("Captains", _at_most_a_dozen)
    mate = ParsedField("Mates", _at_most_a_dozen)
    deckhand = ParsedField("Deckhands", _at_most_a_dozen)
    host = ParsedField("Hosts", _at_most_a_dozen)
    overlap = CarriedField()
    first_name = ParsedField("First name", parse_first_name, required=True)
    last_name = ParsedField("Last name or group", parse_line)
    date = ParsedField("Date", parse_sail_date, required=True)
    guests = ParsedField("Guests", parse_guests)
    patron_email = ParsedField("E-mail", parse_email)
    patron_phone = ParsedField("Phone", parse_line)
    calls_at = ParsedField("Calls at other ports", parse_line)
    notes = NoteField("Notes")

    def __init__(self, company: Company, data: dict[str, str]) -> None:
        """`data`: what the fields come filled with."""
        super().__init__(data=data)
        self._offer("boat", company.boats, data)
        self._offer("dock", company.docks, data)
        self._offer("kind", company.kinds, data)

    def _offer(self, name: str, things: Sequence[Boat | Dock | Kind], data: dict[str, str]) -> None:
        """What can be chosen; where there is nothing to choose, nothing is asked."""
        now = data.get(name, "")
        offered = {one.id: one.name for one in things if not one.retired or one.id == now}
        if len(offered) < 2:
            del self[name]
            return
        self[name].choices = choices(({} if now else self.unsaid) | offered)

    @property
    def shows_more(self) -> bool:
        """Whether something is said, or wrong, of what is as the kind of sail mostly."""
        names = ("minutes", "call_time", *POSITIONS)
        return any(self[name].data or self[name].errors for name in names)

    def ask_about_overlap(self, others: Sequence[Event], reason: str) -> bool:
        """Let it come back, once for the same sails; pressing again saves it all the same."""
        told = " ".join(str(other.exact_ref) for other in others)
        if not others or self.overlap.data == told:
            return False
        self.overlap.data = told
        self.refuse(reason)
        return True

    def _chosen(self, name: str) -> str:
        return str(self[name].data or "") if name in self else ""

    def _positions(self) -> dict[str, int] | None:
        given = {name: self[name].value for name in POSITIONS if self[name].value is not None}
        return {name: count for name, count in given.items() if count} if given else None

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
            boat=self._chosen("boat"),
            dock=self._chosen("dock"),
            kind=self._chosen("kind"),
            minutes=self.minutes.value,
            call_time=self.call_time.value,
            positions=self._positions(),
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
    unsaid: ClassVar[dict[str, str]] = {"": "Not said"}
