"""`flask anchors write`, and the same by the clock: yesterday gets its anchor.

Safe to run twice and to be cut off: an anchor is written once, and the next run does the rest.
"""

from datetime import date, datetime, time, timedelta
from typing import Final

import click

from scc.audit import store as audit
from scc.audit.model import Item, iso
from scc.aws import Write
from scc.context import Context
from scc.errors import ConditionFailed
from scc.ledger import store as ledger
from scc.ledger.anchors import ANCHORS, anchor_item, anchor_key
from scc.mail import letters, store
from scc.ops.settings import context
from scc.ops.told import told
from scc.tables import LEDGER

MOST: Final = 31
"""Days caught up in one run."""
_SETTLED: Final = timedelta(hours=2)
"""After midnight: by then the index has all of the day, and nothing of it is under way."""


@click.group("anchors")
def anchors_group() -> None:
    """Hashes over each day of the ledger, so that a later change shows."""


@anchors_group.command("write")
def write_command() -> None:
    """Write the anchors of the days that lack one. Safe to run twice."""
    ctx = context()
    with told():
        written = write_anchors(ctx)
    for item in written:
        click.echo(f"{item['of_day']}  {item['count']} rows  {item['hash']}")
    if not written:
        click.echo("Every day has its anchor.")


def write_anchors(ctx: Context) -> list[Item]:
    """Anchor the days since the last anchor, of a first run yesterday; gives the new ones."""
    last = last_anchor(ctx)
    written = []
    for day in _days_lacking(ctx, last):
        previous = last["hash"] if last else ""
        at = iso(ctx.now())
        item = anchor_item(day.isoformat(), at, previous, ledger.written_on(ctx, day))
        try:
            ctx.db.transact([audit.row(ctx, item), *_letter(ctx, item)])
        except ConditionFailed:  # another run, or this one's answer was lost
            item = ctx.db.get(LEDGER, {"pk": ANCHORS, "sk": anchor_key(day.isoformat())}) or item
        written.append(item)
        last = item
    return written


def _letter(ctx: Context, item: Item) -> list[Write]:
    """The owner keeps the hash where nobody of the office can change it."""
    day, hash_ = str(item["of_day"]), str(item["hash"])
    letter = letters.owner_anchor(ctx.settings.mail.owner, day, int(item["count"]), hash_)
    return store.queued(ctx, letter)


def last_anchor(ctx: Context) -> Item | None:
    found = ctx.db.query(LEDGER, ANCHORS, forward=False, limit=1)
    return found[0] if found else None


def _days_lacking(ctx: Context, last: Item | None) -> list[date]:
    today = ctx.today()
    midnight = datetime.combine(today, time(), ctx.settings.timezone)
    until = today if ctx.now() - midnight >= _SETTLED else today - timedelta(days=1)
    first = (
        date.fromisoformat(last["of_day"]) + timedelta(days=1)
        if last
        else until - timedelta(days=1)
    )
    return [first + timedelta(days=n) for n in range(min(MOST, (until - first).days))]
