"""What holds on every page: no barrier, room for a thumb, no sideways scroll, no complaint."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, request, request_started
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import DESK, PHONE, Season
from tests.browser.places import CAPTAIN, MATE, NOBODY, OFFICE, PLACES

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


@pytest.mark.long
@pytest.mark.timeout(900)
def test_every_page_on_phone_and_desk_in_light_and_dark(
    app: Flask, contexts: Callable[..., BrowserContext], season: Season
) -> None:
    """Visited once, and looked at in every way. No script error, and nothing that the page's own
    policy forbids; no page is left out. U1 and U7: what `flaws` finds."""
    found: list[str] = []
    seen: set[str | None] = set()
    light = {"color_scheme": "light"}
    contexts_ = {
        OFFICE: contexts(**light),
        NOBODY: contexts(signed_in=False, **light),
        CAPTAIN: contexts(person=season.kai, **light),
        MATE: contexts(person=season.mia, **light),
    }
    for context in contexts_.values():
        context.on("console", lambda message: _note(found, message.type, message.text))
        context.on("weberror", lambda error: found.append(str(error.error)))
    pages = {who: context.new_page() for who, context in contexts_.items()}

    def note_endpoint(_: Flask) -> None:
        seen.add(request.endpoint)

    with request_started.connected_to(note_endpoint, app):
        for place in PLACES:
            page = pages[place.who]
            place.go(page, season)
            found += [f"{place}: {flaw}" for flaw in flaws(page)]
    assert found == []
    assert pages_of(app) - seen == set()


def flaws(page: Page) -> list[str]:
    """By axe, levels A to AAA and 2.2, on phone and desk, in both themes; controls that are less
    than 44 px high; what scrolls sideways at 320 px or with text at 200 %."""
    page.evaluate(SETTLED)
    page.evaluate(AXE.axe_script)
    found = _barriers(page, "phone")
    page.set_viewport_size(DESK["viewport"])
    found += _barriers(page, "desk")
    for width, text in ((320, "100%"), (320, "130%"), (390, "200%")):
        page.set_viewport_size({"width": width, "height": 700})
        page.evaluate("size => document.documentElement.style.fontSize = size", text)
        if (over := page.evaluate(TOO_WIDE)) > 0:
            found.append(f"{width} px, {text}: {over} px too wide")
    page.set_viewport_size(PHONE["viewport"])
    return found


def _barriers(page: Page, view: str) -> list[str]:
    found = [f"{view}: {control}" for control in page.evaluate(SMALL_CONTROLS)]
    found += [f"{view}: {violation}" for violation in violations(page, ALL_LEVELS)]
    page.emulate_media(color_scheme="dark")
    found += [f"{view}, dark: {violation}" for violation in violations(page, COLOURS)]
    page.emulate_media(color_scheme="light")
    return found


def violations(page: Page, rules: dict[str, Any]) -> list[str]:
    """Where axe, which the page has by now, finds these rules broken."""
    lean = {"preload": False, "selectors": False, "elementRef": False}
    options = {"runOnly": rules, "resultTypes": ["violations"], **lean}
    results = page.evaluate("options => axe.run(options)", options)
    return [
        f"{violation['id']} {node['html'][:120]}"
        for violation in results["violations"]
        for node in violation["nodes"]
    ]


NO_PAGES = {
    "web.root",
    "web.healthz",
    "web.readyz",
    "web.old_address",
    "assets.file",
    "reports.as_csv",
}
NO_PAGES |= {"sails.feed", "sheet.manifest", "sheet.worker"}
NO_PAGES |= {
    "bookings.as_csv",
    "planning.feed",
    "reports.hours_csv",
    "reports.year_csv",
    "waivers.calendar",
}


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
