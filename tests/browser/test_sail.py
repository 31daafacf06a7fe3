"""On a dock without a signal: what the captain presses is kept, and arrives once."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from scc.context import Context
from scc.crew.sailing import log_of
from scc.events import store as events
from scc.staff.model import Person
from scc.tables import LEDGER
from tests.browser.conftest import Season
from tests.browser.test_crew import crew_phone
from tests.staff.acts import link_to


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
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="One more").click()
    expect(page.locator("[data-waiting]")).to_be_visible()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-waiting]")).to_be_hidden()

    assert (lost, ticks_of(ctx, season)) == (["the first"], ["walk_on"])


def test_the_list_is_there_without_a_signal_and_nobody_elses_ticks_are_sent(
    contexts: Callable[..., BrowserContext], ctx: Context, season: Season
) -> None:
    """The captain's phone loses the signal, the page is loaded anew, and closed; then somebody else
    signs in on it; then the captain again."""
    path = f"/scc/crew/{season.today.exact_ref}/sail"
    page = crew_phone(contexts, ctx, season)
    page.goto(path)
    heads, waiting = page.locator("[data-heads]"), page.locator("[data-waiting]")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="One more").click()
    expect(waiting).to_be_hidden()

    phone = page.context
    phone.set_offline(True)
    page.get_by_role("button", name="One more").click()
    page.goto(path)
    expect(page.get_by_text("No signal. This is the list as it was at")).to_be_visible()
    expect(heads).to_have_text("2")  # one that has left since, and one that waits
    expect(waiting).to_have_text("1 tick is kept on this phone until there is a signal.")

    page.close()
    phone.set_offline(False)
    page = phone.new_page()
    heads, waiting = page.locator("[data-heads]"), page.locator("[data-waiting]")
    come_in(page, ctx, season.mia)
    page.goto(path)
    expect(waiting).to_have_text("1 tick is kept until Kai signs in here again.")
    page.evaluate("dispatchEvent(new Event('online'))")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name=re.compile("Aboard.*Bo Lind")).click()
    expect(waiting).to_have_text("1 tick is kept until Kai signs in here again.")
    assert ticked_by(ctx, season, "walk_on") == {"Kai"}

    come_in(page, ctx, season.kai)
    page.goto(path)
    expect(waiting).to_be_hidden()
    page.reload()
    expect(heads).to_have_text("3")
    assert sorted(ticks_of(ctx, season)) == ["aboard", "walk_on", "walk_on"]
    assert ticked_by(ctx, season, "walk_on") == {"Kai"}


def come_in(page: Page, ctx: Context, person: Person) -> None:
    page.goto(link_to(ctx, person))
    page.get_by_role("button", name=f"Sign in as {person.name}").click()
    page.get_by_role("heading", name="My sails").wait_for()


def ticked_by(ctx: Context, season: Season, what: str) -> set[str]:
    rows = ctx.db.query(LEDGER, season.today.ledger)
    return {row["actor"]["name"] for row in rows if row.get("what") == what}
