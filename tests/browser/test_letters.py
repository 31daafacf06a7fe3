"""Letters in a browser: the page asks the app to send, and texts open in one's own phone."""

import pytest
from playwright.sync_api import Page, expect

from scc.context import Context
from scc.events.model import Event
from scc.mail import store
from tests.browser.conftest import Season
from tests.emulator import Clock


def state(ctx: Context, event: Event) -> str:
    return store.about(ctx, event.ledger)[0].state


def test_the_page_after_a_payment_has_the_receipt_sent_when_undo_is_past(
    page: Page, season: Season, ctx: Context, clock: Clock
) -> None:
    page.clock.install()
    page.goto(f"/scc/events/{season.deposit.exact_ref}/payment")
    with page.expect_response("**/scc/letters/send") as asked:
        page.get_by_role("dialog").get_by_role("button", name="Log payment").click()
    assert asked.value.json()["next"] > 100
    assert state(ctx, season.deposit) == "waiting"

    clock.advance(minutes=2, seconds=5)
    with page.expect_response("**/scc/letters/send"):
        page.clock.fast_forward("02:10")

    assert state(ctx, season.deposit) == "sent"


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_text_it_is_handed_over_in_one_tap(
    page: Page, plain_page: Page, season: Season, script: bool
) -> None:
    here = page if script else plain_page
    here.goto(f"/scc/events/{season.deposit.slug}")
    here.get_by_role("link", name="Text it").click()
    if script:
        here.get_by_role("link", name="Open in Messages").click()
    else:
        here.get_by_role("button", name="Note that it is in my phone").click()

    expect(here.locator("#letters")).to_contain_text("Handed to Dee’s phone")
