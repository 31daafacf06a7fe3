"""`flask edge plan | apply | undo | prove | forget`."""

from collections.abc import Callable

import click

from scc.ops.edge.change import FROM_APPLY, Patience, apply, from_undo, invalidate, undo
from scc.ops.edge.live import Aws, Live, connect, read
from scc.ops.edge.plan import Goal, Plan, plan
from scc.ops.edge.prove import prove, viewer
from scc.ops.edge.wanted import PATHS
from scc.ops.told import told
from scc.ops.zappa_settings import refuse_other_region

_PATHS = "This path alone, such as '/g/*'; may be given again."


@click.group("edge")
def edge_group() -> None:
    """The CloudFront distribution: which paths reach the app."""


def _on_a_distribution(command: Callable[..., None]) -> Callable[..., None]:
    option = click.option(
        "--distribution", default="", help="Its id; without it the one with production's address."
    )
    return option(command)


def _what(command: Callable[..., None]) -> Callable[..., None]:
    only = click.option("--only", multiple=True, metavar="PATH", help=_PATHS)
    goal = click.option(
        "--to",
        "goal",
        type=click.Choice(["app", "older"]),
        default="app",
        help="Who is to answer: the app, or the older tool's function.",
    )
    drop = click.option(
        "--drop", multiple=True, metavar="PATH", help="Take out this behaviour, which is others'."
    )
    return _on_a_distribution(only(goal(drop(command))))


def _wait(command: Callable[..., None]) -> Callable[..., None]:
    minutes = click.option(
        "--wait", "minutes", default=30.0, help="Minutes to wait for CloudFront."
    )
    at = click.option("--at", default="", help="Where to prove it; without it the public address.")
    return minutes(at(command))


@edge_group.command("plan")
@_what
def plan_command(
    distribution: str, only: tuple[str, ...], goal: Goal, drop: tuple[str, ...]
) -> None:
    """Say what differs from what is wanted. Changes nothing."""
    with told():
        _tell(*_planned(distribution, only, goal, drop)[1:])


@edge_group.command("apply")
@_what
@_wait
def apply_command(
    distribution: str, only: tuple[str, ...], goal: Goal, drop: tuple[str, ...],
    minutes: float, at: str,
) -> None:  # fmt: skip
    """Say what differs, change it, wait, and prove by requests who answers."""
    with told():
        aws, live, planned = _planned(distribution, only, goal, drop)
        _tell(live, planned)
        apply(aws, live, planned, click.echo, Patience(minutes))
        _prove(aws, live.id, at, FROM_APPLY)


@edge_group.command("undo")
@click.option("--only", multiple=True, metavar="PATH", help=_PATHS)
@_on_a_distribution
@_wait
def undo_command(distribution: str, only: tuple[str, ...], minutes: float, at: str) -> None:
    """Put back what the last change found. Again: what the one before it found."""
    with told():
        aws = _connect()
        live = read(aws, distribution)
        undo(aws, live, click.echo, only, Patience(minutes))
        _prove(aws, live.id, at, from_undo(only))


@edge_group.command("prove")
@_on_a_distribution
@click.option("--at", default="", help="Where to ask; without it the public address.")
def prove_command(distribution: str, at: str) -> None:
    """Ask for each path, and say who answers."""
    with told():
        aws = _connect()
        _prove(aws, read(aws, distribution).id, at, FROM_APPLY)


@edge_group.command("forget")
@_on_a_distribution
def forget_command(distribution: str) -> None:
    """Have CloudFront forget what it keeps under SCC's paths, and wait."""
    with told():
        aws = _connect()
        invalidate(aws, read(aws, distribution).id, PATHS)
    click.echo("Forgotten.")


def _planned(
    distribution: str, only: tuple[str, ...], goal: Goal, drop: tuple[str, ...]
) -> tuple[Aws, Live, Plan]:
    aws = _connect()
    live = read(aws, distribution, objects=True)
    return aws, live, plan(live, only, goal, drop)


def _connect() -> Aws:
    aws = connect()
    refuse_other_region(aws.apigateway.meta.region_name, "production")
    return aws


def _tell(live: Live, planned: Plan) -> None:
    click.echo(f"Distribution {live.id}, {live.host}:")
    for text in planned.differences:
        click.echo(f"  {text}.")
    if planned.is_empty:
        click.echo("  all is as it should be.")
    for text in planned.notes:
        click.echo(f"  ({text}.)")
    for text in planned.obstacles:
        click.echo(f"  In the way: {text}.")


def _prove(aws: Aws, distribution: str, at: str, way_back: str) -> None:
    live = read(aws, distribution)
    proofs = prove(live, viewer(at or f"https://{live.host}"))
    for proof in proofs:
        click.echo(f"  {proof}")
    if wrong := [proof for proof in proofs if not proof.right]:
        raise click.ClickException(
            f"{len(wrong)} of {len(proofs)} requests did not reach what they should. {way_back}"
        )
