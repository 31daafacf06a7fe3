"""When an event is settled, and what its three payment attributes then say."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from scc.context import Context
from scc.events import store
from tests.emulator import Clock
from tests.older import SLUG, OlderClient, OlderTool, entries, stored
from tests.payments.acts import LATER, pay, price


def test_without_a_price_the_first_payment_settles(ctx: Context, older: OlderTool) -> None:
    assert pay(ctx, older.has(), 20).settled


def test_with_more_to_come_it_does_not(ctx: Context, older: OlderTool) -> None:
    ref = older.has()

    event = pay(ctx, ref, 200, more_to_come=True)

    assert not event.settled
    assert stored(ctx, ref)["open"] == "unpaid"
    assert "payment_cleared_at" not in stored(ctx, ref)


def test_what_then_comes_settles(ctx: Context, older: OlderTool) -> None:
    ref = older.has()
    pay(ctx, ref, 200, more_to_come=True)

    assert pay(ctx, ref, 250).settled


def test_below_the_price_it_stays_unpaid(ctx: Context, older: OlderTool) -> None:
    ref = older.has(price_cents=45000)

    assert not pay(ctx, ref, 449.99).settled
    assert stored(ctx, ref)["payment_cleared"] is False


def test_reaching_the_price_settles(ctx: Context, older: OlderTool) -> None:
    ref = older.has(price_cents=45000, open="unpaid")
    pay(ctx, ref, 449.99)

    assert pay(ctx, ref, 0.01).settled
    assert "open" not in stored(ctx, ref)


def test_the_older_api_settles_whatever_the_amount(
    ctx: Context, older: OlderTool, api: OlderClient
) -> None:
    ref = older.has(price_cents=45000)

    answer = api.log(amount=1)

    assert answer.json["payment_cleared"] is True
    assert entries(ctx, ref)[0]["outright"] is True


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("450.00", "450"), ("450.5", "450.5"), ("0.01", "0.01"), ("100000", "100000")],
)
def test_after_one_payment_the_amount_is_just_what_was_sent(
    ctx: Context, older: OlderTool, api: OlderClient, sent: str, kept: str
) -> None:
    ref = older.has()

    api.post(f'{{"event_id": "{SLUG}", "patron_name": "Alice", "amount": {sent}}}')

    assert stored(ctx, ref)["payment_amount"] == Decimal(kept)


def test_several_payments_add_up_to_the_cent(ctx: Context, older: OlderTool) -> None:
    ref = older.has()

    for dollars in (0.10, 0.20, 449.70):
        pay(ctx, ref, dollars)

    assert stored(ctx, ref)["payment_amount"] == 450


def test_cleared_at_is_when_it_became_settled(ctx: Context, older: OlderTool, clock: Clock) -> None:
    ref = older.has(price_cents=45000)
    clock.set(datetime(2026, 5, 1, 12, tzinfo=UTC))
    pay(ctx, ref, 400)
    clock.set(datetime(2026, 5, 2, 12, tzinfo=UTC))
    pay(ctx, ref, 50)
    clock.set(datetime(2026, 5, 3, 12, tzinfo=UTC))
    pay(ctx, ref, 100)

    assert stored(ctx, ref)["payment_cleared_at"] == "2026-05-02T12:00:00Z"


def test_a_higher_price_opens_it_again(ctx: Context, older: OlderTool) -> None:
    ref = older.has()
    pay(ctx, ref, 450)

    event = price(ctx, ref, 900)

    assert not event.settled
    assert event.balance_cents == 45000
    assert stored(ctx, ref)["open"] == "unpaid"
    assert "payment_cleared_at" not in stored(ctx, ref)


def test_then_it_is_settled_from_the_last_time(
    ctx: Context, older: OlderTool, clock: Clock
) -> None:
    ref = older.has()
    pay(ctx, ref, 450)
    price(ctx, ref, 900)
    clock.set(datetime(2027, 6, 1, 12, tzinfo=UTC))
    pay(ctx, ref, 450)

    assert stored(ctx, ref)["payment_cleared_at"] == "2027-06-01T12:00:00Z"


def test_a_lower_price_settles(ctx: Context, older: OlderTool) -> None:
    ref = older.has(price_cents=90000)
    pay(ctx, ref, 450)

    assert price(ctx, ref, 450).settled


def test_a_price_on_what_was_paid_outright_leaves_it_settled(
    ctx: Context, older: OlderTool, api: OlderClient
) -> None:
    ref = older.has()
    api.log(amount=450)

    assert price(ctx, ref, 900).settled


def test_a_price_alone_says_nothing_was_paid(ctx: Context, older: OlderTool) -> None:
    ref = older.has()

    price(ctx, ref, 450)

    assert not {"payment_amount", "payment_cleared_at"} & stored(ctx, ref).keys()


def test_a_tip_is_kept_apart(ctx: Context, older: OlderTool) -> None:
    ref = older.has(price_cents=45000)

    event = pay(ctx, ref, 400, tip_cents=5000)

    assert not event.settled
    assert stored(ctx, ref)["payment_amount"] == 400
    assert entries(ctx, ref)[0]["tip_cents"] == 5000


def test_a_cancelled_event_is_paid_by_the_older_api(
    ctx: Context, older: OlderTool, api: OlderClient
) -> None:
    ref = older.has(cancelled_at="2026-05-01T10:00:00Z")

    assert api.log().json["payment_cleared"] is True
    assert stored(ctx, ref)["cancelled_at"] == "2026-05-01T10:00:00Z"


def test_a_cancelled_event_never_waits_for_money(ctx: Context, older: OlderTool) -> None:
    ref = older.has(price_cents=90000, cancelled_at="2026-05-01T10:00:00Z")

    pay(ctx, ref, 450)

    assert "open" not in stored(ctx, ref)


def test_a_settled_event_leaves_the_list_of_the_unpaid(ctx: Context, older: OlderTool) -> None:
    ref = older.has(open="unpaid", starts_at="2026-05-24T01:00:00Z", month="2026-05")
    assert [event.slug for event in store.unpaid_before(ctx, None)] == [SLUG]

    pay(ctx, ref)

    assert store.unpaid_before(ctx, None) == []


@pytest.mark.parametrize("cleared", ["true", "yes", 1, None, ["true"], {"BOOL": True}])
def test_anything_but_true_reads_as_false(
    older: OlderTool, api: OlderClient, cleared: object
) -> None:
    older.has(payment_cleared=cleared)

    assert api.get(f"/api/events/{SLUG}").json["payment_cleared"] is False


def test_a_payment_is_received_on_the_boats_day(
    ctx: Context, older: OlderTool, api: OlderClient, clock: Clock
) -> None:
    """23:30 in San Diego is the next day in UTC."""
    ref = older.has()
    clock.set(datetime(2026, 6, 1, 6, 30, tzinfo=UTC))

    api.log()

    assert entries(ctx, ref)[0]["received_on"] == "2026-05-31"


def test_an_equal_payment_after_two_minutes_is_a_second_one(
    ctx: Context, older: OlderTool, api: OlderClient, clock: Clock
) -> None:
    ref = older.has()
    api.log()
    clock.advance(seconds=LATER.total_seconds())

    api.log()

    assert stored(ctx, ref)["payment_amount"] == 900
