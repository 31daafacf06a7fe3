"""`flask tokens`: make, list and revoke the tokens that API clients send."""

import os
import secrets

import click

from scc.audit.model import Actor, Origin
from scc.errors import Invalid
from scc.ops.settings import context
from scc.ops.told import told
from scc.tokens import service, store
from scc.tokens.model import Token, parse_name


@click.group("tokens")
def tokens_group() -> None:
    """Tokens for API clients, in place of the admin password."""


@tokens_group.command("make")
@click.argument("name")
def make_command(name: str) -> None:
    """Make a token and print it. It is never shown again."""
    ctx = context()
    try:
        parsed = parse_name(name)
        with told():
            token, secret = service.make_token(ctx, parsed, secrets.token_hex(16), origin())
    except (ValueError, Invalid) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"The token of {token.name}, shown this once:", err=True)
    click.echo(secret)


@tokens_group.command("list")
def list_command() -> None:
    """List the tokens, revoked ones too."""
    ctx = context()
    with told():
        tokens = store.all_tokens(ctx)
    for token in tokens:
        click.echo(_line(token))
    if not tokens:
        click.echo("No token was made yet.")


@tokens_group.command("revoke")
@click.argument("name_or_id")
def revoke_command(name_or_id: str) -> None:
    """End a token at once, by its name or id."""
    ctx = context()
    with told():
        live = [token for token in store.all_tokens(ctx) if not token.revoked_at]
        meant = [token for token in live if name_or_id in (token.name, token.id)]
        if not meant:
            raise click.ClickException(f"No live token is called {name_or_id!r}.")
        click.echo(_line(service.revoke_token(ctx, meant[0].id, origin())))


def _line(token: Token) -> str:
    line = f"{token.id}  {token.name}  made {token.made_at} by {token.made_by}"
    return f"{line}, revoked {token.revoked_at} by {token.revoked_by}" if token.revoked_at else line


def origin() -> Origin:
    """Who sits at the terminal, as far as it knows."""
    return Origin(Actor("system", "command", os.environ.get("USER") or "command line"))
