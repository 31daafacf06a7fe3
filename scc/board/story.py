"""An event's money told in order, ready for the template."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from scc.ledger.model import Entry
from scc.parse import money, parse_date
from scc.web.filters import short_day


@dataclass(frozen=True)
class Line:
    number: int
    what: str
    who: str
    when: datetime
    by: str
    amount_cents: int | None
    tip_cents: int
    method: str
    reference: str
    note: str
    settles: bool


def tell(entry: Entry, zone: ZoneInfo) -> Line:
    """One entry as a line of the story."""
    return Line(
        number=entry.number,
        what=_what(entry),
        who=entry.payer,
        when=datetime.fromisoformat(entry.at).astimezone(zone),
        by=entry.actor.name,
        amount_cents=entry.cents,
        tip_cents=entry.tip_cents,
        method=entry.method_as_sent or entry.method,
        reference=entry.reference,
        note=entry.note or entry.reason,
        settles=entry.outright,
    )


def _what(entry: Entry) -> str:
    if entry.kind == "opening":
        return "Recorded before, by the older tool"
    if entry.kind == "price":
        return _price_change(entry)
    if entry.kind in ("deposited", "banked", "bounced"):
        day = short_day(parse_date(entry.received_on))
        return f"Payment {entry.of} {entry.kind} {day}"
    received = short_day(parse_date(entry.received_on)) if entry.received_on else ""
    return f"Payment received {received}".rstrip() + (
        ", more to come" if entry.more_to_come else ""
    )


def _price_change(entry: Entry) -> str:
    if entry.old_cents is None:
        return "Price set"
    was = money(entry.old_cents)
    return f"Price taken away, was {was}" if entry.cents is None else f"Price changed, was {was}"
