"""Bytes that are no UTF-8, NULs, half characters and sheer size get a clear answer, never a 500."""

from collections.abc import Iterable
from typing import Any

import pytest
from flask import Flask, Response
from werkzeug.test import TestResponse

from tests.page import PageClient
from tests.web.gateway import event, invoke

LONG = "a" * 30_000
# As WSGI has bytes: each a Latin-1 character.
BAD = ["\xff\xfe", "\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x00", "a\x00b", "\x01\x7f", LONG]
PAGES = [
    "/scc/",
    "/scc/events",
    "/scc/search",
    "/scc/reports/year",
    "/scc/sign-in",
    "/g/x/waiver",
    "/api/events",
    "/nope",
]
FORMS = ["/scc/sign-in", "/scc/events/new", "/scc/theme", "/scc/sign-out", "/nope"]


def broken(answers: Iterable[TestResponse | Response]) -> set[int]:
    """Statuses that no request should get, however odd."""
    return {answer.status_code for answer in answers} - FINE


FINE = {200, 302, 400, 401, 403, 404, 405, 413, 422}
ROLES = pytest.mark.parametrize("browser", ["client", "admin"], indirect=True)


@pytest.fixture
def browser(request: pytest.FixtureRequest) -> PageClient:
    """Nobody's, or the admin's."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, PageClient)
    return found


@ROLES
@pytest.mark.parametrize(
    "place",
    [
        *("/scc/events/{}", "/g/{}/waiver", "/scc/static/{}/x", "/{}"),
        *("/scc/weather/{}", "/scc/calendar/{}.ics"),
    ],
)
def test_in_the_path(browser: PageClient, place: str) -> None:
    paths = [{"PATH_INFO": place.format(bad)} for bad in BAD]

    assert broken(browser.get("/", environ_overrides=path) for path in paths) == set()


@ROLES
@pytest.mark.parametrize("name", ["month", "next", "done", "week", "q", "further", "year"])
def test_in_the_query(browser: PageClient, name: str) -> None:
    queries = [{"QUERY_STRING": f"{name}={bad}&{bad}"} for bad in BAD]

    assert broken(browser.get(p, environ_overrides=q) for p in PAGES for q in queries) == set()


HEADERS = ["COOKIE", "HOST", "ORIGIN", "SEC_FETCH_SITE", "REFERER", "X_SCC_FRAGMENT"]


@pytest.mark.parametrize("name", [*HEADERS, "X_ADMIN_TOKEN", "IDEMPOTENCY_KEY"])
def test_in_a_header(client: PageClient, name: str) -> None:
    headers = [{f"HTTP_{name}": bad} for bad in [*BAD, "é", "a=b;" * 5000]]

    assert broken(client.get(p, environ_overrides=h) for p in PAGES[2:] for h in headers) == set()


@pytest.mark.parametrize("name", ["__Host-scc", "scc-theme", "scc-method", "{}"])
def test_in_a_cookie(client: PageClient, name: str) -> None:
    cookies = [{"HTTP_COOKIE": f"{name.format(bad)}={bad}"} for bad in BAD]

    assert broken(client.get(p, environ_overrides=c) for p in PAGES for c in cookies) == set()


@ROLES
@pytest.mark.parametrize("bad", BAD[:-1])
def test_in_a_form(browser: PageClient, bad: str) -> None:
    token = browser.see("/scc/sign-in").form().values["csrf_token"][0]
    names = ("name", "password", "next", "kept", "notes", "first_name", "date", "key", "back", bad)
    body = "&".join(f"{name}={bad}" for name in names).encode("latin-1")
    form = "application/x-www-form-urlencoded"

    for sent in (body, body + f"&csrf_token={token}".encode()):
        assert broken(browser.post(p, data=sent, content_type=form) for p in FORMS) == set()


def test_what_a_page_can_not_hold_comes_back_as_a_mark(admin: PageClient) -> None:
    """And is refused: only what was typed may be written."""
    form = admin.see("/scc/events/new").form("/new").fill(first_name="Al\x00ice", date="2026-05-23")

    status = form.submit().status_code

    assert (status, admin.page.form("/new").values["first_name"]) == (422, ["Al\ufffdice"])


TYPES = [
    "application/x-www-form-urlencoded; charset=utf-16",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=" + "b" * 5000,
    "application/json",
    "text/plain; charset=nonsense",
    "\xff",
    "",
]


@ROLES
def test_in_a_body_of_another_kind(browser: PageClient) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="\xff"\r\n\r\n\x00\r\n'

    assert broken(browser.post(p, data=body, content_type=t) for p in FORMS for t in TYPES) == set()


@ROLES
def test_in_the_length_of_a_body(browser: PageClient) -> None:
    odd = [{"CONTENT_LENGTH": length} for length in ("-1", "x", "999999999999", "1e3", "")]

    assert broken(browser.post(p, environ_overrides=o) for p in FORMS for o in odd) == set()


@ROLES
def test_in_the_method(browser: PageClient) -> None:
    odd = [{"REQUEST_METHOD": m} for m in ("GETT", "get", "\xff", "x" * 3000, "TRACE", "CONNECT")]

    assert broken(browser.get(p, environ_overrides=o) for p in PAGES for o in odd) == set()


# Through API Gateway, where all is JSON and half a character is possible


@pytest.mark.parametrize("text", ["half \ud800 one", "漢字", "é", "\x00", "\r\nX-Evil: 1"])
@pytest.mark.parametrize("name", ["x-admin-token", "cookie", "origin", "x-scc-fragment", "host"])
def test_in_a_header_of_an_event(app: Flask, name: str, text: str) -> None:
    assert broken(invoke(app, event(page, {name: text})) for page in PAGES) == set()


@pytest.mark.parametrize(
    "odd",
    [
        {"headers": None, "multiValueHeaders": None},
        {"headers": {}, "multiValueHeaders": {"X-SCC-Edge": []}},
        {"requestContext": {}},
        {"requestContext": {"identity": None}},
        {"requestContext": {"identity": {"sourceIp": None}}},
        {"requestContext": {"identity": {"sourceIp": "nonsense"}}},
    ],
)
def test_an_event_that_lacks_what_others_have(app: Flask, odd: dict[str, Any]) -> None:
    assert invoke(app, event("/scc/sign-in") | odd).status_code == 200
