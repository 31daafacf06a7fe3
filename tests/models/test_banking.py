"""Where a payment's money is, what can be said of it next, and what waits for somebody."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from scc.banking.model import (
    Known,
    Place,
    known,
    marking,
    parse_place,
    parse_seen_on,
    sorted_out,
    steps,
)
from scc.events.model import Event
from scc.ledger.model import Entry
from tests.models.sample import DAY, entry, event


@pytest.mark.parametrize(
    ("state", "method", "next_"),
    [
        ("received", "check", ("deposited", "banked", "bounced")),
        ("received", "zelle", ("banked", "bounced")),
        ("deposited", "check", ("banked", "bounced")),
        ("owed", "check", ()),
        ("owed", "zelle", ()),
        ("banked", "check", ()),
    ],
)
def test_only_what_is_carried_to_the_bank_is_deposited(
    state: str, method: str, next_: tuple[str, ...]
) -> None:
    assert steps(state, method) == next_


CHECK = entry(1, method="check")
DEPOSITED = entry(2, "deposited", of=1, method="check")
BANKED = entry(3, "banked", of=1, method="check")
BOUNCED = entry(4, "bounced", of=1, method="check")


@pytest.mark.parametrize(
    ("entries", "state", "last", "allows"),
    [
        ([CHECK], "received", None, ("deposited", "banked", "bounced")),
        ([CHECK, DEPOSITED], "deposited", DEPOSITED, ("banked", "bounced")),
        ([CHECK, DEPOSITED, BANKED], "banked", BANKED, ("bounced",)),
        ([CHECK, BANKED, BOUNCED], "", BOUNCED, ()),
        ([CHECK, DEPOSITED, entry(3, "void", of=2)], "received", None, None),
        ([entry(1, method="cash")], "received", None, ()),
        ([entry(1, "refund")], "received", None, ()),
        ([entry(1, "moved_in", state="deposited")], "deposited", None, ("banked", "bounced")),
        ([entry(1, "moved_in", state="banked")], "banked", None, ("bounced",)),
    ],
)
def test_what_is_known_of_a_payment(
    entries: list[Entry], state: str, last: Entry | None, allows: tuple[str, ...] | None
) -> None:
    found = known(iter(entries), 1)

    assert found == Known(entries[0], state, last)
    assert allows is None or found.allows == allows


def test_of_a_voided_payment_the_void_is_the_last_word() -> None:
    void = entry(4, "void", of=1)
    others = [entry(2), entry(3, "void", of=2)]

    assert known([CHECK, *others, void], 1) == Known(CHECK, "", void)
    assert known([CHECK, DEPOSITED, *others[1:], void], 1) == Known(CHECK, "", void)


def test_nothing_is_known_of_what_is_not_there() -> None:
    assert known([CHECK], 2) is None
    assert known([], 1) is None


def knowing(*entries: Entry) -> Known:
    found = known(entries, 1)
    assert found is not None
    return found


def test_what_is_marked_so_already() -> None:
    assert knowing(CHECK, DEPOSITED).is_marked("deposited")
    assert not knowing(CHECK, DEPOSITED).is_marked("banked")
    assert not knowing(CHECK).is_marked("deposited")
    assert knowing(entry(1, "moved_in", state="deposited")).is_marked("deposited")
    assert knowing(CHECK, BOUNCED).is_marked("bounced")


@pytest.mark.parametrize(
    ("entries", "mark", "why"),
    [
        ([CHECK, DEPOSITED], "deposited", "was marked deposited by Dee"),
        ([CHECK, BANKED], "deposited", "was marked banked by Dee"),
        ([CHECK, BOUNCED], "banked", "was marked bounced by Dee"),
        ([CHECK, entry(2, "void", of=1)], "banked", "was voided by Dee"),
        ([CHECK, entry(2, "moved_out", of=1)], "banked", "was moved to another event by Dee"),
        (
            [entry(1, "refund"), entry(2, "sent", of=1)],
            "banked",
            "was marked sent by Dee",
        ),
        ([entry(1)], "deposited", "came by Zelle, which nobody carries to the bank"),
        ([entry(1, method="cash")], "deposited", "needs no check"),
        ([entry(1, method="cash")], "banked", "needs no check"),
        ([entry(1)], "banked", "needs no check"),
    ],
)
def test_why_it_can_not_be_marked_so(entries: Sequence[Entry], mark: str, why: str) -> None:
    assert knowing(*entries).why_not(mark) == why


def test_a_mark_repeats_what_it_speaks_of() -> None:
    check = entry(7, method="other", method_as_sent="wire", tip_cents=500)

    said = {
        "kind": "bounced",
        "number": 9,
        "of": 7,
        "cents": 45000,
        "tip_cents": 500,
        "method": "other",
        "method_as_sent": "wire",
        "payer": "Alice",
        "received_on": "2026-05-24",
    }
    day = date(2026, 5, 24)
    assert marking(check, "bounced", 9, day, "no funds") == said | {"reason": "no funds"}
    assert marking(check, "bounced", 9, day) == said | {"reason": ""}


# The lists


def waiting(slug: str, *pending: tuple[int, str, str, str], **item: Any) -> Event:
    kept = [
        {"number": number, "state": state, "method": method, "since": since, "cents": 100}
        for number, state, method, since in pending
    ]
    money = {"pending": kept} | item.pop("money", {})
    return event(slug, money=money, **item)


def test_what_waits_is_in_one_list_each_the_oldest_first() -> None:
    b = waiting("b", (1, "received", "zelle", "2026-05-22"), (2, "owed", "zelle", "2026-05-20"))
    a = waiting(
        "a",
        (5, "received", "zelle", "2026-05-22"),
        (4, "received", "zelle", "2026-05-22"),
        (6, "received", "zelle", "2026-05-23"),
        (7, "deposited", "check", "2026-05-21"),
        (8, "received", "zelle", "2026-05-01"),
        (9, "owed", "zelle", "2026-05-24"),
        (10, "received", "zelle", "last week"),
    )

    found = sorted_out([b, a], DAY)

    def places(matters: Sequence[Any]) -> list[tuple[str, int]]:
        return [(one.event.slug, one.pending.number) for one in matters]

    assert places(found.due) == [("a", 8), ("a", 4), ("a", 5), ("a", 10), ("b", 1)]
    assert places(found.not_due) == [("a", 6), ("a", 7)]
    assert places(found.owed) == [("b", 2), ("a", 9)]
    assert [one.due_on.day for one in found.due] == [2, 23, 23, 23, 23]
    assert (found.held, found.undecided) == ([], [])
    assert found.not_due[1].can == ("banked", "bounced")
    check = waiting("c", (1, "received", "check", "2026-05-01"))
    assert sorted_out([check], DAY).due[0].can == ("deposited", "banked", "bounced")


def test_money_of_sails_that_did_not_take_place_is_held_or_undecided() -> None:
    cancelled = {"cancelled_at": "2026-05-23T20:00:00Z"}
    money = {"paid_cents": 100, "refundable_cents": 100}
    held = waiting("a", money=money | {"answer": "hold"}, **cancelled)
    undecided = waiting("b", money=money, **cancelled)
    sailed = waiting("c", money=money)

    found = sorted_out([held, undecided, sailed], DAY)

    assert (found.held, found.undecided) == ([held], [undecided])
    assert (found.due, found.not_due, found.owed) == ([], [], [])


# What comes from a form


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a~1!2", Place("a~1", 2)),
        ("odd!slug~1!999999", Place("odd!slug~1", 999999)),
        ("a!007", Place("a", 7)),
    ],
)
def test_a_place(text: str, place: Place) -> None:
    assert parse_place(text) == place


def test_a_place_is_written_as_it_is_read() -> None:
    assert str(Place("a~1", 2)) == "a~1!2"


@pytest.mark.parametrize("text", ["", "a", "!2", "a!", "a!x", "a!-1", "a!1000000", "a!٢", "a!²"])
def test_no_place(text: str) -> None:
    with pytest.raises(ValueError) as refused:
        parse_place(text)
    assert str(refused.value) == ("Part of the form was lost on the way. Check it and press again.")


@pytest.mark.parametrize("text", ["2026-05-23", "2000-01-01"])
def test_a_day_on_which_it_was_seen(text: str) -> None:
    assert parse_seen_on(text, DAY) == date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2026-05-24", "That day is still to come. Today is 2026-05-23."),
        ("1999-12-31", "Check the year."),
        ("", "Enter a date that exists, as year-month-day: 2026-05-23."),
    ],
)
def test_no_day_on_which_it_was_seen(text: str, told: str) -> None:
    with pytest.raises(ValueError) as refused:
        parse_seen_on(text, DAY)
    assert str(refused.value) == told
