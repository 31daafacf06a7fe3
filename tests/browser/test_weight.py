"""U3: what comes down the wire, gzipped as API Gateway does it."""

import gzip
from datetime import timedelta

from flask import Flask

from dev.people import PATRONS
from scc.company import store as companies
from scc.company.model import Boat, as_item
from scc.context import Context
from scc.crew import by_hand
from scc.events.model import PERIODS
from scc.events.service import Details, create_event
from tests.browser.conftest import OFFICE, Season
from tests.page import PageClient


def weight(content: bytes) -> int:
    return len(gzip.compress(content, 6))


def test_a_dashboard_of_30_cards_weighs_at_most_14_000_bytes(
    ctx: Context, admin: PageClient, app: Flask
) -> None:
    """Each of another patron, at another hour, with another note: what repeats weighs little.
    Each that is to come has all four dice."""
    boat = {"boats": [as_item(Boat("queen", "The Queen", 32, 2))]}
    ctx.db.transact([companies.change(companies.read(ctx), **boat)])
    for n, (first, rest) in enumerate(PATRONS[:30]):
        details = Details(
            first_name=first,
            patron_name=f"{first} {rest}",
            day=ctx.today() + timedelta(days=n % 9 - 2),
            period=list(PERIODS)[n % len(PERIODS)],
            guests=2 + n,
            boat="queen",
            price_cents=45000 + 12350 * n,
            notes=f"{rest} is turning {30 + n}; {first} brings the cake at {n % 12 + 1}",
        )
        event = create_event(ctx, details, f"key-{n}", OFFICE)
        positions = {"captain": 1, "mate": n % 3}
        by_hand.set_positions(ctx, event.exact_ref, positions, OFFICE)
    page = admin.get("/scc/").get_data()
    assert page.count(b"<article") == 30
    assert page.count(b"d4") >= 20
    files = app.extensions["assets"].files
    everything = weight(page) + sum(
        weight(files[name]) for name in ("app.css", "app.js", "img/icon.svg")
    )
    assert everything <= 14_000


def test_a_dialog_weighs_at_most_1_500_bytes(season: Season, admin: PageClient) -> None:
    for name in ("payment", "end", "price", "task", "reschedule"):
        url = f"/scc/events/{season.today.slug}/{name}"
        fragment = admin.get(url, headers={"X-SCC-Fragment": "1"}).get_data()
        assert fragment.startswith(b"<dialog")
        assert weight(fragment) <= 1_500, name


def test_our_scripts_weigh_at_most_4_000_bytes(app: Flask) -> None:
    """On any page: the office, crew and guests have one each."""
    files = app.extensions["assets"].files
    pages = (["app.js"], ["guest.js"], ["app.js", "sail.js"], ["crew.js", "sail.js"])
    assert max(sum(weight(files[name]) for name in page) for page in pages) <= 4_000


def test_the_waiver_page_weighs_at_most_10_000_bytes(
    season: Season, client: PageClient, app: Flask
) -> None:
    """With the sample's whole text in it, style sheet, script and icon; in both languages."""
    files = app.extensions["assets"].files
    beside = sum(weight(files[name]) for name in ("guest.css", "guest.js", "img/icon.svg"))
    for language in ("en", "es"):
        page = client.get(f"/g/{season.today.slug}/waiver?lang={language}").get_data()
        assert page.count(b"data-child") == 8
        assert weight(page) + beside <= 10_000, language
