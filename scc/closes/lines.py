"""What the pages of closes show of a row, ready for the template."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from flask import url_for

from scc.closes.model import Line, Section
from scc.ledger.closes import Close, Count
from scc.ledger.methods import method_named
from scc.ledger.model import Entry
from scc.parse import money
from scc.web.filters import hour, short_day

_KINDS: Final = {"payment": "Received", "sent": "Refund sent", "bounced": "Bounced"}
_UNDONE: Final = {"sent": "Refund not sent after all", "bounced": "Not bounced after all"}


@dataclass(frozen=True)
class Shown:
    """One row of money. `mark` is empty where there is nothing to tick."""

    mark: str
    who: str
    cents: int
    what: str
    slug: str
    url: str
    cancels: bool


@dataclass(frozen=True)
class Part:
    """One method's rows."""

    name: str
    label: str
    lines: list[Shown]
    expected_cents: int
    to_tick: int
    totalled: bool


def part(section: Section) -> Part:
    to_tick = {line.mark for line in section.to_tick}
    return Part(
        name=section.name,
        label=section.method.label,
        lines=[_shown(line, line.mark in to_tick) for line in section.lines],
        expected_cents=section.expected_cents,
        to_tick=len(to_tick),
        totalled=section.totalled,
    )


def _shown(line: Line, is_ticked: bool) -> Shown:
    entry, ref = line.entry, line.row.ref
    return Shown(
        mark=line.mark if is_ticked else "",
        who=entry.payer or ref.rpartition("~")[0],
        cents=line.cents,
        what=", ".join(_told(entry, line.late)),
        slug=ref.rpartition("~")[0],
        url=url_for("board.event", ref=ref),
        cancels=line.cancels,
    )


def _told(entry: Entry, late: bool) -> list[str]:
    told = [f"{_kind(entry)} {_day(entry.received_on)}".rstrip()]
    if late:
        told.append("logged after the last close")
    if entry.tip_cents:
        told.append(f"{money(entry.tip_cents)} of it tip")
    return [*told, *filter(None, (entry.method_as_sent, entry.reference, entry.reason))]


def _kind(entry: Entry) -> str:
    if entry.kind != "void":
        return _KINDS.get(entry.kind, entry.kind.capitalize())
    return _UNDONE.get(entry.was, "Voided, received")


def _day(text: str) -> str:
    try:
        return short_day(date.fromisoformat(text))
    except ValueError:
        return ""


@dataclass(frozen=True)
class Made:
    """A close in the list of them, or at the head of its page."""

    number: int
    url: str
    when: str
    by: str
    counted_cents: int
    difference_cents: int
    differs: bool
    rows: int


def made(close: Close, zone: ZoneInfo) -> Made:
    return Made(
        number=close.number,
        url=url_for("closes.close", close=close.number),
        when=moment(close.at, zone),
        by=close.actor.name,
        counted_cents=close.counted_cents,
        difference_cents=close.counted_cents - close.expected_cents,
        differs=close.differs,
        rows=len(close.rows),
    )


def moment(at: str, zone: ZoneInfo) -> str:
    """`Sat 23 May 2026, 6:30 pm`."""
    local = datetime.fromisoformat(at).astimezone(zone)
    return f"{short_day(local)} {local.year}, {hour(local)}"


@dataclass(frozen=True)
class Told:
    """One method's count, as a row."""

    who: str
    cents: int
    what: str
    differs: bool


def told(count: Count) -> Told:
    expected = money(count.expected_cents)
    said = f"{expected} expected"
    if count.difference_cents:
        kind = "too much" if count.difference_cents > 0 else "missing"
        said += f", {money(abs(count.difference_cents))} {kind}"
    if count.unticked:
        said += f", {len(count.unticked)} not ticked"
    if count.reason:
        said += f": {count.reason}"
    return Told(method_named(count.method).label, count.counted_cents, said, count.differs)
