"""A deployed stage as commands see it: its tables and its function, without an app that answers."""

from typing import Any

import pytest

from scc.aws import make_client
from scc.context import Context
from scc.ops import data
from scc.ops.tables import Names, make_tables
from tests.emulator import app_environment
from tests.ops.small_function import make_function

VARIABLES = {
    "SCC_STAGE": "staging",
    "SCC_PUBLIC_URL": "https://www.example.com/_staging",
}


@pytest.fixture
def stage_tables(aws: dict[str, str]) -> Any:
    """A DynamoDB client; staging's tables stand."""
    client = make_client("dynamodb")
    make_tables(client, Names("staging"))
    return client


@pytest.fixture
def stage(stage_tables: Any) -> Context:
    """Staging with its function; gives what a service takes, on its tables."""
    variables = app_environment() | VARIABLES
    make_function("scc-staging", variables)
    return data.of_function(stage_tables, variables)
