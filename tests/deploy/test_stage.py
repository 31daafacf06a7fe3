"""`flask stage plan | apply`: one command for all that a stage stands on."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from deploy import runtime_venv
from scc.aws import make_client
from scc.ops import zappa_settings
from scc.ops.stage import stage_group
from scc.ops.tables import Names, make_tables
from tests.emulator import free_bucket

Say = Callable[[str | None], None]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(stage_group, list(arguments))


def told(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(autouse=True)
def _bucket_is_freed(aws: dict[str, str]) -> Iterator[None]:
    yield
    free_bucket(zappa_settings.stage_settings("staging")["s3_bucket"])


@pytest.fixture
def say_events_table(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[str | None], None]:
    """Put into zappa_settings.json which events table production's function uses."""

    def say(name: str | None) -> None:
        settings = json.loads((runtime_venv.ROOT / "zappa_settings.json").read_text())
        variables = settings["production"]["aws_environment_variables"]
        variables.pop("SCC_EVENTS_TABLE", None)
        if name:
            variables["SCC_EVENTS_TABLE"] = name
        path = tmp_path / "zappa_settings.json"
        path.write_text(json.dumps(settings))
        monkeypatch.setattr(zappa_settings, "FILE", path)

    return say


def table_names() -> list[str]:
    dynamodb: Any = make_client("dynamodb")
    names: list[str] = dynamodb.list_tables()["TableNames"]
    return names


@pytest.mark.parametrize("stage", ["staging", "production"])
def test_plan_apply_and_nothing_left(
    aws: dict[str, str], stage: str, say_events_table: Say
) -> None:
    say_events_table("scc-production-events")
    planned = told(run("plan", stage))
    assert f"table scc-{stage}-events: create the table" in planned
    assert f"watching scc-{stage}: ring the alarm scc-{stage}-throttles" in planned
    assert f"role scc-{stage}: create the role" in planned
    assert told(run("plan", stage)) == planned  # a plan changes nothing
    assert told(run("apply", stage)).startswith(planned)
    assert "all is as it should be" in told(run("plan", stage))


def test_role_follows_the_functions_own_table(aws: dict[str, str], say_events_table: Say) -> None:
    make_tables(make_client("dynamodb"), Names("local"))
    say_events_table("scc-local-events")
    told(run("apply", "production"))
    iam: Any = make_client("iam")
    policy = iam.get_role_policy(RoleName="scc-production", PolicyName="app")
    assert "table/scc-local-events" in json.dumps(policy["PolicyDocument"])
    assert "scc-production-events" not in table_names()


def test_a_named_table_that_lacks_is_told_and_never_made(
    aws: dict[str, str], say_events_table: Say
) -> None:
    say_events_table("charterz")
    assert "table charterz: there is no table of this name" in told(run("plan", "production"))
    applied = run("apply", "production")
    assert applied.exit_code == 1
    assert "SCC_EVENTS_TABLE" in applied.output
    assert table_names() == []
    iam: Any = make_client("iam")
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_role(RoleName="scc-production")


@pytest.mark.parametrize("verb", ["plan", "apply"])
def test_production_must_say_where_its_events_are(
    aws: dict[str, str], say_events_table: Say, verb: str
) -> None:
    say_events_table(None)
    result = run(verb, "production")
    assert result.exit_code == 1
    assert "does not say where production's events are" in result.output
    assert table_names() == []


def test_another_region_is_refused(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    result = run("apply", "staging")
    assert result.exit_code == 1
    assert "set AWS_DEFAULT_REGION=us-west-2" in result.output


def test_local_is_no_stage_to_provision(aws: dict[str, str]) -> None:
    assert run("apply", "local").exit_code == 2


def test_operators_rights_name_what_stands(aws: dict[str, str], say_events_table: Say) -> None:
    say_events_table("scc-production-events")
    for stage in ("staging", "production"):
        told(run("apply", stage))
    document = json.loads(told(run("operator")))
    rights = {one["Sid"]: one["Resource"] for one in document["Statement"]}
    assert len(set(rights["Key"])) == 2
    assert all(arn.startswith("arn:aws:kms:us-west-2:") for arn in rights["Key"])
    assert f":{aws['AWS_ACCESS_KEY_ID']}:table/scc-production-events" in rights["Table"][4]


def test_operators_rights_need_what_they_name(aws: dict[str, str], say_events_table: Say) -> None:
    say_events_table("scc-production-events")
    result = run("operator")
    assert result.exit_code == 1
    assert "flask --app wsgi stage apply staging" in result.output
