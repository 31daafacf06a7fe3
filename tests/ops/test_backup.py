"""`flask backup`: restored beside what stands; what was never restored is no backup."""

from typing import Any

import boto3
import pytest
from click.testing import CliRunner, Result

from scc.aws import make_client
from scc.context import Context
from scc.ops.backup import backup_group
from scc.ops.tables import Names, plan
from scc.tables import LEDGER, TABLES
from tests import given

STAGING = Names("staging")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(backup_group, list(arguments))


def tables() -> set[str]:
    client: Any = make_client("dynamodb")
    return set(client.list_tables()["TableNames"])


def items(table: str) -> list[dict[str, Any]]:
    client: Any = make_client("dynamodb")
    found: list[dict[str, Any]] = client.scan(TableName=table)["Items"]
    return found


@pytest.fixture
def paid_event(stage: Context) -> Context:
    """A stage with a payment in all that it touches."""
    given.paid(stage, given.charter(stage))
    return stage


def test_the_drill_proves_all_tables_and_leaves_nothing(paid_event: Context) -> None:
    before = tables()

    done = run("drill", "staging")

    assert done.exit_code == 0, done.output
    assert "scc-staging-ledger, as it was at" in done.output
    assert "1 in events, " in done.output and "wrong: 0." in done.output
    assert tables() == before


def test_what_a_broken_off_drill_left_is_removed(paid_event: Context) -> None:
    run("restore", "staging", "events", "--as", "scc-staging-drill-events")

    done = run("drill", "staging")

    assert done.exit_code == 0, done.output
    assert not [name for name in tables() if "drill" in name]


def test_a_row_that_was_not_restored_is_named(
    paid_event: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restore that lost one, long before the moment that was restored to."""

    def lose(**_: Any) -> None:
        if "scc-staging-drill-ledger" in tables():
            for row in items("scc-staging-drill-ledger"):
                if row["sk"]["S"] == "entry#000002":
                    key = {name: row[name] for name in ("pk", "sk")}
                    dynamodb: Any = make_client("dynamodb")
                    dynamodb.delete_item(TableName="scc-staging-drill-ledger", Key=key)

    make = boto3.session.Session.client

    def client(self: Any, service: str, **options: Any) -> Any:
        made = make(self, service, **options)
        if service == "dynamodb":
            made.meta.events.register("after-call.dynamodb.RestoreTableToPointInTime", lose)
        return made

    monkeypatch.setattr(boto3.session.Session, "client", client)
    done = run("drill", "staging")

    assert done.exit_code == 1
    assert "WRONG: " in done.output and "number 2 of 2 is missing" in done.output
    assert not [name for name in tables() if "drill" in name]


def test_without_recovery_the_drill_says_what_to_do(paid_event: Context, stage_tables: Any) -> None:
    stage_tables.update_continuous_backups(
        TableName="scc-staging-state",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False},
    )

    done = run("drill", "staging")

    assert done.exit_code == 1
    assert "scc-staging-state can't be restored" in done.output
    assert "stage apply staging" in done.output


def test_restore_makes_a_new_table_and_touches_nothing(paid_event: Context) -> None:
    before = items("scc-staging-ledger")

    done = run("restore", "staging", "ledger", "--at", "2026-05-23T18:00:00Z")
    again = run("restore", "staging", "ledger")

    assert done.exit_code == 0, done.output
    assert len(items("scc-staging-ledger-restored")) == len(before)
    assert items("scc-staging-ledger") == before
    assert again.exit_code == 1
    assert "scc-staging-ledger-restored stands already" in again.output


@pytest.mark.parametrize("moment", ["yesterday", "2026-05-23", "2026-05-23T18:00:00"])
def test_a_moment_without_its_zone_is_asked_back(stage: Context, moment: str) -> None:
    done = run("restore", "staging", "ledger", "--at", moment)

    assert done.exit_code == 2
    assert "no moment with its zone" in done.output


def test_a_table_that_was_lost_comes_back_under_its_own_name(
    paid_event: Context, stage_tables: Any
) -> None:
    """The runbook's way, for the tables that have no other name."""
    made = run("make", "staging", "--table", "ledger").output
    arn = made.strip().partition(": ")[2]
    rows = items("scc-staging-ledger")
    stage_tables.update_table(TableName="scc-staging-ledger", DeletionProtectionEnabled=False)
    stage_tables.delete_table(TableName="scc-staging-ledger")

    done = run("restore", "staging", "ledger", "--from", arn, "--as", STAGING.of(LEDGER))

    assert done.exit_code == 0, done.output
    assert sorted(items("scc-staging-ledger"), key=str) == sorted(rows, key=str)
    assert {step.text for step in plan(stage_tables, STAGING)} == {
        "protect it from deletion",
        "keep it restorable to any second of the last 35 days",
    }


def test_list_says_what_there_is(stage: Context) -> None:
    run("make", "staging")

    done = run("list", "staging").output

    for table in TABLES:
        assert f"{STAGING.of(table)}: any second from " in done
        assert f"  {STAGING.of(table)}-2" in done
