"""401 comes before any other judgement; guessing is slowed; the description is for everybody."""

import pytest
from flask import Flask

from tests.older import SLUG, TOKEN, OlderClient, OlderTool
from tests.page import PageClient

REQUESTS = {
    "the list": ("GET", "/api/events", b""),
    "a wrong month": ("GET", "/api/events?month=May", b""),
    "an event": ("GET", f"/api/events/{SLUG}", b""),
    "an unknown event": ("GET", "/api/events/nobody", b""),
    "no such path": ("GET", "/api/nothing", b""),
    "no such path, doubled slash": ("GET", "/api//events", b""),
    "the wrong method": ("DELETE", "/api/events", b""),
    "the wrong method on the description": ("POST", "/api/openapi.json", b""),
    "a payment": ("POST", "/api/log-payment", b"{}"),
    "a payment by its other name": ("POST", "/api/payment-log", b"{}"),
    "a booking": ("POST", "/api/events", b"{}"),
    "no JSON": ("POST", "/api/log-payment", b"\xff"),
    "2 MB": ("POST", "/api/log-payment", b" " * 2_000_000),
}
TOKENS = ["", "wrong", "päßwörd", "密码", "\x7f", "null", "Bearer x", "x" * 5000]


@pytest.mark.parametrize("case", REQUESTS)
def test_without_a_token_nothing_else_is_judged(app: Flask, case: str) -> None:
    method, path, body = REQUESTS[case]

    answer = app.test_client().open(path, method=method, data=body)

    assert answer.status_code == 401
    assert answer.json["error"] == "Send a token, or the admin password, as X-Admin-Token."


@pytest.mark.parametrize("token", TOKENS)
def test_no_other_token_will_do(app: Flask, token: str) -> None:
    sent = token.encode().decode("latin-1")

    answer = app.test_client().get("/api/events", headers={"X-Admin-Token": sent})

    assert answer.status_code == 401
    assert answer.is_json


def test_the_cookie_is_never_accepted(admin: PageClient) -> None:
    assert admin.get("/api/events").status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("DELETE", "/api/events", 405), ("GET", "/api/log-payment", 405), ("GET", "/api/x", 404)],
)
def test_with_a_token_errors_are_json(app: Flask, method: str, path: str, status: int) -> None:
    answer = app.test_client().open(path, method=method, headers=TOKEN)

    assert answer.status_code == status
    assert answer.json.keys() == {"error", "request_id"}


def test_the_eleventh_guess_is_refused_unheard(app: Flask) -> None:
    client = app.test_client()
    guesses = [client.get("/api/events", headers={"X-Admin-Token": f"{n}"}) for n in range(11)]

    assert [guess.status_code for guess in guesses] == [401] * 10 + [429]
    assert int(guesses[-1].headers["Retry-After"]) > 0
    assert guesses[-1].is_json


def test_anybody_may_read_the_description(app: Flask) -> None:
    answer = app.test_client().get("/api/openapi.json")

    assert answer.status_code == 200
    assert answer.json["openapi"].startswith("3.1")


def test_who_is_turned_away_learns_nothing_of_an_event(app: Flask, older: OlderTool) -> None:
    older.has()
    client = app.test_client()

    known = client.get(f"/api/events/{SLUG}").json["error"]

    assert known == client.get("/api/events/nobody").json["error"]


def test_one_good_token_is_checked_once(api: OlderClient) -> None:
    assert {api.get("/api/events").status_code for _ in range(20)} == {200}
