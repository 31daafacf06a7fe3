"""The older tool as SCC meets it: what it wrote, what it goes on writing, what its clients send."""

import hashlib
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from flask import Flask
from werkzeug.test import TestResponse

from scc.aws import Item
from scc.context import Context
from scc.events.model import Ref
from scc.events.model import ledger_partition as event_partition
from scc.tables import EVENTS, LEDGER
from tests.emulator import PASSWORD, app_environment

SAMPLE = Path(__file__).parent.parent / "dev/older-events.ddb.jsonl"
SLUG = "2026-05-23-alice-sunset"
TIMESTAMP = 1767632400
TOKEN = {"X-Admin-Token": PASSWORD}

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize


def quick_environment() -> dict[str, str]:
    """The app's settings with the older tool's hash: it takes no time, a strong one 0.3 s."""
    bare = hashlib.sha256(PASSWORD.encode()).hexdigest()
    return app_environment() | {"ADMIN_PASS_HASH": bare, "SCC_ALLOW_SHA256": "1"}


def sample() -> list[Item]:
    """The older tool's events, irregular ones included, as DynamoDB gives them."""
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()
    return [
        {name: _deserialize(value) for name, value in json.loads(line)["Item"].items()}
        for line in lines
    ]


class OlderTool:
    """Writes to the events table, and bumps no version."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._table = ctx.db.name(EVENTS)
        self.ref = Ref(SLUG, TIMESTAMP)
        """The event that `has` gives unless told otherwise."""

    def has(self, slug: str = SLUG, timestamp: int = TIMESTAMP, **attributes: Any) -> Ref:
        """An event in its table; gives its exact address."""
        self.put({"event_id": slug, "timestamp": timestamp, **attributes})
        return Ref(slug, timestamp)

    def put(self, item: Item) -> None:
        typed = {name: _serialize(value) for name, value in item.items()}
        self._ctx.db.client.put_item(TableName=self._table, Item=typed)

    def settles(self, ref: Ref, amount: str, at: str = "2026-03-01T10:00:00Z") -> None:
        """Logs a payment its own way: it sets the three attributes, whatever stood there."""
        self.sets(ref, payment_cleared=True, payment_cleared_at=at, payment_amount=Decimal(amount))

    def sets(self, ref: Ref, **attributes: Any) -> None:
        self.put(stored(self._ctx, ref) | attributes)

    def loses(self, ref: Ref, *names: str, **attributes: Any) -> None:
        """Takes attributes away from an event, and sets some."""
        left = {name: v for name, v in stored(self._ctx, ref).items() if name not in names}
        self.put(left | attributes)


def stored(ctx: Context, ref: Ref) -> Item:
    """The event's item as it is in the table."""
    item = ctx.db.get(EVENTS, {"event_id": ref.slug, "timestamp": ref.timestamp})
    assert item is not None, f"no {ref}"
    return item


def rows(ctx: Context, ref: Ref) -> list[Item]:
    """All that the ledger holds of an event."""
    assert ref.timestamp is not None
    return ctx.db.query(LEDGER, event_partition(ref.slug, ref.timestamp))


def entries(ctx: Context, ref: Ref) -> list[Item]:
    """The event's money entries by number."""
    return [row for row in rows(ctx, ref) if row["sk"].startswith("entry#")]


def payments(ctx: Context, ref: Ref) -> list[Item]:
    """Of these the payments alone: an event planned with a price has an entry for that."""
    return [row for row in entries(ctx, ref) if row["kind"] == "payment"]


def audited(ctx: Context, ref: Ref) -> list[Item]:
    """What the audit says of an event, in order."""
    return [row for row in rows(ctx, ref) if row["sk"].startswith("audit#")]


class OlderClient:
    """A script that speaks JSON and sends X-Admin-Token."""

    def __init__(self, app: Flask) -> None:
        self._client = app.test_client()

    def get(self, path: str, **options: Any) -> TestResponse:
        return self._client.get(path, headers=TOKEN, **options)

    def post(self, body: bytes | str, headers: dict[str, str] | None = None) -> TestResponse:
        """A body as it is, by default as `curl -d` sends it."""
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._client.post(
            "/api/log-payment", data=body, headers=TOKEN | form | (headers or {})
        )

    def log(self, key: str | None = None, **fields: Any) -> TestResponse:
        """A payment: $450 from Alice, unless told otherwise; None leaves a field out."""
        body = {"event_id": SLUG, "patron_name": "Alice Moreno", "amount": 450} | fields
        given = {name: value for name, value in body.items() if value is not None}
        headers = {"Idempotency-Key": key} if key else {}
        return self.post(json.dumps(given), headers)
