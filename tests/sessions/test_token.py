"""X-Admin-Token: the admin password, as bytes on the wire, whatever letters it has."""

import hashlib

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.emulator import PASSWORD
from tests.page import PageClient
from tests.web.gateway import event, invoke

UTF8 = "Segelschiff – 帆船 – ⛵"
PATH = "/api/events?month=2026-05"


@pytest.fixture
def app_env(app_env: dict[str, str]) -> dict[str, str]:
    return app_env | {"ADMIN_PASS_HASH": hashlib.sha256(UTF8.encode()).hexdigest()}


def ask(client: PageClient, header: bytes) -> TestResponse:
    """With these bytes as the token: WSGI has each as a Latin-1 character."""
    return client.get(PATH, environ_overrides={"HTTP_X_ADMIN_TOKEN": header.decode("latin-1")})


def test_a_password_in_any_script_opens_the_api(client: PageClient) -> None:
    assert ask(client, UTF8.encode()).status_code == 200


def test_it_opens_it_on_lambda_too(app: Flask) -> None:
    """Where headers are text."""
    assert invoke(app, event("/api/events", {"x-admin-token": UTF8})).status_code == 200


def test_it_opens_it_where_the_gateway_took_the_bytes_for_latin_1(app: Flask) -> None:
    header = {"x-admin-token": UTF8.encode().decode("latin-1")}

    assert invoke(app, event("/api/events", header)).status_code == 200


def test_it_opens_the_log(client: PageClient) -> None:
    assert client.sign_in(password=UTF8).status_code == 302


@pytest.mark.parametrize(
    "junk",
    [
        b"",
        b"\xff\xfe",
        b"\xc3",
        b"\xed\xa0\x80",
        UTF8.encode("utf-16"),
        UTF8.encode()[:-1],
        UTF8.encode() + b"\x00",
        UTF8.encode("ascii", "replace"),
        b"\x00",
        PASSWORD.encode(),
        b"x" * 20_000,
    ],
)
def test_junk_is_no_token(client: PageClient, junk: bytes) -> None:
    assert ask(client, junk).status_code == 401


def test_a_refusal_says_what_to_send(client: PageClient) -> None:
    answer = client.get(PATH)

    assert answer.json == {
        "error": "Send a token, or the admin password, as X-Admin-Token.",
        "request_id": answer.json["request_id"],  # type: ignore[index]
    }


@pytest.mark.parametrize("name", ["Authorization", "X-Api-Token", "Admin-Token", "X-Admin-Tokens"])
def test_no_other_header_is_the_token(client: PageClient, name: str) -> None:
    answer = client.get(PATH, environ_overrides={f"HTTP_{name.upper().replace('-', '_')}": "x"})

    assert answer.status_code == 401


def test_in_the_address_it_is_none(client: PageClient) -> None:
    answer = client.get("/api/events", query_string={"X-Admin-Token": UTF8, "token": UTF8})

    assert answer.status_code == 401
