"""`flask tables plan | apply`: bring the tables of a stage to what scc/tables.py declares.

What stands is read first and compared; an events table that the older tool made is kept, and
only what it lacks is added. Nothing is ever deleted or made smaller. On a deployed stage an events
table that was named is never made: a slip in the name would hide all events behind an empty one.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from scc.config import Stage
from scc.ops.trouble import Trouble
from scc.tables import EVENTS, TABLES, Index, Key, Table, table_name

Request = dict[str, Any]
_INDEXES: Final = "GlobalSecondaryIndexes"
_WAIT_SECONDS: Final = 3600
"""DynamoDB fills a new index from the whole table before it is of use."""


_LACKING: Final = (
    "there is no table of this name here, and none is made, since the events may be in another; "
    "name the one that they are in (SCC_EVENTS_TABLE), or {own} for a new one"
)


class Unfit(Trouble):
    """A table stands that can't be made fit; `str(error)` says why."""


@dataclass(frozen=True)
class Step:
    """One change, in words, and the call that makes it."""

    table: str
    text: str
    operation: str
    """Empty where only a person can do it."""
    request: Request


@dataclass(frozen=True)
class Names:
    """What the tables of a stage are called."""

    stage: Stage
    events_table: str = ""

    @property
    def own_events_table(self) -> str:
        """What a new one is called."""
        return f"scc-{self.stage}-events"

    def of(self, table: Table) -> str:
        events = self.events_table or self.own_events_table
        return table_name(table, events, f"scc-{self.stage}-")


def plan(client: Any, names: Names) -> list[Step]:
    """What is missing or different, in the order in which to do it. Reads only.

    Raises Unfit for a table with other keys, or with an index of the same name and other keys.
    """
    return [step for table in TABLES for step in _steps(client, names, table)]


def apply(client: Any, steps: list[Step], tell: Callable[[str], None]) -> None:
    """Do the steps of a plan one after the other, waiting until each is of use.

    Raises Unfit, with nothing done, for a plan with a step that only a person can do.
    """
    for step in steps:
        if not step.operation:
            raise Unfit(f"{step.table}: {step.text}. Nothing was changed.")
    for step in steps:
        tell(f"{step.table}: {step.text} …")
        _call(client, step)
        _wait_until_active(client, step)


def drop_indexes(client: Any, name: str, table: Table, tell: Callable[[str], None]) -> None:
    """Take our indexes off a table, one after the other. No item changes."""
    stands = _describe(client, name) or {}
    ours = {index.name for index in table.indexes}
    for index in [one["IndexName"] for one in stands.get(_INDEXES, [])]:
        if index in ours:
            deletion = [{"Delete": {"IndexName": index}}]
            step = Step(name, f"take off the index {index}", "update_table", {})
            tell(f"{name}: {step.text} …")
            client.update_table(TableName=name, GlobalSecondaryIndexUpdates=deletion)
            _wait_until_active(client, step)


def make_tables(client: Any, names: Names) -> None:
    """Plan and apply without a word: for a stage that is made by a program."""
    apply(client, plan(client, names), lambda _: None)


def _call(client: Any, step: Step) -> None:
    until = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            getattr(client, step.operation)(TableName=step.table, **step.request)
            return
        except client.exceptions.ContinuousBackupsUnavailableException:
            if time.monotonic() > until:  # a new table is not ready for it at once
                raise
        time.sleep(5)


def _steps(client: Any, names: Names, table: Table) -> Iterator[Step]:
    name = names.of(table)
    stands = _describe(client, name)
    guarded = names.stage != "local"
    if stands is None and guarded and table is EVENTS and name != names.own_events_table:
        yield Step(name, _LACKING.format(own=names.own_events_table), "", {})
        return
    if stands is None:
        yield Step(name, "create the table", "create_table", _creation(table, guarded))
        yield from _after_creation(name, table, guarded)
        return
    _refuse_other_keys(name, stands, table)
    if stands.get("BillingModeSummary", {}).get("BillingMode") != "PAY_PER_REQUEST":
        yield Step(name, "bill on demand", "update_table", {"BillingMode": "PAY_PER_REQUEST"})
    for index in _lacking_indexes(name, stands, table):
        text = f"add the index {index.name} ({index.partition.name}, {index.sort.name})"
        yield Step(name, text, "update_table", _index_creation(index))
    if guarded and not stands.get("DeletionProtectionEnabled"):
        request = {"DeletionProtectionEnabled": True}
        yield Step(name, "protect it from deletion", "update_table", request)
    yield from (step for step in _after_creation(name, table, guarded) if not _is_on(client, step))


def _after_creation(name: str, table: Table, guarded: bool) -> Iterator[Step]:
    """What can't be said when a table is created."""
    if table.ttl:
        specification = {"Enabled": True, "AttributeName": table.ttl}
        yield Step(
            name,
            f"let items expire by {table.ttl}",
            "update_time_to_live",
            {"TimeToLiveSpecification": specification},
        )
    if guarded:
        yield Step(
            name,
            "keep it restorable to any second of the last 35 days",
            "update_continuous_backups",
            {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}},
        )


def _is_on(client: Any, step: Step) -> bool:
    if step.operation == "update_time_to_live":
        answer = client.describe_time_to_live(TableName=step.table)["TimeToLiveDescription"]
        wanted = step.request["TimeToLiveSpecification"]["AttributeName"]
        on: bool = answer["TimeToLiveStatus"] in ("ENABLED", "ENABLING")
        if on and answer["AttributeName"] != wanted:
            raise Unfit(f"{step.table} expires items by {answer['AttributeName']}, not {wanted}.")
        return on
    answer = client.describe_continuous_backups(TableName=step.table)
    recovery = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    return bool(recovery.get("PointInTimeRecoveryStatus") == "ENABLED")


def _describe(client: Any, name: str) -> Request | None:
    try:
        described: Request = client.describe_table(TableName=name)["Table"]
    except client.exceptions.ResourceNotFoundException:
        return None
    return described


# What is wanted, in DynamoDB's words


def _creation(table: Table, guarded: bool) -> Request:
    keys = {table.partition, table.sort}
    request: Request = {
        "KeySchema": _key_schema(table),
        "BillingMode": "PAY_PER_REQUEST",
        "DeletionProtectionEnabled": guarded,
    }
    if table.indexes:
        request[_INDEXES] = [_index(index) for index in table.indexes]
        keys |= {key for index in table.indexes for key in (index.partition, index.sort)}
    return request | {"AttributeDefinitions": _definitions(keys)}


def _index_creation(index: Index) -> Request:
    return {
        "AttributeDefinitions": _definitions({index.partition, index.sort}),
        "GlobalSecondaryIndexUpdates": [{"Create": _index(index)}],
    }


def _index(index: Index) -> Request:
    return {
        "IndexName": index.name,
        "KeySchema": _key_schema(index),
        "Projection": {"ProjectionType": "ALL"},
    }


def _key_schema(keys: Table | Index) -> list[Request]:
    return [
        {"AttributeName": keys.partition.name, "KeyType": "HASH"},
        {"AttributeName": keys.sort.name, "KeyType": "RANGE"},
    ]


def _definitions(keys: set[Key]) -> list[Request]:
    ordered = sorted(keys, key=lambda key: key.name)
    return [{"AttributeName": key.name, "AttributeType": key.type} for key in ordered]


# What stands


def _refuse_other_keys(name: str, stands: Request, table: Table) -> None:
    types = {d["AttributeName"]: d["AttributeType"] for d in stands["AttributeDefinitions"]}
    wanted = {key.name: key.type for key in (table.partition, table.sort)}
    if stands["KeySchema"] != _key_schema(table) or not wanted.items() <= types.items():
        described = " and ".join(f"{name} ({type_})" for name, type_ in wanted.items())
        raise Unfit(f"{name} stands with other keys than {described}.")


def _lacking_indexes(name: str, stands: Request, table: Table) -> list[Index]:
    standing = {index["IndexName"]: index for index in stands.get(_INDEXES, [])}
    for index in table.indexes:
        found = standing.get(index.name)
        if found and (
            found["KeySchema"] != _key_schema(index)
            or found["Projection"]["ProjectionType"] != "ALL"
        ):
            raise Unfit(f"{name} has an index {index.name} that is another one.")
    return [index for index in table.indexes if index.name not in standing]


def _wait_until_active(client: Any, step: Step) -> None:
    """DynamoDB makes one index at a time and refuses changes meanwhile."""
    updates = step.request.get("GlobalSecondaryIndexUpdates", [])
    wanted = {update["Create"]["IndexName"] for update in updates}
    until = time.monotonic() + _WAIT_SECONDS
    while time.monotonic() < until:
        stands = _describe(client, step.table) or {}
        indexes = {i["IndexName"]: i["IndexStatus"] for i in stands.get(_INDEXES, [])}
        states = {stands.get("TableStatus"), *indexes.values()}
        if states == {"ACTIVE"} and wanted <= indexes.keys():
            return
        time.sleep(1)
    raise Unfit(f"{step.table} is still changing; run the plan again later.")
