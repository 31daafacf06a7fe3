"""Headers of every answer, errors and redirects included."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from scc.context import Context
from scc.web.assets import asset
from tests.given import charter
from tests.hooks import refusing
from tests.older import TOKEN
from tests.page import PageClient

OTHER_TOKEN = {"X-Admin-Token": "another"}
CLOSED = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.fixture
def answers(client: PageClient, app: Flask, ctx: Context, dynamodb: Any) -> list[TestResponse]:
    """One of every kind that the app gives, but for static files."""

    def given() -> Iterator[TestResponse]:
        slug = charter(ctx).slug
        yield from map(client.get, ("/", "/scc", "/scc/", "/nope", "/scc/static/0/app.css"))
        yield from map(
            client.get,
            ("/scc/healthz", "/scc/readyz", "/tools/shipcaptaincrew/x", "/api/openapi.json"),
        )
        yield from map(client.get, ("/g/2026-05-23/waiver", f"/g/{slug}/waiver", "/scc/sign-in"))
        yield from (client.post("/scc/events/new"), client.post("/scc/sign-in"))
        yield client.post("/scc/sign-in", headers={"Origin": "https://evil.example"})
        yield client.post("/scc/events/new", data={"notes": "x" * 70_000})
        yield client.sign_in(password="wrong")
        yield from (client.get("/api/events"), client.get("/api/events", headers=TOKEN))
        yield from (client.get("/api/events/nobody", headers=TOKEN), client.put("/api/x"))
        yield client.post("/api/log-payment", headers=TOKEN, data="no JSON")
        yield client.sign_in()
        yield from map(client.get, ("/scc/", "/scc/events", "/scc/events/nobody", "/scc/sign-out"))
        yield client.get(f"/scc/events/{slug}/payment", headers={"X-SCC-Fragment": "1"})
        yield client.get(f"/scc/events/{slug}/card", headers={"X-SCC-Fragment": "1"})
        yield from (client.post("/scc/sign-out"), client.head("/scc/"), client.options("/scc/"))
        with refusing(dynamodb, "AccessDeniedException"):
            yield from (client.get("/scc/"), client.get("/api/events", headers=OTHER_TOKEN))

    return list(given())


def test_the_sweep_meets_every_kind_of_answer(answers: list[TestResponse]) -> None:
    met = {answer.status_code for answer in answers}

    assert met == {200, 302, 308, 400, 401, 403, 404, 405, 413, 422, 500, 503}


def test_every_dynamic_answer_is_closed(answers: list[TestResponse]) -> None:
    given = [{name: answer.headers.get(name) for name in CLOSED} for answer in answers]

    assert given == [CLOSED] * len(answers)


def test_no_policy_lets_in_what_is_unsafe(answers: list[TestResponse]) -> None:
    [policy] = {answer.headers["Content-Security-Policy"] for answer in answers}

    assert [word for word in ("unsafe", "*", "data:", "http") if word in policy] == []


@pytest.mark.parametrize(
    "rule",
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    ],
)
def test_the_policy_closes_what_it_can(client: PageClient, rule: str) -> None:
    policy = client.get("/scc/sign-in").headers["Content-Security-Policy"]

    assert rule in policy.split("; ")


def test_no_page_needs_what_the_policy_forbids(admin: PageClient, ctx: Context) -> None:
    """No style in a page, no script in a page, no handler in an attribute."""
    page = admin.see(f"/scc/events/{charter(ctx).slug}")

    inline = [e for e in page.all(".//script") if not e.get("src")]
    attributes = [name for e in page.root.iter() for name in e.attrib if name.startswith("on")]
    styled = [e for e in page.root.iter() if "style" in e.attrib or e.tag == "style"]
    assert inline + attributes + styled == []


# Over which scheme


def test_without_https_nobody_is_told_to_use_it_for_a_year(client: PageClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/scc/sign-in").headers


class TestBehindHttps:
    @pytest.fixture
    def app_env(self, app_env: dict[str, str]) -> dict[str, str]:
        return app_env | {"SCC_PUBLIC_URL": "https://sail.example"}

    def test_browsers_keep_to_it(self, client: PageClient) -> None:
        answer = client.get("/nope")

        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"

    def test_the_theme_and_the_method_are_sent_over_it_alone(
        self, admin: PageClient, ctx: Context
    ) -> None:
        slug = charter(ctx).slug
        admin.see("/scc/").form("/theme").fill(theme="dark").submit()
        admin.see(f"/scc/events/{slug}/payment").form("/payment").submit()

        kept = [admin.get_cookie(name) for name in ("scc-theme", "scc-method")]
        assert [cookie and cookie.secure for cookie in kept] == [True, True]


# Cookies


def attributes(cookie: str) -> set[str]:
    """`Path=/`, `Secure`, …, without the value and how long it lasts."""
    found = {part.strip() for part in cookie.split(";")[1:]}
    return {part for part in found if not part.startswith(("Expires", "Max-Age"))}


def test_the_session_is_a_host_cookie(client: PageClient) -> None:
    """RFC 6265bis, 4.1.3.2: Secure, Path=/ and no Domain."""
    [cookie] = client.get("/scc/sign-in").headers.getlist("Set-Cookie")

    assert cookie.startswith("__Host-scc=")
    assert attributes(cookie) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


def test_signed_in_it_lasts_as_long_as_the_session(client: PageClient) -> None:
    client.sign_in()

    cookie = client.get_cookie("__Host-scc")
    assert cookie is not None and cookie.expires is not None
    assert (cookie.expires - datetime.now(UTC)).total_seconds() == pytest.approx(7 * 86400, abs=60)


def test_a_page_seen_again_sets_no_cookie_again(admin: PageClient) -> None:
    admin.get("/scc/")

    assert admin.get("/scc/").headers.getlist("Set-Cookie") == []


def test_signing_out_takes_the_cookie_back(admin: PageClient) -> None:
    admin.see("/scc/").form("/sign-out").submit()

    assert admin.get_cookie("__Host-scc") is None


# Static files


@pytest.fixture
def files(app: Flask) -> list[str]:
    with app.test_request_context():
        return [asset(name) for name in app.extensions["assets"].files]


def test_static_files_never_go_stale(client: PageClient, files: list[str]) -> None:
    kept = {client.get(path).headers["Cache-Control"] for path in files}

    assert kept == {"public, max-age=31536000, immutable"}


def test_static_files_set_no_cookie(admin: PageClient, files: list[str]) -> None:
    assert [admin.get(path).headers.get("Set-Cookie") for path in files] == [None] * len(files)


def test_static_files_are_what_they_say(client: PageClient, files: list[str]) -> None:
    types = {path.rpartition(".")[2]: client.get(path).headers["Content-Type"] for path in files}

    assert types == {
        "css": "text/css; charset=utf-8",
        "js": "text/javascript; charset=utf-8",
        "png": "image/png",
        "svg": "image/svg+xml; charset=utf-8",
    }
