"""P7 and R18: one line a request, structured, with nothing private in it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from dev.emulator import Emulator, aws_environment
from scc.aws import make_client
from scc.ops.tables import Names, make_tables
from tests.emulator import PASSWORD, app_environment, new_account
from tests.page import PageClient
from tests.web.gateway import event, invoke
from tests.web.one_of_everything import CANARY

Line = dict[str, Any]
pytestmark = pytest.mark.xdist_group("request log")  # one process answers for all of them


@pytest.fixture(scope="module")
def output(emulator: Emulator) -> tuple[list[str], str]:
    """Lines of standard output, and standard error, of a process that met every kind of request."""
    aws = aws_environment(emulator.port, new_account())
    with pytest.MonkeyPatch.context() as patch:
        for name, value in aws.items():
            patch.setenv(name, value)
        make_tables(make_client("dynamodb"), Names("local"))
    done = subprocess.run(
        [sys.executable, "-m", "tests.web.one_of_everything"],
        env=aws | app_environment(),
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines(), done.stderr


@pytest.fixture(scope="module")
def lines(output: tuple[list[str], str]) -> list[Line]:
    return [json.loads(line) for line in output[0][:-1]]


def test_there_is_one_line_a_request(output: tuple[list[str], str]) -> None:
    *lines, last = output[0]

    assert (len(lines), json.loads(last)["requests"] > 30) == (json.loads(last)["requests"], True)


def test_nothing_else_is_said(output: tuple[list[str], str]) -> None:
    assert output[1] == ""


def test_they_tell_of_every_kind_of_answer(lines: list[Line]) -> None:
    met = {line["status"] for line in lines}

    assert met == {200, 302, 303, 308, 400, 401, 403, 404, 405, 422, 500, 503}


@pytest.mark.parametrize("secret", [CANARY, CANARY.lower(), PASSWORD, "2030-05-23", "$"])
def test_nothing_private_is_in_them(output: tuple[list[str], str], secret: str) -> None:
    assert secret not in "\n".join(output[0])


@pytest.mark.parametrize("name", ["SECRET_KEY", "ADMIN_PASS_HASH", "SCC_SEAL_KEYS"])
def test_no_secret_is_in_them(output: tuple[list[str], str], name: str) -> None:
    assert app_environment()[name] not in "\n".join(output[0])


def test_every_line_says_the_same_things(lines: list[Line]) -> None:
    wanted = {"at", "stage", "request_id", "method", "status", "ms", "route"}

    assert [line for line in lines if line.keys() - {"error"} != wanted] == []


def test_the_route_is_the_rule_and_not_the_path(lines: list[Line]) -> None:
    routes = {line["route"] for line in lines}

    assert {"/scc/events/<ref:ref>/payment", "/g/<ref:ref>/waiver", "/api/events"} <= routes


def test_every_request_has_an_id_of_its_own(lines: list[Line]) -> None:
    assert len({line["request_id"] for line in lines}) == len(lines)


def test_what_broke_is_told_by_its_place(lines: list[Line]) -> None:
    [broken] = [line for line in lines if line["route"] == "/scc/broken"]

    assert broken["error"][0].startswith("RuntimeError at ")


def test_only_what_broke_is_told_so(lines: list[Line]) -> None:
    assert {line["status"] for line in lines if "error" in line} == {500, 503}


def test_a_page_that_fails_names_the_cause(lines: list[Line]) -> None:
    [chain, *_] = [line["error"] for line in lines if line["status"] == 503]

    assert [part.partition(" at ")[0] for part in chain] == ["Unavailable", "ClientError"]


# The id


def test_the_page_and_the_log_have_the_same_id(
    client: PageClient, caplog: pytest.LogCaptureFixture, app: Flask
) -> None:
    client.get("/nope")

    [line] = [json.loads(r.getMessage()) for r in caplog.records if r.name == "scc.request"]
    assert line["request_id"] == client.page.one("code").text


def test_on_lambda_it_is_lambdas(app: Flask) -> None:
    class LambdaContext:
        aws_request_id = "b0c4-e7"

    assert "b0c4-e7" in invoke(app, event("/nope"), LambdaContext()).get_data(as_text=True)


def test_nobody_chooses_it(client: PageClient) -> None:
    client.get("/nope", headers={"X-Request-Id": "mine", "X-Amzn-RequestId": "mine"})

    assert client.page.one("code").text != "mine"
