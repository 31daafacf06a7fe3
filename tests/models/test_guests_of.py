"""How many come, by what somebody wrote: told, or not told; never a wrong number."""

import pytest

from scc.events.party import guests_of


@pytest.mark.parametrize(
    ("text", "guests"),
    [
        ("8", 8),
        ("about 10", 10),
        ("8 guests", 8),
        ("6-8", 8),
        ("6–8 or so", 8),
        ("6 to 8", 8),
        ("8 adults, 2 kids", 10),
        ("8 Adults + 1 child and 1 baby", 10),
        ("4 adults 2 kids 2 infants", 8),
        ("10 guests (8 adults, 2 kids)", 10),
    ],
)
def test_told(text: str, guests: int) -> None:
    assert guests_of(text) == guests


@pytest.mark.parametrize(
    "text",
    [
        "",
        "many",
        "8 + 2",
        "party of 8 at 5",
        "10 guests, 8 adults",
        "4 couples",
        "619-555-0100",
        "2026",
    ],
)
def test_not_told(text: str) -> None:
    assert guests_of(text) is None
