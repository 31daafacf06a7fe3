"""`/scc/readyz`: the tables can be read, and the schedule is alive."""

from typing import Any

import pytest

from scc import heartbeat
from scc.app import create_app
from scc.context import Context
from scc.ops.tables import Names, make_tables
from scc.tables import TABLES, Table
from tests.emulator import Clock, app_environment
from tests.hooks import refusing, writes
from tests.page import PageClient

STAGING = Names("staging")


@pytest.fixture
def app_env() -> dict[str, str]:
    """A deployed stage: on a person's own machine nothing runs by the clock."""
    url = "https://www.example.com/_staging"
    return app_environment() | {"SCC_STAGE": "staging", "SCC_PUBLIC_URL": url}


@pytest.fixture
def ready(client: PageClient, ctx: Context, dynamodb: Any) -> PageClient:
    """The app with all that it needs."""
    make_tables(dynamodb, STAGING)
    for job in heartbeat.JOBS:
        heartbeat.beat(ctx, job)
    return client


def test_it_is_ready(ready: PageClient) -> None:
    answer = ready.get("/scc/readyz")

    assert (answer.status_code, answer.text) == (200, "ready\n")


def test_asking_writes_nothing(ready: PageClient, dynamodb: Any) -> None:
    with writes(dynamodb) as written:
        ready.get("/scc/readyz")

    assert written == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_that_is_gone_is_named(ready: PageClient, dynamodb: Any, table: Table) -> None:
    name = STAGING.of(table)
    dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)
    dynamodb.delete_table(TableName=name)

    answer = ready.get("/scc/readyz")

    assert answer.status_code == 503
    assert answer.text == f"The table {table.name} can't be read.\n"


def test_what_may_not_be_read_is_told_without_a_leak(ready: PageClient, dynamodb: Any) -> None:
    with refusing(dynamodb, "AccessDeniedException"):
        answer = ready.get("/scc/readyz")

    assert answer.status_code == 503
    assert "arn:" not in answer.text and "scc-staging" not in answer.text


@pytest.mark.parametrize(("job", "patience"), heartbeat.JOBS.items())
def test_a_job_that_is_silent_is_named(
    ready: PageClient, ctx: Context, clock: Clock, job: str, patience: Any
) -> None:
    others = [other for other in heartbeat.JOBS if other != job]
    clock.advance(seconds=patience.total_seconds() - 5)
    assert job not in ready.get("/scc/readyz").text

    clock.advance(seconds=10)
    for other in others:
        heartbeat.beat(ctx, other)
    answer = ready.get("/scc/readyz")

    assert answer.status_code == 503
    assert f"The schedule is silent: {job} succeeded last at " in answer.text


def test_a_schedule_that_never_ran_is_told(client: PageClient, dynamodb: Any) -> None:
    make_tables(dynamodb, STAGING)

    answer = client.get("/scc/readyz")

    assert answer.status_code == 503
    assert "The schedule is silent: adopt has not run yet." in answer.text


def test_a_daily_job_has_a_day_before_it_is_missed(
    client: PageClient, ctx: Context, dynamodb: Any, clock: Clock
) -> None:
    """A stage is new, and only what runs every ten minutes has run."""
    make_tables(dynamodb, STAGING)
    heartbeat.beat(ctx, "adopt")
    assert client.get("/scc/readyz").status_code == 200

    clock.advance(hours=27)
    heartbeat.beat(ctx, "adopt")

    assert "anchor has not run yet" in client.get("/scc/readyz").text


def test_a_machine_of_ones_own_needs_no_schedule(dynamodb: Any) -> None:
    local = create_app(env=app_environment(), client=dynamodb).test_client()

    assert local.get("/scc/readyz").status_code == 200
