"""Are the waivers as they were signed? Names the field that was touched, the record that is gone.

Reads only. The ledger is read first: what it names must be there by then.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from scc.audit.model import Item, seal_holds
from scc.audit.proof import row_name, touched
from scc.context import Context
from scc.ops.reconcile import all_items, anchors_drift
from scc.tables import LEDGER, WAIVERS
from scc.waivers.retention import removal_holds


@dataclass
class Proved:
    rows: int = 0
    removed: int = 0
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.rows} rows of waivers, {self.removed} removed. Wrong: {len(self.problems)}."


def verify(ctx: Context) -> Proved:
    """Check every row against its seal, its marks, the ledger and the anchors."""
    ledger = list(all_items(ctx, LEDGER))
    rows = {row_name(row): row for row in all_items(ctx, WAIVERS)}
    proved = Proved(len(rows), sum(row.get("kind") == "removed" for row in rows.values()))
    named, removed = _named(ledger)
    for name, row in sorted(rows.items()):
        proved.problems += _problems(ctx, name, row, removed)
        if name not in named and name not in _named(ctx.db.query(LEDGER, row["pk"]))[0]:
            proved.problems.append(f"{name}: nobody signed it, it was slipped in.")
    for name, seal in sorted(named.items()):
        if name not in rows:
            proved.problems.append(f"{name}: gone.")
        elif rows[name].get("seal") != seal:
            proved.problems.append(f"{name}: it is not the one that was sealed first.")
    keys = ctx.settings.seal_keys
    proved.problems += [
        f"ledger {row_name(row)}: altered." for row in ledger if not seal_holds(row, keys)
    ]
    proved.problems += anchors_drift(ledger)
    return proved


def _problems(ctx: Context, name: str, row: Item, removed: dict[str, str]) -> Iterator[str]:
    keys = ctx.settings.seal_keys
    if row.get("kind") == "removed":
        if not removal_holds(row, keys) or removed.get(name) != row["seal"]:
            yield f"{name}: shrunk, but not by the retention command."
        return
    if fields := touched(row, keys):
        yield f"{name}: touched in {', '.join(fields)}."
    elif not seal_holds(row, keys):
        yield f"{name}: touched in its seal."


def _named(ledger: list[Item]) -> tuple[dict[str, str], dict[str, str]]:
    """Names and seals of what was written, and of what was removed."""
    written: dict[str, str] = {}
    removed: dict[str, str] = {}
    for row in ledger:
        rows = row.get("rows")
        kind = str(row.get("kind", ""))
        if isinstance(rows, dict) and kind.startswith(("waiver.", "text.", "waivers.")):
            (removed if kind == "waivers.removed" else written).update(rows)
    return written, removed
