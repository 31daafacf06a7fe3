"""`flask reconcile`, `flask export-ledger`: the ledger checked, or handed out to be checked."""

import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from typing import IO, Any, Final

import click

from scc.audit.model import iso
from scc.context import Context
from scc.events.model import Event
from scc.ops.reconcile import all_items, reconcile
from scc.ops.settings import context
from scc.ops.told import told
from scc.tables import EVENTS, LEDGER

_EVENT_ATTRIBUTES: Final = (
    *("event_id", "timestamp", "entries", "price_cents", "price_lines", "money"),
    *("payment_cleared", "payment_cleared_at", "payment_amount"),
)


@click.command("reconcile")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def reconcile_command(as_json: bool) -> None:
    """Check every event against its ledger. Repairs nothing; 1 where something is wrong."""
    ctx = context()
    with told():
        found = reconcile(ctx)
    if as_json:
        click.echo(json.dumps(vars(found)))
    else:
        for line in found.drift:
            click.echo(line)
        click.echo(str(found))
    sys.exit(1 if found.drift else 0)


@click.command("export-ledger")
@click.argument("file", type=click.File("w", encoding="utf-8"), default="-")
def export_ledger_command(file: IO[str]) -> None:
    """Write the ledger as JSON lines, for scc/ops/check_ledger.py, which needs no SCC."""
    ctx = context()
    with told():
        for line in export(ctx):
            file.write(json.dumps(line, default=_number, ensure_ascii=False) + "\n")


def export(ctx: Context) -> Iterator[dict[str, Any]]:
    """A header, every event's money, every row of the ledger; ordered by partition and key."""
    yield {
        "type": "header",
        "format": "scc-ledger",
        "version": 1,
        "stage": ctx.settings.stage,
        "exported_at": iso(ctx.now()),
    }
    for item in sorted(all_items(ctx, EVENTS), key=lambda i: (i["event_id"], i["timestamp"])):
        kept: dict[str, Any] = {name: item[name] for name in _EVENT_ATTRIBUTES if name in item}
        event = Event.from_item(item, ctx.settings.timezone)
        amount = item.get("payment_amount")
        text = {"payment_amount": format(amount, "f")} if isinstance(amount, Decimal) else {}
        yield {"type": "event", "partition": event.ledger, **kept, **text}
    for item in sorted(all_items(ctx, LEDGER), key=lambda i: (i["pk"], i["sk"])):
        yield {"type": "row", "row": item}


def _number(value: Any) -> Any:
    if isinstance(value, Decimal) and value == int(value):
        return int(value)
    return str(value)
