"""The smoke test: what must be true of a stage from outside, right after a release (PRODUCT, 9)."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from scc.ops.releases.outside import Answer, Outside, cookie_of, form_token

NAME: Final = "Release check"
"""Who signs in, as the audit has it."""
_NOBODY: Final = ("/g/2001-01-01-nobody-sunset/waiver", "/g/2001-01-01/waiver")
"""A day before there was SCC: no event is there, so the app says so."""


class Failed(Exception):
    """A check did not hold; `str(error)` says what came instead."""


@dataclass
class Outcome:
    """What held and what did not, in words."""

    passed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    request_id: str = ""
    """Of a request that the app logged, to find it in the log."""


def smoke_test(outside: Outside, password: str | None) -> Outcome:
    """All checks, each by itself. Without a password what needs one is left out, and it says so."""
    outcome = Outcome()
    for words, check in _checks(outside, password, outcome):
        try:
            check()
        except Failed as error:
            outcome.failed.append(f"{words}: {error}")
        else:
            outcome.passed.append(words)
    return outcome


def _checks(
    outside: Outside, password: str | None, outcome: Outcome
) -> Iterator[tuple[str, Callable[[], None]]]:
    yield "the app is alive", lambda: _alive(outside)
    if password is not None:
        yield "an admin signs in", lambda: _sign_in(outside, password)
        yield "every event says whether it is paid", lambda: _events(outside, password)
    yield "waiver links reach the app", lambda: _waivers(outside)
    yield (
        "no payment is taken without a token",
        lambda: setattr(outcome, "request_id", _payment(outside)),
    )


def _alive(outside: Outside) -> None:
    answer = outside.ask("/scc/healthz")
    if answer.status != 200 or answer.stage != outside.stage:
        raise Failed(_told(answer))


def _sign_in(outside: Outside, password: str) -> None:
    page = outside.ask("/scc/sign-in")
    token = form_token(page)
    if page.status != 200 or not token:
        raise Failed(f"no form to sign in with: {_told(page)}")
    fields = {"name": NAME, "password": password, "csrf_token": token}
    answer = outside.post_form("/scc/sign-in", cookie_of(page), fields)
    if answer.status not in (302, 303):
        raise Failed(_told(answer))
    cookie = cookie_of(answer)
    board = outside.ask("/scc/", headers={"Cookie": cookie})
    if board.status != 200:
        raise Failed(f"signed in, but the log does not open: {_told(board)}")
    cookie = cookie_of(board) or cookie  # the page's token may come with a new one
    left = outside.post_form("/scc/sign-out", cookie, {"csrf_token": form_token(board)})
    if left.status not in (302, 303):
        raise Failed(f"signed in, but not out again: {_told(left)}")


def _events(outside: Outside, password: str) -> None:
    answer = outside.ask("/api/events", headers={"X-Admin-Token": password})
    if answer.status != 200:
        raise Failed(_told(answer))
    try:
        events = json.loads(answer.text)["events"]
        lacking = [event["event_id"] for event in events if "payment_cleared" not in event]
    except (ValueError, KeyError, TypeError) as error:
        raise Failed("what came is no list of events") from error
    if lacking:
        raise Failed(f"{lacking[0]} does not")


def _waivers(outside: Outside) -> None:
    for path in _NOBODY:
        answer = outside.ask(path)
        if answer.status != 404 or answer.stage != outside.stage:
            raise Failed(f"{path}: {_told(answer)}")


def _payment(outside: Outside) -> str:
    """The request's id, which the app's refusals carry."""
    answer = outside.ask(
        "/api/log-payment", "POST", {"Content-Type": "application/json"}, json.dumps({})
    )
    if answer.status != 401:
        raise Failed(_told(answer))
    try:
        return str(json.loads(answer.text)["request_id"])
    except (ValueError, KeyError, TypeError) as error:
        raise Failed("401, but without the request's id") from error


def _told(answer: Answer) -> str:
    if not answer.status:
        return f"no answer ({answer.text})"
    return f"{answer.status} from {answer.stage or 'something else than the app'}"
