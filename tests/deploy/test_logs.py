"""One line a request, structured, with the request's id; nothing in it that is private."""

import json

from tests.deploy.edge import browser, edge_headers
from tests.deploy.function import Function, rest_event
from tests.deploy.stack import Deployed


def test_one_line_a_request(function: Function, staging: Deployed) -> None:
    function.new_log()
    answer = function.invoke(rest_event("/_staging/scc/sign-in", headers=edge_headers(staging)))
    (line,) = answer.log.splitlines()
    record = json.loads(line)
    assert record["request_id"] == answer.request_id
    assert record["status"] == answer.status == 200
    assert record["stage"] == "staging"


def test_no_line_can_be_forged(function: Function, staging: Deployed) -> None:
    """Zappa's own access log prints the decoded path, so `%0a` makes a line of its own."""
    function.new_log()
    forged = '/_staging/scc/x%0a{"status": 200, "request_id": "forged"}'
    answer = function.invoke(rest_event(forged, headers=edge_headers(staging)))
    assert answer.status == 404 or answer.status == 302
    (line,) = answer.log.splitlines()
    assert "forged" not in line


def test_nothing_private_is_logged(staging: Deployed) -> None:
    """Canaries through the deployed function, then its whole log group."""
    visitor = browser(staging)
    assert visitor.sign_in(name="Canary Person", password=staging.password).status_code == 302
    cookie = visitor.get_cookie("__Secure-scc-staging", "www.example.com", "/_staging")
    assert cookie
    visitor.get("/scc/?canary=query")
    visitor.get("/api/events", headers={"X-Admin-Token": staging.password})
    log = _log(staging)
    assert log.count('"route"') >= 3
    for private in (
        staging.password,
        staging.edge_secret,
        cookie.value,
        "Canary Person",
        "canary=query",
        *(v for k, v in staging.environment().items() if k in ("SECRET_KEY", "ADMIN_PASS_HASH")),
    ):
        assert private not in log


def _log(staging: Deployed) -> str:
    logs = staging.client("logs")
    group = f"/aws/lambda/{staging.function}"
    streams = logs.describe_log_streams(logGroupName=group)["logStreams"]
    return "\n".join(
        event["message"]
        for stream in streams
        for page in logs.get_paginator("filter_log_events").paginate(
            logGroupName=group, logStreamNames=[stream["logStreamName"]]
        )
        for event in page["events"]
    )
