"""P6: the dashboard at 1,000 and at 100,000 events, with 600 a month, settings, crew and verdicts;
and how long a search over a year and a half of such months takes."""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest

from scc.board.reading import next_month
from scc.context import Context
from scc.tables import EVENTS
from tests.given import a_big_boat, member
from tests.page import PageClient

pytestmark = pytest.mark.timeout(1800)

A_MONTH = 600
RUNS = 15


def month_of_sails(ctx: Context, first: date, number: int = A_MONTH) -> None:
    """So many sails in a month, each with a captain, a mate, waivers and a price; every fourth of
    those to come is unpaid, and what is past is paid."""
    table, client = ctx.db.name(EVENTS), ctx.db.client
    past = f"{first:%Y-%m}" < f"{ctx.today():%Y-%m}"
    puts = [_put(first, n, past=past) for n in range(number)]
    for start in range(0, len(puts), 25):
        client.batch_write_item(RequestItems={table: puts[start : start + 25]})


def _put(first: date, n: int, *, past: bool) -> dict[str, Any]:
    day = f"{first:%Y-%m}-{n % 28 + 1:02}"
    unpaid = not past and n % 4 == 0
    crew = [("captain", "kim", "Kim Lind"), ("mate", "dee", "Dee Ray")]
    stations = [
        {"M": {"position": {"S": what}, "person": {"S": who}, "name": {"S": name}}}
        for what, who, name in crew
    ]
    item = {
        "event_id": {"S": f"{day}-guest{n}-sunset"},
        "timestamp": {"N": "1767632400"},
        "month": {"S": f"{first:%Y-%m}"},
        "starts_at": {"S": f"{day}T{14 + n % 9}:00:00Z"},
        "patron_name": {"S": f"Guest Number {n}"},
        "patron_phone": {"S": f"619-555-{n:04}"},
        "notes": {"S": "Birthday: the cake comes at six, and somebody needs the ramp."},
        "guests": {"S": "6"},
        "price_cents": {"N": "45000"},
        "payment_cleared": {"BOOL": not unpaid},
        "waivers": {"M": {"signed": {"N": "4"}}},
        "positions": {"M": {"captain": {"N": "1"}, "mate": {"N": "1"}}},
        "stations": {"L": stations},
        "crew": {"L": [{"S": name} for _, _, name in crew]},
    }
    return {"PutRequest": {"Item": item | ({"open": {"S": "unpaid"}} if unpaid else {})}}


@contextmanager
def counted(client: Any) -> Iterator[dict[str, float]]:
    """Calls, and the read units that DynamoDB says they took."""
    found = {"calls": 0.0, "units": 0.0}

    def ask(params: dict[str, Any], **_: Any) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"

    def add(parsed: dict[str, Any], **_: Any) -> None:
        found["calls"] += 1
        told = parsed.get("ConsumedCapacity") or []
        for one in told if isinstance(told, list) else [told]:
            found["units"] += one["CapacityUnits"]

    events, names = client.meta.events, ("Query", "BatchGetItem", "GetItem")
    for name in names:
        events.register(f"before-parameter-build.dynamodb.{name}", ask, unique_id=f"ask-{name}")
        events.register(f"after-call.dynamodb.{name}", add, unique_id=f"add-{name}")
    yield found
    for name in names:
        events.unregister(f"before-parameter-build.dynamodb.{name}", unique_id=f"ask-{name}")
        events.unregister(f"after-call.dynamodb.{name}", unique_id=f"add-{name}")


def cost(admin: PageClient, ctx: Context, path: str) -> dict[str, float]:
    """Of a page: calls, read units, and the median of its CPU and wall time in ms."""
    with counted(ctx.db.client) as found:
        assert admin.get(path).status_code == 200
    cpu, wall = [], []
    for _ in range(RUNS):
        began = time.process_time(), time.perf_counter()
        assert admin.get(path).status_code == 200
        cpu.append(time.process_time() - began[0])
        wall.append(time.perf_counter() - began[1])
    medians = {"cpu": statistics.median(cpu) * 1000, "wall": statistics.median(wall) * 1000}
    return {**found, **medians}


def test_the_dashboard_costs_the_same_at_a_hundred_times_the_events(
    admin: PageClient, ctx: Context
) -> None:
    a_big_boat(ctx)
    for name, position in (("Kim Lind", "captain"), ("Dee Ray", "mate")):
        member(ctx, name, positions=(position,))
    this = ctx.today().replace(day=1)
    month_of_sails(ctx, this)
    month_of_sails(ctx, next_month(this), 400)
    few = cost(admin, ctx, "/scc/")
    assert "Captain" in admin.see("/scc/").text  # a die of the verdict

    for back in range(165):
        month_of_sails(ctx, _months_back(this, back + 1))
    many = cost(admin, ctx, "/scc/")
    print(f"\nat 1,000: {few}\nat 100,000: {many}")
    assert (many["calls"], many["units"]) == (few["calls"], few["units"])
    assert few["calls"] <= 4
    assert many["cpu"] < 1.2 * few["cpu"]

    search, month = (
        cost(admin, ctx, path) for path in ("/scc/search?q=0123", "/scc/events?month=now")
    )
    print(f"search over 19 months of 600: {search}\na month's page: {month}")
    assert search["cpu"] < 15 * month["cpu"]


def _months_back(first: date, number: int) -> date:
    for _ in range(number):
        first = (first - timedelta(days=1)).replace(day=1)
    return first
