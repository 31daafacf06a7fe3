"""What waits to be logged: one item, so that the dashboard reads it together with the session."""

from typing import Final

from scc.aws import ABSENT, Change, Item
from scc.context import Context
from scc.handed.model import PREFIX, Handed, waiting
from scc.tables import STATE

KEY: Final[Item] = {"pk": "handed", "sk": "waiting"}
"""For `guards.beside`."""


def all_waiting(ctx: Context) -> list[Handed]:
    """As this request has read it with its session; else as it is now."""
    known = ctx.known if ctx.known is not None else {}
    item = known[KEY["pk"]] if KEY["pk"] in known else ctx.db.get(STATE, KEY)
    return waiting(item or {})


def one(ctx: Context, key: str) -> Handed | None:
    return next((handed for handed in all_waiting(ctx) if handed.key == key), None)


def add(handed: Handed) -> Change:
    name = PREFIX + handed.key
    return Change(STATE, KEY, set={name: handed.item()}, expect={name: ABSENT}, must_exist=False)


def remove(key: str) -> Change:
    """It waits no more. Gone already is gone."""
    return Change(STATE, KEY, remove=(PREFIX + key,), must_exist=False)
