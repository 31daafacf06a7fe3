"""The form of a weather call: one choice for all of a day's sails, or another for each."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import RadioField, SelectField

from scc.events.forms import parse_sail_date, parse_start
from scc.events.model import Event
from scc.parse import parse_line
from scc.weather.model import GO, HOLD, MOVE, WHAT, Choice
from scc.web.forms import CarriedField, Form, KeyField, ParsedField, VersionField, choices

_AS_ALL = ""
_LEAVE = "leave"
_ALL = {name: label for name, label in WHAT.items() if name != GO}


def parse_reason(text: str) -> str:
    """A sentence without its full stop, which the letters set."""
    return parse_line(text).rstrip(". ")


class _CallForm(Form):
    what = RadioField(
        "All of them",
        validate_choice=False,
        choices=choices({**_ALL, _LEAVE: "Leave them"}),
        default=_LEAVE,
    )
    until = ParsedField("Hold until", parse_start)
    day = ParsedField("Move to", parse_sail_date)
    hour = ParsedField("Start", parse_start)
    reason = ParsedField("In the letters", parse_reason)
    sails = CarriedField()
    looked = CarriedField()
    key = KeyField()


class Row:
    """The fields of one sail."""

    def __init__(self, form: Any, event: Event, name: str) -> None:
        self.event = event
        self.what, self.until = form[f"what-{name}"], form[f"until-{name}"]
        self.day, self.hour = form[f"day-{name}"], form[f"hour-{name}"]
        self.version = form[f"version-{name}"]


def make_form(events: Sequence[Event]) -> tuple[_CallForm, list[Row]]:
    """A form with fields of its own for each sail, named after the sail: lists change meanwhile."""
    fields: dict[str, Any] = {}
    names = {event.exact_ref: _name(event) for event in events}
    data = {"sails": " ".join(names.values()), "what": _LEAVE}
    for event in events:
        name = names[event.exact_ref]
        offered = {_AS_ALL: "As all", _LEAVE: "Leave it", **_ALL}
        if event.hold_until:
            offered[GO] = WHAT[GO]
        fields |= {
            f"what-{name}": SelectField(
                "This one", validate_choice=False, choices=choices(offered)
            ),
            f"until-{name}": ParsedField("Until", parse_start),
            f"day-{name}": ParsedField("To", parse_sail_date),
            f"hour-{name}": ParsedField("Start", parse_start),
            f"version-{name}": VersionField(),
        }
        data[f"version-{name}"] = str(event.version)
    form = type("CallForm", (_CallForm,), fields)(data=data)
    return form, [Row(form, event, names[event.exact_ref]) for event in events]


def _name(event: Event) -> str:
    """Letters and figures alone, one for each event."""
    return f"{event.exact_ref}".encode().hex()


def named_in(text: str) -> list[str]:
    """The refs that a form carries; what is none is left out."""
    found = []
    for name in text.split()[:100]:
        try:
            found.append(bytes.fromhex(name).decode())
        except ValueError:
            continue
    return found


def chosen(form: _CallForm, rows: Sequence[Row], zone: ZoneInfo, now: datetime) -> list[Choice]:
    """What is to become of each sail that is not left alone; after `submitted()`. What is missing,
    or over by `now`, is put on its field, and the form has errors then. A sail that is there
    already does not move."""
    found = []
    for row in rows:
        own = row.what.data in WHAT or row.what.data == _LEAVE
        what = row.what.data if own else form.what.data
        if what not in WHAT or (what == GO and not row.event.hold_until):
            continue
        until = row.until.value or (None if own and row.until.value else form.until.value)
        day = row.day.value or form.day.value
        start = row.event.local_start(zone)
        hour = row.hour.value or form.hour.value or (start.time() if start else None)
        if what == GO and start and start <= now:
            _say(row.what, "That hour is over: move it to when it sails.")
            continue
        if what == HOLD and until is None:
            _say(row.until if own else form.until, "Say until when.")
            continue
        if what == HOLD and start and _is_over(start.date(), until, zone, now):
            _say(row.until if own else form.until, "That hour is over: say a later one.")
            continue
        if what == MOVE and (day is None or hour is None):
            _say(row.day if own else form.day, "Say to which day.")
            continue
        if what == MOVE and _is_over(day, hour, zone, now):
            _say(row.day if own else form.day, "That is over: say a later day or hour.")
            continue
        if what == MOVE and start and (start.date(), start.time()) == (day, hour):
            if own:
                _say(row.day, "It sails then already.")
            continue
        found.append(
            Choice(
                row.event.exact_ref,
                row.version.number,
                what,
                until if what == HOLD else None,
                day if what == MOVE else None,
                hour if what == MOVE else None,
            )
        )
    return found


def _is_over(day: date | None, hour: time | None, zone: ZoneInfo, now: datetime) -> bool:
    return day is not None and hour is not None and datetime.combine(day, hour, zone) <= now


def _say(field: Any, text: str) -> None:
    field.errors = [text]
