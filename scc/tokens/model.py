"""API tokens: a name for a client, and a secret that is shown once. Pure."""

import hashlib
import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Any, Final

from scc.parse import parse_line

Item = dict[str, Any]

_SHAPE: Final = re.compile(r"scc_([0-9a-f]{8})_([A-Za-z0-9_-]{32})", re.ASCII)
_SECRET_BYTES: Final = 24
"""192 bits: what a plain SHA-256 of it gives away can't be guessed, so no slow hash is needed."""


@dataclass(frozen=True)
class Token:
    """A token as it is kept: never the secret itself."""

    id: str
    name: str
    hash: str
    made_at: str
    made_by: str
    revoked_at: str = ""
    revoked_by: str = ""

    def item(self) -> Item:
        return {name: value for name, value in vars(self).items() if value}

    @classmethod
    def from_item(cls, item: Item) -> "Token":
        return cls(**{name: str(item.get(name, "")) for name in cls.__dataclass_fields__})


def new_secret() -> tuple[str, str]:
    """A token's id, and the token itself: `scc_1f3a99c0_…`."""
    id_ = secrets.token_hex(4)
    return id_, f"scc_{id_}_{secrets.token_urlsafe(_SECRET_BYTES)}"


def token_id(text: str) -> str | None:
    """The id in what may be a token; None for what has another shape: the admin password, say."""
    found = _SHAPE.fullmatch(text)
    return found[1] if found else None


def hash_of(text: str, stage: str) -> str:
    """What is kept of a token. It holds on one stage only."""
    return hashlib.sha256(f"{stage}:{text}".encode()).hexdigest()


def is_right(token: Token, text: str, stage: str) -> bool:
    """Whether the text is this token, and it was not revoked."""
    return hmac.compare_digest(token.hash, hash_of(text, stage)) and not token.revoked_at


def parse_name(text: str) -> str:
    """A name of 1 to 60 characters, of which one can be seen."""
    name = parse_line(text, longest=60)
    if not any(unicodedata.category(c)[0] in "LNPS" for c in name):
        raise ValueError("Give the token a name: of the script or the office that will use it.")
    return name
