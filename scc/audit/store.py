"""Rows of the ledger that say who did what, and keys that may be used once."""

import secrets
from datetime import datetime
from typing import Any

from scc.audit import model, proof
from scc.audit.model import Item, Origin
from scc.aws import Put
from scc.context import Context
from scc.tables import LEDGER, WAIVERS


def row(ctx: Context, item: Item) -> Put:
    """A sealed row for the ledger, written once; found by the boat's day it was written on."""
    item = item | {"day": ctx.today().isoformat()}
    return Put(LEDGER, model.sealed(item, ctx.settings.seal_keys))


def record(ctx: Context, partition: str, kind: str, origin: Origin, **fields: Any) -> Put:
    """An audit entry: what was done, by whom, when and from where."""
    model.check(kind, fields)
    now = ctx.now()
    return row(
        ctx,
        {
            "pk": partition,
            "sk": f"audit#{_moment(now)}#{secrets.token_hex(4)}",
            "kind": kind,
            "at": model.iso(now),
            "actor": origin.actor.item(),
            "address": origin.address,
            "request_id": origin.request_id,
            **fields,
        },
    )


def waiver_row(ctx: Context, item: Item) -> Put:
    """A sealed row for the table `waivers`, written once, each of its fields marked."""
    item = item | {"at": _moment(ctx.now())}
    return Put(WAIVERS, proof.marked(item, ctx.settings.seal_keys))


def office_partition(ctx: Context) -> str:
    """What belongs to no event, by the boat's day."""
    return f"office#{ctx.today().isoformat()}"


def _moment(now: datetime) -> str:
    return now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


# Keys


def use_key(ctx: Context, key: str, fingerprint: str, **result: Any) -> Put:
    """The row that lets a key be used once; `result` says what came of it."""
    at = model.iso(ctx.now())
    return row(
        ctx, {"pk": f"key#{key}", "sk": "key", "fingerprint": fingerprint, "at": at, **result}
    )


def used_key(ctx: Context, key: str) -> Item | None:
    """What came of a key, None while it is unused."""
    return ctx.db.get(LEDGER, {"pk": f"key#{key}", "sk": "key"})
