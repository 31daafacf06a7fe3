"""The edge can't be forged or bypassed: API Gateway's events in every shape that matters."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from tests.deploy.edge import VIEWER, edge_headers
from tests.deploy.function import (
    SOURCE,
    Answer,
    Event,
    Function,
    rest_event,
    running_function,
    url_event,
)
from tests.deploy.stack import PUBLIC_HOST, Deployed

FORGED = "192.0.2.66"

Shape = dict[str, str]


@pytest.fixture(scope="session")
def open_function(
    unzipped: Path, staging: Deployed, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Function]:
    """The same package where no edge secret is set."""
    log = tmp_path_factory.mktemp("open") / "log"
    with running_function(unzipped, staging, log, SCC_EDGE_SECRETS="") as function:
        yield function


def shapes_round_the_edge(staging: Deployed, production: Deployed) -> dict[str, Shape]:
    secret = staging.edge_secret
    return {
        "direct": {},
        "forged X-Forwarded-For": {"X-Forwarded-For": f"{FORGED}, 130.176.1.1"},
        "forged Host": {
            "Host": PUBLIC_HOST,
            "X-Forwarded-Host": PUBLIC_HOST,
            "Forwarded": f"host={PUBLIC_HOST};for={FORGED}",
        },
        "forged viewer": {"CloudFront-Viewer-Address": f"{FORGED}:1", "Via": "1.1 cloudfront"},
        "a wrong secret": {"X-SCC-Edge": "x" * len(secret)},
        "an empty secret": {"X-SCC-Edge": ""},
        "a secret that is no text": {"X-SCC-Edge": "\u00e9\ud83d\ude00"},
        "the other stage's secret": {"X-SCC-Edge": production.edge_secret},
        "the secret in a header spelled with underscores": {"X_SCC_Edge": secret},
        "the secret twice in one": {"X-SCC-Edge": f"{secret}, {secret}"},
    }


def every_route(app: Flask) -> list[tuple[str, str]]:
    """Method and path of each of the app's routes."""
    routes = [
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    return [(method, _filled(path)) for method, path in routes]


def _filled(path: str) -> str:
    return "/".join("x" if part.startswith("<") else part for part in path.split("/"))


def test_nothing_is_open_round_the_edge(
    app: Flask, function: Function, staging: Deployed, production: Deployed
) -> None:
    reached = [
        (name, method, path)
        for name, shape in shapes_round_the_edge(staging, production).items()
        for method, path in every_route(app)
        for prefix in ("", "/_staging")
        if function.invoke(rest_event(prefix + path, method, shape)).status != 403
        and path != "/scc/healthz"
    ]
    assert len(every_route(app)) > 15
    assert reached == []


def test_a_function_url_is_no_way_round(
    function: Function, staging: Deployed, production: Deployed
) -> None:
    """The older tool had one, and one left open would bypass the edge."""
    for shape in shapes_round_the_edge(staging, production).values():
        assert function.invoke(url_event("/_staging/scc/sign-in", shape)).status == 403
    through = function.invoke(url_event("/_staging/scc/sign-in", edge_headers(staging)))
    assert through.status == 200


def test_through_the_edge_all_is_open(app: Flask, function: Function, staging: Deployed) -> None:
    closed = [
        path
        for method, path in every_route(app)
        if function.invoke(
            rest_event(f"/_staging{path}", method, edge_headers(staging))
        ).body.count("This address is not open")
    ]
    assert closed == []


@pytest.mark.parametrize(
    "forged",
    [
        {},
        {"X-Forwarded-For": f"{FORGED}, {FORGED}, 130.176.1.1"},
        {"CloudFront_Viewer_Address": f"{FORGED}:1"},
        {"Forwarded": f"for={FORGED}", "X-Real-Ip": FORGED, "True-Client-Ip": FORGED},
    ],
)
def test_audit_has_the_viewer_by_the_edges_word(
    function: Function, staging: Deployed, forged: Shape
) -> None:
    answer = sign_in(function, staging, edge_headers(staging) | forged)
    assert audited_address(staging, answer) == VIEWER


@pytest.mark.parametrize(
    "forged",
    [
        {},
        {"X-Forwarded-For": f"{FORGED}, {FORGED}, 130.176.1.1"},
        {"CloudFront-Viewer-Address": f"{FORGED}:1"},
        {"CloudFront_Viewer_Address": f"{FORGED}:1"},
        {"X-SCC-Edge": "x" * 43, "CloudFront-Viewer-Address": f"{FORGED}:1"},
    ],
)
def test_audit_has_the_connection_where_there_is_no_edge(
    open_function: Function, staging: Deployed, forged: Shape
) -> None:
    answer = sign_in(open_function, staging, forged)
    assert audited_address(staging, answer) == SOURCE


def sign_in(function: Function, staging: Deployed, headers: Shape) -> Answer:
    """Sign in as a browser does, with nothing but raw events."""
    page = function.invoke(rest_event("/_staging/scc/sign-in", headers=headers))
    token = page.body.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    cookie = page.headers["set-cookie"][0].split(";")[0]
    fields = {"name": "Moana", "password": staging.password, "csrf_token": token}
    answer = function.invoke(
        form_event("/_staging/scc/sign-in", fields, headers | {"Cookie": cookie})
    )
    assert answer.status == 302, answer.body
    return answer


def form_event(path: str, fields: dict[str, str], headers: Shape) -> Event:
    browser = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Sec-Fetch-Site": "same-origin",
    }
    return rest_event(path, "POST", browser | headers, urlencode(fields).encode())


def audited_address(staging: Deployed, answer: Answer) -> Any:
    """The address in the ledger entry that this request wrote."""
    found = staging.client("dynamodb").scan(
        TableName="scc-staging-ledger",
        FilterExpression="request_id = :id",
        ExpressionAttributeValues={":id": {"S": answer.request_id}},
    )["Items"]
    assert [item["kind"]["S"] for item in found] == ["session.opened"]
    return found[0]["address"]["S"]


def test_host_is_never_the_callers(function: Function, staging: Deployed) -> None:
    forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    for path in ("/_staging/scc/", "/_staging/scc/sign-in", "/_staging/api/openapi.json"):
        answer = function.invoke(rest_event(path, headers=edge_headers(staging) | forged))
        assert "evil.example" not in json.dumps(answer.content)
