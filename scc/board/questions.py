"""What a booking system says otherwise than it stands here, ready for the template."""

from dataclasses import dataclass

from scc.bookings.model import (
    LABELS,
    TWICE,
    booked_cents,
    has_money,
    here,
    in_words,
    open_questions,
)
from scc.context import Context
from scc.events.model import Event
from scc.events.sources import site_name, source_of
from scc.parse import money


@dataclass(frozen=True)
class Question:
    """One field. `said` comes back with the answer; `ends`: it is answered by how it ended."""

    field: str
    label: str
    ours: str
    theirs: str
    said: str
    take: str
    """What *take theirs* does."""
    keep: str
    hint: str = ""
    ends: bool = False
    other: str = ""
    """Of a booking that is here twice: the other event."""


def questions(ctx: Context, event: Event) -> list[Question]:
    """In the order of the fields."""
    source = source_of(event.item)
    found = open_questions(event, ctx.settings.timezone)
    if source is None or not found:
        return []
    now = here(event, ctx.settings.timezone)
    site = site_name(source.site)
    return [
        Question(
            field=name,
            label=label,
            ours=in_words(name, now.get(name)),
            theirs=in_words(name, found[name]),
            said=str(found[name]),
            take=_take(name, found[name], site),
            keep=_keep(name, found[name]),
            hint=_hint(event, name, found[name], site),
            ends=name == TWICE or (name == "cancelled" and found[name] is True),
            other=str(found[name]) if name == TWICE else "",
        )
        for name, label in LABELS.items()
        if name in found
    ]


def _take(name: str, said: object, site: str) -> str:
    if name == TWICE:
        return "Cancel this one"
    if name == "cancelled":
        return "Cancel the sail" if said else "Reinstate it"
    return f"Take {site}’s"


def _keep(name: str, said: object) -> str:
    if name == TWICE:
        return "They are two sails"
    if name == "cancelled":
        return "It sails all the same" if said else "It stays cancelled"
    return "Keep ours"


def _hint(event: Event, name: str, said: object, site: str) -> str:
    if name == TWICE:
        return "Another program put it straight into the table. Look at both before you cancel one."
    return _money_hint(event, int(str(said)), site) if name == "paid" else ""


def _money_hint(event: Event, cents: int, site: str) -> str:
    """What becomes of the money that is logged, and what is then above the price."""
    hint = _replaced(event, cents, site)
    above = event.paid_cents - booked_cents(event) + cents - (event.price_cents or 0)
    if event.price_cents is None or above <= 0:
        return hint
    return f"{hint} {money(above)} is then above the price, as credit.".strip()


def _replaced(event: Event, cents: int, site: str) -> str:
    booked = booked_cents(event)
    if booked:
        return (
            f"To take it voids the {money(booked)} that is logged as taken there, and logs "
            f"{money(cents)} anew."
        )
    if has_money(event) and cents:
        return (
            f"Money is logged here already, and not as taken by {site}. If it is the same money, "
            f"keep ours: else {money(cents)} is logged beside it."
        )
    return ""
