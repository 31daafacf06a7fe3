"""A report as CSV, which spreadsheets open as it is and never take for a formula. Pure."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Final

from scc.crew.pay import Month, Uneven
from scc.ledger.methods import method_named
from scc.ledger.model import Row, money_effect
from scc.reports.model import Totals
from scc.reports.year import WHY, Sums, Year

BOM: Final = "\ufeff"
"""By it Excel knows UTF-8."""

ENTRY_COLUMNS: Final = (
    *("day", "logged_at", "event", "number", "kind", "of", "method", "payer"),
    *("amount", "tip", "money", "reference", "note", "by", "late"),
)
HOURS_COLUMNS: Final = ("month", "person", "sails", "hours", "tips")
YEAR_COLUMNS: Final = (
    *("month", "kind", "brought_in", "held_or_undecided", "sailed", "to_come"),
    *(f"off_{why}" for why in WHY),
    *("guests", "parties_known"),
)
TOTAL_COLUMNS: Final = (
    *("method", "payments", "received", "tips", "refunded", "bounced", "net", "late"),
)


def defused(text: str) -> str:
    """Text that no spreadsheet reads as a formula: one that could be is led by an apostrophe.

    Full-width signs too, which some read as the plain ones (OWASP, CSV Injection).
    """
    seen = [c for c in unicodedata.normalize("NFKC", text) if not _unseen(c)]
    starts = bool(seen) and seen[0] in "=+-@|%"
    return f"'{text}" if starts or text[:1] in ("\t", "\r", "\n") else text


def _unseen(character: str) -> bool:
    """Blanks, controls and marks of direction: what stands before a sign without hiding it."""
    return unicodedata.category(character) in ("Zs", "Zl", "Zp", "Cc", "Cf")


def dollars(cents: int) -> str:
    """`450.00`, exactly."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"


def entries_csv(rows: Iterable[Row], late: Iterable[Row]) -> str:
    """One line an entry, those below the line marked as late."""
    marked = [(row, "") for row in rows] + [(row, "late") for row in late]
    return _csv(ENTRY_COLUMNS, [_entry_line(row, mark) for row, mark in marked])


def _entry_line(row: Row, mark: str) -> list[str]:
    entry = row.entry
    return [
        entry.received_on,
        entry.at,
        defused(row.ref),
        str(entry.number),
        entry.kind,
        str(entry.of or ""),
        method_named(entry.method).label,
        defused(entry.payer),
        dollars(entry.cents or 0),
        dollars(entry.tip_cents),
        dollars(money_effect(entry)),
        defused(entry.reference),
        defused(_one_line(entry.note or entry.reason)),
        defused(entry.actor.name),
        mark,
    ]


def _one_line(text: str) -> str:
    return re.sub(r"\s*\n\s*", " / ", text)


def totals_csv(totals: Iterable[Totals], late: Iterable[Totals]) -> str:
    """One line a method."""
    marked = [(one, "") for one in totals] + [(one, "late") for one in late]
    return _csv(TOTAL_COLUMNS, [_totals_line(one, mark) for one, mark in marked])


def _totals_line(one: Totals, mark: str) -> list[str]:
    sums = (one.received_cents, one.tip_cents, one.refunded_cents, one.bounced_cents)
    return [one.label, str(one.payments), *map(dollars, (*sums, one.net_cents)), mark]


def hours_csv(month: date, people: Iterable[Month], uneven: Iterable[Uneven]) -> str:
    """One line a person: the month's sails, hours and tips; and one for each sail whose shares do
    not come to its tip, so that the tips add up."""
    lines = [
        [
            f"{month:%Y-%m}",
            defused(one.name),
            str(len(one.lines)),
            f"{one.minutes / 60:.2f}",
            dollars(one.tip_cents),
        ]
        for one in people
    ]
    lines += [
        [
            f"{month:%Y-%m}",
            f"Not shared out: {one.day} {one.patron}",
            "0",
            "0.00",
            dollars(one.left.cents),
        ]
        for one in uneven
    ]
    return _csv(HOURS_COLUMNS, lines)


def year_csv(year: Year) -> str:
    """One line a month and kind."""
    return _csv(
        YEAR_COLUMNS,
        [
            _year_line(month.month, kind, month.kinds[kind])
            for month in year.months
            for kind in year.kinds
            if kind in month.kinds
        ],
    )


def _year_line(month: str, kind: str, sums: Sums) -> list[str]:
    counts = (sums.sailed, sums.to_come, *(sums.off.get(why, 0) for why in WHY))
    money = (dollars(sums.cents), dollars(sums.waiting_cents))
    return [month, defused(kind), *money, *map(str, (*counts, sums.guests, sums.parties))]


def _csv(columns: Iterable[str], lines: Iterable[list[str]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(lines)
    return BOM + text.getvalue()
