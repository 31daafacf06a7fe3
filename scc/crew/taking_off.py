"""Somebody is not on any more, and is told."""

from dataclasses import replace

from scc.audit.model import Origin
from scc.aws import Write, again_when_outdated
from scc.context import Context
from scc.crew import letters, store
from scc.crew.model import Station
from scc.crew.plan import carry_out, known, plan_of
from scc.events import store as events
from scc.events.model import Event, Ref


def take_off(ctx: Context, ref: Ref, station: Station, reason: str, origin: Origin) -> Event:
    """They are not on any more, and are told. Twice is once."""

    def attempt() -> Event:
        plan = plan_of(ctx, events.load(ctx, ref))
        gone = next((one for one in plan.stations if _is_same(one, station)), None)
        if gone is None:
            return plan.event
        before = store.ask(ctx, plan.event, gone.person) if gone.person else None
        after = replace(before, closed="off", remind_at="") if before else None
        person = known(ctx, gone.person)
        told: list[Write] = []
        if person and after:
            told = letters.overtaken(ctx, plan.event, person.id)
            told += letters.told(ctx, plan.event, person, after, "off", reason, origin)
        record = events.record(
            ctx,
            plan.event.exact_ref,
            "crew.taken_off",
            origin,
            person=gone.person,
            name=gone.name,
            position=gone.position,
            reason=reason,
        )
        stations = tuple(one for one in plan.stations if one is not gone)
        return carry_out(ctx, plan, [record, *told], before, after, stations)

    return again_when_outdated(attempt)


def _is_same(one: Station, other: Station) -> bool:
    return (one.person, one.name) == (other.person, other.name)
