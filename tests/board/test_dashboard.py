"""The dashboard: today first, then what is next; what is past but unpaid; what has no date."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from scc.context import Context
from scc.events.model import Event
from tests.emulator import Clock
from tests.given import cancelled, charter, many, older, paid
from tests.page import Page, PageClient, words

BOAT = ZoneInfo("America/Los_Angeles")
# To come: the emulator drops sessions that expired by its own clock.
TODAY = date(2036, 5, 23)


@pytest.fixture
def clock() -> Clock:
    return Clock(fixed=datetime(2036, 5, 23, 10, tzinfo=BOAT).astimezone(UTC))


def days(number: int) -> date:
    """That many days from today."""
    return TODAY + timedelta(days=number)


def group(page: Page, key: str) -> list[str]:
    """The names on the cards of a group, in order."""
    return [words(name) for name in page.all(f".//section[@id='{key}']//article/h4")]


def dashboard_at(client: PageClient, clock: Clock, *moment: int) -> Page:
    """The dashboard at that hour on the boat."""
    clock.set(datetime(*moment, tzinfo=BOAT))  # type: ignore[arg-type, misc]
    client.sign_in()
    return client.see("/scc/")


def card(page: Page, event: Event) -> str:
    """What the event's card says."""
    ref = str(event.ref)
    return words(page.one(f".//article[@data-event='{ref}']"))


# Groups


def test_today_comes_first_by_the_hour(admin: PageClient, ctx: Context) -> None:
    for name, period in [("Cleo", "night"), ("Abe", "morning"), ("Bo", "sunset")]:
        charter(ctx, name=name, period=period)

    assert group(admin.see("/scc/"), "today") == ["Abe Nakamura", "Bo Nakamura", "Cleo Nakamura"]


def test_what_is_next_follows_by_the_day(admin: PageClient, ctx: Context) -> None:
    for number, name in [(20, "Cleo"), (1, "Abe"), (9, "Bo")]:
        charter(ctx, days(number), name)

    assert group(admin.see("/scc/"), "next") == ["Abe Nakamura", "Bo Nakamura", "Cleo Nakamura"]


def test_what_is_past_and_unpaid_is_a_group_the_latest_first(
    admin: PageClient, ctx: Context
) -> None:
    for number, name in [(-200, "Cleo"), (-1, "Abe"), (-30, "Bo")]:
        charter(ctx, days(number), name)

    assert group(admin.see("/scc/"), "unpaid") == ["Abe Nakamura", "Bo Nakamura", "Cleo Nakamura"]


@pytest.mark.parametrize("settle", [paid, cancelled])
def test_what_is_past_and_settled_or_cancelled_is_not(
    admin: PageClient, ctx: Context, settle: Any
) -> None:
    settle(ctx, charter(ctx, days(-1)))

    assert admin.see("/scc/").all("article") == []


@pytest.mark.parametrize("made", ["2036-01-07", "2036-05-23"])
def test_what_has_no_date_is_a_group_of_its_own(admin: PageClient, ctx: Context, made: str) -> None:
    """Also if it was made today."""
    timestamp = int(datetime.fromisoformat(f"{made}T09:00-07:00").timestamp())
    older(ctx, {"event_id": "fireworks", "timestamp": timestamp, "patron_name": "Odd"})

    page = admin.see("/scc/")
    assert (group(page, "undated"), group(page, "unpaid")) == (["Odd"], [])


def test_where_all_have_a_date_there_is_no_such_group(admin: PageClient) -> None:
    assert not admin.see("/scc/").has(".//section[@id='undated']")


def test_a_cancelled_sail_stays_in_its_place_marked(admin: PageClient, ctx: Context) -> None:
    event = cancelled(ctx, charter(ctx))

    page = admin.see("/scc/")
    assert group(page, "today") == ["Alice Nakamura"]
    assert "Cancelled" in card(page, event)


def test_a_sail_of_today_that_has_begun_is_not_past(
    client: PageClient, ctx: Context, clock: Clock
) -> None:
    charter(ctx, period="morning")

    page = dashboard_at(client, clock, 2036, 5, 23, 23, 30)
    assert (group(page, "today"), group(page, "unpaid")) == (["Alice Nakamura"], [])


def test_each_group_says_how_many(admin: PageClient, ctx: Context) -> None:
    for number in (0, 1, 2, -1):
        charter(ctx, days(number))

    tally = [words(link) for link in admin.see("/scc/").all(".//nav[@class='tally']/a")]
    assert tally == ["1 today", "2 next", "1 past, unpaid"]


def test_more_unpaid_than_fit_lead_to_all_of_them(admin: PageClient, ctx: Context) -> None:
    many(ctx, 60, days(-1))

    page = admin.see("/scc/")
    assert len(group(page, "unpaid")) == 50
    assert page.has(".//section[@id='unpaid']//a[@href='/scc/events?show=unpaid']")


# The boat's day


@pytest.mark.parametrize(
    ("moment", "key"),
    [
        ((2036, 5, 22, 23, 59), "next"),
        ((2036, 5, 23, 0, 1), "today"),
        ((2036, 5, 23, 23, 59), "today"),
        ((2036, 5, 24, 0, 1), "unpaid"),
    ],
)
def test_the_day_is_the_boats(
    client: PageClient, ctx: Context, clock: Clock, moment: tuple[int, ...], key: str
) -> None:
    """In UTC the sunset of the 23rd is on the 24th."""
    charter(ctx, TODAY)

    page = dashboard_at(client, clock, *moment)
    found = {k for k in ("today", "next", "unpaid") if group(page, k)}
    assert found == {key}


@pytest.mark.parametrize(
    "today", [date(2036, 3, 9), date(2036, 11, 2)], ids=["clock forward", "clock back"]
)
@pytest.mark.parametrize("period", ["morning", "night"])
def test_a_day_of_23_or_25_hours_is_one_day(
    client: PageClient, ctx: Context, clock: Clock, today: date, period: str
) -> None:
    charter(ctx, today, period=period)

    page = dashboard_at(client, clock, today.year, today.month, today.day, 12)
    assert group(page, "today") == ["Alice Nakamura"]


@pytest.mark.parametrize(
    ("today", "sail"),
    [
        (date(2036, 11, 30), date(2036, 12, 1)),
        (date(2036, 11, 30), date(2036, 12, 31)),
        (date(2036, 12, 31), date(2037, 1, 31)),
        (date(2035, 1, 31), date(2035, 2, 28)),
        (date(2036, 1, 31), date(2036, 2, 29)),
        (date(2036, 5, 1), date(2036, 6, 30)),
    ],
)
def test_at_a_months_end_the_next_months_sails_are_next(
    client: PageClient, ctx: Context, clock: Clock, today: date, sail: date
) -> None:
    charter(ctx, sail, period="night")

    page = dashboard_at(client, clock, today.year, today.month, today.day, 23, 59)
    assert group(page, "next") == ["Alice Nakamura"]


# Where there is nothing


def test_an_empty_day_offers_to_plan_a_sail_for_it(admin: PageClient) -> None:
    page = admin.see("/scc/")
    link = page.one(".//section[@id='today']//a").get("href", "")

    assert admin.see(link).form("/new").values["date"] == ["2036-05-23"]


def test_an_empty_season_offers_to_plan_one(admin: PageClient) -> None:
    link = admin.see("/scc/").one(".//section[@id='next']//a").get("href", "")

    assert admin.see(link).heading == "Plan a charter"


def test_where_all_is_paid_it_says_so(admin: PageClient) -> None:
    assert "Every past sail is paid." in admin.see("/scc/").text


# Cards


def test_a_card_leads_to_the_payment_while_it_is_unpaid(admin: PageClient, ctx: Context) -> None:
    event = charter(ctx)

    page = admin.see("/scc/")
    assert page.has(f".//article//a[@href='/scc/events/{event.exact_ref}/payment']")


def test_once_paid_its_button_is_gone(admin: PageClient, ctx: Context) -> None:
    paid(ctx, charter(ctx))

    assert admin.see("/scc/").all(".//article//a[@data-dialog-link]") == []


@pytest.mark.parametrize(
    ("price", "received", "says"),
    [
        (45000, 0, "Owes $450"),
        (45000, 20000, "$200 of $450"),
        (45000, 45000, "Paid $450"),
        (45000, 50050, "Paid $500.50"),
        (None, 0, "No price yet"),
    ],
)
def test_a_card_says_what_is_owed(
    admin: PageClient, ctx: Context, price: int | None, received: int, says: str
) -> None:
    event = charter(ctx, price_cents=price)
    if received:
        event = paid(ctx, event, received)

    assert says in card(admin.see("/scc/"), event)


def test_two_of_one_slug_have_addresses_of_their_own(admin: PageClient, ctx: Context) -> None:
    slug = "2036-05-23-alice-sunset"
    item = {"event_id": slug, "start_time": "18:00"}
    older(
        ctx,
        item | {"timestamp": 1767632400, "patron_name": "The older"},
        item | {"timestamp": 1767999999, "patron_name": "The newer"},
    )

    page = admin.see("/scc/")
    links = {words(a): a.get("href", "") for a in page.all(".//article/h4/a")}
    assert {name: admin.see(url).heading for name, url in links.items()} == {
        "The older": "The older",
        "The newer": "The newer",
    }
