"""Events as JSON, in the older tool's shape."""

import base64
import json
import re
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, jsonify, request

from scc.aws import Item
from scc.errors import Invalid
from scc.events import store
from scc.events.model import UNDATED, Event, parse_ref
from scc.web import current, guards

blueprint = Blueprint("events_api", __name__)

# SCC's own book-keeping, of no use to a client.
INTERNAL = frozenset(
    {"month", "open", "matter", "version", "entries", "money", "last_payment", "letters", "twin"}
    | {"waivers", "tasks", "moved_from", "hold_until", "said", "asked"}
    | {"stations", "sail", "split", "override"}
)

LONGEST_KEY = 2048
"""Bytes of a partition key: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html"""


@blueprint.get("/api/events")
@guards.token
def list_events() -> Response:
    """All events, or one month's; `next` where there are more than 4 MB of them."""
    month = request.args.get("month")
    if month is not None:
        if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month, re.ASCII) and month != UNDATED:
            raise Invalid({"month": "Give month as 2026-05, or undated."})
        events = store.in_month(current.ctx(), month)
        return jsonify({"events": [as_json(event) for event in events]})
    events, position = store.everything(current.ctx(), _position(request.args.get("next")))
    body: dict[str, Any] = {"events": [as_json(event) for event in events]}
    if position:
        body["next"] = _token(position)
    return jsonify(body)


@blueprint.get("/api/events/<ref:ref>")
@guards.token
def show_event(ref: str) -> Response:
    return jsonify(as_json(store.load(current.ctx(), parse_ref(ref))))


def as_json(event: Event) -> dict[str, Any]:
    """The event's own attributes and the documented ones; `payment_cleared` always."""
    shown = {name: json_value(value) for name, value in event.item.items() if name not in INTERNAL}
    if event.starts_at is None:
        shown.pop("starts_at", None)
    return shown | {"payment_cleared": event.settled, "ref": str(event.ref)}


def json_value(value: Any) -> Any:
    """A DynamoDB value as JSON has it: numbers as numbers, sets as lists, bytes as base64."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int | Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, dict):
        return {name: json_value(inner) for name, inner in value.items()}
    if isinstance(value, set):
        return sorted((json_value(inner) for inner in value), key=str)
    if isinstance(value, list):
        return [json_value(inner) for inner in value]
    return base64.b64encode(bytes(value)).decode()


def _token(position: Item) -> str:
    key = [position["event_id"], str(position["timestamp"])]
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def _position(token: str | None) -> Item | None:
    if not token:
        return None
    try:
        slug, timestamp = json.loads(base64.urlsafe_b64decode(token.encode()))
        if not isinstance(slug, str) or not 0 < len(slug.encode()) <= LONGEST_KEY:
            raise ValueError(token)
        if not re.fullmatch(r"-?\d{1,20}", timestamp, re.ASCII):
            raise ValueError(token)
    except (ValueError, TypeError, RecursionError) as error:
        raise Invalid({"next": "Give next just as the last answer had it."}) from error
    return {"event_id": slug, "timestamp": int(timestamp)}
