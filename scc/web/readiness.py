"""Whether the app can do its work: every table can be read, and the schedule is alive."""

from typing import Any, Final

from scc import heartbeat
from scc.aws import side_by_side
from scc.context import Context
from scc.errors import Unavailable
from scc.tables import TABLES, Key, Table

_NOTHING: Final[dict[str, Any]] = {"S": "readyz", "N": 0}
"""Part of a key that no item has."""


def problems(ctx: Context) -> list[str]:
    """What is wrong, one sentence each; four small reads and one of the schedule's row."""
    unread = [text for text in side_by_side(lambda table: _read(ctx, table), TABLES) if text]
    return unread or _silence(ctx)


def _read(ctx: Context, table: Table) -> str:
    try:
        ctx.db.get(table, {key.name: _any(key) for key in (table.partition, table.sort)})
    except Unavailable:
        return f"The table {table.name} can't be read."
    return ""


def _any(key: Key) -> Any:
    return _NOTHING[key.type]


def _silence(ctx: Context) -> list[str]:
    """Nothing runs by the clock on a person's own machine."""
    try:
        return [] if ctx.settings.stage == "local" else heartbeat.silent(ctx)
    except Unavailable:
        return ["The schedule's row can't be read."]
