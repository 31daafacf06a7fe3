"""The form about one person."""

from collections.abc import Mapping
from typing import Any

from wtforms import SelectMultipleField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from scc.company.model import POSITIONS
from scc.parse import parse_email
from scc.staff.model import ROLES, Person, parse_name, parse_phone
from scc.staff.service import Details
from scc.web.forms import CarriedField, Form, KeyField, ParsedField, VersionField, choices


class TicksField(SelectMultipleField):
    """Several of a few; what is none of them is kept out, and said."""

    widget = ListWidget()
    option_widget = CheckboxInput()

    def __init__(self, label: str, labels: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(label, choices=choices(labels), validate_choice=False, **kwargs)
        self._labels = labels

    def pre_validate(self, form: Any) -> None:
        if not set(self.data or ()) <= self._labels.keys():
            raise ValidationError("Choose from what is offered.")


class PersonForm(Form):
    name = ParsedField("Name", parse_name, required=True)
    roles = TicksField("May do", {"crew": "Crew", "admin": "Admin"})
    positions = TicksField("Can be", {name: name.capitalize() for name in POSITIONS})
    email = ParsedField("E-mail", parse_email)
    phone = ParsedField("Phone", parse_phone)
    version = VersionField()
    key = KeyField()

    def validate_roles(self, field: Any) -> None:
        if not set(field.data or ()) & ROLES.keys():
            raise ValidationError("Say what they may do: crew, admin or both.")

    def details(self) -> Details:
        """What was entered; after `submitted()`."""
        return Details(
            name=self.name.value,
            roles=frozenset(self.roles.data or ()),
            positions=tuple(p for p in POSITIONS if p in (self.positions.data or ())),
            phone=self.phone.value or "",
            email=self.email.value or "",
        )


def as_typed(person: Person) -> dict[str, Any]:
    """The person as the form's fields have them."""
    return {
        "name": person.name,
        "roles": sorted(person.roles),
        "positions": list(person.positions),
        "email": person.email,
        "phone": person.phone,
        "version": str(person.version),
    }


class LinkForm(Form):
    how = CarriedField()
    """`letter`, or `hand`."""
