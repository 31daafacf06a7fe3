"""What the cards say of waivers: counted by the clock, so that no signer writes to the event."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from scc.aws import Change, Item, Put
from scc.context import Context
from scc.errors import NotFound
from scc.events import store as events
from scc.events.model import Event, Ref
from scc.ledger import store as ledger
from scc.tables import EVENTS, STATE
from scc.texts import store as texts
from scc.waivers.model import expected
from scc.waivers.service import roll_call

SOON: Final = timedelta(days=2)
"""So long before a sail its card says that nobody has signed."""
_OVERLAP: Final = timedelta(minutes=5)
"""An index lags; what was counted twice is only counted right twice."""
_COUNTED: Final = {"pk": "waivers#counted", "sk": "counted"}


@dataclass(frozen=True)
class Count:
    """On a card. `expected` None: nobody said how many come."""

    signed: int
    expected: int | None

    def __str__(self) -> str:
        of = "" if self.expected is None else f"/{self.expected}"
        return f"Waivers {self.signed}{of}"

    @property
    def complete(self) -> bool:
        return self.expected is not None and self.signed >= self.expected


def on_card(event: Event, now: datetime) -> Count | None:
    """As the last count left it on the event; None where there is nothing to say."""
    counted = event.item.get("waivers")
    kept: Mapping[str, Any] = counted if isinstance(counted, Mapping) else {}
    guests = event.party
    soon = event.starts_at is not None and now <= event.starts_at <= now + SOON
    if event.cancelled or not (kept or (soon and guests)):
        return None
    return Count(int(kept.get("signed", 0)), expected(guests, int(kept.get("more", 0))))


def recount(ctx: Context) -> int:
    """Count anew for the sails of today and those that something was signed for since the last
    time; for all that are to come where another text came out. Gives how many cards changed."""
    last = ctx.db.get(STATE, _COUNTED) or {}
    version = texts.current(ctx)
    number = version.number if version else 0
    began = ctx.now()
    refs = _signed_since(ctx, last.get("at", "")) | _todays(ctx)
    if number != last.get("text", number):
        refs |= _to_come(ctx)
    changed = sum(_count(ctx, ref) for ref in sorted(refs))
    at = (began - _OVERLAP).strftime("%Y-%m-%dT%H:%M:%SZ")
    ctx.db.write(Put(STATE, _COUNTED | {"at": at, "text": number}, replace=True))
    return changed


def _signed_since(ctx: Context, at: str) -> set[Ref]:
    today = ctx.today()
    rows = [
        row for day in (today - timedelta(days=1), today) for row in ledger.written_on(ctx, day)
    ]
    return {
        Ref(row["event_id"], int(row["timestamp"]))
        for row in rows
        if str(row.get("kind", "")).startswith("waiver.") and row["at"] >= at
    }


def _todays(ctx: Context) -> set[Ref]:
    """A sail that has begun asks nobody again, so its count may change by itself."""
    since, until = (events.start_key(ctx.now() + far) for far in (-timedelta(days=1), SOON))
    months = {moment[:7] for moment in (since, until)}
    found = [e for month in months for e in events.in_month(ctx, month, since=since)]
    return {
        e.exact_ref
        for e in found
        if e.starts_at and "waivers" in e.item and events.start_key(e.starts_at) <= until
    }


def _to_come(ctx: Context) -> set[Ref]:
    """All that somebody has signed for; a charter is booked a year ahead at most."""
    now = events.start_key(ctx.now())
    day = ctx.today().replace(day=1)
    months = [(day + timedelta(days=31 * n)).strftime("%Y-%m") for n in range(14)]
    found = [e for month in dict.fromkeys(months) for e in events.in_month(ctx, month, since=now)]
    return {e.exact_ref for e in found if "waivers" in e.item}


def _count(ctx: Context, ref: Ref) -> bool:
    """Whether the event's count was another one. Its version stays: nobody's form is outdated."""
    try:
        event = events.load(ctx, ref)
    except NotFound:
        return False
    roll = roll_call(ctx, event)
    counted: Item = {"signed": roll.signed, "more": roll.more}
    if event.item.get("waivers") == counted:
        return False
    ctx.db.write(Change(EVENTS, event.key, set={"waivers": counted}))
    return True
