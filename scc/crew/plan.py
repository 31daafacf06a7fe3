"""What a decision about one sail is made of, and how it is written."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scc.audit.model import iso
from scc.aws import Write
from scc.company import store as companies
from scc.company.model import Company, call_at
from scc.context import Context
from scc.crew import store
from scc.crew.model import (
    Ask,
    Station,
    Terms,
    answer_by,
    attributes,
    open_positions,
    remind_at,
    stations_of,
    terms_of,
    wanted,
)
from scc.errors import ConditionFailed, NotFound, Outdated, Refused
from scc.events import store as events
from scc.events.model import Event
from scc.staff import store as staff
from scc.staff.model import Person


@dataclass(frozen=True)
class Plan:
    """All that a decision about one sail is made of."""

    event: Event
    company: Company
    terms: Terms
    stations: tuple[Station, ...]

    call: datetime | None = None
    """When the crew has to be there."""

    @property
    def open(self) -> dict[str, int]:
        return open_positions(wanted(self.company, self.event), self.stations)


def plan_of(ctx: Context, event: Event) -> Plan:
    company = companies.load(ctx)
    zone = ctx.settings.timezone
    terms, call = terms_of(company, event, zone), call_at(company, event, zone)
    return Plan(event, company, terms, stations_of(event), call)


def to_come(ctx: Context, event: Event) -> Plan:
    """Refused where nobody can be asked to come."""
    plan = plan_of(ctx, event)
    if event.cancelled:
        raise Refused("This sail is cancelled.")
    if event.starts_at is None:
        raise Refused("This sail has no date yet: give it one by Change.")
    if event.starts_at <= ctx.now():
        raise Refused("This sail has begun.")
    return plan


def timed(ctx: Context, plan: Plan, ask: Ask, within: timedelta) -> Ask:
    zone, call = ctx.settings.timezone, plan.call
    deadline = answer_by(ctx.now(), within, call, zone) if call else ctx.now() + within
    reminder = remind_at(ctx.now(), deadline, zone)
    return replace(ask, deadline=iso(deadline), remind_at=iso(reminder) if reminder else "")


def carry_out(
    ctx: Context,
    plan: Plan,
    writes: list[Write],
    before: Ask | None,
    after: Ask | None,
    stations: tuple[Station, ...] | None = None,
) -> Event:
    """All of it or nothing. Outdated where the event or the ask is not as it was read.

    `stations`: who is on from now on; None: as before.
    """
    event = plan.event
    if after:
        writes.append(store.change(ctx, before, after) if before else store.put(ctx, after))
    if stations is not None:
        change = events.change(ctx, event, attributes(stations))
        writes.append(change)
        event = events.as_changed(ctx, event, change)
    else:
        writes.append(events.unchanged(event))
    try:
        ctx.db.transact(writes)
    except ConditionFailed as error:
        raise Outdated from error
    return event


def known(ctx: Context, person_id: str) -> Person | None:
    """Who can be written to; None for who left, or was never there."""
    try:
        person = staff.load(ctx, person_id)
    except NotFound:
        return None
    return None if person.left else person
