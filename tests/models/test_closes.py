"""What a close counts and what has to be explained: the rules alone."""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from scc.closes.model import (
    MOST_NAMES,
    MOST_ROWS,
    ClosedMeanwhile,
    Counted,
    Listing,
    Section,
    count,
    countable,
    first_lot,
    mark,
    parse_sum,
    sections,
)
from scc.errors import Invalid
from scc.ledger.closes import Close, row_name, rows_hash
from scc.ledger.model import Row
from tests.models.sample import DAY, DEE, row


def by_name(rows: Sequence[Row], last: date | None = None) -> dict[str, Section]:
    return {section.name: section for section in sections(rows, last)}


def test_cash_is_payments_with_tips_less_refunds_sent() -> None:
    rows = [
        row(1, tip_cents=500),
        row(2, "refund", cents=3000),
        row(3, "sent", of=2, cents=3000),
        row(4, "bounced", of=9, method="check"),
        row(5, method="booking"),
        row(6, "deposited", of=8, method="check"),
        row(7, "moved_in"),
        row(8, "price", method=""),
    ]

    found = by_name(countable(rows))

    assert found["cash"].expected_cents == 10500 - 3000
    assert found["check"].expected_cents == -10000
    assert set(found) == {"cash", "check", "card"}


@pytest.mark.parametrize(
    ("rows", "left"),
    [
        ([row(1), row(2, "void", of=1, was="payment")], []),
        ([row(2, "void", of=1, was="payment")], [2]),
        ([row(1, method="check"), row(2, "bounced", of=1, method="check")], []),
        # The bounce was a mistake: the payment stands.
        (
            [
                row(1, method="check"),
                row(2, "bounced", of=1, method="check"),
                row(3, "void", of=2, was="bounced", method="check"),
            ],
            [1],
        ),
        # A refund that had been sent, and the void of the refund.
        ([row(3, "sent", of=2), row(4, "void", of=2, was="sent")], []),
        # Sent, not sent after all, sent again; then the refund was a mistake.
        (
            [
                row(3, "sent", of=2),
                row(4, "void", of=3, was="sent"),
                row(5, "sent", of=2),
                row(6, "void", of=2, was="sent"),
            ],
            [],
        ),
        (
            [
                row(1),
                row(2, method="check"),
                row(3, "void", of=1, was="payment"),
                row(4, "bounced", of=2, method="check"),
                row(5),
            ],
            [5],
        ),
        ([row(1), row(2, "void", of=1, was="payment", method="card")], [1, 2]),
        ([row(2), row(1, "void", of=2, was="payment")], [1, 2]),
        ([row(1), row(2, "void", of=1, was="payment", cents=9999)], [1, 2]),
        ([row(1), row(2, "void", "b", of=1, was="payment")], [1, 2]),
    ],
)
def test_what_is_taken_back_in_the_same_period_needs_no_tick(
    rows: list[Row], left: list[int]
) -> None:
    lines = [line for section in sections(rows, None) for line in section.lines]

    assert sorted(line.entry.number for line in lines if not line.cancels) == left


def test_all_but_cash_and_card_is_ticked_row_by_row() -> None:
    rows = [row(1), row(2, method="card"), row(3, method="zelle"), row(4, method="zelle")]
    rows.append(row(5, "void", of=4, was="payment", method="zelle"))

    found = by_name(rows)

    assert {name: [line.entry.number for line in one.to_tick] for name, one in found.items()} == {
        "cash": [],
        "card": [],
        "zelle": [3],
    }


def test_what_was_received_before_the_last_close_says_so() -> None:
    rows = [row(1, day=DAY - timedelta(days=1)), row(2), row(3, day=DAY + timedelta(days=1))]

    lines = by_name(rows, last=DAY)["cash"].lines

    assert [line.late for line in lines] == [True, False, False]
    assert not any(line.late for line in by_name(rows)["cash"].lines)
    assert not by_name([row(1, received_on="")], last=DAY)["cash"].lines[0].late


def found_by(rows: Sequence[Row], **given: Any) -> Counted:
    """What somebody counted: as expected, unless told otherwise."""
    sums = {name: section.expected_cents for name, section in by_name(rows).items()}
    everything = {"sums": sums, "ticked": set(map(mark, rows)), "reasons": {}}
    return Counted(**(everything | given))


ROWS = [row(1), row(2, method="card"), row(3, method="zelle"), row(4, method="")]


def test_what_agrees_needs_no_reason() -> None:
    counts = count(sections(ROWS, None), found_by(ROWS))

    assert [(one.method, one.expected_cents, one.counted_cents) for one in counts] == [
        ("cash", 10000, 10000),
        ("zelle", 10000, 10000),
        ("card", 10000, 10000),
        ("", 10000, 10000),
    ]
    assert [(one.reason, one.unticked, one.differs) for one in counts] == [("", (), False)] * 4


def test_each_difference_is_named_until_it_has_a_reason() -> None:
    sums = {"cash": 9000, "card": 10001}
    counted = found_by(ROWS, sums=sums, ticked=set())
    with pytest.raises(Invalid) as refused:
        count(sections(ROWS, None), counted)

    reasons = {
        "reason_cash": "Cash: $10.00 missing. Say why.",
        "reason_card": "Card: $0.01 too much. Say why.",
        "reason_zelle": "Zelle: one is not ticked. Say why.",
        "reason_unknown": "Not known: one is not ticked. Say why.",
    }
    assert refused.value.fields == reasons
    said = {name.removeprefix("reason_"): "lost" for name in reasons}
    counts = count(sections(ROWS, None), Counted(sums, set(), said))
    assert [one.difference_cents for one in counts] == [-1000, -10000, 1, -10000]
    assert {one.reason for one in counts} == {"lost"}
    assert counts[1].unticked == ("event#a#1|entry#000003",)


def test_a_sum_that_nobody_counted_is_asked_for() -> None:
    with pytest.raises(Invalid) as refused:
        count(sections(ROWS, None), found_by(ROWS, sums={}))
    assert set(refused.value.fields) == {"cash", "card"}

    assert count(sections([], None), Counted({}, set(), {})) == []


def test_cash_that_nobody_logged_differs() -> None:
    with pytest.raises(Invalid, match="too much"):
        count(sections([], None), Counted({"cash": 500}, set(), {}))


def test_a_correction_unticked_differs_although_the_sum_may_agree() -> None:
    rows = [row(1, method="zelle"), row(2, "sent", of=9, method="zelle")]
    with pytest.raises(Invalid, match="2 not ticked"):
        count(sections(rows, None), found_by(rows, ticked=set()))


def test_one_close_takes_the_oldest_rows_and_no_more_than_fit() -> None:
    many = [row(n, day=DAY + timedelta(days=n % 7)) for n in range(1, MOST_ROWS + 8)]
    taken = first_lot(many)
    assert len(taken) == MOST_ROWS
    names = {row_name(r.item) for r in taken}
    left = [r for r in many if row_name(r.item) not in names]
    assert max(r.item["day"] for r in taken) <= min(r.item["day"] for r in left)

    long = [row(n, event="x" * 1000) for n in range(1, 500)]
    assert sum(len(row_name(r.item)) for r in first_lot(long)) <= MOST_NAMES


@pytest.mark.parametrize(("more", "taken"), [(0, 2), (1, 1)])
def test_a_close_may_be_filled_to_the_last_byte(more: int, taken: int) -> None:
    frame = len(row_name(row(1, event="").item))
    half = MOST_NAMES // 2 - frame
    rows = [row(1, event="x" * half), row(2, event="x" * (half + more))]

    assert len(first_lot(rows)) == taken


def test_a_form_stands_for_just_the_rows_that_were_seen() -> None:
    seen = Listing(None, DAY, DAY, ROWS).seen

    again = Listing(None, DAY, DAY, [row(9), *ROWS[2:]], ROWS[:2]).as_seen(seen)

    assert again is not None
    assert sorted(r.entry.number for r in again.rows) == [1, 2, 3, 4]
    assert [r.entry.number for r in again.others] == [9]
    assert Listing(None, DAY, DAY, ROWS[1:]).as_seen(seen) is None
    assert (again.last, again.begin, again.until_day) == (None, DAY, DAY)
    for odd in ("", "x", seen[:-8], seen + "AAAAAAA", "0" * 64 + seen[64:]):
        assert Listing(None, DAY, DAY, ROWS).as_seen(odd) is None or odd == seen + "AAAAAAA"


def test_the_next_close_looks_back_to_what_was_left() -> None:
    listing = Listing(None, DAY, DAY, ROWS)
    left = Listing(None, DAY, DAY, ROWS, [row(9, day=DAY - timedelta(days=9))])

    assert listing.open_from(DAY) == DAY - timedelta(days=2)
    assert listing.open_from(DAY - timedelta(days=5)) == DAY - timedelta(days=7)
    assert listing.open_from(DAY + timedelta(days=5)) == DAY - timedelta(days=2)
    assert left.open_from(DAY) == DAY - timedelta(days=9)


def test_the_hash_is_of_every_field_in_one_order() -> None:
    items = [{"pk": "event#b#1", "sk": "entry#000001", "n": 1, "seal": "k:1"}]
    items.append({"pk": "event#a#1", "sk": "entry#000002", "n": {"cents": 2}, "seal": "k:2"})

    # sha256 of the two lines, the second item first, as docs/decisions/0038 has it.
    told = (
        b'{"M":{"n":{"M":{"cents":{"N":"2"}}},"pk":"event#a#1","seal":"k:2","sk":"entry#000002"}}\n'
        b'{"M":{"n":{"N":"1"},"pk":"event#b#1","seal":"k:1","sk":"entry#000001"}}\n'
    )
    assert rows_hash(items) == rows_hash(items[::-1]) == hashlib.sha256(told).hexdigest()
    for name in ("sk", "n", "seal"):
        assert rows_hash([items[0] | {name: "x"}, items[1]]) != rows_hash(items)


def test_sums_are_read_as_people_write_them() -> None:
    wrote = ("0", "0.0", "$0.00", "-0", "1,250", "-40", "−40.5", " $12.10 ")
    assert [parse_sum(text) for text in wrote] == [0, 0, 0, 0, 125000, -4000, -4050, 1210]
    for odd in ("", "--4", "12,50", "1.234", "x"):
        with pytest.raises(ValueError, match=r"Enter|amount|dollars"):
            parse_sum(odd)


def test_a_close_meanwhile_is_told_with_the_one_that_was_made() -> None:
    close = Close(1, "c", "at", DEE, "since", "until", "2026-05-21", (), (), "")

    meanwhile = ClosedMeanwhile(close)

    assert (str(meanwhile), meanwhile.close) == ("Somebody closed meanwhile.", close)
    assert Listing(close, DAY, DAY, []).number == 2
    assert Listing(None, DAY, DAY, []).number == 1
    again = Listing(close, DAY, DAY, ROWS).as_seen(Listing(None, DAY, DAY, ROWS).seen)
    assert again is not None and again.last is close
