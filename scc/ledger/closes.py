"""A close: the money of a day or a week, counted. One row that names every row it counted. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from scc.audit.model import Actor, canonical

Item = dict[str, Any]

CLOSES: Final = "office#closes"
"""The partition of all closes, numbered without gaps from 1."""


@dataclass(frozen=True)
class Count:
    """One method's part of a close. US cents, tips included; below 0: more went out than came.

    `counted`: what was in the drawer, on the terminal, or ticked one by one.
    """

    method: str
    expected_cents: int
    counted_cents: int
    reason: str = ""
    """Why the two differ, or why a row was not ticked."""
    unticked: tuple[str, ...] = ()
    """Names of rows that nobody could confirm."""

    @property
    def difference_cents(self) -> int:
        return self.counted_cents - self.expected_cents

    @property
    def differs(self) -> bool:
        return bool(self.difference_cents or self.unticked)


@dataclass(frozen=True)
class Close:
    """What was counted, by whom, and from which rows. Never changed once written."""

    number: int
    id: str
    at: str
    """When it was made, UTC."""
    actor: Actor
    since: str
    """When the close before it was made; of the first one, where it began."""
    until: str
    """When the rows were listed for whoever counted."""
    open_from: str
    """The boat's day from which rows may lie that no close has counted yet."""
    counts: tuple[Count, ...]
    rows: tuple[str, ...]
    """Names of the rows it counted, sorted: `pk|sk`."""
    hash: str
    """`rows_hash` of those rows."""
    item: Item = field(default_factory=dict, repr=False, hash=False, compare=False)

    @property
    def expected_cents(self) -> int:
        return sum(count.expected_cents for count in self.counts)

    @property
    def counted_cents(self) -> int:
        return sum(count.counted_cents for count in self.counts)

    @property
    def differs(self) -> bool:
        return any(count.differs for count in self.counts)

    def as_item(self) -> Item:
        """As it is stored."""
        return {
            "pk": CLOSES,
            "sk": close_key(self.number),
            "kind": "close",
            "number": self.number,
            "id": self.id,
            "at": self.at,
            "actor": self.actor.item(),
            "since": self.since,
            "until": self.until,
            "open_from": self.open_from,
            "counts": [_count_item(count) for count in self.counts],
            "rows": list(self.rows),
            "hash": self.hash,
        }

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> "Close":
        return cls(
            number=int(item["number"]),
            id=item["id"],
            at=item["at"],
            actor=Actor(**item["actor"]),
            since=item["since"],
            until=item["until"],
            open_from=item["open_from"],
            counts=tuple(map(_count, item["counts"])),
            rows=tuple(item["rows"]),
            hash=item["hash"],
            item=dict(item),
        )


def close_key(number: int) -> str:
    return f"close#{number:06}"


def row_name(item: Mapping[str, Any]) -> str:
    """What a close calls a row."""
    return f"{item['pk']}|{item['sk']}"


def rows_hash(rows: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256, in hex, over the rows' canonical forms, seals included, in the order of their
    names (by code point), each followed by a line feed."""
    digest = hashlib.sha256()
    for row in sorted(rows, key=row_name):
        digest.update(canonical(row) + b"\n")
    return digest.hexdigest()


def _count_item(count: Count) -> Item:
    return {**vars(count), "unticked": list(count.unticked)}


def _count(item: Mapping[str, Any]) -> Count:
    return Count(
        method=item["method"],
        expected_cents=int(item["expected_cents"]),
        counted_cents=int(item["counted_cents"]),
        reason=item["reason"],
        unticked=tuple(item["unticked"]),
    )
