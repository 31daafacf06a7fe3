"""The address by which one person answers for one sail: nobody can guess it, none is stored."""

import base64
import hashlib
import hmac
from urllib.parse import quote

from scc.config import Settings
from scc.events.model import Ref


def answer_key(settings: Settings, ref: Ref, person: str) -> str:
    """What stands at the end of the link; `ref` with its timestamp. The same for every ask."""
    key = next(iter(settings.seal_keys.values()))
    told = f"crew answer|{ref}|{person}".encode()
    mac = hmac.new(key.encode(), told, hashlib.sha256).digest()
    return base64.b32encode(mac[:15]).decode().lower()


def is_answer_key(settings: Settings, ref: Ref, person: str, given: str) -> bool:
    return hmac.compare_digest(given.encode(), answer_key(settings, ref, person).encode())


def answer_path(settings: Settings, ref: Ref, person: str) -> str:
    """As letters have it: without the host."""
    key = answer_key(settings, ref, person)
    return f"/scc/crew/answer/{quote(str(ref), safe='~')}/{person}/{key}"
