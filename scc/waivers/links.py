"""Addresses that nobody can guess: a party's, and a signer's copy."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final

from itsdangerous import Signer

from scc.config import Settings
from scc.events.model import Ref
from scc.waivers.model import is_submission

COPY_LASTS: Final = timedelta(days=30)


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


def copy_token(settings: Settings, ref: Ref, submission: str, now: datetime) -> str:
    """For the copy of one submission, until `COPY_LASTS` is over."""
    until = int((now + COPY_LASTS).timestamp())
    signature = _signer(settings).get_signature(f"{ref}|{submission}|{until}").decode()
    return f"{submission}.{until:x}.{signature}"


def read_copy_token(settings: Settings, ref: Ref, token: str) -> tuple[str, datetime] | None:
    """The submission, and until when the link holds; None for what no link of ours is."""
    try:
        submission, until, signature = token.rsplit(".", 2)
        last = datetime.fromtimestamp(int(until, 16)).astimezone()
        signed = f"{ref}|{submission}|{int(until, 16)}"
        good = is_submission(submission) and _signer(settings).verify_signature(signed, signature)
    except (ValueError, OverflowError, OSError):
        return None
    return (submission, last) if good else None


def _signer(settings: Settings) -> Signer:
    keys = [*settings.secret_key_fallbacks, settings.secret_key]
    return Signer(keys, salt="waiver copy", digest_method=hashlib.sha256)
