"""The address of a party that nobody can guess: letters and the QR code carry it."""

import base64
import hashlib
import hmac

from scc.config import Settings
from scc.events.model import Ref


def party_key(settings: Settings, ref: Ref) -> str:
    """What stands at the end of a party's link; `ref` with its timestamp. The same for ever.

    Made from the oldest seal key, which stays as long as there are records: nothing is stored,
    no GET has to write one, and a QR code that was printed keeps working when keys are rotated.
    """
    key = next(iter(settings.seal_keys.values()))
    mac = hmac.new(key.encode(), f"party link|{ref}".encode(), hashlib.sha256).digest()
    return base64.b32encode(mac[:15]).decode().lower()


def is_party_key(settings: Settings, ref: Ref, given: str) -> bool:
    return hmac.compare_digest(given.encode(), party_key(settings, ref).encode())
