"""A weather call: what becomes of each of a day's sails, and how far it has come. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Any, Final

from scc.audit.model import fingerprint
from scc.events.model import Ref, parse_hour, parse_ref, slug_date

Item = dict[str, Any]

HOLD: Final = "hold"
MOVE: Final = "move"
CANCEL: Final = "cancel"
GO: Final = "go"

WHAT: Final[Mapping[str, str]] = {
    HOLD: "Hold it",
    MOVE: "Move it",
    CANCEL: "Cancel it",
    GO: "It sails as planned",
}

OPEN: Final = "open"
DONE: Final = "done"
UNDOING: Final = "undoing"
UNDONE: Final = "undone"


@dataclass(frozen=True)
class Choice:
    """What is to become of one sail. `version`: as whoever chose saw it."""

    ref: Ref
    version: int
    what: str
    until: time | None = None
    """Of a hold."""
    day: date | None = None
    """Of a move."""
    hour: time | None = None

    def item(self) -> Item:
        values: Item = {
            "ref": str(self.ref),
            "version": self.version,
            "what": self.what,
            "until": _clock(self.until),
            "day": self.day.isoformat() if self.day else "",
            "hour": _clock(self.hour),
        }
        return {name: value for name, value in values.items() if value != ""}

    @classmethod
    def from_item(cls, item: Item) -> "Choice":
        return cls(
            ref=parse_ref(item["ref"]),
            version=int(item["version"]),
            what=item["what"],
            until=parse_hour(item.get("until")),
            day=slug_date(item.get("day", "")),
            hour=parse_hour(item.get("hour")),
        )


def _clock(hour: time | None) -> str:
    return hour.strftime("%H:%M") if hour else ""


def mark_of(choices: Sequence[Choice], reason: str) -> str:
    """Stands for what was chosen: what is done is what was looked at."""
    told = {"reason": reason, "choices": [one.item() for one in choices]}
    return fingerprint(told)[:16]


@dataclass(frozen=True)
class Told:
    """A letter that the call wrote, and the sails it tells of."""

    about: str
    sort: str
    refs: tuple[str, ...]

    def item(self) -> Item:
        return {"about": self.about, "sort": self.sort, "refs": list(self.refs)}


@dataclass(frozen=True)
class Call:
    """The record of a call. `results` by the choice's number: empty where it is done, else why not.

    `undo` are the numbers that are being taken back.
    """

    day: date
    id: str
    """Of the form that made it."""
    at: str
    by: str
    reason: str
    choices: tuple[Choice, ...]
    state: str = OPEN
    results: Mapping[int, str] = field(default_factory=dict)
    was: Mapping[int, Item] = field(default_factory=dict)
    """What a sail had before, of the attributes that the call changed."""
    letters: tuple[Told, ...] = ()
    undo: tuple[int, ...] = ()
    undone: Mapping[int, str] = field(default_factory=dict)

    @property
    def key(self) -> Item:
        return {"pk": partition(self.day), "sk": self.id}

    @property
    def left(self) -> list[int]:
        """Numbers of the choices that nothing has come of yet."""
        return [n for n in range(len(self.choices)) if n not in self.results]

    def is_done(self, number: int) -> bool:
        return self.results.get(number) == ""

    def with_result(self, number: int, why: str) -> "Call":
        return replace(self, results={**self.results, number: why})

    def item(self) -> Item:
        return {
            **self.key,
            "at": self.at,
            "by": self.by,
            "reason": self.reason,
            "choices": [choice.item() for choice in self.choices],
            "state": self.state,
        }

    @classmethod
    def from_item(cls, item: Item) -> "Call":
        return cls(
            day=date.fromisoformat(item["pk"].partition("#")[2]),
            id=item["sk"],
            at=item["at"],
            by=item["by"],
            reason=item["reason"],
            choices=tuple(map(Choice.from_item, item["choices"])),
            state=item["state"],
            results=_numbered(item, "result"),
            was=_numbered(item, "was"),
            letters=tuple(
                Told(one["about"], one["sort"], tuple(one["refs"]))
                for one in item.get("letters", [])
            ),
            undo=tuple(int(number) for number in item.get("undo", [])),
            undone=_numbered(item, "undone"),
        )


def _numbered(item: Item, name: str) -> dict[int, Any]:
    """Attributes `result#0`, `result#1` …: each is written by itself, with what it tells of."""
    prefix = f"{name}#"
    return {int(k.removeprefix(prefix)): v for k, v in item.items() if k.startswith(prefix)}


def partition(day: date) -> str:
    return f"weather#{day.isoformat()}"


def blocked(letters: Sequence[Told], gone: Sequence[Told]) -> frozenset[str]:
    """The sails that can't be taken back as they were: told in a letter that has left, or beside
    one of those in a letter that has not."""
    found = {ref for one in gone for ref in one.refs}
    while more := {ref for one in letters if found & {*one.refs} for ref in one.refs} - found:
        found |= more
    return frozenset(found)
