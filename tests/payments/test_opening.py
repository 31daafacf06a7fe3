"""What an event says of money that SCC did not write is taken into the ledger, never changed."""

from decimal import Decimal
from typing import Any

import pytest

from scc.context import Context
from scc.events.model import Ref
from tests.older import OlderClient, OlderTool, entries, stored
from tests.page import PageClient
from tests.payments.acts import pay, price
from tests.wire import at_once

PAID = {
    "payment_cleared": True,
    "payment_cleared_at": "2026-03-01T10:00:00Z",
    "payment_amount": Decimal("450.00"),
    "payment_method": "cash",
}


def kinds(ctx: Context, ref: Ref) -> list[tuple[str, Any]]:
    return [(entry["kind"], entry.get("cents")) for entry in entries(ctx, ref)]


def test_what_was_paid_before_is_the_first_entry(ctx: Context, older: OlderTool) -> None:
    ref = older.has(**PAID)

    pay(ctx, ref, 100)

    assert kinds(ctx, ref) == [("opening", 45000), ("payment", 10000)]
    assert stored(ctx, ref)["payment_amount"] == 550


def test_the_entry_keeps_what_was_recorded(ctx: Context, older: OlderTool) -> None:
    ref = older.has(**PAID)

    pay(ctx, ref, 100)

    assert entries(ctx, ref)[0]["recorded"] == {
        "payment_cleared": "True",
        "payment_cleared_at": "2026-03-01T10:00:00Z",
        "payment_amount": "450",
        "payment_method": "cash",
    }


def test_it_was_settled_then_not_now(ctx: Context, older: OlderTool) -> None:
    ref = older.has(**PAID)

    pay(ctx, ref, 100)

    assert stored(ctx, ref)["payment_cleared_at"] == "2026-03-01T10:00:00Z"


def test_an_unknown_amount_is_called_unknown(ctx: Context, older: OlderTool) -> None:
    ref = older.has(payment_cleared=True)

    pay(ctx, ref, 100)

    assert kinds(ctx, ref) == [("opening", None), ("payment", 10000)]
    assert stored(ctx, ref)["payment_cleared"] is True


def test_money_on_an_event_not_cleared_is_taken_in_too(ctx: Context, older: OlderTool) -> None:
    ref = older.has(**PAID | {"payment_cleared": None})

    event = pay(ctx, ref, 100, more_to_come=True)

    assert kinds(ctx, ref)[0] == ("opening", 45000)
    assert not event.settled


def test_an_event_never_paid_has_no_opening(ctx: Context, older: OlderTool) -> None:
    ref = older.has(payment_cleared=False)

    pay(ctx, ref, 100)

    assert kinds(ctx, ref) == [("payment", 10000)]


def test_naming_a_price_takes_it_in_as_well(ctx: Context, older: OlderTool) -> None:
    ref = older.has(**PAID)

    event = price(ctx, ref, 900)

    assert kinds(ctx, ref) == [("opening", 45000), ("price", 90000)]
    assert event.settled


def test_no_other_change_touches_the_ledger(
    ctx: Context, older: OlderTool, admin: PageClient
) -> None:
    ref = older.has(**PAID, patron_name="Alice Moreno")
    admin.see(f"/scc/events/{ref.slug}/change")
    admin.page.form("/change").fill(notes="A cake.").submit()
    admin.see(f"/scc/events/{ref.slug}/end")
    admin.page.form("/end").fill(ended="weather").submit()

    assert entries(ctx, ref) == []
    assert {name: stored(ctx, ref)[name] for name in PAID} == PAID


def test_what_the_older_tool_logs_between_is_taken_in(ctx: Context, older: OlderTool) -> None:
    ref = older.has()
    pay(ctx, ref, 100)
    older.settles(ref, "300")

    pay(ctx, ref, 50)

    assert kinds(ctx, ref) == [("payment", 10000), ("opening", 20000), ("payment", 5000)]
    assert stored(ctx, ref)["payment_amount"] == 350


def test_what_the_older_tool_settles_below_the_price_is_settled(
    ctx: Context, older: OlderTool
) -> None:
    ref = older.has(price_cents=90000)
    pay(ctx, ref, 100)
    older.settles(ref, "100", at="2026-03-02T10:00:00Z")

    event = pay(ctx, ref, 50)

    assert event.settled
    assert event.settled_at == "2026-03-02T10:00:00Z"


def test_what_it_settles_anew_with_less_stays_settled(ctx: Context, older: OlderTool) -> None:
    """It was settled by reaching its price, and the older tool wrote a lower amount over that."""
    ref = older.has(price_cents=45000)
    pay(ctx, ref, 450)
    older.settles(ref, "200")

    event = pay(ctx, ref, 50, more_to_come=True)

    assert kinds(ctx, ref)[1] == ("opening", -25000)
    assert event.settled
    assert stored(ctx, ref)["payment_amount"] == 250


def test_what_the_older_tool_takes_away_is_gone(ctx: Context, older: OlderTool) -> None:
    ref = older.has()
    pay(ctx, ref, 450)
    older.loses(ref, "payment_amount", "payment_cleared_at", payment_cleared=False)

    pay(ctx, ref, 100, more_to_come=True)

    assert kinds(ctx, ref)[1] == ("opening", -45000)
    assert stored(ctx, ref)["payment_amount"] == 100
    assert stored(ctx, ref)["payment_cleared"] is False


def test_what_the_older_tool_reopens_stays_open(ctx: Context, older: OlderTool) -> None:
    ref = older.has()
    pay(ctx, ref, 450)
    older.sets(ref, payment_cleared=False)

    event = pay(ctx, ref, 100, more_to_come=True)

    assert not event.settled
    assert event.paid_cents == 55000


def test_it_is_taken_in_once(ctx: Context, older: OlderTool) -> None:
    ref = older.has(**PAID)
    pay(ctx, ref, 100)

    pay(ctx, ref, 50)

    assert kinds(ctx, ref) == [("opening", 45000), ("payment", 10000), ("payment", 5000)]


def test_two_at_once_take_it_in_once(ctx: Context, older: OlderTool) -> None:
    ref = older.has(**PAID)

    at_once([lambda: pay(ctx, ref, 100)] * 4)

    assert [kind for kind, _ in kinds(ctx, ref)] == ["opening"] + ["payment"] * 4
    assert stored(ctx, ref)["payment_amount"] == 850


def test_what_the_older_tool_writes_in_between_is_seen(
    ctx: Context, older: OlderTool, api: OlderClient
) -> None:
    """It bumps no version: the write is refused because the money is not as it was read."""
    ref = older.has()

    def meanwhile(**_: Any) -> None:
        if "payment_amount" not in stored(ctx, ref):
            older.settles(ref, "300")

    ctx.db.client.meta.events.register("before-call.dynamodb.TransactWriteItems", meanwhile)
    api.log(amount=50)

    assert kinds(ctx, ref) == [("opening", 30000), ("payment", 5000)]
    assert stored(ctx, ref)["payment_amount"] == 350


@pytest.mark.parametrize("amount", ["", "a lot", None, [450], Decimal("1.234"), "9E+999999"])
def test_an_amount_that_is_none_is_unknown(ctx: Context, older: OlderTool, amount: object) -> None:
    ref = older.has(payment_cleared=True, payment_amount=amount)

    pay(ctx, ref, 100)

    assert kinds(ctx, ref) == [("opening", None), ("payment", 10000)]
    assert stored(ctx, ref)["payment_amount"] == 100
