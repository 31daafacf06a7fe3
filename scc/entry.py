"""Where Lambda enters: Zappa's handler, but for requests that it could not read.

API Gateway makes no such event; whoever may invoke the function can. Zappa would answer 500, or
raise, before the app sees them. They are refused here, as what they are: bad requests.
"""

import base64
import json
from collections.abc import Iterator
from typing import Any

from zappa.handler import lambda_handler

from scc.lines import tell


def handler(event: Any, context: Any) -> Any:
    """Answer a request; hand schedules and invocations to Zappa as they are."""
    wrong = next(_problems(event), None) if _is_request(event) else None
    if wrong is None:
        return lambda_handler(_without_variables(event), context)
    tell(request_id=getattr(context, "aws_request_id", ""), status=400, refused=wrong)
    return {
        "statusCode": 400,
        "headers": {
            "Content-Type": "application/json",
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
        "isBase64Encoded": False,
        "body": json.dumps({"error": f"This request can't be read: {wrong}."}),
    }


def _without_variables(event: Any) -> Any:
    """Zappa makes the API's stage variables this process's environment, over its settings."""
    if isinstance(event, dict) and event.get("stageVariables"):
        return event | {"stageVariables": None}
    return event


def _is_request(event: Any) -> bool:
    """Whatever claims to come over HTTP, in either of API Gateway's formats."""
    marks = ("httpMethod", "rawPath", "requestContext")
    return isinstance(event, dict) and any(mark in event for mark in marks)


def _problems(event: dict[str, Any]) -> Iterator[str]:
    """What is wrong, in words of ours: nothing of the event is in them."""
    if not _is_whole(event):
        yield "it holds half a character"
    context = event.get("requestContext", {})
    if not isinstance(context, dict):
        yield "its context is missing"
        return
    for name in ("identity", "http", "authorizer", "elb"):
        if not isinstance(context.get(name), dict | None):
            yield f"the {name} in its context is no object"
            return
    for name in ("identity", "http"):
        if not isinstance((context.get(name) or {}).get("sourceIp"), str | None):
            yield "its source is no text"
    if event.get("version") == "2.0":
        yield from _problems_in_2(event, context)
    else:
        yield from _problems_in_1(event)
    yield from _problems_in_body(event)


def _problems_in_1(event: dict[str, Any]) -> Iterator[str]:
    if not _is_method(event.get("httpMethod")):
        yield "its method is missing"
    if not isinstance(event.get("path"), str):
        yield "its path is missing"
    for name in ("headers", "queryStringParameters"):
        if not _maps_texts(event.get(name)):
            yield f"its {name} are no texts"
    for name in ("multiValueHeaders", "multiValueQueryStringParameters"):
        if not _maps_lists(event.get(name)):
            yield f"its {name} are no lists of texts"


def _problems_in_2(event: dict[str, Any], context: dict[str, Any]) -> Iterator[str]:
    if not _is_method((context.get("http") or {}).get("method")):
        yield "its method is missing"
    if not isinstance(event.get("rawPath"), str):
        yield "its path is missing"
    if not isinstance(event.get("rawQueryString", ""), str | None):
        yield "its query is no text"
    if not isinstance(event.get("headers"), dict) or not _maps_texts(event["headers"]):
        yield "its headers are no texts"
    if not _maps_texts(event.get("queryStringParameters")):
        yield "its queryStringParameters are no texts"
    cookies = event.get("cookies")
    if cookies is not None and not _are_texts(cookies):
        yield "its cookies are no texts"
    authorizer = context.get("authorizer") or {}
    if not all(isinstance(authorizer.get(name), dict | None) for name in ("lambda", "iam")):
        yield "the authorizer in its context is no object"


def _problems_in_body(event: dict[str, Any]) -> Iterator[str]:
    body, encoded = event.get("body"), event.get("isBase64Encoded")
    if not isinstance(body, str | None) or not isinstance(encoded, bool | None):
        yield "its body is no text"
    elif body and encoded:
        try:
            base64.b64decode(body, validate=True)
        except ValueError:  # what is not ASCII as well
            yield "its body is not base64"


def _is_whole(event: dict[str, Any]) -> bool:
    """Whether all of its text can be written: JSON may hold half of a surrogate pair."""
    try:
        json.dumps(event, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_method(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isalpha()


def _are_texts(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)


def _maps_texts(value: Any) -> bool:
    return value is None or (isinstance(value, dict) and _are_texts(list(value.values())))


def _maps_lists(value: Any) -> bool:
    return value is None or (isinstance(value, dict) and all(map(_are_texts, value.values())))
