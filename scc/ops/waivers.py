"""`flask waivers`: prove them, hand out one person's, remove what has been kept long enough."""

import getpass
import json
import sys
import unicodedata
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

import click

from scc.audit import store as audit
from scc.audit.model import Actor, Item, Origin, iso
from scc.audit.proof import seals
from scc.aws import Change, Database, Write, make_client
from scc.context import Context
from scc.events.model import Event
from scc.ops import roles
from scc.ops.proofs import verify
from scc.ops.reconcile import all_items
from scc.ops.settings import context
from scc.ops.tables import Names
from scc.ops.told import told
from scc.tables import EVENTS, WAIVERS
from scc.waivers.retention import due, shrunk

_TOGETHER: Final = 50
"""Rows in one transaction, with the ledger's entry that names them."""


@click.group("waivers")
def waivers_group() -> None:
    """Signed waivers: proof, one person's records, retention."""


@waivers_group.command("verify")
def verify_command() -> None:
    """Check every record. Names the field that was touched, and the record that is gone."""
    ctx = context()
    with told():
        proved = verify(ctx)
    for problem in proved.problems:
        click.echo(problem)
    click.echo(str(proved))
    sys.exit(1 if proved.problems else 0)


# One person's


@waivers_group.command("export")
@click.option("--name", required=True, help="As they signed.")
@click.option("--born", required=True, help="As 1990-05-23.")
@click.argument("file", type=click.File("w", encoding="utf-8"), default="-")
def export_command(name: str, born: str, file: Any) -> None:
    """Write all that is kept of one person as JSON lines: what they signed, and for them."""
    ctx = context()
    with told():
        rows = records_of(ctx, name, born)
    for row in rows:
        file.write(json.dumps(row, default=_number, ensure_ascii=False) + "\n")
    click.echo(f"{len(rows)} rows.", err=True)


def records_of(ctx: Context, name: str, born: str) -> list[Item]:
    """All rows about a person: as signer, as child, what was for one day's crew, and what was
    said of their waivers."""
    rows = list(all_items(ctx, WAIVERS))
    theirs = [row for row in rows if _is_of(row, name, born)]
    keys = {(row["pk"], row["sk"].split("#")[1]) for row in theirs if not row.get("relation")}
    beside = [
        row
        for row in rows
        if row.get("kind") == "day" and (row["pk"], row["sk"].split("#")[1]) in keys
    ]
    own = {(row["pk"], row["sk"]) for row in theirs}
    said = [row for row in rows if (row["pk"], row.get("of")) in own]
    return sorted([*theirs, *beside, *said], key=lambda row: (row["pk"], row["sk"]))


def _is_of(row: Item, name: str, born: str) -> bool:
    people = [row, row.get("signed_by") or {}]
    return any(
        _folded(person.get("name", "")) == _folded(name) and person.get("birth_date") == born
        for person in people
    )


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, Decimal) and value == int(value) else str(value)


# Retention


@waivers_group.group("retention")
def retention_group() -> None:
    """Remove what has been kept long enough: of each row its hash stays."""


@retention_group.command("plan")
def plan_command() -> None:
    """Say what would be removed. Changes nothing."""
    with told():
        ctx = context()
        _tell(kept_too_long(ctx, _as_retention(ctx)))


@retention_group.command("apply")
def apply_command() -> None:
    """Say what has been kept long enough, and remove it, under the role that alone may."""
    with told():
        ctx = context()
        over = _as_retention(ctx)
        rows = kept_too_long(ctx, over)
        _tell(rows)
        if rows:
            remove(over, rows, Origin(Actor("system", "retention", getpass.getuser())))
            click.echo("Done.")


def kept_too_long(ctx: Context, over: Context) -> list[Item]:
    """The rows that are due, by the days on which the sails are by now. Reads only.

    `over`: under the role that may take waivers out.
    """
    zone = ctx.settings.timezone
    found = (Event.from_item(item, zone) for item in all_items(ctx, EVENTS))
    sails = {e.ledger: start.date() for e in found if (start := e.local_start(zone))}
    return due(all_items(over, WAIVERS), ctx.today(), sails)


def _tell(rows: list[Item]) -> None:
    for what, number in sorted(Counter(str(row["class"]) for row in rows).items()):
        click.echo(f"{number} of {_CLASSES[what]}")
    if not rows:
        click.echo("Nothing has been kept for too long.")


_CLASSES: Final = {
    "adult": "adults’ waivers, four years after the sail",
    "day": "emergency contacts and notes for the captain, a week after the sail",
    "mark": "what was said of those",
    "minor": "children’s waivers, four years after they came of age",
}


def _as_retention(ctx: Context) -> Context:
    """The same tables under the role that may take out of them; locally there is none."""
    if ctx.settings.stage == "local":
        return ctx
    sts: Any = make_client("sts")
    account = sts.get_caller_identity()["Account"]
    name = roles.retention_role_name(Names(ctx.settings.stage))
    taken = sts.assume_role(
        RoleArn=f"arn:aws:iam::{account}:role/{name}", RoleSessionName="retention"
    )
    client = make_client("dynamodb", credentials=taken["Credentials"])
    return replace(ctx, db=Database(client, ctx.settings))


def remove(ctx: Context, rows: list[Item], origin: Origin) -> None:
    """Shrink rows to their hashes, and say so in the ledger; cut off, the next run goes on."""
    for first in range(0, len(rows), _TOGETHER):
        some = rows[first : first + _TOGETHER]
        at = iso(ctx.now())
        writes: list[Write] = [_shrinking(ctx, row, at, origin.actor.name) for row in some]
        office = audit.office_partition(ctx)
        record = audit.record(ctx, office, "waivers.removed", origin, rows=seals(some))
        ctx.db.transact([*writes, record])


def _shrinking(ctx: Context, row: Item, at: str, by: str) -> Change:
    set_, gone = shrunk(row, at, by, ctx.settings.seal_keys)
    key = {"pk": row["pk"], "sk": row["sk"]}
    return Change(WAIVERS, key, set=set_, remove=gone, expect={"seal": row["seal"]})
