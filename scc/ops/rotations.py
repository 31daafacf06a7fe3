"""What becomes of a function's variables when a secret rotates: grace first, then the old one dies.

Pure, but for the chance in a new key.
"""

import json
import secrets
from collections.abc import Callable
from typing import Final

from scc.ops.environment import Unfit, Variables, as_list, listed

Change = Callable[[Variables], dict[str, str]]

_FALLBACKS: Final = "SECRET_KEY_FALLBACKS"
_KEYS: Final = 2


def new_key() -> str:
    return secrets.token_urlsafe(36)


def _rotate_key(_: str) -> Change:
    new = new_key()

    def change(now: Variables) -> dict[str, str]:
        before = [now.get("SECRET_KEY", ""), *listed(now.get(_FALLBACKS))]
        kept = [key for key in before if key][:_KEYS]
        return {**now, "SECRET_KEY": new, _FALLBACKS: as_list(kept)}

    return change


def _rotate_edge(name: str) -> Change:
    new = new_key()

    def change(now: Variables) -> dict[str, str]:
        before = listed(now.get(name))
        if len(before) == _KEYS:
            raise Unfit("A rotation is under way: end it by 'secrets retire' first.")
        return {**now, name: as_list([new, *before])}

    return change


def _rotate_seal(name: str) -> Change:
    """A new key goes to the end, where it seals. The others stay: what they sealed is checked."""
    new = new_key()

    def change(now: Variables) -> dict[str, str]:
        keys = json.loads(now.get(name) or "{}")
        numbers = [int(key[1:]) for key in keys if key[0] == "k" and key[1:].isdigit()]
        return {**now, name: json.dumps({**keys, f"k{max(numbers, default=0) + 1}": new})}

    return change


ROTATIONS: Final[dict[str, tuple[list[str], Callable[[str], Change], str]]] = {
    "SECRET_KEY": (
        ["SECRET_KEY", _FALLBACKS],
        _rotate_key,
        "Who is signed in stays so. A day later: 'flask --app wsgi secrets "
        "retire {stage} SECRET_KEY'.",
    ),
    "SCC_EDGE_SECRETS": (
        ["SCC_EDGE_SECRETS"],
        _rotate_edge,
        "The app takes both. Have the edge send the new one: 'flask --app wsgi edge apply'. Then: "
        "'flask --app wsgi secrets retire {stage} SCC_EDGE_SECRETS'.",
    ),
    "SCC_SEAL_KEYS": (["SCC_SEAL_KEYS"], _rotate_seal, "The earlier ones check what they sealed."),
}


def _retire_key(now: Variables) -> dict[str, str]:
    return {name: value for name, value in now.items() if name != _FALLBACKS}


def _retire_edge(now: Variables) -> dict[str, str]:
    return {**now, "SCC_EDGE_SECRETS": as_list(listed(now.get("SCC_EDGE_SECRETS"))[:1])}


RETIREMENTS: Final[dict[str, tuple[list[str], Change]]] = {
    "SECRET_KEY": ([_FALLBACKS], _retire_key),
    "SCC_EDGE_SECRETS": (["SCC_EDGE_SECRETS"], _retire_edge),
}
