"""The rights of who releases: enough for the story in tests/deploy/test_release.py, and no more."""

import json
from typing import Any

import pytest

from scc.ops.operators import policy
from scc.ops.roles import Place
from scc.ops.tables import Names

PLACE = Place("us-west-2", "123456789012")
KEYS = [f"arn:aws:kms:us-west-2:123456789012:key/{number}" for number in (1, 2)]
MANAGED_POLICY = 6144
"""Characters that IAM allows in one, spaces not counted."""


@pytest.fixture
def statements() -> dict[str, Any]:
    document = policy([Names("staging"), Names("production")], PLACE, "packages", KEYS)
    assert len(json.dumps(document, separators=(",", ":"))) < MANAGED_POLICY
    return {one["Sid"]: one for one in document["Statement"]}


def test_no_action_is_a_wildcard(statements: dict[str, Any]) -> None:
    actions = [action for one in statements.values() for action in one["Action"]]
    assert not [action for action in actions if "*" in action]


def test_only_lists_are_of_everything(statements: dict[str, Any]) -> None:
    """They are asked for without a name, so there is no narrower resource."""
    wide = {name for name, one in statements.items() if "*" in one["Resource"]}
    assert wide == {"Alarms", "Edges", "Logs", "Rules"}


def test_no_event_or_entry_is_read(statements: dict[str, Any]) -> None:
    data = [a for one in statements.values() for a in one["Action"] if a.startswith("dynamodb:")]
    assert {action.split(":")[1][:8] for action in data} == {"Describe", "ListTags"}


def test_no_release_can_be_deleted(statements: dict[str, Any]) -> None:
    removing = [one for one in statements.values() if "s3:DeleteObject" in one["Action"]]
    resources = [resource for one in removing for resource in one["Resource"]]
    assert {resource.removeprefix("arn:aws:s3:::packages/") for resource in resources} == {
        "scc-staging-*",
        "scc-production-*",
        "edge/*",
    }
    assert not [
        action
        for one in statements.values()
        for action in one["Action"]
        if action in ("kms:ScheduleKeyDeletion", "s3:DeleteObjectVersion", "s3:DeleteBucket")
    ]


def test_a_function_cannot_be_deleted(statements: dict[str, Any]) -> None:
    resources = statements["Version"]["Resource"]
    assert resources and all(resource.endswith(":*") for resource in resources)


def test_only_the_stages_own_roles_are_passed(statements: dict[str, Any]) -> None:
    passing = [one for one in statements.values() if "iam:PassRole" in one["Action"]]
    assert [one["Resource"] for one in passing] == [
        [f"arn:aws:iam::123456789012:role/scc-{stage}" for stage in ("staging", "production")]
    ]
