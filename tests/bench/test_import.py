"""A CSV of 2,000 bookings with 50 broken rows: each row's fate is said, the rest goes in, once."""

import csv
import io
import random
import time
from datetime import timedelta

import pytest

from scc.bookings import imports, store
from scc.context import Context
from scc.ops.reconcile import reconcile
from tests.bookings.acts import csv_bytes, fareharbor, look, take_all
from tests.given import all_events
from tests.page import PageClient

pytestmark = pytest.mark.timeout(1800)

ROWS = 2000
BROKEN = 50
WAYS = (
    {"Booking ID": ""},
    {"Contact": ""},
    {"Start Date": "2026-02-30"},
    {"Start Time": "late"},
    {"# of Pax": "many"},
    {"Total": "1.250,00"},
    {"Email": "guest@"},
    {"Cancelled?": "perhaps"},
    {"Contact": "Bo\0"},
    {"Contact": '=HYPERLINK("http://evil.example")', "Total Paid": "-1"},
)


def a_file(ctx: Context) -> bytes:
    chance = random.Random(7)
    broken = sorted(chance.sample(range(ROWS), BROKEN))
    rows = []
    for n in range(ROWS):
        day = ctx.today() + timedelta(days=n % 90)
        cells = dict(WAYS[broken.index(n) % len(WAYS)]) if n in broken else {}
        rows.append(fareharbor(n, day, **cells))
    return csv_bytes(rows, title="Bookings report")


def test_two_thousand_rows(admin: PageClient, ctx: Context) -> None:
    content = a_file(ctx)
    started = time.monotonic()
    path = look(admin, content)
    looked = time.monotonic() - started

    started = time.monotonic()
    presses = take_all(admin, path)
    took = time.monotonic() - started

    one = store.load(ctx, path.rpartition("/")[2])
    assert dict(one.counts) == {"created": ROWS - BROKEN, imports.BROKEN: BROKEN}
    assert len(store.fates(ctx, one)) == ROWS
    assert len(all_events(ctx)) == ROWS - BROKEN
    back = list(csv.reader(io.StringIO(admin.get(f"{path}/broken.csv").get_data(as_text=True))))
    assert len(back) == BROKEN + 1 and all(row[-1] for row in back)
    assert not [cell for row in back for cell in row if cell.startswith("=")]

    versions = {event.slug: event.version for event in all_events(ctx)}
    again = look(admin, content)
    take_all(admin, again)
    two = store.load(ctx, again.rpartition("/")[2])
    assert dict(two.counts) == {"same": ROWS - BROKEN, imports.BROKEN: BROKEN}
    assert {event.slug: event.version for event in all_events(ctx)} == versions
    assert reconcile(ctx).drift == []
    print(
        f"\n{len(content) >> 10} KB, looked at in {looked:.1f} s; {presses} presses, {took:.1f} s"
    )
