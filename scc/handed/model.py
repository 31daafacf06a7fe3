"""Money that a member of the crew was handed, and the office has not logged yet. Pure.

It is no payment: nothing counts until an admin logs it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from scc.events.model import Ref

Item = dict[str, Any]

PREFIX: Final = "n"
"""Of the attributes of the one item that holds all that wait."""
MOST: Final = 100
"""How many wait at most: they stand on the dashboard, and an item has its limit."""


@dataclass(frozen=True)
class Handed:
    """`key` is the form's, and by it the payment is logged once. Amounts in cents; a tip is not
    part of the fare."""

    key: str
    ref: Ref
    """The event's, with its timestamp."""
    sail: str
    """What the sail is called."""
    fare_cents: int
    tip_cents: int
    method: str
    payer: str
    by: str
    """The name of who was handed it."""
    at: str
    """When it was said; ISO 8601, UTC."""
    day: str
    """The boat's day of that."""

    @property
    def payment_key(self) -> str:
        return f"handed-{self.key}"

    @property
    def cents(self) -> int:
        return self.fare_cents + self.tip_cents

    def item(self) -> Item:
        event_id, timestamp = self.ref
        rest = {name: value for name, value in vars(self).items() if name != "ref"}
        return {**rest, "event_id": event_id, "timestamp": timestamp}

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> "Handed":
        texts = ("key", "sail", "method", "payer", "by", "at", "day")
        return cls(
            ref=Ref(str(item["event_id"]), int(item["timestamp"])),
            fare_cents=int(item["fare_cents"]),
            tip_cents=int(item["tip_cents"]),
            **{name: str(item.get(name, "")) for name in texts},
        )


def waiting(item: Mapping[str, Any]) -> list[Handed]:
    """All that wait, the longest first."""
    found = [
        Handed.from_item(value)
        for name, value in item.items()
        if name.startswith(PREFIX) and isinstance(value, Mapping)
    ]
    return sorted(found, key=lambda one: one.at)
