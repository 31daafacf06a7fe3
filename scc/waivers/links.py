"""The address of a signer's copy: nobody can guess it, and it ends."""

import hashlib
from datetime import datetime, timedelta
from typing import Final

from itsdangerous import Signer

from scc.config import Settings
from scc.events.model import Ref
from scc.waivers.model import is_submission

COPY_LASTS: Final = timedelta(days=30)


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
