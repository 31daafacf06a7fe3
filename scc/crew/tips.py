"""Who gets what of a sail: hours, and shares of its tip; and whether they still come to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from scc.audit.model import Origin
from scc.aws import again_when_outdated
from scc.company import store as companies
from scc.company.model import ends_at
from scc.context import Context
from scc.crew.model import Item, Station, attributes, even_split, stations_of
from scc.crew.store import write
from scc.errors import Invalid, Outdated
from scc.events import store as events
from scc.events.model import Event, Ref
from scc.ledger import store as ledger
from scc.ledger.model import Entry, reading
from scc.parse import money

DAYS_SPLIT: Final = 7
"""So long after a sail a tip that comes in is split by itself."""


def tip_of(entries: list[Entry]) -> int:
    """Cents of the tips that count."""
    counts = reading(entries).counts
    return sum(one.tip_cents for one in entries if one.is_money_in and counts(one))


# An even split


def split(ctx: Context, event: Event, stations: Sequence[Station]) -> Item:
    """These stations as attributes of the event, with an even share for each who has hours; where
    it was shared out by hand, with the shares that they have."""
    if _split_of(event).get("by_hand"):
        return attributes(stations)
    tip = tip_of(ledger.entries(ctx, event.ledger))
    shared = _evenly(tip, stations)
    return attributes(shared) | _as_split(event, tip)


def _evenly(tip: int, stations: Sequence[Station]) -> list[Station]:
    sailed = [str(place) for place, one in enumerate(stations) if one.minutes]
    shares = even_split(tip, sailed)
    return [replace(one, tip_cents=shares.get(str(place))) for place, one in enumerate(stations)]


def _as_split(event: Event, tip: int, by_hand: bool = False) -> Item:
    """What the event keeps: which tip was split, and how many entries there were then."""
    kept: Item = {"entries": event.entries, "tip_cents": tip}
    return {"split": kept | ({"by_hand": True} if by_hand else {})}


def _split_of(event: Event) -> Mapping[str, object]:
    kept = event.item.get("split")
    return kept if isinstance(kept, Mapping) else {}


def split_is_due(event: Event) -> bool:
    """Whether money was logged since its tip was split; by what its item carries."""
    kept = _split_of(event)
    return bool(kept) and not kept.get("by_hand") and kept.get("entries") != event.entries


def split_again(ctx: Context, ref: Ref) -> bool:
    """By the clock: a tip that came in after the return is split as well."""

    def attempt() -> bool:
        event = events.load(ctx, ref)
        if not split_is_due(event):
            return False
        write(ctx, event, split(ctx, event, stations_of(event)), [])
        return True

    return again_when_outdated(attempt)


# By hand


@dataclass(frozen=True)
class Share:
    """What somebody gets of a sail: minutes worked and cents of the tip."""

    minutes: int
    tip_cents: int


def correct(
    ctx: Context,
    ref: Ref,
    shares: list[Share],
    version: int,
    origin: Origin,
    *,
    evenly: bool = False,
) -> Event:
    """Hours and tips as the office has them, in the order of who is on. `evenly`: its hours alone;
    the tip is split anew, and again by itself when it changes.

    Where nothing differs, nothing is written. Raises Invalid where the tip does not come out,
    Outdated where the event is no longer at `version`.
    """
    event = events.load(ctx, ref)
    before, tip = stations_of(event), tip_of(ledger.entries(ctx, event.ledger))
    if len(shares) != len(before):
        raise Outdated
    after = [
        replace(one, minutes=share.minutes, tip_cents=share.tip_cents)
        for one, share in zip(before, shares, strict=True)
    ]
    after = _evenly(tip, after) if evenly else after
    left = Left(tip, _sum(after))
    if left.cents:
        more = f"{money(left.cents)} more" if left.cents > 0 else f"{money(-left.cents)} less"
        raise Invalid({"tip": f"The tip is {money(tip)}: share out {more}."})
    was_by_hand = bool(_split_of(event).get("by_hand"))
    by_hand = not evenly and (was_by_hand or _tips(after) != _tips(before))
    hours = [one.minutes or 0 for one in before]
    if (hours, _tips(before), was_by_hand) == ([s.minutes for s in shares], _tips(after), by_hand):
        return event
    if event.version != version:
        raise Outdated
    people = [
        {
            "id": one.person,
            "name": one.name,
            "minutes": one.minutes,
            "tip_cents": one.tip_cents or 0,
        }
        for one in after
    ]
    record = events.record(ctx, event.exact_ref, "crew.paid", origin, people=people)
    return write(ctx, event, attributes(after) | _as_split(event, tip, by_hand), [record])


def _tips(stations: Sequence[Station]) -> list[int]:
    return [one.tip_cents or 0 for one in stations]


def _sum(stations: Sequence[Station]) -> int:
    return sum(_tips(stations))


# Whether they come to it


@dataclass(frozen=True)
class Left:
    """A tip, and what the shares of it come to, in cents."""

    tip_cents: int
    shared_cents: int

    @property
    def cents(self) -> int:
        """What is nobody's; below 0: more is shared out than came in."""
        return self.tip_cents - self.shared_cents

    def __str__(self) -> str:
        """In words; empty where the shares come to the tip."""
        if not self.cents:
            return ""
        said = f"The shares come to {money(self.shared_cents)}, the tip is {money(self.tip_cents)}"
        rest = f"{money(abs(self.cents))} is {'not shared out' if self.cents > 0 else 'too much'}"
        return f"{said}: {rest}."


def left_of(event: Event, entries: list[Entry]) -> Left:
    """By the entries that the event has now."""
    return Left(tip_of(entries), _sum(stations_of(event)))


def left_over(ctx: Context, event: Event) -> Left:
    """The same; reads the ledger only where it went on since the split, or nothing was split."""
    kept = _split_of(event)
    if kept.get("entries") != event.entries or "tip_cents" not in kept:
        return left_of(event, ledger.entries(ctx, event.ledger))
    return Left(int(str(kept["tip_cents"])), _sum(stations_of(event)))


def is_due(ctx: Context, event: Event) -> bool:
    """Whether its tip should be shared out by now: it was, or the sail is over."""
    end = ends_at(companies.load(ctx), event)
    return is_split(event) or (event.took_place and end is not None and end <= ctx.now())


def is_split(event: Event) -> bool:
    return bool(_split_of(event))
