"""DynamoDB: one client, time-outs, the deadline of a request, transactions. AWS errors end here.

Writes are plain data (`Put`, `Change`, `Delete`), so that a service can merge what several
stores want into one transaction.
"""

import contextlib
import secrets
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from decimal import Rounded
from typing import Any, Final, TypeVar

import boto3
from boto3.dynamodb.types import DYNAMODB_CONTEXT, TypeDeserializer, TypeSerializer
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoRegionError

from scc.config import Settings
from scc.errors import ConditionFailed, ConfigError, Outdated, Unavailable, Unconfirmed
from scc.tables import Index, Table, table_name

REQUEST_SECONDS: Final = 10.0
_ATTEMPT_SECONDS: Final = 2.5  # an attempt that could not end in time is not begun
_BATCH: Final = 100  # items that DynamoDB gives at once
_SIDE_BY_SIDE: Final = 8
_IN_PROGRESS: Final = "TransactionInProgressException"

Item = dict[str, Any]
Sort = str | int
"""A value of a sort key."""

# The system's: the state of `random` would be alike in all copies of a SnapStart snapshot.
_chance = secrets.SystemRandom()
S = TypeVar("S")
T = TypeVar("T")


class _Absent:
    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()
"""In a `Change`'s `expect`: the attribute is not there."""


@dataclass(frozen=True)
class Put:
    """A new item; refused where one with its key stands, unless `replace`."""

    table: Table
    item: Item
    replace: bool = False


@dataclass(frozen=True)
class Change:
    """Attributes set, counted up and removed on one item, if it is as `expect` has it."""

    table: Table
    key: Item
    set: Item = field(default_factory=dict)
    add: Mapping[str, int] = field(default_factory=dict)
    remove: tuple[str, ...] = ()
    expect: Item = field(default_factory=dict)
    must_exist: bool = True


@dataclass(frozen=True)
class Delete:
    table: Table
    key: Item


@dataclass(frozen=True)
class Check:
    """Nothing written: one item has to be as `expect` has it, or the transaction fails."""

    table: Table
    key: Item
    expect: Item


Write = Put | Change | Delete | Check


_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextlib.contextmanager
def deadline(seconds: float = REQUEST_SECONDS) -> Iterator[None]:
    """All calls inside end within about this many seconds, or raise."""
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


def side_by_side(call: Callable[[S], T], given: Sequence[S]) -> list[T]:
    """What the call gives for each, some at a time, under the deadline that stands here."""
    if len(given) < 2:
        return [call(one) for one in given]
    from concurrent.futures import ThreadPoolExecutor  # here: a cold start needs none of it

    contexts = [copy_context() for _ in given]
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as threads:
        return list(threads.map(lambda context, one: context.run(call, one), contexts, given))


def time_left() -> float:
    """Seconds until the deadline that stands here."""
    until = _deadline.get()
    return REQUEST_SECONDS if until is None else until - time.monotonic()


class OutOfTime(Exception):
    """Raised into botocore before an attempt that the deadline forbids."""


def _refuse_late_attempt(**_: Any) -> None:
    if time_left() < _ATTEMPT_SECONDS:
        raise OutOfTime


def make_client(
    service: str,
    *,
    read_timeout: float = 2,
    attempts: int = 3,
    credentials: Mapping[str, str] | None = None,
) -> BaseClient:
    """A client with SCC's time-outs; region, endpoint and credentials from the environment.

    `read_timeout` in seconds, for what a command may wait for; `credentials` of another role, as
    `sts assume-role` gives them. ConfigError where no region is named.
    """
    config = Config(
        connect_timeout=1,
        read_timeout=read_timeout,
        retries={"mode": "standard", "total_max_attempts": attempts},
        max_pool_connections=32,
        tcp_keepalive=True,
    )
    try:
        other = credentials and {
            "aws_access_key_id": credentials["AccessKeyId"],
            "aws_secret_access_key": credentials["SecretAccessKey"],
            "aws_session_token": credentials["SessionToken"],
        }
        client = boto3.session.Session(**(other or {})).client(service, config=config)
    except NoRegionError as error:
        raise ConfigError(
            ["No AWS region is named. Set AWS_DEFAULT_REGION, such as us-west-2."]
        ) from error
    client.meta.events.register("before-send", _refuse_late_attempt)
    return client


# DynamoDB writes 1E+40 out in full, and boto3 refuses 41 digits although 40 are zeros. Digits
# that would really be lost are still refused (Inexact).
DYNAMODB_CONTEXT.traps[Rounded] = False

_OPERATIONS: Final = {"Change": "Update", "Check": "ConditionCheck"}

_to_dynamo = TypeSerializer().serialize
_from_dynamo = TypeDeserializer().deserialize


def _plain(item: Item) -> Item:
    return {name: _from_dynamo(value) for name, value in item.items()}


def _typed(item: Mapping[str, Any]) -> Item:
    return {name: _to_dynamo(value) for name, value in item.items()}


def _key_text(table: Table, item: Item) -> tuple[str, str]:
    return str(item[table.partition.name]), str(item[table.sort.name])


class Database:
    """The four tables of one stage."""

    def __init__(self, client: Any, settings: Settings) -> None:
        self.client = client
        self._events_table = settings.events_table
        self._prefix = settings.table_prefix

    def name(self, table: Table) -> str:
        return table_name(table, self._events_table, self._prefix)

    # Reading

    def get(self, table: Table, key: Item) -> Item | None:
        """One item, consistently."""
        with _reading():
            answer = self.client.get_item(
                TableName=self.name(table), Key=_typed(key), ConsistentRead=True
            )
        return _plain(answer["Item"]) if "Item" in answer else None

    def query(
        self,
        table: Table,
        partition: str,
        *,
        index: Index | None = None,
        since: Sort | None = None,
        before: Sort | None = None,
        forward: bool = True,
        limit: int | None = None,
        attributes: Sequence[str] = (),
    ) -> list[Item]:
        """Items of one partition in the order of its sort key, all pages followed.

        `since` <= sort key < `before`. The table is read consistently; an index can't be.
        `attributes`: those alone, the keys among them: a quarter of the work for a long list.
        """
        keys = index or table
        request = {
            "TableName": self.name(table),
            "ScanIndexForward": forward,
            **_key_condition(keys.partition.name, partition, keys.sort.name, since, before),
        }
        if index:
            request["IndexName"] = index.name
        else:
            request["ConsistentRead"] = True
        if attributes:
            request |= _projection(attributes, request["ExpressionAttributeNames"])
        items: list[Item] = []
        while True:
            if limit is not None:
                request["Limit"] = limit - len(items)
            with _reading():
                answer = self.client.query(**request)
            items += [
                item
                for item in map(_plain, answer["Items"])
                if before is None or item[keys.sort.name] < before
            ]
            if "LastEvaluatedKey" not in answer or (limit is not None and len(items) >= limit):
                return items
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def get_many(self, table: Table, keys: Sequence[Item]) -> list[Item]:
        """Those of the items that exist, consistently, in the order of the keys."""
        found: list[Item] = []
        for first in range(0, len(keys), _BATCH):
            found += self._get_batch(table, keys[first : first + _BATCH])
        places = {_key_text(table, key): place for place, key in enumerate(keys)}
        return sorted(found, key=lambda item: places[_key_text(table, item)])

    def _get_batch(self, table: Table, keys: Sequence[Item]) -> list[Item]:
        """DynamoDB may answer a part, and name the keys that it left out."""
        found: list[Item] = []
        name = self.name(table)
        left: Item = {name: {"Keys": [_typed(key) for key in keys], "ConsistentRead": True}}
        for pause in _pauses():
            with _reading():
                answer = self.client.batch_get_item(RequestItems=left)
            found += map(_plain, answer["Responses"].get(name, []))
            left = answer.get("UnprocessedKeys", {})
            if not left:
                return found
            time.sleep(pause)
        raise Unavailable

    def read_all(
        self, table: Table, max_bytes: int, start: Item | None = None
    ) -> tuple[list[Item], Item | None]:
        """Items of the whole table, consistently, up to about `max_bytes`; where to go on.

        A Scan: for what old API clients expect, and for commands. Pages never call it.
        """
        items: list[Item] = []
        size = 0
        position = _typed(start) if start else None
        while True:
            request: Item = {"TableName": self.name(table), "ConsistentRead": True}
            if position:
                request["ExclusiveStartKey"] = position
            with _reading():
                answer = self.client.scan(**request)
            items += map(_plain, answer["Items"])
            size += len(str(answer["Items"]))
            position = answer.get("LastEvaluatedKey")
            if not position:
                return items, None
            if size >= max_bytes:
                return items, _plain(position)

    def keys_where(
        self, table: Table, condition: str, names: Mapping[str, str], values: Item
    ) -> tuple[list[Item], int]:
        """Keys of the items for which a condition holds, and how many items were looked at.

        A Scan, of what was in the table a moment ago: half the price of a consistent one, and
        nothing but keys comes back. For the schedule; pages never call it.
        """
        keys = (table.partition.name, table.sort.name)
        places = {f"#k{place}": name for place, name in enumerate(keys)}
        request: Item = {
            "TableName": self.name(table),
            "FilterExpression": condition,
            "ProjectionExpression": ", ".join(places),
            "ExpressionAttributeNames": {**names, **places},
            "ExpressionAttributeValues": _typed(values),
        }
        found: list[Item] = []
        seen = 0
        while True:
            with _reading():
                answer = self.client.scan(**request)
            found += map(_plain, answer["Items"])
            seen += answer["ScannedCount"]
            if "LastEvaluatedKey" not in answer:
                return found, seen
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    # Writing

    def write(self, write: Write) -> Item:
        """One write; gives the item as it then is (empty for a Put or Delete).

        Raises ConditionFailed and Unconfirmed. botocore repeats a write whose answer was lost,
        so this is for what may happen twice; whatever must happen once goes through `transact`.
        """
        name, request = self._request(write)
        with _writing():
            if name == "Put":
                self.client.put_item(**request)
            elif name == "Delete":
                self.client.delete_item(**request)
            else:
                answer = self.client.update_item(**request, ReturnValues="ALL_NEW")
                return _plain(answer["Attributes"])
        return {}

    def transact(self, writes: list[Write]) -> None:
        """All writes or none, once: a lost answer is asked for again with the same token.

        Raises ConditionFailed with the positions in `writes`, and Unconfirmed. A conflict with
        another transaction is tried again until the deadline (botocore does not).
        """
        items = []
        for write in writes:
            name, request = self._request(write)
            items.append({_OPERATIONS.get(name, name): request})
        with _writing():
            _through_conflicts(
                lambda token: self.client.transact_write_items(
                    TransactItems=items, ClientRequestToken=token
                )
            )

    def _request(self, write: Write) -> tuple[str, Item]:
        request: Item = {"TableName": self.name(write.table)}
        if isinstance(write, Put):
            request["Item"] = _typed(write.item)
            if not write.replace:
                request["ConditionExpression"] = "attribute_not_exists(#pk)"
                request["ExpressionAttributeNames"] = {"#pk": write.table.partition.name}
            return "Put", request
        request["Key"] = _typed(write.key)
        if isinstance(write, Delete):
            return "Delete", request
        if isinstance(write, Check):
            bare = Change(write.table, write.key, expect=write.expect, must_exist=False)
            return "Check", request | _update_expression(bare)
        return "Change", request | _update_expression(write)


def _update_expression(change: Change) -> Item:
    names: dict[str, str] = {}
    values: Item = {}

    def name(attribute: str) -> str:
        alias = f"#n{len(names)}"
        names[alias] = attribute
        return alias

    def value(content: Any) -> str:
        alias = f":v{len(values)}"
        values[alias] = _to_dynamo(content)
        return alias

    conditions = [
        f"attribute_not_exists({name(attribute)})"
        if content is ABSENT
        else f"{name(attribute)} = {value(content)}"
        for attribute, content in change.expect.items()
    ]
    if change.must_exist:
        conditions.append(f"attribute_exists({name(change.table.partition.name)})")
    clauses = []
    if change.set:
        sets = (f"{name(n)} = {value(v)}" for n, v in change.set.items())
        clauses.append("SET " + ", ".join(sets))
    if change.add:
        clauses.append("ADD " + ", ".join(f"{name(n)} {value(v)}" for n, v in change.add.items()))
    if change.remove:
        clauses.append("REMOVE " + ", ".join(map(name, change.remove)))
    request: Item = {"ExpressionAttributeNames": names}
    if clauses:
        request["UpdateExpression"] = " ".join(clauses)
    if conditions:
        request["ConditionExpression"] = " AND ".join(conditions)
    if values:
        request["ExpressionAttributeValues"] = values
    return request


def _key_condition(
    partition: str, value: str, sort: str, since: Sort | None, before: Sort | None
) -> Item:
    names = {"#p": partition}
    values: Item = {":p": value}
    condition = "#p = :p"
    if since is not None and before is not None:
        # DynamoDB takes one condition on the sort key; BETWEEN includes its upper end.
        condition += " AND #s BETWEEN :since AND :before"
        values |= {":since": since, ":before": before}
    elif since is not None:
        condition += " AND #s >= :since"
        values[":since"] = since
    elif before is not None:
        condition += " AND #s < :before"
        values[":before"] = before
    if since is not None or before is not None:
        names["#s"] = sort
    return {
        "KeyConditionExpression": condition,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": _typed(values),
    }


def _projection(attributes: Sequence[str], names: Mapping[str, str]) -> Item:
    """No name can be a reserved word that way."""
    aliases = {f"#a{place}": name for place, name in enumerate(attributes)}
    return {
        "ProjectionExpression": ", ".join(aliases),
        "ExpressionAttributeNames": {**names, **aliases},
    }


def again_when_outdated(attempt: Callable[[], T]) -> T:
    """Repeat what reads, decides and writes, as long as it finds its reading outdated.

    Past the deadline (or 200 tries) raises Unconfirmed: nothing was written, and pressing
    again is safe.
    """
    for pause in _pauses():
        try:
            return attempt()
        except Outdated:
            time.sleep(pause)
    raise Unconfirmed


def _through_conflicts(call: Callable[[str], T]) -> T:
    """Repeat a transaction that collided with another one: botocore does not.

    With a new token, since it was refused; with the same one where DynamoDB is still at it, so
    that its success is not taken for somebody else's.
    """
    token = str(uuid.uuid4())
    for pause in _pauses():
        try:
            return call(token)
        except ClientError as error:
            if not _is_conflict(error):
                raise
            if error.response["Error"]["Code"] != _IN_PROGRESS:
                token = str(uuid.uuid4())
            time.sleep(pause)
    raise Unconfirmed


def _pauses() -> Iterator[float]:
    """Growing pauses in seconds, spread so that callers part, until the deadline."""
    pause = 0.05
    for _ in range(200):
        if time_left() < _ATTEMPT_SECONDS:
            return
        yield _chance.uniform(pause / 4, pause)
        pause = min(pause * 2, 0.8)


def _reasons(error: ClientError) -> list[str]:
    reasons = error.response.get("CancellationReasons", [])
    return [str(reason.get("Code", "None")) for reason in reasons]


def _is_conflict(error: ClientError) -> bool:
    code = error.response["Error"]["Code"]
    if code in ("TransactionConflictException", _IN_PROGRESS):
        return True
    reasons = _reasons(error)
    return "TransactionConflict" in reasons and "ConditionalCheckFailed" not in reasons


@contextlib.contextmanager
def reading_what_came_of_it() -> Iterator[None]:
    """After a write that may have been made: not to know is Unconfirmed, never Unavailable."""
    try:
        yield
    except Unavailable as error:
        raise Unconfirmed from error


@contextlib.contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except (ClientError, BotoCoreError, OutOfTime) as error:
        raise Unavailable from error


@contextlib.contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "ConditionalCheckFailedException":
            raise ConditionFailed(frozenset({0})) from error
        failed = frozenset(
            position
            for position, reason in enumerate(_reasons(error))
            if reason == "ConditionalCheckFailed"
        )
        if failed:
            raise ConditionFailed(failed) from error
        if code in ("ValidationException", "AccessDeniedException", "ResourceNotFoundException"):
            raise  # ours to mend: pressing again would not help
        raise Unconfirmed from error
    except (BotoCoreError, OutOfTime) as error:
        raise Unconfirmed from error
