"""Rows of the table `waivers`: sealed, each field marked, and named in the ledger with their seal.

The seal shows that a row was touched; the marks say where; the ledger's entry, which the day's
anchor covers, says that a row is gone. Pure.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Any, Final

from scc.audit.model import Item, canonical, sealed

BOOK_KEEPING: Final = frozenset({"marks", "seal"})
KEPT: Final = frozenset({"pk", "sk", "at", "class", "seal"})
"""What is left of a row that was removed: where it was, when, and its seal."""


def marked(item: Item, keys: Mapping[str, str]) -> Item:
    """The row with a keyed mark of each field, sealed over all of it."""
    key_id = list(keys)[-1]
    marks = {name: f"{key_id}:{_mark(name, item, keys[key_id])}" for name in item}
    return sealed(item | {"marks": marks}, keys)


def touched(item: Mapping[str, Any], keys: Mapping[str, str]) -> list[str]:
    """The fields that are not as they were sealed: changed, taken away, or slipped in."""
    marks = item.get("marks")
    if not isinstance(marks, Mapping):
        return ["marks"]
    now = {name: value for name, value in item.items() if name not in BOOK_KEEPING}
    wrong = {name for name in now if name not in marks or not _holds(name, now, marks, keys)}
    return sorted(wrong | (marks.keys() - now.keys()))


def _holds(name: str, item: Mapping[str, Any], marks: Mapping[str, Any], keys: Any) -> bool:
    key_id, _, mark = str(marks[name]).partition(":")
    return key_id in keys and hmac.compare_digest(mark, _mark(name, item, keys[key_id]))


def _mark(name: str, item: Mapping[str, Any], key: str) -> str:
    """Keyed, so that nobody finds a birth date by trying them all."""
    content = canonical({"field": name, "value": item[name]})
    return hmac.new(key.encode(), content, hashlib.sha256).hexdigest()[:16]


def row_name(item: Mapping[str, Any]) -> str:
    return f"{item['pk']}|{item['sk']}"


def seals(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What the ledger keeps of the rows: their names and seals, nothing that was in them."""
    return {row_name(row): str(row["seal"]) for row in rows}
