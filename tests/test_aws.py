"""DynamoDB as the services use it: conditions, conflicts, time-outs, pages. Faults at the wire."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from moto import mock_aws

from scc.aws import (
    ABSENT,
    Change,
    Database,
    Delete,
    Put,
    again_when_outdated,
    deadline,
)
from scc.config import read_settings
from scc.errors import ConditionFailed, Outdated, Unavailable, Unconfirmed
from scc.ops.tables import Names, make_tables
from scc.tables import BY_MONTH, EVENTS, LEDGER, STATE
from tests.emulator import app_environment
from tests.hooks import calls, refusing, unreachable

KEY = {"event_id": "2026-05-23-alice-sunset", "timestamp": 1767632400}


@pytest.fixture
def db(dynamodb: Any) -> Database:
    return Database(dynamodb, read_settings(app_environment()))


@pytest.fixture
def moto_db(monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """moto refuses malformed expressions, where the emulator does not."""
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    with mock_aws():
        client = boto3.session.Session().client("dynamodb")
        make_tables(client, Names("local"))
        yield Database(client, read_settings(app_environment()))


def test_many_are_read_a_hundred_at_a_time_and_what_was_left_out_is_asked_for_again(
    db: Database,
) -> None:
    """DynamoDB may answer a part, and not in the order asked for."""
    keys = [{"pk": f"key#{n}", "sk": "key"} for n in range(250)]
    for first in range(0, 240, 80):
        db.transact([Put(LEDGER, key | {"n": 1}) for key in keys[first : first + 80]])
    left: list[int] = []

    def leave_out(parsed: dict[str, Any], **_: Any) -> None:
        (found,) = parsed["Responses"].values()
        if len(found) > 50:
            left.append(len(found))
            asked_again = [{"pk": item["pk"], "sk": item["sk"]} for item in found[:30]]
            del found[:30]
            table = db.name(LEDGER)
            parsed["UnprocessedKeys"] = {table: {"Keys": asked_again, "ConsistentRead": True}}

    db.client.meta.events.register("after-call.dynamodb.BatchGetItem", leave_out)

    found = db.get_many(LEDGER, keys)

    assert [item["pk"] for item in found] == [key["pk"] for key in keys[:240]]
    assert left == [100, 100]


@contextmanager
def conflicts(client: Any, times: int, code: str = "TransactionConflict") -> Iterator[list[str]]:
    """The first transactions are refused like this; gives the tokens of all that were sent."""
    tokens: list[str] = []

    def answer(request: Any, **_: Any) -> AWSResponse | None:
        tokens.append(json.loads(request.body)["ClientRequestToken"])
        if len(tokens) > times:
            return None
        return AWSResponse(request.url, 400, {}, _Raw(_refusal(code)))

    client.meta.events.register_first("before-send.dynamodb.TransactWriteItems", answer)
    yield tokens


def _refusal(code: str) -> bytes:
    prefix = "com.amazonaws.dynamodb.v20120810#"
    if code == "TransactionInProgressException":
        return json.dumps({"__type": prefix + code}).encode()
    refused = {"__type": prefix + "TransactionCanceledException", "CancellationReasons": []}
    refused["CancellationReasons"] = [{"Code": code}]  # type: ignore[assignment]
    return json.dumps(refused).encode()


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self._body


def test_a_put_never_replaces(db: Database) -> None:
    db.transact([Put(EVENTS, KEY | {"guests": 8})])

    with pytest.raises(ConditionFailed):
        db.transact([Put(EVENTS, KEY | {"guests": 9})])

    assert (db.get(EVENTS, KEY) or {})["guests"] == 8


def test_a_failed_condition_says_which_and_nothing_is_written(db: Database) -> None:
    db.transact([Put(EVENTS, KEY)])

    with pytest.raises(ConditionFailed) as caught:
        db.transact([Put(LEDGER, {"pk": "a", "sk": "b"}), Put(EVENTS, KEY)])

    assert caught.value.failed == {1}
    assert db.get(LEDGER, {"pk": "a", "sk": "b"}) is None


@pytest.mark.parametrize("expect", [{"version": 2}, {"version": ABSENT}, {"other": None}])
def test_a_change_is_refused_unless_all_is_as_expected(db: Database, expect: Any) -> None:
    db.transact([Put(EVENTS, KEY | {"version": 1})])

    with pytest.raises(ConditionFailed):
        db.transact([Change(EVENTS, KEY, set={"version": 3}, expect=expect)])


def test_a_change_makes_no_item(db: Database) -> None:
    with pytest.raises(ConditionFailed):
        db.write(Change(EVENTS, KEY, set={"version": 1}))


@pytest.mark.parametrize("database", ["db", "moto_db"])
def test_names_that_dynamodb_reserves_are_no_obstacle(
    request: pytest.FixtureRequest, database: str
) -> None:
    """On moto as well: it refuses an expression that the emulator lets pass."""
    db: Database = request.getfixturevalue(database)
    db.transact([Put(EVENTS, KEY | {"status": "hold", "size": 1, "values": [1], "a.b": None})])
    change = Change(
        EVENTS,
        KEY,
        set={"name": "Alice", "size": 44},
        add={"count": 1},
        remove=("values", "a.b"),
        expect={"status": "hold", "order": ABSENT},
    )

    db.transact([change, Put(STATE, {"pk": "a", "sk": "b"})])
    db.transact([Delete(STATE, {"pk": "a", "sk": "b"})])

    assert db.get(EVENTS, KEY) == {**KEY, "status": "hold", "name": "Alice", "size": 44, "count": 1}
    assert db.get(STATE, {"pk": "a", "sk": "b"}) is None


@pytest.mark.parametrize("database", ["db", "moto_db"])
@pytest.mark.parametrize(
    ("bounds", "found"),
    [
        ({}, [0, 1, 2, 3, 4]),
        ({"since": "2026-05-02"}, [1, 2, 3, 4]),
        ({"before": "2026-05-03"}, [0, 1]),
        ({"since": "2026-05-02", "before": "2026-05-04"}, [1, 2]),
        ({"forward": False, "limit": 2}, [4, 3]),
    ],
    ids=str,
)
def test_a_query_gives_what_lies_between(
    request: pytest.FixtureRequest, database: str, bounds: Any, found: list[int]
) -> None:
    db: Database = request.getfixturevalue(database)
    for number in range(5):
        place = {"month": "2026-05", "starts_at": f"2026-05-{number + 1:02}"}
        db.transact([Put(EVENTS, {"event_id": "x", "timestamp": number, **place})])

    items = db.query(EVENTS, "2026-05", index=BY_MONTH, **bounds)

    assert [item["timestamp"] for item in items] == found


def test_a_query_follows_all_pages(db: Database) -> None:
    for number in range(12):
        db.transact([Put(LEDGER, {"pk": "a", "sk": f"{number:02}", "x": "x" * 300_000})])

    with calls(db.client) as made:
        items = db.query(LEDGER, "a")

    assert [item["sk"] for item in items] == [f"{number:02}" for number in range(12)]
    assert len(made) > 1


def test_a_table_is_read_as_it_is_now(db: Database) -> None:
    """The emulator never lags, DynamoDB does: a session ended a moment ago must be ended."""
    with calls(db.client) as made:
        db.get(EVENTS, KEY)
        db.get_many(EVENTS, [KEY])
        db.query(EVENTS, KEY["event_id"])
        db.read_all(EVENTS, 1)
    asked = [
        request.get("ConsistentRead")
        for call in made
        for request in call.request.get("RequestItems", {"": call.request}).values()
    ]

    assert asked == [True] * 4


def test_a_conflict_is_tried_again_with_a_new_token(db: Database) -> None:
    with conflicts(db.client, times=3) as tokens:
        db.transact([Put(EVENTS, KEY)])

    assert len(set(tokens)) == 4
    assert db.get(EVENTS, KEY) == KEY


def test_a_transaction_still_under_way_keeps_its_token(db: Database) -> None:
    """So that its own success is not taken for another's."""
    with conflicts(db.client, times=4, code="TransactionInProgressException") as tokens:
        db.transact([Put(EVENTS, KEY)])

    assert (len(tokens), len(set(tokens))) == (5, 1)


def test_a_conflict_without_end_is_not_confirmed_in_time(db: Database) -> None:
    started = time.monotonic()

    with conflicts(db.client, times=10_000), deadline(4), pytest.raises(Unconfirmed):
        db.transact([Put(EVENTS, KEY)])

    assert time.monotonic() - started < 4


def test_what_keeps_being_outdated_is_not_confirmed_in_time() -> None:
    def attempt() -> None:
        raise Outdated

    started = time.monotonic()
    with deadline(4), pytest.raises(Unconfirmed):
        again_when_outdated(attempt)
    assert time.monotonic() - started < 4


def test_no_attempt_begins_that_could_not_end_in_time(db: Database) -> None:
    with deadline(1), pytest.raises(Unconfirmed):
        db.write(Put(EVENTS, KEY))

    assert db.get(EVENTS, KEY) is None


REFUSALS = [
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "InternalServerError",
    "ItemCollectionSizeLimitExceededException",
]


@pytest.mark.parametrize("code", REFUSALS)
def test_a_write_refused_for_now_is_not_confirmed(db: Database, code: str) -> None:
    with refusing(db.client, code), deadline(3), pytest.raises(Unconfirmed):
        db.transact([Put(EVENTS, KEY)])


@pytest.mark.parametrize("code", REFUSALS)
def test_a_reading_refused_is_unavailable(db: Database, code: str) -> None:
    with refusing(db.client, code), deadline(3), pytest.raises(Unavailable):
        db.get(EVENTS, KEY)


def test_nobody_there_is_unavailable(db: Database) -> None:
    with unreachable(db.client), deadline(3), pytest.raises(Unavailable):
        db.query(LEDGER, "a")


@pytest.mark.parametrize(
    "code", ["ValidationException", "AccessDeniedException", "ResourceNotFoundException"]
)
def test_what_is_ours_to_mend_is_an_error(db: Database, code: str) -> None:
    with refusing(db.client, code), pytest.raises(ClientError):
        db.transact([Put(EVENTS, KEY)])
