"""The rules of sessions and of guessing, by themselves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scc.sessions.model import (
    ABSOLUTE,
    IDLE,
    Session,
    digest,
    minute_of,
    network_of,
    out_of_window,
    parse_name,
    seconds_until_heard,
    tries,
)

NOW = datetime(2026, 5, 23, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SESSION = Session(
    id=digest("secret"),
    name="Moana",
    seen_at=NOW,
    ends_at=NOW + ABSOLUTE,
    stage="production",
    epoch=digest("hash"),
)


def live(session: Session = SESSION, **other: object) -> bool:
    wanted = {"now": NOW, "stage": "production", "epoch": digest("hash")} | other
    return session.is_live(**wanted)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("later", "is_it"), [(timedelta(), True), (IDLE - SECOND, True), (IDLE, False)]
)
def test_it_lives_while_it_is_used(later: timedelta, is_it: bool) -> None:
    assert live(now=NOW + later) == is_it


@pytest.mark.parametrize(("later", "is_it"), [(ABSOLUTE - SECOND, True), (ABSOLUTE, False)])
def test_it_lives_a_week_at_most(later: timedelta, is_it: bool) -> None:
    assert live(replace(SESSION, seen_at=NOW + later), now=NOW + later) == is_it


@pytest.mark.parametrize("other", [{"stage": "staging"}, {"epoch": digest("another")}])
def test_it_lives_on_its_own_stage_under_its_own_password(other: dict[str, str]) -> None:
    assert not live(**other)


def test_its_actor_can_be_told_from_another_of_the_name() -> None:
    other = replace(SESSION, id=digest("another"))

    assert (SESSION.actor.name, SESSION.actor.id == other.actor.id) == ("Moana", False)


def test_what_names_it_in_the_audit_opens_nothing() -> None:
    assert SESSION.id.startswith(SESSION.actor.id)
    assert "secret" not in str(SESSION)


@pytest.mark.parametrize(("text", "name"), [(" Moana ", "Moana"), ("José", "José"), ("7", "7")])
def test_a_name_is_one_line_with_a_letter_or_digit(text: str, name: str) -> None:
    assert parse_name(text) == name


@pytest.mark.parametrize("text", ["", " ", "–", "a\nb", "a\x00b", "x" * 61])
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_name(text)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("::1", "::/64"),
        ("", "unknown"),
        ("unknown", "unknown"),
        ("everywhere", "unknown"),
        ("198.51.100.7, 192.0.2.1", "unknown"),
    ],
)
def test_failures_are_counted_against_whoever_has_the_network(address: str, network: str) -> None:
    assert network_of(address) == network


# Minutes of guessing. M is the running one.

M = minute_of(NOW)


@pytest.mark.parametrize(
    ("counts", "sum_"),
    [
        ({}, 0),
        ({f"m{M}": 3}, 3),
        ({f"m{M - 5}": 2, f"m{M}": 3}, 5),
        ({f"m{M - 6}": 9, f"m{M + 1}": 9, "known_until": 9, "expires": 9}, 0),
        ({f"m{M - 2}": 4, f"m{M - 1}": -1}, 3),
    ],
)
def test_what_was_tried_in_the_last_minutes_counts(counts: dict[str, int], sum_: int) -> None:
    assert tries(counts, M) == sum_


def test_what_no_longer_counts_can_be_dropped() -> None:
    counts = {f"m{M - n}": 1 for n in (0, 5, 6, 7000)} | {"minute": 1, "expires": 1}

    assert out_of_window(counts, M) == [f"m{M - 6}", f"m{M - 7000}"]


@pytest.mark.parametrize(
    ("counts", "second", "wait"),
    [
        ({f"m{M}": 10}, 0, 360),
        ({f"m{M}": 10}, 59, 301),
        ({f"m{M - 5}": 10}, 0, 60),
        ({f"m{M - 5}": 10}, 59, 1),
        ({f"m{M - 5}": 0, f"m{M - 3}": 10}, 0, 180),
        ({}, 0, 60),
    ],
)
def test_one_is_heard_again_when_the_oldest_try_no_longer_counts(
    counts: dict[str, int], second: int, wait: int
) -> None:
    assert seconds_until_heard(counts, NOW + second * SECOND) == wait
