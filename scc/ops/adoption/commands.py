"""`flask adopt look | plan | apply | undo`."""

from typing import Any

import click
from botocore.exceptions import ClientError

from scc.aws import make_client
from scc.config import Stage
from scc.ops import data, edge
from scc.ops.adoption import distribution as distribution_now
from scc.ops.adoption import events, older
from scc.ops.adoption.steps import Attributes, Indexes, Secrets, Step
from scc.ops.deployment import STAGES, Deployment
from scc.ops.edge.wanted import BEHAVIORS
from scc.ops.function import NotDeployed, client
from scc.ops.reconcile import all_items
from scc.ops.stage import names_of
from scc.ops.tables import Names
from scc.ops.told import told
from scc.ops.zappa_settings import stage_settings
from scc.tables import EVENTS

STEPS = ("indexes", "attributes", "secrets")


def _of_a_stage(command: Any) -> Any:
    stage = click.argument("stage", type=click.Choice(STAGES))
    table = click.option(
        "--events-table", default="", help="Without it the one that zappa_settings.json names."
    )
    function = click.option("--older-function", default="", help="Of the older tool.")
    return stage(table(function(command)))


def _of_secrets(command: Any) -> Any:
    take = click.option(
        "--take",
        multiple=True,
        type=click.Choice(older.TAKEN),
        help="Have the older function's, where SCC's has another.",
    )
    allow = click.option(
        "--allow-sha256", is_flag=True, help="Take a bare SHA-256 as it is, for a while."
    )
    return take(allow(command))


@click.group("adopt")
def adopt_group() -> None:
    """Take over what the older tool left, step by step; each step can be taken back."""


@adopt_group.command("look")
@_of_a_stage
@click.option("--distribution", default="", help="Its id; without it the one with the address.")
def look_command(stage: Stage, events_table: str, older_function: str, distribution: str) -> None:
    """Say what is there: events, function and edge. Changes nothing."""
    with told():
        names = _names(stage, events_table)
        click.echo(f"The table {names.of(EVENTS)}:")
        _tell_events(names)
        name = older_function or older.FUNCTIONS[stage]
        found = older.read(client("lambda"), name)
        click.echo(f"The function {name}:")
        lines = found.sentences(names.of(EVENTS)) if found else ["There is none of this name."]
        _tell(lines)
        click.echo("The edge:")
        _tell(_edge_lines(distribution))


@adopt_group.command("plan")
@_of_a_stage
@_of_secrets
def plan_command(
    stage: Stage, events_table: str, older_function: str, take: tuple[str, ...], allow_sha256: bool
) -> None:
    """Say what each step would do, and which are done. Changes nothing."""
    with told():
        for name in STEPS:
            _tell_step(name, stage, events_table, older_function, take, allow_sha256)
    paths = " ".join(f"--only '{one.path}'" for one in BEHAVIORS if one.older)
    click.echo("edge, a path at a time, the older function's among them:")
    click.echo("  flask --app wsgi edge plan")
    click.echo(f"  flask --app wsgi edge apply {paths}")
    click.echo("  and back: flask --app wsgi edge undo, or edge apply … --to older")


@adopt_group.command("apply")
@_of_a_stage
@click.argument("step", type=click.Choice(STEPS))
@_of_secrets
def apply_command(
    stage: Stage,
    step: str,
    events_table: str,
    older_function: str,
    take: tuple[str, ...],
    allow_sha256: bool,
) -> None:
    """Do one STEP, while the older tool goes on."""
    with told():
        chosen = _step(step, stage, events_table, older_function, take, allow_sha256)
        _tell(chosen.plan() or ["nothing is left to do"])
        chosen.apply(click.echo)
    click.echo(f"Done. Back: flask --app wsgi adopt undo {stage} {step}")


@adopt_group.command("undo")
@_of_a_stage
@click.argument("step", type=click.Choice(STEPS))
def undo_command(stage: Stage, step: str, events_table: str, older_function: str) -> None:
    """Take one STEP back."""
    with told():
        _step(step, stage, events_table, older_function, (), False).undo(click.echo)
    click.echo("Done.")


def _tell_step(name: str, *about: Any) -> None:
    try:
        lines = _step(name, *about).plan()
    except NotDeployed as error:
        lines = [str(error)]
    click.echo(f"{name}: {'' if lines else 'done'}")
    _tell(lines)


def _step(
    name: str,
    stage: Stage,
    events_table: str,
    older_function: str,
    take: tuple[str, ...],
    allow_sha256: bool,
) -> Step:
    deployment = Deployment.of(stage)
    names = _names(stage, events_table)
    if name == "indexes":
        return Indexes(client("dynamodb"), names)
    if name == "attributes":
        return Attributes(_context(names))
    function = older_function or older.FUNCTIONS[stage]
    found = older.read(client("lambda"), function)
    if found is None:
        raise click.ClickException(f"There is no function {function}: name it (--older-function).")
    return Secrets(deployment, found, frozenset(take), allow_sha256)


def _names(stage: Stage, events_table: str) -> Names:
    Deployment.of(stage)  # refuses another region
    names = names_of(stage, events_table)
    if stage == "production" and not names.events_table:
        raise click.ClickException(
            "Which table has the events? Put SCC_EVENTS_TABLE into zappa_settings.json, or name it "
            "(--events-table)."
        )
    return names


def _context(names: Names) -> Any:
    variables = stage_settings(names.stage)["aws_environment_variables"]
    timezone = variables.get("SCC_TIMEZONE", "")
    return data.without_secrets(make_client("dynamodb"), names, timezone)


def _tell_events(names: Names) -> None:
    ctx = _context(names)
    seen = events.look(all_items(ctx, EVENTS), ctx.settings.timezone)
    lines = [f"It has {seen.count} events; {seen.unplaced} are in no list of SCC yet."]
    _tell(lines + seen.sentences())


def _edge_lines(distribution: str) -> list[str]:
    """What the edge's own plan says, in its words."""
    try:
        live = edge.read(edge.connect(), distribution)
        return [*distribution_now.sentences(live), *edge.problems(live)]
    except (edge.Lost, edge.Refused) as error:
        return [str(error)]
    except ClientError as error:
        return [f"It could not be read: {error.response['Error']['Code']}."]


def _tell(lines: list[str]) -> None:
    for line in lines:
        click.echo(f"  {line}")
