"""P5 and P6: a page asks DynamoDB the same few things, however long the season is."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scc.context import Context
from scc.planning.search import AHEAD, BACK
from tests.emulator import Clock
from tests.given import charter, many
from tests.hooks import calls
from tests.page import PageClient

MIDDLE_OF_A_MONTH = datetime(2026, 5, 12, 18, tzinfo=UTC)
"""Before the sails of that day; what is around them is one query."""


def asked(admin: PageClient, dynamodb: Any, path: str, **options: Any) -> list[str]:
    """The calls that a page makes."""
    with calls(dynamodb) as made:
        admin.see(path, **options)
    return [call.operation for call in made]


@pytest.mark.parametrize("number", [0, 50, 1000])
def test_the_dashboard_asks_for_session_and_company_at_once_and_three_lists(
    admin: PageClient, ctx: Context, dynamodb: Any, number: int
) -> None:
    """At 0, 100 and 2,000 events."""
    many(ctx, number, ctx.today() + timedelta(days=1))
    many(ctx, number, ctx.today() - timedelta(days=1))

    assert asked(admin, dynamodb, "/scc/") == ["BatchGetItem"] + ["Query"] * 3


def test_once_in_five_minutes_it_notes_that_the_session_was_seen(
    admin: PageClient, clock: Clock, dynamodb: Any
) -> None:
    clock.advance(minutes=5)

    assert asked(admin, dynamodb, "/scc/") == ["BatchGetItem", "UpdateItem"] + ["Query"] * 3


def test_right_after_a_write_it_asks_for_the_event_too(
    admin: PageClient, ctx: Context, dynamodb: Any
) -> None:
    path = f"/scc/events/{charter(ctx).slug}/card"

    assert asked(admin, dynamodb, path) == ["BatchGetItem"] + ["Query"] * 4


def test_the_card_alone_asks_for_the_session_the_event_and_the_sails_around_it(
    admin: PageClient, ctx: Context, dynamodb: Any, clock: Clock
) -> None:
    clock.set(MIDDLE_OF_A_MONTH)
    path = f"/scc/events/{charter(ctx).slug}/card"

    made = asked(admin, dynamodb, path, headers={"X-SCC-Fragment": "1"})

    assert made == ["BatchGetItem"] + ["Query"] * 2


def test_the_dialog_asks_for_the_session_and_the_event(
    admin: PageClient, ctx: Context, dynamodb: Any
) -> None:
    path = f"/scc/events/{charter(ctx).slug}/payment"

    assert asked(admin, dynamodb, path, headers={"X-SCC-Fragment": "1"}) == [
        "BatchGetItem",
        "Query",
    ]


def test_the_event_page_asks_for_its_ledger_letters_waivers_and_the_sails_around_it(
    admin: PageClient, ctx: Context, dynamodb: Any, clock: Clock
) -> None:
    """And whether mail reaches the patron's address, where there is one."""
    clock.set(MIDDLE_OF_A_MONTH)
    tomorrow = ctx.today() + timedelta(days=1)
    event = charter(ctx, tomorrow, patron_email="alice@example.com")

    calls = asked(admin, dynamodb, f"/scc/events/{event.slug}")

    assert sorted(calls) == ["BatchGetItem", "GetItem"] + ["Query"] * 8


@pytest.mark.parametrize("query", ["month=now", "month=undated", "show=unpaid", "week=2026-06-10"])
def test_a_list_is_one_query(admin: PageClient, dynamodb: Any, query: str) -> None:
    assert asked(admin, dynamodb, f"/scc/events?{query}") == ["BatchGetItem", "Query"]


def test_a_search_asks_the_same_few_things_at_any_size(
    admin: PageClient, ctx: Context, dynamodb: Any
) -> None:
    """The session; a month each, back and ahead, and what has no date; then what it shows."""
    queries = ["Query"] * (BACK + 1 + AHEAD + 1)
    many(ctx, 600, ctx.today())

    nobody = ["BatchGetItem", *queries]
    assert asked(admin, dynamodb, "/scc/search?q=nobody") == nobody
    assert asked(admin, dynamodb, "/scc/search?q=Guest") == [*nobody, "BatchGetItem"]


def test_a_month_of_600_sails_is_one_query(admin: PageClient, ctx: Context, dynamodb: Any) -> None:
    many(ctx, 600, ctx.today())

    assert asked(admin, dynamodb, "/scc/events?month=now") == ["BatchGetItem", "Query"]
    assert len(admin.page.all(".//ol[@class='squares']//ul/li")) == 600


def test_no_page_ever_scans(admin: PageClient, ctx: Context, dynamodb: Any) -> None:
    slug = charter(ctx).slug
    pages = [
        "/scc/search?q=Alice",
        "/scc/",
        "/scc/events",
        f"/scc/events/{slug}",
        f"/scc/events/{slug}/payment",
    ]

    met = {name for path in pages for name in asked(admin, dynamodb, path)}

    assert "Scan" not in met
