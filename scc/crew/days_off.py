"""On which days somebody can't come."""

from collections.abc import Iterable
from datetime import date

from scc.audit import store as audit
from scc.audit.model import Origin
from scc.context import Context
from scc.crew import store


def be_away(ctx: Context, person: str, days: Iterable[date], note: str, origin: Origin) -> None:
    """These days they can't come. Twice is once."""
    days = list(days)
    record = audit.record(
        ctx,
        audit.office_partition(ctx),
        "crew.away",
        origin,
        person=person,
        days=[day.isoformat() for day in days],
        note=note,
    )
    rows = [store.put_away(ctx, person, day, note, origin.actor.name) for day in days]
    ctx.db.transact([record, *rows])


def be_back(ctx: Context, person: str, day: date, origin: Origin) -> None:
    """They can come on that day after all."""
    record = audit.record(
        ctx,
        audit.office_partition(ctx),
        "crew.back",
        origin,
        person=person,
        days=[day.isoformat()],
    )
    ctx.db.transact([record, store.back(person, day)])
