"""What holds on every page: no barrier, room for a thumb, no sideways scroll, no complaint."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import DESK, PHONE, Season
from tests.browser.places import PLACES, Place

ALL_LEVELS = {
    "type": "tag",
    "values": [
        *("wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"),
        "best-practice",
    ],
}
# The themes differ in colours alone.
COLOURS = {"type": "rule", "values": ["color-contrast", "color-contrast-enhanced"]}
VIEWS: dict[str, dict[str, Any]] = {
    "phone, light": PHONE | {"color_scheme": "light"},
    "phone, dark": PHONE | {"color_scheme": "dark"},
    "desk, light": DESK | {"color_scheme": "light", "has_touch": False, "is_mobile": False},
    "desk, dark": DESK | {"color_scheme": "dark", "has_touch": False, "is_mobile": False},
}

# A link inside a sentence is as high as its line (WCAG 2.5.5, inline).
SMALL_CONTROLS = """() => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary')]
  .filter(e => e.checkVisibility() && !e.closest('[inert]') && !e.matches('.skip, p a, dd a, li a'))
  .map(e => [e.outerHTML.slice(0, 90), (e.closest('label') ?? e).getBoundingClientRect()])
  .filter(([, box]) => box.height < 44 || box.width < 44)
  .map(([html, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`)"""


@pytest.mark.parametrize(
    ("view", "rules"),
    [
        ("phone, light", ALL_LEVELS),
        ("phone, dark", COLOURS),
        ("desk, light", ALL_LEVELS),
        ("desk, dark", COLOURS),
    ],
)
def test_no_page_has_a_barrier(
    view: str, rules: object, contexts: Callable[..., BrowserContext], season: Season
) -> None:
    """U1: axe, levels A to AAA and 2.2."""
    found: list[str] = []
    for page, place in visits(contexts, season, **VIEWS[view], bypass_csp=True):
        results = Axe().run(page, options={"runOnly": rules})
        found += [
            f"{place}: {violation['id']} {node['html'][:120]}"
            for violation in results.response["violations"]
            for node in violation["nodes"]
        ]
    assert found == []


@pytest.mark.parametrize("view", ["phone, light", "desk, light"])
def test_every_control_has_room_for_a_thumb(
    view: str, contexts: Callable[..., BrowserContext], season: Season
) -> None:
    """U7."""
    small = [
        f"{place}: {control}"
        for page, place in visits(contexts, season, **VIEWS[view])
        for control in page.evaluate(SMALL_CONTROLS)
    ]
    assert small == []


@pytest.mark.parametrize(("width", "text"), [(320, "100%"), (320, "130%"), (390, "200%")])
def test_nothing_scrolls_sideways(
    width: int, text: str, contexts: Callable[..., BrowserContext], season: Season
) -> None:
    """U7: at 320 px, and with text at 200 %."""
    view = PHONE | {"viewport": {"width": width, "height": 700}}
    wide = []
    for page, place in visits(contexts, season, **view, bypass_csp=True):
        page.evaluate("size => document.documentElement.style.fontSize = size", text)
        over = page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if over > 0:
            wide.append(f"{place}: {over} px")
    assert wide == []


def test_the_browser_has_no_complaint(
    contexts: Callable[..., BrowserContext], season: Season
) -> None:
    """No script error, and nothing that the page's own policy forbids."""
    complaints: list[str] = []
    context = contexts()
    context.on("console", lambda message: _note(complaints, message.type, message.text))
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    page = context.new_page()
    for place in PLACES:
        place.go(page, season)
    assert complaints == []


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
        page.wait_for_timeout(400)  # dialogs settle
        yield page, place
