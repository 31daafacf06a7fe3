"""R2: the same thing sent over a broken wire, then over a sound one.

A proxy between the app and DynamoDB breaks the first, the first two or all three attempts of a
write, before DynamoDB gets it or after it did it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from typing import get_args

import pytest

from scc.app import create_app
from scc.aws import make_client
from tests.emulator import Clock, served
from tests.payments.taps import by_api
from tests.proxy import Fault, How, Proxy, When, between
from tests.wire import Answer, at_once

Send = Callable[[], Answer]
CASES = [
    Fault(how, when, times)
    for how, when, times in product(get_args(How), get_args(When), (1, 2, 3))
]

BRIEF_CASES = [fault for fault in CASES if fault.how != "hang" or fault.times == 1]
"""Without those that take seconds: for writes that go the same way through the code."""


def name_of(fault: Fault) -> str:
    """A first name of the fault's own, so that its event is its marker on the wire."""
    return f"{fault.how}{fault.when}{('once', 'twice', 'thrice')[fault.times - 1]}"


def slug_of(fault: Fault) -> str:
    return f"2026-05-23-{name_of(fault)}-sunset"


@dataclass(frozen=True)
class BrokenWire:
    """The app over HTTP, with the proxy between it and DynamoDB."""

    address: str
    proxy: Proxy

    def send(self, cases: Mapping[Fault, Send]) -> dict[Fault, tuple[Answer, Answer]]:
        """Each case's answer over its broken wire, all side by side, and then over a sound one."""
        self.proxy.faults = {slug_of(fault): fault for fault in cases}
        first = at_once(list(cases.values()))
        missed = [fault for fault in cases if self.proxy.met[slug_of(fault)] < fault.times]
        assert not missed, f"no request met {missed}"
        self.proxy.faults = {}
        second = at_once(list(cases.values()))
        return dict(zip(cases, zip(first, second, strict=True), strict=True))


@contextmanager
def broken_wire(
    emulator_port: int, app_env: dict[str, str], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[BrokenWire]:
    with between(emulator_port) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{proxy.port}")
        app = create_app(env=app_env, client=make_client("dynamodb"), now=clock)
        with served(app) as address:
            by_api(address, "none", None)()  # the token is checked, and remembered
            yield BrokenWire(address, proxy)


def assert_honest(answers: dict[Fault, tuple[Answer, Answer]], good: int) -> None:
    """In time; never a false failure; and what was sent again over a sound wire succeeds."""
    for fault, (first, second) in answers.items():
        assert first.seconds < 11, fault
        assert first.status == good or _could_not_confirm(first), (fault, first.status)
        assert first.status == good or fault.times == 3 or fault.how == "hang", fault
        assert second.status == good, (fault, second.status)


def _could_not_confirm(answer: Answer) -> bool:
    return answer.status == 503 and b"Pressing again is safe" in answer.body
