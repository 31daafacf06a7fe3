"""What the sample season's office does with money: corrections, the bank, the weekly close."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Final

from scc.audit.model import Actor, Origin, iso
from scc.banking import store as banking
from scc.banking.model import BANK, DEPOSIT, Matter, Place
from scc.banking.service import Bounce, Marks, bounce, mark
from scc.closes import store as closes
from scc.closes.model import Counted, sections
from scc.closes.model import mark as mark_of
from scc.closes.service import NewClose, close, last_day
from scc.context import Context
from scc.corrections.service import Once, mark_sent, move, void
from scc.endings.service import GIVE_BACK, end_event
from scc.events import store as events
from scc.events.model import Event, Ref
from scc.ledger import store as ledger
from scc.ledger.model import HOLD, KEEP, Entry
from scc.payments.model import NewPayment
from scc.payments.service import log_payment

ORIGIN: Final = Origin(Actor("system", "sample season", "Sample season"))
NOTICED: Final = timedelta(hours=6)
"""How long after its last payment the office corrects an event."""

SHORT: Final = 3
"""The close at which cash is missing."""

Turn = Callable[[Context, Event], object]


def at(ctx: Context, moment: datetime) -> Context:
    """The same app at another time."""
    return replace(ctx, now=lambda: moment)


def _once(what: str, event: Event) -> Once:
    """With a key that is the same every time."""
    name = hashlib.sha256(f"{what} {event.exact_ref}".encode()).hexdigest()
    return Once(name[:32], event.money_seen)


def _last_payment(ctx: Context, event: Event) -> Entry:
    return [e for e in ledger.entries(ctx, event.ledger) if e.kind == "payment"][-1]


def _log_anew(ctx: Context, event: Event) -> None:
    """It was logged with a wrong amount."""
    wrong = _last_payment(ctx, event)
    once = _once("anew", event)
    right = NewPayment(
        payer=wrong.payer,
        cents=(wrong.cents or 0) - 9000,
        method=wrong.method,
        received_on=ctx.today(),
    )
    void(ctx, event.exact_ref, wrong.number, "A digit was mistyped", right, once, ORIGIN)


def _bounced(ctx: Context, event: Event) -> None:
    once = _once("bounced", event)
    number = _last_payment(ctx, event).number
    told = Bounce(number, ctx.today(), "No funds", 2500, once.key, once.seen or "")
    bounce(ctx, event.exact_ref, told, ORIGIN)


def _end(ended: str, answer: str, reason: str, ctx: Context, event: Event) -> None:
    end_event(ctx, event.exact_ref, ended, answer, reason, _once(ended, event), ORIGIN)


sailed: Final[Turn] = partial(_end, "sailed", "", "")

TURNS: Final[Mapping[str, Turn]] = {
    "mistyped": _log_anew,
    "bounced": _bounced,
    "cancelled": partial(_end, "weather", "", "Small-craft advisory"),
    "given back": partial(_end, "boat", GIVE_BACK, "Engine service"),
    "kept": partial(_end, "patron", KEEP, "Called off the day before"),
    "held": partial(_end, "weather", HOLD, "Fog; they want another day"),
    "to be decided": partial(_end, "crew", "", "The captain is ill"),
    "no-show": partial(_end, "no_show", KEEP, ""),
}
"""By an event's story: what is done about it, a while after its last payment."""


def mix_up(ctx: Context, right: Ref, wrong: Ref, cents: int) -> None:
    """Somebody logs a payment for the wrong one of two events, and moves it an hour later."""
    event = events.load(ctx, wrong)
    payer = events.load(ctx, right).patron_name
    payment = NewPayment(payer, cents, "cash", ctx.today(), _once("mixed up", event).key)
    event = log_payment(ctx, wrong, payment, ORIGIN).event
    number = _last_payment(ctx, event).number
    once = _once("moved", event)
    later = at(ctx, ctx.now() + timedelta(hours=1))
    move(later, event.exact_ref, number, right, "The other Alice", once, ORIGIN)


def go_to_the_bank(ctx: Context) -> None:
    """Mark what is due, and send what is owed since some days."""
    found = banking.matters(ctx)
    due = sorted(found.due, key=_step)
    for kind, matters in groupby(due, key=_step):
        places = [Place(str(m.event.exact_ref), m.pending.number) for m in matters]
        mark(ctx, Marks(kind, places, ctx.today(), f"bank-{ctx.today()}"), ORIGIN)
    for matter in found.owed:
        if ctx.today() - matter.due_on > timedelta(days=9):
            number, method = matter.pending.number, matter.pending.method
            event = events.load(ctx, matter.event.exact_ref)
            once = _once(f"sent {number}", event)
            mark_sent(ctx, event.exact_ref, number, ctx.today(), method, "", once, ORIGIN)


def _step(matter: Matter) -> str:
    return DEPOSIT if DEPOSIT in matter.can else BANK


def close_the_week(ctx: Context) -> None:
    """Count what came in since the last close. One drawer was short."""
    listing = closes.listing(ctx)
    if not listing.rows:
        return
    found = sections(listing.rows, last_day(ctx, listing.last))
    sums: dict[str, int | None] = {one.name: one.expected_cents for one in found}
    reasons = {}
    if listing.number == SHORT:
        sums["cash"] = (sums["cash"] or 0) - 2000
        reasons["cash"] = "Ice bought from the drawer; the receipt is in the box"
    counted = Counted(sums, {mark_of(row) for row in listing.rows}, reasons)
    key = f"week-{listing.number}"
    close(ctx, NewClose(listing, counted, key, iso(ctx.now()), ctx.today()), ORIGIN)
