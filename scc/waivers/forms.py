"""What guests fill in, and what the office does. Guests' words are in the catalogues."""

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField
from wtforms import Form as PlainForm
from wtforms.validators import StopValidation

from scc.texts.model import Text
from scc.waivers.model import (
    CONSENTS,
    MOST_CHILDREN,
    RELATIONS,
    Child,
    Signature,
    Signing,
    is_submission,
    moment_said,
    parse_birth_date,
    parse_captain_note,
    parse_email,
    parse_emergency,
    parse_name,
    parse_phone,
    parse_reason,
    parse_signature,
    zone_said,
)
from scc.waivers.service import Paper
from scc.web.forms import CarriedField, Form, KeyField, ParsedField, choices
from scc.web.language import say_in


class _Ticked(BooleanField):
    """A consent: what is not ticked is asked for again."""

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            raise StopValidation("Tick this to sign.")

    def _value(self) -> str:
        return "y"


class _SubmissionField(KeyField):
    """A key as our forms make it: it becomes part of a row's key and of an address."""

    def process_formdata(self, valuelist: list[str]) -> None:
        given = valuelist[0] if valuelist else ""
        super().process_formdata([given] if is_submission(given) else [])


class _Guests(Form):
    """A form of somebody without a session: it sets no cookie, its origin is checked (guards)."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        csrf = False


class ChildForm(PlainForm):
    """One child. A row left empty is no child."""

    name = ParsedField("Child’s full name", parse_name, required=True)
    birth_date = ParsedField("Birth date", parse_birth_date, required=True)
    relation = SelectField(
        "You are their", choices=choices({"": "Choose", **RELATIONS}), validate_choice=False
    )

    def validate_relation(self, field: Any) -> None:
        if field.data not in RELATIONS:
            raise StopValidation("Say whether you are the parent or the legal guardian.")

    @property
    def empty(self) -> bool:
        return not any((field.data or "").strip() for field in self)


def seen(text: Text) -> str:
    """Which text somebody has before them, as a form carries it."""
    return f"{text.version}.{text.language}.{text.hash}"


class WaiverForm(_Guests):
    name = ParsedField("Full name", parse_name, required=True)
    birth_date = ParsedField("Birth date", parse_birth_date, required=True)
    email = ParsedField("E-mail, for your copy", parse_email)
    phone = ParsedField("Phone", parse_phone)
    emergency = ParsedField("Emergency contact: name and phone", parse_emergency, required=True)
    captain_note = ParsedField("Anything the captain should know?", parse_captain_note)
    sails = RadioField(
        "Do you come along?",
        choices=choices({"yes": "Yes, I sail too", "no": "No, I only sign for children"}),
        validate_choice=False,
    )
    agree = _Ticked(CONSENTS["agree"])
    electronic = _Ticked(CONSENTS["electronic"])
    signature = ParsedField("Signature", parse_signature)
    typed = ParsedField("Or type your full name", parse_name)
    children_shown = CarriedField()
    text_seen = CarriedField()
    signed_at = CarriedField()
    phone_zone = CarriedField()
    key = _SubmissionField()

    def __init__(self, text: Text) -> None:
        super().__init__(data={"text_seen": seen(text), "sails": "yes"})
        posted = request.form if request.method == "POST" else None
        self.children = [
            ChildForm(formdata=posted, prefix=f"child{n}-") for n in range(1, MOST_CHILDREN + 1)
        ]

    @property
    def rows(self) -> int:
        """How many of the children's rows are in sight: those asked for, and all with a word."""
        text = self.children_shown.data or ""
        asked = int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0
        filled = max((n for n, child in enumerate(self.children, 1) if not child.empty), default=0)
        return min(MOST_CHILDREN, max(asked, filled))

    @property
    def adds_a_row(self) -> bool:
        """Without JavaScript the button *Add a child* sends the form."""
        return request.method == "POST" and "add_child" in request.form

    def show_another_row(self) -> None:
        self.children_shown.data = str(min(MOST_CHILDREN, self.rows + 1))

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        for child in self._given_children():
            child.validate()
        if not (self.email.data or "").strip() and not (self.phone.data or "").strip():
            self.put_error("email", "Give an e-mail address or a phone number.")
        if self.sails.data not in ("yes", "no"):
            self.put_error("sails", "Say whether you come along.")
        if not (self.signature.data or "") and not (self.typed.data or "").strip():
            self.put_error("typed", "Sign in the field, or type your full name.")
        return good and not self.problems

    def put_error(self, name: str, text: str) -> None:
        """An error at a field, a child's (`child1-name`) too."""
        place, _, rest = name.rpartition("-")
        field = self.children[int(place[5:]) - 1][rest] if place else self[name]
        field.errors = [*field.errors, text]

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Ids of the wrong fields and what to do about each, in their order on the page."""
        own = [(f.id, str(f.errors[0])) for f in self if f.errors]
        theirs = [(f.id, str(f.errors[0])) for child in self.children for f in child if f.errors]
        place = next((n for n, (name, _) in enumerate(own) if name in _AFTER_CHILDREN), len(own))
        return own[:place] + theirs + own[place:]

    @property
    def came_back(self) -> bool:
        return bool(self.problems or self.notice)

    def _given_children(self) -> list[ChildForm]:
        return [child for child in self.children if not child.empty]

    def text_said(self) -> tuple[int, str, str] | None:
        """Version, language and hash of the text that the form was opened on."""
        number, _, rest = (self.text_seen.data or "").partition(".")
        language, _, hash_ = rest.partition(".")
        known = number.isascii() and number.isdigit() and len(number) < 7
        return (int(number), language, hash_) if known else None

    def signing(self, text: Text, language: str) -> Signing:
        """What was entered; after `submitted()`."""
        return Signing(
            key=self.key.data,
            name=self.name.value,
            birth_date=self.birth_date.value,
            email=self.email.value or "",
            phone=self.phone.value or "",
            emergency=self.emergency.value,
            captain_note=self.captain_note.value or "",
            sails=self.sails.data == "yes",
            children=tuple(
                Child(c.name.value, c.birth_date.value, str(c.relation.data))
                for c in self._given_children()
            ),
            signature=Signature(self.signature.value or "", self.typed.value or ""),
            text=text,
            consents={name: say_in(language, words) for name, words in CONSENTS.items()},
            language=language,
            signed_at=moment_said(self.signed_at.data or ""),
            phone_zone=zone_said(self.phone_zone.data or ""),
        )


_AFTER_CHILDREN = frozenset({"agree", "electronic", "signature", "typed"})


# The office


class VoidForm(Form):
    reason = ParsedField("Reason", parse_reason, required=True)
    key = KeyField()


class MarkForm(Form):
    of = CarriedField()
    what = CarriedField()
    key = KeyField()


def parse_count(text: str) -> int:
    if not text.strip():
        return 0
    if not (text.strip().isascii() and text.strip().isdigit() and len(text.strip()) < 4):
        raise ValueError("Enter a number, such as 2.")
    return int(text)


class AboardForm(Form):
    walk_ons = ParsedField("Walk-ons", parse_count, required=True)
    no_shows = ParsedField("No-shows who had not signed", parse_count, required=True)
    key = KeyField()


class PaperForm(Form):
    name = ParsedField("Full name", parse_name, required=True)
    birth_date = ParsedField("Birth date", parse_birth_date, required=True)
    guardian = ParsedField("Signed by, if they are under 18", parse_name)
    relation = SelectField(
        "Who is their", choices=choices({"": "–", **RELATIONS}), validate_choice=False
    )
    kept_at = ParsedField("Where the paper is", parse_captain_note, required=True)
    key = _SubmissionField()

    def paper(self) -> Paper:
        """What was entered; after `submitted()`."""
        relation = str(self.relation.data or "")
        return Paper(
            key=self.key.data,
            name=self.name.value,
            birth_date=self.birth_date.value,
            guardian=self.guardian.value or "",
            relation=relation if relation in RELATIONS else "",
            kept_at=self.kept_at.value,
        )
