"""Where a booking's event is, what a system's columns are, and files on their way in."""

import base64
import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from scc.audit.model import iso
from scc.aws import ABSENT, Change, Database, Item, Put, Write, side_by_side
from scc.bookings.csv_file import Line
from scc.context import Context
from scc.errors import NotFound, Refused
from scc.events import store as events
from scc.events.model import Event, Ref
from scc.events.sources import Source
from scc.tables import EVENTS, LEDGER, STATE, Table

# Which event a booking is


def _guard_key(source: Source) -> Item:
    return {"pk": f"source#{source.site}#{source.ref}", "sk": "source"}


def guard(source: Source, slug: str, timestamp: int) -> Put:
    """One booking is one event, whoever says so first."""
    return Put(STATE, {**_guard_key(source), "event_id": slug, "timestamp": timestamp})


def event_of(ctx: Context, source: Source) -> Event | None:
    """The event of a booking, read consistently; None where it never came in.

    Refused where its event is gone.
    """
    ref = named(ctx.db, source)
    if ref is None:
        return None
    try:
        return events.load(ctx, ref)
    except NotFound as error:
        raise gone(ref) from error


def named(db: Database, source: Source) -> Ref | None:
    """What the event of a booking is called, be it there or gone."""
    found = db.get(STATE, _guard_key(source))
    return _ref(found) if found else None


def gone(ref: Ref) -> Refused:
    return Refused(f"It was here as {ref.slug}, and that event is gone from the table.")


def _ref(guard: Item) -> Ref:
    return Ref(guard["event_id"], int(guard["timestamp"]))


def events_of(ctx: Context, sources: Iterable[Source]) -> dict[Source, Event | Ref]:
    """Of many bookings those that came in, each with its event, or its name where that is gone."""
    keys = {(key["pk"]): key for key in map(_guard_key, sources)}
    guards = _many(ctx, STATE, list(keys.values()))
    refs = {item["pk"]: _ref(item) for item in guards}
    found = _many(
        ctx,
        EVENTS,
        [{"event_id": slug, "timestamp": when} for slug, when in sorted(set(refs.values()))],
    )
    by_ref = {
        Ref(event.slug, event.timestamp): event
        for event in (Event.from_item(item, ctx.settings.timezone) for item in found)
    }
    return {_source(pk): by_ref.get(ref, ref) for pk, ref in refs.items()}


def _many(ctx: Context, table: Table, keys: Sequence[Item]) -> list[Item]:
    """Those that exist, by the hundred, side by side."""
    lots = [keys[first : first + 100] for first in range(0, len(keys), 100)]
    found = side_by_side(lambda lot: ctx.db.get_many(table, lot), lots)
    return [item for items in found for item in items]


def _source(pk: str) -> Source:
    _, site, ref = pk.split("#", 2)
    return Source(site, ref)


def last_answer(ctx: Context, event: Event, field: str) -> Item | None:
    """The record of how a question about a field was answered last."""
    rows = ctx.db.query(LEDGER, event.ledger, since="audit#", before="audit$")
    answers = [row for row in rows if row["kind"] == "booking.answered" and row["field"] == field]
    return answers[-1] if answers else None


# What the columns of a system are


@dataclass(frozen=True)
class Remembered:
    """What somebody said of a system's columns: by a column's plain name its field."""

    columns: Mapping[str, str] = field(default_factory=dict)
    day_first: bool = False
    version: int = 0


_SITES: Final = "booking-sites"


def remembered(ctx: Context, site: str) -> Remembered:
    item = ctx.db.get(STATE, {"pk": _SITES, "sk": site}) or {}
    columns = {name: str(value) for name, value in item.get("columns", {}).items()}
    return Remembered(columns, item.get("day_first") is True, int(item.get("version", 0)))


def sites(ctx: Context) -> list[str]:
    """Those whose columns are known."""
    return [item["sk"] for item in ctx.db.query(STATE, _SITES)]


def remember(site: str, known: Remembered) -> Change:
    """`known` with the version that it was read with."""
    return Change(
        STATE,
        {"pk": _SITES, "sk": site},
        set={
            "columns": dict(known.columns),
            "day_first": known.day_first,
            "version": known.version + 1,
        },
        expect={"version": known.version or ABSENT},
        must_exist=False,
    )


# Files on their way in


_IMPORTS: Final = "imports"
KEPT: Final = timedelta(days=14)
_PIECE: Final = 240_000
"""Characters of a piece of a file: an item holds 400 KB."""


@dataclass(frozen=True)
class Import:
    """A file that was sent, and how far it has come. `row`: the next one to be taken in."""

    id: str
    site: str
    file: str
    headers: tuple[str, ...]
    rows: int
    pieces: int
    by: str
    at: str
    row: int = 0
    started: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    version: int = 1

    @property
    def done(self) -> bool:
        return self.started and self.row >= self.rows

    def item(self, ctx: Context) -> Item:
        values = {**vars(self), "headers": list(self.headers), "counts": dict(self.counts)}
        values.pop("id")
        return {"pk": _IMPORTS, "sk": self.id, **values, "expires": _expires(ctx, self.at)}

    @classmethod
    def from_item(cls, item: Item) -> "Import":
        return cls(
            id=item["sk"],
            site=item["site"],
            file=item["file"],
            headers=tuple(item["headers"]),
            rows=int(item["rows"]),
            pieces=int(item["pieces"]),
            by=item["by"],
            at=item["at"],
            row=int(item["row"]),
            started=bool(item["started"]),
            counts={name: int(count) for name, count in item["counts"].items()},
            version=int(item["version"]),
        )


def _expires(ctx: Context, at: str) -> int:
    return int((datetime.fromisoformat(at) + KEPT).timestamp())


def load(ctx: Context, id_: str) -> Import:
    """NotFound where there is none, or it was too long ago."""
    item = ctx.db.get(STATE, {"pk": _IMPORTS, "sk": id_})
    if item is None or item["expires"] <= ctx.now().timestamp():
        raise NotFound("There is no such file any more: files are kept for 14 days. Send it again.")
    return Import.from_item(item)


def recent(ctx: Context) -> list[Import]:
    """The newest first."""
    now = ctx.now().timestamp()
    items = [item for item in ctx.db.query(STATE, _IMPORTS) if item["expires"] > now]
    return sorted(map(Import.from_item, items), key=lambda one: (one.at, one.id), reverse=True)


def keep(ctx: Context, one: Import, lines: Sequence[Line]) -> Import:
    """Keep a file in pieces; the row that names it is written last. Twice is once."""
    pieces = _packed([[line.number, *line.cells] for line in lines])
    one = replace(one, rows=len(lines), pieces=len(pieces))
    for number, text in enumerate(pieces):
        ctx.db.write(_piece(ctx, one, f"piece#{number:04}", text))
    ctx.db.write(Put(STATE, one.item(ctx)))
    return one


def _piece(ctx: Context, one: Import, name: str, text: str) -> Put:
    key = {"pk": f"import#{one.id}", "sk": name}
    return Put(STATE, {**key, "text": text, "expires": _expires(ctx, one.at)}, replace=True)


def _packed(content: Any) -> list[str]:
    text = base64.b64encode(gzip.compress(json.dumps(content).encode(), mtime=0)).decode()
    return [text[first : first + _PIECE] for first in range(0, len(text), _PIECE)]


def _unpacked(pieces: Iterable[str]) -> Any:
    return json.loads(gzip.decompress(base64.b64decode("".join(pieces))))


def lines(ctx: Context, one: Import) -> list[Line]:
    """The file's lines, as they were sent."""
    items = ctx.db.query(STATE, f"import#{one.id}", since="piece#", before="piece$")
    return [
        Line(number, tuple(cells))
        for number, *cells in _unpacked(item["text"] for item in items[: one.pieces])
    ]


@dataclass(frozen=True)
class Fate:
    """What became of a row, or will. `what`: one of `imports.FATES`; `ref` of its event."""

    line: int
    what: str
    words: str = ""
    ref: str = ""


def fates(ctx: Context, one: Import) -> list[Fate]:
    """Of the rows taken in so far, in their order."""
    items = ctx.db.query(STATE, f"import#{one.id}", since="fates#", before="fates$")
    return [Fate(*row) for item in items for row in _unpacked([item["text"]])]


def advance(ctx: Context, one: Import, found: Sequence[Fate]) -> tuple[Import, list[Write]]:
    """The file with so many more rows done, if nobody else was quicker; the writes of it."""
    counts = dict(one.counts)
    for fate in found:
        counts[fate.what] = counts.get(fate.what, 0) + 1
    later = replace(
        one, row=one.row + len(found), started=True, counts=counts, version=one.version + 1
    )
    (text,) = _packed([list(vars(fate).values()) for fate in found])
    change = Change(
        STATE,
        {"pk": _IMPORTS, "sk": one.id},
        set={"row": later.row, "started": True, "counts": counts, "version": later.version},
        expect={"version": one.version},
    )
    return later, [change, _piece(ctx, one, f"fates#{one.row:06}", text)]


def new_import(
    ctx: Context, id_: str, site: str, file: str, headers: Sequence[str], by: str
) -> Import:
    return Import(id_, site, file, tuple(headers), 0, 0, by, iso(ctx.now()))
