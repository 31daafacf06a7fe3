"""What a card shows of an event, ready for the template."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for

from scc.bookings.model import open_questions
from scc.company import store as settings
from scc.company.model import Company, above_limit, boat_of, dock_of
from scc.context import Context
from scc.crew.ready import Verdict
from scc.crew.voyage import verdict_of
from scc.events import boats
from scc.events.letters import is_to_come
from scc.events.model import Event, Ref, is_regular
from scc.events.sources import site_name, source_of
from scc.ledger.methods import OWED
from scc.parse import money
from scc.waivers import counting
from scc.waivers.counting import Count
from scc.web.filters import hour, short_day


@dataclass(frozen=True)
class Card:
    ref: str
    exact_ref: str
    anchor: str
    url: str
    log_url: str | None
    """The payment dialog; None once the event is settled."""
    pay_url: str
    """The same, whatever it is."""
    patron: str
    slug: str
    date: date | None
    start: datetime | None
    """In the boat's zone; None where the hour is not known."""
    period: str
    guests: str
    notes: str
    price_cents: int | None
    paid_cents: int
    balance_cents: int | None
    settled: bool
    cancelled: bool
    past: bool
    paid_label: str
    letters_url: str
    """Its letters, where one of them failed; else empty."""
    booking: str
    """Who says otherwise than it stands here; empty where nobody does."""
    remark: str
    """What is above the balance, or owed back."""
    waivers: Count | None
    """As counted last; None where there is nothing to say."""
    places: tuple[str, ...]
    """Boat and dock by name, where there are several."""
    warnings: tuple[str, ...]
    """Why its boat can't sail it, while it is to come."""
    verdict: Verdict | None
    """Ready to sail? None where there is nothing to say, and for a sail that is past."""
    moved: str
    """`moved from Sat 23 May`, or nothing."""
    hold: str
    """`On hold until 3:00 pm`, or nothing."""


def make_card(ctx: Context, event: Event, overlapping: Sequence[Event] = ()) -> Card:
    """`overlapping`: the other sails of its boat at that time."""
    company = settings.load(ctx)
    start = event.local_start(ctx.settings.timezone)
    pay_url = url_for("payments.log_payment", ref=event.exact_ref)
    # An irregular slug may read like another address, such as `new`.
    url = url_for("board.event", ref=event.ref if is_regular(event.slug) else event.exact_ref)
    return Card(
        ref=str(event.ref),
        exact_ref=str(event.exact_ref),
        anchor=anchor_of(event.exact_ref),
        url=url,
        log_url=None if event.settled else pay_url,
        pay_url=pay_url,
        patron=event.patron_name,
        slug=event.slug,
        date=start.date() if start else None,
        start=start if event.hour_known else None,
        period=event.period,
        guests=event.guests,
        notes=event.notes,
        price_cents=event.price_cents,
        paid_cents=event.paid_cents,
        balance_cents=event.balance_cents,
        settled=event.settled,
        cancelled=event.cancelled,
        past=_is_past(ctx, start),
        paid_label=paid_label(event),
        letters_url=f"{url}#letters" if event.letter_failed else "",
        booking=says_otherwise(ctx, event),
        remark=remark(event),
        waivers=counting.on_card(event, ctx.now()) if not _is_past(ctx, start) else None,
        places=_places(company, event),
        warnings=_warnings(ctx, company, event, overlapping)
        if _is_ahead(ctx, event, start)
        else (),
        verdict=verdict_of(ctx, event) if not _is_past(ctx, start) else None,
        moved=moved_label(ctx, event),
        hold=hold_label(ctx, event),
    )


def _is_ahead(ctx: Context, event: Event, start: datetime | None) -> bool:
    return not event.cancelled and not _is_past(ctx, start)


def _places(company: Company, event: Event) -> tuple[str, ...]:
    things = (
        boat_of(company, event) if company.has_boats else None,
        dock_of(company, event) if company.has_docks else None,
    )
    return tuple(thing.name for thing in things if thing)


def _warnings(
    ctx: Context, company: Company, event: Event, overlapping: Sequence[Event]
) -> tuple[str, ...]:
    above = above_limit(company, event)
    start = event.local_start(ctx.settings.timezone)
    also = boats.in_words(ctx, company, overlapping[:2], start.date() if start else None)
    more = f" and {len(overlapping) - 2} more" if len(overlapping) > 2 else ""
    found = (above, f"Same boat as {also}{more}" if also else "")
    return tuple(warning for warning in found if warning)


def hold_label(ctx: Context, event: Event) -> str:
    """Also past its hour, on its day: somebody has to decide."""
    if event.hold_until is None or not is_to_come(ctx, event):
        return ""
    until = hour(event.hold_until.astimezone(ctx.settings.timezone))
    return (
        f"Held until {until}: decide" if event.hold_until <= ctx.now() else f"On hold until {until}"
    )


def moved_label(ctx: Context, event: Event) -> str:
    """`moved from Sat 23 May`; of a sail that kept its day, from which hour."""
    if not event.moved_from or not event.starts_at:
        return ""
    zone = ctx.settings.timezone
    was, now = event.moved_from[0].astimezone(zone), event.starts_at.astimezone(zone)
    if was.date() == now.date():
        return f"moved from {hour(was)}"
    year = f" {was.year}" if was.year != now.year else ""
    return f"moved from {short_day(was.date())}{year}"


def _is_past(ctx: Context, start: datetime | None) -> bool:
    return start is not None and start.date() < ctx.today()


def anchor_of(ref: Ref) -> str:
    """An id in the page: letters, digits and hyphens, one for each event."""
    return "event-" + re.sub(r"[^A-Za-z0-9]+", "-", str(ref))


def says_otherwise(ctx: Context, event: Event) -> str:
    """`FareHarbor`: where it was booked, and something is to be decided that it says."""
    source = source_of(event.item)
    asks = source and open_questions(event, ctx.settings.timezone)
    return site_name(source.site) if source and asks else ""


def remark(event: Event) -> str:
    """`$50 credit`, `$50 to give back`: what is neither paid for nor to be paid."""
    owed = sum(one.cents for one in event.standing.pending if one.state == OWED)
    balance = event.balance_cents
    parts = [
        f"{money(-balance)} credit" if balance is not None and balance < 0 else "",
        f"{money(owed)} to give back" if owed else "",
    ]
    return ", ".join(part for part in parts if part)


def paid_label(event: Event) -> str:
    """What has come in and what has not, in few words."""
    if event.settled:
        return f"Paid {money(event.paid_cents)}" if event.paid_cents else "Paid"
    if event.price_cents is None:
        return f"{money(event.paid_cents)} received" if event.paid_cents else "No price yet"
    if event.paid_cents:
        return f"{money(event.paid_cents)} of {money(event.price_cents)}"
    return f"Owes {money(event.price_cents)}"
