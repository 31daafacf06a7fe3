"""Lists: a month, all that is unpaid, all that has no date."""

from datetime import date

import pytest

from scc.context import Context
from tests.given import cancelled, charter, many, older, paid
from tests.page import Page, PageClient, words


def names(page: Page) -> list[str]:
    return [words(name) for name in page.all(".//article/h4")]


def sails(page: Page) -> dict[str, list[str]]:
    """The sails of a month's page by the day in whose square they stand."""
    squares = page.all(".//ol[@class='squares']/li")
    found = {square: [words(a) for a in square.findall("./ul/li/a")] for square in squares}
    return {words(day.findall(".//b")[0]): names for day, names in found.items() if names}


def test_a_month_has_all_its_sails_by_day(admin: PageClient, ctx: Context) -> None:
    cancelled(ctx, charter(ctx, date(2026, 5, 31), "Cleo", period="night"))
    paid(ctx, charter(ctx, date(2026, 5, 1), "Abe", period="morning"))
    charter(ctx, date(2026, 5, 9), "Bo")
    charter(ctx, date(2026, 4, 30), "Dan", period="night")
    charter(ctx, date(2026, 6, 1), "Eva", period="morning")

    assert sails(admin.see("/scc/events?month=2026-05")) == {
        "1": ["9:00 am Abe Nakamura"],
        "9": ["6:00 pm Bo Nakamura"],
        "31": ["10:00 pm Cleo Nakamura"],
    }


@pytest.mark.parametrize(("month", "blanks"), [("2026-02", 0), ("2026-05", 5), ("2026-08", 6)])
def test_a_months_first_day_stands_under_its_weekday(
    admin: PageClient, month: str, blanks: int
) -> None:
    page = admin.see(f"/scc/events?month={month}")

    assert len(page.all(".//li[@class='blank']")) == blanks


def test_a_week_has_seven_days_across_two_months(admin: PageClient, ctx: Context) -> None:
    """From Sunday 31 May to Saturday 6 June; what stands on either side of it does not show."""
    charter(ctx, date(2026, 5, 30), "Before", period="night")
    charter(ctx, date(2026, 5, 31), "Abe", period="morning")
    charter(ctx, date(2026, 6, 6), "Bo", period="night")
    charter(ctx, date(2026, 6, 7), "After", period="morning")

    page = admin.see("/scc/events?week=2026-06-03")
    assert (names(page), len(page.all(".//h3"))) == (["Abe Nakamura", "Bo Nakamura"], 7)
    assert [a.get("href") for a in page.all(".//nav/a[@rel]")] == [
        "/scc/events?week=2026-05-24",
        "/scc/events?week=2026-06-07",
    ]


@pytest.mark.parametrize("week", ["", "2026-13-01", "x", "1999-12-31", "2101-01-01"])
def test_what_is_no_week_is_no_page(admin: PageClient, week: str) -> None:
    admin.get("/scc/events", query_string={"week": week})

    assert admin.page.response.status_code == 404


@pytest.mark.parametrize("week", ["2000-01-01", "2100-12-31"])
def test_the_ends_of_the_calendar_have_their_weeks(admin: PageClient, week: str) -> None:
    admin.see(f"/scc/events?week={week}")


def test_months_lead_to_the_ones_beside_them(admin: PageClient) -> None:
    page = admin.see("/scc/events?month=2026-12")

    links = [a.get("href") for a in page.all(".//a[@rel]")]
    assert links == ["/scc/events?month=2026-11", "/scc/events?month=2027-01"]


@pytest.mark.parametrize("query", ["", "?month=now"])
def test_without_a_month_it_is_this_one(admin: PageClient, ctx: Context, query: str) -> None:
    page = admin.see(f"/scc/events{query}")

    assert page.heading == f"{ctx.today():%B %Y}"


@pytest.mark.parametrize(
    "month",
    ["", "2026", "2026-00", "2026-13", "2026-5", "1999-12", "2026-05-01", "２０２６-05", "x"],
)
def test_what_is_no_month_is_no_page(admin: PageClient, month: str) -> None:
    admin.get("/scc/events", query_string={"month": month})

    assert admin.page.response.status_code == 404


@pytest.mark.parametrize("month", ["2000-01", "2100-12"])
def test_the_first_and_the_last_month_lead_nowhere_that_is_not_there(
    admin: PageClient, month: str
) -> None:
    page = admin.see(f"/scc/events?month={month}")

    found = [admin.get(a.get("href", "")).status_code for a in page.all(".//a[@rel]")]
    assert set(found) == {200}


def test_unpaid_is_everything_that_money_is_to_come_for(admin: PageClient, ctx: Context) -> None:
    charter(ctx, date(2030, 5, 1), "Later")
    charter(ctx, ctx.today(), "Soon")
    charter(ctx, date(2020, 5, 1), "Earlier")
    paid(ctx, charter(ctx, date(2020, 5, 2), "Paid"))
    paid(ctx, charter(ctx, date(2020, 5, 3), "Partly"), 100)
    cancelled(ctx, charter(ctx, date(2020, 5, 4), "Cancelled"))
    older(ctx, {"event_id": "fireworks", "timestamp": 1767632400, "patron_name": "Undated"})

    assert names(admin.see("/scc/events?show=unpaid")) == [
        "Partly Nakamura",
        "Earlier Nakamura",
        "Soon Nakamura",
        "Later Nakamura",
        "Undated",
    ]


def test_unpaid_leaves_none_out(admin: PageClient, ctx: Context) -> None:
    many(ctx, 120, date(2026, 5, 1))

    assert len(names(admin.see("/scc/events?show=unpaid"))) == 120


@pytest.mark.parametrize("cleared", [True, False, None])
def test_what_has_no_date_is_listed_paid_or_not(
    admin: PageClient, ctx: Context, cleared: bool | None
) -> None:
    older(ctx, {"event_id": "x", "timestamp": 1, "patron_name": "Odd", "payment_cleared": cleared})

    assert names(admin.see("/scc/events?month=undated")) == ["Odd"]


@pytest.mark.parametrize("query", ["month=2026-05", "month=undated", "show=unpaid"])
def test_an_empty_list_offers_to_plan_a_sail(admin: PageClient, query: str) -> None:
    page = admin.see(f"/scc/events?{query}")

    assert page.one(".//main//a[@class='button']").get("href") == "/scc/events/new"


def test_the_dashboard_leads_to_the_months_around(admin: PageClient, ctx: Context) -> None:
    links = admin.see("/scc/").all(".//nav[@class='months']/a")[:-1]  # the last is the weather

    assert [admin.see(link.get("href", "")).heading for link in links] == [
        words(link) for link in links
    ]


def test_the_list_says_where_one_is(admin: PageClient) -> None:
    here = [
        words(admin.see(f"/scc/{path}").one(".//nav/a[@aria-current='page']"))
        for path in ("", "events?month=now", "events?show=unpaid", "events/new")
    ]

    assert here == ["Log", "Months", "Unpaid", "Plan a charter"]
