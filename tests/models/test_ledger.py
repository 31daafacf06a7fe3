"""What an event's entries come to, step by step."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from scc.audit.model import Actor
from scc.ledger.methods import METHODS, due, method_named
from scc.ledger.model import Entry, Pending, Row, Standing, after, fold, money_effect, reading
from tests.models.sample import DEE, at, entry, price


def waits(number: int, state: str = "received", cents: int = 45000, **said: Any) -> Pending:
    given = {"method": "zelle", "payer": "Alice", "since": "2026-05-23"} | said
    return Pending(number, state, cents, **given)


def test_an_entry_comes_back_from_the_table_as_it_was() -> None:
    whole = Entry(
        kind="payment",
        id="k",
        number=7,
        at=at(7),
        actor=Actor("api", "7", "Script"),
        cents=45000,
        tip_cents=5000,
        method="other",
        method_as_sent="wire",
        payer="Alice",
        received_on="2026-05-22",
        reference="1042",
        note="for Saturday",
        more_to_come=True,
        outright=True,
        old_cents=40000,
        lines={"charter": 45000},
        reason="agreed",
        of=3,
        was="payment",
        other="2026-05-24-bob-sunset~1",
        state="deposited",
        answer="hold",
        recorded={"payment_cleared": "True"},
    )
    kept = whole.item()
    numbers = ("number", "cents", "tip_cents", "old_cents", "of")
    from_table = kept | {name: Decimal(kept[name]) for name in numbers}
    from_table["lines"] = {"charter": Decimal(45000)}

    assert set(kept) == set(vars(whole))
    assert kept["actor"] == {"kind": "api", "id": "7", "name": "Script"}
    assert Entry.from_item(from_table) == whole
    assert type(Entry.from_item(from_table).lines["charter"]) is int


def test_what_is_empty_is_not_stored() -> None:
    bare = Entry("hold", "k", 1, at(1), DEE)

    kept = bare.item()

    assert kept == {
        "kind": "hold",
        "id": "k",
        "number": 1,
        "at": at(1),
        "actor": DEE.item(),
        "tip_cents": 0,
        "more_to_come": False,
        "outright": False,
    }
    assert Entry.from_item(kept) == bare
    assert (
        Entry.from_item({name: kept[name] for name in ("kind", "id", "number", "at", "actor")})
        == bare
    )


def test_a_payment_of_nothing_but_a_tip_keeps_its_zero() -> None:
    assert entry(1, cents=0, tip_cents=500).item()["cents"] == 0


@pytest.mark.parametrize("mark", ["more_to_come", "outright"])
@pytest.mark.parametrize(
    ("kept", "is_set"), [(True, True), (False, False), ("yes", False), (1, False)]
)
def test_only_true_is_a_mark(mark: str, kept: object, is_set: bool) -> None:
    assert getattr(Entry.from_item(entry(1).item() | {mark: kept}), mark) is is_set


@pytest.mark.parametrize(
    ("kind", "recorded", "reopens"),
    [
        ("opening", {}, True),
        ("opening", {"payment_cleared": "False"}, True),
        ("opening", {"payment_cleared": "True"}, False),
        ("payment", {}, False),
    ],
)
def test_what_the_older_tool_has_as_unpaid_reopens(
    kind: str, recorded: dict[str, str], reopens: bool
) -> None:
    assert entry(1, kind, recorded=recorded).reopens is reopens


@pytest.mark.parametrize(
    ("kind", "comes_in"),
    [("payment", True), ("moved_in", True), ("opening", True), ("refund", False), ("sent", False)],
)
def test_money_in(kind: str, comes_in: bool) -> None:
    assert entry(1, kind).is_money_in is comes_in


@pytest.mark.parametrize(
    ("kind", "was", "cents"),
    [
        ("payment", "", 45500),
        ("sent", "", -45500),
        ("bounced", "", -45500),
        ("refund", "", 0),
        ("deposited", "", 0),
        ("banked", "", 0),
        ("opening", "", 0),
        ("moved_in", "", 0),
        ("moved_out", "", 0),
        ("price", "", 0),
        ("hold", "", 0),
        ("void", "payment", -45500),
        ("void", "sent", 45500),
        ("void", "bounced", 45500),
        ("void", "moved_in", -45500),
        ("void", "refund", 0),
        ("void", "opening", 0),
        ("void", "deposited", 0),
    ],
)
def test_what_the_company_has_more_or_less_by_an_entry(kind: str, was: str, cents: int) -> None:
    assert money_effect(entry(1, kind, was=was, tip_cents=500)) == cents


def test_an_unknown_amount_has_no_effect() -> None:
    assert money_effect(entry(1, cents=None)) == 0
    assert money_effect(entry(1, cents=None, tip_cents=500)) == 500


@pytest.mark.parametrize(
    ("partition", "ref"),
    [
        ("event#2026-05-23-alice-sunset#17", "2026-05-23-alice-sunset~17"),
        ("event#odd#slug#-1", "odd#slug~-1"),
        ("event#event#x#1", "event#x~1"),
    ],
)
def test_a_row_names_its_event(partition: str, ref: str) -> None:
    assert Row(partition, entry(1), {}).ref == ref


# Methods


@pytest.mark.parametrize(
    ("state", "method", "by"),
    [
        ("received", "check", 24),
        ("deposited", "check", 28),
        ("received", "zelle", 24),
        ("received", "venmo", 26),
        ("received", "other", 28),
        ("received", "cash", 23),
        ("received", "", 23),
        ("deposited", "cash", 23),
        ("owed", "check", 23),
        ("owed", "zelle", 23),
    ],
)
def test_when_the_next_step_is_due(state: str, method: str, by: int) -> None:
    assert due(state, method, date(2026, 5, 23)) == date(2026, 5, by)


@pytest.mark.parametrize(
    ("name", "label", "by", "checked", "ours"),
    [
        ("cash", "Cash", " in cash", False, True),
        ("check", "Check", " by check", True, True),
        ("zelle", "Zelle", " by Zelle", True, True),
        ("venmo", "Venmo", " by Venmo", True, True),
        ("card", "Card", " by card", False, True),
        ("booking", "Booking", " through the booking system", False, False),
        ("other", "Other", "", True, True),
        ("", "Not known", "", False, True),
        ("wire", "Not known", "", False, True),
    ],
)
def test_the_methods(name: str, label: str, by: str, checked: bool, ours: bool) -> None:
    method = method_named(name)

    assert (method.label, method.by, method.is_checked, method.ours) == (label, by, checked, ours)
    assert method.name == (name if name in METHODS else "")


# The standing


@pytest.mark.parametrize(
    ("standing", "settled"),
    [
        (Standing(), False),
        (Standing(paid_cents=45000), False),
        (Standing(final=True), True),
        (Standing(outright=True), True),
        (Standing(45000, paid_cents=44999), False),
        (Standing(45000, paid_cents=45000), True),
        (Standing(45000, paid_cents=45001), True),
        (Standing(45000, paid_cents=20000, final=True), False),
        (Standing(45000, paid_cents=20000, outright=True), True),
        (Standing(0), True),
    ],
)
def test_settled(standing: Standing, settled: bool) -> None:
    assert standing.settled is settled


@pytest.mark.parametrize(
    ("answer", "paid", "held"),
    [("hold", 1, True), ("hold", 0, False), ("keep", 1, False), ("", 1, False)],
)
def test_held(answer: str, paid: int, held: bool) -> None:
    assert Standing(answer=answer, paid_cents=9, refundable_cents=paid).held is held


def test_the_moment_of_settling_stays_until_it_is_reopened() -> None:
    settled = Standing(final=True).at("first").at("second")

    assert settled.settled_at == "first"
    assert replace(settled, final=False).at("third").settled_at is None


def test_a_standing_comes_back_from_the_event_as_it_was() -> None:
    standing = Standing(
        price_cents=45000,
        price_lines={"charter": 50000, "discount": -5000},
        paid_cents=20000,
        refundable_cents=-100,
        outright=True,
        final=True,
        settled_at=at(1),
        answer="keep",
        pending=(waits(1), waits(2, "deposited", method="check"), waits(3, "owed")),
    )
    money = standing.item()
    beside = {"price_cents": Decimal(45000), "price_lines": dict(standing.price_lines)}

    assert Standing.from_item(beside | {"money": money}) == standing
    assert money == {
        "paid_cents": 20000,
        "refundable_cents": -100,
        "outright": True,
        "final": True,
        "settled_at": at(1),
        "answer": "keep",
        "pending": [vars(one) for one in standing.pending],
    }


def test_an_empty_standing_keeps_only_its_figures() -> None:
    kept = {"paid_cents": 0, "refundable_cents": 0, "outright": False, "final": False}

    assert Standing().item() == kept
    assert Standing.from_item({"money": kept}) == Standing.from_item({}) == Standing()


@pytest.mark.parametrize(
    ("item", "reads"),
    [
        ({"money": "much"}, Standing()),
        ({"price_cents": True}, Standing()),
        ({"price_cents": "45000"}, Standing()),
        ({"price_cents": Decimal("450.5")}, Standing()),
        ({"price_cents": 450.0}, Standing()),
        ({"price_cents": Decimal("450.0")}, Standing(450)),
        ({"price_lines": ["charter"]}, Standing()),
        (
            {"price_lines": {"charter": Decimal(1), "tax": "2"}},
            Standing(price_lines={"charter": 1}),
        ),
        (
            {"price_lines": {"tax": None, "charter": Decimal(0)}},
            Standing(price_lines={"charter": 0}),
        ),
        ({"money": {"paid_cents": "5", "refundable_cents": None}}, Standing()),
        ({"money": {"paid_cents": 5}}, Standing(paid_cents=5)),
        ({"money": {"outright": "True", "final": 1}}, Standing()),
        ({"money": {"settled_at": "", "answer": None}}, Standing()),
        ({"money": {"settled_at": 5, "answer": 5}}, Standing()),
        ({"money": {"pending": "soon"}}, Standing()),
        ({"money": {"pending": ["soon", {"state": "banked"}, {"state": None}]}}, Standing()),
        (
            {"money": {"pending": [{}, {"state": "owed", "number": "1", "payer": 5}]}},
            Standing(pending=(Pending(0, "owed", 0, "", "", ""),)),
        ),
    ],
)
def test_what_is_odd_on_an_event_reads_as_missing(item: dict[str, Any], reads: Standing) -> None:
    assert Standing.from_item(item) == reads


# The fold


def test_nothing_comes_to_nothing() -> None:
    assert fold([]) == Standing()


def test_a_payment_is_received_until_the_bank_has_it() -> None:
    assert fold([entry(1, tip_cents=5000)]) == Standing(
        paid_cents=45000,
        refundable_cents=45000,
        final=True,
        settled_at=at(1),
        pending=(waits(1, cents=50000),),
    )


@pytest.mark.parametrize("method", ["cash", "card", "booking", ""])
def test_what_needs_no_check_waits_for_nobody(method: str) -> None:
    assert fold([entry(1, method=method)]).pending == ()


def test_what_the_booking_system_took_is_paid_but_not_ours_to_give_back() -> None:
    standing = fold([entry(1, method="booking", cents=30000), entry(2, method="cash", cents=100)])

    assert (standing.paid_cents, standing.refundable_cents) == (30100, 100)


def test_a_price_is_settled_by_the_payment_that_reaches_it() -> None:
    steps = [
        price(1, 45000, lines={"charter": 45000}),
        entry(2, cents=20000),
        entry(3, cents=25000, more_to_come=True),
        entry(4, cents=100),
    ]

    found = [fold(steps[:n]) for n in range(1, 5)]

    assert [one.settled for one in found] == [False, False, True, True]
    assert [one.paid_cents for one in found] == [0, 20000, 45000, 45100]
    assert [one.settled_at for one in found] == [None, None, at(3), at(3)]
    assert {one.price_cents for one in found} == {45000}
    assert [dict(one.price_lines) for one in found] == [{"charter": 45000}] * 4
    assert [one.number for one in found[3].pending] == [2, 3, 4]


def test_a_higher_price_reopens_and_a_lower_one_settles_anew() -> None:
    steps = [price(1, 45000), entry(2), price(3, 50000), price(4, 40000), price(5, None)]

    assert [fold(steps[:n]).settled_at for n in range(1, 6)] == [None, at(2), None, at(4), at(4)]


def test_the_last_price_counts() -> None:
    standing = fold([price(1, 45000, lines={"charter": 45000}), price(2, None)])

    assert (standing.price_cents, standing.price_lines) == (None, {})


def test_more_to_come_leaves_an_event_without_a_price_open() -> None:
    steps = [entry(1, more_to_come=True), entry(2), entry(3, more_to_come=True)]

    assert [fold(steps[:n]).settled for n in (1, 2, 3)] == [False, True, True]


@pytest.mark.parametrize(("cents", "settled"), [(0, False), (1, True), (None, False)])
def test_a_tip_alone_settles_nothing(cents: int | None, settled: bool) -> None:
    standing = fold([entry(1, cents=cents, tip_cents=500)])

    assert standing.settled is settled
    assert standing.paid_cents == (cents or 0)
    assert standing.pending[0].cents == (cents or 0) + 500


def test_an_outright_payment_settles_below_the_price_and_stays_so() -> None:
    standing = fold([price(1, 45000), entry(2, cents=100, outright=True), entry(3, cents=100)])

    assert standing.outright
    assert standing.settled_at == at(2)


def opening(number: int, cents: int | None, outright: bool = False, **recorded: str) -> Entry:
    return entry(number, "opening", cents=cents, method="", outright=outright, recorded=recorded)


def test_an_opening_takes_over_when_it_was_settled() -> None:
    steps = [opening(1, 45000, True, payment_cleared="True", payment_cleared_at="2025-12-01")]

    assert fold(steps) == Standing(
        paid_cents=45000, refundable_cents=45000, outright=True, settled_at="2025-12-01"
    )


def test_an_opening_of_an_unpaid_event_reopens_it() -> None:
    paid = [entry(1, more_to_come=True, outright=True), entry(2)]

    reopened = fold([*paid, opening(3, -100, payment_cleared="False")])
    left = fold([*paid, opening(3, 100, payment_cleared="True")])

    assert (reopened.outright, reopened.final, reopened.settled_at) == (False, False, None)
    assert reopened.paid_cents == 89900
    assert (left.outright, left.final, left.settled_at) == (True, True, at(1))


def test_an_opening_alone_settles_nothing() -> None:
    assert not fold([opening(1, 45000, payment_cleared="True")]).settled
    assert fold([opening(1, None)]) == Standing()


def test_a_refund_is_owed_until_it_is_sent() -> None:
    refund = entry(2, "refund", cents=20000, tip_cents=100)
    steps = [entry(1, method="cash"), refund, entry(3, "sent", cents=20000, of=2)]

    owed, sent = fold(steps[:2]), fold(steps)

    assert (owed.paid_cents, owed.refundable_cents) == (25000, 25000)
    assert owed.pending == (waits(2, "owed", 20100),)
    assert sent.pending == ()
    assert (sent.paid_cents, sent.refundable_cents) == (25000, 25000)


def test_a_refund_comes_after_what_waits_already() -> None:
    assert [one.number for one in fold([entry(1), entry(2, "refund")]).pending] == [1, 2]


def test_a_refund_of_an_unknown_amount_takes_nothing_away() -> None:
    assert fold([entry(1), entry(2, "refund", cents=None)]).paid_cents == 45000


def test_a_void_of_what_was_sent_makes_it_owed_again() -> None:
    steps = [entry(1), entry(2, "refund"), entry(3, "sent", of=2), entry(4, "void", of=3)]

    assert fold(steps).pending == (waits(1), waits(2, "owed"))


def test_a_void_takes_a_payment_back() -> None:
    standing = fold([price(1, 45000), entry(2), entry(3, "void", of=2, was="payment")])

    assert standing == Standing(price_cents=45000)


def test_a_voided_refund_is_owed_no_more() -> None:
    steps = [entry(1, method="cash"), entry(2, "refund"), entry(3, "void", of=2)]

    assert fold(steps) == fold(steps[:1])


def test_a_check_goes_from_the_drawer_to_the_bank() -> None:
    steps = [
        entry(1, method="check"),
        entry(2, "deposited", of=1, received_on="2026-05-24"),
        entry(3, "banked", of=1, received_on="2026-05-28"),
    ]

    assert fold(steps[:1]).pending == (waits(1, method="check"),)
    assert fold(steps[:2]).pending == (waits(1, "deposited", method="check", since="2026-05-24"),)
    assert fold(steps).pending == ()
    assert {fold(steps[:n]).paid_cents for n in (1, 2, 3)} == {45000}


def test_a_void_of_a_deposit_puts_the_check_back_in_the_drawer() -> None:
    steps = [entry(1, method="check"), entry(2, "deposited", of=1), entry(3, "void", of=2)]

    assert fold(steps) == fold(steps[:1])


def test_a_void_of_the_last_mark_leaves_the_one_before() -> None:
    steps = [
        entry(1, method="check"),
        entry(2, "deposited", of=1),
        entry(3, "banked", of=1),
        entry(4, "void", of=3),
    ]

    assert fold(steps) == fold(steps[:2])


def test_a_bounce_reopens_the_balance() -> None:
    steps = [price(1, 45000), entry(2, tip_cents=500), entry(3, "bounced", of=2)]

    assert fold(steps) == Standing(price_cents=45000)
    assert fold([*steps, entry(4, "void", of=3)]) == replace(fold(steps[:2]), settled_at=at(4))


def test_a_bounce_after_a_refund_leaves_less_than_nothing() -> None:
    steps = [entry(1), entry(2, "refund", cents=20000), entry(3, "bounced", of=1)]

    assert fold(steps).refundable_cents == -20000


def test_what_was_moved_out_belongs_to_another_event() -> None:
    steps = [entry(1), entry(2, cents=100), entry(3, "moved_out", of=2)]

    assert fold(steps) == fold(steps[:1])


@pytest.mark.parametrize(
    ("state", "method", "pending"),
    [
        ("", "check", ("received",)),
        ("received", "check", ("received",)),
        ("deposited", "check", ("deposited",)),
        ("banked", "check", ()),
        ("", "cash", ()),
    ],
)
def test_money_moved_in_has_come_as_far_as_it_had(
    state: str, method: str, pending: tuple[str, ...]
) -> None:
    standing = fold([entry(1, "moved_in", state=state, method=method)])

    assert tuple(one.state for one in standing.pending) == pending
    assert (standing.paid_cents, standing.settled) == (45000, True)


def test_a_hold_keeps_the_money_for_another_day() -> None:
    steps = [entry(1), entry(2, "hold", cents=None)]

    standing = fold(steps)

    assert (standing.answer, standing.held, standing.paid_cents) == ("hold", True, 45000)
    assert fold([*steps, entry(3, "void", of=2)]).answer == ""


def test_an_answer_stays_until_another_is_given() -> None:
    steps = [entry(1), price(2, 1, answer="keep"), price(3, 2), entry(4, "hold")]

    assert [fold(steps[:n]).answer for n in (1, 2, 3, 4)] == ["", "keep", "keep", "hold"]


def test_one_entry_more_needs_no_reading_unless_it_speaks_of_another() -> None:
    steps = [price(1, 45000), entry(2, method="check"), entry(3, "deposited", of=2)]
    steps.append(entry(4, cents=100))
    standing = Standing()
    for position, one in enumerate(steps):
        standing = after(standing, one, steps[:position] if one.of else ())

    assert standing == fold(steps)
    assert [one.state for one in standing.pending] == ["deposited", "received"]


def test_the_reading_has_the_last_thing_that_holds_of_each() -> None:
    entries = [
        entry(1),
        entry(2, "deposited", of=1),
        entry(3, "banked", of=1),
        entry(4, "void", of=3),
        entry(5),
        entry(6, "bounced", of=5),
        entry(7),
        entry(8, "moved_out", of=7),
        entry(9),
        entry(10, "void", of=9),
        entry(11),
    ]

    read = reading(iter(entries))

    assert read.voided == {3, 9}
    assert {of: mark.number for of, mark in read.marks.items()} == {1: 2, 5: 6, 7: 8}
    assert [one.number for one in entries if not one.of and read.counts(one)] == [1, 11]
    assert not read.counts(entries[2])
