"""The `flask tables` commands: plan and apply need a stage and AWS, but no secret of the app."""

from collections.abc import Callable
from typing import Any, get_args

import click

from scc.aws import make_client
from scc.bookings.adopt import adopt
from scc.config import Stage
from scc.ops.settings import context
from scc.ops.tables import Names, Step, apply, plan
from scc.ops.told import told


@click.group("tables")
def tables_group() -> None:
    """Make the tables of a stage, and take older events into them."""


def _of_a_stage(command: Callable[..., None]) -> Callable[..., None]:
    """Options that say whose tables are meant; the environment can say it as well."""
    stage = click.option(
        "--stage", envvar="SCC_STAGE", required=True, type=click.Choice(get_args(Stage))
    )
    events = click.option(
        "--events-table",
        envvar="SCC_EVENTS_TABLE",
        default="",
        help="The older tool's table, adopted in place; without it scc-<stage>-events, made new.",
    )
    return stage(events(command))


@tables_group.command("plan")
@_of_a_stage
def plan_command(stage: Stage, events_table: str) -> None:
    """Say what the tables of a stage lack. Changes nothing."""
    with told():
        _tell_plan(make_client("dynamodb"), Names(stage, events_table))


@tables_group.command("apply")
@_of_a_stage
def apply_command(stage: Stage, events_table: str) -> None:
    """Say what the tables of a stage lack, and add it."""
    with told():
        client = make_client("dynamodb")
        steps = _tell_plan(client, Names(stage, events_table))
        apply(client, steps, click.echo)
    if steps:
        click.echo("Done.")


@tables_group.command("adopt")
def adopt_command() -> None:
    """Give older events what lists find them by. Safe to run twice."""
    ctx = context()
    with told():
        click.echo(str(adopt(ctx.db, ctx.settings.timezone)))


def _tell_plan(client: Any, names: Names) -> list[Step]:
    click.echo(f"Tables of {names.stage} at {client.meta.endpoint_url}:")
    steps = plan(client, names)
    for step in steps:
        click.echo(f"  {step.table}: {step.text}")
    if not steps:
        click.echo("  all is as it should be.")
    return steps
