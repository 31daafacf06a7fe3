"""The forms of signing in, and of one's own way in."""

from functools import partial
from typing import Any

from wtforms import PasswordField
from wtforms.validators import InputRequired, Length, ValidationError

from scc.parse import parse_line
from scc.passwords import MIN_LENGTH
from scc.sessions.model import parse_name
from scc.web.forms import CarriedField, Form, ParsedField

_LONGEST = Length(max=1000)


def parse_sign_in_name(text: str) -> str:
    """The owner's name, or an admin's e-mail address."""
    return parse_line(text, longest=254) if "@" in text else parse_name(text)


def parse_reach(text: str) -> str:
    reach = parse_line(text, longest=254)
    if not reach:
        raise ValueError("Enter your e-mail address or phone number.")
    return reach


class SignInForm(Form):
    name = ParsedField("Your name or e-mail", parse_sign_in_name, required=True)
    password = PasswordField(
        "Password", validators=[InputRequired("Enter the password."), _LONGEST]
    )
    code = ParsedField("Code", partial(parse_line, longest=20))
    next = CarriedField()
    kept = CarriedField()


class CrewForm(Form):
    """Ask for a letter, or enter what it says."""

    reach = ParsedField("Your e-mail or phone number", parse_reach, required=True)
    code = ParsedField("The code from the letter", partial(parse_line, longest=20))
    next = CarriedField()
    kept = CarriedField()


def _long_enough(form: Form, field: Any) -> None:
    if len(field.data or "") < MIN_LENGTH:
        raise ValidationError(f"Choose {MIN_LENGTH} characters or more. Four words do well.")


class SetUpForm(Form):
    new_password = PasswordField("Your password", validators=[_LONGEST, _long_enough])
    code = ParsedField("The code that the app shows", parse_line, required=True)


class PasswordForm(Form):
    password = PasswordField(
        "Password so far", validators=[InputRequired("Enter the password so far."), _LONGEST]
    )
    new_password = PasswordField("New password", validators=[_LONGEST, _long_enough])


class FeedForm(Form):
    what = CarriedField()
    """`end`, or anything else for a new address."""
