"""Password hashes: which are strong enough, how one is made and checked.

Accepted (OWASP Password Storage Cheat Sheet; ASVS 5.0, appendix C):
scrypt 2^15/8/3, pbkdf2-sha256 with 600,000 rounds, argon2id with 19 MiB and two passes, or more.
Of scrypt, fewer lanes of more memory are as good: 2^17/8/1.
The older tool's bare SHA-256 only where it is allowed by name.
"""

import hashlib
import hmac
import re

from werkzeug.security import check_password_hash, generate_password_hash

MIN_LENGTH = 12

_SCRYPT = re.compile(r"scrypt:(\d+):(\d+):(\d+)\$[^$]+\$[0-9a-f]{128}")
_PBKDF2 = re.compile(r"pbkdf2:sha256:(\d+)\$[^$]+\$[0-9a-f]{64}")
_ARGON2 = re.compile(
    r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$[A-Za-z0-9+/]{11,}\$[A-Za-z0-9+/]{43,}"
)
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")

_MAKE_ONE = "Make one with 'flask --app wsgi hash-password' and put it in single quotes."


def hash_password(password: str) -> str:
    """The hash to put into ADMIN_PASS_HASH."""
    return generate_password_hash(password, method="scrypt:32768:8:3")


def problem_with(hashed: str, allow_sha256: bool) -> str | None:
    """Why this hash can't be used, with what to do; None when it is strong enough."""
    if not hashed:
        return f"ADMIN_PASS_HASH is missing. {_MAKE_ONE}"
    if found := _SCRYPT.fullmatch(hashed):
        n, r, p = map(int, found.groups())
        strong = n >= 2**15 and n & (n - 1) == 0 and r >= 8 and n * p >= 3 * 2**15
        return None if strong else f"ADMIN_PASS_HASH: scrypt below 32768:8:3. {_MAKE_ONE}"
    if found := _PBKDF2.fullmatch(hashed):
        strong = int(found[1]) >= 600_000
        return None if strong else f"ADMIN_PASS_HASH: pbkdf2 below 600,000 rounds. {_MAKE_ONE}"
    if found := _ARGON2.fullmatch(hashed):
        m, t, p = map(int, found.groups())
        strong = m >= 19 * 1024 and t >= 2 and p >= 1
        return None if strong else f"ADMIN_PASS_HASH: argon2id below m=19456,t=2,p=1. {_MAKE_ONE}"
    if _SHA256.fullmatch(hashed):
        if allow_sha256:
            return None
        return (
            "ADMIN_PASS_HASH is a bare SHA-256, which a stolen copy gives away in minutes. "
            f"{_MAKE_ONE} To start with it once more, set SCC_ALLOW_SHA256=1."
        )
    return (
        "ADMIN_PASS_HASH is no hash that SCC knows; a shell may have cut it at a '$'. " + _MAKE_ONE
    )


def is_bare_sha256(hashed: str) -> bool:
    return _SHA256.fullmatch(hashed) is not None


def verify(hashed: str, password: str) -> bool:
    """Whether the password is the one hashed. Takes about 0.3 s for a strong hash."""
    if hashed.startswith("$argon2id$"):
        return _verify_argon2(hashed, password)
    if is_bare_sha256(hashed):
        digest = hashlib.sha256(password.encode()).hexdigest()
        return hmac.compare_digest(digest, hashed.lower())
    return check_password_hash(hashed, password)


def _verify_argon2(hashed: str, password: str) -> bool:
    # Imported here: cryptography costs the cold start and few hashes are argon2id.
    from cryptography.exceptions import InvalidKey
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    try:
        Argon2id.verify_phc_encoded(password.encode(), hashed)
    except InvalidKey:
        return False
    return True
