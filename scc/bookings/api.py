"""Bookings as JSON: another system says what it knows, as often as it likes."""

import re
from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, Response, jsonify

from scc.bookings import service
from scc.bookings.model import Booking, open_questions
from scc.bookings.rows import MAX_GUESTS, parse_ref
from scc.errors import Invalid, NotFound
from scc.events.api import as_json
from scc.events.forms import parse_sail_date, parse_start
from scc.events.model import PERIODS
from scc.events.sources import Source, is_site
from scc.parse import parse_amount, parse_email, parse_line, parse_note
from scc.payments.model import parse_payer
from scc.web import current, guards
from scc.web.json_body import Number, read_object

blueprint = Blueprint("bookings_api", __name__)

_STATES: Final = ("confirmed", "cancelled")


@blueprint.post("/api/events")
@guards.token
def take_in() -> Response:
    """Create the booking's event, or change it: as often as it is sent, it is one event."""
    taken = service.take_in(current.ctx(), read_booking(read_object()), current.origin())
    if taken.event is None:
        raise NotFound("This booking was never here, so there is nothing to cancel.")
    questions = open_questions(taken.event, current.ctx().settings.timezone)
    return jsonify(as_json(taken.event) | {"outcome": taken.what, "questions": sorted(questions)})


def read_booking(body: dict[str, Any]) -> Booking:
    """The booking of a body. Invalid names every field that is wrong."""
    problems: dict[str, str] = {}

    def read(name: str, parser: Callable[[Any], Any], *, required: bool = False) -> Any:
        value = body.get(name)
        if not required and value in (None, ""):
            return None
        try:
            return parser(value)
        except ValueError as error:
            problems[name] = str(error)
            return None

    source = read("source", _source, required=True)
    name = read("patron_name", _text(parse_payer, "who booked"), required=True)
    day = read("date", _text(parse_sail_date, "the day, as 2026-05-23"), required=True)
    hour = read("start_time", _text(parse_start, "the hour, as 18:30"))
    period = read("period", _choice(tuple(PERIODS)))
    status = read("status", _choice(_STATES))
    details = {
        "first_name": read("first_name", _text(parse_line, "a name")) or "",
        "email": read("patron_email", _text(parse_email, "an address")),
        "phone": read("patron_phone", _text(parse_line, "a number as text")),
        "guests": read("guests", _guests),
        "notes": read("notes", _text(parse_note, "a text")),
        "product": read("product", _text(parse_line, "a text")),
        "price_cents": read("price", _amount),
        "paid_cents": read("paid", _paid),
        "cancelled": None if status is None else status == "cancelled",
    }
    if problems:
        raise Invalid(problems)
    return Booking(source, name, day, hour, period=period or "", **details)


def _source(value: object) -> Source:
    if not isinstance(value, dict):
        raise ValueError('Give source as {"site": "fareharbor", "ref": "290981542"}.')
    site, ref = value.get("site"), value.get("ref")
    if not is_site(site) or isinstance(site, Number):
        raise ValueError("Give source.site in a-z, 0-9 and hyphens, such as fareharbor.")
    if not isinstance(ref, str) or isinstance(ref, Number):
        raise ValueError("Give source.ref as text: what the booking is called there.")
    return Source(str(site), parse_ref(ref))


def _text(parser: Callable[[str], Any], what: str) -> Callable[[object], Any]:
    def parse(value: object) -> Any:
        if not isinstance(value, str) or isinstance(value, Number):
            raise ValueError(f"Give {what}.")
        return parser(value)

    return parse


def _choice(names: tuple[str, ...]) -> Callable[[object], str]:
    def parse(value: object) -> str:
        if not isinstance(value, str) or isinstance(value, Number) or value not in names:
            raise ValueError(f"Give one of {', '.join(names)}.")
        return value

    return parse


def _guests(value: object) -> int:
    found = re.fullmatch(r"(\d{1,3})(\.0+)?", str(value), re.ASCII)
    if not isinstance(value, Number) or not found or not 1 <= int(found[1]) <= MAX_GUESTS:
        raise ValueError(f"Give a whole number from 1 to {MAX_GUESTS}.")
    return int(found[1])


def _amount(value: object) -> int:
    if not isinstance(value, str):
        raise ValueError("Give one number of dollars, such as 450.25.")
    return parse_amount(value)


def _paid(value: object) -> int:
    """All that was taken so far; 0 is nothing yet."""
    if isinstance(value, str) and re.fullmatch(r"-?\$?0(\.0+)?", value, re.ASCII):
        return 0
    return _amount(value)
