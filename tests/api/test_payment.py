"""`POST /api/log-payment` and `/api/payment-log`, as the older tool's clients use them."""

import json
from typing import Any

import pytest
from flask import Flask

from scc.context import Context
from tests import given
from tests.older import SLUG, TOKEN, OlderClient, OlderTool, entries, stored

GOOD = {"event_id": SLUG, "patron_name": "Alice Moreno", "amount": 450}


@pytest.mark.parametrize("path", ["/api/log-payment", "/api/payment-log"])
def test_both_names_log_a_payment(app: Flask, older: OlderTool, path: str) -> None:
    older.has()

    answer = app.test_client().post(path, json=GOOD, headers=TOKEN)

    assert answer.json["payment_cleared"] is True


def test_the_answer_is_the_whole_event_at_the_top_level(older: OlderTool, api: OlderClient) -> None:
    ref = older.has(patron_name="Alice Moreno", guests=8, crew=["Dee"], source={"site": "x"})

    body = api.log(payment_method="Zelle").json

    assert body.pop("payment_cleared_at").endswith("Z")
    assert len(body.pop("payment_id")) == 32
    assert body == {
        "event_id": SLUG,
        "timestamp": ref.timestamp,
        "ref": SLUG,
        "patron_name": "Alice Moreno",
        "guests": 8,
        "crew": ["Dee"],
        "source": {"site": "x"},
        "payment_cleared": True,
        "payment_amount": 450,
        "payment_method": "zelle",
        "starts_at": "2026-05-24T01:00:00Z",
    }


@pytest.mark.parametrize("sent", ["450", "450.0", "450.00", '"450"', '"$450.00"', '"  450 "'])
def test_amounts_are_json_numbers_in_the_answer(
    older: OlderTool, api: OlderClient, sent: str
) -> None:
    older.has()

    answer = api.post(f'{{"event_id": "{SLUG}", "patron_name": "Alice", "amount": {sent}}}')

    assert '"payment_amount":450,' in answer.get_data(as_text=True).replace(" ", "")


def test_an_amount_never_passes_through_a_float(
    ctx: Context, older: OlderTool, api: OlderClient
) -> None:
    ref = older.has()

    api.post(f'{{"event_id": "{SLUG}", "patron_name": "Alice", "amount": 450.10}}')

    assert entries(ctx, ref)[0]["cents"] == 45010
    assert str(stored(ctx, ref)["payment_amount"]) == "450.1"


@pytest.mark.parametrize(
    "content_type",
    ["application/x-www-form-urlencoded", "text/plain", "application/json", "", "multipart/x"],
)
def test_the_body_is_json_whatever_its_type_says(
    older: OlderTool, api: OlderClient, content_type: str
) -> None:
    older.has()

    assert api.post(json.dumps(GOOD), {"Content-Type": content_type}).status_code == 200


def test_a_byte_order_mark_is_no_obstacle(older: OlderTool, api: OlderClient) -> None:
    older.has()

    assert api.post(b"\xef\xbb\xbf" + json.dumps(GOOD).encode()).status_code == 200


def test_fields_nobody_knows_are_ignored(older: OlderTool, api: OlderClient) -> None:
    older.has()

    answer = api.log(more_to_come=True, tip=5, actor="x", odd={"a": [1e300, "\ud800"]})

    assert answer.status_code == 200


@pytest.mark.parametrize("method", [None, "", "cash"])
def test_the_method_may_be_left_out(older: OlderTool, api: OlderClient, method: str | None) -> None:
    older.has()

    assert api.log(payment_method=method).status_code == 200


def test_null_for_the_method_is_no_method(older: OlderTool, api: OlderClient) -> None:
    older.has()

    answer = api.post(json.dumps(GOOD | {"payment_method": None}))

    assert "payment_method" not in answer.json


def test_a_key_sent_again_gives_the_same_payment(
    ctx: Context, older: OlderTool, api: OlderClient
) -> None:
    ref = older.has()
    first = api.log(key="k1")

    second = api.log(key="k1")

    assert second.json == first.json
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(entries(ctx, ref)) == 1


def test_it_gives_the_event_as_it_is_now(older: OlderTool, api: OlderClient) -> None:
    older.has()
    api.log(key="k1")
    api.log(key="k2", amount=50)

    again = api.log(key="k1")

    assert (again.json["payment_id"], again.json["payment_amount"]) == ("k1", 500)


OTHER: list[dict[str, Any]] = [
    {"amount": 451},
    {"patron_name": "Bob"},
    {"payment_method": "cash"},
    {"payment_method": "Bitcoin"},
    {"event_id": "2026-05-24-bob-sunset"},
]


@pytest.mark.parametrize("other", OTHER, ids=str)
def test_a_key_with_another_body_is_refused(
    ctx: Context, older: OlderTool, api: OlderClient, other: dict[str, Any]
) -> None:
    ref = older.has()
    older.has("2026-05-24-bob-sunset")
    api.log(key="k1", payment_method="Doubloons")

    answer = api.log(key="k1", **{"payment_method": "Doubloons"} | other)

    assert answer.status_code == 422
    assert "$450 from Alice Moreno" in answer.json["error"]
    assert len(entries(ctx, ref)) == 1


def test_without_a_key_the_same_within_two_minutes_is_a_retry(
    ctx: Context, older: OlderTool, api: OlderClient
) -> None:
    ref = older.has()
    first = api.log()

    second = api.log()

    assert second.json["payment_id"] == first.json["payment_id"]
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(entries(ctx, ref)) == 1


@pytest.mark.parametrize(
    "other", [{"amount": 451}, {"patron_name": "Bob"}, {"payment_method": "Bitcoin"}], ids=str
)
def test_what_differs_is_a_payment_of_its_own(
    ctx: Context, older: OlderTool, api: OlderClient, other: dict[str, Any]
) -> None:
    ref = older.has()
    api.log(payment_method="Doubloons")

    api.log(**{"payment_method": "Doubloons"} | other)

    assert len(entries(ctx, ref)) == 2


def test_a_slug_with_two_events_pays_the_newer(
    ctx: Context, older: OlderTool, api: OlderClient
) -> None:
    first = older.has(timestamp=1767632400)
    second = older.has(timestamp=1767632500)

    api.log()

    assert (len(entries(ctx, first)), len(entries(ctx, second))) == (0, 1)


def test_the_older_is_paid_by_its_timestamp(
    ctx: Context, older: OlderTool, api: OlderClient
) -> None:
    first = older.has(timestamp=1767632400)
    older.has(timestamp=1767632500)

    answer = api.log(event_id=str(first))

    assert answer.json["timestamp"] == 1767632400
    assert len(entries(ctx, first)) == 1


def test_what_was_just_logged_reads_as_it_does_later(ctx: Context, api: OlderClient) -> None:
    event = given.charter(ctx, guests=6)

    first = api.log(event_id=event.slug, key="k1").json

    assert first["price_cents"] == 45000
    assert first == api.log(event_id=event.slug, key="k1").json
