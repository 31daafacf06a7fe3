"""Events as API Gateway really makes them from hostile requests: a clear answer, never a 5xx."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.deploy.edge import edge_headers
from tests.deploy.function import Event, Function, rest_event, url_event
from tests.deploy.stack import Deployed

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

PATHS = [
    "/%ff%fe/scc/",
    "/scc/events/%00",
    "/scc/events/\x00/payment",
    "/scc/events/%c3%28/card",
    "/scc/events/%ed%a0%80",
    "/scc/events/\u202eecila",
    "/scc/events/\U0001f6a2",
    "/scc/events/" + "a" * 4000,
    "/g/%2e%2e/%2e%2e/waiver",
    "/g/2026-02-30/waiver",
    "/g/%ff/waiver",
    "//scc//",
    "/scc/../scc/",
    "/scc/static/%ff/app.css",
    "/scc/static/x/..%2f..%2fwsgi.py",
    "/api/events/%ff",
    "/api/events/a~99999999999999999999",
    "/api/events/a~-1",
    "/",
    "",
]

BODIES = [
    None,
    b"",
    b"\xff\xfe\x00",
    b"\x00",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b'{"event_id": "a", "event_id": "b"}',
    b'{"event_id": "\\ud800", "patron_name": "a", "amount": 1}',
    b'{"event_id": "a\\u0000", "patron_name": "\\u0000", "amount": NaN}',
    b'{"event_id": "a", "patron_name": {}, "amount": 1e999}',
    b"[" * 5000,
    b"csrf_token=%ff&name=%00&password=\xff",
    b"a=" + b"b" * 70_000,
    b"&".join(b"a=1" for _ in range(3000)),
    "\ufeff{}".encode(),
]

QUERIES = [
    "",
    "month=%ff",
    "month=2026-13",
    "month=2026-05&month=2026-06",
    "month=\x00",
    "show=",
    "next=https://evil.example/",
    "next=%00",
    "=",
    "&&&",
    "start=%7B%7D",
    "a=%ED%A0%80",
]

HEADERS: list[dict[str, str | list[str]]] = [
    {"Cookie": ["__Secure-scc-staging=a", "__Secure-scc-staging=b"]},
    {"Cookie": "__Secure-scc-staging=\xff; =; ;;"},
    {"Cookie": "__Secure-scc-staging=.eJw; scc-theme=<script>"},
    {"X-Admin-Token": ["a", "b"]},
    {"X-Admin-Token": "\xff\xfe"},
    {"X-Admin-Token": "a" * 8000},
    {"Content-Type": ["application/json", "text/plain"]},
    {"Content-Type": "multipart/form-data"},
    {"Content-Type": "multipart/form-data; boundary=\xff"},
    {"Content-Type": "application/json; charset=nonsense"},
    {"Content-Length": "-1"},
    {"Content-Length": "many"},
    {"Content-Length": "99999999999"},
    {"Transfer-Encoding": "chunked"},
    {"Content-Encoding": "gzip"},
    {"X-Forwarded-Port": "many", "X-Forwarded-Proto": "gopher"},
    {"X-Forwarded-For": ",,,"},
    {"CloudFront-Viewer-Address": "nonsense"},
    {"Host": ""},
    {"Host": "[::1"},
    {"Origin": "null", "Sec-Fetch-Site": "nonsense"},
    {"Idempotency-Key": "\xff"},
    {"X-HTTP-Method-Override": "DELETE"},
    {"Range": "bytes=0-0", "If-Modified-Since": "never", "If-None-Match": '"'},
    {"Accept": "\xff", "Accept-Language": "\x00", "User-Agent": ""},
]


def nulls() -> Event:
    """What the console's Test button sends."""
    empty = dict.fromkeys(
        ("headers", "multiValueHeaders", "queryStringParameters", "pathParameters", "body")
    )
    return rest_event("/scc/") | empty | {"multiValueQueryStringParameters": None}


@pytest.fixture
def api(staging: Deployed) -> dict[str, str | list[str]]:
    """Headers of a client that the edge and the API let in, at an address of its own.

    Wrong tokens are counted by address, and the other tests' shall stay welcome.
    """
    elsewhere = {"CloudFront-Viewer-Address": "198.18.0.1:40000"}
    return {**edge_headers(staging), **elsewhere, "X-Admin-Token": staging.password}


def test_paths(function: Function, api: dict[str, Any]) -> None:
    for path in PATHS:
        for prefix in ("", "/_staging"):
            for method in ("GET", "POST", "HEAD", "OPTIONS", "DELETE"):
                refuse_fault(function, rest_event(prefix + path, method, api))


@pytest.mark.parametrize("path", ["/api/log-payment", "/scc/sign-in", "/scc/theme"])
@pytest.mark.parametrize("kind", [JSON, FORM, {}])
def test_bodies(function: Function, api: dict[str, Any], path: str, kind: dict[str, str]) -> None:
    for body in BODIES:
        for method in ("POST", "GET", "PUT"):
            refuse_fault(function, rest_event(f"/_staging{path}", method, api | kind, body))


@pytest.mark.parametrize("path", ["/scc/", "/scc/events", "/scc/sign-in", "/api/events"])
def test_queries(function: Function, api: dict[str, Any], path: str) -> None:
    for query in QUERIES:
        refuse_fault(function, rest_event(f"/_staging{path}", headers=api, query=query))


def test_headers(function: Function, api: dict[str, Any]) -> None:
    body = json.dumps({"event_id": "x", "patron_name": "x", "amount": 1}).encode()
    for headers in HEADERS:
        for path, method, sent in (
            ("/scc/", "GET", None),
            ("/scc/sign-in", "POST", b"name=x"),
            ("/api/events", "GET", None),
            ("/api/log-payment", "POST", body),
            ("/scc/static/x/app.css", "GET", None),
        ):
            event = rest_event(f"/_staging{path}", method, api | headers, sent)
            refuse_fault(function, event)


def test_nulls_in_place_of_everything(function: Function) -> None:
    refuse_fault(function, nulls())


def test_a_body_that_is_plain_text(function: Function, api: dict[str, Any]) -> None:
    event = rest_event("/_staging/api/log-payment", "POST", api)
    for body in ("{}", "\u00e9\U0001f6a2", "\x00"):
        refuse_fault(function, event | {"body": body, "isBase64Encoded": False})


UNREADABLE: list[dict[str, Any]] = [
    {"body": "abc", "isBase64Encoded": True},
    {"body": "é", "isBase64Encoded": True},
    {"body": "\ud83d", "isBase64Encoded": True},
    {"body": "\ud83d"},
    {"body": 5},
    {"body": {}},
    {"body": "{}", "isBase64Encoded": "yes"},
    {"headers": {"Accept": None}},
    {"headers": {"Accept": 5}},
    {"headers": {"Host": None}},
    {"headers": []},
    {"headers": {"X-\udcff": "a"}},
    {"multiValueHeaders": {"Accept": None}},
    {"multiValueHeaders": {"Accept": [5]}},
    {"multiValueHeaders": {"Accept": "text"}},
    {"multiValueHeaders": {"X-Admin-Token": ["\ud800"]}},
    {"queryStringParameters": "a=b"},
    {"multiValueQueryStringParameters": {"month": None}},
    {"multiValueQueryStringParameters": {"month": ["\ud800"]}},
    {"path": None},
    {"path": 5},
    {"path": "/scc/\ud800"},
    {"httpMethod": None},
    {"httpMethod": ""},
    {"httpMethod": "GE T"},
    {"httpMethod": []},
    {"requestContext": None},
    {"requestContext": "text"},
    {"requestContext": {"identity": "text"}},
    {"requestContext": {"authorizer": "text"}},
    {"requestContext": {"elb": True}},
    {"requestContext": {"identity": {"sourceIp": 5}}},
]
UNREADABLE_2: list[dict[str, Any]] = [
    {"headers": None},
    {"headers": {"accept": None}},
    {"cookies": "a=b"},
    {"cookies": [None]},
    {"rawPath": None},
    {"rawQueryString": 5},
    {"requestContext": None},
    {"requestContext": {"http": None}},
    {"requestContext": {"http": {"method": None}}},
    {"requestContext": {"http": {"method": "GET"}, "authorizer": "text"}},
    {"requestContext": {"http": {"method": "GET"}, "authorizer": {"lambda": True}}},
    {"requestContext": {"http": {"method": "GET"}, "identity": "text"}},
    {"version": None},
    {"body": "%", "isBase64Encoded": True},
]
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(st.characters(), max_size=20),
    st.sampled_from(["\ud800", "é", "abc", "", "GET", "2.0", "lambda-url", "a,b", "CONNECT"]),
    st.lists(st.none() | st.text(max_size=3), max_size=2),
    st.dictionaries(st.text(max_size=5), st.none() | st.text(max_size=3), max_size=2),
)


def unreadable() -> Iterator[Event]:
    for change in UNREADABLE:
        yield rest_event("/_staging/api/log-payment", "POST", JSON, b"{}") | change
    for change in UNREADABLE_2:
        yield url_event("/_staging/scc/") | change
    for name in ("path", "httpMethod"):
        event = rest_event("/_staging/scc/")
        del event[name]
        yield event


@pytest.mark.parametrize("event", list(unreadable()), ids=lambda event: None)
def test_what_cannot_be_read_is_a_bad_request(function: Function, event: Event) -> None:
    """Zappa would answer 500, or raise, before the app sees any of these."""
    answer = function.invoke(event)
    assert answer.status == 400, answer.content
    assert answer.content["headers"]["Content-Type"] == "application/json"
    assert answer.content["headers"]["Cache-Control"] == "no-store"
    assert json.loads(answer.body)["error"].startswith("This request can't be read: ")
    (line,) = answer.log.splitlines()
    record = json.loads(line)
    assert (record["status"], record["request_id"]) == (400, answer.request_id)
    assert record["stage"] == "staging"


def places(node: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything in an event."""
    for key in node if isinstance(node, dict) else range(len(node)):
        yield (*way, key)
        if isinstance(node[key], dict | list):
            yield from places(node[key], (*way, key))


@given(data=st.data())
@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_anything_anywhere(function: Function, api: dict[str, Any], data: st.DataObject) -> None:
    """One to three places of an event hold something else, or are gone."""
    event = data.draw(
        st.sampled_from(
            [
                rest_event("/_staging/scc/", headers=api, query="month=2026-05"),
                rest_event("/_staging/api/log-payment", "POST", api | JSON, b"{}"),
                url_event("/_staging/scc/sign-in", {"Host": "x.lambda-url.on.aws"}),
            ]
        )
    )
    event = json.loads(json.dumps(event))
    for _ in range(data.draw(st.integers(1, 3))):
        *way, last = data.draw(st.sampled_from(list(places(event))))
        node = event
        for key in way:
            node = node[key]
        if data.draw(st.booleans()) or isinstance(node, list):
            node[last] = data.draw(ODD)
        else:
            del node[last]
    if {"httpMethod", "rawPath", "requestContext"} & event.keys():
        refuse_fault(function, event)


def test_stage_variables_change_no_setting(function: Function) -> None:
    """Zappa would put them into the environment of the process."""
    event = rest_event("/_staging/scc/healthz")
    answer = function.invoke(event | {"stageVariables": {"SCC_PUBLIC_URL": "https://evil.example"}})
    assert answer.status == 200
    assert "evil" not in function.run("import os\nresult = os.environ['SCC_PUBLIC_URL']")
    refuse_fault(function, event | {"stageVariables": True})


def test_what_is_no_request_goes_to_zappa(function: Function) -> None:
    """A schedule and an invocation, as EventBridge and `zappa invoke` send them."""
    name = "scc.ops.scheduled.adopt_events"
    rule = f"arn:aws:events:us-west-2:000000000000:rule/scc-staging-{name}"
    for event in ({"detail-type": "Scheduled Event", "resources": [rule]}, {"command": name}):
        assert function.invoke(event).content["job"] == "adopt"


def refuse_fault(function: Function, event: Event) -> None:
    """The answer must be the app's own, with its headers, and blame the request at most."""
    answer = function.invoke(event)
    assert 200 <= answer.status < 500, f"{event}\n{answer.content}"
    if "multiValueHeaders" in answer.content:
        assert "content-security-policy" in answer.headers, event
    json.dumps(answer.content, allow_nan=False)
