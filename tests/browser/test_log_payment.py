"""Logging a payment as an admin on the dock does: by taps, with and without JavaScript."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from scc.context import Context
from scc.events import store
from scc.events.model import Event, Ref
from tests import given
from tests.browser.conftest import Season


def now(ctx: Context, event: Event) -> Event:
    return store.load(ctx, Ref(event.slug, event.timestamp))


def entries(ctx: Context, event: Event) -> list[int | None]:
    return [entry.cents for entry in given.payments(ctx, event)]


def tap_log(page: Page, name: str) -> None:
    page.get_by_role("link", name=re.compile(f"Log payment for {name}")).click()


def dialog_of(page: Page):  # type: ignore[no-untyped-def]
    return page.get_by_role("dialog")


@pytest.fixture(params=["script", "plain"])
def any_page(request: pytest.FixtureRequest) -> Page:
    """Everything must work without JavaScript too."""
    page: Page = request.getfixturevalue("page" if request.param == "script" else "plain_page")
    return page


def test_the_usual_payment_takes_two_taps(any_page: Page, season: Season, ctx: Context) -> None:
    any_page.goto("/scc/")
    tap_log(any_page, "Alice")
    dialog_of(any_page).get_by_role("button", name="Log payment").click()
    expect(any_page.get_by_text("Payment logged")).to_be_visible()
    assert entries(ctx, season.today) == [45000]
    assert now(ctx, season.today).settled


def test_the_answer_is_banner_card_and_focus(any_page: Page, season: Season) -> None:
    any_page.goto("/scc/")
    tap_log(any_page, "Alice")
    dialog_of(any_page).get_by_role("button", name="Log payment").click()
    card = any_page.locator(f'[data-event="{season.today.slug}"]')
    expect(card).to_contain_text("Paid $450")
    expect(card.get_by_role("link", name="Log payment")).to_have_count(0)
    expect(card).to_be_focused()
    expect(any_page.get_by_text("$450 by Zelle from Alice Alvarez")).to_be_visible()


def test_the_open_dialog_is_active_and_the_rest_inert(any_page: Page, season: Season) -> None:
    any_page.goto("/scc/")
    tap_log(any_page, "Alice")
    expect(any_page.locator("dialog.active[open]")).to_have_count(1)
    expect(any_page).to_have_url(re.compile(f"/scc/events/{season.today.slug}~\\d+/payment$"))
    any_page.keyboard.press("Shift+Tab")
    assert not any_page.evaluate("document.activeElement.matches('main *')")


def test_every_field_reaches_the_ledger(any_page: Page, season: Season, ctx: Context) -> None:
    any_page.goto(f"/scc/events/{season.no_price.slug}/payment")
    dialog = dialog_of(any_page)
    dialog.get_by_label("Amount").fill("$1,250.50")
    dialog.get_by_label("Check", exact=True).check()
    dialog.get_by_label("More to come").check()
    dialog.get_by_text("Payer, date, reference").click()
    dialog.get_by_label("Payer").fill("María")
    dialog.get_by_label("Received on").fill("2026-01-02")
    dialog.get_by_label("Reference").fill("1042")
    dialog.get_by_label("Tip").fill("50")
    dialog.get_by_label("Note").fill("from her mother")
    dialog.get_by_role("button", name="Log payment").click()
    expect(any_page.get_by_text("Payment logged")).to_be_visible()
    [entry] = given.payments(ctx, season.no_price)
    assert (entry.cents, entry.tip_cents, entry.method) == (125050, 5000, "check")
    assert (entry.payer, entry.received_on, entry.reference) == ("María", "2026-01-02", "1042")
    assert (entry.note, entry.more_to_come) == ("from her mother", True)
    assert not now(ctx, season.no_price).settled


def test_a_wrong_amount_comes_back_with_everything_typed(any_page: Page, season: Season) -> None:
    any_page.goto("/scc/")
    tap_log(any_page, "Alice")
    dialog = dialog_of(any_page)
    dialog.get_by_label("Amount").fill("12,50")
    dialog.get_by_text("Payer, date, reference").click()
    dialog.get_by_label("Note").fill("half of it")
    dialog.get_by_role("button", name="Log payment").click()
    expect(dialog.get_by_role("alert").first).to_contain_text("Write 12.50 then")
    expect(dialog.get_by_label("Amount")).to_have_value("12,50")
    expect(dialog.get_by_label("Note")).to_have_value("half of it")
    expect(dialog.get_by_label("Amount")).to_have_attribute("aria-invalid", "true")


def test_an_error_leads_to_its_field(page: Page, season: Season) -> None:
    page.goto("/scc/")
    tap_log(page, "Alice")
    dialog = dialog_of(page)
    dialog.get_by_label("Amount").fill("abc")
    dialog.get_by_role("button", name="Log payment").click()
    expect(dialog.locator(".summary")).to_be_focused()
    dialog.locator(".summary a").click()
    expect(dialog.get_by_label("Amount")).to_be_focused()


def test_a_double_tap_logs_once(page: Page, season: Season, ctx: Context) -> None:
    page.goto("/scc/")
    tap_log(page, "Alice")
    button = dialog_of(page).get_by_role("button", name="Log payment")
    page.wait_for_timeout(400)
    button.dblclick(no_wait_after=True)
    expect(page.get_by_text("Payment logged")).to_be_visible()
    assert entries(ctx, season.today) == [45000]


def test_a_lost_answer_says_so_and_pressing_again_logs_once(
    page: Page, season: Season, ctx: Context
) -> None:
    page.goto("/scc/")
    tap_log(page, "Alice")
    lose_answer = True

    def swallow(route: Route) -> None:
        nonlocal lose_answer
        if route.request.method == "POST" and lose_answer:
            lose_answer = False
            route.fetch(max_redirects=0)  # the server logs it; the answer never comes back
            route.abort()
        else:
            route.continue_()

    page.route("**/payment", swallow)
    button = dialog_of(page).get_by_role("button", name="Log payment")
    button.click()
    expect(dialog_of(page).get_by_text("Pressing again is safe")).to_be_visible()
    assert entries(ctx, season.today) == [45000]
    button.click()
    expect(page.get_by_text("Payment logged")).to_be_visible()
    assert entries(ctx, season.today) == [45000]


def test_back_and_escape_close_the_dialog(page: Page, season: Season) -> None:
    page.goto("/scc/")
    tap_log(page, "Alice")
    expect(dialog_of(page)).to_be_visible()
    page.go_back()
    expect(dialog_of(page)).to_have_count(0)
    expect(page).to_have_url(re.compile("/scc/$"))
    page.wait_for_timeout(400)
    tap_log(page, "Alice")
    expect(dialog_of(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog_of(page)).to_have_count(0)
    expect(page.get_by_role("link", name=re.compile("Log payment for Alice"))).to_be_focused()


def test_a_deep_link_opens_the_dialog(any_page: Page, season: Season) -> None:
    any_page.goto(f"/scc/events/{season.late.slug}/payment")
    expect(dialog_of(any_page).get_by_label("Amount")).to_have_value("450")
    expect(dialog_of(any_page)).to_contain_text("Siobhán Alvarez")


def test_the_session_ends_in_mid_form_and_nothing_typed_is_lost(
    any_page: Page, season: Season, ctx: Context
) -> None:
    from scc.sessions import store as sessions
    from tests.emulator import PASSWORD

    any_page.goto("/scc/")
    tap_log(any_page, "Alice")
    dialog_of(any_page).get_by_label("Amount").fill("321.09")
    for session in sessions.all_sessions(ctx):
        ctx.db.write(sessions.delete(session))
    dialog_of(any_page).get_by_role("button", name="Log payment").click()
    any_page.get_by_label("Your name").fill("Dee")
    any_page.get_by_label("Password").fill(PASSWORD)
    any_page.get_by_role("button", name="Sign in").click()
    any_page.get_by_role("button", name="Go back to it").click()
    expect(dialog_of(any_page).get_by_label("Amount")).to_have_value("321.09")
    assert entries(ctx, season.today) == []
    dialog_of(any_page).get_by_role("button", name="Log payment").click()
    expect(any_page.get_by_text("Payment logged")).to_be_visible()
    assert entries(ctx, season.today) == [32109]


def test_a_cancelled_sail_is_asked_about_first(
    any_page: Page, season: Season, ctx: Context
) -> None:
    any_page.goto(f"/scc/events/{season.cancelled.slug}/payment")
    dialog = dialog_of(any_page)
    dialog.get_by_role("button", name="Log payment").click()
    expect(dialog.get_by_role("alert").first).to_contain_text("cancelled")
    assert entries(ctx, season.cancelled) == []
    dialog.get_by_label("Log it although the sail was cancelled").check()
    dialog.get_by_role("button", name="Log payment").click()
    expect(any_page.get_by_text("Payment logged")).to_be_visible()
    assert entries(ctx, season.cancelled) == [45000]


def test_the_method_used_last_is_offered(
    contexts: Callable[..., BrowserContext], season: Season
) -> None:
    page = contexts().new_page()
    page.goto(f"/scc/events/{season.today.slug}/payment")
    dialog_of(page).get_by_label("Venmo").check()
    dialog_of(page).get_by_role("button", name="Log payment").click()
    expect(page.get_by_text("Payment logged")).to_be_visible()
    page.goto(f"/scc/events/{season.late.slug}/payment")
    expect(dialog_of(page).get_by_label("Venmo")).to_be_checked()


def test_from_the_event_page_the_answer_is_shown_too(page: Page, season: Season) -> None:
    page.goto(f"/scc/events/{season.today.slug}")
    page.get_by_role("main").get_by_role("link", name="Log payment").click()
    dialog_of(page).get_by_role("button", name="Log payment").click()
    expect(page.get_by_text("Payment logged")).to_be_visible()


def test_from_the_banks_message_to_the_next_one(any_page: Page, season: Season) -> None:
    any_page.goto("/scc/")
    any_page.locator("nav").get_by_role("link", name="Log payment", exact=True).click()
    dialog = dialog_of(any_page)
    dialog.get_by_label("Amount").fill("450")
    dialog.get_by_label("Payer").fill("S Alvarez")
    dialog.get_by_label("Payer").press("Enter")
    first = dialog.locator("[name=event]").first
    expect(first).to_contain_text("Siobhán Alvarez")
    first.click()
    expect(dialog.get_by_label("Amount")).to_have_value("450")
    dialog.get_by_role("button", name="Log payment").click()
    expect(any_page.get_by_text("$450 by Zelle from S Alvarez")).to_be_visible()
    any_page.get_by_role("link", name="Log another").click()
    expect(dialog_of(any_page).get_by_label("Payer")).to_have_value("")
