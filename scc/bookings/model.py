"""A booking as another system tells it, and what it does to an event. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from scc.events.model import PERIODS, Event, slug_name
from scc.events.sources import Source, site_name, source_of
from scc.parse import money

NOBODY: Final = "Guest"
"""The first name of who has none that a slug can be made of."""


@dataclass(frozen=True)
class Booking:
    """What a booking system says of one booking; what it does not say is None. Cents are US cents.

    `hour` None: the day alone was said. `paid_cents`: all that the system has taken so far.
    `cancelled` None: it was not said whether it is on.
    """

    source: Source
    name: str
    day: date
    hour: time | None = None
    first_name: str = ""
    period: str = ""
    email: str | None = None
    phone: str | None = None
    guests: int | None = None
    notes: str | None = None
    product: str | None = None
    price_cents: int | None = None
    paid_cents: int | None = None
    cancelled: bool | None = False

    @property
    def said(self) -> dict[str, Any]:
        """By field what it says, as it is kept on the event."""
        hour = f"T{self.hour:%H:%M}" if self.hour else ""
        values = {
            "name": self.name,
            "email": self.email,
            "phone": self.phone,
            "guests": self.guests,
            "when": f"{self.day.isoformat()}{hour}",
            "notes": self.notes,
            "product": self.product,
            "price": self.price_cents,
            "paid": self.paid_cents,
            "cancelled": self.cancelled,
        }
        return {name: value for name, value in values.items() if value is not None}

    @property
    def slug_first_name(self) -> str:
        """One that a slug can be made of."""
        return first_name_of(self.name, self.first_name)

    @property
    def slug_period(self) -> str:
        return self.period or period_of(self.hour, self.product or "")


TWICE: Final = "twice"
"""Asked of an event whose booking is another event here as well."""

LABELS: Final[Mapping[str, str]] = {
    "name": "Name",
    "email": "E-mail",
    "phone": "Phone",
    "guests": "Guests",
    "when": "Start",
    "notes": "Notes",
    "product": "Product",
    "price": "Price",
    "paid": "Paid there",
    "cancelled": "Cancelled",
    TWICE: "Here twice",
}
"""Fields of a booking, in words, in their order."""


def first_name_of(name: str, first_name: str = "") -> str:
    """Of `Mary Fischer`, or of `Fischer, Mary`; `Guest` where no letter is in it."""
    words = first_name.split() or name.rpartition(",")[2].split() or name.split()
    return next((word[:60] for word in words if slug_name(word)), NOBODY)


def period_of(hour: time | None, product: str = "") -> str:
    """The period of the day by the hour; without one by the product's name, else `day`."""
    if hour is None:
        words = re.findall(r"[a-z]+", product.lower())
        return next((word for word in words if word in PERIODS), "day")
    if "sunset" in product.lower() and 15 <= hour.hour < 21:
        return "sunset"
    until = ((5, "night"), (11, "morning"), (13, "midday"), (17, "afternoon"), (20, "sunset"))
    return next((period for end, period in until if hour.hour < end), _late(hour))


def _late(hour: time) -> str:
    return "evening" if hour.hour < 22 else "night"


# What the event has


def here(event: Event, zone: ZoneInfo) -> dict[str, Any]:
    """By field what the event has now, comparable with `Booking.said`."""
    start = event.local_start(zone)
    return {
        "name": event.patron_name,
        "email": event.patron_email,
        "phone": event.patron_phone,
        "guests": int(event.guests) if event.guests.isdigit() else event.guests,
        "when": start.strftime("%Y-%m-%dT%H:%M") if start else "",
        "notes": event.notes,
        "product": str(event.item.get("product", "")),
        "price": event.price_cents,
        "paid": booked_cents(event),
        "cancelled": event.cancelled,
    }


def booked_cents(event: Event) -> int:
    """What is logged here as taken by the booking system."""
    return event.standing.booked_cents


def has_money(event: Event) -> bool:
    """Whether anything was ever logged or recorded of its money, a price aside."""
    standing = event.standing
    return bool(
        event.settled
        or event.recorded_cents
        or standing.paid_cents
        or standing.refundable_cents
        or standing.pending
        or standing.answer
        or event.last_payment
    )


def said_before(event: Event) -> dict[str, Any]:
    """By field what the booking system said last."""
    return _plain(event.item.get("said"))


def asked(event: Event) -> dict[str, Any]:
    """By field what it says otherwise than somebody here has it, as last written."""
    return _plain(event.item.get("asked"))


def _plain(kept: object) -> dict[str, Any]:
    """Whole numbers as DynamoDB gives them become int again."""
    if not isinstance(kept, Mapping):
        return {}
    return {
        name: int(value) if isinstance(value, Decimal) else value
        for name, value in kept.items()
        if name in LABELS
    }


def open_questions(event: Event, zone: ZoneInfo) -> dict[str, Any]:
    """What is asked and was not settled otherwise since: by field what the system says."""
    now = here(event, zone)
    return {name: value for name, value in asked(event).items() if not _same(name, now, value)}


def _same(name: str, now: Mapping[str, Any], value: Any) -> bool:
    if name == TWICE:  # one of two is no question once it is off
        return bool(now["cancelled"])
    if name == "when":
        return str(now["when"]).startswith(str(value))
    return bool(now.get(name) == value)


# What a booking does


@dataclass(frozen=True)
class Verdict:
    """What a booking does to an event that is there.

    `take`: by field what is to be changed. `ask`: by field what differs from what somebody set by
    hand. `said`, `asked`: what is kept on the event afterwards.
    """

    take: Mapping[str, Any] = field(default_factory=dict)
    ask: Mapping[str, Any] = field(default_factory=dict)
    said: Mapping[str, Any] = field(default_factory=dict)
    asked: Mapping[str, Any] = field(default_factory=dict)
    writes: bool = False
    """Whether anything at all is to be written."""


def judge(booking: Booking, event: Event, zone: ZoneInfo) -> Verdict:
    """Compare what is said with what was said before and with what is here.

    A field whose value here is not what was said before was set by hand: then it is a question.
    So is a cancellation that brings money of its own.
    """
    before, now = said_before(event), here(event, zone)
    take: dict[str, Any] = {}
    ask: dict[str, Any] = {}
    news: dict[str, Any] = {}
    for name, value in booking.said.items():
        if name in before and _same(name, before, value):
            continue
        news[name] = value
        if _same(name, now, value):
            continue
        brings = name == "cancelled" and bool(news.get("paid"))
        if _ours_to_change(name, before.get(name), now, value, event) and not brings:
            take[name] = value
        elif name != "cancelled" or value or before.get("cancelled"):
            ask[name] = value
    kept = {name: value for name, value in asked(event).items() if name not in news}
    return Verdict(take, ask, {**before, **news}, {**kept, **ask}, bool(news))


def _ours_to_change(name: str, last: Any, now: Mapping[str, Any], value: Any, event: Event) -> bool:
    if name == "paid":
        return _may_log(last, now["paid"], value, event) or _went_back(last, value, event)
    if name == "cancelled":
        return _may_end(event) if value else _ended_there(event)
    if name == "price" and (event.cancelled or event.standing.price_lines.keys() - {"charter"}):
        return False
    if name == "when" and last and not _hour_was_said(last, now, value, event):
        return False
    if last is None:
        return now[name] in ("", None)
    return _same(name, now, last)


def _hour_was_said(last: str, now: Mapping[str, Any], value: str, event: Event) -> bool:
    """Whether the hour here is the source's: of a day alone it is the period's usual one."""
    if "T" in last or "T" not in value:
        return True
    usual = PERIODS.get(event.period)
    return usual is not None and str(now["when"]).endswith(f"T{usual:%H:%M}")


def _may_log(last: int | None, booked: int, value: int, event: Event) -> bool:
    """More money, where all that is here is what was said before: what was logged by hand may be
    the same money, noted there as well. Less is a question."""
    if value <= booked or event.cancelled:
        return False
    if not last:
        return not has_money(event)
    standing = event.standing
    return booked == last and not (standing.refundable_cents or standing.pending)


def _went_back(last: int | None, value: int, event: Event) -> bool:
    """Less money for a sail that fell through, where all that is here is what was said before."""
    return event.waits_there and value < booked_cents(event) == last


def _may_end(event: Event) -> bool:
    return not has_money(event) and not event.ended


def _ended_there(event: Event) -> bool:
    """Whether its cancellation is the booking system's own."""
    source = source_of(event.item)
    return (
        source is not None
        and event.ended == "patron"
        and event.cancelled_reason == cancelled_at(source.site)
    )


def cancelled_at(site: str) -> str:
    """The reason that stands on an event which the booking system cancelled."""
    return f"Cancelled at {site_name(site)}"


# In words


def in_words(name: str, value: Any) -> str:
    """A field's value for a person."""
    if name in ("price", "paid"):
        return money(value) if value is not None else "nothing"
    if name == "cancelled":
        return "cancelled" if value else "on"
    if name == "when" and value:
        return _when(str(value))
    return str(value) if value not in ("", None) else "nothing"


def _when(text: str) -> str:
    if "T" not in text:
        day = date.fromisoformat(text)
        return f"{day:%a} {day.day} {day:%b %Y}"
    moment = datetime.fromisoformat(text)
    half = "am" if moment.hour < 12 else "pm"
    hour = f"{moment.hour % 12 or 12}:{moment:%M} {half}"
    return f"{moment:%a} {moment.day} {moment:%b %Y}, {hour}"


def change_in_words(name: str, now: Any, value: Any) -> str:
    """`Guests: 6 → 8`."""
    return f"{LABELS[name]}: {in_words(name, now)} → {in_words(name, value)}"
