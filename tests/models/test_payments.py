"""What a payment is, what looks like a repeat of it, and what the event then says."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from scc.audit.model import Actor
from scc.events.model import Event, LastPayment, Ref
from scc.ledger.model import Pending, Standing
from scc.payments.model import (
    NewPayment,
    Price,
    above_balance,
    in_words,
    money_attributes,
    opening,
    parse_method,
    parse_payer,
    parse_received_on,
    parse_tip,
    price_lines,
)
from tests.models.sample import DAY, event, moment, paid_event

PAYMENT = NewPayment("Alice", 45000, "zelle", key="k")
LAST = LastPayment("earlier", "Alice", 45000, "zelle", "", "2026-05-23T20:00:00+00:00")
THEN = moment(LAST.at)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("cents", "method", "tip_cents", "words"),
    [
        (45000, "zelle", 0, "$450 by Zelle from Alice"),
        (45000, "zelle", 5000, "$450 and a $50 tip by Zelle from Alice"),
        (0, "cash", 2000, "a $20 tip in cash from Alice"),
        (0, "cash", 0, "$0 in cash from Alice"),
        (8750, "", 0, "$87.50 from Alice"),
    ],
)
def test_a_payment_in_words(cents: int, method: str, tip_cents: int, words: str) -> None:
    assert in_words(cents, method, "Alice", tip_cents) == words


def test_a_payment_in_words_has_no_tip_unless_told() -> None:
    assert in_words(100, "check", "Bob") == "$1 by check from Bob"


@pytest.mark.parametrize(
    ("dollars", "price_cents", "cents", "above"),
    [
        (0, None, 45000, 0),
        (0, 45000, 45000, 0),
        (0, 45000, 45001, 1),
        (200, 45000, 30000, 5000),
        (200, 45000, 20000, 0),
        (500, 45000, 300, 300),
        (450, 45000, 1, 1),
    ],
)
def test_what_the_event_does_not_owe_is_above(
    dollars: int, price_cents: int | None, cents: int, above: int
) -> None:
    assert above_balance(paid_event(dollars, price_cents), cents) == above


@pytest.mark.parametrize(
    ("above", "split"),
    [
        ("tip", (25000, 6000, 0)),
        ("owed", (30000, 1000, 5000)),
        ("credit", (30000, 1000, 0)),
        ("", (30000, 1000, 0)),
    ],
)
def test_what_is_above_goes_where_it_was_said(above: str, split: tuple[int, int, int]) -> None:
    payment = replace(PAYMENT, cents=30000, tip_cents=1000, above=above)

    assert payment.split(paid_event(200)) == split


def test_a_price_is_the_sum_of_its_lines() -> None:
    assert Price({"charter": 50000, "discount": -5000}, "agreed").cents == 45000
    assert Price({"charter": 0}, "free").cents == 0
    assert Price({}, "not agreed yet").cents is None


def test_a_price_without_lines_is_all_for_the_charter() -> None:
    assert price_lines(event(price_cents=45000)) == {"charter": 45000}
    assert price_lines(event(price_cents=3, price_lines={"charter": 1, "fee": 2})) == {
        "charter": 1,
        "fee": 2,
    }
    assert price_lines(event(price_lines={"charter": 1})) == {}


REF = Ref("2026-05-23-alice-sunset", 17)


def test_a_fingerprint_stays_the_same_from_one_release_to_the_next() -> None:
    told = (
        b'{"M":{"above":"tip","cents":{"N":"45000"},"event":"2026-05-23-alice-sunset~17",'
        b'"method":"other","method_as_sent":"wire","more_to_come":true,"note":"n","payer":"Alice",'
        b'"received_on":"2026-05-22","reference":"r","tip_cents":{"N":"500"}}}'
    )
    payment = NewPayment(
        payer="Alice",
        cents=45000,
        method="other",
        received_on=date(2026, 5, 22),
        method_as_sent="wire",
        tip_cents=500,
        reference="r",
        note="n",
        more_to_come=True,
        above="tip",
    )

    assert payment.fingerprint(REF) == hashlib.sha256(told).hexdigest()


def test_a_fingerprint_without_a_day_has_none() -> None:
    told = (
        b'{"M":{"above":"","cents":{"N":"45000"},"event":"2026-05-23-alice-sunset~17",'
        b'"method":"zelle","method_as_sent":"","more_to_come":false,"note":"","payer":"Alice",'
        b'"received_on":"","reference":"","tip_cents":{"N":"0"}}}'
    )

    assert PAYMENT.fingerprint(REF) == hashlib.sha256(told).hexdigest()


@pytest.mark.parametrize(
    "other",
    [
        {"payer": "Bob"},
        {"cents": 1},
        {"method": "venmo"},
        {"method_as_sent": "wire"},
        {"received_on": DAY},
        {"tip_cents": 1},
        {"reference": "r"},
        {"note": "n"},
        {"more_to_come": True},
        {"above": "tip"},
    ],
)
def test_another_payment_has_another_fingerprint(other: dict[str, Any]) -> None:
    assert replace(PAYMENT, **other).fingerprint(REF) != PAYMENT.fingerprint(REF)


def test_the_key_and_what_was_on_the_page_make_no_other_payment() -> None:
    assert replace(PAYMENT, key="l", seen="1-abc").fingerprint(REF) == PAYMENT.fingerprint(REF)


# Repeats


@pytest.mark.parametrize(
    ("given", "last", "after", "alike"),
    [
        ({}, {}, SECOND, True),
        ({}, {}, timedelta(days=2), True),
        ({}, {}, timedelta(days=2) + SECOND, False),
        ({}, {"id": "k"}, SECOND, False),
        ({}, {"payer": "Bob"}, SECOND, True),
        ({}, {"cents": 44999}, SECOND, False),
        ({}, {"method": "venmo"}, SECOND, False),
        ({"cents": 0}, {"cents": 0}, SECOND, False),
        ({"cents": 1}, {"cents": 1}, SECOND, True),
        ({"key": None}, {}, SECOND, True),
    ],
)
def test_what_may_be_the_same_money_again(
    given: dict[str, Any], last: dict[str, Any], after: timedelta, alike: bool
) -> None:
    payment = replace(PAYMENT, **given)

    assert payment.looks_like(replace(LAST, **last), THEN + after) is alike


@pytest.mark.parametrize(
    ("given", "last", "after", "repeats"),
    [
        ({}, {}, SECOND, True),
        ({}, {}, timedelta(minutes=2), True),
        ({}, {}, timedelta(minutes=2) + SECOND, False),
        ({"key": "k"}, {}, SECOND, False),
        ({"payer": "Bob"}, {}, SECOND, False),
        ({"cents": 1}, {}, SECOND, False),
        ({"method": "venmo"}, {}, SECOND, False),
        ({"method_as_sent": "wire"}, {}, SECOND, False),
        ({"method_as_sent": "wire"}, {"method_as_sent": "wire"}, SECOND, True),
        ({"tip_cents": 1}, {}, SECOND, True),
    ],
)
def test_a_request_without_a_key_that_is_the_last_one_again(
    given: dict[str, Any], last: dict[str, Any], after: timedelta, repeats: bool
) -> None:
    payment = replace(PAYMENT, **({"key": None} | given))

    assert payment.repeats(replace(LAST, **last), THEN + after) is repeats


def test_the_first_payment_repeats_nothing() -> None:
    assert not PAYMENT.looks_like(None, THEN)
    assert not replace(PAYMENT, key=None).repeats(None, THEN)


# What the older tool wrote


def taken_in(its: Event) -> tuple[int | None, bool, dict[str, str]] | None:
    entry = opening(its, "now", 3, "id")
    return None if entry is None else (entry.cents, entry.outright, dict(entry.recorded))


@pytest.mark.parametrize(
    "its",
    [
        event(),
        event(payment_amount=Decimal(0), payment_cleared=False),
        paid_event(200),
        paid_event(450),
        event(price_cents=45000),
        event(payment_amount="odd", entries=2),
    ],
)
def test_nothing_is_taken_in_of_what_is_as_it_was_left(its: Event) -> None:
    assert taken_in(its) is None


@pytest.mark.parametrize(
    ("item", "cents", "outright", "recorded"),
    [
        (
            {
                "payment_cleared": True,
                "payment_amount": Decimal("450"),
                "payment_cleared_at": "2025-12-01T00:00:00Z",
                "payment_method": "wire",
            },
            45000,
            True,
            {
                "payment_cleared": "True",
                "payment_cleared_at": "2025-12-01T00:00:00Z",
                "payment_amount": "450",
                "payment_method": "wire",
            },
        ),
        # Settled, but nobody said by how much.
        ({"payment_cleared": True}, None, True, {"payment_cleared": "True"}),
        (
            {"payment_cleared": True, "payment_amount": "a lot"},
            None,
            True,
            {"payment_cleared": "True", "payment_amount": "a lot"},
        ),
        # Illegible, on an event that SCC never wrote to.
        (
            {"payment_amount": "a lot", "payment_method": None},
            None,
            False,
            {"payment_amount": "a lot"},
        ),
        # Illegible, where SCC had logged $200.
        (
            {"payment_amount": "a lot", "money": {"paid_cents": 20000}, "entries": 1},
            None,
            False,
            {"payment_amount": "a lot"},
        ),
        # $600 recorded where SCC had logged $450, and less.
        (
            {"payment_amount": Decimal(600), "money": {"paid_cents": 45000}, "entries": 1},
            15000,
            False,
            {"payment_amount": "600"},
        ),
        ({"money": {"paid_cents": 45000}, "entries": 1}, -45000, False, {}),
        # Settled by the older tool, the amount as SCC has it.
        (
            {
                "payment_cleared": True,
                "payment_amount": Decimal(200),
                "money": {"paid_cents": 20000},
                "price_cents": 45000,
            },
            0,
            True,
            {"payment_cleared": "True", "payment_amount": "200"},
        ),
        # Reopened by the older tool.
        (
            {
                "payment_cleared": False,
                "payment_amount": Decimal(200),
                "money": {"paid_cents": 20000, "final": True},
            },
            0,
            False,
            {"payment_cleared": "False", "payment_amount": "200"},
        ),
        # More recorded, and settled on both sides.
        (
            {
                "payment_cleared": True,
                "payment_amount": Decimal(300),
                "money": {"paid_cents": 20000, "final": True},
            },
            10000,
            False,
            {"payment_cleared": "True", "payment_amount": "300"},
        ),
    ],
)
def test_what_the_older_tool_recorded_is_taken_in(
    item: dict[str, Any], cents: int | None, outright: bool, recorded: dict[str, str]
) -> None:
    assert taken_in(event(**item)) == (cents, outright, recorded)


def test_an_opening_is_by_the_older_tool() -> None:
    entry = opening(event(payment_amount=Decimal(1)), "now", 3, "id")

    assert entry is not None
    assert (entry.kind, entry.id, entry.number, entry.at) == ("opening", "id", 3, "now")
    assert entry.actor == Actor("system", "older tool", "older tool")
    assert (entry.method, entry.payer, entry.received_on) == ("", "", "")


# What the event then says


def test_the_event_says_what_the_standing_is() -> None:
    standing = Standing(
        price_cents=45000,
        price_lines={"charter": 45000},
        paid_cents=45050,
        refundable_cents=45050,
        settled_at="then",
    )

    set_, remove = money_attributes(event(), standing)

    assert set_ == {
        "payment_cleared": True,
        "payment_cleared_at": "then",
        "payment_amount": Decimal("450.5"),
        "money": standing.item(),
        "price_cents": 45000,
        "price_lines": {"charter": 45000},
    }
    assert set(remove) == {"open", "matter"}


def test_what_the_standing_does_not_say_is_taken_away() -> None:
    set_, remove = money_attributes(event(payment_amount=Decimal(450)), Standing())

    assert set_ == {"payment_cleared": False, "money": Standing().item(), "open": "unpaid"}
    assert sorted(remove) == [
        "matter",
        "payment_amount",
        "payment_cleared_at",
        "price_cents",
        "price_lines",
    ]


@pytest.mark.parametrize("recorded", ["a lot", None])
def test_an_amount_that_nobody_can_read_is_left_where_it_is(recorded: str | None) -> None:
    item = {} if recorded is None else {"payment_amount": recorded}

    set_, remove = money_attributes(event(**item), Standing())

    assert "payment_amount" not in {*set_, *remove}


@pytest.mark.parametrize(("cents", "dollars"), [(1, "0.01"), (-100, "-1")])
def test_an_amount_is_kept_in_dollars(cents: int, dollars: str) -> None:
    set_, _ = money_attributes(event(), Standing(paid_cents=cents))

    assert set_["payment_amount"] == Decimal(dollars)


def test_a_payment_not_yet_in_the_bank_is_a_matter() -> None:
    waits = Pending(1, "received", 100, "zelle", "Alice", "2026-05-23")

    set_, _ = money_attributes(event(), Standing(paid_cents=100, pending=(waits,)))

    assert set_["matter"] == "open"


def test_a_price_alone_leaves_the_event_among_the_unpaid() -> None:
    set_, _ = money_attributes(event(payment_cleared=True), Standing(price_cents=45000))

    assert (set_["open"], set_["payment_cleared"]) == ("unpaid", False)


# Parsers


@pytest.mark.parametrize(
    ("text", "name"), [(" Alice ", "Alice"), ("7", "7"), ("&", "&"), ("$", "$"), ("李", "李")]
)
def test_a_payer(text: str, name: str) -> None:
    assert parse_payer(text) == name


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "\u0301"])
def test_nobody_is_no_payer(text: str) -> None:
    with pytest.raises(ValueError) as refused:
        parse_payer(text)
    assert str(refused.value) == "Enter the name of who paid."


def test_a_method() -> None:
    assert parse_method("zelle") == "zelle"
    with pytest.raises(ValueError) as refused:
        parse_method("wire")
    assert str(refused.value) == (
        "Choose how it was paid: cash, check, zelle, venmo, card, booking, other."
    )


@pytest.mark.parametrize("text", ["2026-05-23", "2026-05-22", "2000-01-01"])
def test_a_day_of_receipt(text: str) -> None:
    assert parse_received_on(text, DAY) == date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2026-05-24", "That day is still to come. Today is 2026-05-23."),
        ("1999-12-31", "Check the year."),
        ("soon", "Enter a date that exists, as year-month-day: 2026-05-23."),
    ],
)
def test_no_day_of_receipt(text: str, told: str) -> None:
    with pytest.raises(ValueError) as refused:
        parse_received_on(text, DAY)
    assert str(refused.value) == told


@pytest.mark.parametrize(
    ("text", "cents"),
    [("", 0), (" ", 0), ("0", 0), ("0.0", 0), ("$0.00", 0), ("$ 0", 0), ("$", 0), ("20", 2000)],
)
def test_a_tip(text: str, cents: int) -> None:
    assert parse_tip(text) == cents


def test_a_tip_is_an_amount() -> None:
    assert parse_tip(" $ 12.50 ") == 1250
    with pytest.raises(ValueError, match="The amount is above 0"):
        parse_tip("-5")
