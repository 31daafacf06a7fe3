"""The app as a whole: how it starts, and what all of it has in common."""

import logging
from typing import Any

import pytest
from flask import Flask

from scc.app import create_app
from scc.errors import ConfigError
from tests.emulator import app_environment
from tests.hooks import calls
from tests.older import TOKEN, quick_environment
from tests.page import PageClient

BODY = 64 * 1024


@pytest.fixture
def app_env() -> dict[str, str]:
    return quick_environment()


def test_a_wrong_setting_stops_the_start(dynamodb: Any) -> None:
    with pytest.raises(ConfigError, match="SECRET_KEY needs 32 characters"):
        create_app(env=app_environment() | {"SECRET_KEY": "short"}, client=dynamodb)


def test_the_start_asks_no_table(app_env: dict[str, str], dynamodb: Any) -> None:
    """A snapshot of a started app holds nothing that could be out of date."""
    with calls(dynamodb) as made:
        create_app(env=app_env, client=dynamodb)

    assert made == []


def test_a_weak_hash_that_is_allowed_is_warned_of_at_each_start(
    app_env: dict[str, str], dynamodb: Any, caplog: pytest.LogCaptureFixture
) -> None:
    create_app(env=app_env, client=dynamodb)

    [warning] = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
    assert warning.startswith("ADMIN_PASS_HASH is a bare SHA-256")


def test_the_warning_does_not_hold_the_hash(
    app_env: dict[str, str], dynamodb: Any, caplog: pytest.LogCaptureFixture
) -> None:
    create_app(env=app_env, client=dynamodb)

    assert app_env["ADMIN_PASS_HASH"] not in caplog.text


def test_nothing_of_flasks_debugging_is_on(app: Flask) -> None:
    assert (app.debug, app.static_folder, app.config["PROPAGATE_EXCEPTIONS"]) == (
        False,
        None,
        None,
    )


def test_two_apps_share_nothing_but_the_tables(
    app: Flask, admin: PageClient, app_env: dict[str, str], dynamodb: Any
) -> None:
    other = create_app(env=app_env | {"SECRET_KEY": "y" * 40}, client=dynamodb)
    cookie = admin.get_cookie("__Host-scc")
    assert cookie is not None
    client = other.test_client()
    client.set_cookie("__Host-scc", cookie.value)

    assert client.get("/scc/").status_code == 302


# 64 KB at most


@pytest.mark.parametrize(("size", "status"), [(BODY, 400), (BODY + 1, 413)])
def test_a_body_has_its_limit_on_the_api(client: PageClient, size: int, status: int) -> None:
    answer = client.post("/api/log-payment", data=b"x" * size, headers=TOKEN)

    assert answer.status_code == status


@pytest.mark.parametrize(("size", "status"), [(BODY, 422), (BODY + 1, 413)])
def test_and_on_a_form(admin: PageClient, size: int, status: int) -> None:
    answer = admin.post(
        "/scc/events/new",
        data=b"notes=".ljust(size, b"x"),
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code == status


# What is written into a page


@pytest.mark.parametrize("text", ["<b>x</b>", "{{ 7 * 7 }}", "{% raw %}", '"><img src=x>'])
def test_no_template_takes_text_for_html(client: PageClient, text: str) -> None:
    client.get("/scc/sign-in")

    client.page.form().fill(name=text, password="wrong").submit()

    assert client.page.form().values["name"] == [text]
