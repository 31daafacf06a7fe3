"""What people type and clients send: understood, or asked back with a sentence."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scc.parse import parse_amount, parse_date, parse_key, parse_line, parse_note


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


@pytest.mark.parametrize(
    ("text", "what_to_do"),
    [
        ("", "Enter the amount, such as"),
        ("$", "Enter the amount, such as"),
        ("abc", "in figures"),
        ("1e3", "in figures"),
        ("0x10", "in figures"),
        ("450.", "in figures"),
        (".50", "in figures"),
        ("1,25,000", "in figures"),
        ("12,5000", "in figures"),
        ("1.250,00", "in figures"),
        ("٤٥٠", "in figures"),
        ("４５０", "in figures"),
        ("450\n450", "in figures"),
        ("+450", "in figures"),
        ("--5", "in figures"),
        ("NaN", "in figures"),
        ("12,50", "Write 12.50 then"),
        ("12,5", "Write 12.5 then"),
        ("1.005", "two decimals"),
        ("1,250.000", "two decimals"),
        ("0", "above 0"),
        ("0.00", "above 0"),
        ("-5", "is a refund"),
        ("-$5", "is a refund"),
        ("- 1,250.00", "is a refund"),
        ("100000.01", r"at most \$100,000"),
        ("1000000000", r"at most \$100,000"),
    ],
)
def test_an_amount_asked_back(text: str, what_to_do: str) -> None:
    with pytest.raises(ValueError, match=what_to_do):
        parse_amount(text)


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
    "sign", ["\0", "\n", "\r", "\t", "\x1b", "\x7f", "\x85", "\u2028", "\ud800"]
)
def test_a_line_holds_no_control_characters(sign: str) -> None:
    with pytest.raises(ValueError, match="control characters"):
        parse_line(f"Alice{sign}Moreno")


def test_a_line_has_an_end() -> None:
    assert parse_line("a" * 120) == "a" * 120
    with pytest.raises(ValueError, match="at most 120"):
        parse_line("a" * 121)


def test_a_note_has_lines() -> None:
    assert parse_note(" one\r\ntwo\rthree\tfour\n ") == "one\ntwo\nthree\tfour"


@pytest.mark.parametrize("sign", ["\0", "\x1b", "\x7f", "\ud800"])
def test_a_note_holds_no_other_control_characters(sign: str) -> None:
    with pytest.raises(ValueError, match="control characters"):
        parse_note(f"one{sign}two")


def test_a_note_has_an_end() -> None:
    assert len(parse_note("a" * 2000)) == 2000
    with pytest.raises(ValueError, match="at most 2000"):
        parse_note("a" * 2001)


def test_a_date() -> None:
    assert parse_date(" 2024-02-29 ") == date(2024, 2, 29)


@pytest.mark.parametrize(
    "text", ["", "2026-02-29", "2026-5-23", "23.05.2026", "20260523", "2026-W21-6", "٢٠٢٦-٠٥-٢٣"]
)
def test_no_date(text: str) -> None:
    with pytest.raises(ValueError, match="Enter a date that exists"):
        parse_date(text)


@pytest.mark.parametrize("key", ["k", "a" * 128, "!~", "2f1c-4e"])
def test_a_key(key: str) -> None:
    assert parse_key(key) == key


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "a" * 129, "a\n", "\0"])
def test_no_key(key: str) -> None:
    with pytest.raises(ValueError, match="128 visible ASCII"):
        parse_key(key)
