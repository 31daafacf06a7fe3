"""Ledger entries in and out of DynamoDB."""

from scc.audit import store as audit
from scc.aws import Put
from scc.context import Context
from scc.ledger.model import Entry
from scc.tables import LEDGER


def put(ctx: Context, partition: str, entry: Entry) -> Put:
    """The entry as a sealed row; `day` and `at` find it by the day it was received."""
    item = entry.item() | {"pk": partition, "sk": f"entry#{entry.number:06}"}
    if entry.received_on:
        item["day"] = entry.received_on
    return audit.row(ctx, item)


def entries(ctx: Context, partition: str) -> list[Entry]:
    """An event's entries by number."""
    rows = ctx.db.query(LEDGER, partition, since="entry#", before="entry$")
    return [Entry.from_item(row) for row in rows]
