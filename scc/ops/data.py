"""A stage's data for commands: with the secrets that its function has, or without any."""

from typing import Any
from zoneinfo import ZoneInfo

from scc.aws import Database
from scc.config import Settings, read_settings
from scc.context import Context
from scc.ops.environment import Variables
from scc.ops.tables import Names
from scc.tables import EVENTS


def of_function(client: Any, variables: Variables) -> Context:
    """As the function itself sees it. Raises ConfigError where its variables are not fit."""
    settings = read_settings(variables)
    return Context(settings, Database(client, settings))


def without_secrets(client: Any, names: Names, timezone: str = "") -> Context:
    """Fit to read events with, and to adopt them; no seal can be made or checked."""
    settings = Settings(
        stage=names.stage,
        timezone=ZoneInfo(timezone or "America/Los_Angeles"),
        public_url="",
        events_table=names.of(EVENTS),
        table_prefix=f"scc-{names.stage}-",
        secret_key="",
        secret_key_fallbacks=(),
        admin_pass_hash="",
        seal_keys={},
        edge_secrets=(),
        home_port="",
    )
    return Context(settings, Database(client, settings))
