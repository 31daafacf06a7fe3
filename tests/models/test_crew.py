"""When letters to the crew leave, until when they answer, and the one reminder, at every hour; and
a tip, split to the cent."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scc.crew.model import (
    NIGHT_FROM,
    NIGHT_UNTIL,
    answer_by,
    even_split,
    out_of_night,
    remind_at,
)

ZONE = ZoneInfo("America/Los_Angeles")
DAYS = (date(2026, 3, 7), date(2026, 5, 23), date(2026, 10, 31))
"""Before both changes of the clock, and a day like any other."""

moments = st.builds(
    lambda day, minutes: datetime.combine(day, NIGHT_UNTIL, UTC) + timedelta(minutes=minutes),
    st.sampled_from(DAYS),
    st.integers(0, 72 * 60),
)
within = st.sampled_from([2, 6, 24, 72]).map(lambda hours: timedelta(hours=hours))
ahead = st.integers(1, 5 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


def is_day(at: datetime) -> bool:
    return NIGHT_UNTIL <= at.astimezone(ZONE).time() < NIGHT_FROM


@given(moments)
def test_a_letter_leaves_by_day_and_by_the_next_morning(now: datetime) -> None:
    leaves = out_of_night(now, ZONE)

    assert is_day(leaves)
    assert now <= leaves <= now + timedelta(hours=12)
    assert leaves == now or not is_day(now)


@given(moments, within, ahead)
@example(  # the call is in that very night
    datetime(2026, 3, 10, 3, 1, tzinfo=UTC), timedelta(hours=2), timedelta(hours=3, minutes=1)
)
def test_an_answer_is_asked_for_after_the_letter_and_before_the_call(
    now: datetime, within: timedelta, ahead: timedelta
) -> None:
    call, leaves = now + ahead, out_of_night(now, ZONE)
    deadline = answer_by(now, within, call.astimezone(ZONE), ZONE)

    assert leaves <= deadline
    assert deadline <= max(call, leaves)
    assert deadline <= leaves + within or is_day(deadline)
    if call - leaves >= timedelta(hours=15):  # the evening before is far enough
        assert is_day(deadline) or deadline.astimezone(ZONE).time() == NIGHT_FROM
        assert deadline <= call - timedelta(hours=1)


@given(moments, within, ahead)
def test_a_reminder_is_by_day_and_leaves_time_to_answer(
    now: datetime, within: timedelta, ahead: timedelta
) -> None:
    deadline = answer_by(now, within, now + ahead, ZONE)
    at = remind_at(now, deadline, ZONE)

    if at is not None:
        assert is_day(at)
        assert out_of_night(now, ZONE) < at < deadline - timedelta(minutes=15)


@pytest.mark.parametrize(
    ("now", "call", "says"),
    [
        ("2026-05-22 14:00", "2026-05-22 17:45", "2026-05-22 16:45"),
        ("2026-05-22 14:00", "2026-05-23 06:15", "2026-05-22 21:00"),
        ("2026-05-22 20:30", "2026-05-23 06:15", "2026-05-23 05:15"),
        ("2026-05-22 23:00", "2026-05-23 08:45", "2026-05-23 08:45"),
        ("2026-05-22 17:30", "2026-05-22 17:45", "2026-05-22 17:45"),
        ("2026-03-07 23:00", "2026-03-08 12:00", "2026-03-08 11:00"),
        ("2026-10-31 23:00", "2026-11-01 12:00", "2026-11-01 11:00"),
    ],
)
def test_deadlines_as_somebody_would_say_them(now: str, call: str, says: str) -> None:
    at, called = (datetime.fromisoformat(text).replace(tzinfo=ZONE) for text in (now, call))
    deadline = answer_by(at.astimezone(UTC), timedelta(hours=24), called, ZONE)

    assert f"{deadline.astimezone(ZONE):%Y-%m-%d %H:%M}" == says


@given(st.integers(0, 10_000_000), st.integers(1, 30))
def test_a_tip_is_split_to_the_cent(cents: int, among: int) -> None:
    shares = even_split(cents, [f"{n}" for n in range(among)])

    assert len(shares) == among
    assert sum(shares.values()) == cents
    assert max(shares.values()) - min(shares.values()) <= 1


@given(st.integers(0, 10_000_000))
def test_among_nobody_nothing_is_split(cents: int) -> None:
    assert even_split(cents, []) == {}
