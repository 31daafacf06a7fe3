"""The forms by which sails are planned: a task, a move, a repetition, a calendar's address."""

import re
from datetime import date, timedelta
from typing import Any

from wtforms.validators import StopValidation

from scc.events.forms import parse_sail_date, parse_start
from scc.parse import parse_line
from scc.planning.service import MOST_REPEATS
from scc.tokens.model import parse_name
from scc.web.forms import Form, KeyField, NoteField, ParsedField, VersionField


def parse_what(text: str) -> str:
    what = parse_line(text, longest=200)
    if not what:
        raise ValueError("Say what is to be done.")
    return what


class TaskForm(Form):
    what = ParsedField("What is to be done", parse_what, required=True)
    on = ParsedField("Comes up on", parse_sail_date)
    key = KeyField()


class MoveForm(Form):
    date = ParsedField("To", parse_sail_date, required=True)
    start_time = ParsedField("Start", parse_start, required=True)
    version = VersionField()


def parse_times(text: str) -> int:
    bare = text.strip()
    if not re.fullmatch(r"\d{1,3}", bare, re.ASCII) or not 1 <= int(bare) <= MOST_REPEATS:
        raise ValueError(f"Enter how many more: a number from 1 to {MOST_REPEATS}.")
    return int(bare)


def parse_days(text: str) -> list[date]:
    """Dates between commas, blanks or lines; each once."""
    days = sorted({parse_sail_date(one) for one in re.split(r"[\s,;]+", text) if one})
    if len(days) > MOST_REPEATS:
        raise ValueError(f"That is more than {MOST_REPEATS} days at once.")
    return days


class _DaysField(NoteField):
    """Several days, one a line or with commas."""

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        try:
            self.value = parse_days(self.value or "")
        except ValueError as error:
            raise StopValidation(str(error)) from error


class RepeatForm(Form):
    times = ParsedField("Every week, how many more", parse_times)
    days = _DaysField("Or on these days")
    start_time = ParsedField("Start", parse_start, required=True)
    key = KeyField()

    def chosen(self, first: date) -> list[date]:
        """The days, after `submitted()`; weekly ones follow the first sail's."""
        if self.days.value:
            return list(self.days.value)
        return [first + timedelta(days=7 * (n + 1)) for n in range(self.times.value or 0)]


class FeedForm(Form):
    name = ParsedField("Name", parse_name, required=True)
    key = KeyField()
