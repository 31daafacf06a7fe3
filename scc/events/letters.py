"""What letters say of an event, and those that tell of a change of its time."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final
from urllib.parse import quote

from scc.aws import Write
from scc.company import store as company
from scc.company.model import dock_of
from scc.context import Context
from scc.events.links import party_key
from scc.events.model import Event, first_name
from scc.ledger.model import Standing
from scc.mail import letters, store
from scc.mail.letters import Account, Sail
from scc.mail.model import WAITING, Posted, address_or_none
from scc.web.filters import day, hour

OUT_OF_DATE: Final = "The sail’s time was changed"
OFF: Final = "The sail was cancelled"
"""Why a letter does not leave."""


def sail(ctx: Context, event: Event) -> Sail:
    """The sail as letters have it."""
    ref = quote(str(event.ref), safe="~")
    return Sail(
        about=event.ledger,
        to=address_or_none(event.patron_email) or "",
        first_name=first_name(event),
        patron=event.patron_name,
        when=when(ctx, event),
        page=f"/scc/events/{ref}",
        waiver=f"/g/{ref}/waiver/{party_key(ctx.settings, event.exact_ref)}",
        dock=event.dock,
    )


def when(ctx: Context, event: Event) -> str:
    """`Saturday 23 May at 6:30 pm`; without the hour where that is not known."""
    start = event.local_start(ctx.settings.timezone)
    if start is None:
        return ""
    return f"{day(start.date())} at {hour(start)}" if event.hour_known else day(start.date())


def account(event: Event, standing: Standing | None = None) -> Account:
    """How its money stands; `standing`: as it will be."""
    if standing is None:
        return Account(event.price_cents, event.paid_cents, event.settled)
    return Account(standing.price_cents, standing.paid_cents, standing.settled)


def is_to_come(ctx: Context, event: Event) -> bool:
    """Whether somebody may set out for it: on its day also past its hour, while it is on hold."""
    start = event.local_start(ctx.settings.timezone)
    if start is None:
        return False
    return start > ctx.now() or (event.hold_until is not None and start.date() == ctx.today())


def moved(ctx: Context, before: Event, after: Event, key: str, by: str) -> list[Write]:
    """The patron is told the new time or dock; what waits with an old one does not leave.

    Nobody is told of a sail that is over, has no date or is off.
    """
    elsewhere = _other_dock(ctx, before, after)
    if (before.starts_at == after.starts_at and not elsewhere) or after.cancelled:
        return []
    posted = _posted(ctx, before)
    was = last_told(ctx, before)
    writes: list[Write] = [store.withdraw(one, OUT_OF_DATE) for one in posted]
    if is_to_come(ctx, after) and (elsewhere or was != when(ctx, after)):
        letter = letters.moved(sail(ctx, after), was, key, by, elsewhere)
        writes += store.queued(ctx, letter)
    return writes


def _other_dock(ctx: Context, before: Event, after: Event) -> str:
    """The name of the dock that it leaves from now; empty where that is the one it was."""
    if before.dock == after.dock:
        return ""
    docks = company.read(ctx)
    was, now = dock_of(docks, before), dock_of(docks, after)
    return now.name if was and now and was != now else ""


def last_told(ctx: Context, event: Event) -> str:
    """The time that the patron knows: what did not reach them, they were not told."""
    was = when(ctx, event)
    for one in store.about(ctx, event.ledger):
        if one.kind in ("moved", "your_sail", "reinstated") and one.may_have_left:
            break
        if one.kind == "moved" and one.values["when"] == was:
            was = str(one.values["was"])
    return was


def out_of_date(ctx: Context, event: Event) -> list[Write]:
    """What waits about a sail that gets another time does not leave."""
    return [store.withdraw(one, OUT_OF_DATE) for one in _posted(ctx, event)]


def off(ctx: Context, event: Event) -> list[Write]:
    """What waits about a sail that is off does not leave."""
    return [store.withdraw(one, OFF) for one in _posted(ctx, event)]


def on_again(ctx: Context, event: Event, key: str, by: str) -> list[Write]:
    """The patron is told that it is on after all, if they were told that it is off."""
    told = [one for one in store.about(ctx, event.ledger) if one.kind == "cancelled"]
    if not told:
        return []
    last = told[0]
    if last.state == WAITING and not last.may_have_left:
        return [store.withdraw(last, "The sail is on after all")]
    writes: list[Write] = []
    if last.state == WAITING:
        writes.append(store.withdraw(last, "The sail is on after all"))
    if last.may_have_left and is_to_come(ctx, event):
        letter = letters.reinstated(sail(ctx, event), key, by, after=last.sort)
        writes += store.queued(ctx, letter)
    return writes


_OF_A_HOLD: Final = ("held", "lifted")


def hold_is_over(ctx: Context, event: Event) -> list[Write]:
    """What waits about its being on hold does not leave; where it may have left, it was told."""
    return [
        store.withdraw(one, "The hold is over")
        for one in store.about(ctx, event.ledger)
        if one.kind in _OF_A_HOLD and one.state == WAITING and not one.may_have_left
    ]


def _posted(ctx: Context, event: Event) -> Sequence[Posted]:
    """Letters of its time that have not left yet, as far as is known."""
    kinds = ("moved", "your_sail", "reinstated", *_OF_A_HOLD)
    return [
        one for one in store.about(ctx, event.ledger) if one.state == WAITING and one.kind in kinds
    ]


def two_days_before(ctx: Context, event: Event) -> datetime | None:
    """Nine in the morning, two days ahead, in the boat's zone; None where no date is known."""
    start = event.local_start(ctx.settings.timezone)
    if start is None:
        return None
    return datetime.combine(start.date() - timedelta(days=2), time(9), ctx.settings.timezone)
