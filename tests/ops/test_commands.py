"""The `flask` commands, run as a person runs them: with and without fit settings."""

import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scc.passwords import problem_with, verify
from tests.emulator import app_environment

ROOT = Path(__file__).parents[2]
GOOD = "a password long enough"


def flask(*arguments: str, typed: str = "", **env: str) -> "subprocess.CompletedProcess[str]":
    """`flask --app wsgi …`; the environment has nothing of SCC but what is given."""
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
        cwd=ROOT,
        env={**os.environ, **env},
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )


def test_hash_password_needs_no_settings() -> None:
    done = flask("hash-password", typed=f"{GOOD}\n")

    hashed = done.stdout.strip()
    assert problem_with(hashed, allow_sha256=False) is None
    assert verify(hashed, GOOD)


def test_hash_password_refuses_a_short_one() -> None:
    done = flask("hash-password", typed="elevenchars\n")

    assert done.returncode != 0
    assert "12 characters or more" in done.stderr
    assert not done.stdout


def test_a_terminal_is_asked_twice_and_shows_nothing() -> None:
    said = b""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.execv(sys.executable, [sys.executable, "-m", "flask", "--app", "wsgi", "hash-password"])
    for prompt in (b"Password:", b"Repeat for confirmation:"):
        while prompt not in said:
            said += os.read(terminal, 1024)
        os.write(terminal, f"{GOOD}\n".encode())
    said += _rest(terminal)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert GOOD.encode() not in said
    assert b"scrypt:32768:8:3$" in said


def _rest(terminal: int) -> bytes:
    said = b""
    try:
        while chunk := os.read(terminal, 1024):
            said += chunk
    except OSError:  # Linux says so when the other side has closed
        pass
    return said


def test_help_lists_the_commands_without_settings() -> None:
    done = flask("--help")

    assert "hash-password" in done.stdout
    assert "tables" in done.stdout


def test_flask_run_stops_with_what_to_do() -> None:
    done = flask("run", "--port", "0")

    assert done.returncode != 0
    assert "SECRET_KEY needs 32 characters or more" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_server_that_loads_the_app_stops_with_what_to_do() -> None:
    """As gunicorn and Lambda do it."""
    done = subprocess.run(
        [sys.executable, "-c", "import wsgi"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode != 0
    assert "ADMIN_PASS_HASH is missing" in done.stderr


def test_plan_tells_and_changes_nothing(aws: dict[str, str]) -> None:
    first, second = (flask("tables", "plan", "--stage", "staging") for _ in range(2))

    assert first.stdout == second.stdout
    assert "scc-staging-events: create the table" in first.stdout


def test_apply_tells_the_plan_and_does_it(aws: dict[str, str]) -> None:
    applied = flask("tables", "apply", SCC_STAGE="staging")
    after = flask("tables", "plan", SCC_STAGE="staging")

    assert "scc-staging-events: create the table …" in applied.stdout
    assert applied.stdout.endswith("Done.\n")
    assert "all is as it should be" in after.stdout


def test_apply_with_a_table_that_lacks_says_what_to_do(aws: dict[str, str]) -> None:
    done = flask("tables", "apply", SCC_STAGE="staging", SCC_EVENTS_TABLE="charterz")

    assert done.returncode != 0
    assert "charterz: there is no table of this name here" in done.stdout
    assert "Nothing was changed." in done.stderr


def test_plan_without_a_stage_asks_for_it(aws: dict[str, str]) -> None:
    assert "--stage" in flask("tables", "plan").stderr


def test_a_table_that_does_not_fit_is_told_in_a_line(aws: dict[str, str], dynamodb: Any) -> None:
    done = flask("tables", "plan", "--stage", "local", "--events-table", "scc-local-state")

    assert done.returncode != 0
    assert done.stderr.startswith("Error: scc-local-state stands with other keys")


def test_adopt_counts(dynamodb: Any) -> None:
    dynamodb.put_item(
        TableName="scc-local-events",
        Item={"event_id": {"S": "2026-05-23-alice-sunset"}, "timestamp": {"N": "1767632400"}},
    )

    done = flask("tables", "adopt", **app_environment())

    assert done.stdout == "Events: 1. Adopted now: 1.\n"


def test_adopt_without_settings_says_what_is_missing() -> None:
    done = flask("tables", "adopt")

    assert done.returncode != 0
    assert "ADMIN_PASS_HASH is missing" in done.stderr


def test_without_a_region_a_command_says_so(
    aws: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    for arguments in (["tables", "plan", "--stage", "local"], ["tables", "adopt"]):
        done = flask(*arguments, **app_environment())

        assert done.returncode == 1
        assert done.stderr == (
            "Error: No AWS region is named. Set AWS_DEFAULT_REGION, such as us-west-2.\n"
        )
