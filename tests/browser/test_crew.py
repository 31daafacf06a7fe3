"""U9: the run sheet where there is no signal, dated as such; and gone when somebody signs out."""

import json
import re
from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from playwright.sync_api import BrowserContext, Page, Worker, expect

from scc.context import Context
from scc.handed import store as handed
from scc.waivers.model import Child
from tests.browser.conftest import Season
from tests.staff.acts import link_to
from tests.waivers.acts import signed

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


def test_the_home_screen_leads_to_them_without_a_signal(
    contexts: Callable[..., BrowserContext], ctx: Context, season: Season
) -> None:
    """Its page is my sails: an app on the home screen has no line to type an address into."""
    page = crew_phone(contexts, ctx, season)
    wait_until_kept(page)
    page.context.set_offline(True)

    page.goto("/scc/crew/")

    expect(page.get_by_text("No signal. These are your sails as they were at")).to_be_visible()
    page.get_by_role("link", name="Run sheet").first.click()
    expect(page.get_by_text("Kim Lind")).to_be_visible()


def test_only_my_sails_sheets_and_ticks_are_kept_and_what_they_look_like(
    contexts: Callable[..., BrowserContext], ctx: Context, season: Season
) -> None:
    page = crew_phone(contexts, ctx, season)
    wait_until_kept(page)
    page.goto("/scc/account")
    page.goto(f"/scc/sheet/{season.day}")
    page.goto("/scc/sheet/2026-02-30")

    kept = page.evaluate(KEPT)
    assert any(season.day in url for url in kept), "a day that is none has emptied it"
    pages = [url for url in kept if "/scc/static/" not in url]
    kinds = {re.sub(r".*/(sheet\b|sail\b|crew/$).*", r"\1", url) for url in pages}
    assert kinds == {"sheet", "sail", "crew/"}


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


def test_from_the_home_screen_a_guests_phone_is_two_taps_away(
    contexts: Callable[..., BrowserContext], ctx: Context, season: Season
) -> None:
    """It can be put there, opens *My sails*, and from there one tap asks to call."""
    page = crew_phone(contexts, ctx, season)
    devtools = page.context.new_cdp_session(page)
    told = devtools.send("Page.getAppManifest")
    assert told["errors"] == []
    manifest = json.loads(told["data"])
    assert {icon["sizes"] for icon in manifest["icons"]} == {"any", "192x192"}
    problems = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [one["errorId"] for one in problems if one["errorId"] != "in-incognito"] == []

    page.goto(manifest["start_url"])  # the first tap, on the icon
    call = page.get_by_role("link", name="Call Alice")
    expect(call).to_be_in_viewport()  # without scrolling
    assert call.get_attribute("href") == "tel:6195550100"  # the second


def test_what_was_handed_over_stays_typed_until_the_office_has_it(
    contexts: Callable[..., BrowserContext], ctx: Context, season: Season
) -> None:
    """On a dock without a signal; and pressed by a thumb that trembles it is told once."""
    page = crew_phone(contexts, ctx, season)
    page.goto(f"/scc/crew/{season.today.slug}/handed")
    page.get_by_label("Amount").fill("120.50")
    page.get_by_label("A tip").check()
    page.get_by_label("Cash").check()
    page.get_by_label("From whom").fill("Jane Doe")
    page.context.set_offline(True)
    page.get_by_role("button", name="Tell the office").click()
    expect(page.get_by_text("No answer. What you typed is still here")).to_be_visible()
    expect(page.get_by_label("From whom")).to_have_value("Jane Doe")

    page.context.set_offline(False)
    page.get_by_role("button", name="Tell the office").dblclick()
    expect(page.get_by_text("The office has it, and logs it.")).to_be_visible()
    told = [one for one in handed.all_waiting(ctx) if one.payer == "Jane Doe" and one.tip_cents]
    assert [(one.by, one.fare_cents, one.tip_cents, one.method) for one in told] == [
        ("Kai", 0, 12050, "cash")
    ]


def test_a_sail_of_fourteen_prints_on_a_page(page: Page, ctx: Context, season: Season) -> None:
    """With the ages of children, for the life-jackets; on either paper."""
    born = [ctx.today() - timedelta(days=365 * years + 100) for years in (3, 7)]
    for name in ("Ann Ray", "Cy Ito", "Dot Hahn", "Eve Okoro"):
        first = name.split()[0]
        twins = [Child(f"{first} {day.year}", day, "parent") for day in born]
        signed(ctx, season.today, name, *twins, captain_note="Can’t swim")
    page.goto(f"/scc/sheet/{season.day}")
    page.emulate_media(media="print")

    assert page.locator(".guests li").count() == 14
    assert page.locator(".age").all_inner_texts()[-2:] == ["3 years", "7 years"]
    for paper in ("Letter", "A4"):
        assert page.pdf(format=paper).count(b"/Type /Page\n") == 1, paper
