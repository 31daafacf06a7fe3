"""The company in and out of DynamoDB: one item, read once a request."""

from typing import Any, Final, cast

from scc.aws import ABSENT, Change, Check, Item
from scc.company.model import Company, default, with_item
from scc.context import Context
from scc.tables import STATE

KEY: Final[Item] = {"pk": "company", "sk": "settings"}
_KNOWN: Final = "company"


def load(ctx: Context) -> Company:
    """As this request has read it; outside of a request, as it is now."""
    if ctx.known is None:
        return read(ctx)
    if _KNOWN not in ctx.known:
        ctx.known[_KNOWN] = read(ctx)
    return cast(Company, ctx.known[_KNOWN])


def read(ctx: Context) -> Company:
    """As it is now, read consistently: for what a write depends on."""
    return _company(ctx, ctx.db.get(STATE, KEY))


def remember(ctx: Context, item: Item | None) -> None:
    """Its item was read together with something else: `load` need not read it again."""
    if ctx.known is not None:
        ctx.known[_KNOWN] = _company(ctx, item)


def forget(ctx: Context) -> None:
    """It was changed: the next `load` reads it anew."""
    if ctx.known is not None:
        ctx.known.pop(_KNOWN, None)


def change(company: Company, **set_: Any) -> Change:
    """Some attributes changed, if it still is at the version that was read."""
    return Change(
        STATE,
        KEY,
        set={**set_, "version": company.version + 1},
        expect=_as_read(company),
        must_exist=False,
    )


def unchanged(company: Company) -> Check:
    """The condition that it still is as it was read."""
    return Check(STATE, KEY, expect=_as_read(company))


def _as_read(company: Company) -> Item:
    return {"version": company.version or ABSENT}


def _company(ctx: Context, item: Item | None) -> Company:
    own = default(ctx.settings.mail)
    return with_item(own, item) if item else own
