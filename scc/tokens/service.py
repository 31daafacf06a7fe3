"""What a person does with API tokens: make one, revoke one. And who a token stands for."""

import contextlib

from scc.audit import store as audit
from scc.audit.model import Actor, Origin, fingerprint, iso
from scc.context import Context
from scc.errors import ConditionFailed, Invalid, KeyReused, NotFound
from scc.tokens import store
from scc.tokens.model import Token, hash_of, is_right, new_secret, token_id


def make_token(ctx: Context, name: str, key: str, origin: Origin) -> tuple[Token, str]:
    """A new token and its secret, which nothing can show again.

    Raises Invalid for a name in use, KeyReused for a form sent twice, and Unconfirmed.
    """
    id_, secret = new_secret()
    hash_ = hash_of(secret, ctx.settings.stage)
    token = Token(id_, name, hash_, iso(ctx.now()), origin.actor.name)
    office = audit.office_partition(ctx)
    writes = [
        audit.use_key(ctx, key, fingerprint({"token": name})),
        *store.put(token),
        audit.record(ctx, office, "token.made", origin, token=id_, name=name),
    ]
    try:
        ctx.db.transact(writes)
    except ConditionFailed as error:
        if 0 in error.failed:
            raise KeyReused(
                "it has made its token. A token is shown once: make another."
            ) from error
        raise Invalid({"name": "There is a token of that name. Revoke it first."}) from error
    return token, secret


def revoke_token(ctx: Context, id_: str, origin: Origin) -> Token:
    """End a token, at once and for good. Twice is once. Raises NotFound and Unconfirmed."""
    token = store.load(ctx, id_)
    if token is None:
        raise NotFound("There is no such token.")
    if token.revoked_at:
        return token
    office = audit.office_partition(ctx)
    record = audit.record(ctx, office, "token.revoked", origin, token=id_, name=token.name)
    with contextlib.suppress(ConditionFailed):  # somebody else has just done it
        ctx.db.transact([*store.revoke(token, iso(ctx.now()), origin.actor.name), record])
    return store.load(ctx, id_) or token


def client_of(ctx: Context, text: str) -> Actor | None:
    """Who a token stands for; None for a wrong or revoked one. One read, nothing remembered."""
    id_ = token_id(text)
    token = store.load(ctx, id_) if id_ else None
    if token is None or not is_right(token, text, ctx.settings.stage):
        return None
    return Actor("api", token.id, f"token:{token.name}")
