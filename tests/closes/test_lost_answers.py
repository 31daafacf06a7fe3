"""R2: a close that is lost on the wire, before or after it was written."""

from datetime import date

from scc.context import Context
from scc.ledger import store as ledger
from tests.given import charter
from tests.lost import BRIEF_CASES, BrokenWire, assert_honest, name_of
from tests.page import PageClient
from tests.payments.acts import pay
from tests.wire import Browser

SATURDAY = date(2026, 5, 23)
"""Of the slugs that the proxy knows: a close names its rows, and so their events."""


def test_a_close(ctx: Context, admin: PageClient, wire: BrokenWire) -> None:
    """One after the other: each closes what was logged since the one before."""
    browser = Browser(admin, wire.address)
    for number, fault in enumerate(BRIEF_CASES, start=1):
        pay(ctx, charter(ctx, name=name_of(fault), day=SATURDAY).exact_ref, method="cash")
        answers = wire.send({fault: browser.filled("/scc/close", cash="450")})

        assert_honest(answers, good=303)
        ((_, second),) = answers.values()
        assert f"/scc/close/{number}?" in second.headers["location"]
    assert [len(made.rows) for made in ledger.closes(ctx)] == [1] * len(BRIEF_CASES)
