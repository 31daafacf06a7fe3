"""A table of 20,000 events: a look at it ends in time, and finds the one that is new."""

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

import pytest
from boto3.dynamodb.types import TypeSerializer

from scc.aws import Item, deadline, side_by_side
from scc.bookings.adopt import Adopted, adopt, adopt_new
from scc.context import Context
from scc.events.model import adoption
from scc.ops.scheduled import SECONDS
from scc.tables import BY_MONTH, EVENTS
from tests.older import OlderTool

pytestmark = pytest.mark.timeout(900)

ALL: Final = 20_000

_typed = TypeSerializer().serialize


def an_event(ctx: Context, n: int) -> Item:
    """As SCC leaves one, about 1 KB, in its place in the lists."""
    day = date(2026, 1, 1) + timedelta(days=n % 700)
    item: Item = {
        "event_id": f"{day}-guest{n}-sunset",
        "timestamp": 1_700_000_000 + n,
        "patron_name": f"Guest No{n}",
        "patron_email": f"guest{n}@example.com",
        "start_time": "18:00",
        "notes": "Cake for the birthday, a quiet table aft. " * 12,
        "payment_cleared": True,
        "payment_amount": 450,
        "price_cents": 45000,
        "money": {"paid_cents": 45000, "refundable_cents": 45000, "final": True},
        "version": 2,
        "entries": 2,
    }
    return item | adoption(item, ctx.settings.timezone, twin=False)[0]


@pytest.fixture
def full(ctx: Context) -> Context:
    def write(first: int) -> None:
        items = [an_event(ctx, n) for n in range(first, first + 25)]
        puts = [{"PutRequest": {"Item": {k: _typed(v) for k, v in i.items()}}} for i in items]
        ctx.db.client.batch_write_item(RequestItems={ctx.db.name(EVENTS): puts})

    side_by_side(write, range(0, ALL, 25))
    return ctx


@pytest.mark.parametrize("look", [adopt_new, adopt])
def test_a_look_at_20_000_events_ends_in_time(
    full: Context, older: OlderTool, look: Callable[..., Adopted]
) -> None:
    older.put({"event_id": "2026-05-23-olga-sunset", "timestamp": 1767632400})

    started = time.monotonic()
    with deadline(SECONDS):
        done = look(full.db, full.settings.timezone)
    took = time.monotonic() - started

    print(f"\n{look.__name__}: {done.seen:,} events looked at in {took:.1f} s")
    assert (done.seen, done.changed, done.left) == (ALL + 1, 1, 0)
    listed = full.db.query(EVENTS, "2026-05", index=BY_MONTH)
    assert "2026-05-23-olga-sunset" in [item["event_id"] for item in listed]
