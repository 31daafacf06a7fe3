"""R4: a process that is gone in the middle of sending. `python -m tests.mail.crash <point>`.

Points: `claim` (claimed, not sent), `send` (handed over, not noted), `mark` (noted, nobody hears).
"""

import os
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from scc.app import create_app
from scc.aws import make_client
from scc.mail import service
from tests.crash import GONE

POINTS: Final = ("claim", "send", "mark")


def main() -> None:
    point, now = sys.argv[1], datetime.fromisoformat(sys.argv[2])
    client = make_client("dynamodb")
    app = create_app(client=client, now=lambda: now)
    _die(client, point)
    service.drain(app.extensions["scc"])
    print("it did not die")


def _die(client: Any, point: str) -> None:
    """The claim is the first transaction, the mark the second."""
    transactions = 0

    def count(**_: Any) -> None:
        nonlocal transactions
        transactions += 1

    def when(number: int) -> Callable[..., None]:
        def die(**_: Any) -> None:
            if transactions == number:
                os._exit(GONE)

        return die

    events = client.meta.events
    events.register("before-send.dynamodb.TransactWriteItems", count)
    if point == "send":
        events.register("before-send.dynamodb.TransactWriteItems", when(2))
    else:
        number = 1 if point == "claim" else 2
        events.register("response-received.dynamodb.TransactWriteItems", when(number))


if __name__ == "__main__":
    main()
