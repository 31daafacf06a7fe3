"""A month as a calendar has it, and a week day by day."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flask import render_template, url_for

from scc.board import reading
from scc.board.cards import make_card, moved_label
from scc.board.groups import Day, Empty, Group, Link, Page
from scc.context import Context
from scc.events import store
from scc.events.model import Event, is_regular
from scc.parse import money
from scc.web import current


@dataclass(frozen=True)
class Mark:
    """One sail in a day's square: no more than is needed to know it."""

    url: str
    name: str
    start: datetime | None
    what: str
    state: str
    """`due`, `paid`, `off`, or nothing."""


@dataclass(frozen=True)
class Square:
    date: date
    marks: list[Mark]
    today: bool
    past: bool
    plan_url: str


@dataclass(frozen=True)
class Month:
    title: str
    blanks: int
    """Squares before the first: weeks begin on Sunday."""
    squares: list[Square]
    count: int
    today_url: str
    week_url: str
    previous: Link | None
    next: Link | None
    empty: Empty = field(default_factory=lambda: Empty("", "Plan a charter", url_for("events.new")))


def month_page(first: date) -> str:
    """One query, whatever the month holds."""
    ctx = current.ctx()
    events = store.in_month(ctx, f"{first:%Y-%m}")
    by_day: dict[date, list[Mark]] = {}
    for event in events:
        start = event.local_start(ctx.settings.timezone)
        if start:
            by_day.setdefault(start.date(), []).append(_mark(ctx, event, start))
    days = (reading.next_month(first) - first).days
    plan = url_for("events.new", date="")
    month = Month(
        title=f"{first:%B %Y}",
        blanks=_since_sunday(first),
        squares=[
            _square(ctx, first + timedelta(days=n), by_day.get(first + timedelta(days=n), []), plan)
            for n in range(days)
        ],
        count=len(events),
        today_url=url_for("board.events", month="now"),
        week_url=week_url(ctx.today() if _holds(first, ctx.today()) else first),
        previous=month_link(reading.previous_month(first)),
        next=month_link(reading.next_month(first)),
    )
    return render_template("board/month.html", month=month)


def _holds(first: date, day: date) -> bool:
    return (first.year, first.month) == (day.year, day.month)


def _since_sunday(day: date) -> int:
    return day.isoweekday() % 7


def _square(ctx: Context, day: date, marks: list[Mark], plan: str) -> Square:
    today = ctx.today()
    return Square(day, marks, day == today, day < today, f"{plan}{day}" if day >= today else "")


def _mark(ctx: Context, event: Event, start: datetime) -> Mark:
    past = start.date() < ctx.today()
    ref = event.ref if is_regular(event.slug) else event.exact_ref
    owes = "" if event.settled or event.cancelled else _owes(event)
    guests = f"{event.guests} guest{'' if event.guests == '1' else 's'}" if event.guests else ""
    words = ("Cancelled" if event.cancelled else "", guests, owes, moved_label(ctx, event))
    state = "off" if event.cancelled else "paid" if event.settled else "due" if past else ""
    return Mark(
        url=url_for("board.event", ref=ref),
        name=event.patron_name or event.slug,
        start=start if event.hour_known else None,
        what=" · ".join(word for word in (*words, "Paid" if event.settled else "") if word),
        state=state,
    )


def _owes(event: Event) -> str:
    balance = event.balance_cents
    return "No price yet" if balance is None else f"Owes {money(balance)}" if balance > 0 else ""


def month_link(month: date) -> Link | None:
    if not 2000 <= month.year <= 2100:
        return None
    return Link(url_for("board.events", month=f"{month:%Y-%m}"), f"{month:%B %Y}")


# A week


def week_url(day: date) -> str:
    return url_for("board.events", week=day.isoformat())


def week_page(day: date) -> str:
    """Seven days from Sunday, each with its cards; what crosses into another month costs one more
    query."""
    ctx = current.ctx()
    sunday = day - timedelta(days=_since_sunday(day))
    after = sunday + timedelta(days=7)
    since, before = (store.start_key(reading.day_start(ctx, one)) for one in (sunday, after))
    months = sorted({f"{one:%Y-%m}" for one in (sunday, after - timedelta(days=1))})
    found = [
        event
        for month in months
        for event in store.in_month(ctx, month, since=since, before=before)
    ]
    days = [_day(ctx, sunday + timedelta(days=n), found) for n in range(7)]
    last = after - timedelta(days=1)
    page = Page(
        title=f"{_from(sunday, last)} to {last.day} {last:%B}",
        groups=[Group("week", "1 event" if len(found) == 1 else f"{len(found)} events", days)],
        today=ctx.today(),
        previous=_week_link(sunday - timedelta(days=7), "The week before"),
        next=_week_link(after, "The week after"),
        month_links=list(dict.fromkeys(link for link in map(month_link, (sunday, last)) if link)),
    )
    return render_template("board/week.html", page=page)


def _from(first: date, last: date) -> str:
    return f"{first.day}" if first.month == last.month else f"{first.day} {first:%B}"


def _day(ctx: Context, day: date, events: list[Event]) -> Day:
    cards = [make_card(ctx, one) for one in events if reading.local_day(ctx, one) == day]
    plan = url_for("events.new", date=day.isoformat()) if day >= ctx.today() else ""
    return Day(day, "", cards, plan)


def _week_link(day: date, label: str) -> Link | None:
    return Link(week_url(day), label) if 2000 <= day.year <= 2100 else None
