"""The daily anchor: one hash over a day's rows and over the anchor before. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

Item = dict[str, Any]

ANCHORS: Final = "office#anchors"
"""The partition of all anchors, one a day."""


def anchor_key(day: str) -> str:
    return f"anchor#{day}"


def anchor_hash(previous: str, rows: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256, in hex, over the previous anchor's hash and a line feed, then for each row, in
    the order of pk and sk by code point, `pk|sk|seal` and a line feed. UTF-8."""
    lines = sorted((row["pk"], row["sk"], row["seal"]) for row in rows)
    text = "".join(f"{'|'.join(line)}\n" for line in lines)
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def anchor_item(day: str, at: str, previous: str, rows: list[Item]) -> Item:
    """The anchor of a day, as it is stored, without its seal."""
    return {
        "pk": ANCHORS,
        "sk": anchor_key(day),
        "kind": "anchor",
        "at": at,
        "of_day": day,
        "count": len(rows),
        "previous": previous,
        "hash": anchor_hash(previous, rows),
    }
