"""R5: the edge can't be forged or bypassed; addresses come from configuration."""

import json
from typing import Any

import pytest
from flask import Flask

from scc.audit.store import office_partition
from scc.context import Context
from scc.tables import LEDGER
from tests.hooks import calls
from tests.older import TOKEN, quick_environment
from tests.page import PageClient
from tests.web.gateway import event, invoke

OLD, NEW = "the secret that is on its way out", "the secret that has just been set"
PUBLIC = "https://sail.example"
PATHS = [
    "/",
    "/scc/",
    "/scc/sign-in",
    "/scc/events/new",
    "/g/2026-05-23-alice-sunset/waiver",
    "/api/events",
    "/api/openapi.json",
    "/tools/shipcaptaincrew/",
    "/nowhere",
    "/scc/healthz/x",
    "//scc/healthz",
]
FORGERIES: list[dict[str, str]] = [
    {},
    {"X-SCC-Edge": ""},
    {"X-SCC-Edge": OLD[:-1]},
    {"X-SCC-Edge": OLD.upper()},
    {"X-SCC-Edge": f"{OLD},{NEW}"},
    {"X-SCC-Edge": json.dumps([OLD, NEW])},
    {"X-SCC-Edge": "café"},
    {"X-SCC-Edge": "half \ud800 a character"},
    {"X_SCC_Edge": OLD},
    {"X-SCC_Edge": OLD},
    {"X-SCC-Edge-": OLD},
    {"Forwarded": f"for=203.0.113.9;secret={OLD}"},
]


@pytest.fixture
def app_env() -> dict[str, str]:
    secrets = json.dumps([OLD, NEW])
    return quick_environment() | {"SCC_PUBLIC_URL": PUBLIC, "SCC_EDGE_SECRETS": secrets}


def addresses(ctx: Context) -> list[str]:
    """Where the audit says that sign-ins came from."""
    return [row["address"] for row in ctx.db.query(LEDGER, office_partition(ctx))]


@pytest.mark.parametrize("headers", FORGERIES)
def test_round_the_edge_everything_is_closed(app: Flask, headers: dict[str, str]) -> None:
    answers = [invoke(app, event(path, headers | TOKEN)) for path in PATHS]

    assert {answer.status_code for answer in answers} == {403}


def test_round_the_edge_nothing_is_read_or_written(app: Flask, dynamodb: Any) -> None:
    with calls(dynamodb) as made:
        for path in PATHS:
            invoke(app, event(path, TOKEN))
            invoke(app, event(path, TOKEN, form={"name": "Bo", "password": "x"}))

    assert made == []


def test_the_pulse_answers_on_every_address(app: Flask) -> None:
    assert invoke(app, event("/scc/healthz")).status_code == 200


@pytest.mark.parametrize("secret", [OLD, NEW])
@pytest.mark.parametrize("name", ["X-SCC-Edge", "x-scc-edge"])
def test_while_the_secret_rotates_both_are_the_edge(app: Flask, name: str, secret: str) -> None:
    assert invoke(app, event("/scc/sign-in", {name: secret})).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"HTTP_X_SCC_EDGE": "wrong"}], ids=["none", "wrong"])
def test_the_same_holds_outside_lambda(client: PageClient, headers: dict[str, str]) -> None:
    assert client.get("/scc/sign-in", environ_overrides=headers).status_code == 403


# Who the viewer is


def sign_in_from(app: Flask, headers: dict[str, str], source: str = "203.0.113.99") -> None:
    """Try a password, which the audit notes with the viewer's address."""
    page = invoke(app, event("/scc/sign-in", headers, source=source))
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    token = page.get_data(as_text=True).split('name="csrf_token" type="hidden" value="')[1]
    form = {"name": "Moana", "password": "wrong", "csrf_token": token.partition('"')[0]}
    tried = invoke(app, event("/scc/sign-in", headers | {"cookie": cookie}, form, source))
    assert tried.status_code == 401


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("198.51.100.7:46532", "198.51.100.7"),
        ("2001:db8:0:0:0:0:0:7:46532", "2001:db8::7"),
        ("2001:db8::7:46532", "2001:db8::7"),
        ("[2001:db8::7]:46532", "2001:db8::7"),
        ("nonsense", "unknown"),
        ("<b>:1", "unknown"),
        ("fe80::1%<b>:1", "unknown"),
    ],
)
def test_the_edge_says_who_the_viewer_is(app: Flask, ctx: Context, told: str, address: str) -> None:
    sign_in_from(app, {"X-SCC-Edge": NEW, "CloudFront-Viewer-Address": told})

    assert addresses(ctx) == [address]


def test_a_viewer_can_not_say_so_in_other_headers(app: Flask, ctx: Context) -> None:
    forged = dict.fromkeys(
        (
            "X-Forwarded-For",
            "X-Real-IP",
            "Forwarded",
            "True-Client-IP",
            "CloudFront_Viewer_Address",
        ),
        "192.0.2.1, 192.0.2.2, 192.0.2.3",
    )

    sign_in_from(app, forged | {"X-SCC-Edge": NEW, "CloudFront-Viewer-Address": "198.51.100.7:1"})

    assert addresses(ctx) == ["198.51.100.7"]


class TestWithoutAnEdge:
    """Where no secret is set, the API's own address is open and nobody is believed."""

    @pytest.fixture
    def app_env(self) -> dict[str, str]:
        return quick_environment() | {"SCC_PUBLIC_URL": PUBLIC}

    @pytest.mark.parametrize("secret", ["", "[]", NEW])
    def test_the_address_is_what_the_gateway_saw(
        self, app: Flask, ctx: Context, secret: str
    ) -> None:
        forged = {
            "CloudFront-Viewer-Address": "192.0.2.1:1",
            "X-Forwarded-For": "192.0.2.1, 192.0.2.2",
            "X-SCC-Edge": secret,
        }

        sign_in_from(app, forged, source="203.0.113.99")

        assert addresses(ctx) == ["203.0.113.99"]

    def test_outside_lambda_it_is_the_connections(self, client: PageClient, ctx: Context) -> None:
        client.environ_base["REMOTE_ADDR"] = "203.0.113.50"
        client.environ_base["HTTP_X_FORWARDED_FOR"] = "192.0.2.1, 192.0.2.2"

        client.sign_in(password="wrong")

        assert addresses(ctx) == ["203.0.113.50"]


# Under which address the viewer sees the app

LIES = {
    "Host": "evil.example",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Port": "8",
    "Forwarded": "host=evil.example;proto=http",
    "X-Original-URL": "/evil",
    "X-Script-Name": "/evil",
}


@pytest.mark.parametrize("path", ["/", "/scc", "/scc/", "/scc/sign-in", "/g//x/waiver", "/nowhere"])
def test_a_forged_host_changes_no_link_redirect_or_cookie(app: Flask, path: str) -> None:
    answer = invoke(app, event(path, {"X-SCC-Edge": NEW} | LIES))

    said = answer.get_data(as_text=True) + str(answer.headers)
    assert "evil" not in said


def test_a_redirect_to_the_whole_address_is_to_the_public_one(app: Flask) -> None:
    answer = invoke(app, event("/scc", {"X-SCC-Edge": NEW} | LIES))

    assert answer.headers["Location"] == f"{PUBLIC}/scc/"


def test_a_form_sent_from_the_forged_host_is_from_another_site(app: Flask) -> None:
    headers = {"X-SCC-Edge": NEW, "Origin": "https://evil.example"} | LIES

    assert invoke(app, event("/scc/sign-in", headers, form={})).status_code == 403


def test_a_form_sent_from_the_public_host_is_not(app: Flask) -> None:
    headers = {"X-SCC-Edge": NEW, "Origin": PUBLIC, "Host": "abc.execute-api.example"}

    assert invoke(app, event("/scc/sign-in", headers, form={})).status_code == 422


class TestStaging:
    """It lives on production's host, under a path of its own."""

    @pytest.fixture
    def app_env(self) -> dict[str, str]:
        return quick_environment() | {
            "SCC_STAGE": "staging",
            "SCC_EVENTS_TABLE": "scc-local-events",
            "SCC_PUBLIC_URL": f"{PUBLIC}/_staging",
        }

    @pytest.fixture
    def app(self, app: Flask, dynamodb: Any) -> Flask:
        from scc.ops.tables import Names, make_tables

        make_tables(dynamodb, Names("staging"))
        return app

    def test_every_link_stays_under_its_path(self, admin: PageClient) -> None:
        page = admin.see("/_staging/scc/")

        linked = [
            e.get(a) for e in page.root.iter() for a in ("href", "src", "action", "formaction")
        ]
        assert {link[:10] for link in linked if link and link[0] != "#"} == {"/_staging/"}

    def test_every_redirect_does_too(self, client: PageClient) -> None:
        places = ["/_staging/", "/_staging/scc/", "/_staging/scc/events/new", "/scc/"]

        answers = [client.get(path).headers["Location"] for path in places]

        assert {place[:10] for place in answers} == {"/_staging/"}

    @pytest.mark.parametrize("path", ["/_staging", "/_staging/", "/"])
    def test_its_root_leads_to_the_log(self, client: PageClient, path: str) -> None:
        assert client.get(path).headers["Location"] == "/_staging/scc/"

    def test_its_cookie_has_a_name_and_a_path_of_its_own(self, client: PageClient) -> None:
        cookie = client.get("/_staging/scc/sign-in").headers["Set-Cookie"]

        assert cookie.startswith("__Secure-scc-staging=")
        assert "Path=/_staging" in cookie

    def test_a_path_that_only_begins_like_it_is_not_under_it(self, client: PageClient) -> None:
        assert client.get("/_stagingscc/sign-in").status_code == 404

    def test_what_is_sent_again_stays_in_staging(self, admin: PageClient) -> None:
        admin.see("/_staging/scc/")
        form = admin.page.form("/sign-out")
        form.fill(csrf_token="stale").submit()

        assert admin.page.form().action.endswith("/_staging/scc/sign-out")
