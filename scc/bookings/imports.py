"""A file of bookings: looked at, then taken in, some rows at a time."""

import contextlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from scc.audit import store as audit
from scc.audit.model import Origin
from scc.aws import deadline, side_by_side, time_left
from scc.bookings import csv_file, service, store
from scc.bookings.adopt import adopt_new
from scc.bookings.columns import Columns, map_columns, recognised
from scc.bookings.model import Booking, change_in_words, here, in_words, judge
from scc.bookings.rows import Reading, Row, guess_day_first, read_rows
from scc.bookings.store import Fate, Import, Remembered
from scc.company import store as settings
from scc.company.model import Company
from scc.context import Context
from scc.errors import ConditionFailed, Invalid, Outdated, Refused, Unavailable, Unconfirmed
from scc.events.model import Event, Ref
from scc.events.sources import Source, site_name

BROKEN: Final = "broken"
WAITS: Final = "waits"
NO_BOOKING: Final = "none"

FATES: Final[Mapping[str, str]] = {
    service.CREATED: "New",
    service.CHANGED: "Changed",
    service.ASKED: "A question",
    service.SAME: "Nothing new",
    service.OFF: "Cancelled there, never here",
    WAITS: "Not confirmed there yet",
    NO_BOOKING: "No booking, or the same row again",
    BROKEN: "Can’t be read",
}
"""What becomes of a row, in words."""

_AT_ONCE: Final = 32
"""Rows between two looks at the clock."""
_SECONDS: Final = 3.5
"""In which rows are begun; a request has 10 in all."""
_FOR_THE_END: Final = 3.0
"""Seconds of the request that rows may not use: to say how far it is."""
_FOR_A_ROW: Final = 6.0
"""With fewer seconds left no more rows are begun."""


# A file comes


def receive(ctx: Context, id_: str, site: str, name: str, content: bytes, by: str) -> Import:
    """Keep a file to be looked at; with an id used before, what came then. ValueError: no CSV.

    What another writer has put into the table is taken over first, so that its bookings are known.
    """
    known = store.remembered(ctx, site)
    table = csv_file.read(content, lambda cells: recognised(cells, known.columns))
    adopt_new(ctx.db, ctx.settings.timezone)
    one = store.new_import(ctx, id_, site, name[-80:], table.headers, by)
    try:
        return store.keep(ctx, one, table.lines)
    except ConditionFailed:
        return store.load(ctx, id_)


@dataclass(frozen=True)
class Mapped:
    """What the columns of a file are taken for, and how somebody said so last."""

    columns: Columns
    known: Remembered
    day_first: bool


def mapped(ctx: Context, one: Import, lines: Sequence[csv_file.Line]) -> Mapped:
    known = store.remembered(ctx, one.site)
    columns = map_columns(one.headers, known.columns)
    place = columns.place("date")
    dates = [] if place is None else [line.cells[place] for line in lines]
    return Mapped(columns, known, known.day_first if known.version else guess_day_first(dates))


def remember(
    ctx: Context, one: Import, columns: Mapping[str, str], day_first: bool, origin: Origin
) -> None:
    """Keep what the columns of that system are, by their plain names, for every file to come."""
    for _ in range(3):
        known = store.remembered(ctx, one.site)
        wanted = replace(known, columns={**known.columns, **columns}, day_first=day_first)
        if (wanted.columns, wanted.day_first, bool(known.version)) == (
            known.columns,
            known.day_first,
            True,
        ):
            return
        fields = {"site": one.site, "columns": dict(columns), "day_first": day_first}
        record = audit.record(ctx, audit.office_partition(ctx), "bookings.mapped", origin, **fields)
        with contextlib.suppress(ConditionFailed):
            ctx.db.transact([store.remember(one.site, wanted), record])
            return
    raise Refused("Somebody else said so at the same moment. Look and press again.")


def rows_of(ctx: Context, one: Import, lines: Sequence[csv_file.Line], found: Mapped) -> list[Row]:
    reading = Reading(one.site, found.columns, found.day_first, ctx.settings.timezone)
    return read_rows(lines, reading)


# What each row will do


def foretell(ctx: Context, rows: Sequence[Row]) -> list[Fate]:
    """What each row would do now. Writes nothing."""
    known = store.events_of(ctx, (row.booking.source for row in rows if row.booking))
    company = settings.load(ctx)
    return [_foretold(ctx, company, row, known) for row in rows]


def _foretold(
    ctx: Context, company: Company, row: Row, known: Mapping[Source, Event | Ref]
) -> Fate:
    if row.booking is None:
        return _without_booking(row)
    event = known.get(row.booking.source)
    if isinstance(event, Ref):
        return Fate(row.line.number, BROKEN, str(store.gone(event)))
    try:
        service.refuse_unfit(ctx, company, row.booking, event)
    except Invalid as error:
        return Fate(row.line.number, BROKEN, str(error))
    if event is None:
        what = service.OFF if row.booking.cancelled else service.CREATED
        return Fate(row.line.number, what, _new(row.booking))
    verdict = judge(row.booking, event, ctx.settings.timezone)
    return _told(ctx, row, service.Taken(service.outcome(verdict), event, verdict), event)


def _without_booking(row: Row) -> Fate:
    if row.wrong:
        return Fate(row.line.number, BROKEN, row.wrong)
    return Fate(row.line.number, WAITS if row.waits else NO_BOOKING)


def _new(booking: Booking) -> str:
    """`Mary Fischer, Sat 23 May 2026, 6:30 pm, 8 guests, $450`."""
    said = booking.said
    guests = booking.guests
    parts = [
        booking.name,
        in_words("when", said["when"]),
        f"{guests} {'guest' if guests == 1 else 'guests'}" if guests else "",
        in_words("price", booking.price_cents) if booking.price_cents else "",
        f"{in_words('paid', booking.paid_cents)} paid there" if booking.paid_cents else "",
    ]
    return ", ".join(part for part in parts if part)


def _told(ctx: Context, row: Row, taken: service.Taken, before: Event | None) -> Fate:
    booking = row.booking
    if booking is None or taken.event is None or taken.verdict is None or before is None:
        words = _new(booking) if booking else ""
        return Fate(row.line.number, taken.what, words, str(taken.event.ref) if taken.event else "")
    now = here(before, ctx.settings.timezone)
    changes = [change_in_words(name, now[name], to) for name, to in taken.verdict.take.items()]
    asks = [change_in_words(name, now[name], to) + "?" for name, to in taken.verdict.ask.items()]
    return Fate(
        row.line.number, taken.what, "; ".join([*changes, *asks]), str(taken.event.exact_ref)
    )


# Taking them in


def apply_some(ctx: Context, one: Import, origin: Origin, seconds: float = _SECONDS) -> Import:
    """Take in as many of the rows to come as there is time for; twice at once is once.

    Raises Outdated where somebody else was quicker, and Unconfirmed.
    """
    if one.done:
        return one
    lines = store.lines(ctx, one)
    found = mapped(ctx, one, lines)
    if not found.columns.is_fit:
        raise Refused("Say first what the columns are.")
    rows = rows_of(ctx, one, lines, found)
    until = time.monotonic() + seconds
    fates: list[Fate] = []
    while one.row + len(fates) < one.rows and (not fates or _has_time(until)):
        first = one.row + len(fates)
        try:
            with deadline(time_left() - _FOR_THE_END):
                some = take_rows(ctx, rows[first : first + _AT_ONCE], origin, one.at)
        except (Unavailable, Unconfirmed):
            if not fates:
                raise
            break
        fates += some
        if len(some) < _AT_ONCE:
            break
    later, writes = store.advance(ctx, one, fates)
    if later.done:
        told = {"site": one.site, "file": one.file, "counts": dict(later.counts)}
        record = audit.record(ctx, audit.office_partition(ctx), "bookings.imported", origin, **told)
        writes = [*writes, record]
    try:
        ctx.db.transact(writes)
    except ConditionFailed as error:
        raise Outdated from error
    return later


def _has_time(until: float) -> bool:
    return time.monotonic() < until and time_left() > _FOR_A_ROW


def take_rows(ctx: Context, rows: Sequence[Row], origin: Origin, since: str) -> list[Fate]:
    """Take some rows in, side by side; what became of each, up to the first that could not be
    confirmed in time. Raises Unavailable or Unconfirmed where that is the first of all.

    `since`: when the file came; what was created after that is new, also if it is tried again.
    """
    known = store.events_of(ctx, (row.booking.source for row in rows if row.booking))

    def take(row: Row) -> Fate | Unavailable | Unconfirmed:
        if row.booking is None:
            return _without_booking(row)
        before = known.get(row.booking.source)
        try:
            if isinstance(before, Ref):
                raise store.gone(before)
            taken = service.take_in(ctx, row.booking, origin, before)
        except (Invalid, Refused) as error:
            return Fate(row.line.number, BROKEN, str(error))
        except (Unavailable, Unconfirmed) as error:
            return error
        if taken.what == service.SAME and taken.event and _is_new(taken.event, since):
            taken = service.Taken(service.CREATED, taken.event)
        return _told(ctx, row, taken, before)

    fates: list[Fate] = []
    for found in side_by_side(take, rows):
        if not isinstance(found, Fate):
            if not fates:
                raise found
            break
        fates.append(found)
    return fates


def _is_new(event: Event, since: str) -> bool:
    return event.version == 1 and str(event.item.get("created_at", "")) >= since


# What goes back


def all_fates(ctx: Context, one: Import, rows: Sequence[Row]) -> list[Fate]:
    """Of every row: what became of it, or what it will do."""
    done = store.fates(ctx, one) if one.started else []
    return [*done, *foretell(ctx, rows[len(done) :])]


def broken_csv(one: Import, lines: Sequence[csv_file.Line], fates: Sequence[Fate]) -> str:
    """The rows that can't be read, as they came, and why: to be mended and sent again."""
    wrong = {fate.line: fate.words for fate in fates if fate.what == BROKEN}
    return csv_file.written(
        [*one.headers, "What is wrong"],
        [[*line.cells, wrong[line.number]] for line in lines if line.number in wrong],
    )


def rows_csv(fates: Sequence[Fate]) -> str:
    """Every row's fate."""
    return csv_file.written(
        ["Line", "What", "Details", "Event"],
        [[str(fate.line), FATES[fate.what], fate.words, fate.ref] for fate in fates],
    )


def title(one: Import) -> str:
    return f"{one.file} from {site_name(one.site)}"
