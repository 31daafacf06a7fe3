"""Rows of money that no close has counted yet."""

from datetime import date, timedelta

from scc.aws import side_by_side
from scc.closes.model import FIRST_DAYS, MOST_ROWS, Listing, countable, first_lot
from scc.context import Context
from scc.ledger import store as ledger
from scc.ledger.closes import Close, row_name
from scc.ledger.model import Row

_DAYS_AT_ONCE = 32


def listing(ctx: Context, begin: date | None = None) -> Listing:
    """What is open; `begin`: where the first close begins."""
    last = ledger.last_close(ctx)
    today = ctx.today()
    start = date.fromisoformat(last.open_from) if last else begin or first_day(ctx)
    counted = _counted_since(ctx, last, start)
    found: list[Row] = []
    day = start
    while True:
        until = min(day + timedelta(days=_DAYS_AT_ONCE - 1), today)
        days = [day + timedelta(days=n) for n in range((until - day).days + 1)]
        for items in side_by_side(lambda one: ledger.written_on(ctx, one), days):
            rows = countable(ledger.entry_rows(items))
            found += [row for row in rows if row_name(row.item) not in counted]
        if until >= today or len(found) > MOST_ROWS:
            break
        day = until + timedelta(days=1)
    rows = first_lot(found)
    taken = {row_name(row.item) for row in rows}
    others = [row for row in found if row_name(row.item) not in taken]
    return Listing(last, start, until, rows, others)


def first_day(ctx: Context) -> date:
    return ctx.today() - timedelta(days=FIRST_DAYS)


def _counted_since(ctx: Context, last: Close | None, start: date) -> set[str]:
    """Names of all rows that closes made since then have counted.

    A close counts only what was written before it, so older ones name nothing of those days; two
    days beside, for zones and clocks.
    """
    names: set[str] = set()
    close = last
    while close and date.fromisoformat(close.at[:10]) >= start - timedelta(days=2):
        names |= set(close.rows)
        close = ledger.close_numbered(ctx, close.number - 1)
    return names
