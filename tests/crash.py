"""R4: a process of the app that is gone in the middle of a request.

`python -m tests.crash` is that process: it reads a form from its standard input, sends it to an
app of its own, and ends itself at the named point, as if the machine were switched off.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from scc.app import create_app
from scc.aws import make_client
from tests.emulator import Clock
from tests.page import PageClient

Point = Literal["before", "after"]
POINTS: Final[tuple[Point, ...]] = ("before", "after")
"""Of the write to DynamoDB: it never gets there, or it is done and nobody hears of it."""

GONE: Final = 17
"""The status with which the process ends itself."""


def crash(
    app_env: Mapping[str, str],
    clock: Clock,
    admin: PageClient,
    path: str,
    values: Mapping[str, list[str]],
    point: Point,
    nth: int = 1,
) -> None:
    """A form of a signed-in browser, in a process that dies `before` or `after` its nth write."""
    cookie = admin.get_cookie("__Host-scc")
    assert cookie is not None, "not signed in"
    job = {
        "env": dict(app_env),
        "now": clock().isoformat(),
        "cookie": cookie.value,
        "path": path,
        "values": dict(values),
        "point": point,
        "nth": nth,
    }
    root = Path(__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash"],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        cwd=root,
        timeout=60,
    )
    assert done.returncode == GONE, f"it did not die: {done.stdout}{done.stderr}"


def main() -> None:
    job = json.load(sys.stdin)
    client = make_client("dynamodb")
    now = datetime.fromisoformat(job["now"])
    app = create_app(env=job["env"], client=client, now=lambda: now)
    _die(client, job["point"], job["nth"])
    browser = app.test_client()
    browser.set_cookie("__Host-scc", job["cookie"], domain="localhost")
    answer = browser.post(job["path"], data=job["values"])
    print(answer.status, answer.get_data(as_text=True))


def _die(client: Any, point: Point, nth: int) -> None:
    left = nth

    def count(**_: Any) -> None:
        nonlocal left
        left -= 1
        if not left:
            os._exit(GONE)

    hook = "before-send" if point == "before" else "response-received"
    for operation in ("TransactWriteItems", "UpdateItem", "PutItem", "DeleteItem"):
        client.meta.events.register(f"{hook}.dynamodb.{operation}", count)


if __name__ == "__main__":
    main()
