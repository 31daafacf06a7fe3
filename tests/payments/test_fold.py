"""R3: whatever happens to an event's money, the event says what its ledger adds up to."""

from decimal import Decimal
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scc.context import Context
from scc.events import store
from scc.events.model import Ref
from scc.ledger.model import Entry, Standing, fold
from tests.older import OlderTool, entries, stored
from tests.payments.acts import pay, price

dollars = st.sampled_from([0.01, 20, 449.99, 450, 900])
acts = st.one_of(
    st.tuples(st.just("pay"), dollars, st.sampled_from(["final", "more to come", "outright"])),
    st.tuples(st.just("price"), st.one_of(st.none(), dollars)),
    st.tuples(st.just("older tool settles"), dollars),
    st.tuples(st.just("older tool reopens")),
    st.tuples(st.just("older tool takes away")),
)
names = count()


def act(ctx: Context, older: OlderTool, ref: Ref, kind: str, *how: Any) -> None:
    if kind == "pay":
        amount, manner = how
        marks = {"more_to_come": manner == "more to come", "outright": manner == "outright"}
        pay(ctx, ref, amount, **marks)
    elif kind == "price":
        price(ctx, ref, *how)
    elif kind == "older tool settles":
        older.settles(ref, str(*how))
    elif kind == "older tool reopens":
        older.sets(ref, payment_cleared=False)
    else:
        older.loses(ref, "payment_amount", "payment_cleared_at", payment_cleared=False)


def shown(item: dict[str, Any]) -> dict[str, Any]:
    attributes = ("payment_cleared", "payment_cleared_at", "payment_amount", "price_cents")
    return {name: item[name] for name in attributes if name in item}


def as_attributes(standing: Standing) -> dict[str, Any]:
    values = {
        "payment_cleared": standing.settled,
        "payment_cleared_at": standing.settled_at,
        "payment_amount": Decimal(standing.paid_cents) / 100 or None,
        "price_cents": standing.price_cents,
    }
    return {name: value for name, value in values.items() if value is not None}


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=st.lists(acts, min_size=1, max_size=8))
def test_the_event_is_the_fold_of_its_ledger(
    ctx: Context, older: OlderTool, history: list[tuple[Any, ...]]
) -> None:
    ref = older.has(f"2026-05-23-alice{next(names)}-sunset")
    for one in history:
        act(ctx, older, ref, *one)
    pay(ctx, ref, 1, more_to_come=True)  # takes in what the older tool did last

    ledger = [Entry.from_item(row) for row in entries(ctx, ref)]

    assert [entry.number for entry in ledger] == list(range(1, len(ledger) + 1))
    assert shown(stored(ctx, ref)) == as_attributes(fold(ledger))
    assert store.load(ctx, ref).entries == len(ledger)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=st.lists(acts, max_size=8), amount=dollars)
def test_a_payment_adds_its_amount_to_what_was_recorded(
    ctx: Context, older: OlderTool, history: list[tuple[Any, ...]], amount: float
) -> None:
    ref = older.has(f"2026-05-23-alice{next(names)}-sunset")
    for one in history:
        act(ctx, older, ref, *one)
    before = stored(ctx, ref).get("payment_amount", Decimal())

    pay(ctx, ref, amount)

    assert stored(ctx, ref)["payment_amount"] == before + Decimal(str(amount))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=st.lists(acts, max_size=8), amount=dollars)
def test_more_to_come_settles_only_what_reaches_its_price(
    ctx: Context, older: OlderTool, history: list[tuple[Any, ...]], amount: float
) -> None:
    ref = older.has(f"2026-05-23-alice{next(names)}-sunset")
    for one in history:
        act(ctx, older, ref, *one)
    settled_before = stored(ctx, ref).get("payment_cleared", False)

    event = pay(ctx, ref, amount, more_to_come=True)

    reached = event.price_cents is not None and event.paid_cents >= event.price_cents
    assert event.settled == (settled_before or reached)
