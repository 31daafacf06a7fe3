"""Seals: what they hold, and what breaks them."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scc.audit.model import canonical, check, fingerprint, seal_holds, sealed

KEYS = {"k1": "the first key that only the tests know", "k2": "the second key that only they know"}
ROW = {
    "pk": "event#2026-05-23-alice-sunset#1767632400",
    "sk": "entry#000001",
    "cents": 45000,
    "payer": "Łukasz 伟",
    "actor": {"kind": "admin", "id": "x", "name": "Moana"},
    "more_to_come": True,
    "tags": ["a", None],
}

values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.text(max_size=5),
        st.integers(-(10**30), 10**30),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
items = st.dictionaries(st.text(min_size=1, max_size=5), values, max_size=5)


def test_a_sealed_row_holds() -> None:
    assert seal_holds(sealed(ROW, KEYS), KEYS)


def test_the_last_key_seals() -> None:
    assert sealed(ROW, KEYS)["seal"].startswith("k2:")


def test_an_earlier_key_still_verifies() -> None:
    old = sealed(ROW, {"k1": KEYS["k1"]})

    assert seal_holds(old, KEYS)


@pytest.mark.parametrize("seal", ["", "k2", "k2:", ":", "k3:00", "k2:" + "0" * 64, None, 5])
def test_a_seal_of_nobody_does_not_hold(seal: Any) -> None:
    assert not seal_holds(ROW | {"seal": seal}, KEYS)


def test_without_its_seal_a_row_does_not_hold() -> None:
    assert not seal_holds(ROW, KEYS)


def test_a_key_that_is_not_known_verifies_nothing() -> None:
    assert not seal_holds(sealed(ROW, KEYS), {"k1": KEYS["k1"]})


@pytest.mark.parametrize(
    "other",
    [
        {"cents": 45001},
        {"cents": "45000"},
        {"cents": {"number": "45000"}},
        {"cents": {"N": "45000"}},
        {"cents": [45000]},
        {"more_to_come": 1},
        {"more_to_come": "True"},
        {"payer": "Łukasz 伟 "},
        {"tags": ["a"]},
        {"tags": [None, "a"]},
        {"actor": {"kind": "admin", "id": "x", "name": "Keoni"}},
        {"new": None},
        {"pk": "event#2026-05-24-bob-sunset#1767632400"},
    ],
    ids=str,
)
def test_what_differs_breaks_it(other: dict[str, Any]) -> None:
    assert not seal_holds(sealed(ROW, KEYS) | other, KEYS)


def test_numbers_are_alike_however_they_come_back() -> None:
    """DynamoDB gives 450.00 back as 450, and an int as a Decimal."""
    as_read = ROW | {"cents": Decimal("45000.00")}

    assert seal_holds(sealed(ROW, KEYS) | {"cents": as_read["cents"]}, KEYS)


@given(one=items, other=items)
def test_two_rows_are_one_only_if_they_are_alike(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert (canonical(one) == canonical(other)) == (typed(one) == typed(other))


def typed(value: Any) -> Any:
    """With each value's kind beside it: in Python True is 1."""
    if isinstance(value, dict):
        return {name: typed(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [typed(inner) for inner in value]
    return (type(value).__name__, value)


def test_a_number_is_sealed_to_its_last_digit() -> None:
    assert canonical({"n": 10**37}) != canonical({"n": 10**37 + 1})


def test_a_fingerprint_does_not_know_the_order() -> None:
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": Decimal("2.0"), "a": 1})


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("payment.voided", {}),
        ("payment.logged", {"event_id": "x"}),
        ("event.reinstated", {"event_id": "x", "timestamp": 1, "more": True}),
    ],
)
def test_what_is_not_in_the_catalogue_is_refused(kind: str, fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=kind):
        check(kind, fields)


def test_what_can_have_no_seal_is_refused() -> None:
    with pytest.raises(TypeError):
        canonical({"amount": 450.1})
