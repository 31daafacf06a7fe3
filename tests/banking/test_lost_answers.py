"""R2: what is said of money, lost on the wire before or after it was written."""

from datetime import date
from functools import partial
from typing import Any

from scc.context import Context
from tests.given import charter
from tests.lost import BRIEF_CASES, BrokenWire, assert_honest, name_of
from tests.older import entries
from tests.page import PageClient
from tests.payments.acts import pay
from tests.wire import Browser

SATURDAY = date(2026, 5, 23)
"""Of the slugs that the proxy knows."""


def test_a_bounce(ctx: Context, admin: PageClient, wire: BrokenWire) -> None:
    browser = Browser(admin, wire.address)
    events = {fault: received(ctx, name_of(fault)) for fault in BRIEF_CASES}

    answers = wire.send(
        {
            fault: browser.filled(f"/scc/events/{event.exact_ref}/entries/2/bounced", fee="35")
            for fault, event in events.items()
        }
    )

    assert_honest(answers, good=303)
    for event in events.values():
        assert kinds(ctx, event) == ["price", "payment", "bounced", "price"]


def test_a_mark(ctx: Context, admin: PageClient, wire: BrokenWire) -> None:
    """Where no answer came the page says so, 422: others may have been marked."""
    browser = Browser(admin, wire.address)
    events = {fault: received(ctx, name_of(fault)) for fault in BRIEF_CASES}
    form = browser.form("/scc/money") | {"mark": "banked"}

    answers = wire.send(
        {
            fault: partial(browser.post, "/scc/money", form | {"entry": f"{event.exact_ref}!2"})
            for fault, event in events.items()
        }
    )

    for fault, (first, second) in answers.items():
        unknown = b"could not be confirmed. Pressing again is safe." in first.body
        assert first.status == 303 or (first.status == 422 and unknown), (fault, first.status)
        assert first.seconds < 11
        assert second.status == 303
    for event in events.values():
        assert kinds(ctx, event) == ["price", "payment", "banked"]


def received(ctx: Context, name: str) -> Any:
    event = charter(ctx, name=name, day=SATURDAY)
    return pay(ctx, event.exact_ref, method="check")


def kinds(ctx: Context, event: Any) -> list[str]:
    return [str(entry["kind"]) for entry in entries(ctx, event.exact_ref)]
