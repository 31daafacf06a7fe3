"""What a letter says and no table holds: the end of an address that lets somebody in, and a code.

Both are made when the letter is written, from a name that the table does hold and the secret key.
Whoever reads the table, the outbox or a page of letters has nothing that opens.
"""

import base64
import hashlib
import hmac
from typing import Final

from itsdangerous import BadSignature, Signer

from scc.config import Settings

CODE_DIGITS: Final = 8


def way_in(settings: Settings, name: str) -> str:
    """The path of a link; `name` says whose it is and which of theirs."""
    return f"/scc/in/{_signer(settings).sign(name).decode()}"


def name_of(settings: Settings, signed: str) -> str | None:
    """What `way_in` was given; None for what no link of ours ends with."""
    try:
        return _signer(settings).unsign(signed).decode()
    except (BadSignature, UnicodeError):
        return None


def keyed(settings: Settings, path: str) -> str:
    """The path of a page that is one person's, with the key at its end; the same for ever.

    By the oldest seal key, so that a letter keeps its way when keys are rotated.
    """
    seal = next(iter(settings.seal_keys.values()))
    mac = hmac.new(seal.encode(), f"own page|{path}".encode(), hashlib.sha256).digest()
    return f"{path}/{base64.b32encode(mac[:15]).decode().lower()}"


def code(settings: Settings, name: str) -> str:
    """The short code of that name: eight figures."""
    return _code(settings.secret_key, name)


def is_code(settings: Settings, name: str, given: str) -> bool:
    """Whether it is that code, also while the secret key is rotated."""
    figures = "".join(c for c in given if c.isascii() and c.isdigit()).encode()
    keys = (settings.secret_key, *settings.secret_key_fallbacks)
    return any([hmac.compare_digest(_code(key, name).encode(), figures) for key in keys])  # noqa: C419 - all, so that the time tells nothing


def _code(key: str, name: str) -> str:
    mac = hmac.new(key.encode(), f"short code|{name}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(mac) % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def _signer(settings: Settings) -> Signer:
    keys = [*settings.secret_key_fallbacks, settings.secret_key]
    return Signer(keys, salt="way in", digest_method=hashlib.sha256)
