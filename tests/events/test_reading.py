"""P6: lists are read by an index, alike at any number of events; nothing is scanned."""

from typing import Any

import pytest

from scc.context import Context
from scc.tables import EVENTS
from tests import given
from tests.hooks import calls
from tests.older import SLUG, OlderClient, OlderTool
from tests.page import PageClient
from tests.payments.acts import pay

PAGES = [
    "/scc/",
    "/scc/events",
    "/scc/events?month=2026-05",
    "/scc/events?month=undated",
    "/scc/events?show=unpaid",
    f"/scc/events/{SLUG}",
    f"/scc/events/{SLUG}/payment",
    f"/scc/events/{SLUG}/card",
    f"/scc/events/{SLUG}/change",
    "/scc/events/new",
]


def fill(ctx: Context, month: str, events: int) -> None:
    """So many events in a month, as they stand in the table."""
    client, table = ctx.db.client, ctx.db.name(EVENTS)
    puts = [
        {
            "PutRequest": {
                "Item": {
                    "event_id": {"S": f"{month}-{n % 28 + 1:02}-alice{n}-sunset"},
                    "timestamp": {"N": "1767632400"},
                    "month": {"S": month},
                    "starts_at": {"S": f"{month}-{n % 28 + 1:02}T20:00:00Z"},
                    "open": {"S": "unpaid"},
                }
            }
        }
        for n in range(events)
    ]
    for start in range(0, len(puts), 25):
        client.batch_write_item(RequestItems={table: puts[start : start + 25]})


@pytest.mark.parametrize("reader", ["page", "api"])
def test_a_month_is_read_alike_at_50_and_at_2000_events(
    ctx: Context, admin: PageClient, api: OlderClient, reader: str
) -> None:
    fill(ctx, "2026-05", 50)
    api.get("/api/events?month=undated")
    few = reading(ctx, admin, api, reader)
    for month in range(39):
        fill(ctx, f"{2027 + month // 12}-{month % 12 + 1:02}", 50)

    many = reading(ctx, admin, api, reader)

    assert many == few
    assert [operation for operation, _ in many if operation == "Query"] == ["Query"]


def reading(
    ctx: Context, admin: PageClient, api: OlderClient, reader: str
) -> list[tuple[str, dict[str, Any]]]:
    with calls(ctx.db.client) as made:
        if reader == "page":
            page = admin.see("/scc/events?month=2026-05")
            assert len(page.all(".//ol[@class='squares']//ul/li")) == 50
        else:
            assert len(api.get("/api/events?month=2026-05").json["events"]) == 50
    return [tuple(call) for call in made]  # type: ignore[misc]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_scans(ctx: Context, older: OlderTool, admin: PageClient, path: str) -> None:
    older.has(patron_name="Alice Moreno")

    with calls(ctx.db.client) as made:
        admin.see(path)

    assert {call.operation for call in made} <= {"BatchGetItem", "GetItem", "Query"}


def test_no_write_scans(ctx: Context) -> None:
    with calls(ctx.db.client) as made:
        pay(ctx, given.charter(ctx).exact_ref, 100)

    assert {call.operation for call in made} <= {"GetItem", "Query", "TransactWriteItems"}


def test_the_whole_list_alone_is_scanned_and_consistently(
    ctx: Context, older: OlderTool, api: OlderClient
) -> None:
    older.has()
    api.get("/api/events?month=undated")

    with calls(ctx.db.client) as made:
        api.get("/api/events")

    assert [(call.operation, call.request["ConsistentRead"]) for call in made] == [("Scan", True)]
