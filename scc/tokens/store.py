"""API tokens in and out of DynamoDB: one partition, so that the list is read consistently."""

from scc.aws import ABSENT, Change, Delete, Put, Write
from scc.context import Context
from scc.tables import STATE
from scc.tokens.model import Token

_PARTITION = "tokens"


def load(ctx: Context, id_: str) -> Token | None:
    item = ctx.db.get(STATE, {"pk": _PARTITION, "sk": f"token#{id_}"})
    return Token.from_item(item) if item else None


def all_tokens(ctx: Context) -> list[Token]:
    """The newest first, revoked ones too."""
    items = ctx.db.query(STATE, _PARTITION, since="token#", before="token$")
    return sorted(map(Token.from_item, items), key=lambda token: token.made_at, reverse=True)


def put(token: Token) -> list[Write]:
    """The token, and a guard of its name: of two that live only one has it."""
    item = {"pk": _PARTITION, "sk": f"token#{token.id}", **token.item()}
    return [Put(STATE, item), Put(STATE, {"pk": _PARTITION, "sk": f"name#{token.name}"})]


def revoke(token: Token, at: str, by: str) -> list[Write]:
    """It stays in the list; its name is free again."""
    key = {"pk": _PARTITION, "sk": f"token#{token.id}"}
    set_ = {"revoked_at": at, "revoked_by": by}
    return [
        Change(STATE, key, set=set_, expect={"revoked_at": ABSENT}),
        Delete(STATE, {"pk": _PARTITION, "sk": f"name#{token.name}"}),
    ]
