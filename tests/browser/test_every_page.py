"""What holds on every page: no barrier, room for a thumb, no sideways scroll, no complaint."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, request, request_started
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import DESK, PHONE, Season
from tests.browser.places import PLACES, Place

AXE = Axe()
ALL_LEVELS = {
    "type": "tag",
    "values": [
        *("wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"),
        "best-practice",
    ],
}
# The themes differ in colours alone.
COLOURS = {"type": "rule", "values": ["color-contrast", "color-contrast-enhanced"]}
DESKTOP = DESK | {"has_touch": False, "is_mobile": False}

# A link inside a sentence is as high as its line (WCAG 2.5.5, inline).
SMALL_CONTROLS = """() => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary')]
  .filter(e => e.checkVisibility() && !e.closest('[inert]') && !e.matches('.skip, p a, dd a, li a'))
  .map(e => [e.outerHTML.slice(0, 90), (e.closest('label') ?? e).getBoundingClientRect()])
  .filter(([, box]) => box.height < 44 || box.width < 44)
  .map(([html, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`)"""


# Dialogs rise.
SETTLED = "() => Promise.all(document.getAnimations().map(animation => animation.finished))"
TOO_WIDE = """() =>
  document.documentElement.scrollWidth - document.documentElement.clientWidth"""


@pytest.mark.parametrize("view", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_no_page_has_a_barrier(
    view: dict[str, Any], contexts: Callable[..., BrowserContext], season: Season
) -> None:
    """U1: axe, levels A to AAA and 2.2, in both themes. U7: every control is 44 px high."""
    found: list[str] = []
    for page, place in visits(contexts, season, **view, color_scheme="light", bypass_csp=True):
        page.evaluate(AXE.axe_script)
        found += [f"{place}: {control}" for control in page.evaluate(SMALL_CONTROLS)]
        found += [f"{place}: {violation}" for violation in violations(page, ALL_LEVELS)]
        page.emulate_media(color_scheme="dark")
        found += [f"{place}, dark: {violation}" for violation in violations(page, COLOURS)]
        page.emulate_media(color_scheme="light")
    assert found == []


def violations(page: Page, rules: dict[str, Any]) -> list[str]:
    """Where axe, which the page has by now, finds these rules broken."""
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    results = page.evaluate("options => axe.run(options)", options)
    return [
        f"{violation['id']} {node['html'][:120]}"
        for violation in results["violations"]
        for node in violation["nodes"]
    ]


def test_nothing_scrolls_sideways(contexts: Callable[..., BrowserContext], season: Season) -> None:
    """U7: at 320 px, and with text at 200 %."""
    wide: list[str] = []
    for page, place in visits(contexts, season, bypass_csp=True):
        for width, text in ((320, "100%"), (320, "130%"), (390, "200%")):
            page.set_viewport_size({"width": width, "height": 700})
            page.evaluate("size => document.documentElement.style.fontSize = size", text)
            if (over := page.evaluate(TOO_WIDE)) > 0:
                wide.append(f"{place}, {width} px, {text}: {over} px")
    assert wide == []


def test_the_browser_has_no_complaint_and_no_page_is_left_out(
    app: Flask, contexts: Callable[..., BrowserContext], season: Season
) -> None:
    """No script error, and nothing that the page's own policy forbids."""
    complaints: list[str] = []
    seen: set[str | None] = set()

    def note_endpoint(_: Flask) -> None:
        seen.add(request.endpoint)

    contexts_ = {signed_in: contexts(signed_in=signed_in) for signed_in in (True, False)}
    for context in contexts_.values():
        context.on("console", lambda message: _note(complaints, message.type, message.text))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
    pages = {signed_in: context.new_page() for signed_in, context in contexts_.items()}
    with request_started.connected_to(note_endpoint, app):
        for place in PLACES:
            place.go(pages[place.signed_in], season)
    assert complaints == []
    assert pages_of(app) - seen == set()


NO_PAGES = {
    "web.root",
    "web.healthz",
    "web.readyz",
    "web.old_address",
    "assets.file",
    "reports.as_csv",
}
NO_PAGES |= {"waivers.calendar", "planning.feed", "reports.year_csv", "reports.hours_csv"}


def pages_of(app: Flask) -> set[str]:
    """Endpoints that show a page or dialog of their own."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return {rule.endpoint for rule in rules if not rule.rule.startswith("/api/")} - NO_PAGES


def test_a_name_has_its_line_to_itself_on_a_phone(page: Page, season: Season) -> None:
    """Beside the button it would be broken into one word a line."""
    page.goto("/scc/")
    name = page.locator(f'[data-event="{season.today.slug}"] h4').bounding_box()
    card = page.locator(f'[data-event="{season.today.slug}"]').bounding_box()
    assert name and card and name["width"] == card["width"]


def _note(complaints: list[str], kind: str, text: str) -> None:
    if kind in ("error", "warning") and "status of 4" not in text:
        complaints.append(text)


def visits(
    contexts: Callable[..., BrowserContext], season: Season, **options: Any
) -> Iterator[tuple[Page, Place]]:
    """A page at each place in turn."""
    pages = {
        signed_in: contexts(signed_in=signed_in, **options).new_page()
        for signed_in in (True, False)
    }
    for place in PLACES:
        page = pages[place.signed_in]
        place.go(page, season)
        page.evaluate(SETTLED)
        yield page, place
