"""Who did something, from where; and the closed catalogue of what is recorded."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, Literal

Item = dict[str, Any]

ActorKind = Literal["admin", "crew", "api", "system", "guest"]


@dataclass(frozen=True)
class Actor:
    """`id` tells two of one name apart: the person's, else the session's, or the API client's."""

    kind: ActorKind
    id: str
    name: str

    def item(self) -> Item:
        return {"kind": self.kind, "id": self.id, "name": self.name}


OLDER_API: Final = Actor("api", "older api", "older api")
GUEST: Final = Actor("guest", "guest", "guest")
"""Who signs a waiver. Their name is in the waiver alone: the ledger is kept for good."""


@dataclass(frozen=True)
class Origin:
    """Where a change comes from: the person, their address, the request."""

    actor: Actor
    address: str = ""
    request_id: str = ""


# What is recorded, and the fields each record must have.
CATALOGUE: Final[Mapping[str, frozenset[str]]] = {
    "event.created": frozenset({"event_id", "timestamp", "details"}),
    "event.changed": frozenset({"event_id", "timestamp", "changes"}),
    "event.reinstated": frozenset({"event_id", "timestamp"}),
    "event.moved": frozenset({"event_id", "timestamp", "was", "starts_at"}),
    "weather.called": frozenset({"call", "day", "sails"}),
    "weather.undone": frozenset({"call", "day"}),
    "weather.held": frozenset({"event_id", "timestamp", "number", "until"}),
    "weather.moved": frozenset({"event_id", "timestamp", "number", "was", "starts_at"}),
    "weather.lifted": frozenset({"event_id", "timestamp", "number"}),
    "weather.taken_back": frozenset({"event_id", "timestamp", "number", "what"}),
    "task.added": frozenset({"event_id", "timestamp", "task", "what"}),
    "task.done": frozenset({"event_id", "timestamp", "task", "what"}),
    "task.reopened": frozenset({"event_id", "timestamp", "task", "what"}),
    "feed.made": frozenset({"feed", "name"}),
    "feed.revoked": frozenset({"feed", "name"}),
    "price.changed": frozenset({"event_id", "timestamp", "number", "old_cents", "new_cents"}),
    "payment.logged": frozenset({"event_id", "timestamp", "number", "payment_id"}),
    "payment.retried": frozenset({"event_id", "timestamp", "payment_id"}),
    "entry.voided": frozenset({"event_id", "timestamp", "number", "of", "reason"}),
    "payment.moved": frozenset({"event_id", "timestamp", "number", "of", "other"}),
    "payment.taken_over": frozenset({"event_id", "timestamp", "number", "other"}),
    "refund.logged": frozenset({"event_id", "timestamp", "number", "cents", "sent"}),
    "refund.sent": frozenset({"event_id", "timestamp", "number", "of"}),
    "event.ended": frozenset({"event_id", "timestamp", "number", "ended", "answer", "reason"}),
    "booking.changed": frozenset({"event_id", "timestamp", "source", "changes", "asked"}),
    "booking.answered": frozenset({"event_id", "timestamp", "field", "ours", "theirs", "taken"}),
    "bookings.mapped": frozenset({"site", "columns", "day_first"}),
    "bookings.imported": frozenset({"site", "file", "counts"}),
    "payments.deposited": frozenset({"event_id", "timestamp", "number", "of"}),
    "payments.banked": frozenset({"event_id", "timestamp", "number", "of"}),
    "payments.bounced": frozenset({"event_id", "timestamp", "number", "of", "fee_cents"}),
    "close.made": frozenset({"number", "close_id", "rows"}),
    "settings.changed": frozenset({"part", "changes"}),
    "session.opened": frozenset({"session"}),
    "session.refused": frozenset({"name"}),
    "session.closed": frozenset({"session"}),
    "sessions.closed": frozenset({"count"}),
    "money.handed": frozenset(
        {"event_id", "timestamp", "fare_cents", "tip_cents", "method", "payer"}
    ),
    "money.dismissed": frozenset({"event_id", "timestamp", "cents", "payer"}),
    "person.added": frozenset({"person", "name", "roles", "positions"}),
    "person.changed": frozenset({"person", "name", "changes"}),
    "person.left": frozenset({"person", "name"}),
    "person.returned": frozenset({"person", "name"}),
    "access.given": frozenset({"person", "name", "way"}),
    "access.ended": frozenset({"person", "name", "way"}),
    "access.asked": frozenset({"person", "name"}),
    "access.set_up": frozenset({"person", "name"}),
    "access.reset": frozenset({"person", "name"}),
    "password.changed": frozenset({"person", "name"}),
    "token.made": frozenset({"token", "name"}),
    "token.revoked": frozenset({"token", "name"}),
    "waiver.signed": frozenset({"event_id", "timestamp", "rows"}),
    "waiver.on_paper": frozenset({"event_id", "timestamp", "rows"}),
    "waiver.voided": frozenset({"event_id", "timestamp", "rows"}),
    "waiver.no_show": frozenset({"event_id", "timestamp", "rows"}),
    "waiver.came": frozenset({"event_id", "timestamp", "rows"}),
    "waiver.aboard": frozenset({"event_id", "timestamp", "rows"}),
    "waivers.removed": frozenset({"rows"}),
    "text.published": frozenset({"rows", "version"}),
    "letter.asked": frozenset({"about", "letter"}),
    "letter.again": frozenset({"about", "letter"}),
    "letter.withdrawn": frozenset({"about", "letter"}),
    "letter.texted": frozenset({"about", "letter"}),
    "crew.asked": frozenset({"event_id", "timestamp", "people", "positions", "terms"}),
    "crew.answered": frozenset(
        {"event_id", "timestamp", "person", "name", "answer", "position", "terms"}
    ),
    "crew.put_on": frozenset({"event_id", "timestamp", "person", "name", "position", "note"}),
    "crew.taken_off": frozenset({"event_id", "timestamp", "person", "name", "position", "reason"}),
    "crew.released": frozenset({"event_id", "timestamp", "people"}),
    "crew.needed": frozenset({"event_id", "timestamp", "before", "positions"}),
    "crew.away": frozenset({"person", "days", "note"}),
    "crew.back": frozenset({"person", "days"}),
    "crew.paid": frozenset({"event_id", "timestamp", "people"}),
    "ready.overridden": frozenset({"event_id", "timestamp", "name", "reason", "reasons"}),
    "sail.ticked": frozenset({"event_id", "timestamp", "what", "of", "pressed_at"}),
}


def check(kind: str, fields: Mapping[str, Any]) -> None:
    """ValueError for a kind that is not in the catalogue or has other fields."""
    wanted = CATALOGUE.get(kind)
    if wanted is None:
        raise ValueError(f"{kind!r} is not in the audit catalogue")
    if wanted != fields.keys():
        raise ValueError(f"{kind}: fields {sorted(fields)} should be {sorted(wanted)}")


def iso(moment: datetime) -> str:
    """`2024-01-15T14:22:30Z`, the older tool's form."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# Seals


def canonical(item: Mapping[str, Any]) -> bytes:
    """The one byte string that stands for a row, whatever way DynamoDB gives it back.

    JSON, keys sorted, no spaces, UTF-8; numbers as text without trailing zeros. Numbers and maps
    say which they are, so that no map can stand for a number.
    """
    return json.dumps(
        _plain(item), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {"M": {key: _plain(inner) for key, inner in value.items()}}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int | Decimal):
        return {"N": _figures(Decimal(value))}
    raise TypeError(f"a sealed row can't hold a {type(value).__name__}")


def _figures(number: Decimal) -> str:
    """All its digits: `normalize` would round to the context's 28."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def sealed(item: Item, keys: Mapping[str, str]) -> Item:
    """The row with its seal: `<key id>:<HMAC-SHA256 over the canonical form>`."""
    key_id = list(keys)[-1]
    return item | {"seal": f"{key_id}:{_mac(item, keys[key_id])}"}


def seal_holds(item: Mapping[str, Any], keys: Mapping[str, str]) -> bool:
    """Whether the row is as it was sealed, by any key still known."""
    bare = {name: value for name, value in item.items() if name != "seal"}
    key_id, _, mac = str(item.get("seal", "")).partition(":")
    return key_id in keys and hmac.compare_digest(mac, _mac(bare, keys[key_id]))


def _mac(item: Mapping[str, Any], key: str) -> str:
    return hmac.new(key.encode(), canonical(item), hashlib.sha256).hexdigest()


def fingerprint(value: Mapping[str, Any]) -> str:
    """A short stand-in for a request's content: two are equal only if the contents are."""
    return hashlib.sha256(canonical(value)).hexdigest()
