"""All times are the boat's: an evening event stays on its day, whatever UTC says."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scc.context import Context
from scc.events import store
from scc.events.model import Event, Ref, created_at, moment, month_of, parse_hour, placement
from scc.events.service import Details, change_event, create_event
from tests.older import OlderTool, stored
from tests.page import PageClient
from tests.payments.acts import MOANA

ZONE = ZoneInfo("America/Los_Angeles")


def older_event(slug: str, **attributes: object) -> Event:
    return Event.from_item({"event_id": slug, "timestamp": 1767632400, **attributes}, ZONE)


def local(event: Event) -> datetime | None:
    return event.local_start(ZONE)


def test_an_evening_event_stays_on_its_day() -> None:
    """23:30 in San Diego is the next day in UTC."""
    event = older_event("2026-05-31-alice-night", start_time="23:30")

    assert event.starts_at == datetime(2026, 6, 1, 6, 30, tzinfo=UTC)
    assert placement(event, ZONE)["month"] == "2026-05"


def test_the_last_evening_of_may_is_in_mays_list(
    ctx: Context, older: OlderTool, admin: PageClient
) -> None:
    night = {"first_name": "Alice", "date": "2026-05-31", "period": "night", "start_time": "23:30"}
    admin.see("/scc/events/new")
    admin.page.form("/new").fill(**night).submit()

    assert [event.slug for event in store.in_month(ctx, "2026-05")] == ["2026-05-31-alice-night"]
    assert store.in_month(ctx, "2026-06") == []
    assert admin.see("/scc/events?month=2026-05").has(".//ol[@class='squares']//ul/li")


@pytest.mark.parametrize(
    ("day", "hour", "utc"),
    [
        (date(2026, 3, 7), time(18), datetime(2026, 3, 8, 2, tzinfo=UTC)),
        (date(2026, 3, 8), time(1, 59), datetime(2026, 3, 8, 9, 59, tzinfo=UTC)),
        (date(2026, 3, 8), time(3), datetime(2026, 3, 8, 10, tzinfo=UTC)),
        (date(2026, 3, 8), time(18), datetime(2026, 3, 9, 1, tzinfo=UTC)),
        (date(2026, 11, 1), time(1, 30), datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
        (date(2026, 11, 1), time(2), datetime(2026, 11, 1, 10, tzinfo=UTC)),
        (date(2026, 11, 1), time(18), datetime(2026, 11, 2, 2, tzinfo=UTC)),
    ],
)
def test_the_days_on_which_the_clocks_change(day: date, hour: time, utc: datetime) -> None:
    assert moment(day, hour, ZONE) == utc


@pytest.mark.parametrize("minute", [0, 30, 59])
def test_an_hour_that_the_clocks_skip_is_none(minute: int) -> None:
    with pytest.raises(ValueError, match="no such hour"):
        moment(date(2026, 3, 8), time(2, minute), ZONE)


def test_an_older_event_in_the_hour_skipped_is_an_hour_later() -> None:
    event = older_event("2026-03-08-alice-night", start_time="02:30")

    assert local(event) == datetime(2026, 3, 8, 3, 30, tzinfo=ZONE)


@given(day=st.dates(date(2000, 1, 1), date(2100, 12, 31)), minutes=st.integers(0, 24 * 60 - 1))
def test_day_and_hour_come_back_as_they_were_said(day: date, minutes: int) -> None:
    hour = time(minutes // 60, minutes % 60)
    try:
        utc = moment(day, hour, ZONE)
    except ValueError:
        assert hour.hour == 2
        return
    assert utc.astimezone(ZONE).replace(tzinfo=None) == datetime.combine(day, hour)
    assert month_of(utc, ZONE) == f"{day:%Y-%m}"


@pytest.mark.parametrize(
    ("slug", "start"),
    [
        ("2026-05-23-alice-morning", (2026, 5, 23, 9)),
        ("2026-05-23-alice-Evening", (2026, 5, 23, 20)),
        ("2026-6-7-tom-sunset", (2026, 6, 7, 18)),
        ("2026-07-04-fireworks", (2026, 7, 4, 12)),
        ("2026-07-04", (2026, 7, 4, 12)),
    ],
)
def test_without_an_hour_an_older_event_has_its_periods(slug: str, start: tuple[int, ...]) -> None:
    assert local(older_event(slug)) == datetime(*start, tzinfo=ZONE)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "slug", ["fireworks", "2026-13-01-alice-sunset", "2026-02-30-x-day", "26-05-23-alice-day", ""]
)
def test_without_a_date_it_is_undated(slug: str) -> None:
    assert older_event(slug).starts_at is None
    assert placement(older_event(slug), ZONE)["month"] == "undated"


@pytest.mark.parametrize(
    "attributes",
    [
        {"event_id": "9999-12-31-alice-evening"},
        {"event_id": "0001-01-01-alice-morning"},
        {"starts_at": "0001-01-01T00:00:00+14:00"},
        {"starts_at": "9999-12-31T23:59:59-12:00"},
        {"starts_at": "0001-01-01T00:00:00Z"},
        {"starts_at": "9999-12-31T23:59:59Z", "start_time": "18:00"},
        {"starts_at": "soon"},
        {"start_time": "99:99"},
        {"start_time": 1800},
        {"start_time": None},
        {"timestamp": 10**19},
        {"timestamp": -(10**15)},
        {"last_payment": {"at": "0001-01-01T00:00:00+14:00"}},
        {"last_payment": "450"},
        {"money": ["x"]},
        {"price_cents": "450"},
        {"version": True},
    ],
    ids=str,
)
@pytest.mark.parametrize("zone", [ZONE, ZoneInfo("Pacific/Kiritimati")], ids=str)
def test_nothing_that_an_older_item_holds_stops_a_list(
    attributes: dict[str, object], zone: ZoneInfo
) -> None:
    item = {"event_id": "2026-05-23-alice-sunset", "timestamp": 1767632400} | attributes

    event = Event.from_item(item, zone)

    assert placement(event, zone).keys() == {"month", "starts_at"}


@pytest.mark.parametrize("timestamp", [1767984577, 1767984577000])
def test_milliseconds_are_understood(timestamp: int) -> None:
    assert created_at(timestamp) == datetime(2026, 1, 9, 18, 49, 37, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "hour"),
    [("18:30", time(18, 30)), ("9:05", time(9, 5)), (" 09:00 ", time(9)), ("00:00", time(0))],
)
def test_an_hour(text: str, hour: time) -> None:
    assert parse_hour(text) == hour


@pytest.mark.parametrize(
    "text", ["", "6 pm", "24:00", "18:60", "1830", "18:30:00", None, 18, "-1:00"]
)
def test_no_hour(text: object) -> None:
    assert parse_hour(text) is None


def test_a_moved_sail_keeps_its_slug_and_changes_its_list(ctx: Context) -> None:
    said = {"first_name": "Alice", "patron_name": "Alice Moreno", "period": "sunset"}
    event = create_event(ctx, Details(day=date(2026, 5, 23), **said), "k1", MOANA)
    moved = Details(day=date(2026, 7, 4), hour=time(17), **said)

    after = change_event(ctx, event.exact_ref, moved, event.version, MOANA)

    assert after.slug == "2026-05-23-alice-sunset"
    assert store.in_month(ctx, "2026-05") == []
    assert [e.slug for e in store.in_month(ctx, "2026-07")] == ["2026-05-23-alice-sunset"]
    assert local(after) == datetime(2026, 7, 4, 17, tzinfo=ZONE)


def test_a_corrected_first_name_keeps_the_slug(ctx: Context) -> None:
    said = {"day": date(2026, 5, 23), "period": "sunset"}
    event = create_event(ctx, Details(first_name="Alic", patron_name="Alic", **said), "k1", MOANA)
    right = Details(first_name="Alice", patron_name="Alice", **said)

    change_event(ctx, event.exact_ref, right, event.version, MOANA)

    assert stored(ctx, Ref(event.slug, event.timestamp))["first_name"] == "Alice"
