"""R2: a weather call, lost on the wire before or after it was written."""

from datetime import UTC, date, datetime
from functools import partial

import pytest

from scc.context import Context
from scc.events.model import Event
from scc.mail import store as outbox
from tests.emulator import Clock
from tests.given import charter
from tests.lost import BRIEF_CASES, BrokenWire, assert_honest, name_of
from tests.older import audited
from tests.page import PageClient
from tests.wire import Browser

SATURDAY = date(2026, 5, 23)
PAGE = f"/scc/weather/{SATURDAY}"


@pytest.fixture
def clock() -> Clock:
    return Clock(fixed=datetime(2026, 5, 23, 17, tzinfo=UTC))


def test_a_weather_call(ctx: Context, admin: PageClient, wire: BrokenWire) -> None:
    browser = Browser(admin, wire.address)
    sails = {
        fault: charter(ctx, SATURDAY, name_of(fault), patron_email=f"{name_of(fault)}@example.com")
        for fault in BRIEF_CASES
    }
    looked = {fault: looked_at(admin, event) for fault, event in sails.items()}

    answers = wire.send(
        {fault: partial(browser.post, PAGE, form) for fault, form in looked.items()}
    )

    assert_honest(answers, good=303)
    for event in sails.values():
        kinds = sorted(row["kind"] for row in audited(ctx, event.exact_ref))
        assert kinds == ["event.created", "event.ended"]
        assert [one.kind for one in outbox.about(ctx, event.ledger)] == ["cancelled"]


def looked_at(admin: PageClient, event: Event) -> dict[str, str]:
    """The form that cancels this one sail, after it was looked at."""
    form = admin.see(PAGE).form(PAGE)
    form.fill(**{f"what-{str(event.exact_ref).encode().hex()}": "cancel"}).submit()
    values = admin.page.form(PAGE).values
    return {name: found[0] for name, found in values.items()} | {"do": "y"}
