"""A close as it is stored."""

from dataclasses import replace
from decimal import Decimal

from scc.ledger.closes import Close, Count, close_key, row_name
from tests.models.sample import DEE

CASH = Count("cash", 10000, 9000, "lost")
CARD = Count("card", 500, 500)
ZELLE = Count("zelle", 300, 200, "who knows", ("event#a#1|entry#000003",))
CLOSE = Close(
    number=12,
    id="c",
    at="2026-05-23T20:00:00Z",
    actor=DEE,
    since="2026-05-22T20:00:00Z",
    until="2026-05-23T19:00:00Z",
    open_from="2026-05-21",
    counts=(CASH, CARD, ZELLE),
    rows=("event#a#1|entry#000001", "event#a#1|entry#000003"),
    hash="abc",
)
ITEM = {
    "pk": "office#closes",
    "sk": "close#000012",
    "kind": "close",
    "number": 12,
    "id": "c",
    "at": "2026-05-23T20:00:00Z",
    "actor": {"kind": "admin", "id": "1", "name": "Dee"},
    "since": "2026-05-22T20:00:00Z",
    "until": "2026-05-23T19:00:00Z",
    "open_from": "2026-05-21",
    "counts": [
        {
            "method": "cash",
            "expected_cents": 10000,
            "counted_cents": 9000,
            "reason": "lost",
            "unticked": [],
        },
        {
            "method": "card",
            "expected_cents": 500,
            "counted_cents": 500,
            "reason": "",
            "unticked": [],
        },
        {
            "method": "zelle",
            "expected_cents": 300,
            "counted_cents": 200,
            "reason": "who knows",
            "unticked": ["event#a#1|entry#000003"],
        },
    ],
    "rows": ["event#a#1|entry#000001", "event#a#1|entry#000003"],
    "hash": "abc",
}


def test_a_close_is_stored_whole() -> None:
    assert CLOSE.as_item() == ITEM


def test_a_close_comes_back_from_the_table_as_it_was() -> None:
    counts = [
        count | {name: Decimal(str(count[name])) for name in ("expected_cents", "counted_cents")}
        for count in CLOSE.as_item()["counts"]
    ]
    from_table = ITEM | {"number": Decimal(12), "counts": counts, "seal": "k:1"}

    close = Close.from_item(from_table)

    assert close == CLOSE
    assert close.item == from_table
    assert isinstance(close.counts[0].expected_cents, int)
    assert isinstance(close.counts[0].counted_cents, int)


def test_a_close_sums_its_methods() -> None:
    assert (CLOSE.expected_cents, CLOSE.counted_cents) == (10800, 9700)


def test_a_count_differs_by_money_or_by_a_row_nobody_confirmed() -> None:
    assert (CASH.difference_cents, CARD.difference_cents, ZELLE.difference_cents) == (
        -1000,
        0,
        -100,
    )
    assert [one.differs for one in CLOSE.counts] == [True, False, True]
    assert Count("zelle", 0, 0, "why", ("a",)).differs
    assert CLOSE.differs
    assert not replace(CLOSE, counts=(CARD,)).differs


def test_closes_sort_by_their_number() -> None:
    assert [close_key(number) for number in (1, 123456)] == ["close#000001", "close#123456"]


def test_a_row_is_named_by_its_key() -> None:
    assert row_name({"pk": "event#a#1", "sk": "entry#000001", "n": 1}) == "event#a#1|entry#000001"
