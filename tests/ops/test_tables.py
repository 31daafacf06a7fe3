"""`flask tables plan` and `apply`: what stands is compared with scc/tables.py, and mended."""

from typing import Any

import pytest

from scc.aws import make_client
from scc.ops.tables import Names, Step, Unfit, apply, make_tables, plan
from scc.tables import EVENTS, STATE, TABLES

LOCAL = Names("local")
PRODUCTION = Names("production")
OLDER = Names("production", events_table="charters")


@pytest.fixture
def empty(aws: dict[str, str]) -> Any:
    """DynamoDB without a table."""
    return make_client("dynamodb")


def older_table(client: Any, name: str, sort_type: str = "N") -> None:
    """The events table as the older tool made it: provisioned, without an index."""
    client.create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": "event_id", "KeyType": "HASH"},
            {"AttributeName": "timestamp", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "event_id", "AttributeType": "S"},
            {"AttributeName": "timestamp", "AttributeType": sort_type},
        ],
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    )


def texts(steps: list[Step]) -> list[str]:
    return [f"{step.table}: {step.text}" for step in steps]


def test_plan_of_an_empty_account_creates_everything(empty: Any) -> None:
    assert texts(plan(empty, LOCAL)) == [
        "scc-local-events: create the table",
        "scc-local-ledger: create the table",
        "scc-local-waivers: create the table",
        "scc-local-state: create the table",
        "scc-local-state: let items expire by expires",
    ]


def test_plan_changes_nothing(empty: Any) -> None:
    plan(empty, PRODUCTION)

    assert empty.list_tables()["TableNames"] == []


@pytest.mark.parametrize("names", [LOCAL, PRODUCTION], ids=["local", "production"])
def test_nothing_is_left_to_do_after_apply(empty: Any, names: Names) -> None:
    make_tables(empty, names)

    assert plan(empty, names) == []


def test_tables_are_as_declared(empty: Any) -> None:
    make_tables(empty, LOCAL)

    for table in TABLES:
        stands = empty.describe_table(TableName=LOCAL.of(table))["Table"]
        indexes = {index["IndexName"] for index in stands.get("GlobalSecondaryIndexes", [])}
        assert indexes == {index.name for index in table.indexes}
        assert stands["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    expiry = empty.describe_time_to_live(TableName=LOCAL.of(STATE))["TimeToLiveDescription"]
    assert expiry == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}


def test_production_is_protected_and_restorable(empty: Any) -> None:
    make_tables(empty, PRODUCTION)

    for table in TABLES:
        name = PRODUCTION.of(table)
        assert empty.describe_table(TableName=name)["Table"]["DeletionProtectionEnabled"]
        backups = empty.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        recovery = backups["PointInTimeRecoveryDescription"]
        assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"


def test_the_older_tools_table_is_kept_and_completed(empty: Any) -> None:
    older_table(empty, "charters")
    item = {"event_id": {"S": "2026-05-23-alice-sunset"}, "timestamp": {"N": "1767632400"}}
    empty.put_item(TableName="charters", Item=item)

    steps = [step for step in plan(empty, OLDER) if step.table == "charters"]
    apply(empty, steps, lambda _: None)

    assert texts(steps) == [
        "charters: bill on demand",
        "charters: add the index by_month (month, starts_at)",
        "charters: add the index by_open (open, starts_at)",
        "charters: add the index by_matter (matter, starts_at)",
        "charters: protect it from deletion",
        "charters: keep it restorable to any second of the last 35 days",
    ]
    assert empty.scan(TableName="charters")["Items"] == [item]


def test_an_events_table_that_was_named_is_never_made(empty: Any) -> None:
    """A slip in the name must not hide every event behind an empty table."""
    steps = plan(empty, OLDER)

    assert "charters: there is no table of this name here" in texts(steps)[0]
    with pytest.raises(Unfit, match="scc-production-events for a new one"):
        apply(empty, steps, lambda _: None)
    assert empty.list_tables()["TableNames"] == []


def test_its_own_name_asks_for_a_new_one(empty: Any) -> None:
    make_tables(empty, Names("production", events_table="scc-production-events"))

    assert plan(empty, PRODUCTION) == []


def test_indexes_are_added_one_at_a_time(empty: Any) -> None:
    """DynamoDB refuses two in one request."""
    older_table(empty, "charters")

    updates = [step.request.get("GlobalSecondaryIndexUpdates", []) for step in plan(empty, OLDER)]

    assert max(map(len, updates)) == 1


def test_apply_tells_each_step_before_it_is_done(empty: Any) -> None:
    told: list[str] = []

    apply(empty, plan(empty, LOCAL), told.append)

    assert told[0] == "scc-local-events: create the table …"
    assert len(told) == 5


def test_a_table_with_other_keys_is_refused(empty: Any) -> None:
    older_table(empty, "charters", sort_type="S")

    with pytest.raises(Unfit, match=r"charters stands with other keys than event_id \(S\)"):
        plan(empty, OLDER)


def test_an_index_with_other_keys_is_refused(empty: Any) -> None:
    make_tables(empty, LOCAL)
    name = LOCAL.of(EVENTS)
    empty.update_table(
        TableName=name, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by_open"}}]
    )
    empty.update_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "patron_name", "AttributeType": "S"}],
        GlobalSecondaryIndexUpdates=[
            {
                "Create": {
                    "IndexName": "by_open",
                    "KeySchema": [{"AttributeName": "patron_name", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
            }
        ],
    )

    with pytest.raises(Unfit, match="by_open"):
        plan(empty, LOCAL)
