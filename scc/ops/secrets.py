"""`flask secrets`: a stage's secrets, by name. No value is printed, logged or taken as an argument.

How one is changed: scc/ops/variables.py. What would not fit, or would keep the app from starting,
is refused before anything is changed.
"""

import json
import sys
from collections.abc import Mapping
from typing import Any

import click

from scc.config import Stage
from scc.ops.deployment import STAGES, Deployment
from scc.ops.environment import (
    LIMIT,
    NEEDED,
    SECRETS,
    Variables,
    as_list,
    listed,
    problems,
    problems_with,
    size,
    without_spaces,
)
from scc.ops.releases import edge
from scc.ops.rotations import RETIREMENTS, ROTATIONS, Change, new_key
from scc.ops.told import told
from scc.ops.variables import change_variables
from scc.passwords import MIN_LENGTH, hash_password


class _Name(click.ParamType[str]):
    """A secret's name. What is none is not repeated: it may be a value in the wrong place."""

    name = "name"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        if value not in SECRETS:
            self.fail(f"a name is one of {', '.join(SECRETS)}. A value is asked for, or piped in.")
        return str(value)


class _Command(click.Command):
    """Extra words are not repeated either."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            if isinstance(error, click.BadParameter):
                raise
            raise click.UsageError(
                "Only a stage and a name go here. A value is asked for, or piped in.",
                ctx,
            ) from None


_stage = click.argument("stage", type=click.Choice(STAGES))
_name = click.argument("name", type=_Name())


@click.group("secrets")
def secrets_group() -> None:
    """Secrets of a stage: set, rotated and listed by name, never shown."""


@secrets_group.command("list")
@_stage
def list_command(stage: Stage) -> None:
    """List what is set, how large it is and when it was last changed. Shows no value."""
    with told():
        deployment = Deployment.of(stage)
        variables = deployment.function.read().variables
        changed = deployment.kept.standing().changed
    for name, what in SECRETS.items():
        click.echo(f"{name:27} {_state(name, variables, changed):42} {what}")
    click.echo(f"All variables take {size(variables)} of {LIMIT} bytes.")
    for text in problems(variables):
        click.echo(f"  {text}")


@secrets_group.command("make")
@_stage
def make_command(stage: Stage) -> None:
    """Make what a new stage lacks; asks for the admin password, or reads it from a pipe."""
    with told():
        deployment = Deployment.of(stage)
        standing = deployment.function.read().variables
        made = {
            "SECRET_KEY": new_key(),
            "SCC_SEAL_KEYS": json.dumps({"k1": new_key()}),
            "SCC_EDGE_SECRETS": as_list([new_key()]),
        }
        missing = [name for name in (*made, "ADMIN_PASS_HASH") if not standing.get(name)]
        if not missing:
            click.echo("Nothing is missing.")
            return
        if "ADMIN_PASS_HASH" in missing:
            made["ADMIN_PASS_HASH"] = _hashed_password()
        wanted = {name: made[name] for name in missing}
        _change(deployment, missing, lambda now: {**wanted, **_without_empty(now)})
    click.echo(f"Made: {', '.join(missing)}.")


@secrets_group.command("set", cls=_Command)
@_stage
@_name
def set_command(stage: Stage, name: str) -> None:
    """Set NAME to a value that is asked for, or read from a pipe: `… set staging NAME < file`."""
    with told():
        deployment = Deployment.of(stage)
        value = without_spaces(_asked(name))
        if not value:
            raise click.ClickException(f"No value came: {name} stays as it is.")
        _refuse_lost_seals(name, value, deployment.function.read().variables)
        if name == "SCC_EDGE_SECRETS" and not problems_with(name, {name: value}):
            _refuse_to_shut_out_the_edge(deployment, listed(value))
        _change(deployment, [name], _setting(name, value))
    click.echo(f"{name} is set on {stage}.")


@secrets_group.command("rotate", cls=_Command)
@_stage
@_name
def rotate_command(stage: Stage, name: str) -> None:
    """Put a new NAME in the place of the one that is there. The old one is taken until `retire`."""
    with told():
        deployment = Deployment.of(stage)
        names, change, after = _rotation(stage, name)
        _change(deployment, names, change)
    click.echo(f"{name} of {stage} is a new one. {after}")


@secrets_group.command("retire", cls=_Command)
@_stage
@_name
def retire_command(stage: Stage, name: str) -> None:
    """End the grace of a rotation: what was NAME before is taken no more."""
    with told():
        deployment = Deployment.of(stage)
        if name not in RETIREMENTS:
            raise click.ClickException(f"{name} has no grace that could end.")
        names, change = RETIREMENTS[name]
        if name == "SCC_EDGE_SECRETS":
            taken = listed(deployment.function.read().variables.get(name))
            _refuse_to_shut_out_the_edge(deployment, taken[:1])
        _change(deployment, names, change)
    click.echo(f"What was {name} before is dead on {stage}.")


@secrets_group.command("remove", cls=_Command)
@_stage
@_name
def remove_command(stage: Stage, name: str) -> None:
    """Take NAME off the function, where it is optional: without Gmail's, mail goes by SES."""
    with told():
        if name in NEEDED:
            raise click.ClickException(f"Without {name} the app does not start.")
        deployment = Deployment.of(stage)
        if name == "SCC_EDGE_SECRETS":
            _refuse_to_shut_out_the_edge(deployment, [])
        _change(
            deployment,
            [name],
            lambda now: {key: value for key, value in now.items() if key != name},
        )
    click.echo(f"{name} is gone from {stage}.")


# One change


def _change(deployment: Deployment, names: list[str], change: Change) -> None:
    for text in change_variables(deployment, names, change):
        click.echo(f"Still to do: {text}", err=True)


def _setting(name: str, value: str) -> Change:
    return lambda now: {**now, name: value}


def _rotation(stage: Stage, name: str) -> tuple[list[str], Change, str]:
    """Which variables change, how, and what is to be done or known after that."""
    if name == "ADMIN_PASS_HASH":
        after = "All who were signed in by the old password are signed out."
        return [name], _setting(name, _hashed_password()), after
    if name not in ROTATIONS:
        raise click.ClickException(
            f"{name} comes from elsewhere: make the new one there, then 'secrets set {stage} "
            f"{name}', then end the old one there."
        )
    names, make, after = ROTATIONS[name]
    return names, make(name), after.format(stage=stage)


def _refuse_to_shut_out_the_edge(deployment: Deployment, taken: list[str]) -> None:
    """Where the app would no longer take what the edge sends, or ask for nothing at all."""
    here = edge.find(deployment)
    if here is not None and here.sends not in ("", *taken):
        raise click.ClickException(
            "The edge sends another one, so the app would no longer know it. Put a new one in "
            f"front ('secrets rotate {deployment.stage} SCC_EDGE_SECRETS'), then run 'flask --app "
            "wsgi edge apply'."
        )


def _refuse_lost_seals(name: str, value: str, now: Variables) -> None:
    if name != "SCC_SEAL_KEYS" or problems_with(name, {**now, name: value}):
        return
    before, after = json.loads(now.get(name) or "{}"), json.loads(value)
    if lost := [key for key in before if after.get(key) != before[key]]:
        raise click.ClickException(
            f"Without {', '.join(lost)} what it sealed could not be checked any more: add a key at "
            "the end, remove none."
        )


# Values


def _asked(what: str) -> str:
    """Typed twice and not shown, or all of what is piped in."""
    if sys.stdin.isatty():
        typed: str = click.prompt(what, hide_input=True, confirmation_prompt=True)
        return typed
    return sys.stdin.read()


def _hashed_password() -> str:
    password = _asked("New admin password").rstrip("\r\n")
    if len(password) < MIN_LENGTH:
        raise click.ClickException(f"Choose {MIN_LENGTH} characters or more.")
    return hash_password(password)


def _without_empty(variables: Variables) -> dict[str, str]:
    return {name: value for name, value in variables.items() if value}


def _state(name: str, variables: Variables, changed: Mapping[str, str]) -> str:
    value = variables.get(name, "")
    if not value:
        return "missing" if name in NEEDED else "not set"
    when = f", changed {changed[name][:16]}Z" if name in changed else ""
    return f"set, {len(value.encode())} bytes{when}"
