"""What can be corrected, and what is said instead where it can't."""

from collections.abc import Callable, Sequence

import pytest

from scc.corrections.model import (
    check_movable,
    check_unsent,
    check_voidable,
    entry_numbered,
    in_brief,
    left_by_payer,
    lowered,
    state_of,
    was,
)
from scc.errors import NotFound, Refused
from scc.ledger.model import Entry, fold, reading
from tests.models.sample import entry, price

Check = Callable[[Entry, Sequence[Entry]], None]


def told(check: Check, entries: Sequence[Entry], number: int = 1) -> str:
    """What is said against it; nothing where it can be done."""
    try:
        check(entry_numbered(entries, number), entries)
    except Refused as refused:
        return str(refused)
    return ""


BOUNCED = [entry(1), entry(2, "bounced", of=1)]
MOVED = [entry(1), entry(2, "moved_out", of=1, other="2026-05-24-bob-sunset~1")]
VOIDED = [entry(1), entry(2, "void", of=1)]
BANKED = [entry(1), entry(2, "banked", of=1)]
SENT = [entry(1, "refund"), entry(2, "sent", of=1)]

IS_VOIDED = "It was voided already, by Dee in no. 2."
IS_MOVED = "It was moved to 2026-05-24-bob-sunset~1. Correct it there."
IS_BOUNCED = "It bounced, so it counts no more. Void the bounce if that was a mistake."


def test_an_entry_is_found_by_its_number() -> None:
    assert entry_numbered(BOUNCED, 2) is BOUNCED[1]
    with pytest.raises(NotFound) as missing:
        entry_numbered(BOUNCED, 3)
    assert str(missing.value) == "There is no such entry."


@pytest.mark.parametrize(
    ("entries", "number", "instead"),
    [
        *(
            ([entry(1, kind)], 1, "")
            for kind in ("payment", "moved_in", "opening", "refund", "hold")
        ),
        *(
            ([entry(1), entry(2, kind, of=1)], 2, "")
            for kind in ("deposited", "banked", "bounced", "sent")
        ),
        ([price(1, 45000)], 1, "A price is not voided: change it, and say why."),
        (VOIDED, 2, "A void stays. Log anew what was right."),
        (MOVED, 2, "It was moved. Move it back from the other event."),
        (VOIDED, 1, IS_VOIDED),
        (MOVED, 1, IS_MOVED),
        (BOUNCED, 1, IS_BOUNCED),
        (BANKED, 1, ""),
        (SENT, 1, ""),
        ([*BOUNCED, entry(3, "void", of=2)], 1, ""),
        ([*BOUNCED, entry(3, "void", of=2)], 2, "It was voided already, by Dee in no. 3."),
        ([entry(1), entry(2), entry(3, "void", of=2)], 1, ""),
    ],
)
def test_what_can_be_voided(entries: list[Entry], number: int, instead: str) -> None:
    assert told(check_voidable, entries, number) == instead


@pytest.mark.parametrize(
    ("entries", "instead"),
    [
        ([entry(1)], ""),
        ([entry(1, "moved_in")], ""),
        ([entry(1, "opening")], ""),
        (BANKED, ""),
        ([entry(1, "refund")], "Only money that came in can be moved."),
        ([price(1, 45000)], "Only money that came in can be moved."),
        (
            [entry(1, "opening", cents=None)],
            "Its amount is not known. Void it, and log it anew for the other event.",
        ),
        ([entry(1, cents=0, tip_cents=500)], ""),
        (VOIDED, IS_VOIDED),
        (MOVED, IS_MOVED),
        (BOUNCED, IS_BOUNCED),
    ],
)
def test_what_can_be_moved(entries: list[Entry], instead: str) -> None:
    assert told(check_movable, entries) == instead


@pytest.mark.parametrize(
    ("entries", "instead"),
    [
        ([entry(1, "refund")], ""),
        ([entry(1)], "Only a refund is sent."),
        (SENT, "It was sent already: Dee said so in no. 2."),
        ([*SENT, entry(3, "void", of=2)], ""),
        ([entry(1, "refund"), entry(2, "void", of=1)], IS_VOIDED),
    ],
)
def test_what_can_be_sent(entries: list[Entry], instead: str) -> None:
    assert told(check_unsent, entries) == instead


@pytest.mark.parametrize(
    ("entries", "kind"),
    [
        (SENT, "sent"),
        (SENT[:1], "refund"),
        ([*SENT, entry(3, "void", of=2)], "refund"),
        (BANKED, "payment"),
        ([entry(1, "hold")], "hold"),
    ],
)
def test_what_a_void_takes_back(entries: list[Entry], kind: str) -> None:
    assert was(entries[0], reading(entries)) == kind


@pytest.mark.parametrize(
    ("entries", "state"),
    [
        ([entry(1, method="check")], "received"),
        ([entry(1, method="check"), entry(2, "deposited", of=1)], "deposited"),
        (BANKED, "banked"),
        ([entry(1, "moved_in", state="deposited", method="check")], "deposited"),
        ([entry(1, "moved_in", state="deposited"), entry(2, "banked", of=1)], "banked"),
        ([entry(1, method="cash")], ""),
        ([entry(1, method="")], ""),
    ],
)
def test_how_far_the_money_has_come(entries: list[Entry], state: str) -> None:
    assert state_of(entries[0], reading(entries)) == state


@pytest.mark.parametrize(
    ("its", "brief"),
    [
        (entry(1), "Payment, $450 by Zelle from Alice"),
        (entry(1, tip_cents=500), "Payment, $450 and a $5 tip by Zelle from Alice"),
        (entry(1, "moved_in", method="cash"), "Payment, $450 in cash from Alice"),
        (entry(1, "opening", method="", payer=""), "Recorded before, $450"),
        (entry(1, "opening", cents=None), "Recorded before"),
        (entry(1, "refund", payer=""), "Refund, $450 by Zelle"),
        (entry(1, "refund", payer="Al from Lee"), "Refund, $450 by Zelle to Al from Lee"),
        (entry(2, "sent", of=1), "Sent, $450 by Zelle to Alice"),
        (entry(2, "void", of=1, was="refund"), "Void, $450 by Zelle to Alice"),
        (entry(2, "void", of=1, was="sent"), "Void, $450 by Zelle to Alice"),
        (entry(2, "void", of=1, was="payment"), "Void, $450 by Zelle from Alice"),
        (entry(1, "moved_out"), "Moved out, $450 by Zelle from Alice"),
        (entry(1, "hold", cents=None), "Hold"),
    ],
)
def test_an_entry_in_brief(its: Entry, brief: str) -> None:
    assert in_brief(its) == brief


BO = {"payer": "Bo", "cents": 20000}


@pytest.mark.parametrize(
    ("entries", "left"),
    [
        ([], {}),
        ([price(1, 45000), entry(2)], {"Alice": 45000}),
        ([entry(1), entry(2, **BO), entry(3, cents=100)], {"Alice": 45100, "Bo": 20000}),
        ([entry(1, payer=""), entry(2, payer="The patron")], {"The patron": 90000}),
        ([entry(1, "opening"), entry(2, "moved_in", **BO)], {"Alice": 45000, "Bo": 20000}),
        ([entry(1, method="booking"), entry(2, **BO)], {"Bo": 20000}),
        ([entry(1, "opening", cents=None)], {}),
        ([entry(1), entry(2, **BO), entry(3, "bounced", of=1)], {"Bo": 20000}),
        ([*BOUNCED, entry(3, "refund", cents=5)], {}),
        ([entry(1), entry(2, **BO), entry(3, "refund", **BO)], {"Alice": 45000}),
        ([*SENT[:1], entry(2), entry(3, "void", of=1)], {"Alice": 45000}),
        (
            [entry(1), entry(2, **BO), entry(3, "refund", payer="Cy", cents=21000)],
            {"Alice": 44000},
        ),
        (
            [entry(1), entry(2, **BO), entry(3, "refund", payer="Bo", cents=21000)],
            {"Alice": 44000},
        ),
        ([entry(1), entry(2, "refund", payer="Cy", cents=45000)], {}),
    ],
)
def test_what_each_payer_has_left(entries: list[Entry], left: dict[str, int]) -> None:
    assert left_by_payer(entries, "The patron") == left
    assert sum(left.values()) == max(0, fold(entries).refundable_cents)


@pytest.mark.parametrize(
    ("lines", "cents", "left"),
    [
        ({"charter": 45000}, 10000, {"charter": 45000, "discount": -10000}),
        (
            {"charter": 45000, "tax": 2000, "discount": -5000},
            2000,
            {"charter": 45000, "tax": 2000, "discount": -7000},
        ),
        ({"charter": 45000}, 45000, {"charter": 45000, "discount": -45000}),
        ({"charter": 45000}, 50000, {"charter": 45000, "discount": -45000}),
        ({"charter": 45000, "discount": -5000}, 0, {"charter": 45000, "discount": -5000}),
        ({"charter": 45000}, 0, {"charter": 45000}),
        ({"charter": 1, "tax": 0}, 1, {"charter": 1, "discount": -1}),
        ({"charter": 2}, 1, {"charter": 2, "discount": -1}),
        ({}, 500, {"charter": 0}),
    ],
)
def test_a_price_comes_down_by_its_discount(
    lines: dict[str, int], cents: int, left: dict[str, int]
) -> None:
    assert lowered(lines, cents) == left
