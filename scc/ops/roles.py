"""The roles of a stage: what the app may do in AWS, derived from scc/tables.py.

Beside the app's there is the role that `flask waivers retention apply` takes on, which alone may
take anything out of the table `waivers`. One policy a role, and nothing beside it: what else was
put on the role is taken off. The app's can't invoke functions: API Gateway enters by the function's
own policy (deploy/stack.py).
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from scc.ops.policy import faults as lint
from scc.ops.tables import Names
from scc.tables import EVENTS, LEDGER, STATE, TABLES, WAIVERS, Table

Document = dict[str, Any]
POLICY: Final = "app"

TRUST: Final[Document] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


@dataclass(frozen=True)
class Place:
    """Where the stage's tables and logs are. `identity`: what SES sends for; empty: it does not."""

    region: str
    account: str
    identity: str = ""

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


@dataclass(frozen=True)
class Step:
    """One change, in words, and the IAM call that makes it."""

    text: str
    operation: str
    request: Document

    @property
    def role(self) -> str:
        return str(self.request["RoleName"])


def role_name(names: Names) -> str:
    """As `role_name` in zappa_settings.json has it."""
    return f"scc-{names.stage}"


def retention_role_name(names: Names) -> str:
    return f"{role_name(names)}-retention"


def trust_of_account(place: Place) -> Document:
    """Whoever the account's own policies let take the role on; no service."""
    principal = {"AWS": f"arn:aws:iam::{place.account}:root"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def retention_policy(names: Names, place: Place) -> Document:
    """Read waivers and take out of them; say so in the ledger."""

    def on(table: Table, *actions: str) -> Document:
        arn = place.arn("dynamodb", f"table/{names.of(table)}")
        allowed = [f"dynamodb:{action}" for action in actions]
        return _allow(f"{table.name.title()}Table", allowed, [arn])

    statements = [on(WAIVERS, "Scan", "UpdateItem"), on(LEDGER, "PutItem")]
    return {"Version": "2012-10-17", "Statement": statements}


def policy(names: Names, place: Place) -> Document:
    """All that the app may do, and on what."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            *(statement for table in TABLES for statement in _on_table(table, names, place)),
            *_on_mail(place),
            _on_logs(names, place),
        ],
    }


def _on_table(table: Table, names: Names, place: Place) -> Iterator[Document]:
    arn = place.arn("dynamodb", f"table/{names.of(table)}")
    yield _allow(f"{table.name.title()}Table", _actions(table), [arn])
    if table.indexes:
        indexes = [f"{arn}/index/{index.name}" for index in table.indexes]
        yield _allow(f"{table.name.title()}Indexes", ["dynamodb:Query"], indexes)


def _actions(table: Table) -> list[str]:
    """A table written once gets no action that changes or removes what stands in it."""
    actions = {"GetItem", "PutItem", "Query"}
    if not table.written_once:
        actions.add("UpdateItem")
    if table.ttl:  # what comes and goes
        actions.add("DeleteItem")
    if table is EVENTS:  # GET /api/events reads the whole table, as older clients expect
        actions.add("Scan")
    if table is not WAIVERS:  # what an index, a close or a file of bookings names is read again
        actions.add("BatchGetItem")
    if table is STATE:  # a sail is planned only while the company's settings are as they were read
        actions.add("ConditionCheckItem")
    return [f"dynamodb:{action}" for action in sorted(actions)]


def _on_mail(place: Place) -> Iterator[Document]:
    """Send as the one identity, and look whether it may. A raw message takes both actions:
    https://docs.aws.amazon.com/ses/latest/dg/sending-authorization-policies.html"""
    if place.identity:
        actions = ["ses:GetEmailIdentity", "ses:SendEmail", "ses:SendRawEmail"]
        yield _allow("Mail", actions, [place.arn("ses", f"identity/{place.identity}")])


def _on_logs(names: Names, place: Place) -> Document:
    # The group itself is made by `watching.py`, which says how long its lines are kept.
    actions = ["logs:CreateLogStream", "logs:PutLogEvents"]
    # The group's ARN as IAM wants it; Lambda names the streams, so a policy can't.
    return _allow(
        "Logs", actions, [place.arn("logs", f"log-group:/aws/lambda/scc-{names.stage}:*")]
    )


def _allow(name: str, actions: list[str], resources: list[str]) -> Document:
    return {"Sid": name, "Effect": "Allow", "Action": actions, "Resource": resources}


def faults(document: Document, names: Names, place: Place) -> list[str]:
    """What is wrong with a policy for the stage's role, whoever wrote it."""
    tables = {place.arn("dynamodb", f"table/{names.of(table)}"): table for table in TABLES}
    log_group = place.arn("logs", f"log-group:/aws/lambda/scc-{names.stage}")
    identity = place.arn("ses", f"identity/{place.identity}") if place.identity else ""
    return lint(document, tables, log_group, identity, f":{place.region}:{place.account}:")


def standing_policy(iam: Any, names: Names) -> Document | None:
    """What stands on the role by the name of our policy; None where there is none."""
    return _policy(iam, role_name(names))


def plan(iam: Any, names: Names, place: Place) -> list[Step]:
    """What is missing or different, in the order in which to do it. Reads only."""
    return [
        *_steps(iam, role_name(names), TRUST, policy(names, place)),
        *_steps(
            iam,
            retention_role_name(names),
            trust_of_account(place),
            retention_policy(names, place),
        ),
    ]


def apply(iam: Any, steps: list[Step], tell: Callable[[str], None]) -> None:
    for step in steps:
        tell(f"role {step.role}: {step.text.splitlines()[0]} …")
        getattr(iam, step.operation)(**step.request)


def _steps(iam: Any, role: str, trust: Document, wanted: Document) -> Iterator[Step]:
    on_role = {"RoleName": role}
    stands = _role(iam, role)
    if stands is None:
        request = {**on_role, "AssumeRolePolicyDocument": json.dumps(trust)}
        yield Step(f"create the role, for {_whom(trust)} alone", "create_role", request)
    elif stands["AssumeRolePolicyDocument"] != trust:
        request = {**on_role, "PolicyDocument": json.dumps(trust)}
        text = f"let {_whom(trust)} alone take it on"
        yield Step(text, "update_assume_role_policy", request)
    yield from _foreign(iam, role) if stands else ()
    standing = _policy(iam, role) if stands else None
    if standing != wanted:
        changes = _difference(standing or {"Statement": []}, wanted)
        text = "\n    ".join(["set what it may do:", *changes])
        request = {**on_role, "PolicyName": POLICY, "PolicyDocument": json.dumps(wanted)}
        yield Step(text, "put_role_policy", request)


def _whom(trust: Document) -> str:
    return "Lambda" if trust is TRUST else "this account"


def _foreign(iam: Any, role: str) -> Iterator[Step]:
    on_role = {"RoleName": role}
    for attached in iam.list_attached_role_policies(**on_role)["AttachedPolicies"]:
        request = {**on_role, "PolicyArn": attached["PolicyArn"]}
        yield Step(f"detach {attached['PolicyName']}", "detach_role_policy", request)
    for name in iam.list_role_policies(**on_role)["PolicyNames"]:
        if name != POLICY:
            request = {**on_role, "PolicyName": name}
            yield Step(f"remove the policy {name}", "delete_role_policy", request)


def _difference(stands: Document, wanted: Document) -> Iterator[str]:
    before, after = _rights(stands), _rights(wanted)
    for resource in sorted(after.keys() | before.keys()):
        had, gets = before.get(resource, set()), after.get(resource, set())
        for word, actions in {"allow": gets - had, "no longer": had - gets}.items():
            if actions:
                names = ", ".join(sorted(action.split(":")[-1] for action in actions))
                yield f"{word} {names} on {resource.split(':', 5)[-1]}"


def _rights(document: Document) -> dict[str, set[str]]:
    """Actions by resource."""
    rights: dict[str, set[str]] = {}
    for statement in document["Statement"]:
        for resource in _several(statement["Resource"]):
            rights.setdefault(resource, set()).update(_several(statement["Action"]))
    return rights


def _several(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _role(iam: Any, role: str) -> Document | None:
    try:
        found: Document = iam.get_role(RoleName=role)["Role"]
    except iam.exceptions.NoSuchEntityException:
        return None
    return found


def _policy(iam: Any, role: str) -> Document | None:
    try:
        answer = iam.get_role_policy(RoleName=role, PolicyName=POLICY)
    except iam.exceptions.NoSuchEntityException:
        return None
    document: Document = answer["PolicyDocument"]
    return document
