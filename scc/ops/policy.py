"""What is wrong with a policy for the app's role: the rules, apart from what writes it. Pure.

It is asked of what `roles.py` makes, and by the doctor of what stands on a role.
"""

from collections.abc import Iterator
from typing import Any, Final

from scc.tables import EVENTS, Table

Document = dict[str, Any]

_READING: Final = frozenset({"GetItem", "BatchGetItem", "ConditionCheckItem", "Query", "Scan"})
_ON_TABLES: Final = _READING | {"PutItem", "UpdateItem", "DeleteItem"}
_ON_LOGS: Final = frozenset({"CreateLogStream", "PutLogEvents"})
_ON_MAIL: Final = frozenset({"GetEmailIdentity", "SendEmail", "SendRawEmail"})
_SERVICES: Final = {"dynamodb": _ON_TABLES, "logs": _ON_LOGS, "ses": _ON_MAIL}


def faults(
    document: Document, tables: dict[str, Table], log_group: str, identity: str, place: str
) -> list[str]:
    """One sentence each; none where the policy is fit.

    `tables` by their ARN, `log_group` an ARN without its streams, `identity` the ARN that mail is
    sent as (empty: none is), `place` as `:us-west-2:123…:`.
    """
    found: list[str] = []
    for statement in _listed(document.get("Statement", [])):
        name = statement.get("Sid", "a statement")
        if statement.get("Effect") != "Allow":
            found.append(f"{name} does not allow, it denies: the rest is denied by saying nothing")
        for word in ("NotAction", "NotResource", "NotPrincipal"):
            if word in statement:
                found.append(f"{name} says {word}, which allows all that it does not name")
        actions, resources = _listed(statement.get("Action")), _listed(statement.get("Resource"))
        found += [f"{name}: {text}" for text in _of_actions(actions)]
        for resource in resources:
            if resource in (f"{log_group}:*", identity):  # Lambda names the streams
                continue
            found += [f"{name}: {text}" for text in _of_resource(resource, actions, tables, place)]
    return list(dict.fromkeys(found))


def _of_actions(actions: list[str]) -> Iterator[str]:
    for action in actions:
        service, _, verb = action.partition(":")
        if "*" in action or "?" in action:
            yield f"{action} is more than one action"
        elif verb not in _SERVICES.get(service, frozenset()):
            yield f"{action} is nothing that the app does"


def _of_resource(
    resource: str, actions: list[str], tables: dict[str, Table], place: str
) -> Iterator[str]:
    if "*" in resource or "?" in resource:
        yield f"{resource} is more than one thing"
        return
    if place not in resource:
        yield f"{resource} is elsewhere"
        return
    arn, _, index = resource.partition("/index/")
    table = tables.get(arn)
    if table is None:
        yield f"{resource} is none of the stage's tables"
    elif index:
        verbs = {action.partition(":")[2] for action in actions}
        if verbs - {"Query"}:
            yield f"an index is queried, and nothing else: {', '.join(sorted(verbs - {'Query'}))}"
    else:
        yield from _of_table(table, actions)


def _of_table(table: Table, actions: list[str]) -> Iterator[str]:
    verbs = {action.partition(":")[2] for action in actions}
    if table.written_once and (changing := verbs & {"UpdateItem", "DeleteItem"}):
        yield f"{table.name} is written once, so there is no {', '.join(sorted(changing))} on it"
    if "DeleteItem" in verbs and not table.written_once and not table.ttl:
        yield f"nothing is deleted from {table.name}"
    if "Scan" in verbs and table is not EVENTS:
        yield f"{table.name} is never read as a whole"


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
