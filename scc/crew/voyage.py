"""What is done about the sail itself: let it go all the same, tick it off."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from scc.audit import store as audit
from scc.audit.model import Origin, fingerprint, iso
from scc.aws import again_when_outdated, reading_what_came_of_it
from scc.company import store as companies
from scc.company.model import call_at, ends_at
from scc.context import Context
from scc.crew import tips
from scc.crew.model import Item, stations_of
from scc.crew.ready import Verdict, verdict
from scc.crew.sailing import (
    ABOARD,
    CAME,
    NO_SHOW,
    OF_SOMEBODY,
    RETURNED,
    THE_CAPTAINS,
    TICKS,
    Log,
    Tick,
    captain_before,
    log_of,
    minutes_worked,
)
from scc.crew.store import write
from scc.errors import Invalid, KeyReused, NotAllowed, NotFound, Outdated, Refused
from scc.events import store as events
from scc.events.model import Event, Ref
from scc.waivers import service as waivers

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
        return write(ctx, event, {"override": said}, [record])

    return again_when_outdated(attempt)


# The captain's ticks


def tick(ctx: Context, ref: Ref, one: Tick, origin: Origin) -> Event:
    """Take down what was pressed on the phone, once, whenever it arrives.

    Raises NotFound for somebody who signed nothing, NotAllowed long after the sail and for what is
    the captain's, Invalid,
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
    if one.what == ABOARD and one.of in log_of(event).aboard and _is_absent(ctx, event, one.of):
        waivers.say_came(ctx, event, one.of, one.key, origin)
    return event


def _is_absent(ctx: Context, event: Event, of: str) -> bool:
    """Whether the waivers have them as somebody who did not come."""
    return any(one.sk == of and one.no_show for one in waivers.roll_call(ctx, event).waivers)


def _tick(ctx: Context, ref: Ref, one: Tick, origin: Origin) -> Event:
    event = events.load(ctx, ref)
    _refuse_long_after(ctx, event, one)
    print_ = fingerprint({"tick": str(event.exact_ref), "what": one.what, "of": one.of})
    if _was_taken(ctx, one.key, print_):
        return event
    captain = captain_before(stations_of(event), origin.actor)
    if captain and one.what in THE_CAPTAINS:
        raise NotAllowed(f"{captain} is the captain, and presses this.")
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
        return write(ctx, event, set_, [use, record])
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


# Hours


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
    return tips.split(ctx, event, stations)
