"""The dialog that asks how a sail ended, and what becomes of its money."""

from typing import Any

from wtforms import RadioField
from wtforms.validators import ValidationError

from scc.endings.service import MONEY, MOVE, THERE
from scc.events.model import ENDINGS, Event
from scc.ledger.model import Standing
from scc.parse import money, parse_line
from scc.web.forms import CarriedField, Form, KeyField, ParsedField, choices


class EndingForm(Form):
    ended = RadioField("How did it end?", validate_choice=False, choices=choices(ENDINGS))
    answer = RadioField("What becomes of the money?", validate_choice=False, choices=choices(MONEY))
    reason = ParsedField("Note", parse_line)
    key = KeyField()
    seen = CarriedField()

    def __init__(self, event: Event, standing: Standing) -> None:
        super().__init__(
            data={
                "ended": "patron" if event.cancelled_there else event.ended,
                "reason": event.cancelled_reason,
                "answer": standing.answer,
                "seen": event.money_seen,
            }
        )
        ours, there = standing.refundable_cents, standing.booked_cents
        self._cents = max(0, ours) + max(0, there)
        can = {MOVE: ours > 0, THERE: there > 0}
        self.answer.choices = choices({k: say for k, say in MONEY.items() if can.get(k, True)})

    def validate_ended(self, field: Any) -> None:
        if field.data not in ENDINGS:
            raise ValidationError("Say how the sail ended.")

    def validate_answer(self, field: Any) -> None:
        if self.asks_answer and self.ended.data != "sailed" and field.data not in MONEY:
            raise ValidationError(f"Say what becomes of the {money(self._cents)}.")

    @property
    def asks_answer(self) -> bool:
        """Whether there is money to ask about."""
        return self._cents > 0

    @property
    def money_answer(self) -> str:
        """One of MONEY, or nothing where there is no question.

        Also where the money has gone meanwhile: by this form's own first tap, say.
        """
        said = str(self.answer.data)
        return said if said in MONEY and self.ended.data != "sailed" else ""
