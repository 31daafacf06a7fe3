"""How amounts, days and hours read on a page."""

from datetime import date, datetime, time, timedelta

from flask import Flask

from scc.parse import money, without_rank
from scc.web import current


def amount(cents: int) -> str:
    """For an amount's field: `1250` or `87.50`."""
    dollars, rest = divmod(cents, 100)
    return f"{dollars}" + (f".{rest:02}" if rest else "")


def day(value: date) -> str:
    """`Saturday 23 May`."""
    return f"{value:%A} {value.day} {value:%B}"


def short_day(value: date) -> str:
    """`Sat 23 May`."""
    return f"{value:%a} {value.day} {value:%b}"


def boat_day(at: str) -> str:
    """The boat's day of a moment as it is stored, UTC: `Sat 23 May 2026`."""
    local = datetime.fromisoformat(at).astimezone(current.ctx().settings.timezone)
    return f"{short_day(local)} {local.year}"


def hour(value: datetime | time) -> str:
    """`6:30 pm`."""
    return f"{value.hour % 12 or 12}:{value:%M} {'am' if value.hour < 12 else 'pm'}"


def length_of(minutes: int) -> str:
    """`2 h`, `1 h 30`, `45 min`."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02}" if rest else f"{hours} h"


def time_ago(span: timedelta) -> str:
    """`just now`, `5 minutes ago`, `2 hours ago`, `3 days ago`."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 2:
        return "just now"
    if minutes < 120:
        return f"{minutes} minutes ago"
    hours = minutes // 60
    return f"{hours} hours ago" if hours < 48 else f"{hours // 24} days ago"


def install(app: Flask) -> None:
    for function in (money, day, short_day, boat_day, hour, length_of, without_rank):
        app.add_template_filter(function)
