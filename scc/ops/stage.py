"""`flask stage plan | apply`: all that a stage stands on before code is deployed to it.

Its tables and the role of its function. Needs AWS, but no secret of the app.
"""

from typing import Any, Final, get_args

import click

from scc.aws import make_client
from scc.config import Stage
from scc.ops import roles, tables
from scc.ops.commands import explained
from scc.ops.tables import Names
from scc.ops.zappa_settings import refuse_other_region, stage_settings

DEPLOYED: Final = [stage for stage in get_args(Stage) if stage != "local"]


@click.group("stage")
def stage_group() -> None:
    """Provision a stage: its tables and its role."""


def _of_a_stage(command: Any) -> Any:
    events = click.option(
        "--events-table",
        envvar="SCC_EVENTS_TABLE",
        default="",
        help="The older tool's table, adopted in place; without it as the function is told.",
    )
    return click.argument("stage", type=click.Choice(DEPLOYED))(events(command))


@stage_group.command("plan")
@_of_a_stage
def plan_command(stage: Stage, events_table: str) -> None:
    """Say what the tables and the role of STAGE lack. Changes nothing."""
    with explained():
        _Provision(stage, events_table).tell()


@stage_group.command("apply")
@_of_a_stage
def apply_command(stage: Stage, events_table: str) -> None:
    """Say what the tables and the role of STAGE lack, and add it."""
    with explained():
        provision = _Provision(stage, events_table)
        provision.tell()
        provision.apply()


class _Provision:
    """The plan for a stage, and how to carry it out."""

    def __init__(self, stage: Stage, events_table: str) -> None:
        settings = stage_settings(stage)
        # The role must allow the very table that the function is told to use.
        told = settings["aws_environment_variables"].get("SCC_EVENTS_TABLE", "")
        self._names = Names(stage, events_table or told)
        _refuse_unsaid_events_table(self._names)
        self._dynamodb: Any = make_client("dynamodb")
        self._iam: Any = make_client("iam")
        refuse_other_region(self._dynamodb.meta.region_name, stage)
        sts: Any = make_client("sts")
        account = sts.get_caller_identity()["Account"]
        self._place = roles.Place(self._dynamodb.meta.region_name, account, _identity(settings))
        self._tables = tables.plan(self._dynamodb, self._names)
        self._roles = roles.plan(self._iam, self._names, self._place)

    def tell(self) -> None:
        place = self._place
        click.echo(f"{self._names.stage} in account {place.account}, {place.region}:")
        for table in self._tables:
            click.echo(f"  table {table.table}: {table.text}")
        for role in self._roles:
            click.echo(f"  role {role.role}: {role.text}")
        if not self._tables and not self._roles:
            click.echo("  all is as it should be.")

    def apply(self) -> None:
        tables.apply(self._dynamodb, self._tables, click.echo)
        roles.apply(self._iam, self._roles, click.echo)
        if self._tables or self._roles:
            click.echo("Done.")


def _identity(settings: dict[str, Any]) -> str:
    """What SES sends for, as the function is told it: the domain of its sender, or as it says."""
    told = settings["aws_environment_variables"]
    sender = str(told.get("SCC_SES_SENDER", ""))
    return str(told.get("SCC_SES_IDENTITY", "")) or sender.rpartition("@")[2]


def _refuse_unsaid_events_table(names: Names) -> None:
    """Production's events are somewhere already, as a rule; staging starts with none."""
    if names.stage == "production" and not names.events_table:
        raise click.ClickException(
            "zappa_settings.json does not say where production's events are. Put SCC_EVENTS_TABLE "
            "into its aws_environment_variables: the name of the older tool's table, or "
            f"{names.own_events_table} if there is none and a new one is wanted."
        )
