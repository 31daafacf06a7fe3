"""Ledger entries in and out of DynamoDB."""

from datetime import date

from scc.audit import store as audit
from scc.aws import Put
from scc.context import Context
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
