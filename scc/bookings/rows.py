"""A line of an export read as a booking, or why it can't be. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from scc.bookings.columns import Columns
from scc.bookings.csv_file import Line
from scc.bookings.model import Booking
from scc.events.sources import LONGEST_REF, Source
from scc.parse import parse_amount, parse_email, parse_line, parse_note

MAX_GUESTS: Final = 500


@dataclass(frozen=True)
class Reading:
    """How a file is to be read: what its columns are, and whether its days come first."""

    site: str
    columns: Columns
    day_first: bool
    zone: ZoneInfo


@dataclass(frozen=True)
class Row:
    """What became of a line: a booking, or what is wrong with it; neither: it is none.

    `waits`: it is not confirmed there yet.
    """

    line: Line
    booking: Booking | None = None
    wrong: str = ""
    waits: bool = False


def read_rows(lines: Sequence[Line], reading: Reading) -> list[Row]:
    """Each line, in its order. Of two with one booking number the first counts."""
    first: dict[str, Row] = {}
    rows = []
    for line in lines:
        row = _read_row(line, reading)
        if row.booking:
            earlier = first.setdefault(row.booking.source.ref, row)
            if earlier is not row:
                row = _again(row, earlier)
        rows.append(row)
    return rows


def _again(row: Row, earlier: Row) -> Row:
    if row.booking == earlier.booking:
        return Row(row.line)
    text = f"The same booking number stands in line {earlier.line.number}, with other details."
    return Row(row.line, wrong=text)


def _read_row(line: Line, reading: Reading) -> Row:
    cells = _Cells(line, reading.columns)
    if not any(cells.text(name) for name in ("ref", "name", "first_name", "date")):
        return Row(line)  # totals, at the end of some exports
    if len(line.cells) > len(reading.columns.headers):
        more = f"{len(line.cells)} cells, and the headers are {len(reading.columns.headers)}"
        return Row(line, wrong=f"This row has {more}: is a comma not in quotation marks?")
    problems: list[str] = []

    def read(name: str, parser: Callable[[str], Any]) -> Any:
        text = cells.text(name)
        try:
            return parser(text) if text else None
        except ValueError as error:
            header = cells.header(name)
            problems.append(f"{header}: {error}" if header else str(error))
            return None

    state = read("status", parse_status)
    ref = read("ref", parse_ref) or ""
    first, last = read("first_name", parse_line) or "", read("last_name", parse_line) or ""
    name = read("name", parse_name) or f"{first} {last}".strip()
    when = read("date", lambda text: parse_when(text, reading.day_first, reading.zone))
    hour = read("time", parse_clock)
    price, paid = read("price", parse_money), read("paid", parse_money)
    due = read("due", parse_money)
    details = {
        "guests": read("guests", parse_guests),
        "email": read("email", parse_email),
        "phone": read("phone", parse_line),
        "notes": read("notes", parse_note),
        "product": read("product", parse_line),
    }
    if not ref and not problems:
        problems.append("It has no booking number.")
    if not name and not problems:
        problems.append("It has no name.")
    if when is None and not problems:
        problems.append("It has no date.")
    if "\0" in "".join(line.cells):
        problems.append("Leave out control characters.")
    if problems or when is None:
        return Row(line, wrong=" ".join(problems))
    if state == WAITING:
        return Row(line, waits=True)
    # Of what is cancelled nothing is due any more, which says nothing of what was paid.
    price, paid = _money(price, paid, None if state == CANCELLED else due)
    booking = Booking(
        Source(reading.site, ref),
        name,
        when[0],
        hour or when[1],
        first_name=first,
        price_cents=price,
        paid_cents=paid,
        cancelled=state == CANCELLED if cells.has("status") else None,
        **details,
    )
    return Row(line, booking)


class _Cells:
    def __init__(self, line: Line, columns: Columns) -> None:
        self._line, self._columns = line, columns

    def text(self, field: str) -> str:
        place = self._columns.place(field)
        return "" if place is None else self._line.cells[place].strip()

    def has(self, field: str) -> bool:
        return self._columns.place(field) is not None

    def header(self, field: str) -> str:
        place = self._columns.place(field)
        return "" if place is None else self._columns.headers[place]


def _money(price: int | None, paid: int | None, due: int | None) -> tuple[int | None, int | None]:
    """Price and paid; where one is not said it follows from what is due. No price is no 0."""
    if paid is None and price is not None and due is not None and due <= price:
        paid = price - due
    if price is None and paid is not None and due is not None:
        price = paid + due
    return price or None, paid


# Parsers of what stands in cells


def parse_ref(text: str) -> str:
    """`#290981542` → `290981542`."""
    ref = parse_line(text.strip().lstrip("#").strip(), LONGEST_REF)
    if not ref:
        raise ValueError("It has no booking number.")
    return ref


def parse_name(text: str) -> str:
    return parse_line(re.sub(r"\s+", " ", text))


CONFIRMED: Final = "confirmed"
CANCELLED: Final = "cancelled"
WAITING: Final = "waiting"
_WORDS: Final[Mapping[str, str]] = {
    CONFIRMED: "confirmed booked paid deposit partial partiallypaid partpaid part unpaid approved "
    "accepted active complete completed checkedin checkedout upcoming past reserved notcancelled "
    "notcanceled no false 0 n ok open redeemed rebooked",
    CANCELLED: "cancelled canceled cancel yes true 1 y void voided refunded declined rejected "
    "expired deleted stop",
    WAITING: "pending pend hold onhold held inquiry enquiry request requested quote quoted "
    "tentative offer offered waitlist waiting wait abandoned draft new",
}
_STATES: Final = {word: state for state, words in _WORDS.items() for word in words.split()}


def parse_status(text: str) -> str:
    """`Cancelled`, `Yes` in a column *Cancelled?*, `PAID`: on, off, or not yet."""
    state = _STATES.get(re.sub(r"[^a-z0-9]", "", text.lower()))
    if state is None:
        raise ValueError(f"“{text[:40]}” is not known: write confirmed, cancelled or pending.")
    return state


def parse_money(text: str) -> int:
    """Cents: `$1,250.00`, `USD 450`, `0`, `-`."""
    bare = re.sub(r"^(US)?\s*\$|^USD\s*\$?|\s*USD$", "", text.strip(), flags=re.IGNORECASE).strip()
    if re.fullmatch(r"-|0+(\.0+)?", bare):
        return 0
    return parse_amount(bare)


def parse_guests(text: str) -> int:
    """`8`, `2 adults, 1 child`, `4.0`: how many in all."""
    numbers = re.findall(r"\d+", re.sub(r"\.0+\b", "", text), re.ASCII)
    count = sum(map(int, numbers)) if len(numbers) <= 20 and text.isprintable() else 0
    if not 1 <= count <= MAX_GUESTS or re.search(r"[.\-–]\s*\d", re.sub(r"\.0+\b", "", text)):
        raise ValueError(f"Write how many guests: a number from 1 to {MAX_GUESTS}.")
    return count


_CLOCK: Final = re.compile(
    r"(\d{1,2})(?::(\d{2}))?(?::\d{2}(?:\.\d+)?)?\s*(?:([ap])\.?\s?m?\.?)?(?![a-z0-9])",
    re.IGNORECASE | re.ASCII,
)


def parse_clock(text: str) -> time:
    """`6:30 PM`, `18:30`, `6pm`; of `6:30 PM - 8:30 PM` the first."""
    found = _CLOCK.match(text.strip())
    rest = text.strip()[found.end() :].strip() if found else ""
    if found and (found[2] or found[3]) and (not rest or re.match(r"[-–—(A-Z]|to\b", rest)):
        hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "p" else 0)
        elif half:
            hour = 24
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise ValueError(f"“{text[:40]}” is no time: write 6:30 PM or 18:30.")


_MONTHS: Final = "janfebmaraprmayjunjulaugsepoctnovdec"
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_FIGURES: Final = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})\b", re.ASCII)
_NAMED: Final = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", re.ASCII)
_NAMED_LATE: Final = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3,9})\.?,?[ -](\d{4})", re.ASCII
)
_WEEKDAY: Final = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? +", re.ASCII)


def parse_when(text: str, day_first: bool, zone: ZoneInfo) -> tuple[date, time | None]:
    """The boat's day and, where it is there, hour: `2026-05-23`, `5/23/2026 6:30 PM`,
    `Sat, May 23, 2026`, `2026-05-24T01:30:00Z`."""
    bare = re.sub(r"\s+", " ", text.strip())
    if re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)", bare):
        try:
            local = datetime.fromisoformat(bare).astimezone(zone)
            return _sane(local.date()), local.time().replace(second=0, microsecond=0)
        except (ValueError, OverflowError) as error:
            raise _no_date(text) from error
    lowered = _WEEKDAY.sub("", bare.lower(), count=1)
    found, parts = _date_parts(lowered, day_first)
    if found is None:
        raise _no_date(text)
    try:
        day = _sane(date(*parts))
    except ValueError as error:
        raise _no_date(text) from error
    rest = lowered[found.end() :].removeprefix("t").strip(" ,@").removeprefix("at ").strip()
    midnight = re.fullmatch(r"00:00(:00)?", rest)
    return day, None if not rest or midnight else parse_clock(rest)


def _date_parts(text: str, day_first: bool) -> tuple[re.Match[str] | None, tuple[int, int, int]]:
    if found := _ISO.match(text):
        return found, (int(found[1]), int(found[2]), int(found[3]))
    if found := _FIGURES.match(text):
        one, two = int(found[1]), int(found[3])
        year = int(found[4]) + (2000 if len(found[4]) == 2 else 0)
        return found, (year, two, one) if day_first else (year, one, two)
    if found := _NAMED.match(text):
        return found, (int(found[3]), _month(found[1]), int(found[2]))
    if found := _NAMED_LATE.match(text):
        return found, (int(found[3]), _month(found[2]), int(found[1]))
    return None, (0, 0, 0)


def _month(name: str) -> int:
    place = _MONTHS.find(name[:3])
    return place // 3 + 1 if place >= 0 and place % 3 == 0 else 0


def _sane(day: date) -> date:
    if not 2000 <= day.year <= 2100:
        raise ValueError("Check the year.")
    return day


def _no_date(text: str) -> ValueError:
    return ValueError(f"“{text[:40]}” is no date that exists: write 2026-05-23 or 5/23/2026.")


def guess_day_first(cells: Sequence[str]) -> bool:
    """Whether a column's dates can only be read with the day ahead: `23/05/2026`."""
    found = [match for cell in cells if (match := _FIGURES.match(cell.strip()))]
    return any(int(match[1]) > 12 for match in found) and all(int(m[3]) <= 12 for m in found)
