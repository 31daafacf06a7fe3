"""What follows by itself: asks are brought in line with what the sail is now.

After every change that somebody makes, and by the clock: whom it concerns is told.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from scc import lines
from scc.audit.model import Actor, Origin, iso
from scc.aws import Write
from scc.context import Context
from scc.crew import letters, store
from scc.crew.model import Ask, Station, attributes, out_of_night, station_of
from scc.crew.plan import Plan, known, plan_of, timed
from scc.crew.taking_off import take_off
from scc.errors import ConditionFailed
from scc.events import store as events
from scc.events.model import Event, Ref
from scc.staff import store as staff

_PATIENCE: Final = timedelta(minutes=2)
"""How long a cancellation may still be taken back before the crew hears of it."""

_MAY_MOVE: Final = timedelta(days=1)
"""So long after its start a sail may still be moved, and its crew be asked again."""

BY_ITSELF: Final = Origin(Actor("system", "schedule", "SCC"))


def settle_safely(ctx: Context, ref: Ref) -> None:
    """`settle` after somebody's change: should it fail, the log says so, and the clock does it a
    little later."""
    try:
        settle(ctx, events.load(ctx, ref), at_most=10)
    except Exception as error:  # their change stands, and is what they have to hear of
        lines.tell(left_to_the_schedule="crew", error=type(error).__name__)


def settle(ctx: Context, event: Event, at_most: int = 1000) -> int:
    """Bring the asks of one sail in line with what it is now; gives how many changed.

    Whoever is no longer needed is told; whoever agreed to other terms is asked again; one
    reminder goes out. Safe to run twice, and at once with another: each step holds only if
    nobody else took it.
    """
    plan, left = plan_of(ctx, event), _who_left(ctx)
    done = 0
    if event.cancelled and _is_final(ctx, event) and any(one.position for one in plan.stations):
        done += _release(ctx, plan)
        plan = plan_of(ctx, events.load(ctx, event.exact_ref))
    for one in store.asks(ctx, event):
        if done >= at_most:
            break
        if step := _step(ctx, plan, one, left):
            done += step()
    return done


def _is_final(ctx: Context, event: Event) -> bool:
    try:
        return datetime.fromisoformat(event.cancelled_at) + _PATIENCE <= ctx.now()
    except (ValueError, TypeError):
        return True


def _release(ctx: Context, plan: Plan) -> bool:
    """A sail that is off: nobody is on any more, and all who were are told, at once or not at all.
    Should it be on again, everybody is asked anew."""
    asks = [one for one in store.asks(ctx, plan.event) if station_of(plan.stations, one.person)]
    told = [_closing(ctx, plan, one, "cancelled", tell=True) for one in asks if not one.closed]
    record = events.record(
        ctx,
        plan.event.exact_ref,
        "crew.released",
        BY_ITSELF,
        people=[{"id": one.person, "name": one.name} for one in plan.stations],
    )
    change = events.change(ctx, plan.event, attributes(()))
    return _try(ctx, plan, [record, *(write for writes in told for write in writes)], event=change)


def _who_left(ctx: Context) -> frozenset[str]:
    return frozenset(person.id for person in staff.everyone(ctx) if person.left)


def _step(ctx: Context, plan: Plan, ask: Ask, left: frozenset[str]) -> Callable[[], bool] | None:
    """What has to be done about an ask, if anything; reads nothing. `left`: who works elsewhere."""
    now, mine = ctx.now(), station_of(plan.stations, ask.person)
    concerned = ask.waiting or mine is not None
    if ask.closed:
        return None
    if plan.event.cancelled:
        if not _is_final(ctx, plan.event):
            return None
        if mine:
            return partial(_release, ctx, plan)
        return partial(_close, ctx, plan, ask, "cancelled", tell=ask.waiting)
    if plan.event.starts_at is not None and plan.event.starts_at <= now:
        # Who is on hears of it should it be moved now: the weather may hold a sail at the dock.
        over = mine is None or plan.event.starts_at + _MAY_MOVE <= now
        return partial(_close, ctx, plan, ask, "over", tell=False) if over else None
    if ask.person in left:
        return partial(_let_go, ctx, plan, ask, mine)
    if ask.waiting and mine is None and not set(ask.positions) & plan.open.keys():
        return partial(_close, ctx, plan, ask, "taken", tell=True)
    if concerned and plan.terms.day and not ask.terms.same(plan.terms):
        if mine is None and letters.too_late(ctx, plan.terms, plan.call):
            return partial(_close, ctx, plan, ask, "late", tell=False)
        return partial(_ask_again, ctx, plan, ask, mine)
    is_day = out_of_night(now, ctx.settings.timezone) == now
    if is_day and ask.waiting and ask.remind_at and datetime.fromisoformat(ask.remind_at) <= now:
        return partial(_remind, ctx, plan, ask)
    return None


def _let_go(ctx: Context, plan: Plan, ask: Ask, mine: Station | None) -> bool:
    """Whoever left the company is on no sail to come."""
    if mine is None:
        return _close(ctx, plan, ask, "off", tell=False)
    take_off(ctx, plan.event.exact_ref, mine, "Left the company", BY_ITSELF)
    return True


def _close(ctx: Context, plan: Plan, ask: Ask, why: str, *, tell: bool) -> bool:
    return _try(ctx, plan, _closing(ctx, plan, ask, why, tell=tell))


def _closing(ctx: Context, plan: Plan, ask: Ask, why: str, *, tell: bool) -> list[Write]:
    after = replace(ask, closed=why, remind_at="")
    person = known(ctx, ask.person) if tell else None
    if person and why == "cancelled" and letters.knows_by_the_call(ctx, plan.event, person):
        person = None  # one letter each
    told = letters.told(ctx, plan.event, person, after, why, "", BY_ITSELF) if person else []
    told += letters.overtaken(ctx, plan.event, ask.person)
    return [*told, store.change(ctx, ask, after)]


def _ask_again(ctx: Context, plan: Plan, ask: Ask, mine: Station | None) -> bool:
    positions = (mine.position,) if mine and mine.position else ask.positions
    anew = replace(
        ask,
        positions=positions,
        terms=plan.terms,
        was=ask.terms,
        at=iso(ctx.now()),
        round=ask.round + 1,
        answer="",
        answered_at="",
    )
    anew = timed(ctx, plan, anew, timedelta(hours=24))
    record = events.record(
        ctx,
        plan.event.exact_ref,
        "crew.asked",
        BY_ITSELF,
        people=[{"id": ask.person, "name": ask.name}],
        positions=list(positions),
        terms=plan.terms.item(),
    )
    person = known(ctx, ask.person)
    told = letters.overtaken(ctx, plan.event, ask.person)
    wait = letters.in_time(ctx, plan.event, ask.terms) if mine else None
    told += letters.asked(ctx, plan.event, person, anew, wait=wait) if person else []
    return _try(ctx, plan, [record, *told, store.change(ctx, ask, anew)])


def _remind(ctx: Context, plan: Plan, ask: Ask) -> bool:
    after = replace(ask, remind_at="")
    person = known(ctx, ask.person)
    told = letters.asked(ctx, plan.event, person, after, reminder=True) if person else []
    return _try(ctx, plan, [*told, store.change(ctx, ask, after)])


def _try(ctx: Context, plan: Plan, writes: list[Write], *, event: Write | None = None) -> bool:
    """All of it, if the event is as it was read; `event`: what is written of it, if anything."""
    try:
        ctx.db.transact([*writes, event or events.unchanged(plan.event)])
    except ConditionFailed:  # somebody else was at it
        return False
    return True


def settle_all(ctx: Context) -> int:
    """By the clock: all sails that somebody was asked for; gives how many asks changed.

    Reads a hundred events at once, and more of those alone that something has to be done about.
    """
    ctx = replace(ctx, known={})
    asks: dict[Ref, list[Ask]] = {}
    for ask in store.live(ctx):
        asks.setdefault(Ref(ask.slug, ask.timestamp), []).append(ask)
    left = _who_left(ctx) if asks else frozenset()
    done = 0
    for event in events.several(ctx, list(asks)):
        plan = plan_of(ctx, event)
        if any(_step(ctx, plan, ask, left) for ask in asks[event.exact_ref]):
            done += settle(ctx, event)
    return done
