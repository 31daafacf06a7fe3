"""On a dock without a signal: what the captain presses is kept, and arrives once."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from scc.context import Context
from scc.crew.sailing import log_of
from scc.events import store as events
from scc.tables import LEDGER
from tests.browser.conftest import Season


def ticks_of(ctx: Context, season: Season) -> list[str]:
    """What arrived, in the order of the ledger."""
    rows = ctx.db.query(LEDGER, season.today.ledger)
    return [row["what"] for row in rows if row.get("kind") == "sail.ticked"]


def test_ticks_made_offline_arrive_once_each(page: Page, ctx: Context, season: Season) -> None:
    page.goto(f"/scc/crew/{season.today.slug}/sail")
    context: BrowserContext = page.context
    context.set_offline(True)
    page.get_by_role("button", name=re.compile("Aboard.*Bo Lind")).click()
    page.get_by_role("button", name=re.compile("Aboard.*Kim Lind")).click()
    page.get_by_role("button", name="One more").click()
    page.get_by_role("button", name="One more").click()
    page.get_by_role("button", name=re.compile("Now.*Departed")).click()
    expect(page.locator("[data-waiting]")).to_have_text(
        "5 ticks are kept on this phone until there is a signal."
    )
    expect(page.locator("[data-heads]")).to_have_text("4")
    assert ticks_of(ctx, season) == []

    context.set_offline(False)
    expect(page.locator("[data-waiting]")).to_be_hidden()
    page.reload()
    expect(page.locator("[data-heads]")).to_have_text("4")

    assert sorted(ticks_of(ctx, season)) == ["aboard", "aboard", "departed", "walk_on", "walk_on"]
    assert log_of(events.load(ctx, season.today.exact_ref)).departed


def test_an_answer_that_was_lost_makes_no_second_tick(
    page: Page, ctx: Context, season: Season
) -> None:
    """It arrived, the phone never heard of it, and sends it again."""
    page.goto(f"/scc/crew/{season.today.slug}/sail")
    lost: list[str] = []

    def lose_the_answer(route: object) -> None:
        if lost:
            route.continue_()  # type: ignore[attr-defined]
            return
        route.fetch()  # type: ignore[attr-defined]
        lost.append("the first")
        route.abort()  # type: ignore[attr-defined]

    page.route("**/sail", lose_the_answer)
    page.get_by_role("button", name="One more").click()
    expect(page.locator("[data-waiting]")).to_be_visible()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-waiting]")).to_be_hidden()

    assert (lost, ticks_of(ctx, season)) == (["the first"], ["walk_on"])
