"""What the office does itself: somebody who said yes by phone is put on; a sail needs more."""

from collections.abc import Mapping

from scc.audit.model import Origin, iso
from scc.aws import again_when_outdated
from scc.context import Context
from scc.crew import letters, store
from scc.crew.answering import answered_as
from scc.crew.model import YES, Ask, Station, station_of, wanted
from scc.crew.plan import Plan, carry_out, plan_of, to_come
from scc.crew.settling import settle_safely
from scc.errors import ConditionFailed, Outdated, Refused
from scc.events import store as events
from scc.events.model import Event, Ref
from scc.staff import store as staff
from scc.staff.model import Person


def put_on(
    ctx: Context, ref: Ref, person_id: str, position: str, note: str, origin: Origin
) -> Event:
    """Somebody said yes by phone. Twice is once. Raises Refused, NotFound and Unconfirmed."""
    person = staff.load(ctx, person_id)
    if person.left:
        raise Refused(f"{person.name} does not work here any more.")

    def attempt() -> Event:
        plan = to_come(ctx, events.load(ctx, ref))
        mine = station_of(plan.stations, person.id)
        if mine and mine.position == position and mine.holds(plan.terms):
            return plan.event
        before = store.ask(ctx, plan.event, person.id)
        after = answered_as(ctx, plan, _by_hand(ctx, plan, person, position, before, origin), YES)
        others = [
            one
            for one in plan.stations
            if one is not mine and (one.person or one.name != person.name)
        ]
        station = Station(position, person.id, person.name, iso(ctx.now()), plan.terms)
        told = [
            *letters.overtaken(ctx, plan.event, person.id),
            *letters.on(ctx, plan.event, person, station, after, origin),
        ]
        record = events.record(
            ctx,
            plan.event.exact_ref,
            "crew.put_on",
            origin,
            person=person.id,
            name=person.name,
            position=position,
            note=note,
        )
        return carry_out(ctx, plan, [record, *told], before, after, (*others, station))

    event = again_when_outdated(attempt)
    settle_safely(ctx, event.exact_ref)
    return event


def _by_hand(
    ctx: Context, plan: Plan, person: Person, position: str, before: Ask | None, origin: Origin
) -> Ask:
    now = iso(ctx.now())
    return Ask(
        slug=plan.event.slug,
        timestamp=plan.event.timestamp,
        person=person.id,
        name=person.name,
        positions=(position,),
        terms=plan.terms,
        at=now,
        by=origin.actor.name,
        deadline=now,
        round=before.round + 1 if before else 1,
    )


def set_positions(ctx: Context, ref: Ref, positions: Mapping[str, int], origin: Origin) -> Event:
    """How many of each position this sail needs. Twice is once."""

    def attempt() -> Event:
        plan = plan_of(ctx, events.load(ctx, ref))
        before = wanted(plan.company, plan.event)
        said = {position: number for position, number in positions.items() if number}
        if before == said:
            return plan.event
        record = events.record(
            ctx, plan.event.exact_ref, "crew.needed", origin, before=before, positions=said
        )
        change = events.change(ctx, plan.event, {"positions": said})
        try:
            ctx.db.transact([record, change])
        except ConditionFailed as error:
            raise Outdated from error
        return events.as_changed(ctx, plan.event, change)

    event = again_when_outdated(attempt)
    settle_safely(ctx, event.exact_ref)
    return event
