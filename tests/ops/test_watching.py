"""Who is told when a stage is unwell: declared once, planned by reading, provisioned."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from flask import Flask

from scc import heartbeat
from scc.aws import make_client
from scc.ops import scheduled, watching
from scc.ops.alarms import ALARMS, Alarm
from scc.ops.roles import Place
from scc.ops.watching import Clients, Watched
from tests.older import quick_environment
from tests.ops.pattern import fits
from tests.page import PageClient
from tests.web.breaking import break_template

OWNER = "owner@queen.example"
BY_NAME = {alarm.name: alarm for alarm in ALARMS}


@pytest.fixture
def app_env() -> dict[str, str]:
    return quick_environment()


@pytest.fixture
def clients(aws: dict[str, str]) -> Clients:
    return Clients(make_client)


@pytest.fixture
def watched(aws: dict[str, str]) -> Watched:
    return Watched("staging", Place("us-west-2", aws["AWS_ACCESS_KEY_ID"]), OWNER)


@pytest.fixture
def provisioned(clients: Clients, watched: Watched) -> Clients:
    watching.apply(clients, watching.plan(clients, watched), lambda _: None)
    return clients


def texts(clients: Clients, watched: Watched) -> list[str]:
    return [step.text for step in watching.plan(clients, watched)]


# Provisioning


def test_plan_changes_nothing(clients: Clients, watched: Watched) -> None:
    first = texts(clients, watched)

    assert texts(clients, watched) == first
    assert first[0] == "create the log group"
    assert f"tell {OWNER} of alarms" in "\n".join(first)
    assert [text for text in first if "-silent-adopt" in text]


def test_nothing_is_left_after_apply(provisioned: Clients, watched: Watched) -> None:
    assert watching.plan(provisioned, watched) == []
    assert watching.unwell(provisioned, watched) == []


def test_what_was_changed_by_hand_is_set_right(provisioned: Clients, watched: Watched) -> None:
    found = provisioned.cloudwatch.describe_alarms(AlarmNames=["scc-staging-failed-sign-ins"])
    [alarm] = found["MetricAlarms"]
    kept = ("AlarmName", "Namespace", "MetricName", "Statistic", "Period", "EvaluationPeriods")
    changed = {name: alarm[name] for name in kept} | {
        "Threshold": 9999.0,
        "ComparisonOperator": alarm["ComparisonOperator"],
    }
    provisioned.cloudwatch.put_metric_alarm(**changed)
    provisioned.logs.put_metric_filter(
        logGroupName=watched.log_group,
        filterName="broken-answers",
        filterPattern="{ $.status = 599 }",
        metricTransformations=[
            {"metricName": "x", "metricNamespace": "scc-staging", "metricValue": "1"}
        ],
    )

    told = "\n".join(texts(provisioned, watched))
    watching.apply(provisioned, watching.plan(provisioned, watched), lambda _: None)

    assert "count lines in the log: broken-answers" in told
    assert "set the alarm scc-staging-failed-sign-ins right" in told and "Threshold" in told
    assert watching.plan(provisioned, watched) == []


def test_others_alarms_are_left_alone(provisioned: Clients, watched: Watched) -> None:
    provisioned.cloudwatch.put_metric_alarm(
        AlarmName="scc-staging-by-hand", Namespace="x", MetricName="x", Statistic="Sum", Period=60,
        EvaluationPeriods=1, Threshold=1.0, ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip

    assert watching.plan(provisioned, watched) == []


def test_without_an_owner_it_says_so_and_goes_on(clients: Clients, aws: dict[str, str]) -> None:
    nobody = Watched("staging", Place("us-west-2", aws["AWS_ACCESS_KEY_ID"]))
    watching.apply(clients, watching.plan(clients, nobody), lambda _: None)

    [left] = watching.plan(clients, nobody)

    assert not left.operation
    assert "SCC_OWNER_EMAIL" in left.text


# The way of an alarm


def rings(alarm: Alarm, clients: Clients, watched: Watched) -> list[dict[str, Any]]:
    """What the owner is told when the metric says so."""
    topic, queue = watched.topic, boto3.session.Session().client("sqs")
    url = queue.create_queue(QueueName="owner")["QueueUrl"]
    arn = queue.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    clients.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["QueueArn"])
    function = [{"Name": "FunctionName", "Value": watched.function}]
    clients.cloudwatch.put_metric_data(
        Namespace=watched.function if alarm.pattern else "AWS/Lambda",
        MetricData=[
            {
                "MetricName": alarm.metric,
                "Value": alarm.least,
                "Dimensions": [] if alarm.pattern else function,
            }
        ],
    )
    clients.cloudwatch.describe_alarms()  # the emulator looks at them when it is asked
    told = queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(json.loads(message["Body"])["Message"]) for message in told]


@pytest.mark.parametrize(
    "alarm", [a for a in ALARMS if not a.silent], ids=lambda alarm: str(alarm.name)
)
def test_the_owner_is_told(provisioned: Clients, watched: Watched, alarm: Alarm) -> None:
    [letter] = [
        message
        for message in rings(alarm, provisioned, watched)
        if message["AlarmName"] == watched.alarm_name(alarm)
    ]

    assert letter["NewStateValue"] == "ALARM"
    assert letter["AlarmDescription"] == alarm.says
    assert [text for text in watching.unwell(provisioned, watched) if alarm.says in text]


def test_silence_rings_where_nothing_is_counted() -> None:
    for job, patience in heartbeat.JOBS.items():
        alarm = BY_NAME[f"silent-{job}"]
        assert alarm.silent
        assert alarm.period * alarm.periods == patience.total_seconds()
        # CloudWatch looks back a day at the most, or a week by periods of an hour or more.
        assert alarm.period * alarm.periods <= (604800 if alarm.period >= 3600 else 86400)


# What is counted: the app's own lines, as it writes them


class Told(logging.Handler):
    def __init__(self, lines: list[dict[str, Any]]) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(json.loads(record.getMessage()))


@pytest.fixture
def lines(client: PageClient, app: Flask) -> Iterator[list[dict[str, Any]]]:
    """Of an app that met wrong passwords, a wrong token, strangers and a page that broke."""
    written: list[dict[str, Any]] = []
    handler = Told(written)
    log = logging.getLogger("scc.request")
    log.addHandler(handler)
    for _ in range(11):
        client.sign_in(password="wrong, and long enough")
    client.get("/api/events", headers={"X-Admin-Token": "wrong"})
    client.get("/scc/")
    client.get("/scc/healthz")
    break_template(app, "web/moved.html")
    client.get("/tools/shipcaptaincrew/")
    yield written
    log.removeHandler(handler)


def counted(alarm: str, lines: list[dict[str, Any]]) -> int:
    return sum(fits(BY_NAME[alarm].pattern, line) for line in lines)


def test_what_breaks_is_counted(lines: list[dict[str, Any]]) -> None:
    assert counted("broken-answers", lines) == 1


def test_refused_sign_ins_and_tokens_are_counted(lines: list[dict[str, Any]]) -> None:
    assert counted("failed-sign-ins", lines) == 12 >= BY_NAME["failed-sign-ins"].least


def test_a_job_that_is_done_is_counted_and_one_that_failed_is_not(
    dynamodb: Any, app_env: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    for name, value in app_env.items():
        monkeypatch.setenv(name, value)
    scheduled.adopt_events({}, None)
    scheduled.write_anchors({}, None)
    dynamodb.delete_table(TableName="scc-local-events")
    scheduled.adopt_events({}, None)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert counted("silent-adopt", lines) == counted("silent-anchor", lines) == 1
    assert [line["outcome"] for line in lines] == ["done", "done", "failed"]
