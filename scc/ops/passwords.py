"""`flask hash-password`: the value for ADMIN_PASS_HASH. Needs no settings."""

import sys

import click

from scc.passwords import MIN_LENGTH, hash_password


@click.command("hash-password")
def hash_password_command() -> None:
    """Make the ADMIN_PASS_HASH of a password, asked for twice or read from a pipe."""
    if sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if len(password) < MIN_LENGTH:
        raise click.ClickException(f"Choose {MIN_LENGTH} characters or more.")
    click.echo(hash_password(password))
    if sys.stdout.isatty():
        click.echo("Put it in single quotes: a shell would read its '$'.", err=True)
