"""A slug is `YYYY-MM-DD-firstname-period`, made so that nobody types it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scc.events.model import PERIODS, Ref, is_regular, make_slug, parse_ref, slug_date, slug_name

DAY = date(2026, 5, 23)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Alice", "alice"),
        ("José", "jose"),
        ("Jose\u0301", "jose"),
        ("Anne-Marie", "annemarie"),
        ("伟", "wei"),
        ("Łukasz", "lukasz"),
        ("O'Brien", "obrien"),
        ("O’Brien", "obrien"),
        ("Mary Kate", "marykate"),
        ("Þórdís", "thordis"),
        ("Ольга", "olga"),
        ("Weiß", "weiss"),
        ("Alice 🎉", "alice"),
        ("R2D2", "rd"),
        ("ALICE", "alice"),
        ("a" * 60, "a" * 40),
    ],
)
def test_a_first_name_in_a_to_z(name: str, slug: str) -> None:
    assert slug_name(name) == slug


@pytest.mark.parametrize(
    "name", ["", " ", "🎉", "😀🎂", "❤️", "42", "٣", "-", "'", "…", "★", "™", "\u200d"]
)
def test_a_name_without_a_letter_gives_none(name: str) -> None:
    assert slug_name(name) == ""


@pytest.mark.parametrize(
    "slug",
    [
        "2026-05-23-alice-sunset",
        "2026-05-23-alice2-sunset",
        "2024-02-29-jose-day",
        *(f"2026-05-23-alice-{period}" for period in PERIODS),
    ],
)
def test_regular(slug: str) -> None:
    assert is_regular(slug)


@pytest.mark.parametrize(
    "slug",
    [
        "2026-02-29-alice-sunset",
        "2026-13-01-alice-sunset",
        "2026-5-23-alice-sunset",
        "2026-05-23-alice-dusk",
        "2026-05-23-Alice-sunset",
        "2026-05-23-josé-sunset",
        "2026-05-23-anne-marie-sunset",
        "2026-05-23--sunset",
        "2026-05-23-2-sunset",
        "2026-05-23-alice",
        "2026-05-23-alice-sunset ",
        "2026-05-23-alice-sunset\n",
        "x2026-05-23-alice-sunset",
        "٢٠٢٦-05-23-alice-sunset",
    ],
)
def test_irregular(slug: str) -> None:
    assert not is_regular(slug)


@given(
    day=st.dates(date(1900, 1, 1), date(2200, 1, 1)),
    name=st.text(max_size=60),
    period=st.sampled_from(list(PERIODS)),
    ordinal=st.integers(1, 99),
)
def test_whatever_the_name_a_slug_is_regular_or_none(
    day: date, name: str, period: str, ordinal: int
) -> None:
    if slug_name(name):
        slug = make_slug(day, name, period, ordinal)
        assert is_regular(slug)
        assert slug_date(slug) == day
    else:
        with pytest.raises(ValueError, match="is no slug"):
            make_slug(day, name, period, ordinal)


@pytest.mark.parametrize(
    ("ordinal", "slug"), [(1, "2026-05-23-alice-sunset"), (2, "2026-05-23-alice2-sunset")]
)
def test_a_digit_where_two_would_be_the_same(ordinal: int, slug: str) -> None:
    assert make_slug(DAY, "Alice", "sunset", ordinal) == slug


@given(slug=st.text(min_size=1), timestamp=st.integers(-(10**12), 10**18))
def test_an_address_is_read_as_it_was_written(slug: str, timestamp: int) -> None:
    assert parse_ref(str(Ref(slug, timestamp))) == Ref(slug, timestamp)


@pytest.mark.parametrize(
    "text", ["alice", "~", "~5", "alice~", "alice~05", "alice~5x", "a~" + "9" * 21]
)
def test_what_is_no_timestamp_belongs_to_the_slug(text: str) -> None:
    assert parse_ref(text) == Ref(text)
