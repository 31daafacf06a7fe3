"""A year: what each month's sails brought, what sailed, what did not and why; a page and CSV."""

import csv
import io
import secrets
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from scc.context import Context
from scc.corrections.service import Once
from scc.endings.service import end_event
from scc.events.model import Event
from scc.planning.service import move_event
from scc.reports.csv_file import BOM
from scc.reports.service import year
from scc.reports.year import Month, Sums, Year, picture
from tests.emulator import Clock
from tests.given import ORIGIN, a_big_boat, charter, many, older, paid, refunded
from tests.hooks import calls
from tests.page import PageClient, words

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def clock() -> Clock:
    return Clock(fixed=datetime(2026, 7, 1, 19, tzinfo=UTC))


def ended(ctx: Context, event: Event, how: str, answer: str = "") -> None:
    end_event(ctx, event.exact_ref, how, answer, "", Once(secrets.token_hex(8)), ORIGIN)


@pytest.fixture
def season(ctx: Context) -> None:
    a_big_boat(ctx)
    paid(ctx, charter(ctx, date(2026, 5, 2), "Abe", guests=8), 45000)
    paid(ctx, charter(ctx, date(2026, 5, 31), "Bo", period="night", guests="2-4"), 20000)
    charter(ctx, date(2026, 6, 1), "Cleo")
    kept, held, back = (charter(ctx, date(2026, 6, 5), name) for name in ("Dov", "Eli", "Flo"))
    for event in (kept, held, back):
        paid(ctx, event, 10000)
    ended(ctx, kept, "patron", "keep")
    ended(ctx, held, "weather", "hold")
    ended(ctx, back, "weather", "give_back")
    charter(ctx, date(2026, 12, 31), "Gia", period="night")
    paid(ctx, charter(ctx, date(2027, 1, 1), "Next"), 45000)


def test_what_the_booking_system_has_of_a_sail_that_is_off_is_not_brought_in(ctx: Context) -> None:
    """Until somebody says that it stays, or went back."""
    went, stays = (charter(ctx, date(2026, 8, 5), name) for name in ("Abe", "Bo"))
    for event in (went, stays):
        paid(ctx, event, 45000, method="booking")
        ended(ctx, event, "weather")
    assert (sums(ctx).cents, sums(ctx).waiting_cents) == (0, 90000)

    ended(ctx, went, "weather", "there")
    ended(ctx, stays, "weather", "keep")
    assert (sums(ctx).cents, sums(ctx).waiting_cents) == (45000, 0)


def sums(ctx: Context) -> Sums:
    return year(ctx, 2026).sums


@pytest.mark.usefixtures("season")
def test_a_year_by_the_month_of_the_sail(ctx: Context) -> None:
    found = year(ctx, 2026)
    may, june, december = (found.months[n].sums for n in (4, 5, 11))

    assert (may.cents, may.sailed, may.average_party) == (65000, 2, 6.0)
    assert (june.cents, june.waiting_cents, june.sailed) == (10000, 10000, 1)
    assert june.off == {"patron": 1, "weather": 2}
    assert (december.to_come, december.sailed) == (1, 0)
    assert (found.sums.cents, found.kinds) == (75000, ["Sunset", "Night"])
    assert found.of_kind("Night").cents == 20000


def test_a_moved_sail_counts_where_it_sails(ctx: Context) -> None:
    event = paid(ctx, charter(ctx, date(2026, 8, 31)), 45000)
    move_event(ctx, event.exact_ref, date(2026, 9, 1), time(18), event.version, ORIGIN)

    by_month = {one.month: one.sums.cents for one in year(ctx, 2026).months if one.kinds}
    assert by_month == {"2026-09": 45000}


def test_what_the_older_tool_wrote_counts_with_its_amount(ctx: Context) -> None:
    """It knows neither a price nor a party, nor how a sail ended."""
    slug = {"event_id": "2026-05-23-alice-sunset", "timestamp": 1767632400}
    older(ctx, {**slug, "payment_cleared": True, "payment_amount": 450})

    (may,) = (one.sums for one in year(ctx, 2026).months if one.kinds)
    assert (may.cents, may.sailed, may.average_party) == (45000, 1, None)


def test_what_goes_back_later_lowers_the_month_of_the_sail(ctx: Context, clock: Clock) -> None:
    event = paid(ctx, charter(ctx, date(2026, 5, 2)), 45000)
    clock.advance(days=90)
    refunded(ctx, event, 5000)

    by_month = {one.month: one.sums.cents for one in year(ctx, 2026).months if one.kinds}
    assert by_month == {"2026-05": 40000}


@pytest.mark.usefixtures("season")
def test_the_page_and_the_csv_say_the_same(admin: PageClient) -> None:
    page = admin.see("/scc/reports/year")
    totals = [words(cell) for cell in page.one(".//tfoot/tr")]
    assert totals == ["The year", "$750", "$100", "3", "1", "3", "6.0"]

    text = admin.get("/scc/reports/year.csv?year=2026").get_data(as_text=True)
    lines = list(csv.DictReader(io.StringIO(text.removeprefix(BOM))))
    assert [(one["month"], one["kind"], one["brought_in"]) for one in lines] == [
        ("2026-05", "Sunset", "450.00"),
        ("2026-05", "Night", "200.00"),
        ("2026-06", "Sunset", "100.00"),
        ("2026-12", "Night", "0.00"),
    ]
    assert lines[2]["off_weather"] == "2"


@pytest.mark.usefixtures("season")
def test_the_picture_is_drawn_with_attributes_alone(admin: PageClient) -> None:
    """The page's policy forbids styles in it."""
    svg = admin.see("/scc/reports/year").one(f".//figure/{SVG}svg")

    assert len(svg.findall(f"./{SVG}rect")) == 3
    assert not [one for one in svg.iter() if "style" in one.attrib]


def test_a_month_is_as_high_as_what_it_brought() -> None:
    year_ = Year(
        2026,
        [
            Month("2026-01", {"A": Sums(cents=30000), "B": Sums(cents=20000)}),
            Month("2026-02", {"A": Sums(cents=-5000)}),
        ],
    )
    drawn = picture(year_)

    assert [(bar.height, bar.place) for bar in drawn.bars] == [(96.0, 0), (64.0, 1)]
    assert [cents for _, cents in drawn.lines] == [0, 25000, 50000]


@pytest.mark.parametrize(("cents", "top"), [(1, 100), (2_070_000, 3_000_000), (810_000, 1_000_000)])
def test_the_scale_ends_not_far_above_the_best_month(cents: int, top: int) -> None:
    drawn = picture(Year(2026, [Month("2026-01", {"A": Sums(cents=cents)})]))

    assert drawn.lines[-1][1] == top


def test_a_year_without_sails_is_a_page(admin: PageClient) -> None:
    page = admin.see("/scc/reports/year?year=2031")

    assert "No sail that year." in page.text
    assert not page.has(".//figure")


@pytest.mark.parametrize("asked", ["", "x", "1999", "2100", "20260", "２０２６"])
@pytest.mark.parametrize("path", ["/scc/reports/year", "/scc/reports/year.csv"])
def test_what_is_no_year_is_not_found(admin: PageClient, path: str, asked: str) -> None:
    assert admin.get(path, query_string={"year": asked}).status_code == 404


def test_it_is_a_query_a_month_at_600_sails(admin: PageClient, ctx: Context, dynamodb: Any) -> None:
    many(ctx, 600, date(2026, 5, 1))

    with calls(dynamodb) as made:
        admin.see("/scc/reports/year?year=2026")
    assert [call.operation for call in made] == ["BatchGetItem"] + ["Query"] * 12
