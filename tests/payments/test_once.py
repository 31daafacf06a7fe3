"""R1: one payment is one ledger entry, however many times it is sent at once."""

from typing import Any

import pytest

from scc.context import Context
from tests.older import OlderTool, entries, stored
from tests.page import PageClient
from tests.payments.taps import api_rounds, by_api, form_rounds
from tests.wire import Browser, at_once

ROUNDS = 50
TAPS = 16


@pytest.mark.long
def test_one_key_at_once_by_api_is_one_entry(
    ctx: Context, older: OlderTool, live_server: str
) -> None:
    for found in api_rounds(ctx, older, live_server, ROUNDS, TAPS):
        assert found.statuses == {200}
        assert found.payment_ids == {found.key}
        assert [entry["id"] for entry in found.entries] == [found.key]


@pytest.mark.long
def test_one_form_submitted_at_once_is_one_entry(
    ctx: Context, older: OlderTool, admin: PageClient, live_server: str
) -> None:
    for found in form_rounds(ctx, older, Browser(admin, live_server), ROUNDS, TAPS):
        assert found.statuses == {303}
        assert found.payment_ids == {found.key}
        assert [entry["id"] for entry in found.entries] == [found.key]


def test_without_the_keys_guard_there_would_be_more(
    ctx: Context, older: OlderTool, live_server: str
) -> None:
    ctx.db.client.meta.events.register(
        "before-parameter-build.dynamodb.TransactWriteItems", _without_the_keys_condition
    )

    (found,) = api_rounds(ctx, older, live_server, 1, TAPS)

    assert len(found.entries) > 1


def _without_the_keys_condition(params: dict[str, Any], **_: Any) -> None:
    puts = [write["Put"] for write in params["TransactItems"] if "Put" in write]
    for put in puts:
        if put["Item"].get("sk") == {"S": "key"}:
            del put["ConditionExpression"], put["ExpressionAttributeNames"]


def test_an_older_clients_retries_at_once_are_one_entry(
    ctx: Context, older: OlderTool, live_server: str
) -> None:
    ref = older.has()

    answers = at_once([by_api(live_server, ref.slug, key=None)] * TAPS)

    (entry,) = entries(ctx, ref)
    assert {answer.payment_id for answer in answers} == {entry["id"]}


def test_different_payments_at_once_are_all_logged(
    ctx: Context, older: OlderTool, live_server: str
) -> None:
    ref = older.has()

    answers = at_once([by_api(live_server, ref.slug, f"key-{n}", amount=n) for n in range(1, 33)])

    assert {answer.status for answer in answers} == {200}
    assert [entry["number"] for entry in entries(ctx, ref)] == list(range(1, 33))
    assert stored(ctx, ref)["payment_amount"] == sum(range(1, 33))
