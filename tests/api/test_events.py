"""`GET /api/events` and `GET /api/events/<slug>`, as the older tool's clients read them."""

import base64
import json
from decimal import Decimal
from urllib.parse import quote

import pytest

from scc.context import Context
from scc.events.api import INTERNAL, json_value
from tests import given
from tests.older import SLUG, OlderClient, OlderTool, sample
from tests.payments.acts import pay


def token(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


def test_the_list_has_every_event(older: OlderTool, api: OlderClient) -> None:
    for item in sample():
        older.put(item)

    events = api.get("/api/events").json["events"]

    assert sorted((e["event_id"], e["timestamp"]) for e in events) == sorted(
        (item["event_id"], item["timestamp"]) for item in sample()
    )


def test_each_has_all_its_attributes(older: OlderTool, api: OlderClient) -> None:
    for item in sample():
        older.put(item)

    events = {(e["event_id"], e["timestamp"]): e for e in api.get("/api/events").json["events"]}

    for item in sample():
        shown = events[item["event_id"], item["timestamp"]]
        cleared = item.get("payment_cleared") is True
        expected = {name: json_value(v) for name, v in item.items()} | {"payment_cleared": cleared}
        assert {name: shown[name] for name in expected} == expected


def test_numbers_are_json_numbers(older: OlderTool, api: OlderClient) -> None:
    older.has(payment_amount=Decimal("87.5"), guests=Decimal("8"), far=Decimal("1E+40"))

    text = api.get("/api/events").get_data(as_text=True).replace(" ", "")

    assert '"payment_amount":87.5' in text
    assert '"guests":8' in text
    assert f'"far":1{"0" * 40}' in text


def test_sccs_own_bookkeeping_is_left_out(ctx: Context, older: OlderTool, api: OlderClient) -> None:
    pay(ctx, given.charter(ctx).exact_ref, 10)

    (event,) = api.get("/api/events").json["events"]

    assert not INTERNAL & event.keys()
    assert event["price_cents"] == 45000


def test_one_event_is_answered_alone(older: OlderTool, api: OlderClient) -> None:
    older.has(guests=8)

    event = api.get(f"/api/events/{SLUG}").json

    assert (event["event_id"], event["guests"], event["payment_cleared"]) == (SLUG, 8, False)


@pytest.mark.parametrize(
    "slug",
    [
        "Alice and Bob, 4 July",
        "2026/05/23/alice",
        "2026-05-23-josé-sunset",
        "伟 🎉",
        "2026-05-23~alice",
        "alice~5",
        "alice~05",
        "~",
        "100%",
        "a?b#c&d=e+f",
        "a;b",
        '"quoted"',
        "a//b",
        "a/",
        " a ",
        "..",
        "../events",
        "openapi.json",
    ],
)
def test_an_irregular_slug_is_read_and_paid(older: OlderTool, api: OlderClient, slug: str) -> None:
    older.has(slug)

    shown = api.get(f"/api/events/{quote(slug, safe='')}")
    paid = api.log(event_id=slug)

    assert (shown.status_code, paid.status_code) == (200, 200)
    assert shown.json["event_id"] == paid.json["event_id"] == slug


def test_an_unknown_event_is_not_found(api: OlderClient) -> None:
    assert api.get("/api/events/nobody").status_code == 404


def test_a_slug_means_the_newest_and_the_other_has_its_timestamp(
    ctx: Context, api: OlderClient
) -> None:
    """Also where the older tool wrote one of the timestamps in milliseconds."""
    older_one, newer = given.older(
        ctx,
        {"event_id": SLUG, "timestamp": 1767632400000},
        {"event_id": SLUG, "timestamp": 1767999999},
    )

    assert api.get(f"/api/events/{SLUG}").json["timestamp"] == newer.timestamp
    shown = api.get(f"/api/events/{SLUG}~{older_one.timestamp}").json
    assert (shown["timestamp"], shown["ref"]) == (1767632400000, f"{SLUG}~1767632400000")


def test_a_month_is_read_by_its_index(ctx: Context, api: OlderClient) -> None:
    given.older(
        ctx,
        {"event_id": "2026-05-31-alice-night", "timestamp": 1, "start_time": "23:30"},
        {"event_id": "2026-06-01-bob-morning", "timestamp": 2},
        {"event_id": "whenever", "timestamp": 3},
    )

    def slugs(month: str) -> list[str]:
        return [e["event_id"] for e in api.get(f"/api/events?month={month}").json["events"]]

    assert slugs("2026-05") == ["2026-05-31-alice-night"]
    assert slugs("2026-06") == ["2026-06-01-bob-morning"]
    assert slugs("undated") == ["whenever"]


def test_above_4_mb_the_list_goes_on_by_next(older: OlderTool, api: OlderClient) -> None:
    for number in range(30):
        older.has(f"2026-05-23-alice{number}-sunset", notes="x" * 300_000)

    pages = [api.get("/api/events").json]
    while "next" in pages[-1]:
        pages.append(api.get(f"/api/events?next={pages[-1]['next']}").json)

    assert len(pages) > 1
    slugs = [event["event_id"] for page in pages for event in page["events"]]
    assert sorted(slugs) == sorted(f"2026-05-23-alice{n}-sunset" for n in range(30))


NEXT = {
    "no base64": "%%%",
    "no UTF-8": base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    "no pair": token([SLUG]),
    "three": token([SLUG, "1", "2"]),
    "an object": token({"a": 1, "b": 2}),
    "a number for a slug": token([5, "1"]),
    "an empty slug": token(["", "1"]),
    "half a character": base64.urlsafe_b64encode(b'["\\ud800", "1"]').decode(),
    "a slug too long for a key": token(["a" * 5000, "1"]),
    "no timestamp": token([SLUG, "now"]),
    "a timestamp that is a number": token([SLUG, 1]),
    "a timestamp too long": token([SLUG, "9" * 21]),
    "a deep list": base64.urlsafe_b64encode(b"[" * 6000).decode(),
}


@pytest.mark.parametrize("case", NEXT)
def test_a_next_that_nobody_gave_is_refused(api: OlderClient, case: str) -> None:
    answer = api.get(f"/api/events?next={quote(NEXT[case])}")

    assert answer.status_code == 400
    assert answer.json["fields"] == {"next": "Give next just as the last answer had it."}
