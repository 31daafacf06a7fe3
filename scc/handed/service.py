"""Crew say what they were handed; an admin logs it as a payment, or says that it is none."""

from scc.audit import store as audit
from scc.audit.model import Origin, fingerprint, iso
from scc.aws import reading_what_came_of_it
from scc.context import Context
from scc.errors import ConditionFailed, KeyReused, Refused
from scc.events import store as events
from scc.events.model import Event, first_name
from scc.handed import store
from scc.handed.model import MOST, Handed


def note(
    ctx: Context,
    event: Event,
    key: str,
    fare_cents: int,
    tip_cents: int,
    method: str,
    payer: str,
    origin: Origin,
) -> None:
    """It waits on the dashboard, once, however often the form is sent. Logs nothing.

    Raises Refused where too much waits, KeyReused where the form had said something else, and
    Unconfirmed.
    """
    waiting = {one.key for one in store.all_waiting(ctx)}
    if len(waiting) >= MOST and key not in waiting:
        raise Refused("The office has not logged what it was told before. Tell them in person.")
    handed = Handed(
        key=key,
        ref=event.exact_ref,
        sail=first_name(event) or event.slug,
        fare_cents=fare_cents,
        tip_cents=tip_cents,
        method=method,
        payer=payer,
        by=origin.actor.name,
        at=iso(ctx.now()),
        day=ctx.today().isoformat(),
    )
    money = {
        "fare_cents": fare_cents,
        "tip_cents": tip_cents,
        "method": method,
        "payer": payer,
    }
    said = fingerprint({"handed": str(event.exact_ref), **money})
    used = audit.use_key(ctx, key, said, event_id=event.slug, timestamp=event.timestamp)
    record = events.record(ctx, event.exact_ref, "money.handed", origin, **money)
    try:
        ctx.db.transact([used, store.add(handed), record])
    except ConditionFailed as error:
        with reading_what_came_of_it():
            before = audit.used_key(ctx, key)
        if before is None or before["fingerprint"] != said:
            raise KeyReused("it has told the office of other money.") from error


def dismiss(ctx: Context, key: str, origin: Origin) -> None:
    """It is no payment, or was logged otherwise. Twice is once. Raises Unconfirmed."""
    handed = store.one(ctx, key)
    if handed is None:
        return
    record = events.record(
        ctx, handed.ref, "money.dismissed", origin, cents=handed.cents, payer=handed.payer
    )
    ctx.db.transact([store.remove(key), record])
