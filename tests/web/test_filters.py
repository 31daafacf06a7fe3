"""How amounts, days and hours read."""

from datetime import date, datetime, time

import pytest

from scc.parse import parse_amount
from scc.web.filters import amount, day, hour, money, short_day


@pytest.mark.parametrize(
    ("cents", "reads"),
    [
        (0, "$0"),
        (5, "$0.05"),
        (8750, "$87.50"),
        (45000, "$450"),
        (125000, "$1,250"),
        (123456789, "$1,234,567.89"),
        (-2000, "−$20"),
        (-5, "−$0.05"),
    ],
)
def test_money(cents: int, reads: str) -> None:
    assert money(cents) == reads


@pytest.mark.parametrize("cents", [5, 50, 8750, 45000, 123456789 // 100])
def test_an_amount_in_a_field_is_read_back_as_it_was(cents: int) -> None:
    assert parse_amount(amount(cents)) == cents


def test_days() -> None:
    assert (day(date(2026, 5, 3)), short_day(date(2026, 5, 23))) == ("Sunday 3 May", "Sat 23 May")


@pytest.mark.parametrize(
    ("at", "reads"),
    [
        (time(0, 5), "12:05 am"),
        (time(9), "9:00 am"),
        (time(11, 59), "11:59 am"),
        (time(12), "12:00 pm"),
        (datetime(2026, 5, 23, 18, 30), "6:30 pm"),  # noqa: DTZ001
        (time(23, 59), "11:59 pm"),
    ],
)
def test_hours(at: time | datetime, reads: str) -> None:
    assert hour(at) == reads
