"""How money comes in, and what must happen until the bank has it: one table. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

RECEIVED: Final = "received"
DEPOSITED: Final = "deposited"
OWED: Final = "owed"


@dataclass(frozen=True)
class Method:
    """`days_to_deposit` and `days_to_bank`: how long each usually takes; None: no such step."""

    name: str
    label: str
    by: str
    """In a sentence: `$450 by Zelle`."""
    days_to_deposit: int | None = None
    days_to_bank: int | None = None
    ours: bool = True
    """Whether SCC's company took it; else the booking system did, and gives it back as well."""

    @property
    def is_checked(self) -> bool:
        """Whether somebody looks that it reaches the bank. Cash and card need no check."""
        return self.days_to_bank is not None


_ALL: Final = (
    Method("cash", "Cash", " in cash"),
    Method("check", "Check", " by check", days_to_deposit=1, days_to_bank=5),
    Method("zelle", "Zelle", " by Zelle", days_to_bank=1),
    Method("venmo", "Venmo", " by Venmo", days_to_bank=3),
    Method("card", "Card", " by card"),
    Method("booking", "Booking", " through the booking system", ours=False),
    Method("other", "Other", "", days_to_bank=5),
)

METHODS: Final = {method.name: method for method in _ALL}

UNKNOWN: Final = Method("", "Not known", "")
"""What a client of the older API, or the older tool, did not say."""


def method_named(name: str) -> Method:
    return METHODS.get(name, UNKNOWN)


def due(state: str, method: str, since: date) -> date:
    """By when the next step is due. Money owed is due at once."""
    found = method_named(method)
    days = {RECEIVED: found.days_to_deposit, DEPOSITED: found.days_to_bank, OWED: 0}[state]
    if days is None:
        days = found.days_to_bank or 0
    return since + timedelta(days=days)
