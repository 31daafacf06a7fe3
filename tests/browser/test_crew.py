"""U9: the run sheet where there is no signal, dated as such; and gone when somebody signs out."""

import re
from collections.abc import Callable

from flask import Flask
from playwright.sync_api import BrowserContext, Page, Worker, expect

from scc.context import Context
from tests.browser.conftest import Season
from tests.staff.acts import link_to

KEPT = "async () => (await (await caches.open('scc-sheets')).keys()).map((kept) => kept.url)"


def crew_phone(contexts: Callable[..., BrowserContext], ctx: Context, season: Season) -> Page:
    """Kai, by a link that was sent."""
    page = contexts(signed_in=False).new_page()
    page.goto(link_to(ctx, season.kai))
    page.get_by_role("button", name="Sign in as Kai").click()
    page.get_by_role("heading", name="My sails").wait_for()
    return page


def wait_until_kept(page: Page) -> None:
    """The worker has put the sheet by."""
    for _ in range(200):
        if any("/scc/sheet/" in url for url in page.evaluate(KEPT)):
            return
        page.wait_for_timeout(100)
    raise AssertionError(page.evaluate(KEPT))


def test_the_sheet_is_there_without_a_signal(
    contexts: Callable[..., BrowserContext], ctx: Context, season: Season
) -> None:
    """It was never opened: the page of my sails has fetched the next one."""
    page = crew_phone(contexts, ctx, season)
    wait_until_kept(page)
    page.context.set_offline(True)

    page.goto(f"/scc/sheet/{season.day}")

    expect(page.get_by_text("No signal. This is the sheet as it was at")).to_be_visible()
    expect(page.get_by_text("Kim Lind")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.leaf')).borderTopStyle") == (
        "double"
    )


def test_only_sheets_and_ticks_are_kept_and_what_they_look_like(
    contexts: Callable[..., BrowserContext], ctx: Context, season: Season
) -> None:
    page = crew_phone(contexts, ctx, season)
    page.goto("/scc/account")
    page.goto(f"/scc/sheet/{season.day}")
    wait_until_kept(page)
    page.goto("/scc/sheet/2026-02-30")

    kept = page.evaluate(KEPT)
    assert any(season.day in url for url in kept), "a day that is none has emptied it"
    pages = [url for url in kept if "/scc/static/" not in url]
    assert {re.sub(r".*/(sheet|sail)\b.*", r"\1", url) for url in pages} == {"sheet", "sail"}


def test_after_signing_out_the_sheet_is_gone(
    contexts: Callable[..., BrowserContext], ctx: Context, season: Season, app: Flask
) -> None:
    page = crew_phone(contexts, ctx, season)
    wait_until_kept(page)

    page.get_by_text("Kai", exact=True).first.click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("heading", name="Ship Captain Crew").wait_for()

    for _ in range(100):
        if not page.evaluate("caches.keys()"):
            return
        page.wait_for_timeout(100)
    raise AssertionError(page.evaluate(KEPT))


def test_where_it_cannot_be_kept_it_is_shown_all_the_same(
    contexts: Callable[..., BrowserContext], ctx: Context, season: Season
) -> None:
    page = crew_phone(contexts, ctx, season)
    wait_until_kept(page)
    worker(page).evaluate("() => { Cache.prototype.addAll = () => Promise.reject(Error('full')) }")

    page.goto(f"/scc/sheet/{season.day}")

    expect(page.get_by_text("Kim Lind")).to_be_visible()
    expect(page.get_by_text("No signal")).to_be_hidden()


def test_a_sheet_still_under_way_at_the_sign_out_is_not_kept(
    contexts: Callable[..., BrowserContext], ctx: Context, season: Season
) -> None:
    page = crew_phone(contexts, ctx, season)
    wait_until_kept(page)
    worker(page).evaluate(
        """() => { const real = fetch; self.fetch = async (request) => {
          const answer = await real(request);
          if (request.url.includes("/sheet/")) await new Promise((go) => { self.arrive = go; });
          return answer; }; }"""
    )
    page.evaluate("(url) => { self.sheet = fetch(url); }", f"/scc/sheet/{season.day}")
    worker(page).evaluate(
        "async () => { while (!self.arrive) await new Promise((go) => setTimeout(go, 20)); }"
    )
    page.evaluate("() => fetch('/scc/sign-out', { method: 'POST', redirect: 'manual' })")
    worker(page).evaluate("() => self.arrive()")
    page.evaluate("async () => (await self.sheet).text()")

    assert page.evaluate(KEPT) == []


def worker(page: Page) -> Worker:
    return page.context.service_workers[0]
