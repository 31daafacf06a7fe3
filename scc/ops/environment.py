"""A function's variables: which are secret, whether they are fit, how much of them fits. Pure.

No value ever gets into a message: the names say enough.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from scc.config import read_settings
from scc.errors import ConfigError
from scc.ops.trouble import Trouble

Variables = Mapping[str, str]

LIMIT: Final = 4096
"""Bytes that all variables of a function may take: Lambda's quota "4 KB, in aggregate". What it
measures is their JSON, as its own refusal says ("String measured: {…}")."""

SECRETS: Final[dict[str, str]] = {
    "SECRET_KEY": "signs cookies and forms",
    "SECRET_KEY_FALLBACKS": "the keys before it, still taken",
    "ADMIN_PASS_HASH": "of the admin password",
    "SCC_SEAL_KEYS": "seal the ledger; only ever added to",
    "SCC_EDGE_SECRETS": "what the edge proves itself with",
    "GMAIL_SERVICE_ACCOUNT_JSON": "the account that mail goes out by",
    "GMAIL_TOKEN": "its token",
    "GMAIL_SENDER_EMAIL": "its address",
}
"""All that is set by the `flask secrets` commands, and what each is."""

NEEDED: Final = ("SECRET_KEY", "ADMIN_PASS_HASH", "SCC_SEAL_KEYS")
"""Without these the app does not start."""


class Unfit(Trouble):
    """Variables that are not put on a function; `str(error)` says what to do."""


def size(variables: Variables) -> int:
    """Bytes, as Lambda measures them."""
    text = json.dumps(dict(variables), ensure_ascii=False, separators=(",", ":"))
    return len(text.encode())


def refuse_too_much(variables: Variables) -> None:
    """Raise Unfit where Lambda would refuse them, for their size."""
    taken = size(variables)
    if taken > LIMIT:
        largest = sorted(variables, key=lambda name: -len(variables[name]))[:3]
        raise Unfit(
            f"With this all variables take {taken} bytes, {taken - LIMIT} more than the {LIMIT} "
            f"that Lambda has for them. The largest are {', '.join(largest)}."
        )


def problems(variables: Variables) -> list[str]:
    """What would keep the app from starting with them."""
    try:
        read_settings(variables)
    except ConfigError as error:
        return error.problems
    return []


def problems_with(name: str, variables: Variables) -> list[str]:
    """Those that are about this variable; of Gmail's too, without which the app would start."""
    found = [text for text in problems(variables) if re.search(rf"\b{name}\b", text)]
    value = variables.get(name, "")
    if value and name in _CHECKS and not _CHECKS[name](value):
        found.append(f"{name} {_SHAPES[name]}")
    return found


def _is_service_account(value: str) -> bool:
    found = _object(value)
    return {"client_email", "private_key"} <= found.keys() if found else False


def _object(value: str) -> dict[str, Any]:
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


_CHECKS: Final[dict[str, Callable[[str], bool]]] = {
    "GMAIL_SERVICE_ACCOUNT_JSON": _is_service_account,
    "GMAIL_TOKEN": lambda value: bool(_object(value)),
}
_SHAPES: Final = {
    "GMAIL_SERVICE_ACCOUNT_JSON": "is the key file that Google gives for a service account: JSON.",
    "GMAIL_TOKEN": "is the token file that Google's library writes: a JSON object.",
}


def without_spaces(value: str) -> str:
    """A JSON text as short as it can be said; anything else without spaces around it."""
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return value.strip()
    if not isinstance(found, dict | list):
        return value.strip()
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def listed(value: str | None) -> list[str]:
    """A JSON list of texts; nothing where there is none."""
    try:
        found = json.loads(value or "[]")
    except (ValueError, RecursionError):
        return []
    return [text for text in found if isinstance(text, str)] if isinstance(found, list) else []


def as_list(values: list[str]) -> str:
    return json.dumps(values, separators=(",", ":"))


def differences(before: Variables, after: Variables) -> list[str]:
    """What changed, in names: `SCC_TIMEZONE is new`."""
    words = []
    for name in sorted(before.keys() | after.keys()):
        if name not in before:
            words.append(f"{name} is new")
        elif name not in after:
            words.append(f"{name} is gone")
        elif before[name] != after[name]:
            words.append(f"{name} is another")
    return words


def going_back(then: Variables, now: Variables, rotated: set[str]) -> dict[str, str]:
    """The variables of an earlier release, but what was rotated since stays as it is.

    A key that was replaced because somebody had it must not come alive again. Seal keys are only
    ever added: what was sealed since is still checked.
    """
    back = {name: value for name, value in then.items() if name not in rotated}
    back |= {name: now[name] for name in rotated if name in now}
    if seals := _joined(then.get("SCC_SEAL_KEYS", ""), now.get("SCC_SEAL_KEYS", "")):
        back["SCC_SEAL_KEYS"] = seals
    return back


def _joined(then: str, now: str) -> str:
    """All seal keys of both; the very text of one that has them all."""
    keys = {**_object(then), **_object(now)}
    for text in (now, then):
        if _object(text) == keys:
            return text
    return json.dumps(keys, separators=(",", ":"))
