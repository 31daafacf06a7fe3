"""The schedule's pulse: each job that succeeds leaves its moment in one row of `state`."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from scc.audit.model import iso
from scc.aws import Change, Item
from scc.context import Context
from scc.tables import STATE

JOBS: Final[Mapping[str, timedelta]] = {
    "adopt": timedelta(minutes=10),
    "anchor": timedelta(hours=26),
    "mail": timedelta(minutes=10),
    "sail-letters": timedelta(hours=3),
    "waivers": timedelta(minutes=10),
    "crew": timedelta(minutes=15),
}
"""How long each job may be silent: `events` in zappa_settings.json says when it runs."""
_ROW: Final[Item] = {"pk": "schedule", "sk": "schedule"}
_SINCE: Final = "since"


def beat(ctx: Context, job: str) -> None:
    """The job has just succeeded. Safe to do twice."""
    now = iso(ctx.now())
    since = {} if ctx.db.get(STATE, _ROW) else {_SINCE: now}
    ctx.db.write(Change(STATE, _ROW, set={job: now, **since}, must_exist=False))


def last(ctx: Context, job: str) -> datetime | None:
    """When the job last succeeded; None: never."""
    row = ctx.db.get(STATE, _ROW) or {}
    return datetime.fromisoformat(row[job]) if job in row else None


def silent(ctx: Context) -> list[str]:
    """The jobs that have not succeeded for too long, one sentence each.

    One that never ran has as long as its silence may last, from the schedule's first sign of life.
    """
    row = ctx.db.get(STATE, _ROW) or {}
    return [
        f"The schedule is silent: {job} {_last(row, job)}."
        for job, patience in JOBS.items()
        if _is_late(str(row.get(job) or row.get(_SINCE) or ""), patience, ctx.now())
    ]


def _is_late(last: str, patience: timedelta, now: datetime) -> bool:
    return not last or now - datetime.fromisoformat(last) > patience


def _last(row: Item, job: str) -> str:
    return f"succeeded last at {row[job]}" if job in row else "has not run yet"
