"""U10: what guests sign and admins log goes the same way in Firefox."""

from collections.abc import Iterator
from typing import Any

import pytest

from scc.context import Context
from tests import given
from tests.browser import firefox
from tests.browser.conftest import Season
from tests.browser.firefox import Firefox
from tests.emulator import PASSWORD
from tests.hooks import unreachable
from tests.waivers.acts import rows

pytestmark = pytest.mark.xdist_group("firefox")  # started once, in one worker


@pytest.fixture(scope="session")
def marionette(firefox_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with firefox.running(firefox_path, tmp_path_factory.mktemp("firefox")) as marionette:
        yield marionette


@pytest.fixture
def fox(marionette: Any, live_server: str) -> Iterator[Firefox]:
    """At the app's address, with nothing in it."""
    yield Firefox(marionette, live_server)
    marionette.delete_all_cookies()


def test_the_usual_payment_takes_two_taps(fox: Firefox, season: Season, ctx: Context) -> None:
    fox.open("/scc/")
    fox.fill("[name=name]", "Dee")
    fox.fill("[name=password]", PASSWORD)
    fox.tap("main button.main")
    fox.tap(f'[data-event="{season.today.slug}"] a[href$="/payment"]')
    fox.tap("dialog.active[open] button.main")
    fox.sees("$450 by Zelle from Alice Alvarez")
    assert [entry.cents for entry in given.payments(ctx, season.today)] == [45000]
    card = f"""document.querySelector('[data-event="{season.today.slug}"]')"""
    fox.wait(lambda: fox.run(f"return document.activeElement === {card}"))


def test_what_is_wrong_comes_back_into_the_dialog(
    fox: Firefox, season: Season, ctx: Context
) -> None:
    fox.open(f"/scc/events/{season.today.slug}/payment")
    fox.fill("[name=name]", "Dee")
    fox.fill("[name=password]", PASSWORD)
    fox.tap("main button.main")
    fox.fill("dialog [name=amount]", "12,50")
    fox.tap("dialog button.main")
    fox.wait(lambda: fox.run("return document.activeElement.matches('dialog .summary')"))
    assert fox.run("return document.querySelector('dialog [name=amount]').value") == "12,50"
    assert given.payments(ctx, season.today) == []


def test_a_family_signs_with_a_finger_while_the_server_is_away(
    fox: Firefox, season: Season, ctx: Context
) -> None:
    """The draft survives a reload; the page tries again by itself; it is one record each."""
    fox.open(f"/g/{season.today.slug}/waiver")
    fox.fill("[name=name]", "Di Ray")
    fox.fill("[name=email]", "di@example.com")
    fox.open(f"/g/{season.today.slug}/waiver")
    fox.sees("What you typed before is here again.")
    assert fox.run("return document.querySelector('[name=name]').value") == "Di Ray"
    fox.fill("[name=birth_date]", "1985-02-03")
    fox.fill("[name=emergency]", "Ed Ray 619-555-0134")
    fox.tap("[data-add]")
    fox.fill("[name=child1-name]", "Lu Ray")
    fox.fill("[name=child1-birth_date]", "2018-01-02")
    fox.run("document.querySelector('[name=child1-relation]').value = 'parent'")
    fox.tap("label:has([name=agree])")
    fox.tap("label:has([name=electronic])")
    fox.draw(".pad")
    with unreachable(ctx.db.client, "TransactWriteItems"):
        fox.tap("form[data-waiver] button.main")
        fox.sees("No answer yet. Trying again in")
    fox.sees("Signed. Thank you, Di!")

    signed = [row for row in rows(ctx) if row["name"] in ("Di Ray", "Lu Ray")]
    assert sorted(row["name"] for row in signed) == ["Di Ray", "Lu Ray"]
    assert signed[0]["signature"]["drawn"].count("l") > 5
    assert fox.run("return Object.keys(localStorage).length") == 0
