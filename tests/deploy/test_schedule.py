"""Older events that appear on a deployed stage are found without anybody's doing."""

import json
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deploy import to_aws
from dev.emulator import aws_environment
from scc import heartbeat
from scc.context import Context
from scc.ops import scheduled
from scc.ops.zappa_settings import stage_settings
from tests.deploy.edge import browser
from tests.deploy.stack import Deployed

RULE = "scc-{stage}-scc.ops.scheduled.{job}"


@pytest.fixture
def older_event(staging: Deployed) -> Iterator[str]:
    """As the older tool writes one, straight into the table."""
    slug = f"2031-06-07-olga{time.time_ns() % 10**6}-sunset"
    key = {"event_id": {"S": slug}, "timestamp": {"N": "1767632400"}}
    item = {**key, "patron_name": {"S": "Olga Older"}, "payment_cleared": {"BOOL": False}}
    client = staging.client("dynamodb")
    client.put_item(TableName="scc-staging-events", Item=item)
    yield slug
    client.delete_item(TableName="scc-staging-events", Key=key)


def is_listed(deployed: Deployed, slug: str) -> bool:
    visitor = browser(deployed)
    visitor.sign_in(password=deployed.password)
    return slug in visitor.get("/scc/events?month=2031-06").get_data(as_text=True)


def ring(deployed: Deployed, job: str = "adopt_events") -> Any:
    """What EventBridge gives to the rule's target when its time has come."""
    events = deployed.client("events")
    rule = events.describe_rule(Name=RULE.format(stage=deployed.stage, job=job))
    (target,) = events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
    event = {
        "version": "0",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "time": "2026-05-23T18:00:00Z",
        "resources": [rule["Arn"]],
        "detail": {},
        "kwargs": {},
    }
    answer = deployed.client("lambda").invoke(FunctionName=target["Arn"], Payload=json.dumps(event))
    assert "FunctionError" not in answer
    return json.loads(answer["Payload"].read())


def ring_all(deployed: Deployed) -> None:
    for event in stage_settings(deployed.stage)["events"]:
        ring(deployed, event["function"].rpartition(".")[2])


@pytest.mark.parametrize("stage", ["staging", "production"])
def test_each_stage_has_its_clock(stages: dict[str, Deployed], stage: str) -> None:
    """AWS would refuse the rule with the app's role on it."""
    rule = (
        stages[stage]
        .client("events")
        .describe_rule(Name=RULE.format(stage=stage, job="adopt_events"))
    )
    assert (rule["State"], rule["ScheduleExpression"]) == ("ENABLED", "rate(1 minute)")
    assert not rule.get("RoleArn")


def test_the_clock_brings_an_older_event_into_the_lists(
    staging: Deployed, older_event: str
) -> None:
    ring(staging)  # or the emulator's own clock was quicker
    assert is_listed(staging, older_event)
    ring(staging)  # safe to run twice
    assert is_listed(staging, older_event)


def test_what_is_put_into_the_table_is_on_the_dashboard_within_two_minutes(
    staging: Deployed,
) -> None:
    """At the worst a whole interval passes before the run that finds it."""
    rule = staging.client("events").describe_rule(
        Name=RULE.format(stage=staging.stage, job="adopt_events")
    )
    interval = {"rate(1 minute)": 60}[rule["ScheduleExpression"]]
    name = f"Olga{time.time_ns() % 10**6}"
    slug = f"{datetime.now(UTC).date() + timedelta(days=2)}-{name.lower()}-sunset"
    item = {"event_id": {"S": slug}, "timestamp": {"N": "1767632400"}, "patron_name": {"S": name}}
    staging.client("dynamodb").put_item(TableName="scc-staging-events", Item=item)

    started = time.monotonic()
    ring(staging)
    visitor = browser(staging)
    visitor.sign_in(password=staging.password)
    page = visitor.get("/scc/").get_data(as_text=True)

    assert name in page
    assert interval + time.monotonic() - started < 120


def test_deploying_does_it_once_as_well(
    staging: Deployed, older_event: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in aws_environment(staging.port).items():
        monkeypatch.setenv(name, value)
    assert "Adopted now: 1." in to_aws.adopt(staging.function)
    assert is_listed(staging, older_event)


def test_deploying_says_when_it_could_not(monkeypatch: pytest.MonkeyPatch, stages: Any) -> None:
    """Production has its secrets, but one of them is unfit for a moment."""
    production = stages["production"]
    for name, value in aws_environment(production.port).items():
        monkeypatch.setenv(name, value)
    fit = production.environment()["SECRET_KEY"]
    production.set_variables(SECRET_KEY="short")
    try:
        with pytest.raises(to_aws.NotAdopted, match="zappa tail"):
            to_aws.adopt(production.function)
    finally:
        production.set_variables(SECRET_KEY=fit)


def test_a_run_is_one_line_with_its_counts(
    dynamodb: Any, app_env: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    for name, value in app_env.items():
        monkeypatch.setenv(name, value)
    dynamodb.put_item(
        TableName="scc-local-events",
        Item={"event_id": {"S": "2026-05-23-alice-sunset"}, "timestamp": {"N": "1767632400"}},
    )
    scheduled.adopt_events({}, None)
    line = json.loads(capsys.readouterr().out)
    assert (line["job"], line["seen"], line["changed"], line["left"]) == ("adopt", 1, 1, 0)


def test_what_succeeds_leaves_its_mark(
    dynamodb: Any, app_env: dict[str, str], monkeypatch: pytest.MonkeyPatch, ctx: Context
) -> None:
    for name, value in app_env.items():
        monkeypatch.setenv(name, value)
    assert len(heartbeat.silent(ctx)) == len(heartbeat.JOBS)
    for event in stage_settings("production")["events"]:
        job = getattr(scheduled, event["function"].rpartition(".")[2])
        assert job({}, None)["outcome"] == "done"
    assert heartbeat.silent(ctx) == []


def test_what_fails_leaves_none(
    dynamodb: Any, app_env: dict[str, str], monkeypatch: pytest.MonkeyPatch, ctx: Context
) -> None:
    for name, value in app_env.items():
        monkeypatch.setenv(name, value)
    dynamodb.delete_table(TableName="scc-local-events")
    assert scheduled.adopt_events({}, None)["outcome"] == "failed"
    assert "adopt has not run yet" in heartbeat.silent(ctx)[0]


def test_every_job_has_a_silence_that_is_too_long() -> None:
    """Longer than the time between two of its runs, but not by much."""
    between = {
        "rate(1 minute)": timedelta(minutes=1),
        "rate(5 minutes)": timedelta(minutes=5),
        "rate(1 hour)": timedelta(hours=1),
        "cron(0 11 * * ? *)": timedelta(days=1),
    }
    jobs = {
        "adopt_events": "adopt",
        "write_anchors": "anchor",
        "send_mail": "mail",
        "write_sail_letters": "sail-letters",
        "count_waivers": "waivers",
        "tend_crew": "crew",
    }
    events = stage_settings("production")["events"]
    runs = {
        jobs[event["function"].rpartition(".")[2]]: between[event["expression"]] for event in events
    }
    assert runs.keys() == heartbeat.JOBS.keys()
    for job, patience in heartbeat.JOBS.items():
        assert runs[job] < patience <= max(3 * runs[job], timedelta(minutes=10))


def test_a_failure_is_told_without_what_it_holds(
    monkeypatch: pytest.MonkeyPatch, app_env: dict[str, str], capsys: Any
) -> None:
    """Nothing answers where DynamoDB should be."""
    for name, value in app_env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SCC_EVENTS_TABLE", "canary-table")
    line = scheduled.adopt_events({}, None)
    out = capsys.readouterr()
    assert json.loads(out.out) == {**json.loads(out.out), **line}
    assert line["outcome"] == "failed"
    assert line["error"][0].startswith("Unavailable at scc/")
    assert "canary" not in out.out and not out.err


# Mail


@pytest.fixture
def ses(staging: Deployed) -> Iterator[None]:
    """SES knows the domain. The emulator asks for its actions on `*`; AWS goes by the identity."""
    staging.client("sesv2").create_email_identity(EmailIdentity="example.com")
    iam = staging.client("iam")
    allow = {"Effect": "Allow", "Action": ["ses:SendEmail"], "Resource": ["*"]}
    document = {"Version": "2012-10-17", "Statement": [allow]}
    on_role = {"RoleName": "scc-staging", "PolicyName": "emulator-ses"}
    iam.put_role_policy(**on_role, PolicyDocument=json.dumps(document))
    yield
    iam.delete_role_policy(**on_role)


def sent(deployed: Deployed) -> list[dict[str, Any]]:
    url = f"http://127.0.0.1:{deployed.port}/_ministack/ses/messages"
    with urllib.request.urlopen(url) as answer:
        found: dict[str, list[dict[str, Any]]] = json.load(answer)["messages"]
    return [message for messages in found.values() for message in messages]


@pytest.mark.parametrize("stage", ["staging", "production"])
def test_each_stage_sends_its_mail_every_minute(stages: dict[str, Deployed], stage: str) -> None:
    events = stages[stage].client("events")
    rules = {rule["Name"]: rule["ScheduleExpression"] for rule in events.list_rules()["Rules"]}
    own = {name.rpartition(".")[2]: how for name, how in rules.items() if f"scc-{stage}-" in name}

    assert (own["send_mail"], own["write_sail_letters"]) == ("rate(1 minute)", "rate(1 hour)")


def test_the_clock_drains_a_letter(staging: Deployed, ses: None) -> None:
    """Queued by a person on a page, sent by the scheduled function, by SES under its role."""
    visitor = browser(staging)
    visitor.sign_in(password=staging.password)
    name = f"Mina{time.time_ns() % 10**6}"
    visitor.see("/scc/events/new").form("/new").fill(
        first_name=name, date="2031-06-08", patron_email="mina@example.com"
    ).submit(follow_redirects=True)
    visitor.page.form("/sail-letter").submit(follow_redirects=True)

    line = ring(staging, "send_mail")

    [found] = [message for message in sent(staging) if message["To"] == ["mina@example.com"]]
    assert found["Subject"] == "Your sail on Sunday 8 June at 6:00 pm"
    assert "/_staging/g/2031-06-08-mina" in found["BodyText"]
    assert line["job"] == "mail" and "mina@example.com" not in json.dumps(line)
