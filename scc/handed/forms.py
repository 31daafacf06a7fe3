"""What somebody was handed."""

import re
from typing import Any

from wtforms import RadioField
from wtforms.validators import InputRequired, ValidationError

from scc.ledger.methods import METHODS
from scc.parse import parse_amount, parse_line
from scc.web.forms import Form, KeyField, ParsedField, choices

_OURS = {name: one.label for name, one in METHODS.items() if one.ours}


def parse_payer(text: str) -> str:
    payer = parse_line(text)
    if not payer:
        raise ValueError("Say from whom it is.")
    return payer


class HandedForm(Form):
    amount = ParsedField("Amount", parse_amount, required=True)
    what = RadioField(
        "It is",
        choices=choices({"fare": "For the sail", "tip": "A tip"}),
        validators=[InputRequired("Say whether it is for the sail or a tip.")],
    )
    payment_method = RadioField(
        "Given as", choices=choices(_OURS), validators=[InputRequired("Say how it was given.")]
    )
    patron_name = ParsedField("From whom", parse_payer, required=True)
    key = KeyField()

    def validate_key(self, field: Any) -> None:
        """It stands in an address, and names an attribute."""
        if not re.fullmatch(r"[0-9a-f]{16,64}", field.data or "", re.ASCII):
            raise ValidationError("Part of the form was lost on the way. Open it anew.")
