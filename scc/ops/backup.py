"""`flask backup list | make | restore | drill`: docs/operations.md says when."""

import contextlib
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import click

from scc.config import Stage, read_settings
from scc.ops import backups
from scc.ops.deployment import STAGES, Deployment
from scc.ops.drill import Drilled, drill
from scc.ops.function import client
from scc.ops.stage import names_of
from scc.ops.told import told
from scc.tables import TABLES

_stage = click.argument("stage", type=click.Choice(STAGES))
_BY_NAME = {table.name: table for table in TABLES}
_table = click.argument("table", type=click.Choice(list(_BY_NAME)))


@click.group("backup")
def backup_group() -> None:
    """Backups of a stage's tables, restored beside them, and the drill that proves them."""


@backup_group.command("list")
@_stage
def list_command(stage: Stage) -> None:
    """Say what the tables of STAGE can be restored from."""
    with _told(stage) as dynamodb:
        for table in TABLES:
            name = names_of(stage).of(table)
            window = backups.window(dynamodb, name)
            click.echo(f"{name}: {window or 'no point-in-time recovery'}")
            for one in backups.kept(dynamodb, name):
                click.echo(f"  {one['BackupName']}  {one['BackupArn']}")


@backup_group.command("make")
@_stage
@click.option("--table", type=click.Choice(list(_BY_NAME)), help="This one alone.")
@click.option("--of", "source", default="", help="A table of another name, such as a restored one.")
def make_command(stage: Stage, table: str | None, source: str) -> None:
    """Back up the tables of STAGE as they are now. Kept until somebody deletes it."""
    with _told(stage) as dynamodb:
        tables = [_BY_NAME[table]] if table else list(TABLES)
        sources = [source] if source else [names_of(stage).of(one) for one in tables]
        for name in sources:
            click.echo(f"{name}: {backups.make(dynamodb, name)}")


@backup_group.command("restore")
@_stage
@_table
@click.option("--at", help="As it was then, such as 2026-05-23T18:00:00Z; without it, just now.")
@click.option("--from", "backup", default="", help="A backup's ARN, instead of a moment.")
@click.option("--as", "target", default="", help="The new table; by default …-restored.")
def restore_command(stage: Stage, table: str, at: str | None, backup: str, target: str) -> None:
    """Restore TABLE of STAGE into a new one beside it. What stands stays as it is."""
    if at and backup:
        raise click.UsageError("Give a moment or a backup, not both.")
    moment = _moment(at) if at else None
    with _told(stage) as dynamodb:
        own = names_of(stage).of(_BY_NAME[table])
        target = target or f"{own}-restored"
        backups.begin_restore(dynamodb, target, source=own, at=moment, backup=backup)
        click.echo(f"{target} is being restored; that takes a while …")
        backups.wait_for(dynamodb, target)
    click.echo(f"{target} is there. docs/operations.md says how to put it in its place.")


@backup_group.command("drill")
@_stage
def drill_command(stage: Stage) -> None:
    """Restore all tables of STAGE beside them, prove what came, and remove it again."""
    with _told(stage) as dynamodb:
        settings = read_settings(Deployment.of(stage).function.read().variables)
        done = drill(dynamodb, settings, names_of(stage, settings.events_table), click.echo)
    _tell(done)
    sys.exit(1 if done.wrong else 0)


def _tell(done: Drilled) -> None:
    for text in done.wrong:
        click.echo(f"  WRONG: {text}")
    counted = ", ".join(f"{count} in {name}" for name, count in sorted(done.counts.items()))
    click.echo(f"Restored to {done.moment}: {counted}; wrong: {len(done.wrong)}.")
    click.echo(f"It took {done.seconds:.0f} s, and left nothing behind.")


def _moment(text: str) -> datetime:
    with contextlib.suppress(ValueError):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment
    raise click.UsageError(f"{text!r} is no moment with its zone, such as 2026-05-23T18:00:00Z.")


@contextlib.contextmanager
def _told(stage: Stage) -> Iterator[Any]:
    """DynamoDB, where the stage is."""
    with told():
        Deployment.of(stage)  # refuses another region
        yield client("dynamodb")
