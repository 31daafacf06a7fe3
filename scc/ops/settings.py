"""The commands where the settings are wrong: those that need none must work all the same."""

import click
from flask import Flask, current_app
from flask.cli import FlaskGroup

from scc.context import Context
from scc.errors import ConfigError

_PROBLEM = "SCC_CONFIG_PROBLEM"


def commands_only(error: ConfigError) -> Flask:
    """An app with nothing but the commands, for the `flask` command alone.

    Whatever would serve (gunicorn, Lambda, `flask run`) gets the error instead.
    """
    running = click.get_current_context(silent=True)
    if running is None:
        raise error
    if not isinstance(running.command, FlaskGroup):  # inside `flask run` and the like
        raise click.ClickException(str(error)) from error
    from scc.ops import register

    app = Flask("scc")
    app.config[_PROBLEM] = str(error)
    register(app)
    return app


def context() -> Context:
    """What commands on a stage's data need; where the settings are wrong, what to do about it."""
    if problem := current_app.config.get(_PROBLEM):
        raise click.ClickException(problem)
    ctx: Context = current_app.extensions["scc"]
    return ctx
