"""Signed records in and out of DynamoDB. Each sail has a partition; no row is shared by signers."""

from typing import Any

from scc.audit import proof
from scc.audit import store as audit
from scc.audit.model import Item, Origin
from scc.aws import Put, Write
from scc.context import Context
from scc.events import store as events
from scc.events.model import Event
from scc.tables import WAIVERS
from scc.waivers.model import party_prefix, record_key


def of_event(ctx: Context, event: Event) -> list[Item]:
    """All rows of a sail, read consistently."""
    return ctx.db.query(WAIVERS, event.ledger)


def party(ctx: Context, event: Event, key: str) -> list[Item]:
    """The records of one submission, the signer's first."""
    prefix = party_prefix(key)
    return ctx.db.query(WAIVERS, event.ledger, since=prefix, before=f"{prefix}~")


def load(ctx: Context, event: Event, key: str, number: int) -> Item | None:
    return ctx.db.get(WAIVERS, {"pk": event.ledger, "sk": record_key(key, number)})


def put(ctx: Context, event: Event, kind: str, origin: Origin, rows: list[Item]) -> list[Write]:
    """The rows, and the ledger's entry that names them with their seals: the day's anchor covers
    it, so a row that is gone is missed."""
    puts: list[Put] = [audit.waiver_row(ctx, row) for row in rows]
    fields: dict[str, Any] = {"rows": proof.seals([put.item for put in puts])}
    return [*puts, events.record(ctx, event.exact_ref, kind, origin, **fields)]


def mark_key(key: str) -> str:
    return f"mark#{key}"


def mark(ctx: Context, event: Event, key: str) -> Item | None:
    return ctx.db.get(WAIVERS, {"pk": event.ledger, "sk": mark_key(key)})
