"""The log after a release: what the code that stands says, and not what older code still says."""

import itertools
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import boto3
import pytest

from scc.ops.function import Function, Live
from scc.ops.releases.logs import errors_since
from tests.ops.small_function import make_function, take_snapshots

NAME = "scc-logged"
GROUP = f"/aws/lambda/{NAME}"
BROKEN = {"route": "events.list", "status": 500}
ID = "the-request-of-the-smoke-test"

_numbers = itertools.count(1)


@pytest.fixture
def logs(aws: dict[str, str]) -> Iterator[Any]:
    make_function(NAME, {"A": "1"})
    client = boto3.session.Session().client("logs")
    client.create_log_group(logGroupName=GROUP)
    yield client


def stream(logs: Any, version: str) -> str:
    """Of an execution environment that begins now, and runs this version."""
    name = f"2031/05/24/[{version}]{next(_numbers):032x}"
    logs.create_log_stream(logGroupName=GROUP, logStreamName=name)
    return name


def write(logs: Any, name: str, at: Live, line: dict[str, Any], later_ms: int = 50) -> None:
    moment = int(datetime.fromisoformat(at.changed_at).timestamp() * 1000) + later_ms
    events = [{"timestamp": moment, "message": json.dumps(line)}]
    logs.put_log_events(logGroupName=GROUP, logStreamName=name, logEvents=events)


def change(function: Function) -> Live:
    return function.change(lambda now: {**now, "A": now["A"] + "1"})


def test_what_older_code_still_says_is_not_the_new_ones_doing(logs: Any) -> None:
    function = Function(NAME)
    older = stream(logs, "$LATEST")
    live = change(function)
    newer = stream(logs, "$LATEST")
    write(logs, older, live, BROKEN | {"route": "older.route"})
    write(logs, newer, live, {"request_id": ID, "status": 401})
    assert errors_since(live, ID) == []
    write(logs, newer, live, BROKEN)
    write(logs, newer, live, BROKEN | {"route": "before.it"}, later_ms=-60_000)
    assert errors_since(live, ID) == ["events.list: 500"]


def test_with_snapshots_the_streams_version_says_whose_line_it_is(logs: Any) -> None:
    function = Function(NAME)
    take_snapshots(boto3.session.Session().client("lambda"), NAME)
    before = function.read().served
    live = change(function)
    assert before and live.served not in (None, before)
    write(logs, stream(logs, before), live, BROKEN | {"route": "older.route"})
    served = stream(logs, str(live.served))
    write(logs, served, live, {"request_id": ID, "status": 401})
    assert errors_since(live, ID) == []
    write(logs, served, live, BROKEN)
    write(logs, stream(logs, "$LATEST"), live, {"job": "mail", "error": ["Unavailable at x"]})
    assert errors_since(live, ID) == ["events.list: 500", "mail: Unavailable at x"]
