"""Reads what a report is made of: a few queries, whatever the season's size."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from scc.company import store as company
from scc.company.model import kind_of
from scc.context import Context
from scc.events import store as events
from scc.events.model import Event
from scc.ledger import store as ledger
from scc.ledger.closes import Close
from scc.ledger.model import Row
from scc.reports import year as years
from scc.reports.model import (
    Age,
    Period,
    Totals,
    by_age,
    held_cents,
    is_money,
    owed_cents,
    sum_of,
    totals,
)


@dataclass(frozen=True)
class Report:
    """`line`: the first close after the period; what was logged after it is `late`."""

    period: Period
    line: Close | None
    rows: list[Row]
    late: list[Row]
    ages: list[Age]
    owed_cents: int
    held_cents: int

    @property
    def totals(self) -> list[Totals]:
        return totals(self.rows)

    @property
    def late_totals(self) -> list[Totals]:
        return totals(self.late)

    @property
    def sum(self) -> Totals:
        return sum_of(self.totals)


def report(ctx: Context, period: Period) -> Report:
    """What was received in the period, and what is unpaid, owed and held today."""
    rows = [row for month in period.months for row in ledger.received_in(ctx, month)]
    days = (period.first.isoformat(), period.last.isoformat())
    money = [r for r in rows if is_money(r.entry) and days[0] <= r.entry.received_on <= days[1]]
    line = ledger.first_close_after(ctx, _end_of(ctx, period))
    matters = events.with_matters(ctx)
    return Report(
        period=period,
        line=line,
        rows=[row for row in money if not _is_late(row, line)],
        late=[row for row in money if _is_late(row, line)],
        ages=by_age((event, _days_ago(ctx, event)) for event in events.unpaid_before(ctx, None)),
        owed_cents=owed_cents(matters),
        held_cents=held_cents(matters),
    )


def _end_of(ctx: Context, period: Period) -> datetime:
    after = period.last + timedelta(days=1)
    return datetime.combine(after, time(), ctx.settings.timezone).astimezone(UTC)


def _is_late(row: Row, line: Close | None) -> bool:
    return line is not None and row.entry.at > line.at


def _days_ago(ctx: Context, event: Event) -> int | None:
    start = event.local_start(ctx.settings.timezone)
    return (ctx.today() - start.date()).days if start else None


_READ = (
    *("payment_amount", "payment_cleared", "money", "price_cents", "cancelled_at", "ended"),
    *("guests", "kind"),
)


def year(ctx: Context, number: int) -> years.Year:
    """The sails of a year: a query a month."""
    own, now = company.load(ctx), ctx.now()
    names = [f"{number}-{month:02}" for month in range(1, 13)]
    months = []
    for name, found in zip(names, events.in_months(ctx, names, _READ), strict=True):
        kinds: dict[str, years.Sums] = {}
        for event in found:
            kind = kind_of(own, event) if own.has_kinds else None
            counted = years.name_of(event, kind.name if kind else "")
            over = event.starts_at is not None and event.starts_at <= now
            kinds.setdefault(counted, years.Sums()).count(event, over)
        months.append(years.Month(name, kinds))
    return years.Year(number, months)
