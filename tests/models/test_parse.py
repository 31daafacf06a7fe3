"""What people type and clients send: understood, or asked back with a sentence."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scc.parse import money, parse_amount, parse_date, parse_key, parse_line, parse_note


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("450", 45000),
        ("450.5", 45050),
        ("450.05", 45005),
        ("1,250", 125000),
        ("$450.00", 45000),
        (" $ 1,250.00 ", 125000),
        ("0.01", 1),
        ("007", 700),
        ("100000", 10000000),
        ("100,000.00", 10000000),
    ],
)
def test_an_amount_in_cents(text: str, cents: int) -> None:
    assert parse_amount(text) == cents


ENTER = "Enter the amount, such as 450 or 1,250.00."
IN_FIGURES = "Enter the amount in figures, such as 450 or 1,250.00."
ABOVE_0 = "The amount is above 0."
REFUND = "The amount is above 0. Money given back is a refund, not a payment."
TWO_DECIMALS = "An amount has at most two decimals, such as 450.25."
AT_MOST = "The amount is at most $100,000."


@pytest.mark.parametrize(
    ("text", "what_to_do"),
    [
        ("", ENTER),
        ("$", ENTER),
        ("abc", IN_FIGURES),
        ("1e3", IN_FIGURES),
        ("0x10", IN_FIGURES),
        ("450.", IN_FIGURES),
        (".50", IN_FIGURES),
        ("1,25,000", IN_FIGURES),
        ("12,5000", IN_FIGURES),
        ("1.250,00", IN_FIGURES),
        ("٤٥٠", IN_FIGURES),
        ("４５０", IN_FIGURES),
        ("450\n450", IN_FIGURES),
        ("+450", IN_FIGURES),
        ("450$", IN_FIGURES),
        ("$$450", IN_FIGURES),
        ("--5", IN_FIGURES),
        ("NaN", IN_FIGURES),
        ("12,50", "Is 12,50 dollars and cents? Write 12.50 then."),
        ("$12,5", "Is 12,5 dollars and cents? Write 12.5 then."),
        ("1.005", TWO_DECIMALS),
        ("1,250.000", TWO_DECIMALS),
        ("0", ABOVE_0),
        ("0.00", ABOVE_0),
        ("-5", REFUND),
        ("-$5", REFUND),
        ("$-5", REFUND),
        ("- 1,250.00", REFUND),
        ("100000.01", AT_MOST),
        ("1000000000", AT_MOST),
    ],
)
def test_an_amount_asked_back(text: str, what_to_do: str) -> None:
    with pytest.raises(ValueError) as refused:
        parse_amount(text)
    assert str(refused.value) == what_to_do


@pytest.mark.parametrize(
    ("cents", "said"),
    [
        (0, "$0"),
        (5, "$0.05"),
        (99, "$0.99"),
        (100, "$1"),
        (8750, "$87.50"),
        (125000, "$1,250"),
        (-1, "−$0.01"),
        (-2000, "−$20"),
    ],
)
def test_an_amount_said_back(cents: int, said: str) -> None:
    assert money(cents) == said


@given(cents=st.integers(1, 100_000_00))
def test_an_amount_comes_back_as_it_was_written(cents: int) -> None:
    dollars = Decimal(cents) / 100

    assert parse_amount(str(dollars)) == cents
    assert parse_amount(f"${dollars:,.2f}") == cents


@given(text=st.text())
def test_whatever_is_typed_an_amount_is_cents_or_asked_back(text: str) -> None:
    try:
        assert 0 < parse_amount(text) <= 100_000_00
    except ValueError as error:
        assert str(error).endswith((".", "?"))


@pytest.mark.parametrize(
    ("text", "line"), [("  Alice  ", "Alice"), ("Jose\u0301", "José"), ("", ""), (" \u00a0 ", "")]
)
def test_a_line(text: str, line: str) -> None:
    assert parse_line(text) == line


@pytest.mark.parametrize(
    "sign", ["\0", "\n", "\r", "\t", "\x1b", "\x7f", "\x85", "\u2028", "\u2029", "\ud800"]
)
def test_a_line_holds_no_control_characters(sign: str) -> None:
    with pytest.raises(ValueError, match=r"^Leave out line breaks and control characters\.$"):
        parse_line(f"Alice{sign}Moreno")


def test_a_line_has_an_end() -> None:
    assert parse_line("a" * 120) == "a" * 120
    with pytest.raises(ValueError, match=r"^Use at most 120 characters\.$"):
        parse_line("a" * 121)


def test_a_note_has_lines() -> None:
    assert parse_note(" one\r\ntwo\rthree\tfour\n ") == "one\ntwo\nthree\tfour"


@pytest.mark.parametrize("sign", ["\0", "\x1b", "\x7f", "\ud800"])
def test_a_note_holds_no_other_control_characters(sign: str) -> None:
    with pytest.raises(ValueError, match=r"^Leave out control characters\.$"):
        parse_note(f"one{sign}two")


def test_a_note_has_an_end() -> None:
    assert len(parse_note("a" * 2000)) == 2000
    with pytest.raises(ValueError, match=r"^Use at most 2000 characters\.$"):
        parse_note("a" * 2001)


NO_DATE = r"^Enter a date that exists, as year-month-day: 2026-05-23\.$"
NO_KEY = r"^Idempotency-Key has 1 to 128 visible ASCII characters\.$"


def test_a_date() -> None:
    assert parse_date(" 2024-02-29 ") == date(2024, 2, 29)


@pytest.mark.parametrize(
    "text", ["", "2026-02-29", "2026-5-23", "23.05.2026", "20260523", "2026-W21-6", "٢٠٢٦-٠٥-٢٣"]
)
def test_no_date(text: str) -> None:
    with pytest.raises(ValueError, match=NO_DATE):
        parse_date(text)


@pytest.mark.parametrize("key", ["k", "a" * 128, "!~", "2f1c-4e"])
def test_a_key(key: str) -> None:
    assert parse_key(key) == key


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "a" * 129, "a\n", "\0"])
def test_no_key(key: str) -> None:
    with pytest.raises(ValueError, match=NO_KEY):
        parse_key(key)
