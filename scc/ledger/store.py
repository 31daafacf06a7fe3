"""Ledger entries in and out of DynamoDB."""

from collections.abc import Sequence
from datetime import date, datetime

from scc.audit import store as audit
from scc.audit.model import iso
from scc.aws import Put
from scc.context import Context
from scc.ledger.closes import CLOSES, Close, close_key
from scc.ledger.model import Entry, Item, Row
from scc.tables import BY_DAY, BY_RECEIVED, LEDGER


def put(ctx: Context, partition: str, entry: Entry) -> Put:
    """The entry as a sealed row; one of money is found by the month it was received as well."""
    item = entry.item() | {"pk": partition, "sk": f"entry#{entry.number:06}"}
    if entry.received_on:
        item |= {"month": entry.received_on[:7], "received": f"{entry.received_on}#{entry.at}"}
    return audit.row(ctx, item)


def entries(ctx: Context, partition: str) -> list[Entry]:
    """An event's entries by number."""
    rows = ctx.db.query(LEDGER, partition, since="entry#", before="entry$")
    return [Entry.from_item(row) for row in rows]


def written_on(ctx: Context, day: date) -> list[Item]:
    """All rows that were written on one of the boat's days, of whatever kind, in their order.

    From an index: what was written in the last moments may be missing.
    """
    return ctx.db.query(LEDGER, day.isoformat(), index=BY_DAY)


def received_in(ctx: Context, month: str) -> list[Row]:
    """Entries of money received in `2026-05`, by day and then by when they were logged.

    From an index: what was logged in the last moments may be missing.
    """
    return [_row(item) for item in ctx.db.query(LEDGER, month, index=BY_RECEIVED)]


def entry_rows(items: list[Item]) -> list[Row]:
    """Those of the ledger's rows that are entries of an event."""
    return [_row(item) for item in items if item["sk"].startswith("entry#")]


def _row(item: Item) -> Row:
    return Row(item["pk"], Entry.from_item(item), item)


# Closes


def closes(ctx: Context, *, limit: int | None = None, before: int | None = None) -> list[Close]:
    """The newest first, read consistently; `before`: only those with a lower number."""
    end = close_key(before) if before else "close$"
    items = ctx.db.query(LEDGER, CLOSES, since="close#", before=end, forward=False, limit=limit)
    return [Close.from_item(item) for item in items]


def last_close(ctx: Context) -> Close | None:
    return next(iter(closes(ctx, limit=1)), None)


def close_numbered(ctx: Context, number: int) -> Close | None:
    item = ctx.db.get(LEDGER, {"pk": CLOSES, "sk": close_key(number)})
    return Close.from_item(item) if item else None


def first_close_after(ctx: Context, moment: datetime) -> Close | None:
    """The first one made at that moment or later; None while there is none.

    Closes have no gaps, so halving finds it: some ten reads among a thousand.
    """
    found = last_close(ctx)
    if found is None or found.at < iso(moment):
        return None
    before = 0
    while found.number - before > 1:
        middle = close_numbered(ctx, (found.number + before) // 2)
        if middle is None:
            break
        found, before = (middle, before) if middle.at >= iso(moment) else (found, middle.number)
    return found


def rows_named(ctx: Context, names: Sequence[str]) -> list[Row]:
    """The rows that a close names, as they are in the table now; a lost one is not among them."""
    keys = [dict(zip(("pk", "sk"), name.rsplit("|", 1), strict=True)) for name in names]
    return [_row(item) for item in ctx.db.get_many(LEDGER, keys)]


def put_close(ctx: Context, close: Close) -> Put:
    """The close as a sealed row; of two with one number only one is written."""
    return audit.row(ctx, close.as_item())
