"""The sign-in form."""

from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from scc.sessions.model import parse_name
from scc.web.forms import CarriedField, Form, ParsedField


class SignInForm(Form):
    name = ParsedField("Your name", parse_name, required=True)
    password = PasswordField(
        "Password",
        validators=[InputRequired("Enter the password."), Length(max=1000)],
    )
    next = CarriedField()
    kept = CarriedField()
