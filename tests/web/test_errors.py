"""R19: whatever fails, the answer leaks nothing, stays closed, and says what to do."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response

from scc.context import Context
from scc.events.model import Event
from tests.given import charter
from tests.hooks import answering, refusing, unreachable
from tests.older import TOKEN
from tests.page import PageClient
from tests.web.breaking import break_template
from tests.web.gateway import event as gateway_event
from tests.web.gateway import invoke

LEAKS = (
    *("Traceback", 'File "', ".py", "site-packages", "botocore", "boto3", "dynamo", "jinja"),
    *("scc-local", "arn:", "123456789012", "Exception", "Error:", "amazonaws", "127.0.0.1", "9.0"),
)
FRAGMENT = {"X-SCC-Fragment": "1"}


@pytest.fixture
def event(ctx: Context) -> Event:
    return charter(ctx)


def leaks(answer: Response) -> list[str]:
    said = answer.get_data(as_text=True) + str(answer.headers)
    return [word for word in LEAKS if word.lower() in said.lower()]


def well(answer: TestResponse, status: int) -> None:
    """Closed, tight-lipped, with an id by which the office finds it."""
    assert answer.status_code == status
    assert leaks(answer) == []
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" in answer.headers
    if answer.mimetype == "application/json":
        assert len(answer.json["request_id"]) == 16
    else:
        assert "request <code>" in answer.get_data(as_text=True)


# DynamoDB

REFUSALS = {
    "AccessDeniedException": 503,
    "ValidationException": 503,
    "ResourceNotFoundException": 503,
    "UnrecognizedClientException": 503,
}


@pytest.mark.parametrize("code", REFUSALS)
def test_a_page_that_can_not_be_read(admin: PageClient, dynamodb: Any, code: str) -> None:
    with refusing(dynamodb, code):
        well(admin.get("/scc/"), REFUSALS[code])


def test_a_guest_page_that_can_not_be_read(client: PageClient, dynamodb: Any) -> None:
    with refusing(dynamodb, "AccessDeniedException"):
        well(client.get("/g/2026-05-23/waiver"), 503)


def test_an_api_that_can_not_read(client: PageClient, dynamodb: Any) -> None:
    client.get("/api/events", headers=TOKEN)

    with refusing(dynamodb, "AccessDeniedException"):
        well(client.get("/api/events", headers=TOKEN), 503)


def test_nobody_answers(admin: PageClient, dynamodb: Any) -> None:
    with unreachable(dynamodb):
        well(admin.get("/scc/"), 503)


def test_dynamodb_throttles(admin: PageClient, dynamodb: Any) -> None:
    with refusing(dynamodb, "ProvisionedThroughputExceededException"):
        well(admin.get("/scc/"), 503)


@pytest.mark.parametrize("body", [b"", b"{", b"<html>arn:aws:dynamodb</html>", b"null", b"[]"])
def test_dynamodb_answers_nonsense(admin: PageClient, dynamodb: Any, body: bytes) -> None:
    with answering(dynamodb, 200, body, "Query"):
        answer = admin.get("/scc/")

    assert answer.status_code in (500, 503)
    well(answer, answer.status_code)


@pytest.mark.parametrize("code", ["AccessDeniedException", "ValidationException"])
def test_a_write_that_is_refused_is_our_fault(
    admin: PageClient, event: Event, dynamodb: Any, code: str
) -> None:
    """Pressing again would not help."""
    form = admin.see(f"/scc/events/{event.slug}/payment").form("/payment")

    with refusing(dynamodb, code, "TransactWriteItems"):
        well(form.submit(), 500)


def test_a_write_that_may_have_happened_can_be_sent_again(
    admin: PageClient, event: Event, dynamodb: Any
) -> None:
    form = admin.see(f"/scc/events/{event.slug}/payment").form("/payment").fill(note="kept")

    with refusing(dynamodb, "InternalServerError", "TransactWriteItems"):
        well(form.submit(), 503)

    again = admin.page.form("/payment")
    assert again.values["note"] == ["kept"]


def test_signing_in_while_the_tables_are_away(client: PageClient, dynamodb: Any) -> None:
    with refusing(dynamodb, "AccessDeniedException", "UpdateItem"):
        well(client.sign_in(), 500)


# Our own code


def test_a_template_that_breaks(app: Flask, admin: PageClient) -> None:
    break_template(app, "board/dashboard.html")

    well(admin.get("/scc/"), 500)


def test_the_error_pages_own_template_breaks(app: Flask, admin: PageClient) -> None:
    break_template(app, "errors/error.html")

    answer = admin.get("/nope")

    assert (answer.status_code, answer.mimetype, leaks(answer)) == (404, "text/plain", [])


def test_the_sign_in_page_breaks_while_it_answers_an_error(app: Flask, client: PageClient) -> None:
    break_template(app, "sessions/sign_in.html")
    app.testing = False

    well(client.post("/scc/events/new", data={"notes": "x"}), 500)


@pytest.mark.parametrize("path", ["/scc/broken", "/api/broken"])
def test_a_view_that_breaks(app: Flask, client: PageClient, path: str) -> None:
    def view() -> None:
        raise RuntimeError("arn:aws:dynamodb scc-local-state /srv/scc/x.py")

    view.scc_access = "anyone"  # type: ignore[attr-defined]
    app.add_url_rule(path, view_func=view)

    well(client.get(path), 500)


def test_what_breaks_before_flask_is_reached(app: Flask) -> None:
    """As an event may that no gateway sends."""
    odd = gateway_event("/scc/") | {"requestContext": {"identity": {"sourceIp": 7}}}

    answer = invoke(app, odd)

    assert (answer.status_code, answer.headers["Cache-Control"]) == (500, "no-store")
    assert "Content-Security-Policy" in answer.headers
    assert leaks(answer) == []


# What is in a form of the wrong size, or not there

SMALL: dict[str, Callable[[PageClient], TestResponse]] = {
    "no page": lambda c: c.get("/scc/nope"),
    "no event": lambda c: c.get("/scc/events/nobody"),
    "no month": lambda c: c.get("/scc/events?month=2026-13"),
    "no form": lambda c: c.post("/scc/nope"),
    "method": lambda c: c.post("/scc/"),
    "delete": lambda c: c.delete("/scc/events/new"),
    "size": lambda c: c.post("/scc/events/new", data={"notes": "x" * 70_000}),
    "signed out, size": lambda c: c.post("/scc/sign-in", data={"name": "x" * 70_000}),
}
STATUS = {"method": 405, "delete": 405, "size": 413, "signed out, size": 413}


@pytest.mark.parametrize("what", SMALL)
def test_a_request_that_is_wrong_signed_in(admin: PageClient, what: str) -> None:
    well(SMALL[what](admin), STATUS.get(what, 404))


@pytest.mark.parametrize("what", ["no page", "no form", "signed out, size"])
def test_a_request_that_is_wrong_signed_out(client: PageClient, what: str) -> None:
    well(SMALL[what](client), STATUS.get(what, 404))


def test_a_form_too_large_is_told_so_before_the_sign_in(client: PageClient) -> None:
    well(client.post("/scc/events/new", data={"notes": "x" * 70_000}), 413)


def test_a_wrong_method_says_which_are_right(client: PageClient) -> None:
    answer = client.post("/scc/healthz")

    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_an_error_leads_who_is_signed_in_back_to_the_log(admin: PageClient) -> None:
    admin.get("/scc/events/nobody")

    assert admin.page.has(".//a[@href='/scc/']")


def test_an_error_offers_nobody_the_log(client: PageClient) -> None:
    client.get("/g/nobody/waiver")

    assert not client.page.has("a")


def test_every_error_has_an_id_of_its_own(client: PageClient) -> None:
    ids = []
    for _ in range(3):
        client.get("/nope")
        ids.append(client.page.one("code").text)

    assert len(set(ids)) == 3


@pytest.mark.parametrize("path", ["/api/nope", "/api/events/nobody", "/api/"])
def test_the_api_answers_in_json(client: PageClient, path: str) -> None:
    well(client.get(path, headers=TOKEN), 404)
    assert client.get(path, headers=TOKEN).mimetype == "application/json"
