"""An export as it comes: its bytes, its lines; and rows that go back to who sent it. Pure."""

import contextlib
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from scc.reports.csv_file import BOM, defused

MAX_BYTES: Final = 4 * 1024 * 1024
"""API Gateway hands Lambda at most 6 MB, and a file goes through it as base64."""
MAX_ROWS: Final = 5_000
MAX_COLUMNS: Final = 200
_LOOKED_AT: Final = 8
"""Lines among which that of the headers is looked for: FareHarbor has a title before it."""
_DELIMITERS: Final = ",;\t|"
_NO_TEXT: Final = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"%PDF",
    b"\xd0\xcf\x11\xe0",
    b"\x1f\x8b",
    b"\x89PNG",
)


@dataclass(frozen=True)
class Line:
    """One line of the file below the headers; `number` as an editor counts it."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    headers: tuple[str, ...]
    lines: tuple[Line, ...]


def read(content: bytes, recognised: Callable[[Iterable[str]], int]) -> Table:
    """The lines of a file; `recognised` says how many cells of a line are known as headers.

    ValueError, with what to do, where it is no CSV file or too large a one.
    """
    text = _decoded(content)
    lines = _best_split(text, recognised)
    first = _header_place(lines, recognised)
    if first is None:
        raise ValueError("There are no columns in this file. Send the export as it is, as CSV.")
    headers = _trimmed(lines[first].cells)
    if len(headers) > MAX_COLUMNS:
        raise ValueError(f"This file has more than {MAX_COLUMNS} columns: is it the right one?")
    rest = tuple(_fitted(line, len(headers)) for line in lines[first + 1 :])
    if len(rest) > MAX_ROWS:
        raise ValueError(f"This file has more than {MAX_ROWS:,} rows. Export a shorter time.")
    if not rest:
        raise ValueError("There are no bookings in this file: it has headers alone.")
    return Table(tuple(header.strip() for header in headers), rest)


def _decoded(content: bytes) -> str:
    if not content.strip(b"\0 \r\n\t"):
        raise ValueError("This file is empty.")
    if content.startswith(_NO_TEXT):
        raise ValueError(
            "This is no CSV file. Export or save it as CSV first: not as xlsx, or zip."
        )
    if len(content) > MAX_BYTES:
        raise ValueError(f"This file is too large: {MAX_BYTES >> 20} MB at most.")
    for encoding in _encodings(content):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _encodings(content: bytes) -> list[str]:
    """What Excel writes: UTF-8 with a mark or without, UTF-16, Windows' own."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return ["utf-16"]
    head = content[:400]
    odd, even = head[1::2].count(0), head[::2].count(0)
    if max(odd, even) * 4 > len(head):
        return ["utf-16-le" if odd > even else "utf-16-be"]
    return ["utf-8-sig", "cp1252"]


def _best_split(text: str, recognised: Callable[[Iterable[str]], int]) -> list[Line]:
    """The lines, split at whichever sign makes the most headers known, then the most columns."""

    def worth(delimiter: str) -> tuple[int, int]:
        head: list[Line] = []
        with contextlib.suppress(csv.Error):  # told where all lines are read
            for line in islice(_each(text, delimiter), _LOOKED_AT):
                head.append(line)
        known = max((recognised(line.cells) for line in head), default=0)
        return known, max((len(line.cells) for line in head), default=0)

    return _lines(text, max(_DELIMITERS, key=worth))


def _lines(text: str, delimiter: str) -> list[Line]:
    """ValueError where a quotation mark is never closed."""
    found: list[Line] = []
    try:
        for line in islice(_each(text, delimiter), MAX_ROWS + _LOOKED_AT + 1):
            found.append(line)
    except csv.Error as error:
        last = f"after line {found[-1].number}" if found else "at the start"
        raise ValueError(
            f"The row {last} can’t be read: a quotation mark is not closed, or stands where none "
            "can. Nothing was taken in."
        ) from error
    return found


def _each(text: str, delimiter: str) -> Iterator[Line]:
    """Lines that are not empty, one by one."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield Line(begins, tuple(map(_as_it_was, cells)))
        begins = reader.line_num + 1


def _header_place(lines: list[Line], recognised: Callable[[Iterable[str]], int]) -> int | None:
    """The line that knows the most headers; where none knows two, the first with three cells."""
    head = lines[:_LOOKED_AT]
    known = [recognised(line.cells) for line in head]
    if known and max(known) >= 2:
        return known.index(max(known))
    filled = [sum(1 for cell in line.cells if cell.strip()) for line in head]
    return next((n for n, count in enumerate(filled) if count >= 3), None)


def _trimmed(cells: Sequence[str]) -> tuple[str, ...]:
    """Without empty columns at the end, which some programs add."""
    count = max(n for n, cell in enumerate(cells, 1) if cell.strip())
    return tuple(cells[:count])


def _fitted(line: Line, columns: int) -> Line:
    """As many cells as there are headers: empty ones are added, or taken off the end."""
    cells = line.cells
    while len(cells) > columns and not cells[-1].strip():
        cells = cells[:-1]
    return Line(line.number, (*cells, *[""] * (columns - len(cells))))


# Back to who sent it


def written(headers: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A file that every spreadsheet opens, with no cell that it takes for a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_cell(header) for header in headers])
    writer.writerows([_cell(cell) for cell in line] for line in lines)
    return BOM + text.getvalue()


def _as_it_was(cell: str) -> str:
    """A cell of a file of ours that comes back, without the apostrophe that we led it by."""
    return cell[1:] if cell[:1] == "'" and defused(cell[1:]) == cell else cell


def _cell(text: str) -> str:
    return defused(re.sub(r"[\0-\x08\x0b\x0c\x0e-\x1f]", "\ufffd", text))
