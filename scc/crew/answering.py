"""Yes and no. Who is on stands on the event, so its version decides who was first."""

from dataclasses import dataclass, replace

from scc.audit.model import Origin, iso
from scc.aws import Write, again_when_outdated
from scc.context import Context
from scc.crew import letters, store
from scc.crew.candidates import at_once
from scc.crew.model import NO, YES, Ask, Item, Station, station_of, stations_of
from scc.crew.plan import Plan, carry_out, plan_of
from scc.crew.settling import settle_safely
from scc.errors import NotFound, Refused
from scc.events import store as events
from scc.events.model import Event, Ref
from scc.staff.model import Person


@dataclass(frozen=True)
class Answered:
    """What came of an answer: `on`, `taken` (somebody was first), `no`, or `gone` (was on)."""

    outcome: str
    event: Event


def answer(
    ctx: Context, ref: Ref, person: Person, said: str, position: str, seen: str, origin: Origin
) -> Answered:
    """Say yes (to `position`) or no, to the terms whose mark was `seen`. The same again changes
    nothing.

    Raises NotFound, Refused where it is too late or the terms are others by now, Unconfirmed.
    """

    def attempt() -> Answered:
        plan = plan_of(ctx, events.load(ctx, ref))
        ask = store.ask(ctx, plan.event, person.id)
        if ask is None:
            raise NotFound("You were not asked for this sail.")
        if seen != plan.terms.mark:
            raise Refused("This was changed since you opened it. Look, and answer again.")
        if said == NO:
            return _no(ctx, plan, ask, person, origin)
        return _yes(ctx, plan, ask, person, position, origin)

    answered = again_when_outdated(attempt)
    if answered.outcome in ("on", "gone"):
        settle_safely(ctx, answered.event.exact_ref)
    return answered


def _yes(
    ctx: Context, plan: Plan, ask: Ask, person: Person, position: str, origin: Origin
) -> Answered:
    mine = station_of(plan.stations, person.id)
    if mine and mine.holds(plan.terms) and ask.answer == YES:
        return Answered("on", plan.event)
    _refuse_closed(ctx, plan, ask, mine)
    position = mine.position if mine else position
    others = tuple(one for one in plan.stations if one is not mine)
    free = bool(mine) or (position in ask.positions and plan.open.get(position, 0) > 0)
    answered = answered_as(ctx, plan, ask, YES)
    if not free:
        if ask.answer != YES:
            carry_out(ctx, plan, [*_record(ctx, plan, ask, YES, "", origin)], ask, answered)
        return Answered("taken", plan.event)
    elsewhere = _on_nothing_else(ctx, plan, person)
    station = Station(position, person.id, person.name, iso(ctx.now()), plan.terms)
    others = tuple(one for one in others if one.person or one.name != person.name)
    told = [
        *letters.overtaken(ctx, plan.event, person.id),
        *letters.on(ctx, plan.event, person, station, answered, origin),
    ]
    writes = [*_record(ctx, plan, ask, YES, position, origin), *elsewhere, *told]
    return Answered("on", carry_out(ctx, plan, writes, ask, answered, (*others, station)))


def _on_nothing_else(ctx: Context, plan: Plan, person: Person) -> list[Write]:
    """That what else they were asked at that time stays as it is: of two yeses at once one sees the
    other. Refused where they are on such a sail."""
    asks = {Ref(one.slug, one.timestamp): one for one in store.live_of(ctx, person.id)}
    asks.pop(plan.event.exact_ref, None)
    others = [one for one in events.several(ctx, [*asks]) if at_once(ctx, plan, one)]
    for other in others:
        if station_of(stations_of(other), person.id):
            sail = letters.sail_in_words(ctx, other)
            raise Refused(f"You are on at that time: {sail}. Say no there, or call the office.")
    return [store.unchanged(asks[other.exact_ref]) for other in others]


def _refuse_closed(ctx: Context, plan: Plan, ask: Ask, mine: Station | None) -> None:
    if plan.event.cancelled:
        raise Refused("This sail was cancelled.")
    if plan.event.starts_at is None or plan.event.starts_at <= ctx.now():
        raise Refused("This sail has begun.")
    if ask.closed == "off" and not mine:
        raise Refused("You were taken off this sail. Call the office if you can come.")


def _no(ctx: Context, plan: Plan, ask: Ask, person: Person, origin: Origin) -> Answered:
    mine = station_of(plan.stations, person.id)
    if plan.event.starts_at is None or plan.event.starts_at <= ctx.now():
        raise Refused("This sail has begun. Call the office.")
    if ask.answer == NO and not mine:
        return Answered("no", plan.event)
    answered = answered_as(ctx, plan, ask, NO)
    position = mine.position if mine else ""
    writes = [
        *_record(ctx, plan, ask, NO, position, origin),
        *letters.overtaken(ctx, plan.event, person.id),
    ]
    if mine is None:
        return Answered("no", carry_out(ctx, plan, writes, ask, answered))
    stations = tuple(one for one in plan.stations if one is not mine)
    told = letters.dropped(ctx, plan.event, mine, answered)
    return Answered("gone", carry_out(ctx, plan, [*writes, *told], ask, answered, stations))


def answered_as(ctx: Context, plan: Plan, ask: Ask, said: str) -> Ask:
    """They answer to what is asked of them now, also where the letter about it is on its way.

    Whoever was taken off and says no stays off. What was closed is open again, a round later, so
    that what they were told before may have to be told again.
    """
    return replace(
        ask,
        answer=said,
        answered_at=iso(ctx.now()),
        terms=plan.terms,
        closed="off" if ask.closed == "off" and said == NO else "",
        remind_at="",
        round=ask.round + bool(ask.closed),
    )


def _record(
    ctx: Context, plan: Plan, ask: Ask, said: str, position: str, origin: Origin
) -> list[Write]:
    who: Item = {"person": ask.person, "name": ask.name, "answer": said, "position": position}
    ref = plan.event.exact_ref
    return [events.record(ctx, ref, "crew.answered", origin, **who, terms=ask.terms.item())]
