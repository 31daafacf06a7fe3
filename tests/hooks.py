"""What passes between the app and DynamoDB: counted, refused, or answered from a while ago.

All of it hangs on botocore's hooks, so that nothing of the app itself is replaced. Lost answers
are in proxy.py.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from botocore.awsrequest import AWSResponse
from botocore.exceptions import EndpointConnectionError

from scc.ops.tables import Names, make_tables
from scc.tables import BY_DAY, EVENTS

_WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"})


class Call(NamedTuple):
    operation: str
    request: dict[str, Any]

    @property
    def writes(self) -> bool:
        return self.operation in _WRITES


@contextmanager
def calls(client: Any) -> Iterator[list[Call]]:
    """Every call made meanwhile; one that botocore repeats counts once."""
    made: list[Call] = []

    def note(model: Any, params: dict[str, Any], **_: Any) -> None:
        made.append(Call(model.name, json.loads(params["body"])))

    with _hook(client, "before-call.dynamodb", note):
        yield made


@contextmanager
def writes(client: Any) -> Iterator[list[Call]]:
    """Every call that writes; complete at the end of the block."""
    written: list[Call] = []
    with calls(client) as made:
        yield written
        written += [call for call in made if call.writes]


@contextmanager
def without_conditions(client: Any) -> Iterator[None]:
    """Transactions ask for nothing any more: what a test sees when its guard is taken away."""

    def drop(params: dict[str, Any], **_: Any) -> None:
        for write in params["TransactItems"]:
            for request in write.values():
                request.pop("ConditionExpression", None)
                _only_what_is_used(request)

    with _hook(client, "before-parameter-build.dynamodb.TransactWriteItems", drop):
        yield


def _only_what_is_used(request: dict[str, Any]) -> None:
    """DynamoDB takes no name or value that no expression speaks of."""
    used = set(re.findall(r"[#:]\w+", request.get("UpdateExpression", "")))
    for field in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        kept = {name: value for name, value in request.pop(field, {}).items() if name in used}
        if kept:
            request[field] = kept


class Died(BaseException):
    """The process is gone, as far as anything in it can tell."""


@contextmanager
def dying(client: Any, point: str, number: int = 1) -> Iterator[None]:
    """The process is gone `before` its transaction of that number reaches DynamoDB, or `after` it
    is done."""
    left = [number]

    def die(**_: Any) -> None:
        left[0] -= 1
        if left[0] <= 0:
            raise Died

    hook = "before-send" if point == "before" else "response-received"
    with _hook(client, f"{hook}.dynamodb.TransactWriteItems", die):
        yield


@contextmanager
def failing_after_a_transaction(client: Any) -> Iterator[None]:
    """The first transaction is written, and what is read after it is refused."""
    written: list[bool] = []

    def note(**_: Any) -> None:
        written.append(True)

    def refuse(**_: Any) -> None:
        if written:
            raise ConnectionError("planted")

    with (
        _hook(client, "after-call.dynamodb.TransactWriteItems", note),
        _hook(client, "before-parameter-build.dynamodb", refuse),
    ):
        yield


@contextmanager
def meanwhile(client: Any, act: Callable[[], Any]) -> Iterator[None]:
    """Somebody else does it, just before the next transaction is sent."""
    left = [act]

    def once(**_: Any) -> None:
        if left:
            left.pop()()

    with _hook(client, "before-parameter-build.dynamodb.TransactWriteItems", once):
        yield


@contextmanager
def unreachable(client: Any, operation: str = "") -> Iterator[None]:
    """Nobody answers: each attempt is refused at once."""

    def refuse(request: Any, **_: Any) -> None:
        raise EndpointConnectionError(endpoint_url=request.url)

    with _hook(client, _event("before-send", operation), refuse):
        yield


@contextmanager
def answering(client: Any, status: int, body: bytes, operation: str = "") -> Iterator[None]:
    """DynamoDB answers every attempt like this."""

    def answer(request: Any, **_: Any) -> AWSResponse:
        return AWSResponse(request.url, status, {}, _Raw(body))

    with _hook(client, _event("before-send", operation), answer):
        yield


def refusing(client: Any, code: str, operation: str = "") -> Any:
    """DynamoDB refuses with this code, and a message as talkative as its own."""
    message = "arn:aws:sts::123456789012:assumed-role/scc is not authorized on scc-local-state"
    body = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message})
    return answering(client, 400, body.encode(), operation)


@contextmanager
def lagging_indexes(client: Any) -> Iterator[None]:
    """Whatever is written meanwhile, indexes are read as they were before the block."""
    now, before = Names("local"), Names("local", "two-seconds-ago")
    make_tables(client, before)
    for page in client.get_paginator("scan").paginate(TableName=now.of(EVENTS)):
        for item in page["Items"]:
            client.put_item(TableName=before.of(EVENTS), Item=item)

    def read_there(params: dict[str, Any], **_: Any) -> None:
        if "IndexName" in params:
            params["TableName"] = before.of(EVENTS)

    with _hook(client, "before-parameter-build.dynamodb.Query", read_there):
        yield


@contextmanager
def late_rows(client: Any) -> Iterator[set[str]]:
    """Indexes of the ledger leave out the rows of these names (`pk|sk`), as if they lagged."""
    hidden: set[str] = set()

    def note(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        context["index"] = params.get("IndexName")

    def leave_out(parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        if context.get("index") == BY_DAY.name:
            shown = [i for i in parsed["Items"] if f"{i['pk']['S']}|{i['sk']['S']}" not in hidden]
            parsed["Items"] = shown

    with (
        _hook(client, "before-parameter-build.dynamodb.Query", note),
        _hook(client, "after-call.dynamodb.Query", leave_out),
    ):
        yield hidden


class _Raw:
    """The body of an answer, as urllib3 would hand it over."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self._body


def _event(point: str, operation: str) -> str:
    return f"{point}.dynamodb.{operation}" if operation else f"{point}.dynamodb"


@contextmanager
def _hook(client: Any, event: str, handler: Callable[..., Any]) -> Iterator[None]:
    client.meta.events.register_first(event, handler)
    try:
        yield
    finally:
        client.meta.events.unregister(event, handler)
