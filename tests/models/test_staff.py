"""Who is meant by a name, an address or a number."""

import pytest

from scc.staff.model import Person, named, parse_phone, reached_by

CREW = frozenset({"crew"})
RAY = Person("p1", "Capt. Ray", CREW, phone="+1 (619) 555-0101", email="ray@example.com")
MOANA = Person("p2", "Moana Kealoha", CREW, phone="619-555-0102", email="Moana@example.com")
DEE = Person("p3", "Dee", CREW)
GONE = Person("p4", "Dee", CREW, email="dee@example.com", left_at="2026-01-01T00:00:00Z")
STAFF = [RAY, MOANA, DEE, GONE]


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("Capt. Ray", RAY),
        ("captain ray", RAY),
        ("Ray", RAY),
        ("MOANA", MOANA),
        ("Moana  Kealoha", MOANA),
        ("Dee", DEE),
        ("Kealoha", None),
        ("Kai", None),
        ("", None),
    ],
)
def test_a_name_of_the_older_tools_means_a_person(name: str, person: Person | None) -> None:
    assert named(STAFF, name) == person


def test_a_rank_is_no_first_name() -> None:
    kim = Person("p5", "Capt. Kim Lind", CREW)

    assert (kim.first_name, RAY.first_name, DEE.first_name) == ("Kim", "Ray", "Dee")
    assert Person("p6", "Cap", CREW).first_name == "Cap"
    assert named([*STAFF, kim], "Kim") == kim


def test_a_name_that_two_have_means_nobody() -> None:
    other = Person("p5", "Moana Ruiz", CREW)

    assert named([*STAFF, other], "Moana") is None


def test_who_left_is_still_known_by_name() -> None:
    assert named([RAY, GONE], "Dee") == GONE


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("moana@EXAMPLE.com ", MOANA),
        ("6195550101", RAY),
        ("1-619-555-0102", MOANA),
        ("dee@example.com", None),
        ("", None),
        ("-", None),
        ("nobody@example.com", None),
    ],
)
def test_somebody_is_reached_however_it_is_typed(text: str, person: Person | None) -> None:
    assert reached_by(STAFF, text) == person


def test_a_number_that_two_share_reaches_nobody() -> None:
    assert reached_by([MOANA, Person("p5", "Kai", CREW, phone=MOANA.phone)], MOANA.phone) is None


@pytest.mark.parametrize("text", ["+1 (619) 555-0101", "619.555.0101", "5550101"])
def test_a_phone_number_stays_as_it_was_typed(text: str) -> None:
    assert parse_phone(text) == text


@pytest.mark.parametrize("text", ["", "12", "call me", "+" * 8, "1" * 16, "555-0101 ext 2"])
def test_what_is_no_number_is_asked_back(text: str) -> None:
    with pytest.raises(ValueError, match="phone number"):
        parse_phone(text)
