"""An event's money told in order, ready for the template."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from scc.corrections.model import VOIDABLE
from scc.events.model import Event, parse_ref
from scc.ledger.methods import method_named
from scc.ledger.model import Entry, Reading, reading
from scc.parse import money, parse_date
from scc.web.filters import short_day


@dataclass(frozen=True)
class Action:
    url: str
    label: str


@dataclass(frozen=True)
class Line:
    number: int
    what: str
    who: str
    when: datetime
    by: str
    amount_cents: int | None
    amount_text: str
    """Instead of an amount, where there is none."""
    tip_cents: int
    method: str
    reference: str
    note: str
    settles: bool
    struck: bool
    why_struck: str
    other: str = ""
    """Of a move: the other event's slug."""
    other_url: str = ""
    lines: dict[str, int] = field(default_factory=dict)
    actions: tuple[Action, ...] = ()


def tell(event: Event, entries: list[Entry], zone: ZoneInfo) -> list[Line]:
    """The entries as the lines of the story."""
    read = reading(entries)
    voids = {entry.of: entry for entry in entries if entry.kind == "void"}
    return [_line(event, entry, read, voids.get(entry.number), zone) for entry in entries]


def _line(event: Event, entry: Entry, read: Reading, void: Entry | None, zone: ZoneInfo) -> Line:
    method = method_named(entry.method)
    return Line(
        number=entry.number,
        what=what(entry, read),
        who=entry.payer,
        when=datetime.fromisoformat(entry.at).astimezone(zone),
        by=entry.actor.name,
        amount_cents=entry.cents,
        amount_text="" if entry.kind in ("price", "hold") else "Amount not known",
        tip_cents=entry.tip_cents,
        method=entry.method_as_sent or (method.label if entry.method else ""),
        reference=entry.reference,
        note=entry.note or entry.reason,
        settles=entry.outright,
        struck=not read.counts(entry),
        why_struck=_why_struck(entry, read, void),
        other=slug_of(entry.other),
        other_url=url_for("board.event", ref=entry.other) if entry.other else "",
        lines=dict(entry.lines) if len(entry.lines) > 1 else {},
        actions=tuple(_actions(event, entry, read)),
    )


def slug_of(other: str) -> str:
    """The slug in the name that an entry has of another event."""
    return parse_ref(other).slug if other else ""


def _why_struck(entry: Entry, read: Reading, void: Entry | None) -> str:
    if void:
        return f"Voided by no. {void.number}: {void.reason}"
    mark = read.marks.get(entry.number)
    if mark is None or read.counts(entry):
        return ""
    return f"Bounced: no. {mark.number}" if mark.kind == "bounced" else f"Moved: no. {mark.number}"


def _actions(event: Event, entry: Entry, read: Reading) -> list[Action]:
    if not read.counts(entry) or entry.kind not in VOIDABLE:
        return []

    def to(endpoint: str, label: str) -> Action:
        url = url_for(f"corrections.{endpoint}", ref=event.exact_ref, number=entry.number)
        return Action(url, label)

    sent = (
        [to("sent", "Sent")] if entry.kind == "refund" and not read.marks.get(entry.number) else []
    )
    bounces = entry.is_money_in and method_named(entry.method).is_checked
    place: dict[str, Any] = {"ref": event.exact_ref, "number": entry.number}
    bounced = [Action(url_for("banking.bounced", **place), "Bounced")] if bounces else []
    moved = [to("move", "Move to another sail")] if entry.is_money_in and entry.cents else []
    return [*sent, *bounced, *moved, to("void", "Void")]


_WORDS: dict[str, Callable[[Entry], str]] = {
    "opening": lambda e: "Recorded before, by the older tool",
    "moved_in": lambda e: "Moved here from",
    "hold": lambda e: "Kept for the patron, for another day",
    "void": lambda e: f"No. {e.of} voided",
    "deposited": lambda e: f"No. {e.of} deposited{_on(e)}",
    "banked": lambda e: f"No. {e.of} is in the bank{_on(e)}",
    "bounced": lambda e: f"No. {e.of} bounced{_on(e)}",
    "moved_out": lambda e: f"No. {e.of} moved to",
    "sent": lambda e: f"Refund no. {e.of} sent{_on(e)}",
}


def what(entry: Entry, read: Reading) -> str:
    """What an entry says, in few words."""
    if entry.kind == "price":
        return _price_change(entry)
    if entry.kind == "refund":
        return "Refund" if entry.number in read.marks else "Refund owed"
    if entry.kind == "payment":
        name = "Payment" if entry.cents else "Tip"
        return f"{name} received{_on(entry)}" + (", more to come" if entry.more_to_come else "")
    return _WORDS[entry.kind](entry)


def _on(entry: Entry) -> str:
    return f" {short_day(parse_date(entry.received_on))}" if entry.received_on else ""


def _price_change(entry: Entry) -> str:
    if entry.old_cents is None:
        return "Price set"
    was = money(entry.old_cents)
    return f"Price taken away, was {was}" if entry.cents is None else f"Price changed, was {was}"
