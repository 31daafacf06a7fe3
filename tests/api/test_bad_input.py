"""What a client gets wrong: a clear answer in JSON, a message for each field, nothing written."""

import json
from typing import Any

import pytest

from scc.context import Context
from tests.hooks import calls
from tests.older import SLUG, OlderClient, OlderTool

GOOD = {"event_id": SLUG, "patron_name": "Alice Moreno", "amount": 450}

FIELDS: dict[str, tuple[str, Any]] = {
    "amount 0": ("amount", 0),
    "amount 0.00 as text": ("amount", "0.00"),
    "amount -5": ("amount", -5),
    "amount abc": ("amount", "abc"),
    "amount 1e3": ("amount", "1e3"),
    "amount 12,50": ("amount", "12,50"),
    "amount a thousand million": ("amount", 1_000_000_000),
    "amount three decimals": ("amount", 1.005),
    "amount true": ("amount", True),
    "amount a list": ("amount", [450]),
    "amount an object": ("amount", {"dollars": 450}),
    "amount null": ("amount", None),
    "amount empty": ("amount", ""),
    "amount in other figures": ("amount", "٤٥٠"),
    "amount with 400 figures": ("amount", 10**400),
    "name null": ("patron_name", None),
    "name empty": ("patron_name", ""),
    "name blank": ("patron_name", " \u00a0"),
    "name an object": ("patron_name", {"first": "Alice"}),
    "name a number": ("patron_name", 7),
    "name true": ("patron_name", True),
    "name with NUL": ("patron_name", "Alice\0Moreno"),
    "name with a line break": ("patron_name", "Alice\r\nBcc: x"),
    "name with half a character": ("patron_name", "Alice \ud800"),
    "name of 121 characters": ("patron_name", "a" * 121),
    "event null": ("event_id", None),
    "event empty": ("event_id", ""),
    "event a number": ("event_id", 20260523),
    "event a list": ("event_id", [SLUG]),
    "event with half a character": ("event_id", "\udfff"),
    "method a number": ("payment_method", 1),
    "method a list": ("payment_method", ["cash"]),
    "method with NUL": ("payment_method", "ca\0sh"),
}

BODIES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "Send one JSON object."),
    "no JSON": (b"event_id=x&amount=450", "Send one JSON object."),
    "half of JSON": (b'{"event_id": "x"', "Send one JSON object."),
    "a list": (b"[]", "Send one JSON object."),
    "a text": (b'"x"', "Send one JSON object."),
    "a number": (b"450", "Send one JSON object."),
    "null": (b"null", "Send one JSON object."),
    "two objects": (b"{}{}", "Send one JSON object."),
    "no UTF-8": (b'{"patron_name": "Jos\xe9"}', "Send the body in UTF-8."),
    "UTF-16": ('{"amount": 1}'.encode("utf-16"), "Send the body in UTF-8."),
    "a field twice": (b'{"amount": 1, "amount": 450}', "Give each field once."),
    "a field twice, deeper": (b'{"x": {"a": 1, "a": 2}}', "Give each field once."),
    "NaN": (b'{"amount": NaN}', "NaN is no JSON number."),
    "Infinity": (b'{"amount": -Infinity}', "-Infinity is no JSON number."),
    "a deep list": (b"[" * 30_000, "Send one JSON object."),
    "a deep object": (b'{"a":' * 9_000, "Send one JSON object."),
}


@pytest.mark.parametrize("case", FIELDS)
def test_a_wrong_field_is_named_and_nothing_written(
    ctx: Context, older: OlderTool, api: OlderClient, case: str
) -> None:
    older.has()
    name, value = FIELDS[case]
    api.get("/api/events")

    with calls(ctx.db.client) as made:
        answer = api.post(json.dumps(GOOD | {name: value}))

    assert answer.status_code == 400
    assert answer.json.keys() == {"error", "fields", "request_id"}
    assert answer.json["fields"].keys() == {name}
    assert not made


@pytest.mark.parametrize("case", BODIES)
def test_a_body_that_is_no_object_is_refused(ctx: Context, api: OlderClient, case: str) -> None:
    body, reason = BODIES[case]
    api.get("/api/events")

    with calls(ctx.db.client) as made:
        answer = api.post(body)

    assert answer.status_code == 400
    assert answer.json["fields"] == {"body": reason}
    assert not made


def test_every_wrong_field_is_named_at_once(api: OlderClient) -> None:
    answer = api.post("{}")

    assert answer.json["fields"].keys() == {"event_id", "patron_name", "amount"}


def test_2_mb_are_too_large(ctx: Context, older: OlderTool, api: OlderClient) -> None:
    older.has()

    answer = api.log(note="x" * 2_000_000)

    assert answer.status_code == 413
    assert answer.json["error"] == "That is too large: 64 KB at most."


def test_an_unknown_event_is_not_found(api: OlderClient) -> None:
    answer = api.log(event_id="2026-05-23-nobody-sunset")

    assert answer.status_code == 404
    assert answer.json["error"] == "There is no such event."


@pytest.mark.parametrize("slug", ["a" * 1025, "\0", " ", "~", "~5", "x~", "x~5", "x~" + "9" * 30])
def test_an_impossible_event_is_not_found(api: OlderClient, slug: str) -> None:
    assert api.log(event_id=slug).status_code == 404


@pytest.mark.parametrize("key", ["", " ", "é", "two words", "k" * 129])
def test_a_malformed_key_is_refused(older: OlderTool, api: OlderClient, key: str) -> None:
    older.has()

    answer = api.post(json.dumps(GOOD), {"Idempotency-Key": key})

    assert answer.status_code == 400
    assert answer.json["fields"].keys() == {"Idempotency-Key"}


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/api/events?month=May", "month"),
        ("/api/events?month=", "month"),
        ("/api/events?month=2026-5", "month"),
        ("/api/events?month=2026-13", "month"),
        ("/api/events?month=2026-00", "month"),
        ("/api/events?month=2026-05%0a", "month"),
        ("/api/events?month=٢٠٢٦-٠٥", "month"),
    ],
)
def test_a_wrong_month_is_refused(api: OlderClient, path: str, field: str) -> None:
    answer = api.get(path)

    assert answer.status_code == 400
    assert answer.json["fields"].keys() == {field}
