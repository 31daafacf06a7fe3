"""The role of a stage: least rights, derived from the tables; planned before it is applied."""

import json
from typing import Any

import boto3
import pytest

from scc.ops import roles
from scc.ops.roles import Place
from scc.ops.tables import Names
from scc.tables import EVENTS, TABLES

PLACE = Place("us-west-2", "123456789012")
CHANGES = {"UpdateItem", "DeleteItem", "BatchWriteItem", "PartiQLUpdate", "PartiQLDelete"}


@pytest.fixture(params=["staging", "production"])
def names(request: pytest.FixtureRequest) -> Names:
    return Names(request.param)


def statements(names: Names) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = roles.policy(names, PLACE)["Statement"]
    return found


def allowed(names: Names, resource: str) -> set[str]:
    """Actions on what has this name, without their service."""
    return {
        action.split(":")[1]
        for statement in statements(names)
        for action in statement["Action"]
        if any(arn.endswith(resource) for arn in statement["Resource"])
    }


def test_the_policy_passes_its_lint(names: Names) -> None:
    assert roles.faults(roles.policy(names, PLACE), names, PLACE) == []


def test_mail_leaves_as_the_one_identity_alone(names: Names) -> None:
    place = Place(PLACE.region, PLACE.account, "example.com")
    (statement,) = [s for s in roles.policy(names, place)["Statement"] if s["Sid"] == "Mail"]

    assert statement["Action"] == ["ses:GetEmailIdentity", "ses:SendEmail", "ses:SendRawEmail"]
    assert statement["Resource"] == ["arn:aws:ses:us-west-2:123456789012:identity/example.com"]
    assert roles.faults(roles.policy(names, place), names, place) == []


def test_without_an_identity_none_leaves(names: Names) -> None:
    assert not [s for s in statements(names) if "ses:" in str(s["Action"])]


LEDGER = "arn:aws:dynamodb:us-west-2:123456789012:table/scc-staging-ledger"
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "every action": ({"Action": ["dynamodb:*"]}, "dynamodb:* is more than one action"),
    "an action half said": ({"Action": ["dynamodb:Get?tem"]}, "more than one action"),
    "one action as a text": ({"Action": "*"}, "* is more than one action"),
    "every table": ({"Resource": ["*"]}, "* is more than one thing"),
    "all of its own": ({"Resource": [f"{LEDGER}*"]}, "is more than one thing"),
    "update of the ledger": ({"Action": ["dynamodb:UpdateItem"]}, "no UpdateItem on it"),
    "delete in the ledger": ({"Action": ["dynamodb:DeleteItem"]}, "no DeleteItem on it"),
    "batches": ({"Action": ["dynamodb:BatchWriteItem"]}, "BatchWriteItem is nothing that"),
    "PartiQL": ({"Action": ["dynamodb:PartiQLDelete"]}, "PartiQLDelete is nothing that"),
    "sending as anybody": (
        {
            "Action": ["ses:SendEmail"],
            "Resource": ["arn:aws:ses:us-west-2:123456789012:identity/example.org"],
        },
        "none of the stage's tables",
    ),
    "a function": ({"Action": ["lambda:InvokeFunction"]}, "lambda:InvokeFunction is nothing"),
    "reading it all": ({"Action": ["dynamodb:Scan"]}, "never read as a whole"),
    "writing an index": (
        {"Action": ["dynamodb:PutItem"], "Resource": [f"{LEDGER}/index/by_day"]},
        "queried, and nothing else: PutItem",
    ),
    "an event deleted": (
        {"Action": ["dynamodb:DeleteItem"], "Resource": [LEDGER.replace("ledger", "events")]},
        "nothing is deleted from events",
    ),
    "the other stage": (
        {"Resource": [LEDGER.replace("staging", "production")]},
        "none of the stage's tables",
    ),
    "another account": ({"Resource": [LEDGER.replace("1234", "9999")]}, "is elsewhere"),
    "all but": ({"NotAction": ["dynamodb:PutItem"]}, "says NotAction"),
    "denial": ({"Effect": "Deny"}, "does not allow"),
}


@pytest.mark.parametrize(("changes", "told"), BAD.values(), ids=BAD.keys())
def test_the_lint_fails_a_bad_policy(changes: dict[str, Any], told: str) -> None:
    names = Names("staging")
    document = roles.policy(names, PLACE)
    good = {"Effect": "Allow", "Action": ["dynamodb:GetItem"], "Resource": [LEDGER]}
    document["Statement"].append(good)
    assert roles.faults(document, names, PLACE) == []

    good.update(changes)

    assert told in "\n".join(roles.faults(document, names, PLACE))


def test_no_action_that_the_app_never_takes(names: Names) -> None:
    """A transaction is allowed by the actions that it is made of."""
    used = {"GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan"}
    used |= {"ConditionCheckItem"}
    for table in TABLES:
        assert allowed(names, f"table/{names.of(table)}") <= used


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_can_be_read_and_written(names: Names, table: Any) -> None:
    assert {"GetItem", "PutItem", "Query"} <= allowed(names, f"table/{names.of(table)}")
    for index in table.indexes:
        assert allowed(names, f"table/{names.of(table)}/index/{index.name}") == {"Query"}


@pytest.mark.parametrize("table", [t for t in TABLES if t.written_once], ids=lambda t: t.name)
def test_what_is_written_once_stays(names: Names, table: Any) -> None:
    assert not allowed(names, f"table/{names.of(table)}") & CHANGES


def test_events_are_never_deleted_and_alone_are_scanned(names: Names) -> None:
    scanned = [t for t in TABLES if "Scan" in allowed(names, f"table/{names.of(t)}")]
    assert scanned == [EVENTS]
    assert "DeleteItem" not in allowed(names, f"table/{names.of(EVENTS)}")


def test_who_removes_waivers_may_do_nothing_else(names: Names) -> None:
    found = {
        arn.rpartition("/")[2]: statement["Action"]
        for statement in roles.retention_policy(names, PLACE)["Statement"]
        for arn in statement["Resource"]
    }
    assert found == {
        f"scc-{names.stage}-waivers": ["dynamodb:Scan", "dynamodb:UpdateItem"],
        f"scc-{names.stage}-ledger": ["dynamodb:PutItem"],
    }


def test_that_role_is_for_people_of_the_account() -> None:
    (statement,) = roles.trust_of_account(PLACE)["Statement"]
    assert statement["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}


def test_adopted_events_table_has_its_own_name() -> None:
    names = Names("production", "older-events")
    assert "UpdateItem" in allowed(names, "table/older-events")
    assert not allowed(names, "table/scc-production-events")


def test_only_lambda_may_take_it_on() -> None:
    (statement,) = roles.TRUST["Statement"]
    assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}


def test_plan_then_apply_then_nothing_to_do(aws: dict[str, str], names: Names) -> None:
    iam = boto3.session.Session().client("iam")
    steps = roles.plan(iam, names, PLACE)
    assert [step.operation for step in steps] == ["create_role", "put_role_policy"] * 2
    assert [step.role for step in steps[1:3]] == [
        f"scc-{names.stage}",
        f"scc-{names.stage}-retention",
    ]
    assert "GetItem" in steps[1].text
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_role(RoleName=f"scc-{names.stage}")
    roles.apply(iam, steps, lambda _: None)
    assert roles.plan(iam, names, PLACE) == []


def test_what_was_added_by_hand_is_named_and_taken_off(aws: dict[str, str]) -> None:
    iam, names = boto3.session.Session().client("iam"), Names("staging")
    roles.apply(iam, roles.plan(iam, names, PLACE), lambda _: None)
    document = roles.policy(names, PLACE)
    document["Statement"][0]["Action"].append("dynamodb:DeleteTable")
    iam.put_role_policy(
        RoleName="scc-staging", PolicyName=roles.POLICY, PolicyDocument=json.dumps(document)
    )
    iam.put_role_policy(
        RoleName="scc-staging", PolicyName="extra", PolicyDocument=json.dumps(document)
    )
    steps = roles.plan(iam, names, PLACE)
    told = "\n".join(step.text for step in steps)
    assert "remove the policy extra" in told
    assert "no longer DeleteTable on table/scc-staging-events" in told
    roles.apply(iam, steps, lambda _: None)
    assert roles.plan(iam, names, PLACE) == []
