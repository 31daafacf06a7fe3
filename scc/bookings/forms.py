"""The forms of bookings that come in: a file, what its columns are, an answer."""

from typing import Any

from wtforms import FileField, RadioField, SelectField

from scc.bookings.columns import FIELDS, LEAVE_OUT, Columns
from scc.bookings.model import LABELS
from scc.events.sources import parse_site
from scc.parse import parse_line
from scc.web.forms import CarriedField, Form, KeyField, ParsedField, choices

_LEFT_OUT = "-"
_DATES = {"month": "5/23/2026", "day": "23/5/2026"}


class FileForm(Form):
    site = ParsedField("Booking system", parse_site, required=True)
    file = FileField("CSV file")
    key = KeyField()


class ColumnsForm(Form):
    """A field for each column of one file: see `columns_form`."""

    dates = RadioField(
        "How its dates are written, where it is not 2026-05-23",
        choices=choices(_DATES),
        validate_choice=True,
    )
    headers: tuple[str, ...] = ()

    def columns(self) -> Columns:
        """What was chosen; after `submitted()`."""
        chosen = [str(self[f"column{n}"].data) for n in range(len(self.headers))]
        fields = tuple(LEAVE_OUT if name == _LEFT_OUT else name for name in chosen)
        return Columns(self.headers, fields)


def columns_form(columns: Columns, day_first: bool) -> ColumnsForm:
    """Nobody knows what an unknown column is, so it is left out unless somebody does."""
    labels = choices({_LEFT_OUT: "Leave it out", **FIELDS})
    fields: dict[str, Any] = {
        f"column{n}": SelectField(header or f"Column {n + 1}", choices=labels)
        for n, header in enumerate(columns.headers)
    }
    form = type("ColumnsFormOfAFile", (ColumnsForm,), {**fields, "headers": columns.headers})
    data = {f"column{n}": name or _LEFT_OUT for n, name in enumerate(columns.fields)}
    found: ColumnsForm = form(data={**data, "dates": "day" if day_first else "month"})
    return found


class AnswerForm(Form):
    """`said`: what the booking system says, `money`: the event's `money_seen`, as its reader saw
    them."""

    field = SelectField("Field", choices=choices(LABELS))
    said = ParsedField("What it says", lambda text: text)
    money = CarriedField()
    take = SelectField("Answer", choices=choices({"theirs": "Take theirs", "ours": "Keep ours"}))


def parse_file_name(text: str) -> str:
    """A file's name, as far as a page can hold it."""
    try:
        return parse_line(text.rpartition("/")[2].rpartition("\\")[2][-80:]) or "A file"
    except ValueError:
        return "A file"
