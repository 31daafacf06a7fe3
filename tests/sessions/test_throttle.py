"""R9: guessing is slow, wherever it is counted, and the owner still gets in."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from scc.app import create_app
from tests.emulator import PASSWORD, Clock, password_hash
from tests.hooks import calls
from tests.page import PageClient
from tests.wire import at_once

HOME, CAFE = "198.51.100.7", "203.0.113.9"
# To come: the emulator drops counts that expired by its own clock.
NOON = datetime(2036, 5, 23, 12, 0, 30, tzinfo=UTC)
App = Callable[..., Flask]


@pytest.fixture
def clock() -> Clock:
    return Clock(fixed=NOON)


@pytest.fixture
def start(app_env: dict[str, str], dynamodb: Any, clock: Clock) -> App:
    """Another process of the app: it shares the tables and nothing else."""

    def start(**settings: str) -> Flask:
        app = create_app(env=app_env | settings, client=dynamodb, now=clock)
        app.test_client_class = PageClient
        return app

    return start


def by_form(app: Flask, password: str, address: str = HOME) -> int:
    """What the sign-in form answers: 302, 401 or 429."""
    client = app.test_client()
    assert isinstance(client, PageClient)
    client.environ_base["REMOTE_ADDR"] = address
    return client.sign_in(password=password).status_code


def by_token(app: Flask, token: str, address: str = HOME) -> int:
    """What the API answers: 200, 401 or 429."""
    headers, where = {"X-Admin-Token": token}, {"REMOTE_ADDR": address}
    path = "/api/events?month=2026-05"
    return app.test_client().get(path, headers=headers, environ_base=where).status_code


def fail(app: Flask, times: int, address: str = HOME) -> list[int]:
    return [by_token(app, f"guess {n}", address) for n in range(times)]


@pytest.mark.parametrize("way", [by_form, by_token])
def test_ten_failures_are_heard_and_the_next_is_not(app: Flask, way: Callable[..., int]) -> None:
    answers = [way(app, f"guess {n}") for n in range(12)]

    assert answers == [401] * 10 + [429] * 2


def test_ten_failures_in_all_by_form_and_token(app: Flask) -> None:
    answers = [way(app, f"guess {n}") for n in range(6) for way in (by_form, by_token)]

    assert answers == [401] * 10 + [429] * 2


def test_not_even_the_right_password_is_heard_then(app: Flask) -> None:
    fail(app, 10)

    assert (by_form(app, PASSWORD), by_token(app, PASSWORD)) == (429, 429)


def test_a_request_without_a_token_is_no_try(app: Flask) -> None:
    for _ in range(12):
        app.test_client().get("/api/events", environ_base={"REMOTE_ADDR": HOME})

    assert by_token(app, PASSWORD) == 200


def test_a_refused_try_hashes_nothing(start: App) -> None:
    """The hash costs 0.3 s of processor; all the rest of a request far less."""
    strong = start(ADMIN_PASS_HASH=password_hash())
    fail(start(), 10)

    def cost(address: str) -> float:
        started = time.process_time()
        by_token(strong, "guess", address)
        return time.process_time() - started

    heard, refused = cost(CAFE), cost(HOME)

    assert refused < heard / 3


def test_two_processes_count_as_one(start: App) -> None:
    one, other = start(), start()

    answers = [by_token(app, f"guess {n}") for n in range(6) for app in (one, other)]

    assert answers == [401] * 10 + [429] * 2


PROCESS = """
from scc.app import create_app
client = create_app().test_client()
where = {"REMOTE_ADDR": "198.51.100.7"}
for n in range(6):
    headers = {"X-Admin-Token": f"guess {n}"}
    print(client.get("/api/events?month=2026-05", headers=headers, environ_base=where).status_code)
"""


def test_two_real_processes_do_too(
    app_env: dict[str, str], aws: dict[str, str], dynamodb: Any
) -> None:
    command = [sys.executable, "-c", PROCESS]
    root = Path(__file__).parents[2]

    said = [
        subprocess.run(command, env=aws | app_env, cwd=root, capture_output=True, text=True).stdout
        for _ in range(2)
    ]

    answers = [line for line in "".join(said).split() if line in ("401", "429")]
    assert answers == ["401"] * 10 + ["429"] * 2


def test_many_guesses_at_once_are_all_counted(app: Flask) -> None:
    answers = at_once([lambda n=n: by_token(app, f"guess {n}") for n in range(16)])  # type: ignore[misc]

    assert sorted(answers) == [401] * 10 + [429] * 6


# Whom it is counted against


def test_the_owner_at_another_address_gets_in(app: Flask) -> None:
    fail(app, 12, CAFE)

    assert by_form(app, PASSWORD, HOME) == 302


@pytest.mark.parametrize(
    "address", ["2001:db8:1:2:{:x}::{:x}", "2001:db8:1:2::{:x}{:x}", "::ffff:198.51.100.7"]
)
def test_one_customers_ipv6_addresses_are_one(app: Flask, address: str) -> None:
    answers = [by_token(app, "guess", address.format(n, n * 7)) for n in range(1, 13)]

    assert answers == [401] * 10 + [429] * 2


def test_an_ipv4_address_in_ipv6_clothes_is_the_same(app: Flask) -> None:
    fail(app, 10, f"::ffff:{HOME}")

    assert by_token(app, PASSWORD, HOME) == 429


def test_another_customers_network_is_another(app: Flask) -> None:
    fail(app, 10, "2001:db8:1:2::1")

    assert by_token(app, PASSWORD, "2001:db8:1:3::1") == 200


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "CloudFront-Viewer-Address", "X-Real-IP", "Forwarded"]
)
def test_an_address_that_the_caller_makes_up_is_not_believed(app: Flask, header: str) -> None:
    answers = [
        app.test_client()
        .get("/api/events", headers={"X-Admin-Token": "guess", header: f"192.0.2.{n}:1"})
        .status_code
        for n in range(12)
    ]

    assert answers == [401] * 10 + [429] * 2


# For how long


def test_it_says_when_to_come_again(app: Flask) -> None:
    fail(app, 10)

    answer = app.test_client().get(
        "/api/events", headers={"X-Admin-Token": "x"}, environ_base={"REMOTE_ADDR": HOME}
    )

    assert answer.headers["Retry-After"] == "330"


@pytest.mark.parametrize(("seconds", "answer"), [(329, 429), (330, 200)])
def test_then_it_is_heard_again(app: Flask, clock: Clock, seconds: int, answer: int) -> None:
    fail(app, 10)

    clock.advance(seconds=seconds)

    assert by_token(app, PASSWORD) == answer


def test_the_window_slides(app: Flask, clock: Clock) -> None:
    """Two tries a minute never stop being heard twice in each minute."""
    answers = []
    for _ in range(8):
        answers += fail(app, 2)
        clock.advance(minutes=1)

    assert answers == [401] * 10 + [429] * 2 + [401] * 4


def test_eleven_within_five_minutes_are_too_many(app: Flask, clock: Clock) -> None:
    for _ in range(10):
        fail(app, 1)
        clock.advance(seconds=29)

    assert fail(app, 1) == [429]


def test_refused_tries_prolong_nothing(app: Flask, clock: Clock) -> None:
    fail(app, 10)
    for _ in range(5):
        clock.advance(minutes=1)
        fail(app, 10)
    clock.advance(minutes=1)

    assert by_token(app, PASSWORD) == 200


def test_good_tries_are_no_failures(start: App) -> None:
    answers = [by_token(start(), PASSWORD) for _ in range(12)]

    assert answers == [200] * 12


def test_what_counted_long_ago_is_forgotten(app: Flask, clock: Clock, dynamodb: Any) -> None:
    """Or the item of a network that comes every day would fill up."""
    for _ in range(5):
        fail(app, 1)
        clock.advance(hours=1)
    fail(app, 1)

    items = dynamodb.scan(TableName="scc-local-state")["Items"]
    minutes = [[name for name in item if name[1:].isdigit()] for item in items]
    assert [len(names) for names in minutes] == [1, 1]


# From everywhere at once


@pytest.fixture
def attacked(app: Flask) -> Flask:
    """A hundred failures, each from an address of its own."""
    for n in range(100):
        by_token(app, "guess", f"203.0.113.{n}")
    return app


def test_under_attack_strangers_are_not_heard(attacked: Flask) -> None:
    assert by_form(attacked, PASSWORD, HOME) == 429


def test_below_that_they_are(app: Flask) -> None:
    for n in range(99):
        by_token(app, "guess", f"203.0.113.{n}")

    assert by_form(app, PASSWORD, HOME) == 302


def test_where_somebody_signed_in_lately_they_still_can(
    start: App, app: Flask, clock: Clock, request: pytest.FixtureRequest
) -> None:
    by_form(app, PASSWORD, HOME)
    by_form(app, "mistyped", HOME)
    clock.advance(days=29)
    request.getfixturevalue("attacked")

    assert (by_form(app, PASSWORD, HOME), by_token(start(), PASSWORD, HOME)) == (302, 200)


def test_strangers_who_were_not_heard_are_not_counted(attacked: Flask, clock: Clock) -> None:
    """So the attack's end is the end of it for them."""
    for _ in range(12):
        by_token(attacked, PASSWORD, HOME)
    clock.advance(seconds=330)

    assert by_token(attacked, PASSWORD, HOME) == 200


# Good ones at once


def test_many_right_tokens_at_once_are_checked_once(start: App, dynamodb: Any) -> None:
    app = start(ADMIN_PASS_HASH=password_hash())

    with calls(dynamodb) as made:
        answers = at_once([lambda: by_token(app, PASSWORD)] * 16)

    counted = [call for call in made if call.operation == "UpdateItem"]
    assert (answers, len(counted)) == ([200] * 16, 2)


def test_many_processes_at_once_refuse_no_right_token(start: App, dynamodb: Any) -> None:
    """No try is taken back before all are counted, as where each process is a slow one."""
    processes = [start() for _ in range(16)]
    by_token(processes[0], PASSWORD)
    processes[0] = start()
    counted: list[int] = []
    all_counted = threading.Event()

    def hold(params: dict[str, Any], **_: Any) -> None:
        if b'"N": "-1"' in params["body"]:
            all_counted.wait(5)
        elif b'"N": "1"' in params["body"]:
            counted.append(1)
            if len(counted) == len(processes):
                all_counted.set()

    dynamodb.meta.events.register("before-call.dynamodb.UpdateItem", hold)
    answers = at_once([lambda app=app: by_token(app, PASSWORD) for app in processes])  # type: ignore[misc]

    assert answers == [200] * 16
