"""What is done about the sail itself: let it go all the same, tick it off, hours and tips."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from scc.audit import store as audit
from scc.audit.model import Origin, fingerprint, iso
from scc.aws import Write, again_when_outdated, reading_what_came_of_it
from scc.company import store as companies
from scc.company.model import call_at, ends_at
from scc.context import Context
from scc.crew.model import Item, Station, attributes, even_split, stations_of
from scc.crew.ready import Verdict, verdict
from scc.crew.sailing import (
    CAME,
    NO_SHOW,
    OF_SOMEBODY,
    RETURNED,
    TICKS,
    Log,
    Tick,
    log_of,
    minutes_worked,
)
from scc.errors import (
    ConditionFailed,
    Invalid,
    KeyReused,
    NotAllowed,
    NotFound,
    Outdated,
    Refused,
)
from scc.events import store as events
from scc.events.model import Event, Ref
from scc.ledger import store as ledger
from scc.ledger.model import Entry, reading
from scc.parse import money
from scc.waivers import service as waivers

DAYS_SPLIT: Final = 7
"""So long after a sail a tip that comes in is split by itself."""

_STILL_OUT: Final = timedelta(days=1)
"""So long after its planned end a sail may come back."""


# Ready to sail


def verdict_of(ctx: Context, event: Event) -> Verdict | None:
    """What stands in its way, if anything; no read but the company's."""
    return verdict(companies.load(ctx), event, ctx.settings.timezone, ctx.now())


def override(
    ctx: Context, ref: Ref, name: str, reason: str, seen: frozenset[str], origin: Origin
) -> Event:
    """Let it sail for the reasons that were seen; twice is once.

    Raises Refused above the passenger limit, or where more is in its way than was seen.
    """

    def attempt() -> Event:
        event = events.load(ctx, ref)
        found = verdict_of(ctx, event)
        if found is None or found.ready:
            return event
        if not found.can_override:
            raise Refused("More passengers than the boat may carry: nobody can let that pass.")
        if not {one.key for one in found.reasons} <= seen:
            raise Refused("Something else is missing by now. Look, and press again.")
        kept = [*found.reasons, *found.overridden]
        said: Item = {
            "name": name,
            "reason": reason,
            "at": iso(ctx.now()),
            "start": str(event.item.get("starts_at", "")),
            "sizes": {one.key: one.size for one in kept},
        }
        record = events.record(
            ctx,
            event.exact_ref,
            "ready.overridden",
            origin,
            name=name,
            reason=reason,
            reasons=[one.text for one in found.reasons],
        )
        return _write(ctx, event, {"override": said}, [record])

    return again_when_outdated(attempt)


def _write(ctx: Context, event: Event, set_: Item, beside: list[Write]) -> Event:
    change = events.change(ctx, event, set_)
    try:
        ctx.db.transact([*beside, change])
    except ConditionFailed as error:
        raise Outdated from error
    return events.as_changed(ctx, event, change)


# The captain's ticks


def tick(ctx: Context, ref: Ref, one: Tick, origin: Origin) -> Event:
    """Take down what was pressed on the phone, once, whenever it arrives.

    Raises NotFound for somebody who signed nothing, NotAllowed long after the sail, Invalid,
    KeyReused and Unconfirmed.
    """
    if one.what not in TICKS:
        raise Invalid({"what": "There is no such tick."})
    event = again_when_outdated(lambda: _tick(ctx, ref, one, origin))
    absent = one.of in log_of(event).no_shows
    if (
        one.what == NO_SHOW and absent
    ):  # by the same key, so that what is lost between is made up for
        waivers.say_no_show(ctx, event, one.of, one.key, origin)
    if one.what == CAME and not absent:
        waivers.say_came(ctx, event, one.of, one.key, origin)
    return event


def _tick(ctx: Context, ref: Ref, one: Tick, origin: Origin) -> Event:
    event = events.load(ctx, ref)
    _refuse_long_after(ctx, event, one)
    print_ = fingerprint({"tick": str(event.exact_ref), "what": one.what, "of": one.of})
    if _was_taken(ctx, one.key, print_):
        return event
    if one.what in OF_SOMEBODY:
        _must_have_signed(ctx, event, one.of)
    before, after = log_of(event), log_of(event).after(one)
    set_: Item = {"sail": after.item()}
    if one.what == RETURNED:
        set_ |= _back_at_the_dock(ctx, event, before, after)
    use = audit.use_key(ctx, one.key, print_)
    record = events.record(
        ctx, event.exact_ref, "sail.ticked", origin, what=one.what, of=one.of, pressed_at=one.at
    )
    try:
        return _write(ctx, event, set_, [use, record])
    except Outdated:
        with reading_what_came_of_it():
            if _was_taken(ctx, one.key, print_):
                return events.load(ctx, ref)
        raise


def _refuse_long_after(ctx: Context, event: Event, one: Tick) -> None:
    """Nobody makes their own hours longer a week later; what the phone kept so long may come."""
    end = ends_at(companies.load(ctx), event)
    if end and datetime.fromisoformat(one.at) > end + _STILL_OUT:
        raise NotAllowed("This sail was over long ago. Ask the office to put it right.")


def _was_taken(ctx: Context, key: str, print_: str) -> bool:
    used = audit.used_key(ctx, key)
    if used and used["fingerprint"] != print_:
        raise KeyReused("it ticked something else.")
    return used is not None


def _must_have_signed(ctx: Context, event: Event, of: str) -> None:
    if all(one.sk != of for one in waivers.roll_call(ctx, event).waivers):
        raise NotFound("There is no such waiver.")


# Hours and tips


def tip_of(entries: list[Entry]) -> int:
    """Cents of the tips that count."""
    counts = reading(entries).counts
    return sum(one.tip_cents for one in entries if one.is_money_in and counts(one))


def _back_at_the_dock(ctx: Context, event: Event, before: Log, after: Log) -> Item:
    """Everybody's hours from the call to the return, and an even share of the tip."""
    call = call_at(companies.load(ctx), event, ctx.settings.timezone)
    if call is None:
        return {}
    was = minutes_worked(call, datetime.fromisoformat(before.returned)) if before.returned else None
    now = minutes_worked(call, datetime.fromisoformat(after.returned))
    stations = [
        replace(one, minutes=now) if one.minutes in (None, was) else one
        for one in stations_of(event)
    ]
    return _split(ctx, event, stations)


def _split(ctx: Context, event: Event, stations: list[Station]) -> Item:
    if _split_of(event).get("by_hand"):
        return attributes(stations)
    entries = ledger.entries(ctx, event.ledger)
    sailed = [place for place, one in enumerate(stations) if one.minutes]
    shares = even_split(tip_of(entries), [str(place) for place in sailed])
    shared = [replace(one, tip_cents=shares.get(str(place))) for place, one in enumerate(stations)]
    return attributes(shared) | {"split": {"entries": event.entries}}


def _split_of(event: Event) -> Mapping[str, object]:
    kept = event.item.get("split")
    return kept if isinstance(kept, Mapping) else {}


def split_is_due(event: Event) -> bool:
    """Whether money was logged since its tip was split; by what its item carries."""
    split = _split_of(event)
    return bool(split) and not split.get("by_hand") and split.get("entries") != event.entries


def split_again(ctx: Context, ref: Ref) -> bool:
    """By the clock: a tip that came in after the return is split as well."""

    def attempt() -> bool:
        event = events.load(ctx, ref)
        if not split_is_due(event):
            return False
        set_ = _split(ctx, event, list(stations_of(event)))
        _write(ctx, event, set_, [])
        return True

    return again_when_outdated(attempt)


@dataclass(frozen=True)
class Share:
    """What somebody gets of a sail: minutes worked and cents of the tip."""

    minutes: int
    tip_cents: int


def correct(ctx: Context, ref: Ref, shares: list[Share], version: int, origin: Origin) -> Event:
    """Hours and tips as the office has them, in the order of who is on.

    Where nothing differs, nothing is written. Raises Invalid where the tip does not come out,
    Outdated where the event is no longer at `version`.
    """
    event = events.load(ctx, ref)
    stations = stations_of(event)
    same = [(one.minutes or 0, one.tip_cents or 0) for one in stations]
    if same == [(one.minutes, one.tip_cents) for one in shares]:
        return event
    if event.version != version or len(shares) != len(stations):
        raise Outdated
    tip, shared = tip_of(ledger.entries(ctx, event.ledger)), sum(s.tip_cents for s in shares)
    if tip != shared:
        more = f"{money(tip - shared)} more" if shared < tip else f"{money(shared - tip)} less"
        raise Invalid({"tip": f"The tip is {money(tip)}: share out {more}."})
    changed = [
        replace(one, minutes=share.minutes, tip_cents=share.tip_cents)
        for one, share in zip(stations, shares, strict=True)
    ]
    record = events.record(
        ctx,
        event.exact_ref,
        "crew.paid",
        origin,
        people=[
            {
                "id": one.person,
                "name": one.name,
                "minutes": one.minutes,
                "tip_cents": one.tip_cents,
            }
            for one in changed
        ],
    )
    split = {"entries": event.entries, "by_hand": True}
    return _write(ctx, event, attributes(changed) | {"split": split}, [record])
