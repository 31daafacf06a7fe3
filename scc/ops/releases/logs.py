"""A function's log since a moment, read for errors."""

import json
import time
from collections.abc import Iterator
from typing import Any, Final

from scc.ops.function import client

_PATIENCE: Final = 60.0
"""Seconds that a line may take from the function to where it is read."""
_SIGNS: Final = ("Traceback", "Task timed out", "[ERROR]", "Runtime exited", "Runtime.")


def errors_since(function: str, since_ms: int, request_id: str) -> list[str]:
    """What went wrong, once each, in words that hold nothing private.

    Waits until the line of `request_id` is there: what has not arrived proves nothing.
    """
    logs = client("logs")
    group = f"/aws/lambda/{function}"
    until = time.monotonic() + _PATIENCE
    while True:
        lines = list(_lines(logs, group, since_ms))
        if any(request_id in line for line in lines) or not request_id:
            return sorted({words for line in lines for words in wrong_in(line)})
        if time.monotonic() > until:
            return ["the log has not arrived within a minute: look at it yourself (zappa tail)"]
        time.sleep(1)


def _lines(logs: Any, group: str, since_ms: int) -> Iterator[str]:
    pages = logs.get_paginator("filter_log_events")
    try:
        for page in pages.paginate(logGroupName=group, startTime=since_ms):
            yield from (event["message"] for event in page["events"])
    except logs.exceptions.ResourceNotFoundException:
        return


def wrong_in(line: str) -> Iterator[str]:
    """What a line of the log tells of an error, if it does. Pure."""
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        # What a library or Lambda itself says may quote anything: only its kind is told.
        yield from (f"a line with {sign!r}" for sign in _SIGNS if sign in line)
    elif "error" in found:
        what = found.get("route") or found.get("job") or "somewhere"
        chain = found["error"]
        yield f"{what}: {chain[0] if isinstance(chain, list) and chain else 'an error'}"
    elif isinstance(found.get("status"), int) and found["status"] >= 500:
        yield f"{found.get('route') or 'somewhere'}: {found['status']}"
