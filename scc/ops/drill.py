"""The restore drill: all tables of a stage restored beside it, proved, and removed again.

What was never restored is no backup. The live tables are only read.
"""

import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from scc.audit.model import iso
from scc.aws import Database, Item
from scc.config import Settings
from scc.context import Context
from scc.ops import backups
from scc.ops.backups import NotRestored, Window
from scc.ops.reconcile import all_items, reconcile
from scc.ops.tables import Names
from scc.tables import EVENTS, LEDGER, STATE, TABLES, WAIVERS, Table

_MARGIN: Final = timedelta(seconds=5)
"""Around the moment restored to: a row's own time is a little before it is written."""


@dataclass(frozen=True)
class Drilled:
    """What came of it."""

    moment: str
    counts: dict[str, int]
    """Items by table."""
    wrong: tuple[str, ...]
    seconds: float


def drill(client: Any, settings: Settings, names: Names, tell: Callable[[str], None]) -> Drilled:
    """Restore, prove, remove. Raises NotRestored where a table can't be restored at all."""
    started = time.monotonic()
    targets = {table: f"scc-{names.stage}-drill-{table.name}" for table in TABLES}
    moment = _moment(client, names)
    _remove(client, targets)  # what a drill that was broken off left
    try:
        for table, target in targets.items():
            tell(f"{names.of(table)}, as it was at {iso(moment)}, is restored to {target} …")
            backups.begin_restore(client, target, source=names.of(table), at=moment)
        for target in targets.values():
            backups.wait_for(client, target)
        live = Context(settings, Database(client, settings))
        restored = _restored(client, settings, targets)
        counts, wrong = _proved(client, names, live, restored, targets, moment)
    finally:
        _remove(client, targets)
    return Drilled(iso(moment), counts, tuple(wrong), time.monotonic() - started)


def _moment(client: Any, names: Names) -> datetime:
    """The latest that all tables can be restored to: one for all, since a payment is in several."""
    windows: dict[str, Window] = {}
    for table in TABLES:
        found = backups.window(client, names.of(table))
        if found is None:
            raise NotRestored(
                f"{names.of(table)} can't be restored: point-in-time recovery is off, or the table "
                f"is gone. Run 'flask --app wsgi stage apply {names.stage}'."
            )
        windows[table.name] = found
    return min(found.latest for found in windows.values())


def _restored(client: Any, settings: Settings, targets: dict[Table, str]) -> Context:
    prefix = targets[STATE].removesuffix(STATE.name)
    there = dataclasses.replace(settings, events_table=targets[EVENTS], table_prefix=prefix)
    return Context(there, Database(client, there))


def _proved(
    client: Any,
    names: Names,
    live: Context,
    restored: Context,
    targets: dict[Table, str],
    moment: datetime,
) -> tuple[dict[str, int], list[str]]:
    """Items by table, and what is wrong: shape, rows that lack, drift."""
    wrong = []
    for table, target in targets.items():
        if _shape(client, target) != _shape(client, names.of(table)):
            wrong.append(f"{target} has other keys or indexes than {names.of(table)}.")
    counts = {table.name: sum(1 for _ in all_items(restored, table)) for table in (WAIVERS, STATE)}
    wrong += _lost(live, restored, moment)
    found = reconcile(restored)
    counts |= {EVENTS.name: found.events, LEDGER.name: found.rows}
    return counts, wrong + found.drift


def _shape(client: Any, table: str) -> tuple[Any, ...]:
    found = client.describe_table(TableName=table)["Table"]
    indexes = found.get("GlobalSecondaryIndexes", [])
    return found["KeySchema"], sorted((i["IndexName"], str(i["KeySchema"])) for i in indexes)


def _lost(live: Context, restored: Context, moment: datetime) -> list[str]:
    """Rows written once that stood at that moment and are not in what was restored."""
    before = iso(moment - _MARGIN)
    there = {_name(row) for row in all_items(restored, LEDGER)}
    lost = [
        _name(row)
        for row in all_items(live, LEDGER)
        if str(row.get("at", "")) < before and _name(row) not in there
    ]
    return [f"The ledger's row {name} was not restored." for name in lost]


def _name(row: Item) -> str:
    return f"{row['pk']}|{row['sk']}"


def _remove(client: Any, targets: dict[Table, str]) -> None:
    """Tables of a drill alone: their names say so."""
    for target in targets.values():
        if backups.exists(client, target):
            backups.wait_for(client, target)
            client.delete_table(TableName=target)
    for target in targets.values():
        client.get_waiter("table_not_exists").wait(TableName=target, WaiterConfig={"Delay": 1})
