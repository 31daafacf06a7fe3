"""Signing at the dock: one thumb, a weak signal, a phone that turns and reloads."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, Route, expect

from scc.context import Context
from scc.waivers.model import parse_signature
from tests.browser.conftest import Season
from tests.waivers.acts import rows

TEXT_FIELDS = {
    "Full name": "Di Ray",
    "E-mail, for your copy": "di@example.com",
    "Emergency contact: name and phone": "Ed Ray 619-555-0134",
}


@pytest.fixture
def guest(contexts: Callable[..., BrowserContext]) -> Page:
    """A phone of nobody who is known here."""
    return contexts(signed_in=False).new_page()


@pytest.fixture
def plain_guest(contexts: Callable[..., BrowserContext]) -> Page:
    return contexts(signed_in=False, java_script_enabled=False).new_page()


def fill(page: Page, *, typed: str = "Di Ray") -> None:
    for label, text in TEXT_FIELDS.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("Birth date").first.fill("1985-02-03")
    page.get_by_label("I have read this").check()
    page.get_by_label("I agree to sign electronically").check()
    if typed:
        page.get_by_label("Or type your full name").fill(typed)


def open_form(page: Page, season: Season) -> None:
    page.goto(f"/g/{season.today.slug}/waiver")


def sign(page: Page) -> None:
    page.get_by_role("button", name="Sign now").tap(no_wait_after=True)


def draw(page: Page) -> None:
    """A stroke with a finger, over the middle of the pad."""
    pad = page.locator(".pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(box["x"] + 20 + 15 * step, box["y"] + box["height"] / 2 + (-1) ** step * 20)
    page.mouse.up()


def dis(ctx: Context) -> list[str]:
    return [row["name"] for row in rows(ctx) if row["name"] == "Di Ray"]


def strokes(page: Page) -> str:
    return str(page.locator(".pad path").get_attribute("d"))


def test_typed_without_a_script(plain_guest: Page, season: Season, ctx: Context) -> None:
    open_form(plain_guest, season)
    plain_guest.get_by_role("button", name="Add a child").click()
    plain_guest.get_by_label("Child’s full name").first.fill("Lu Ray")
    plain_guest.locator("#child1-birth_date").fill("2018-01-02")
    plain_guest.locator("#child1-relation").select_option("parent")
    fill(plain_guest)
    sign(plain_guest)
    expect(plain_guest.get_by_role("heading", name="Signed. Thank you, Di!")).to_be_visible()
    assert {"Di Ray", "Lu Ray"} <= {row["name"] for row in rows(ctx)}


def test_drawn_with_a_finger_and_children_added_on_the_phone(
    guest: Page, season: Season, ctx: Context
) -> None:
    open_form(guest, season)
    guest.route("**/waiver", lambda route: route.abort())  # a row needs no signal
    guest.get_by_role("button", name="Add a child").click()
    expect(guest.get_by_label("Child’s full name").first).to_be_focused()
    guest.unroute("**/waiver")
    guest.get_by_label("Child’s full name").first.fill("Lu Ray")
    guest.locator("#child1-birth_date").fill("2018-01-02")
    guest.locator("#child1-relation").select_option("parent")
    fill(guest, typed="")
    draw(guest)
    sign(guest)
    expect(guest.get_by_role("heading", name="Signed. Thank you, Di!")).to_be_visible()
    [record] = [row for row in rows(ctx) if row["name"] == "Di Ray"]
    assert parse_signature(record["signature"]["drawn"])
    assert record["signed_at"].endswith("Z") and record["phone_zone"]
    expect(guest.locator(".drawn path")).to_have_attribute("d", record["signature"]["drawn"])


def test_strokes_survive_turning_the_phone_and_scrolling(guest: Page, season: Season) -> None:
    open_form(guest, season)
    draw(guest)
    before = strokes(guest)
    guest.set_viewport_size({"width": 844, "height": 390})
    guest.mouse.wheel(0, -2000)
    guest.set_viewport_size({"width": 390, "height": 844})
    assert before.startswith("M") and strokes(guest) == before
    draw(guest)
    assert strokes(guest).startswith(before) and strokes(guest).count("M") == 2
    guest.get_by_role("button", name="Clear").click()
    assert strokes(guest) == ""


def test_strokes_and_words_survive_an_error(guest: Page, season: Season, ctx: Context) -> None:
    open_form(guest, season)
    fill(guest, typed="")
    draw(guest)
    before = strokes(guest)
    guest.get_by_label("Full name", exact=True).fill("")
    sign(guest)
    expect(guest.locator(".summary")).to_contain_text("Enter the full name.")
    assert strokes(guest) == before
    expect(guest.get_by_label("Emergency contact")).to_have_value("Ed Ray 619-555-0134")
    assert dis(ctx) == []


def test_a_draft_survives_a_reload_until_it_is_forgotten(guest: Page, season: Season) -> None:
    open_form(guest, season)
    fill(guest)
    key = guest.locator("[name=key]").input_value()
    guest.reload()
    expect(guest.get_by_label("Full name", exact=True)).to_have_value("Di Ray")
    expect(guest.get_by_text("What you typed before is here again.")).to_be_visible()
    # The same submission; but nobody ticks or signs for a guest.
    assert guest.locator("[name=key]").input_value() == key
    expect(guest.get_by_label("I have read this")).not_to_be_checked()
    expect(guest.get_by_label("Or type your full name")).to_have_value("")
    guest.get_by_role("button", name="Forget this").click()
    expect(guest.get_by_label("Full name", exact=True)).to_have_value("")
    guest.reload()
    expect(guest.get_by_label("Full name", exact=True)).to_have_value("")


def test_once_signed_the_phone_keeps_nothing(guest: Page, season: Season) -> None:
    open_form(guest, season)
    fill(guest)
    sign(guest)
    expect(guest.get_by_role("heading", name="Signed")).to_be_visible()
    assert guest.evaluate("Object.keys(localStorage)") == []


def test_a_double_tap_is_one_record(guest: Page, season: Season, ctx: Context) -> None:
    open_form(guest, season)
    fill(guest)
    guest.get_by_role("button", name="Sign now").dblclick(no_wait_after=True)
    expect(guest.get_by_role("heading", name="Signed")).to_be_visible()
    assert dis(ctx) == ["Di Ray"]


def test_offline_it_says_so_and_tries_again_by_itself(
    guest: Page, season: Season, ctx: Context
) -> None:
    open_form(guest, season)
    fill(guest)
    guest.context.set_offline(True)
    sign(guest)
    expect(guest.get_by_text("No answer yet. Trying again in")).to_be_visible()
    assert dis(ctx) == []
    guest.context.set_offline(False)
    expect(guest.get_by_role("heading", name="Signed")).to_be_visible()
    assert dis(ctx) == ["Di Ray"]


def test_a_lost_answer_is_told_and_asked_for_again(
    guest: Page, season: Season, ctx: Context
) -> None:
    lost = 0

    def swallow(route: Route) -> None:
        nonlocal lost
        if route.request.method != "POST" or lost >= 2:
            return route.continue_()
        lost += 1
        route.fetch(max_redirects=0)  # the server keeps it; nobody hears of it
        return route.abort()

    open_form(guest, season)
    fill(guest)
    guest.route("**/waiver", swallow)
    sign(guest)
    expect(guest.get_by_text("it can’t be kept twice")).to_be_visible()
    expect(guest.get_by_role("heading", name="Signed")).to_be_visible()
    assert (lost, dis(ctx)) == (2, ["Di Ray"])


def test_reloading_after_a_lost_answer_makes_no_second_record(
    guest: Page, season: Season, ctx: Context
) -> None:
    def swallow(route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        route.fetch(max_redirects=0)
        return route.abort()

    open_form(guest, season)
    fill(guest)
    guest.route("**/waiver", swallow)
    sign(guest)
    expect(guest.get_by_text("No answer yet")).to_be_visible()
    guest.unroute("**/waiver")
    guest.reload()
    fill(guest)
    sign(guest)
    expect(guest.get_by_role("heading", name="Signed")).to_be_visible()
    assert dis(ctx) == ["Di Ray"]


def open_with_time_standing_still(page: Page, season: Season) -> None:
    """A filled form, on whose phone time goes by as the test says."""
    page.clock.install()
    open_form(page, season)
    fill(page)
    page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))


def held(page: Page) -> list[Route]:
    """The forms that are on their way from now on: it is the test that lets them go on."""
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "POST":
            waiting.append(route)
        else:
            route.continue_()

    page.route("**/waiver", hold)
    return waiting


def test_a_slow_answer_is_waited_for(guest: Page, season: Season, ctx: Context) -> None:
    open_with_time_standing_still(guest, season)
    waiting = held(guest)
    sign(guest)
    expect(guest.get_by_text("Sending …")).to_be_visible()
    guest.clock.run_for(19_000)
    expect(guest.get_by_text("Sending …")).to_be_visible()
    waiting[0].continue_()
    expect(guest.get_by_role("heading", name="Signed")).to_be_visible()
    assert (len(waiting), dis(ctx)) == (1, ["Di Ray"])


def test_an_answer_slower_than_the_phones_patience_is_asked_for_again(
    guest: Page, season: Season, ctx: Context
) -> None:
    """The first form arrives, its answer does not within 20 s; the second is answered at once."""
    open_with_time_standing_still(guest, season)
    waiting = held(guest)
    sign(guest)
    expect(guest.get_by_text("Sending …")).to_be_visible()
    waiting[0].fetch(max_redirects=0)
    assert dis(ctx) == ["Di Ray"]
    guest.clock.run_for(20_000)
    expect(guest.get_by_text("No answer yet. Trying again in 2 s.")).to_be_visible()
    guest.clock.run_for(2_000)
    expect(guest.get_by_text("Sending …")).to_be_visible()
    waiting[1].continue_()
    expect(guest.get_by_role("heading", name="Signed")).to_be_visible()
    assert (len(waiting), dis(ctx)) == (2, ["Di Ray"])


def test_each_try_waits_longer_and_a_tap_does_not_wait(
    guest: Page, season: Season, ctx: Context
) -> None:
    open_with_time_standing_still(guest, season)
    guest.context.set_offline(True)
    sign(guest)
    for seconds in (2, 4, 8, 16, 30, 30):
        expect(guest.get_by_text(f"Trying again in {seconds} s.")).to_be_visible()
        guest.clock.run_for(seconds * 1000)
    expect(guest.get_by_text("Trying again in 30 s.")).to_be_visible()
    assert dis(ctx) == []
    guest.context.set_offline(False)  # the phone says so, and it goes on at once
    expect(guest.get_by_role("heading", name="Signed")).to_be_visible()
    assert dis(ctx) == ["Di Ray"]


def test_a_broken_server_is_tried_again_too(guest: Page, season: Season, ctx: Context) -> None:
    failed = 0

    def fail(route: Route) -> None:
        nonlocal failed
        if route.request.method != "POST" or failed:
            return route.continue_()
        failed += 1
        return route.fulfill(status=503, body="")

    open_form(guest, season)
    fill(guest)
    guest.route("**/waiver", fail)
    sign(guest)
    expect(guest.get_by_role("heading", name="Signed")).to_be_visible()
    assert dis(ctx) == ["Di Ray"]


def test_after_a_lost_answer_another_content_is_kept_beside_the_first(
    guest: Page, season: Season, ctx: Context
) -> None:
    """The page that says so has another key: the draft's must not take its place."""
    open_form(guest, season)
    fill(guest)
    with_key = guest.locator("[name=key]")
    first = with_key.input_value()
    sign(guest)
    expect(guest.get_by_role("heading", name="Signed")).to_be_visible()
    open_form(guest, season)
    with_key.evaluate("(field, key) => (field.value = key)", first)
    fill(guest)
    guest.get_by_label("Full name", exact=True).fill("Di Raye")
    sign(guest)
    expect(guest.get_by_text("You have signed already")).to_be_visible()
    fill(guest)
    guest.get_by_label("Full name", exact=True).fill("Di Raye")
    sign(guest)
    expect(guest.get_by_role("heading", name="Signed")).to_be_visible()
    assert "Di Raye" in {row["name"] for row in rows(ctx)}


def test_a_pad_that_was_only_touched_does_not_stop_a_typed_name(
    guest: Page, season: Season, ctx: Context
) -> None:
    open_form(guest, season)
    fill(guest)
    guest.locator(".pad").tap()
    assert strokes(guest) != ""
    sign(guest)
    expect(guest.get_by_role("heading", name="Signed")).to_be_visible()
    assert dis(ctx) == ["Di Ray"]


def test_a_draft_does_not_outlast_its_day(guest: Page, season: Season) -> None:
    open_form(guest, season)
    fill(guest)
    age = "for (const n of Object.keys(localStorage)) localStorage[n] = localStorage[n].replace"
    guest.evaluate(age + '(/"at":\\d+/, \'"at":1\')')
    guest.reload()
    expect(guest.get_by_label("Full name", exact=True)).to_have_value("")
    assert guest.evaluate("Object.keys(localStorage)") == []


def test_a_finger_draws_and_the_page_stays_where_it_is(guest: Page, season: Season) -> None:
    open_form(guest, season)
    pad = guest.locator(".pad")
    pad.scroll_into_view_if_needed()
    box, at = pad.bounding_box(), guest.evaluate("scrollY")
    assert box is not None
    finger = guest.context.new_cdp_session(guest)
    for step in range(12):
        place = {"x": box["x"] + 20 + 10 * step, "y": box["y"] + 10 + 5 * step}
        kind = "touchMove" if step else "touchStart"
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [place]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert strokes(guest).count("l") > 8 and strokes(guest).count("M") == 1
    assert guest.evaluate("scrollY") == at


def test_without_a_script_a_lost_answer_says_that_pressing_again_is_safe(
    plain_guest: Page, season: Season, ctx: Context, app: Flask
) -> None:
    """The page that says so carries the form along, and sets no cookie."""
    from tests.hooks import unreachable

    open_form(plain_guest, season)
    fill(plain_guest)
    with unreachable(ctx.db.client, "TransactWriteItems"):
        sign(plain_guest)
        expect(plain_guest.get_by_text("Pressing again is safe")).to_be_visible()
    assert dis(ctx) == [] and plain_guest.context.cookies() == []
    plain_guest.get_by_role("button", name="Try again").click()
    expect(plain_guest.get_by_role("heading", name="Signed")).to_be_visible()
    assert dis(ctx) == ["Di Ray"]
