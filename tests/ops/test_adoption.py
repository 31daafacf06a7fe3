"""`flask adopt`: what the older tool left is looked at and taken over, while it goes on writing."""

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import boto3
import pytest
from boto3.dynamodb.types import TypeDeserializer
from click.testing import CliRunner, Result

from scc.aws import Item, make_client
from scc.context import Context
from scc.events import store
from scc.ops import data
from scc.ops.adoption.commands import adopt_group
from scc.ops.archive import Archive
from scc.ops.function import client as command_client
from scc.ops.tables import Names, apply, plan
from scc.ops.zappa_settings import stage_settings
from scc.tables import STATE
from tests.cloudfront import distribution, make_site, older_config
from tests.emulator import PASSWORD, app_environment, free_bucket
from tests.older import SAMPLE, sample
from tests.ops.small_function import make_function
from tests.ops.test_tables import older_table

TABLE = "charters"
NAMES = Names("production", TABLE)
SITE = "the-older-site"
BARE = hashlib.sha256(PASSWORD.encode()).hexdigest()
TOKEN = '{"token": "canary-of-the-older-tool"}'
OWN = {"SCC_STAGE": "production", "SCC_PUBLIC_URL": "https://www.example.com"}
WITH_TABLE = ("production", "--events-table", TABLE)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(adopt_group, list(arguments))


def did(*arguments: str) -> str:
    done = run(*arguments)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def ctx(aws: dict[str, str]) -> Context:
    """The older tool's table with its events, as it made it."""
    client: Any = make_client("dynamodb")
    older_table(client, TABLE)
    apply(
        client, [step for step in plan(client, NAMES) if step.table == NAMES.of(STATE)], print
    )  # `stage apply` came first
    ctx = data.without_secrets(client, NAMES)
    lines = [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]
    puts = [{"PutRequest": line} for line in lines]
    for first in range(0, len(puts), 25):
        client.batch_write_item(RequestItems={TABLE: puts[first : first + 25]})
    return ctx


@pytest.fixture
def functions(aws: dict[str, str]) -> Iterator[Any]:
    """The older function, open at an address of its own, and SCC's, which has no secrets yet."""
    archive = Archive("production", stage_settings("production")["s3_bucket"])
    archive.apply(archive.plan("us-west-2"))
    lambdas = make_function(
        "shipcaptaincrew-prod",
        {"EVENTS_TABLE": TABLE, "ADMIN_PASS_HASH": BARE, "GMAIL_TOKEN": TOKEN, "DEBUG": "canary"},
    )
    lambdas.create_function_url_config(FunctionName="shipcaptaincrew-prod", AuthType="NONE")
    keys = {name: app_environment()[name] for name in ("SECRET_KEY", "SCC_SEAL_KEYS")}
    make_function("scc-production", keys | OWN)
    yield lambdas
    free_bucket(archive.bucket)


def variables_of(name: str) -> dict[str, str]:
    found = command_client("lambda").get_function_configuration(FunctionName=name)
    return dict(found["Environment"]["Variables"])


def stored(ctx: Context) -> dict[tuple[str, Decimal], Item]:
    pages = ctx.db.client.get_paginator("scan").paginate(TableName=TABLE, ConsistentRead=True)
    read = TypeDeserializer().deserialize
    items = [
        {name: read(value) for name, value in item.items()}
        for page in pages
        for item in page["Items"]
    ]
    return {(item["event_id"], item["timestamp"]): item for item in items}


# Looking


@pytest.fixture
def looked(ctx: Context, functions: Any) -> Iterator[str]:
    cloudfront, s3 = make_client("cloudfront"), command_client("s3")
    make_site(s3, SITE)
    with distribution(cloudfront, older_config(SITE, "abc.lambda-url.us-west-2.on.aws")):
        yield did("look", *WITH_TABLE)
    free_bucket(SITE)


LOOKED = (
    "It has 81 events; 81 are in no list of SCC yet.",
    "events have an irregular slug",
    "2026-07-04-fireworks",
    "the name means the newest, the others are",
    "payment_cleared is no BOOL: anything but true reads as not paid",
    "shipcaptaincrew-prod works on charters (its variable EVENTS_TABLE).",
    "ADMIN_PASS_HASH of shipcaptaincrew-prod is a bare SHA-256",
    "answers at https://",
    "past the edge, to anybody",
    "It has ADMIN_PASS_HASH, GMAIL_TOKEN, which SCC can take over.",
    "It has variables that SCC does not take: DEBUG.",
    "/api/events (the API) goes to the older function (abc.lambda-url.us-west-2.on.aws), and its "
    "answers are cached",
    f"/g/2026-05-23/waiver (waiver links) goes to S3 ({SITE})",
    "The error 403 is answered by /index.html with 200, the API's too.",
)


def test_look_says_what_there_is_and_no_value(looked: str) -> None:
    assert [words for words in LOOKED if words not in looked] == []
    for private in (BARE, TOKEN, "canary", app_environment()["SECRET_KEY"]):
        assert private not in looked


def test_look_and_plan_change_nothing(ctx: Context, functions: Any) -> None:
    before = stored(ctx), variables_of("scc-production")

    did("look", *WITH_TABLE)
    planned = did("plan", *WITH_TABLE)

    assert "add the index by_month" in planned
    assert "place 81 of 81 events in the lists" in planned
    assert "take ADMIN_PASS_HASH over from shipcaptaincrew-prod" in planned
    assert "edge apply --only '/api/*' --only '/g/*'" in planned
    assert (stored(ctx), variables_of("scc-production")) == before


def test_production_must_say_its_table(aws: dict[str, str]) -> None:
    assert "Which table has the events?" in run("look", "production").output


# While the older tool goes on


class Writing(threading.Thread):
    """The older tool at work: it plans events, and logs payments by setting three attributes."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(daemon=True)
        self._client: Any = make_client("dynamodb")
        self._slugs = [item for item in sample() if item.get("payment_cleared") is False]
        self.stop = threading.Event()
        self.planned: list[Item] = []
        self.paid: dict[tuple[str, Decimal], Decimal] = {}
        self.failed: list[Exception] = []

    def run(self) -> None:
        number = 0
        while not self.stop.is_set():
            number += 1
            try:
                self._plan(number)
                self._pay(self._slugs[number % len(self._slugs)], Decimal(number))
            except Exception as error:
                self.failed.append(error)
            time.sleep(0.01)

    def _plan(self, number: int) -> None:
        name = "".join(chr(ord("a") + int(digit)) for digit in str(number))
        slug = f"2031-06-07-{name}-sunset"
        key = {"event_id": {"S": slug}, "timestamp": {"N": str(1790000000 + number)}}
        self._client.put_item(TableName=TABLE, Item={**key, "source": {"S": "phone"}})
        self.planned.append({"event_id": slug, "timestamp": Decimal(1790000000 + number)})

    def _pay(self, item: Item, amount: Decimal) -> None:
        self._client.update_item(
            TableName=TABLE,
            Key={"event_id": {"S": item["event_id"]}, "timestamp": {"N": str(item["timestamp"])}},
            UpdateExpression="SET payment_cleared = :t, payment_cleared_at = :w, "
            "payment_amount = :a",
            ExpressionAttributeValues={
                ":t": {"BOOL": True},
                ":w": {"S": "2026-03-01T10:00:00Z"},
                ":a": {"N": str(amount)},
            },
        )
        self.paid[item["event_id"], item["timestamp"]] = amount


@contextmanager
def at_work(ctx: Context) -> Iterator[Writing]:
    tool = Writing(ctx)
    tool.start()
    try:
        yield tool
    finally:
        tool.stop.set()
        tool.join()


def test_every_step_there_and_back_while_it_writes(ctx: Context, functions: Any) -> None:
    before = stored(ctx)
    with at_work(ctx) as tool:
        did("apply", *WITH_TABLE, "indexes")
        did("apply", *WITH_TABLE, "attributes")
    did("apply", *WITH_TABLE, "attributes")  # as the schedule does, for what came last

    there = stored(ctx)
    assert not tool.failed and len(tool.planned) > 3 and tool.paid
    _holds_what_was_written(there, before, tool)
    assert len(store.in_month(ctx, "2031-06")) == len(tool.planned)
    assert not {(e.slug, e.timestamp) for e in store.unpaid_before(ctx, None)} & tool.paid.keys()
    assert did("plan", *WITH_TABLE).startswith("indexes: done\nattributes: done\n")

    with at_work(ctx) as again:
        did("undo", *WITH_TABLE, "attributes")
        did("undo", *WITH_TABLE, "indexes")
    did("undo", *WITH_TABLE, "attributes")
    back = stored(ctx)
    assert not again.failed
    tool.paid |= again.paid
    _holds_what_was_written(back, before, tool)
    assert not [item for item in back.values() if {"month", "starts_at", "open"} & item.keys()]
    table = ctx.db.client.describe_table(TableName=TABLE)["Table"]
    assert not table.get("GlobalSecondaryIndexes")


def _holds_what_was_written(now: dict[Any, Item], before: dict[Any, Item], tool: Writing) -> None:
    """Nothing of the older tool's is lost or changed."""
    changing = {"payment_cleared", "payment_cleared_at", "payment_amount"}
    for key, item in before.items():
        was = {name: value for name, value in item.items() if name not in changing}
        assert now[key].items() >= was.items()
    for key, amount in tool.paid.items():
        assert (now[key]["payment_cleared"], now[key]["payment_amount"]) == (True, amount)
    for item in tool.planned:
        assert now[item["event_id"], item["timestamp"]]["source"] == "phone"


def test_what_scc_wrote_is_not_taken_back(ctx: Context) -> None:
    did("apply", *WITH_TABLE, "indexes")
    did("apply", *WITH_TABLE, "attributes")
    first = next(iter(stored(ctx).values()))
    ctx.db.client.update_item(
        TableName=TABLE,
        Key={"event_id": {"S": first["event_id"]}, "timestamp": {"N": str(first["timestamp"])}},
        UpdateExpression="SET version = :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )

    undone = did("undo", *WITH_TABLE, "attributes")

    assert "Taken off 80 events; 1 stay as they are" in undone
    assert "month" in stored(ctx)[first["event_id"], first["timestamp"]]


def test_what_scc_writes_meanwhile_keeps_its_place(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading an event and taking its attributes off, SCC logs a payment of it."""
    did("apply", *WITH_TABLE, "indexes")
    did("apply", *WITH_TABLE, "attributes")
    make = boto3.session.Session.client
    plain: Any = make_client("dynamodb")
    written: list[Item] = []

    def write_first(params: dict[str, Any], **_: Any) -> None:
        key = json.loads(params["body"])["Key"]
        if not written:
            written.append(key)
            plain.update_item(
                TableName=TABLE,
                Key=key,
                UpdateExpression="SET version = :one",
                ExpressionAttributeValues={":one": {"N": "1"}},
            )

    def client(self: Any, service: str, **options: Any) -> Any:
        made = make(self, service, **options)
        made.meta.events.register("before-call.dynamodb.UpdateItem", write_first)
        return made

    monkeypatch.setattr(boto3.session.Session, "client", client)
    did("undo", *WITH_TABLE, "attributes")

    [key] = written
    item = plain.get_item(TableName=TABLE, Key=key)["Item"]
    assert {"month", "starts_at", "version"} <= item.keys()


# Secrets


def test_secrets_go_by_name_and_come_back_and_none_is_told(ctx: Context, functions: Any) -> None:
    before = variables_of("scc-production")

    refused = run("apply", *WITH_TABLE, "secrets")
    taken = did("apply", *WITH_TABLE, "secrets", "--allow-sha256")

    assert refused.exit_code == 1
    assert "is a bare SHA-256. Set a strong hash of the same password" in refused.output
    now = variables_of("scc-production")
    wanted = {"ADMIN_PASS_HASH": BARE, "GMAIL_TOKEN": TOKEN, "SCC_ALLOW_SHA256": "1"}
    assert now == before | wanted
    assert "Taken over: ADMIN_PASS_HASH, GMAIL_TOKEN" in taken
    assert "secrets: done" in did("plan", *WITH_TABLE)
    kept = command_client("s3").get_object(
        Bucket=stage_settings("production")["s3_bucket"], Key="adoption/production/secrets.json"
    )
    assert BARE.encode() not in kept["Body"].read()

    undone = did("undo", *WITH_TABLE, "secrets")

    assert variables_of("scc-production") == before
    assert variables_of("shipcaptaincrew-prod")["ADMIN_PASS_HASH"] == BARE
    for output in (refused.output, taken, undone):
        assert BARE not in output and "canary" not in output
    assert "Nothing was taken over" in run("undo", *WITH_TABLE, "secrets").output


def test_what_is_set_already_stays_until_it_is_named(ctx: Context, functions: Any) -> None:
    strong = app_environment()["ADMIN_PASS_HASH"]
    functions.update_function_configuration(
        FunctionName="scc-production",
        Environment={"Variables": variables_of("scc-production") | {
            "ADMIN_PASS_HASH": strong, "GMAIL_TOKEN": '{"token": "new"}'
        }},
    )  # fmt: skip

    planned = did("plan", *WITH_TABLE)
    did("apply", *WITH_TABLE, "secrets", "--take", "GMAIL_TOKEN")

    assert "(ADMIN_PASS_HASH is another one here, and stays;" in planned
    now = variables_of("scc-production")
    assert (now["ADMIN_PASS_HASH"], now["GMAIL_TOKEN"]) == (strong, TOKEN)
    did("undo", *WITH_TABLE, "secrets")
    assert json.loads(variables_of("scc-production")["GMAIL_TOKEN"]) == {"token": "new"}


def test_what_is_malformed_is_refused_and_nothing_is_to_be_taken_back(
    ctx: Context, functions: Any
) -> None:
    found = variables_of("shipcaptaincrew-prod") | {"GMAIL_TOKEN": "ya29.no-json"}
    functions.update_function_configuration(
        FunctionName="shipcaptaincrew-prod", Environment={"Variables": found}
    )
    before = variables_of("scc-production")

    refused = run("apply", *WITH_TABLE, "secrets", "--allow-sha256")

    assert "GMAIL_TOKEN is the token file" in refused.output
    assert variables_of("scc-production") == before
    assert "Nothing was taken over" in run("undo", *WITH_TABLE, "secrets").output


def test_without_an_older_function_it_asks_which(ctx: Context) -> None:
    done = run("apply", *WITH_TABLE, "secrets")

    assert done.exit_code == 1
    assert "There is no function shipcaptaincrew-prod: name it" in done.output
