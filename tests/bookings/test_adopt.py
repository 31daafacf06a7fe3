"""`flask tables adopt`: older events take their places in the lists."""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from boto3.dynamodb.types import TypeSerializer

from scc.aws import Database, Item
from scc.bookings.adopt import adopt, adopt_new
from scc.config import read_settings
from scc.tables import BY_MATTER, BY_MONTH, BY_OPEN, EVENTS
from tests.emulator import app_environment
from tests.hooks import calls

ZONE = ZoneInfo("America/Los_Angeles")
SLUG = "2026-05-23-alice-sunset"


@pytest.fixture
def db(dynamodb: Any) -> Database:
    return Database(dynamodb, read_settings(app_environment()))


def put(db: Database, slug: str = SLUG, timestamp: int = 1767632400, **attributes: Any) -> Item:
    """An event as the older tool wrote it."""
    item = {"event_id": slug, "timestamp": timestamp, **attributes}
    db.client.put_item(TableName=db.name(EVENTS), Item={k: _typed(v) for k, v in item.items()})
    return {"event_id": slug, "timestamp": timestamp}


def _typed(value: Any) -> dict[str, Any]:
    typed: dict[str, Any] = TypeSerializer().serialize(value)
    return typed


def test_an_older_event_is_found_by_month_and_as_unpaid(db: Database) -> None:
    put(db, payment_cleared=False)

    adopt(db, ZONE)

    assert [i["event_id"] for i in db.query(EVENTS, "2026-05", index=BY_MONTH)] == [SLUG]
    assert [i["starts_at"] for i in db.query(EVENTS, "unpaid", index=BY_OPEN)] == [
        "2026-05-24T01:00:00Z"
    ]


def test_a_paid_one_is_not_among_the_unpaid(db: Database) -> None:
    put(db, payment_cleared=True, payment_amount=Decimal("450.00"))

    adopt(db, ZONE)

    assert db.query(EVENTS, "unpaid", index=BY_OPEN) == []


def test_what_the_older_tool_settled_after_adoption_leaves_the_unpaid(db: Database) -> None:
    key = put(db, payment_cleared=False)
    adopt(db, ZONE)
    db.client.update_item(
        TableName=db.name(EVENTS),
        Key={name: _typed(value) for name, value in key.items()},
        UpdateExpression="SET payment_cleared = :true",
        ExpressionAttributeValues={":true": {"BOOL": True}},
    )

    adopt(db, ZONE)

    assert db.query(EVENTS, "unpaid", index=BY_OPEN) == []


def test_money_that_waits_is_found(db: Database) -> None:
    """Of an event that SCC wrote before it knew that this money waits."""
    money = {"paid_cents": 45000, "outright": True}
    gone = {"cancelled_at": "2026-05-20T12:00:00Z", "ended": "weather", "payment_cleared": True}
    key = put(db, money=money, payment_amount=450, **gone)
    decided = put(db, "2026-05-24-bo-sunset", matter="open", payment_cleared=False)

    adopt(db, ZONE)

    assert [item["event_id"] for item in db.query(EVENTS, "open", index=BY_MATTER)] == [SLUG]
    assert "matter" not in (db.get(EVENTS, decided) or {})
    assert (db.get(EVENTS, key) or {})["money"] == money


def test_every_other_attribute_survives(db: Database) -> None:
    odd = {"crew": ["Dee", "Moana"], "source": {"ref": "BS-1"}, "payment_cleared": None}
    key = put(db, **odd)

    adopt(db, ZONE)

    item = db.get(EVENTS, key)
    assert item is not None
    assert {name: item[name] for name in odd} == odd


def test_what_has_no_date_is_undated(db: Database) -> None:
    put(db, slug="fireworks")

    adopt(db, ZONE)

    assert len(db.query(EVENTS, "undated", index=BY_MONTH)) == 1


def test_of_two_with_one_slug_the_older_is_the_twin(db: Database) -> None:
    """Also where the older tool wrote one timestamp in milliseconds."""
    older = put(db, timestamp=1767632400000)
    newer = put(db, timestamp=1767999999)

    adopt(db, ZONE)

    assert (db.get(EVENTS, older) or {}).get("twin") is True
    assert "twin" not in (db.get(EVENTS, newer) or {})


def test_a_second_run_changes_nothing(db: Database) -> None:
    put(db)
    put(db, timestamp=1767999999)
    first = adopt(db, ZONE)

    second = adopt(db, ZONE)

    assert (first.seen, first.changed, first.left) == (2, 2, 0)
    assert (second.seen, second.changed, second.left) == (2, 0, 0)


class SettledMeanwhile:
    """At the wire: just before each write of ours, the older tool settles the event."""

    def __init__(self, db: Database, key: Item, times: int) -> None:
        self.times = times
        self._db, self._key = db, {name: _typed(value) for name, value in key.items()}
        db.client.meta.events.register("before-call.dynamodb.UpdateItem", self)

    def __call__(self, **_: Any) -> None:
        if self.times > 0:
            self.times -= 1
            item = self._db.client.get_item(TableName=self._db.name(EVENTS), Key=self._key)["Item"]
            item["payment_cleared"] = {"BOOL": True}
            item["payment_amount"] = {"N": str(self.times + 1)}
            self._db.client.put_item(TableName=self._db.name(EVENTS), Item=item)


def test_an_event_that_the_older_tool_settles_meanwhile_is_read_again(db: Database) -> None:
    key = put(db, payment_cleared=False)
    SettledMeanwhile(db, key, times=1)

    outcome = adopt(db, ZONE)

    assert outcome.changed == 1
    assert db.query(EVENTS, "unpaid", index=BY_OPEN) == []
    assert (db.get(EVENTS, key) or {})["payment_cleared"] is True


def test_an_event_that_never_stands_still_is_left_and_told(db: Database) -> None:
    key = put(db, payment_cleared=False)
    SettledMeanwhile(db, key, times=100)

    outcome = adopt(db, ZONE)

    assert outcome.left == 1
    assert str(outcome).endswith("1 kept changing: run it again.")


# Every minute


def test_what_is_new_is_found_by_itself(db: Database) -> None:
    """Also of two with one slug the one that was adopted before: it is the twin now."""
    older = put(db, payment_cleared=False)
    adopt(db, ZONE)
    put(db, timestamp=1767999999)

    outcome = adopt_new(db, ZONE)

    assert (outcome.seen, outcome.changed) == (2, 2)
    assert len(db.query(EVENTS, "2026-05", index=BY_MONTH)) == 2
    assert (db.get(EVENTS, older) or {}).get("twin") is True


def test_what_was_settled_meanwhile_leaves_the_unpaid(db: Database) -> None:
    key = put(db, payment_cleared=False)
    adopt(db, ZONE)
    item = (db.get(EVENTS, key) or {}) | {"payment_cleared": True}
    db.client.put_item(TableName=db.name(EVENTS), Item={k: _typed(v) for k, v in item.items()})

    adopt_new(db, ZONE)

    assert db.query(EVENTS, "unpaid", index=BY_OPEN) == []


def test_where_nothing_is_new_nothing_comes_back(db: Database) -> None:
    for n in range(3):
        put(db, slug=f"2026-05-2{n}-alice-sunset")
    adopt(db, ZONE)

    with calls(db.client) as made:
        outcome = adopt_new(db, ZONE)

    assert (outcome.seen, outcome.changed, [call.operation for call in made]) == (3, 0, ["Scan"])
    assert "ConsistentRead" not in made[0].request
