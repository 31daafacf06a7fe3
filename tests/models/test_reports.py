"""What a month or a span of days came to."""

from datetime import date
from typing import Any

import pytest

from scc.ledger.model import Entry
from scc.reports.model import (
    Age,
    Period,
    Totals,
    by_age,
    held_cents,
    is_money,
    month_period,
    owed_cents,
    parse_period,
    sum_of,
    totals,
)
from tests.models.sample import DAY, entry, event, paid_event, row


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("2026-05-23", "2026-05-01", "2026-05-31"),
        ("2024-02-29", "2024-02-01", "2024-02-29"),
        ("2026-02-01", "2026-02-01", "2026-02-28"),
        ("2026-12-31", "2026-12-01", "2026-12-31"),
    ],
)
def test_the_month_of_a_day(day: str, first: str, last: str) -> None:
    period = month_period(date.fromisoformat(day))

    assert period == Period(date.fromisoformat(first), date.fromisoformat(last))
    assert period.is_month
    assert period.months == [day[:7]]


def span(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2026-05-14", "2026-05-14", ["2026-05"]),
        ("2026-05-01", "2026-05-01", ["2026-05"]),
        ("2026-05-31", "2026-06-01", ["2026-05", "2026-06"]),
        ("2025-11-30", "2026-02-01", ["2025-11", "2025-12", "2026-01", "2026-02"]),
    ],
)
def test_the_months_that_a_span_touches(first: str, last: str, months: list[str]) -> None:
    assert span(first, last).months == months
    assert not span(first, last).is_month


@pytest.mark.parametrize(
    ("asked", "period"),
    [
        ({}, span("2026-05-01", "2026-05-31")),
        ({"month": ""}, span("2026-05-01", "2026-05-31")),
        ({"month": "2026-02"}, span("2026-02-01", "2026-02-28")),
        ({"month": "2026-12", "from": "x"}, span("2026-12-01", "2026-12-31")),
        ({"from": "2026-05-01", "to": "2026-05-14"}, span("2026-05-01", "2026-05-14")),
        ({"from": "2026-05-14", "to": "2026-05-14"}, span("2026-05-14", "2026-05-14")),
        ({"from": "2024-01-01", "to": "2024-12-31"}, span("2024-01-01", "2024-12-31")),
        ({"from": "2000-01-01", "to": "2000-01-02"}, span("2000-01-01", "2000-01-02")),
        ({"from": "2100-12-30", "to": "2100-12-31"}, span("2100-12-30", "2100-12-31")),
    ],
)
def test_a_period(asked: dict[str, str], period: Period) -> None:
    assert parse_period(asked, DAY) == period


NO_DATE = "Enter a date that exists, as year-month-day: 2026-05-23."


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"month": "2026-13"}, "Give month as 2026-05."),
        ({"month": "2026-00"}, "Give month as 2026-05."),
        ({"month": "1999-05"}, "Give month as 2026-05."),
        ({"month": "2026-5"}, "Give month as 2026-05."),
        ({"month": "20٢٦-05"}, "Give month as 2026-05."),
        ({"month": "2026-05-01"}, "Give month as 2026-05."),
        ({"from": "2026-05-01"}, NO_DATE),
        ({"to": "2026-05-01"}, NO_DATE),
        ({"from": "", "to": ""}, NO_DATE),
        ({"from": "1999-12-31", "to": "2000-01-02"}, "Check the years."),
        ({"from": "2100-12-31", "to": "2101-01-01"}, "Check the years."),
        ({"from": "2026-05-14", "to": "2025-05-15"}, "Check the years."),
        ({"from": "2026-05-14", "to": "2026-05-13"}, "The last day comes before the first."),
        ({"from": "2025-01-01", "to": "2026-01-02"}, "Give a year at the most."),
    ],
)
def test_no_period(asked: dict[str, str], told: str) -> None:
    with pytest.raises(ValueError) as refused:
        parse_period(asked, DAY)
    assert str(refused.value) == told


def test_a_year_is_the_longest() -> None:
    assert parse_period({"from": "2025-01-01", "to": "2026-01-01"}, DAY).last == date(2026, 1, 1)


# Totals


def counted(*entries: Entry) -> Totals:
    found = Totals("cash")
    for one in entries:
        found.count(one)
    return found


def said(kind: str, was: str = "", cents: int | None = 10000, tip_cents: int = 300) -> Entry:
    return entry(1, kind, was=was, cents=cents, tip_cents=tip_cents)


@pytest.mark.parametrize(
    ("its", "figures"),
    [
        (said("payment"), (1, 10000, 300, 0, 0, 10300)),
        (said("payment", cents=None), (1, 0, 300, 0, 0, 300)),
        (said("sent"), (0, 0, 0, 10300, 0, -10300)),
        (said("bounced"), (0, 0, 0, 0, 10300, -10300)),
        (said("refund"), (0, 0, 0, 0, 0, 0)),
        (said("moved_in"), (0, 0, 0, 0, 0, 0)),
        (said("opening"), (0, 0, 0, 0, 0, 0)),
        (said("void", "payment"), (-1, -10000, -300, 0, 0, -10300)),
        (said("void", "moved_in"), (-1, -10000, -300, 0, 0, -10300)),
        (said("void", "sent"), (0, 0, 0, -10300, 0, 10300)),
        (said("void", "bounced"), (0, 0, 0, 0, -10300, 10300)),
        (said("void", "hold"), (0, 0, 0, 0, 0, 0)),
    ],
)
def test_what_an_entry_adds_to_its_method(its: Entry, figures: tuple[int, ...]) -> None:
    def shown(one: Totals) -> tuple[int, ...]:
        received = (one.payments, one.received_cents, one.tip_cents)
        return (*received, one.refunded_cents, one.bounced_cents, one.net_cents)

    once, twice = shown(counted(its)), shown(counted(its, its))

    assert once == figures
    assert twice == tuple(2 * figure for figure in figures)


def test_a_method_has_nothing_before_it_is_counted() -> None:
    assert counted() == Totals("cash", 0, 0, 0, 0, 0)
    assert (counted().label, Totals("").label) == ("Cash", "Not known")


@pytest.mark.parametrize(
    ("kind", "was", "has"),
    [
        ("payment", "", True),
        ("sent", "", True),
        ("bounced", "", True),
        ("void", "payment", True),
        ("void", "sent", True),
        ("void", "bounced", True),
        ("void", "moved_in", True),
        ("void", "refund", False),
        ("void", "hold", False),
        ("moved_in", "", False),
        ("moved_out", "payment", False),
        ("refund", "", False),
        ("price", "", False),
        ("deposited", "", False),
    ],
)
def test_what_a_report_has(kind: str, was: str, has: bool) -> None:
    assert is_money(entry(1, kind, was=was)) is has


def test_totals_are_by_method_in_the_tables_order() -> None:
    rows = [
        row(1, method="wire"),
        row(2, method="card", tip_cents=200),
        row(3, "price", method="venmo"),
        row(4),
        row(5),
        row(6, "sent", method="booking"),
        row(7, "void", was="payment", method="zelle"),
    ]

    assert totals(rows) == [
        Totals("cash", 2, 20000),
        Totals("zelle", -1, -10000),
        Totals("card", 1, 10000, 200),
        Totals("booking", refunded_cents=10000),
        Totals("", 1, 10000),
    ]
    assert totals([]) == []


def test_the_sum_is_what_the_company_itself_took() -> None:
    each = [
        Totals("cash", 1, 2, 3, 4, 5),
        Totals("booking", 100, 200, 300, 400, 500),
        Totals("zelle", 10, 20, 30, 40, 50),
        Totals("", 1000, 2000, 3000, 4000, 5000),
    ]

    assert sum_of(each) == Totals("", 1011, 2022, 3033, 4044, 5055)
    assert sum_of([]) == Totals("")


# What is open


def test_the_unpaid_are_by_age() -> None:
    days = [-36500, -1, 0, 30, 31, 60, 61, 90, 91, 36500, None]
    unpaid = [(paid_event(price_cents=45000 + 2**n, dollars=450), d) for n, d in enumerate(days)]
    unpaid += [(event(), 91), (event(), None), (event(), None)]

    assert by_age(iter(unpaid)) == [
        Age("Still to come", 2, 1 + 2, 0),
        Age("0 to 30 days ago", 2, 4 + 8, 0),
        Age("31 to 60 days ago", 2, 16 + 32, 0),
        Age("61 to 90 days ago", 2, 64 + 128, 0),
        Age("More than 90 days ago", 3, 256 + 512, 1),
        Age("No date", 3, 1024, 2),
    ]


def test_ages_without_anybody_are_there_too() -> None:
    assert [(one.events, one.cents, one.unpriced) for one in by_age([])] == [(0, 0, 0)] * 6


def waiting(*pending: tuple[str, int]) -> Any:
    kept = [{"number": 1, "state": state, "cents": cents} for state, cents in pending]
    return event(money={"pending": kept})


def test_refunds_not_sent_are_owed() -> None:
    events = [waiting(("owed", 100), ("received", 1)), waiting(("owed", 20), ("deposited", 2))]

    assert owed_cents(events) == 120
    assert owed_cents([]) == 0


@pytest.mark.parametrize(
    ("answer", "ended", "cents"),
    [
        ("hold", {"cancelled_at": "then"}, 200),
        ("", {"cancelled_at": "then"}, 200),
        ("", {"ended": "no_show"}, 200),
        ("keep", {"cancelled_at": "then"}, 0),
        ("", {}, 0),
        ("hold", {}, 0),
    ],
)
def test_money_of_a_sail_that_did_not_take_place_is_held(
    answer: str, ended: dict[str, str], cents: int
) -> None:
    money = {"paid_cents": 300, "refundable_cents": 200, "answer": answer}

    assert held_cents([event(money=money, **ended)]) == cents
    assert held_cents([event(money=money, **ended)] * 2) == 2 * cents
