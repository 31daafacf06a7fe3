"""What the clock does about sails that are not ready, and about tips that came in late."""

from datetime import datetime, time, timedelta
from typing import Any, Final
from urllib.parse import quote

from scc.context import Context
from scc.crew.tips import DAYS_SPLIT, split_again, split_is_due
from scc.crew.voyage import verdict_of
from scc.errors import ConditionFailed
from scc.events import store as events
from scc.events.model import Event
from scc.mail import letters, store
from scc.mail.model import OFFICE, address_or_none
from scc.staff import store as staff
from scc.web.filters import day, hour

FROM: Final = time(6)
UNTIL: Final = time(12)
"""Hours of the boat between which the letter is written, once a day."""


def write(ctx: Context) -> int:
    """The letter about the day's sails that are not ready, to the owner and every admin; gives
    how many. Once a day to each address, however often it runs."""
    local = ctx.now().astimezone(ctx.settings.timezone)
    if not FROM <= local.time() < UNTIL:
        return 0
    lacking = [told for event in _todays(ctx) if (told := _lacks(ctx, event))]
    if not lacking:
        return 0
    return sum(_write_to(ctx, address, lacking) for address in _addresses(ctx))


def _todays(ctx: Context) -> list[Event]:
    """Those to come today, by start."""
    zone, today = ctx.settings.timezone, ctx.today()
    tomorrow = datetime.combine(today + timedelta(days=1), time(), zone)
    since = events.start_key(ctx.now())
    found = events.in_month(ctx, f"{today:%Y-%m}", since=since)
    return [event for event in found if event.starts_at and event.starts_at < tomorrow]


def _lacks(ctx: Context, event: Event) -> dict[str, Any] | None:
    found = verdict_of(ctx, event)
    start = event.local_start(ctx.settings.timezone)
    if found is None or found.ready or start is None:
        return None
    return {
        "name": event.patron_name or event.slug,
        "when": hour(start),
        "page": f"/scc/events/{quote(str(event.exact_ref), safe='~')}",
        "lacks": [reason.text for reason in found.reasons],
    }


def _addresses(ctx: Context) -> list[str]:
    admins = [p.email for p in staff.everyone(ctx) if p.is_admin and not p.left]
    known = [address_or_none(text) for text in (ctx.settings.mail.owner, *admins)]
    return list({address.casefold(): address for address in known if address}.values())


def _write_to(ctx: Context, address: str, lacking: list[dict[str, Any]]) -> bool:
    today = ctx.today()
    letter = letters.owner_morning(address, day(today), lacking, f"{today}-{address.casefold()}")
    if store.one(ctx, OFFICE, letter.sort):
        return False
    try:
        ctx.db.transact(store.queued(ctx, letter))
    except ConditionFailed:  # another run
        return False
    return True


def split_late_tips(ctx: Context) -> int:
    """Tips that came in after the return are split as well; gives of how many sails."""
    since = ctx.now() - timedelta(days=DAYS_SPLIT)
    zone = ctx.settings.timezone
    months = dict.fromkeys(f"{at.astimezone(zone):%Y-%m}" for at in (since, ctx.now()))
    found = [
        event
        for month in months
        for event in events.in_month(ctx, month, since=events.start_key(since))
    ]
    return sum(split_again(ctx, event.exact_ref) for event in found if split_is_due(event))
