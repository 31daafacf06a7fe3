"""What runs by the clock on a deployed stage: `events` in zappa_settings.json."""

import os
import time
from typing import Any, Final

from scc.aws import Database, deadline, make_client
from scc.config import read_settings
from scc.lines import tell
from scc.ops.adopt import adopt
from scc.web.request_log import NOTES, note_error

SECONDS: Final = 13.0
"""Two less than Lambda's own limit, so that a long run ends with a line of ours."""


def adopt_events(event: Any, context: Any) -> dict[str, Any]:
    """Older events take their places in the lists; gives what it logs.

    Safe to run twice, and to end early: what was adopted stays, the next run does the rest.
    """
    started = time.monotonic()
    line: dict[str, Any] = {"job": "adopt", "request_id": getattr(context, "aws_request_id", "")}
    try:
        settings = read_settings(os.environ)
        with deadline(SECONDS):
            done = adopt(Database(make_client("dynamodb"), settings), settings.timezone)
        line |= {"seen": done.seen, "changed": done.changed, "left": done.left}
    except Exception as error:  # a raised one would be logged with what it holds
        note_error({NOTES: line}, error)
    line["ms"] = round((time.monotonic() - started) * 1000)
    tell(**line)
    return line
