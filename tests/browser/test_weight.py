"""U3: what comes down the wire, gzipped as API Gateway does it."""

import gzip
from datetime import timedelta

from flask import Flask

from scc.context import Context
from scc.events.service import Details, create_event
from tests.browser.conftest import OFFICE, Season
from tests.page import PageClient


def weight(content: bytes) -> int:
    return len(gzip.compress(content, 6))


def test_a_dashboard_of_30_cards_weighs_at_most_14_000_bytes(
    ctx: Context, admin: PageClient, app: Flask
) -> None:
    names = ("Alice", "José", "Siobhán", "Ingrid", "Łukasz", "Fatima")
    for n in range(30):
        name = names[n % len(names)]
        day = ctx.today() + timedelta(days=n % 9 - 2)
        details = Details(
            name, f"{name} Alvarez", day, "sunset", None, 2 + n, 45000 + 500 * n, notes="Birthday"
        )
        create_event(ctx, details, f"key-{n}", OFFICE)
    page = admin.get("/scc/").get_data()
    assert page.count(b"<article") == 30
    files = app.extensions["assets"].files
    everything = weight(page) + sum(
        weight(files[name]) for name in ("app.css", "app.js", "img/icon.svg")
    )
    assert everything <= 14_000


def test_a_dialog_weighs_at_most_1_500_bytes(season: Season, admin: PageClient) -> None:
    for name in ("payment", "end", "price"):
        url = f"/scc/events/{season.today.slug}/{name}"
        fragment = admin.get(url, headers={"X-SCC-Fragment": "1"}).get_data()
        assert fragment.startswith(b"<dialog")
        assert weight(fragment) <= 1_500, name


def test_our_scripts_weigh_at_most_4_000_bytes(app: Flask) -> None:
    assert weight(app.extensions["assets"].files["app.js"]) <= 4_000


def test_the_waiver_page_weighs_at_most_10_000_bytes(
    season: Season, client: PageClient, app: Flask
) -> None:
    files = app.extensions["assets"].files
    page = client.get(f"/g/{season.today.slug}/waiver").get_data()
    assert weight(page) + weight(files["app.css"]) + weight(files["img/icon.svg"]) <= 10_000
