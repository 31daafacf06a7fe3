"""`flask stage plan | apply`: all that a stage stands on before code is deployed to it.

Its tables, the role of its function, where its releases are kept, and who is told when it is
unwell. Needs AWS, but no secret of the app.
"""

import json
from typing import Any, cast

import click

from scc.aws import make_client
from scc.config import Stage
from scc.ops import operators, roles, tables, watching
from scc.ops.archive import Archive
from scc.ops.deployment import STAGES
from scc.ops.tables import Names
from scc.ops.told import told
from scc.ops.zappa_settings import refuse_other_region, stage_settings


@click.group("stage")
def stage_group() -> None:
    """Provision a stage: its tables, role and alarms, and where its releases are kept."""


def _of_a_stage(command: Any) -> Any:
    events = click.option(
        "--events-table",
        envvar="SCC_EVENTS_TABLE",
        default="",
        help="The older tool's table, adopted in place; without it as the function is told.",
    )
    return click.argument("stage", type=click.Choice(STAGES))(events(command))


@stage_group.command("plan")
@_of_a_stage
def plan_command(stage: Stage, events_table: str) -> None:
    """Say what STAGE lacks to stand on. Changes nothing."""
    with told():
        Provision(stage, events_table).tell()


@stage_group.command("apply")
@_of_a_stage
def apply_command(stage: Stage, events_table: str) -> None:
    """Say what STAGE lacks to stand on, and add it."""
    with told():
        provision = Provision(stage, events_table)
        provision.tell()
        provision.apply()


@stage_group.command("operator")
def operator_command() -> None:
    """Print the IAM policy of who releases, goes back, sets secrets and changes the edge."""
    with told():
        stages = [cast(Stage, stage) for stage in STAGES]
        provisions = [Provision(stage, "") for stage in stages]
        bucket = stage_settings("production")["s3_bucket"]
        keys = [Archive(stage, bucket).key_arn() for stage in stages]
        names = [provision.names for provision in provisions]
        document = operators.policy(names, provisions[0].place, bucket, keys)
    click.echo(json.dumps(document, indent=1))


class Provision:
    """The plan for a stage, and how to carry it out."""

    def __init__(self, stage: Stage, events_table: str) -> None:
        settings = stage_settings(stage)
        self.names = names_of(stage, events_table)
        _refuse_unsaid_events_table(self.names)
        self._dynamodb: Any = make_client("dynamodb")
        self._iam: Any = make_client("iam")
        refuse_other_region(self._dynamodb.meta.region_name, stage)
        sts: Any = make_client("sts")
        account = sts.get_caller_identity()["Account"]
        self.place = roles.Place(self._dynamodb.meta.region_name, account, identity_of(settings))
        self._tables = tables.plan(self._dynamodb, self.names)
        self._roles = roles.plan(self._iam, self.names, self.place)
        self._archive = Archive(stage, settings["s3_bucket"])
        self._keeping = self._archive.plan(settings["aws_region"])
        self._watched = watching.Watched(stage, self.place, owner_of(settings))
        self._watchers = watching.Clients(make_client)
        self._watching = watching.plan(self._watchers, self._watched)

    def tell(self) -> None:
        place = self.place
        click.echo(f"{self.names.stage} in account {place.account}, {place.region}:")
        for line in self.lacking:
            click.echo(f"  {line}")
        if not self.lacking:
            click.echo("  all is as it should be.")
        for step in self._watching:
            if not step.operation:
                click.echo(f"  ({step.text}.)")

    @property
    def lacking(self) -> list[str]:
        """What would be changed, in words."""
        return [
            *(f"table {step.table}: {step.text}" for step in self._tables),
            *(f"role {step.role}: {step.text}" for step in self._roles),
            *(f"bucket {self._archive.bucket}: {step.text}" for step in self._keeping),
            *(
                f"watching {self._watched.function}: {s.text}"
                for s in self._watching
                if s.operation
            ),
        ]

    def apply(self) -> None:
        tables.apply(self._dynamodb, self._tables, click.echo)
        roles.apply(self._iam, self._roles, click.echo)
        self._archive.apply(self._keeping)
        watching.apply(self._watchers, self._watching, click.echo)
        if self.lacking:
            click.echo("Done.")


def names_of(stage: Stage, events_table: str = "") -> Names:
    """What the stage's tables are called: the events table as its function is told, or as given.

    The role must allow the very table that the function uses.
    """
    told = stage_settings(stage)["aws_environment_variables"].get("SCC_EVENTS_TABLE", "")
    return Names(stage, events_table or told)


def owner_of(settings: dict[str, Any]) -> str:
    """Who is told when a stage is unwell; empty where nobody is named."""
    return str(settings["aws_environment_variables"].get("SCC_OWNER_EMAIL", ""))


def identity_of(settings: dict[str, Any]) -> str:
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
