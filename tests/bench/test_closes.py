"""Closes, the long way: whatever lags and whoever logs meanwhile, each row is counted once."""

import random
import time
from urllib.parse import urlencode

import pytest

from scc.audit.model import iso
from scc.closes.model import MOST_ROWS
from scc.context import Context
from scc.ledger.model import Entry
from scc.ledger.store import put
from tests.closes.acts import assert_counted_once, form
from tests.emulator import Clock
from tests.given import charter
from tests.page import PageClient
from tests.payments.acts import MOANA

pytestmark = pytest.mark.timeout(3600)


@pytest.mark.parametrize("seed", range(6))
def test_every_row_is_counted_once(ctx: Context, clock: Clock, seed: int) -> None:
    assert_counted_once(ctx, clock, random.Random(seed), rounds=100)


def test_more_rows_than_one_close_takes(ctx: Context, admin: PageClient) -> None:
    """Page and form stay under their limits (64 KB, 10 s), and the rest is in the next close."""
    event = charter(ctx, price_cents=None)
    entries = [
        Entry(
            *("payment", f"id-{number}", number, iso(ctx.now()), MOANA.actor, 100),
            method="zelle",
            received_on=ctx.today().isoformat(),
        )
        for number in range(1, MOST_ROWS + 301)
    ]
    for first in range(0, len(entries), 100):
        ctx.db.transact([put(ctx, event.ledger, e) for e in entries[first : first + 100]])
    started = time.monotonic()

    posted = form(admin)

    assert "300 more were logged" in admin.page.text
    assert len(urlencode(posted.values, doseq=True)) < 64 * 1024
    assert posted.submit(follow_redirects=True).status_code == 200
    assert f"Closed as 1 {MOST_ROWS} rows." in admin.page.text
    print(f"listed, closed and shown in {time.monotonic() - started:.1f} s")
    rest = form(admin)
    assert (len(rest.values["tick"]), rest.submit().status_code) == (300, 303)
