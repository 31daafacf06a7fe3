"""Finding an event by what somebody remembers of it."""

from datetime import date, timedelta

import pytest

from scc.context import Context
from scc.planning.search import AHEAD, BACK
from tests.given import charter, older
from tests.page import Page, PageClient, words


def names(page: Page) -> list[str]:
    return [words(name) for name in page.all(".//article/h4")]


def search(admin: PageClient, asked: str, **more: str) -> list[str]:
    admin.get("/scc/search", query_string={"q": asked, **more})
    assert admin.page.response.status_code == 200
    return names(admin.page)


@pytest.fixture
def season(ctx: Context) -> None:
    tomorrow = ctx.today() + timedelta(days=1)
    charter(
        ctx,
        tomorrow,
        "José",
        patron_name="José Álvarez",
        patron_phone="(619) 555-0147",
        patron_email="jose@example.com",
        notes="Birthday – bring the cake knife",
    )
    charter(ctx, tomorrow, "Łukasz", patron_name="Łukasz Wójcik", notes="Two wheelchairs")


@pytest.mark.usefixtures("season")
@pytest.mark.parametrize(
    "asked",
    [
        "José", "jose", "JOSE", "álvarez", "alvarez jose", "6195550147", "555-0147", "619 555",
        "cake", "KNIFE", "jose@example.com", "-jose-sunset", "birthday alva",
    ],
)  # fmt: skip
def test_it_finds_by_name_slug_phone_and_notes(admin: PageClient, asked: str) -> None:
    assert search(admin, asked) == ["José Álvarez"]


@pytest.mark.usefixtures("season")
@pytest.mark.parametrize("asked", ["josefine", "cake wheelchairs", "555-0148", "=1+1", "%", "~"])
def test_what_does_not_fit_is_not_found(admin: PageClient, asked: str) -> None:
    assert search(admin, asked) == []
    assert "Nothing fits." in admin.page.text


@pytest.mark.parametrize("asked", ["", "   ", "\x00", "\u200b"])
def test_with_nothing_to_look_for_it_only_asks(admin: PageClient, ctx: Context, asked: str) -> None:
    charter(ctx)

    assert search(admin, asked) == []


def test_the_next_ahead_comes_first_then_the_latest(admin: PageClient, ctx: Context) -> None:
    for days, name in ((-40, "Past"), (40, "Later"), (2, "Soon"), (-2, "Lately")):
        charter(ctx, ctx.today() + timedelta(days=days), name)
    older(ctx, {"event_id": "fireworks", "timestamp": 1, "patron_name": "Undated Nakamura"})

    found = search(admin, "nakamura")
    assert [name.split()[0] for name in found] == ["Soon", "Later", "Lately", "Past", "Undated"]


def test_it_looks_further_back_a_year_at_a_time(admin: PageClient, ctx: Context) -> None:
    today = ctx.today().replace(day=15)
    for months in (BACK + 1, BACK + 12, BACK + 13):
        month = today.year * 12 + today.month - 1 - months
        charter(ctx, date(month // 12, month % 12 + 1, 15), "abc"[months % 3] * 3)
    wanted = {months: "abc"[months % 3] * 3 for months in (BACK + 1, BACK + 12, BACK + 13)}

    assert search(admin, "nakamura") == []
    link = admin.page.one(".//p[@class='more']/a").get("href", "")
    first = names(admin.see(link))
    second = names(admin.see(admin.page.one(".//p[@class='more']/a").get("href", "")))
    assert (first, second) == (
        [f"{wanted[BACK + 1]} Nakamura", f"{wanted[BACK + 12]} Nakamura"],
        [f"{wanted[BACK + 13]} Nakamura"],
    )


def test_a_month_that_is_named_is_looked_through_alone(admin: PageClient, ctx: Context) -> None:
    charter(ctx, date(2019, 5, 23), "Alice")
    charter(ctx, date(2019, 6, 23), "Alice")

    assert search(admin, "2019-05 alice") == search(admin, "2019-05-23") == ["Alice Nakamura"]


def test_a_year_ahead_is_in_reach(admin: PageClient, ctx: Context) -> None:
    month = ctx.today().year * 12 + ctx.today().month - 1 + AHEAD
    charter(ctx, date(month // 12, month % 12 + 1, 28), "Alice")

    assert search(admin, "alice") == ["Alice Nakamura"]


@pytest.mark.parametrize("further", ["-1", "x", "99", "９", "1e9", ""])
def test_an_odd_address_is_a_page(admin: PageClient, further: str) -> None:
    search(admin, "alice", further=further)


def test_the_script_gets_what_was_found_alone(admin: PageClient, ctx: Context) -> None:
    charter(ctx)

    page = admin.see("/scc/search?q=alice", headers={"X-SCC-Fragment": "1"})
    assert (names(page), page.has(".//form")) == (["Alice Nakamura"], False)


def test_what_was_asked_comes_back_as_text(admin: PageClient) -> None:
    search(admin, '"><script>alert(1)</script>\x00')

    assert admin.page.one(".//input[@id='q']").get("value", "").startswith('"><script>alert(1)')
    assert not admin.page.has(".//main//script")
