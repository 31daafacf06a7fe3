"""Who is told when a stage is unwell: log group, metrics, alarms and the topic that mails them.

Planned by reading, like the tables and the role. What others set beside it is left alone.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from scc.ops.alarms import ALARMS, Alarm
from scc.ops.roles import Place

Request = dict[str, Any]
KEPT_DAYS: Final = 400
"""How long lines in the log are kept: a season and the one before it."""


@dataclass(frozen=True)
class Step:
    """One change, in words, and the call that makes it."""

    text: str
    service: str
    operation: str
    """Empty where only a person can do it."""
    request: Request


class Clients:
    """Of the three services that it takes."""

    def __init__(self, make: Callable[[str], Any]) -> None:
        self.logs = make("logs")
        self.sns = make("sns")
        self.cloudwatch = make("cloudwatch")


@dataclass(frozen=True)
class Watched:
    """A stage, where it is, and whom to tell."""

    stage: str
    place: Place
    owner: str = ""
    """An e-mail address; empty: nobody is told."""

    @property
    def function(self) -> str:
        return f"scc-{self.stage}"

    @property
    def log_group(self) -> str:
        return f"/aws/lambda/{self.function}"

    @property
    def topic_name(self) -> str:
        return f"{self.function}-alarms"

    @property
    def topic(self) -> str:
        return self.place.arn("sns", self.topic_name)

    def alarm_name(self, alarm: Alarm) -> str:
        return f"{self.function}-{alarm.name}"


def plan(clients: Clients, watched: Watched) -> list[Step]:
    """What is missing or different, in the order in which to do it. Reads only."""
    return [
        *_log_steps(clients.logs, watched),
        *_topic_steps(clients.sns, watched),
        *_alarm_steps(clients.cloudwatch, watched),
    ]


def apply(clients: Clients, steps: list[Step], tell: Callable[[str], None]) -> None:
    """Do the steps; one that only a person can do is told and passed over."""
    for step in steps:
        if step.operation:
            tell(f"watching: {step.text} …")
            getattr(getattr(clients, step.service), step.operation)(**step.request)


def unwell(clients: Clients, watched: Watched) -> list[str]:
    """Alarms that ring now, with what they mean; and a topic that nobody listens to."""
    names = {watched.alarm_name(alarm): alarm for alarm in ALARMS}
    ringing = [
        f"the alarm {name} rings: {names[name].says}"
        for name, found in _standing_alarms(clients.cloudwatch, watched).items()
        if found["StateValue"] == "ALARM"
    ]
    return ringing + _unheard(clients.sns, watched)


def _unheard(sns: Any, watched: Watched) -> list[str]:
    subscriptions = _subscriptions(sns, watched.topic)
    if subscriptions is None or not watched.owner:
        return []
    arn = subscriptions.get(watched.owner, "")
    if arn and not arn.startswith("arn:"):
        return [
            f"{watched.owner} has not confirmed yet to be told of alarms: open the letter that AWS "
            "sent and follow its link"
        ]
    return []


# The log


def _log_steps(logs: Any, watched: Watched) -> Iterator[Step]:
    on_group = {"logGroupName": watched.log_group}
    group = _group(logs, watched.log_group)
    if group is None:
        yield Step("create the log group", "logs", "create_log_group", on_group)
    if group is None or group.get("retentionInDays") != KEPT_DAYS:
        request: Request = on_group | {"retentionInDays": KEPT_DAYS}
        text = f"keep lines in the log for {KEPT_DAYS} days"
        yield Step(text, "logs", "put_retention_policy", request)
    standing = _filters(logs, watched.log_group) if group else {}
    for alarm in ALARMS:
        if alarm.pattern and standing.get(alarm.metric) != _counted(alarm, watched):
            request = on_group | {"filterName": alarm.metric} | _counted(alarm, watched)
            text = f"count lines in the log: {alarm.metric}"
            yield Step(text, "logs", "put_metric_filter", request)


def _counted(alarm: Alarm, watched: Watched) -> Request:
    """A metric filter, without its name and group."""
    metric = {
        "metricName": alarm.metric,
        "metricNamespace": watched.function,
        "metricValue": "1",
    }
    return {"filterPattern": alarm.pattern, "metricTransformations": [metric]}


def _group(logs: Any, name: str) -> Request | None:
    pages = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=name)
    groups = (group for page in pages for group in page["logGroups"])
    return next((group for group in groups if group["logGroupName"] == name), None)


def _filters(logs: Any, group: str) -> dict[str, Request]:
    pages = logs.get_paginator("describe_metric_filters").paginate(logGroupName=group)
    return {
        found["filterName"]: {
            "filterPattern": found["filterPattern"],
            "metricTransformations": [
                {name: one.get(name) for name in ("metricName", "metricNamespace", "metricValue")}
                for one in found["metricTransformations"]
            ],
        }
        for page in pages
        for found in page["metricFilters"]
    }


# Whom to tell


def _topic_steps(sns: Any, watched: Watched) -> Iterator[Step]:
    subscriptions = _subscriptions(sns, watched.topic)
    if subscriptions is None:
        text = f"create the topic {watched.topic_name}"
        yield Step(text, "sns", "create_topic", {"Name": watched.topic_name})
    if not watched.owner:
        yield Step(
            "nobody is told of alarms: put SCC_OWNER_EMAIL into its aws_environment_variables in "
            "zappa_settings.json, then apply again",
            "sns",
            "",
            {},
        )
    elif watched.owner not in (subscriptions or {}):
        request = {"TopicArn": watched.topic, "Protocol": "email", "Endpoint": watched.owner}
        text = f"tell {watched.owner} of alarms, who has to confirm it by a link in a letter"
        yield Step(text, "sns", "subscribe", request)


def _subscriptions(sns: Any, topic: str) -> Mapping[str, str] | None:
    """What is told by mail, and the subscription's ARN or `PendingConfirmation`."""
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    try:
        found = [one for page in pages for one in page["Subscriptions"]]
    except sns.exceptions.NotFoundException:
        return None
    return {one["Endpoint"]: one["SubscriptionArn"] for one in found if one["Protocol"] == "email"}


# Alarms


def _alarm_steps(cloudwatch: Any, watched: Watched) -> Iterator[Step]:
    standing = _standing_alarms(cloudwatch, watched)
    for alarm in ALARMS:
        wanted = _wanted(alarm, watched)
        found = standing.get(wanted["AlarmName"])
        if found is None:
            text = f"ring the alarm {wanted['AlarmName']}"
            yield Step(text, "cloudwatch", "put_metric_alarm", wanted)
        elif differing := [name for name, value in wanted.items() if found.get(name) != value]:
            text = f"set the alarm {wanted['AlarmName']} right: {', '.join(sorted(differing))}"
            yield Step(text, "cloudwatch", "put_metric_alarm", wanted)


def _standing_alarms(cloudwatch: Any, watched: Watched) -> dict[str, Request]:
    """By name, those that are declared."""
    names = {watched.alarm_name(alarm) for alarm in ALARMS}
    pages = cloudwatch.get_paginator("describe_alarms").paginate(
        AlarmNamePrefix=f"{watched.function}-", AlarmTypes=["MetricAlarm"]
    )
    found = (alarm for page in pages for alarm in page["MetricAlarms"])
    return {alarm["AlarmName"]: alarm for alarm in found if alarm["AlarmName"] in names}


def _wanted(alarm: Alarm, watched: Watched) -> Request:
    dimensions = [{"Name": "FunctionName", "Value": watched.function}]
    return {
        "AlarmName": watched.alarm_name(alarm),
        "AlarmDescription": alarm.says,
        "ActionsEnabled": True,
        "AlarmActions": [watched.topic],
        "OKActions": [watched.topic],
        "Namespace": watched.function if alarm.pattern else "AWS/Lambda",
        "MetricName": alarm.metric,
        "Dimensions": [] if alarm.pattern else dimensions,
        "Statistic": "Sum",
        "Period": alarm.period,
        "EvaluationPeriods": alarm.periods,
        "DatapointsToAlarm": alarm.periods,
        "Threshold": float(alarm.least),
        "ComparisonOperator": _comparison(alarm),
        "TreatMissingData": "breaching" if alarm.silent else "notBreaching",
    }


def _comparison(alarm: Alarm) -> str:
    return "LessThanThreshold" if alarm.silent else "GreaterThanOrEqualToThreshold"
