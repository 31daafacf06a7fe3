"""A form whose token went stale comes back as it was, with a fresh one; nothing is written."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from scc.app import create_app
from scc.context import Context
from scc.events import store
from scc.events.model import Event
from scc.letters.service import tell_sail
from tests import given
from tests.emulator import PASSWORD, Clock
from tests.given import ORIGIN, cancelled, charter
from tests.hooks import writes
from tests.page import Form, PageClient
from tests.web.places import Place

NEW_KEY = "the secret key that follows it, long enough"


@pytest.fixture
def event(ctx: Context) -> Event:
    tomorrow = ctx.today() + timedelta(days=1)  # today's is over in the evening
    return charter(ctx, tomorrow, patron_email="alice@example.com")


@pytest.fixture
def dialog(admin: PageClient, event: Event) -> Form:
    """The payment's dialog, filled in; its session was replaced in another tab meanwhile."""
    form = admin.see(f"/scc/events/{event.slug}/payment").form("/payment")
    form.fill(amount="250", payment_method="check", reference="#1042", note="two\nlines")
    admin.sign_in("Kai")
    return form


def test_it_comes_back_and_says_so(dialog: Form, admin: PageClient) -> None:
    status = dialog.submit().status_code

    assert (status, "Nothing was saved yet" in admin.page.text) == (422, True)


def test_everything_typed_is_in_it(dialog: Form, admin: PageClient) -> None:
    dialog.submit()

    back = {**admin.page.form("/payment").values, "csrf_token": dialog.values["csrf_token"]}
    assert back == dialog.values


def test_nothing_is_written(dialog: Form, dynamodb: Any) -> None:
    with writes(dynamodb) as written:
        dialog.submit()

    assert written == []


def test_pressed_again_it_is_logged_once(
    dialog: Form, admin: PageClient, ctx: Context, event: Event
) -> None:
    dialog.submit()
    admin.page.form("/payment").submit()

    assert [entry.cents for entry in given.payments(ctx, event)] == [25000]


def test_a_script_gets_the_dialog_alone(dialog: Form, admin: PageClient) -> None:
    answer = dialog.submit(headers={"X-SCC-Fragment": "1"})

    assert (answer.status_code, admin.page.has("main"), admin.page.has("dialog")) == (
        422,
        False,
        True,
    )


# Every form and button that there is


def test_no_form_loses_what_was_typed(
    admin: PageClient, places: list[Place], dynamodb: Any
) -> None:
    lost = {}
    for path in forms(places):
        form = fill(admin, path)
        sent = {**form.values}
        form.values["csrf_token"] = ["stale"]
        with writes(dynamodb) as written:
            status = form.submit().status_code
        lost[path] = (status, written, differences(sent, form_at(admin, path)))

    assert len(lost) >= 13
    assert {path: found for path, found in lost.items() if found != (422, [], {})} == {}


def test_neither_does_a_session_that_ended(
    admin: PageClient, places: list[Place], dynamodb: Any
) -> None:
    lost = {}
    for path in forms(places):
        if path.startswith("/scc/crew/"):  # crew come in by a code: tests/staff/test_ways_in.py
            continue
        form = fill(admin, path)
        sent = {**form.values}
        admin.delete_cookie("__Host-scc")
        with writes(dynamodb) as written:
            status = form.submit().status_code
        admin.page.form("/sign-in").fill(name="Moana", password=PASSWORD).submit()
        with writes(dynamodb) as written_back:
            form_at(admin, path).submit()
        found = differences(sent, form_at(admin, path))
        lost[path] = (status, written + written_back, found)

    assert {path: found for path, found in lost.items() if found != (401, [], {})} == {}


def test_no_button_acts_and_each_offers_to_press_again(
    admin: PageClient, places: list[Place], dynamodb: Any
) -> None:
    people = [p for p in places if p.access != "hook"]
    alone = [p.path for p in people if p.methods >= {"POST"} and "GET" not in p.methods]
    offered = {}
    for path in (path for path in alone if path.startswith("/scc/")):
        with writes(dynamodb) as written:
            status = admin.post(path, data={"csrf_token": "stale", "why": "typed"}).status_code
        offered[path] = (status, written, admin.page.form(path).values["why"])

    assert len(offered) >= 6
    assert {path: it for path, it in offered.items() if it != (422, [], ["typed"])} == {}


def forms(places: list[Place]) -> list[str]:
    """Where an admin finds a form with a page of its own. The sail's page has buttons alone."""
    staff = [p for p in places if p.access in ("admin", "crew") and not p.path.endswith("/sail")]
    return [p.path for p in staff if p.methods >= {"GET", "POST"}]


def form_at(client: PageClient, path: str) -> Form:
    return client.page.form("/" + path.rpartition("/")[2])


def fill(admin: PageClient, path: str) -> Form:
    """The form with something in every field to type into, and every box ticked."""
    page = admin.see(path)
    form = form_at(admin, path)
    inputs = [field for field in page.all(".//input") if field.get("name") in form.names]
    typed = [f.get("name") or "" for f in inputs if f.get("type", "text") == "text"]
    typed += [f.get("name") or "" for f in page.all(".//textarea")]
    form.fill(**dict.fromkeys(typed, "typed before"))
    for box in (field for field in inputs if field.get("type") == "checkbox"):
        ticked = form.values.setdefault(box.get("name") or "", [])
        form.values[box.get("name") or ""] = sorted({*ticked, box.get("value") or ""})
    return form


def differences(sent: dict[str, list[str]], back: Form) -> dict[str, tuple[Any, Any]]:
    """What was sent and what came back, where they differ."""
    return {
        name: (values, back.values.get(name))
        for name, values in sent.items()
        if name != "csrf_token" and sorted(back.values.get(name, [])) != sorted(values)
    }


# After the keys were rotated


@pytest.fixture
def rotated(app_env: dict[str, str], dynamodb: Any, clock: Clock, dialog: Form) -> Flask:
    """The app started anew: another key signs, the one before is still known."""
    fallbacks = json.dumps([app_env["SECRET_KEY"]])
    settings = {"SECRET_KEY": NEW_KEY, "SECRET_KEY_FALLBACKS": fallbacks}
    app = create_app(env=app_env | settings, client=dynamodb, now=clock)
    app.test_client_class = PageClient
    return app


def moved(browser: PageClient, app: Flask) -> PageClient:
    """The same browser in front of another app."""
    cookie = browser.get_cookie("__Host-scc")
    assert cookie is not None
    client = app.test_client()
    client.set_cookie("__Host-scc", cookie.value, domain="localhost")
    assert isinstance(client, PageClient)
    return client


def test_a_rotated_key_keeps_who_is_signed_in(admin: PageClient, rotated: Flask) -> None:
    assert moved(admin, rotated).get("/scc/").status_code == 200


def test_a_form_from_before_the_rotation_comes_back_filled(
    admin: PageClient, dialog: Form, rotated: Flask
) -> None:
    client = moved(admin, rotated)

    client.post(f"{dialog.action}", data=dialog.values)

    assert client.page.form("/payment").values["reference"] == ["#1042"]


def test_and_then_acts_once(
    admin: PageClient, dialog: Form, rotated: Flask, ctx: Context, event: Event
) -> None:
    client = moved(admin, rotated)
    client.post(f"{dialog.action}", data=dialog.values)
    client.page.form("/payment").submit()

    assert len(given.payments(ctx, event)) == 1


def test_a_key_that_is_dropped_is_dead(
    admin: PageClient, app_env: dict[str, str], dynamodb: Any, clock: Clock
) -> None:
    later = create_app(env=app_env | {"SECRET_KEY": NEW_KEY}, client=dynamodb, now=clock)
    later.test_client_class = PageClient

    assert moved(admin, later).get("/scc/").status_code == 302


# Buttons that have no page to come back on


@pytest.fixture
def buttons(admin: PageClient, ctx: Context, event: Event) -> dict[str, Form]:
    """Every form without a page of its own, each with a stale token."""
    tell_sail(ctx, event.exact_ref, "first", ORIGIN)
    cancelled(ctx, event)
    page = admin.see(f"/scc/events/{event.slug}")
    everywhere = page.form("/sign-out")
    everywhere.action += "-everywhere"
    found = {
        "sign-out": page.form("/sign-out"),
        "everywhere": everywhere,
        "theme": page.form("/theme"),
        "reinstate": page.form("/reinstate"),
        "withdraw": page.form("/withdraw"),
    }
    found["theme"].values |= {"theme": ["dark"], "back": ["/scc/events?show=unpaid"]}
    for form in found.values():
        form.values["csrf_token"] = ["stale"]
    return found


BUTTONS = pytest.mark.parametrize(
    "name", ["sign-out", "everywhere", "theme", "reinstate", "withdraw"]
)


@BUTTONS
def test_a_stale_button_does_nothing(buttons: dict[str, Form], dynamodb: Any, name: str) -> None:
    with writes(dynamodb) as written:
        answer = buttons[name].submit()

    assert (written, answer.status_code) == ([], 422)


@BUTTONS
def test_it_offers_to_press_again_all_that_was_sent(
    buttons: dict[str, Form], admin: PageClient, name: str
) -> None:
    buttons[name].submit()

    again = admin.page.form()
    assert again.values == buttons[name].values | {"csrf_token": again.values["csrf_token"]}


@BUTTONS
def test_pressed_again_it_acts(buttons: dict[str, Form], admin: PageClient, name: str) -> None:
    answer = buttons[name].submit()
    answer = admin.page.form().submit()

    assert answer.status_code in (302, 303)


def test_reinstated_by_the_second_press_alone(
    buttons: dict[str, Form], admin: PageClient, ctx: Context, event: Event
) -> None:
    buttons["reinstate"].submit()
    admin.page.form().submit()

    assert not store.load(ctx, event.ref).cancelled


def test_what_says_that_it_was_kept_is_no_press(
    buttons: dict[str, Form], admin: PageClient, ctx: Context, event: Event
) -> None:
    """Nothing acts on the page's own way back to a form."""
    token = admin.see("/scc/").form("/sign-out").values["csrf_token"][0]

    admin.post(buttons["reinstate"].action, data={"csrf_token": token, "restored": "1"})

    assert store.load(ctx, event.ref).cancelled


def test_the_page_it_leads_to_acts_when_pressed(
    buttons: dict[str, Form], admin: PageClient, ctx: Context, event: Event
) -> None:
    token = admin.see("/scc/").form("/sign-out").values["csrf_token"][0]

    admin.post(buttons["reinstate"].action, data={"csrf_token": token, "restored": "1"})
    admin.page.form().submit()

    assert not store.load(ctx, event.ref).cancelled
