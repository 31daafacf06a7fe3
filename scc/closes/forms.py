"""The form that closes the money of a day or a week."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from wtforms import SelectMultipleField

from scc.closes.model import MOST_DAYS, TOTALLED, Counted, Listing, Section, parse_sum
from scc.ledger.methods import METHODS
from scc.parse import parse_date, parse_line
from scc.web.forms import CarriedField, Form, KeyField, ParsedField, new_key

_SECTIONS: Final = (*(m.name for m in METHODS.values() if m.ours), "unknown")


class CloseForm(Form):
    cash = ParsedField("Cash counted", parse_sum)
    card = ParsedField("Terminal’s total", parse_sum)
    tick = SelectMultipleField("Ticked", validate_choice=False, choices=[])
    key = KeyField()
    seen = CarriedField("Rows")
    last = CarriedField()
    begin = CarriedField()
    listed_at = CarriedField()

    @property
    def listed(self) -> datetime | None:
        """When its rows were listed, UTC; None where it does not say so as SCC writes it."""
        try:
            return datetime.strptime(self.listed_at.data or "", "%Y-%m-%dT%H:%M:%S%z")
        except ValueError:
            return None

    @property
    def ticked(self) -> frozenset[str]:
        return frozenset(self.tick.data or ())

    def tick_all(self, section: Section) -> None:
        self.tick.data = sorted(self.ticked | {line.mark for line in section.to_tick})

    def carry(self, listing: Listing, now: str) -> None:
        """Stand for these rows from now on; what was ticked and entered stays."""
        self.seen.data = listing.seen
        self.last.data = str(listing.number - 1)
        self.begin.data = listing.begin.isoformat()
        self.listed_at.data = now
        self.key.data = new_key()

    def reason(self, name: str) -> Any:
        """The field for a section's reason."""
        return self[f"reason_{name}"]

    def show(self, problems: dict[str, str]) -> None:
        """Say what was wrong with the fields of that name."""
        for name, problem in problems.items():
            self[name].errors = [problem]

    def counted(self) -> Counted:
        """What was entered; after `submitted()`."""
        reasons = {name: self.reason(name).value for name in _SECTIONS}
        return Counted(
            sums={name: self[name].value for name in TOTALLED},
            ticked=self.ticked,
            reasons={name: reason for name, reason in reasons.items() if reason},
        )


for _name in _SECTIONS:
    setattr(CloseForm, f"reason_{_name}", ParsedField("Reason", parse_line))


def parse_begin(text: str, today: date) -> date:
    """From which day the first close counts."""
    day = parse_date(text)
    if day > today:
        raise ValueError(f"That day is still to come. Today is {today.isoformat()}.")
    if day < today - timedelta(days=MOST_DAYS):
        raise ValueError(f"The first close goes back {MOST_DAYS} days at most.")
    return day
