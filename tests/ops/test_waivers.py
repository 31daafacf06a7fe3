"""`flask waivers`: verify, retention and export, as a person runs them."""

import json
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from scc.aws import Delete, make_client
from scc.context import Context
from scc.ops import roles
from scc.ops.proofs import verify
from scc.ops.roles import Place
from scc.ops.tables import Names, make_tables
from scc.tables import WAIVERS
from tests.emulator import Clock, app_environment
from tests.ops.test_commands import flask
from tests.waivers.acts import at_the_dock, rows, signed


@pytest.fixture
def clock() -> Clock:
    """Long ago: today all of it has been kept long enough."""
    return Clock(fixed=datetime(2010, 5, 23, 19, tzinfo=UTC))


@pytest.fixture
def waiver(ctx: Context) -> Any:
    """What somebody signed long ago."""
    signed(ctx, at_the_dock(ctx), "Bo Lind")
    return rows(ctx)[0]


def test_verify_ends_well_or_names_what_is_gone(
    ctx: Context, waiver: Any, aws: dict[str, str]
) -> None:
    good = flask("waivers", "verify", **app_environment())
    ctx.db.write(Delete(WAIVERS, {"pk": waiver["pk"], "sk": waiver["sk"]}))
    bad = flask("waivers", "verify", **app_environment())

    assert (good.returncode, bad.returncode) == (0, 1), good.stderr
    assert good.stdout == "3 rows of waivers, 0 removed. Wrong: 0.\n"
    assert f"{waiver['pk']}|{waiver['sk']}: gone." in bad.stdout


def test_retention_says_what_it_would_remove_and_then_removes_it(
    ctx: Context, waiver: Any, aws: dict[str, str]
) -> None:
    planned = flask("waivers", "retention", "plan", **app_environment())
    assert "1 of adults’ waivers" in planned.stdout and rows(ctx)

    done = flask("waivers", "retention", "apply", **app_environment())

    assert done.stdout.startswith(planned.stdout) and rows(ctx) == []
    assert "Lind" not in planned.stdout + done.stdout
    assert verify(ctx).problems == []


def test_export_writes_one_persons_records(waiver: Any, aws: dict[str, str]) -> None:
    told = ["--name", "bo lind", "--born", "1990-05-23"]
    done = flask("waivers", "export", *told, **app_environment())

    kinds = [json.loads(line)["kind"] for line in done.stdout.splitlines()]
    assert (done.returncode, sorted(kinds)) == (0, ["day", "signed"])


def test_on_a_deployed_stage_it_takes_on_the_role_that_may(aws: dict[str, str]) -> None:
    """Made by `stage apply`; without it nothing is read or removed."""
    names = Names("staging")
    make_tables(make_client("dynamodb"), names)
    stage = {"SCC_STAGE": "staging", "SCC_PUBLIC_URL": "https://sail.example/_staging"}
    sts: Any = boto3.session.Session().client("sts")
    place = Place("us-west-2", sts.get_caller_identity()["Account"])
    iam: Any = boto3.session.Session().client("iam")

    roles.apply(iam, roles.plan(iam, names, place), lambda _: None)
    done = flask("waivers", "retention", "apply", **app_environment() | stage)

    assert (done.returncode, done.stdout) == (0, "Nothing has been kept for too long.\n"), (
        done.stderr
    )
