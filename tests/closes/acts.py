"""Closing as a person does it, by the page."""

import random
from datetime import date, timedelta
from typing import Any

from scc.audit.model import iso
from scc.closes import service, store
from scc.closes.model import ClosedMeanwhile, Counted, Listing, mark, sections
from scc.closes.service import NewClose
from scc.context import Context
from scc.ledger import store as ledger
from scc.ledger.closes import Close
from tests.emulator import Clock
from tests.given import charter
from tests.hooks import late_rows
from tests.page import Form, PageClient
from tests.payments.acts import MOANA, pay


def form(admin: PageClient, **typed: str) -> Form:
    """The page's form with every row ticked, and sums if given."""
    page = admin.see("/scc/close")
    found = page.form("/close").fill(**typed)
    boxes = page.all(".//input[@name='tick']")
    found.values["tick"] = [str(box.get("value")) for box in boxes]
    return found


def close(ctx: Context, key: str, listing: Listing | None = None, **more: Any) -> Close:
    """A close of what is listed, all of it as expected."""
    listing = listing or store.listing(ctx)
    found = sections(listing.rows, None)
    counted = Counted(
        {section.name: section.expected_cents for section in found},
        {mark(row) for row in listing.rows},
        {},
    )
    given: dict[str, Any] = {"listed_at": iso(ctx.now()), "listed_on": ctx.today()} | more
    return service.close(ctx, NewClose(listing, counted, key, **given), MOANA)


def assert_counted_once(ctx: Context, clock: Clock, chance: random.Random, rounds: int) -> None:
    """Log and close by turns, with forms left open and an index that lags for up to two days."""
    event = charter(ctx, price_cents=None)
    written: list[str] = []
    days: dict[str, date] = {}
    opened: list[tuple[Listing, date]] = []

    def log() -> None:
        method = chance.choice(("cash", "card", "zelle", "booking", "check"))
        pay(ctx, event.exact_ref, chance.randint(1, 900), method=method)
        if method != "booking":
            last = ledger.entries(ctx, event.ledger)[-1]
            written.append(f"{event.ledger}|entry#{last.number:06}")
            days[written[-1]] = ctx.today()

    with late_rows(ctx.db.client) as hidden:
        for number in range(rounds):
            for _ in range(chance.randint(0, 4)):
                log()
            hidden.clear()
            fresh = [name for name in written if days[name] >= ctx.today() - timedelta(days=2)]
            hidden |= {name for name in fresh[-5:] if chance.random() < 0.4}
            opened.append((store.listing(ctx), ctx.today()))
            clock.advance(hours=chance.choice((0, 1, 30)))
            if chance.random() < 0.3:
                log()
            seen, seen_on = chance.choice(opened[-3:])
            _close_as_seen(ctx, number, seen, seen_on)
        hidden.clear()
        if store.listing(ctx).rows:
            close(ctx, "the last")
    closes = ledger.closes(ctx)
    assert sorted(name for made in closes for name in made.rows) == sorted(written)
    assert len(closes) > rounds // 4


def _close_as_seen(ctx: Context, number: int, seen: Listing, seen_on: date) -> None:
    """As the page does it; a second admin with the same rows comes too late."""
    now = store.listing(ctx)
    listing = now.as_seen(seen.seen) if now.number == seen.number else None
    if listing is None or not listing.rows:
        return
    close(ctx, f"mine-{number}", listing, listed_on=seen_on)
    try:
        close(ctx, f"theirs-{number}", listing, listed_on=seen_on)
    except ClosedMeanwhile:
        return
    raise AssertionError("closed twice")
