"""One payment sent many times at the same moment, over real HTTP."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scc.aws import Item
from scc.context import Context
from tests.older import TOKEN, OlderTool, entries
from tests.wire import Answer, Browser, at_once, send

Submit = Callable[[], Answer]


@dataclass(frozen=True)
class Round:
    """What came of one payment's taps."""

    key: str
    answers: list[Answer]
    entries: list[Item]

    @property
    def statuses(self) -> set[int]:
        return {answer.status for answer in self.answers}

    @property
    def payment_ids(self) -> set[str]:
        return {answer.payment_id for answer in self.answers}


def by_api(address: str, slug: str, key: str | None, amount: float = 450) -> Submit:
    """A payment as an older client sends it."""
    body = {"event_id": slug, "patron_name": "Alice Moreno", "amount": amount}
    headers = TOKEN | ({"Idempotency-Key": key} if key else {})
    return lambda: send(address, "/api/log-payment", json.dumps(body).encode(), headers)


def api_rounds(
    ctx: Context, older: OlderTool, address: str, rounds: int, taps: int
) -> Iterator[Round]:
    """Each round an event of its own, paid once by as many requests with one key."""
    by_api(address, "none", None)()  # the token is checked once, and remembered
    for number in range(rounds):
        ref = older.has(f"2026-05-23-alice{number}-sunset")
        key = f"key-{number}"
        answers = at_once([by_api(address, ref.slug, key)] * taps)
        yield Round(key, answers, entries(ctx, ref))


def form_rounds(
    ctx: Context, older: OlderTool, browser: Browser, rounds: int, taps: int
) -> Iterator[Round]:
    """The same by the dialog, rendered once each round and submitted by every tap."""
    for number in range(rounds):
        ref = older.has(f"2026-05-23-alice{number}-sunset", patron_name="Alice Moreno")
        key = f"key-{number}"
        tap = browser.filled(f"/scc/events/{ref.slug}/payment", amount="450", key=key)
        answers = at_once([tap] * taps)
        yield Round(key, answers, entries(ctx, ref))
