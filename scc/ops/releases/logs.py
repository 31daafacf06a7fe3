"""A function's log, read for errors of the code that stands, since it does.

A log stream is one execution environment's, and that runs one version: the stream's name says
which (`2026/05/23/[7]…`). What older code still answers for a moment is not its doing. `[$LATEST]`
is the newest code, which the schedule calls: there the environments count that began since the
function was last changed.
"""

import json
import re
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, NamedTuple

from scc.ops.function import Live, client

_PATIENCE: Final = 60.0
"""Seconds that a line may take from the function to where it is read."""
_SIGNS: Final = ("Traceback", "Task timed out", "[ERROR]", "Runtime exited", "Runtime.")
_VERSION: Final = re.compile(r"\[([^\]]+)\]")


class Line(NamedTuple):
    stream: str
    text: str


def errors_since(live: Live, request_id: str) -> list[str]:
    """What went wrong since `live` was changed, once each, in words that hold nothing private.

    Waits until the line of `request_id` is there: what has not arrived proves nothing.
    """
    logs = client("logs")
    log = _Log(logs, f"/aws/lambda/{live.name}", live)
    until = time.monotonic() + _PATIENCE
    while True:
        lines = list(log.lines())
        if any(request_id in line.text for line in lines) or not request_id:
            wrong = {words for line in lines for words in wrong_in(line.text) if log.is_its(line)}
            return sorted(wrong)
        if time.monotonic() > until:
            return ["the log has not arrived within a minute: look at it yourself (zappa tail)"]
        time.sleep(1)


class _Log:
    """The log group of a function, since it was changed: by AWS's clock on both sides."""

    def __init__(self, logs: Any, group: str, live: Live) -> None:
        self._logs = logs
        self._group = group
        self._since = int(datetime.fromisoformat(live.changed_at).timestamp() * 1000)
        self._served = live.served
        self._began: dict[str, int] = {}

    def lines(self) -> Iterator[Line]:
        pages = self._logs.get_paginator("filter_log_events")
        try:
            for page in pages.paginate(logGroupName=self._group, startTime=self._since):
                for event in page["events"]:
                    yield Line(event["logStreamName"], event["message"])
        except self._logs.exceptions.ResourceNotFoundException:
            return

    def is_its(self, line: Line) -> bool:
        """Whether the code that stands wrote it."""
        found = _VERSION.search(line.stream)
        version = found[1] if found else "$LATEST"
        if version != "$LATEST":
            return version == self._served
        return self._beginning(line.stream) >= self._since

    def _beginning(self, stream: str) -> int:
        """When the stream's environment began."""
        if stream not in self._began:
            found = self._logs.describe_log_streams(
                logGroupName=self._group, logStreamNamePrefix=stream
            )["logStreams"]
            self._began[stream] = found[0]["creationTime"] if found else 0
        return self._began[stream]


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
