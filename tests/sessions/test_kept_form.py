"""A session that ends in mid-form loses nothing that was typed, and does nothing by itself."""

from typing import Any
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from scc.context import Context
from scc.events.model import Event
from tests import given
from tests.emulator import PASSWORD, Clock
from tests.given import cancelled, charter
from tests.hooks import writes
from tests.older import OlderTool
from tests.page import Form, PageClient

TYPED = {
    "amount": "250",
    "payment_method": "check",
    "patron_name": 'Zoë "Z" O’Neil & <Sons>',
    "received_on": "2026-05-20",
    "reference": "#1042",
    "tip": "12.50",
    "note": "two lines,\nand a third",
}
KEPT = "What you typed is kept"


@pytest.fixture
def event(ctx: Context) -> Event:
    return charter(ctx)


@pytest.fixture
def dialog(admin: PageClient, event: Event, clock: Clock) -> Form:
    """The payment's dialog, filled in; by the time it is sent, the session has ended."""
    form = admin.see(f"/scc/events/{event.slug}/payment").form("/payment").fill(**TYPED)
    clock.advance(hours=13)
    return form


def sign_in(client: PageClient, password: str = PASSWORD) -> TestResponse:
    """On the page at hand."""
    return client.page.form("/scc/sign-in").fill(name="Moana", password=password).submit()


@pytest.fixture
def back(dialog: Form, admin: PageClient) -> Form:
    """The form again, after a wrong password and a right one."""
    dialog.submit()
    sign_in(admin, "wrong")
    sign_in(admin)
    admin.page.form("/payment").submit()
    return admin.page.form("/payment")


def test_it_asks_for_the_password(dialog: Form) -> None:
    assert dialog.submit().status_code == 401


def test_it_writes_nothing(dialog: Form, dynamodb: Any) -> None:
    with writes(dynamodb) as written:
        dialog.submit()

    assert written == []


def test_it_says_that_what_was_typed_is_kept(dialog: Form, admin: PageClient) -> None:
    dialog.submit()

    assert KEPT in admin.page.text


def test_after_a_wrong_password_it_still_is(dialog: Form, admin: PageClient) -> None:
    dialog.submit()
    sign_in(admin, "wrong")

    assert (admin.page.response.status_code, KEPT in admin.page.text) == (401, True)


def test_after_a_stale_sign_in_form_it_still_is(dialog: Form, admin: PageClient) -> None:
    dialog.submit()
    admin.page.form("/scc/sign-in").fill(name="Moana", csrf_token="stale").submit()

    assert (admin.page.response.status_code, KEPT in admin.page.text) == (422, True)


def test_signed_in_again_everything_typed_is_in_the_form(back: Form) -> None:
    values = {name: back.values[name][0].replace("\r\n", "\n") for name in TYPED}

    assert values == TYPED


def test_the_form_that_comes_back_says_that_nothing_is_saved(back: Form, admin: PageClient) -> None:
    assert "You are signed in again. Nothing was saved yet" in admin.page.text


def test_going_back_to_it_logs_nothing(back: Form, ctx: Context, event: Event) -> None:
    assert given.payments(ctx, event) == []


def test_then_it_is_logged_once(back: Form, ctx: Context, event: Event) -> None:
    back.submit()
    back.submit()

    assert [entry.cents for entry in given.payments(ctx, event)] == [25000]


def test_the_key_of_the_form_is_kept_with_it(dialog: Form, back: Form) -> None:
    """So what was logged just before the session ended is not logged again."""
    assert back.values["key"] == dialog.values["key"]


def test_no_password_is_ever_kept(client: PageClient) -> None:
    client.post("/scc/events/new", data={"password": "hunter2-hunter2", "notes": "x"})

    assert "hunter2" not in client.page.response.get_data(as_text=True)


@pytest.mark.parametrize("typed", ["é" * 10_000, "\n" * 5000, '"\\' * 3000, "\U0001f6a2" * 5000])
def test_long_texts_survive_the_sign_in_too(client: PageClient, typed: str) -> None:
    client.post("/scc/events/new", data={"notes": typed})
    sign_in(client)
    client.page.form("/new").submit()

    assert client.page.form("/new").values["notes"][0].replace("\r\n", "\n") == typed


@pytest.mark.parametrize("slug", ["100% fun? #7", "a/b", "Ünter", "a&b=c;d"])
def test_an_irregular_slug_leads_back_to_its_own_form(
    client: PageClient, ctx: Context, slug: str
) -> None:
    OlderTool(ctx).has(slug)

    client.post(f"/scc/events/{quote(slug, safe='')}/payment", data={"amount": "12"})
    sign_in(client)
    client.page.form("/payment").submit()

    assert client.page.form("/payment").values["amount"] == ["12"]


@pytest.mark.parametrize("button", ["/reinstate", "/sign-out", "/sign-out-everywhere"])
def test_a_button_alone_is_not_pressed_by_signing_in(
    admin: PageClient, ctx: Context, event: Event, clock: Clock, button: str
) -> None:
    cancelled(ctx, event)
    page = admin.see(f"/scc/events/{event.slug}")
    form = page.form("/reinstate" if button == "/reinstate" else "/sign-out")
    form.action = form.action.replace("/sign-out", button)
    clock.advance(hours=13)

    form.submit()
    landed = sign_in(admin)

    assert landed.headers["Location"] == "/scc/"


def test_a_script_that_asks_for_a_dialog_is_told_so(client: PageClient, event: Event) -> None:
    """It then leaves the page to the browser."""
    answer = client.get(f"/scc/events/{event.slug}/payment", headers={"X-SCC-Fragment": "1"})

    assert answer.status_code == 401


# What somebody might put into the field that carries it


@pytest.mark.parametrize(
    "kept",
    [
        "nonsense",
        "[]",
        '"x"',
        "{}",
        '{"path": "/scc/events/new"}',
        '{"path": 7, "fields": []}',
        '{"path": "/scc/events/new", "fields": 7}',
        '{"path": "/scc/events/new", "fields": [["a"]]}',
        '{"path": "https://evil.example/scc/", "fields": []}',
        '{"path": "//evil.example/scc/", "fields": []}',
        '{"path": "/scc/../g/x/waiver", "fields": []}',
        '{"path": "/api/log-payment", "fields": []}',
        "[" * 20_000,
        '{"path": "/scc/" , "fields": ' + "[" * 20_000,
    ],
)
def test_what_was_not_kept_by_us_is_dropped(client: PageClient, kept: str) -> None:
    form = client.see("/scc/sign-in").form()

    answer = form.fill(name="Moana", password=PASSWORD, kept=kept).submit()

    assert (answer.status_code, answer.headers["Location"]) == (302, "/scc/")
