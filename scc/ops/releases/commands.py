"""`flask release list | show | rollback`: the releases of a stage, and the way back to one."""

import os
import sys

import click

from scc import passwords
from scc.config import Stage
from scc.ops.deployment import STAGES, Deployment
from scc.ops.releases import back, edge
from scc.ops.releases.record import Record, earlier
from scc.ops.releases.service import PASSWORD
from scc.ops.told import told

_stage = click.argument("stage", type=click.Choice(STAGES))


@click.group("release")
def release_group() -> None:
    """The releases of a stage that are kept, and the way back to one."""


@release_group.command("list")
@_stage
def list_command(stage: Stage) -> None:
    """List the kept releases of STAGE, the newest first."""
    with told():
        kept = Deployment.of(stage).kept
        live = kept.standing().live
        records = kept.all()
    for record in reversed(records):
        click.echo(_line(record, live))
    if not records:
        click.echo("None is kept yet.")


@release_group.command("show")
@_stage
@click.argument("release_id")
def show_command(stage: Stage, release_id: str) -> None:
    """Say what RELEASE_ID was made of, and what was looked at."""
    with told():
        record = _record(Deployment.of(stage), release_id)
    click.echo(f"{record.id}  {record.outcome}  made {record.made_at} by {record.by or 'nobody'}")
    click.echo(f"commit    {record.commit or 'none'}")
    click.echo(f"content   {record.digest or 'not read'}")
    click.echo(f"variables {', '.join(record.names)}")
    for title, lines in {
        "new": record.news,
        "passed": record.passed,
        "FAILED": record.failed,
    }.items():
        for line in lines:
            click.echo(f"{title}: {line}")


@release_group.command("rollback")
@_stage
@click.argument("release_id", required=False)
@click.option("--plan", "only_plan", is_flag=True, help="Say what would change; change nothing.")
def rollback_command(stage: Stage, release_id: str | None, only_plan: bool) -> None:
    """Put back the release before the one that STAGE runs, or RELEASE_ID.

    Code, variables and edge as one; then the smoke test. A second rollback goes further back.
    """
    with told():
        deployment = Deployment.of(stage)
        live = deployment.kept.standing().live
        record = _meant(deployment, live, release_id)
        click.echo(f"{stage} goes back from {live or 'what stands'} to {record.id}:")
        if only_plan:
            for line in back.way_back(deployment, record, edge.find(deployment)).lines:
                click.echo(f"  {line}")
            return
        password = _password(deployment, record)
        outcome = back.put_back(deployment, record, password, click.echo)
        back.note_way(deployment, live, record, outcome)
        back.tell_outcome(outcome, click.echo)
    if outcome.failed:
        raise click.ClickException(f"{record.id} is back, but not all is well with it: see above.")
    click.echo(f"{record.id} is back, and answers as it should.")


def _meant(deployment: Deployment, live: str, release_id: str | None) -> Record:
    if release_id:
        return _record(deployment, release_id)
    record = earlier(deployment.kept.all(), live)
    if record is None:
        raise click.ClickException("There is no earlier release to go back to.")
    return record


def _record(deployment: Deployment, release_id: str) -> Record:
    record = deployment.kept.find(release_id)
    if record is None:
        raise click.ClickException(
            f"No release {release_id} is kept: see 'flask --app wsgi release list "
            f"{deployment.stage}'."
        )
    return record


def _password(deployment: Deployment, record: Record) -> str | None:
    """Where there is none, in an emergency, the sign-in is left out of what is looked at."""
    given = os.environ.get(PASSWORD, "")
    if not given and sys.stdin.isatty():
        given = click.prompt(
            "The admin password, to try the sign-in with (Enter: without)",
            hide_input=True,
            default="",
            show_default=False,
        )
    if not given:
        click.echo("No admin password is given: the sign-in is not tried.")
        return None
    variables = back.way_back(deployment, record, None).variables
    if not passwords.verify(variables.get("ADMIN_PASS_HASH", ""), given):
        raise click.ClickException(
            "That is not the admin password of that release. Nothing was changed."
        )
    return given


def _line(record: Record, live: str) -> str:
    commit = record.commit[:8] or "-"
    mark = "  <- live" if record.id == live else ""
    return f"{record.id}  {record.outcome:7} {commit:8}  {record.by}{mark}"
