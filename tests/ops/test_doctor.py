"""`flask doctor`: what is wrong with a stage, in words, with what to do."""

import functools
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from click.testing import CliRunner

from dev.company import settle
from scc import heartbeat
from scc.aws import Change, Delete, Put, make_client
from scc.context import Context
from scc.ops import data
from scc.ops.doctor import Finding, doctor_command, examine
from scc.ops.function import client
from scc.ops.stage import stage_group
from scc.ops.zappa_settings import stage_settings
from scc.tables import EVENTS, LEDGER, STATE
from tests import given
from tests.emulator import app_environment, free_bucket
from tests.ops.conftest import VARIABLES
from tests.ops.small_function import make_function

JOBS = [event["function"] for event in stage_settings("staging")["events"]]
SETTINGS = stage_settings("staging")["aws_environment_variables"]
OUTSIDE = ("answers", "edge", "release")
"""What needs an app that answers, and a distribution before it: the deployed tests have them."""


@pytest.fixture
def well(aws: dict[str, str]) -> Iterator[Context]:
    """Staging, provisioned, with its function, its schedule and an event that is paid."""
    done = CliRunner().invoke(stage_group, ["apply", "staging"])
    assert done.exit_code == 0, done.output
    variables = app_environment() | SETTINGS | VARIABLES
    make_function("scc-staging", variables)
    rules = client("events")
    for job in JOBS:
        rules.put_rule(Name=f"scc-staging-{job}", ScheduleExpression="rate(10 minutes)")
    ctx = data.of_function(make_client("dynamodb"), variables)
    for job in heartbeat.JOBS:
        heartbeat.beat(ctx, job)
    given.paid(ctx, given.charter(ctx))
    yield ctx
    free_bucket(stage_settings("staging")["s3_bucket"])


def told(check: str, findings: list[Finding]) -> str:
    return "\n".join(f"{f.kind}: {f.text}" for f in findings if f.check == check)


def test_a_stage_that_is_well_has_nothing_wrong(well: Context) -> None:
    found = [f for f in examine("staging") if f.check not in OUTSIDE and f.kind != "note"]

    # Nobody is named to be told, and only a person can do that.
    [left] = found
    assert (left.check, left.kind) == ("watching", "wrong")
    assert "put SCC_OWNER_EMAIL into its aws_environment_variables" in left.text


def test_it_says_what_the_office_has_not_filled_in(well: Context) -> None:
    said = told("season", examine("staging"))
    assert "note: Nothing is saved in Settings yet" in said
    assert "note: No dock is named" in said

    settle(well)
    assert told("season", examine("staging")) == ""

    given.member(well, "Kai", positions=("mate",))
    said = told("season", examine("staging"))
    assert said == "note: Charter needs a captain, and nobody of the staff is one: Staff."


def test_what_is_wrong_is_told_with_what_to_do(well: Context) -> None:
    """One fault of every kind at once, each told by its own check."""
    spoil(well)

    found = examine("staging")

    said = {
        "tables": [
            "scc-staging-state: keep it restorable to any second",
            "scc-staging-events: add the index by_open",
            "'flask --app wsgi stage apply staging' does it",
        ],
        "role": ["Extra: dynamodb:* is more than one action", "remove the policy extra"],
        "watching": [
            "ring the alarm scc-staging-throttles",
            "the alarm scc-staging-function-errors rings: The function ended without an answer",
        ],
        "environment": [
            "SCC_TIMEZONE is 'Nowhere/Land'",
            "SCC_PUBLIC_URL is not as zappa_settings.json has it",
        ],
        "schedule": [
            f"The rule scc-staging-{JOBS[0]} is missing: 'zappa schedule staging'",
            f"The rule scc-staging-{JOBS[1]} is disabled",
            "The schedule is silent: adopt succeeded last at 2026-01-01",
        ],
        "events": [
            "1 event has an irregular slug, shown and paid all the same: fireworks",
            "2 events are called 2026-05-23-bo-sunset: the name means the newest",
            "3 of 4 events are in no list",
        ],
        "release": ["No release is kept yet"],
        "answers": ["scc-staging has no API yet"],
        "edge": ["0 of 0 distributions have the address"],
    }
    for check, words in said.items():
        text = told(check, found)
        assert [word for word in words if word not in text] == [], text
    assert sum("Nowhere/Land" in finding.text for finding in found) == 1
    assert "unseen: not looked at, since the app does not start" in told("ledger", found)


def spoil(ctx: Context) -> None:
    dynamodb: Any = make_client("dynamodb")
    dynamodb.update_table(
        TableName="scc-staging-events",
        GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by_open"}}],
    )
    dynamodb.update_continuous_backups(
        TableName="scc-staging-state",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False},
    )
    _spoil_role(client("iam"))
    cloudwatch = client("cloudwatch")
    cloudwatch.delete_alarms(AlarmNames=["scc-staging-throttles"])
    cloudwatch.set_alarm_state(
        AlarmName="scc-staging-function-errors", StateValue="ALARM", StateReason="test"
    )
    _set_variables(SCC_TIMEZONE="Nowhere/Land", SCC_PUBLIC_URL="https://else.example/_staging")
    rules = client("events")
    rules.delete_rule(Name=f"scc-staging-{JOBS[0]}")
    rules.disable_rule(Name=f"scc-staging-{JOBS[1]}")
    row = {"pk": "schedule", "sk": "schedule"}
    ctx.db.write(Change(STATE, row, set={"adopt": "2026-01-01T00:00:00Z"}))
    for slug, timestamp in (
        ("fireworks", 1), ("2026-05-23-bo-sunset", 2), ("2026-05-23-bo-sunset", 3)
    ):  # fmt: skip
        ctx.db.write(Put(EVENTS, {"event_id": slug, "timestamp": timestamp}))


def _spoil_role(iam: Any) -> None:
    name = {"RoleName": "scc-staging"}
    policy = iam.get_role_policy(**name, PolicyName="app")["PolicyDocument"]
    extra = {"Sid": "Extra", "Effect": "Allow", "Action": ["dynamodb:*"], "Resource": ["*"]}
    iam.put_role_policy(**name, PolicyName="extra", PolicyDocument=json.dumps(policy))
    policy["Statement"].append(extra)
    iam.put_role_policy(**name, PolicyName="app", PolicyDocument=json.dumps(policy))


def _set_variables(**variables: str) -> None:
    lambdas = client("lambda")
    found = lambdas.get_function_configuration(FunctionName="scc-staging")["Environment"]
    lambdas.update_function_configuration(
        FunctionName="scc-staging", Environment={"Variables": found["Variables"] | variables}
    )
    lambdas.get_waiter("function_updated_v2").wait(FunctionName="scc-staging")


def test_a_row_that_is_gone_is_drift(well: Context) -> None:
    [event] = [item for item in well.db.read_all(EVENTS, 10**6)[0] if item["entries"] == 2]
    partition = f"event#{event['event_id']}#{event['timestamp']}"
    well.db.write(Delete(LEDGER, {"pk": partition, "sk": "entry#000002"}))

    found = told("ledger", examine("staging"))

    assert "wrong: " in found and "number 2 of 2 is missing" in found


def test_before_the_first_deployment_it_says_where_to_begin(aws: dict[str, str]) -> None:
    found = examine("staging")

    assert "wrong: scc-staging-events: create the table." in told("tables", found)
    assert "There is no function scc-staging yet" in told("environment", found)
    assert "could not be read" in told("events", found)


REFUSED = {
    "dynamodb": ("AccessDeniedException", "tables", "AWS refused DescribeTable"),
    "lambda": ("AccessDeniedException", "environment", "AWS refused GetFunctionConfiguration"),
    "events": ("AccessDeniedException", "schedule", "AWS refused DescribeRule"),
    "logs": ("AccessDeniedException", "watching", "AWS refused DescribeLogGroups"),
    "iam": ("AccessDenied", "role", "AWS refused GetRole"),
}


def test_what_it_may_not_look_at_it_says_and_goes_on(well: Context) -> None:
    make = boto3.session.Session.client
    for service, (code, check, words) in REFUSED.items():

        def client_of(
            self: Any, name: str, _to: str = service, _code: str = code, **options: Any
        ) -> Any:
            made = make(self, name, **options)
            if name == _to:
                refuse = functools.partial(_no, code=_code)
                made.meta.events.register_first("before-send", refuse)
            return made

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(boto3.session.Session, "client", client_of)
            found = examine("staging")

        assert f"unseen: {words}" in told(check, found)
        assert "arn:" not in told(check, found)
        others = {"tables", "role", "watching", "schedule"} - {check} - _needing(service)
        assert not [f for f in found if f.check in others and f.kind == "unseen"]


def _needing(service: str) -> set[str]:
    """Checks that need a service beside the one that they are about."""
    return {"dynamodb": {"schedule"}}.get(service, set())


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self._body


def _no(request: Any, code: str, **_: Any) -> AWSResponse:
    message = "User: arn:aws:iam::123456789012:user/x is not authorized"
    if "iam" in request.headers.get("Authorization", b"").decode():
        body = f"<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error>"
        return AWSResponse(request.url, 403, {}, _Raw(f"{body}</ErrorResponse>".encode()))
    text = json.dumps({"__type": code, "message": message})
    return AWSResponse(request.url, 403, {"x-amzn-errortype": code}, _Raw(text.encode()))


def test_the_command_says_it_all_and_how_it_went(well: Context) -> None:
    done = CliRunner().invoke(doctor_command, ["staging"])

    assert done.exit_code == 1
    assert done.output.startswith("tables: well\nrole: well\nwatching:\n  WRONG  nobody is told")
    for secret in ("SECRET_KEY", "ADMIN_PASS_HASH", "SCC_SEAL_KEYS"):
        assert app_environment()[secret] not in done.output
