"""The forms of the settings: each part, and each dock, boat and kind, is one of its own."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from wtforms import ValidationError

from scc.company.model import (
    POSITIONS,
    Boat,
    Company,
    Dock,
    Item,
    Kind,
    List,
    Part,
    as_item,
    mark_of,
    parse_count,
    parse_limit,
    parse_map_url,
    parse_minutes,
    parse_name,
    parse_paragraph,
    part_item,
)
from scc.ledger.model import PRICE_LINES
from scc.parse import parse_amount, parse_line
from scc.web.filters import amount as show_amount
from scc.web.forms import CarriedField, Form, KeyField, NoteField, ParsedField

_short = partial(parse_line, longest=40)
_at_most_a_dozen = partial(parse_count, least=0, most=12)
_some_crew = partial(parse_count, least=1, most=12)
_call = partial(parse_count, least=0, most=24 * 60)


class SettingsForm(Form):
    """`seen` is the mark of what its reader saw; `key` lets a new thing be added once."""

    seen = CarriedField()
    foreseen = CarriedField()
    """Who would be asked anew, as its reader was told."""
    key = KeyField()

    def values(self) -> Item:
        """What was entered, by the names that the settings have; after `submitted()`."""
        return {
            name: field.value or "" for name, field in self._fields.items() if name not in CARRIED
        }


CARRIED: Final = frozenset({"seen", "foreseen", "key", "csrf_token"})


class AboutForm(SettingsForm):
    name = ParsedField("Name", parse_name, required=True)
    phone = ParsedField("Phone", _short)


class PayForm(SettingsForm):
    zelle = ParsedField("Zelle", parse_line)
    venmo = ParsedField("Venmo", parse_line)
    check_payee = ParsedField("Checks are made out to", parse_line)
    other = ParsedField("And a sentence of your own", partial(parse_line, longest=500))


class ParagraphField(NoteField):
    """Several lines in the form, one paragraph in a letter."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.parser = parse_paragraph


class ParagraphsForm(SettingsForm):
    bring = ParagraphField("Bring")
    weather = ParagraphField("Weather")
    more = ParagraphField("And a paragraph of your own")


class DockForm(SettingsForm):
    name = ParsedField("Name", parse_name, required=True)
    map_url = ParsedField("Place on the map", parse_map_url)

    def thing(self, id_: str, retired: bool) -> Dock:
        return Dock(id_, self.name.value, self.map_url.value or "", retired)


class BoatForm(SettingsForm):
    name = ParsedField("Name", parse_name, required=True)
    limit = ParsedField("Passengers at most", parse_limit, required=True)
    least_crew = ParsedField("Crew at least", _some_crew, required=True)

    def thing(self, id_: str, retired: bool) -> Boat:
        return Boat(id_, self.name.value, self.limit.value, self.least_crew.value, retired)


class KindForm(SettingsForm):
    name = ParsedField("Name", parse_name, required=True)
    minutes = ParsedField("Length", parse_minutes, required=True)
    call_minutes = ParsedField("Crew called before the start", _call, required=True)
    captain = ParsedField("Captains", _at_most_a_dozen)
    mate = ParsedField("Mates", _at_most_a_dozen)
    deckhand = ParsedField("Deckhands", _at_most_a_dozen)
    host = ParsedField("Hosts", _at_most_a_dozen)
    charter = ParsedField("Charter", parse_amount)
    catering = ParsedField("Catering", parse_amount)
    discount = ParsedField("Discount", parse_amount)
    tax = ParsedField("Tax", parse_amount)
    fee = ParsedField("Fee", parse_amount)

    def validate_captain(self, field: Any) -> None:
        if not any(self[name].value for name in POSITIONS):
            raise ValidationError("Somebody has to sail her: enter at least one position.")

    def validate_discount(self, field: Any) -> None:
        if field.value and sum(self._lines().values()) <= 0:
            raise ValidationError("The discount is all of what it is taken from, or more.")

    def _lines(self) -> dict[str, int]:
        lines = {name: self[name].value or 0 for name in PRICE_LINES}
        lines["discount"] *= -1
        return {name: cents for name, cents in lines.items() if cents}

    def thing(self, id_: str, retired: bool) -> Kind:
        return Kind(
            id=id_,
            name=self.name.value,
            minutes=self.minutes.value,
            positions={name: self[name].value for name in POSITIONS if self[name].value},
            price_lines=self._lines(),
            call_minutes=self.call_minutes.value,
            retired=retired,
        )


class RetireForm(Form):
    back = CarriedField()
    """`1`: offer it again."""
    foreseen = CarriedField()


PARTS: Final[Mapping[Part, type[SettingsForm]]] = {
    "about": AboutForm,
    "pay": PayForm,
    "paragraphs": ParagraphsForm,
}
THINGS: Final[Mapping[List, Callable[..., DockForm | BoatForm | KindForm]]] = {
    "docks": DockForm,
    "boats": BoatForm,
    "kinds": KindForm,
}
NEW: Final[Mapping[List, Dock | Boat | Kind]] = {
    "docks": Dock("", ""),
    "boats": Boat("", ""),
    "kinds": Kind("", ""),
}
"""What the form of a new one comes filled with."""


def part_form(company: Company, part: Part) -> SettingsForm:
    now = part_item(company, part)
    return PARTS[part](data={**now, "seen": mark_of(now)})


def thing_form(list_: List, thing: Dock | Boat | Kind) -> DockForm | BoatForm | KindForm:
    return THINGS[list_](data=as_typed(thing))


def as_typed(thing: Dock | Boat | Kind) -> dict[str, str]:
    """As the form's fields have it."""
    typed = {name: str(value) for name, value in as_item(thing).items()}
    if isinstance(thing, Kind):
        typed |= {name: str(n) for name, n in thing.positions.items()}
        typed |= {name: show_amount(abs(cents)) for name, cents in thing.price_lines.items()}
    return typed | {"seen": mark_of(as_item(thing))}
