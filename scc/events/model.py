"""An event: its slug, its time, its money; older items read leniently. Pure."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from anyascii import anyascii

from scc.company.model import LONGEST, POSITIONS
from scc.events.party import guests_of
from scc.ledger.model import KEEP, Standing

Item = dict[str, Any]

PERIODS: Final[Mapping[str, time]] = {
    "morning": time(9),
    "midday": time(12),
    "afternoon": time(14),
    "sunset": time(18),
    "evening": time(20),
    "night": time(22),
    "day": time(10),
}
"""Periods of the day, each with the hour taken where no start time is known."""

UNDATED: Final = "undated"

ENDINGS: Final[Mapping[str, str]] = {
    "sailed": "Sailed",
    "weather": "Cancelled by us: weather",
    "boat": "Cancelled by us: the boat",
    "crew": "Cancelled by us: the crew",
    "patron": "Cancelled by the patron",
    "no_show": "No-show",
}
"""How a sail ended, in words."""

_SLUG = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})-([a-z]{1,40})(\d{0,3})-(" + "|".join(PERIODS) + ")", re.ASCII
)
_DATE_AHEAD = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_HOUR = re.compile(r"(\d{1,2}):(\d{2})")


class Ref(NamedTuple):
    """What a page or client calls an event: its slug, or `slug~timestamp`."""

    slug: str
    timestamp: int | None = None

    def __str__(self) -> str:
        return self.slug if self.timestamp is None else f"{self.slug}~{self.timestamp}"


def parse_ref(text: str) -> Ref:
    """What `str` of a Ref gives. An older slug may look like it too: see `store.load`."""
    found = re.fullmatch(r"(.+)~(0|-?[1-9]\d{0,19})", text, re.ASCII | re.DOTALL)
    return Ref(found[1], int(found[2])) if found else Ref(text)


def ledger_partition(slug: str, timestamp: int | None) -> str:
    """The ledger's partition of one event."""
    return f"event#{slug}#{timestamp}"


# Slugs


def is_regular(slug: str) -> bool:
    """Whether the slug obeys `YYYY-MM-DD-firstname-period` with a real date."""
    found = _SLUG.fullmatch(slug)
    return found is not None and _real_date(*found.group(1, 2, 3)) is not None


def slug_name(first_name: str) -> str:
    """A first name in `a-z`: José → jose, Anne-Marie → annemarie. Empty if nothing is left.

    Letters only: anyascii has words for signs, such as `:tada:`.
    """
    letters = "".join(c for c in first_name if unicodedata.category(c)[0] in "LM")
    return re.sub(r"[^a-z]", "", anyascii(letters).lower())[:40]


def make_slug(day: date, first_name: str, period: str, ordinal: int = 1) -> str:
    """The slug of the `ordinal`-th event of that day, name and period; ValueError if none."""
    slug = f"{day.isoformat()}-{slug_name(first_name)}{ordinal if ordinal > 1 else ''}-{period}"
    if not is_regular(slug):
        raise ValueError(f"{slug!r} is no slug")
    return slug


def slug_date(slug: str) -> date | None:
    """The date at a slug's head, also where the rest is irregular: `2026-6-7-tom`."""
    found = _DATE_AHEAD.match(slug)
    return _real_date(*found.groups()) if found else None


def slug_period(slug: str) -> str:
    """The period at a slug's end, or nothing."""
    last = slug.rpartition("-")[2].lower()
    return last if last in PERIODS else ""


def _real_date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


# Time


def parse_hour(text: object) -> time | None:
    """`18:30` → 18:30; None for anything that is no hour."""
    found = _HOUR.fullmatch(text.strip()) if isinstance(text, str) else None
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return time(int(found[1]), int(found[2]))


def moment(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """The UTC moment of the boat's day and hour.

    ValueError for an hour that the clock skips that day. Of an hour that comes twice, the first.
    """
    local = datetime.combine(day, hour, zone)
    utc = local.astimezone(UTC)
    if utc.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValueError("The clocks go forward that night: there is no such hour.")
    return utc


def month_of(starts_at: datetime, zone: ZoneInfo) -> str:
    return starts_at.astimezone(zone).strftime("%Y-%m")


def created_at(timestamp: int) -> datetime:
    """The moment of creation; the older tool wrote some timestamps in milliseconds."""
    seconds = timestamp / 1000 if timestamp > 10**11 else timestamp
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return datetime(1970, 1, 1, tzinfo=UTC)


def _parse_moment(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
        utc = found.astimezone(UTC) if found and found.tzinfo else None
    except (ValueError, OverflowError):
        return None
    # At the calendar's ends a moment has no day in some zones.
    return utc if utc and 1 < utc.year < MAXYEAR else None


# Money on the event


_FLOAT_NOISE: Final = Decimal("0.0001")
"""Of a cent: what a client that counts in floats leaves behind 450.10."""


def cents_of(dollars: object) -> int | None:
    """Whole cents of a recorded amount of dollars; None where it is missing or no such thing."""
    if isinstance(dollars, bool) or not isinstance(dollars, int | Decimal | str):
        return None
    try:
        cents = Decimal(dollars) * 100
        whole = cents.to_integral_value()
        near = abs(cents - whole) < _FLOAT_NOISE and abs(cents) < 10**12
        return int(whole) if near else None
    except (ArithmeticError, ValueError):
        return None


PAYMENT_ATTRIBUTES: Final = ("payment_cleared", "payment_cleared_at", "payment_amount")


@dataclass(frozen=True)
class LastPayment:
    """The payment logged last, kept on the event so that a repeat is seen without reading."""

    id: str
    payer: str
    cents: int
    method: str
    method_as_sent: str
    """What a client called it, where it is none of ours."""
    at: str
    by: str = ""
    """The name of who logged it."""
    tip_cents: int = 0


@dataclass(frozen=True)
class Task:
    """Something to be done about an event; `on`: from which day it comes up by itself."""

    id: str
    what: str
    on: date | None
    by: str
    """Who asked for it."""
    done_at: str = ""
    done_by: str = ""

    def item(self) -> Item:
        shown = {**vars(self), "on": self.on.isoformat() if self.on else ""}
        return {name: value for name, value in shown.items() if value}

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> "Task":
        found = slug_date(_text(item.get("on")))
        texts = {name: _text(item.get(name)) for name in cls.__dataclass_fields__ if name != "on"}
        return cls(on=found, **texts)


@dataclass(frozen=True)
class Event:
    """One charter, read from its item; what is missing or odd there is None or empty here."""

    slug: str
    timestamp: int
    patron_name: str
    first_name: str
    patron_email: str
    patron_phone: str
    guests: str
    """As recorded: `8`, or the older tool's `6-8`."""
    notes: str
    calls_at: str
    """Other ports that the voyage calls at."""
    starts_at: datetime | None
    """UTC; None: undated."""
    hour_known: bool
    settled: bool
    recorded_cents: int | None
    """What `payment_amount` says; None where it is absent or no amount."""
    settled_at: str
    cancelled_at: str
    cancelled_reason: str
    ended: str
    """How the sail ended: one of ENDINGS, or nothing."""
    standing: Standing
    """What SCC's own entries come to."""
    last_payment: LastPayment | None
    entries: int
    version: int
    twin: bool
    item: Item = field(repr=False, hash=False)
    """All attributes as they are in the table."""

    @property
    def ref(self) -> Ref:
        """Its address. An older event whose slug means a newer one has its timestamp in it."""
        return Ref(self.slug, self.timestamp) if self.twin else Ref(self.slug)

    @property
    def exact_ref(self) -> Ref:
        return Ref(self.slug, self.timestamp)

    @property
    def key(self) -> Item:
        return {"event_id": self.slug, "timestamp": self.item["timestamp"]}

    @property
    def ledger(self) -> str:
        """The ledger's partition of this event."""
        return ledger_partition(self.slug, self.timestamp)

    @property
    def money_seen(self) -> str:
        """Stands for its money as somebody saw it: another one after any entry or payment."""
        recorded = "|".join(str(self.item.get(name)) for name in PAYMENT_ATTRIBUTES)
        return f"{self.entries}-{hashlib.sha256(recorded.encode()).hexdigest()[:12]}"

    @property
    def cancelled(self) -> bool:
        return bool(self.cancelled_at)

    @property
    def took_place(self) -> bool:
        """As far as is known: neither cancelled nor a no-show."""
        return not self.cancelled and self.ended in ("", "sailed")

    @property
    def undecided(self) -> bool:
        """Whether it has money of a sail that did not take place, and nobody said what of it."""
        standing = self.standing
        return not self.took_place and standing.refundable_cents > 0 and not standing.answer

    @property
    def held(self) -> bool:
        """Whether its money is kept for the patron, for another day."""
        return not self.took_place and self.standing.held

    @property
    def waits_there(self) -> bool:
        """Whether the booking system has money of a sail that did not take place, and nobody said
        that it went back from there, or that it stays as a fee."""
        standing = self.standing
        return not self.took_place and standing.booked_cents > 0 and standing.answer != KEEP

    @property
    def waits(self) -> bool:
        """Whether money of a sail that did not take place may still go back."""
        return self.held or self.undecided or self.waits_there

    @property
    def has_matter(self) -> bool:
        """Whether somebody has to do something about its money that is not a payment to come."""
        return bool(self.standing.pending) or self.waits

    @property
    def letter_failed(self) -> bool:
        """Whether a letter about it did not leave, and nobody has sent it again."""
        return self.item.get("letters") == "failed"

    @property
    def cancelled_there(self) -> bool:
        """Whether the booking system has it as cancelled, and nobody here has said so yet."""
        asked = self.item.get("asked")
        return isinstance(asked, Mapping) and asked.get("cancelled") is True and not self.cancelled

    @property
    def tasks(self) -> tuple[Task, ...]:
        """In the order in which they were asked for, done ones too."""
        found = self.item.get("tasks")
        items = found if isinstance(found, list) else []
        tasks = (Task.from_item(one) for one in items if isinstance(one, Mapping))
        return tuple(task for task in tasks if task.id and task.what)

    @property
    def moved_from(self) -> tuple[datetime, ...]:
        """When it was to be before, the earliest first (UTC); empty where it is again as planned
        at first."""
        found = self.item.get("moved_from")
        items = found if isinstance(found, list) else []
        told = (one.get("starts_at") for one in items if isinstance(one, Mapping))
        moments = tuple(moment for moment in map(_parse_moment, told) if moment)
        return () if moments and moments[0] == self.starts_at else moments

    @property
    def hold_until(self) -> datetime | None:
        """It waits for the weather until then (UTC); None: it does not wait."""
        return _parse_moment(self.item.get("hold_until")) if not self.cancelled else None

    @property
    def price_cents(self) -> int | None:
        return self.standing.price_cents

    @property
    def paid_cents(self) -> int:
        return self.recorded_cents or 0

    @property
    def balance_cents(self) -> int | None:
        """Price less what counts as paid; None where there is no price."""
        return None if self.price_cents is None else self.price_cents - self.paid_cents

    @property
    def period(self) -> str:
        return slug_period(self.slug)

    # What was planned, by the names that the company's settings have (scc/company)

    @property
    def boat(self) -> str:
        return _text(self.item.get("boat"))

    @property
    def dock(self) -> str:
        return _text(self.item.get("dock"))

    @property
    def kind(self) -> str:
        return _text(self.item.get("kind"))

    @property
    def minutes(self) -> int | None:
        """How long it is; None: as its kind."""
        minutes = _whole(self.item.get("minutes"))
        return minutes if minutes and 0 < minutes <= LONGEST else None

    @property
    def call_time(self) -> str:
        """`17:45`, in the boat's zone; empty: as its kind."""
        text = _text(self.item.get("call_time"))
        return text.strip() if parse_hour(text) is not None else ""

    @property
    def positions(self) -> Mapping[str, int] | None:
        """How many of each position it takes; None: as its kind."""
        given = self.item.get("positions")
        if not isinstance(given, Mapping):
            return None
        counts = {name: _whole(given.get(name)) for name in POSITIONS}
        return {name: count for name, count in counts.items() if count and 0 < count < 100}

    @property
    def party(self) -> int | None:
        """How many guests there may be; None where that is not known."""
        return guests_of(self.guests)

    def local_start(self, zone: ZoneInfo) -> datetime | None:
        return self.starts_at.astimezone(zone) if self.starts_at else None

    @classmethod
    def from_item(cls, item: Item, zone: ZoneInfo) -> "Event":
        slug = str(item["event_id"])
        starts_at, hour_known = _start(item, slug, zone)
        return cls(
            slug=slug,
            timestamp=int(item["timestamp"]),
            patron_name=_text(item.get("patron_name")),
            first_name=_text(item.get("first_name")),
            patron_email=_text(item.get("patron_email")),
            patron_phone=_text(item.get("patron_phone")),
            guests=_text(item.get("guests")),
            notes=_text(item.get("notes")),
            calls_at=_text(item.get("calls_at")),
            starts_at=starts_at,
            hour_known=hour_known,
            settled=item.get("payment_cleared") is True,
            recorded_cents=cents_of(item.get("payment_amount")),
            settled_at=_text(item.get("payment_cleared_at")),
            cancelled_at=_text(item.get("cancelled_at")),
            cancelled_reason=_text(item.get("cancelled_reason")),
            ended=_ended(item),
            standing=Standing.from_item(item),
            last_payment=_last_payment(item.get("last_payment")),
            entries=_whole(item.get("entries")) or 0,
            version=_whole(item.get("version")) or 0,
            twin=item.get("twin") is True,
            item=item,
        )


def _start(item: Item, slug: str, zone: ZoneInfo) -> tuple[datetime | None, bool]:
    hour = parse_hour(item.get("start_time"))
    period = slug_period(slug)
    known = hour is not None or bool(period)
    if item.get("month") == UNDATED:
        return None, known
    found = _parse_moment(item.get("starts_at"))
    if found and (hour is None or found.astimezone(zone).time() == hour):
        return found, known
    # SCC writes both together; where they differ, the older tool has moved the hour since.
    day = found.astimezone(zone).date() if found else slug_date(slug)
    if day is None:
        return None, known
    hour = hour or PERIODS.get(period, PERIODS["midday"])
    try:
        return moment(day, hour, zone), known
    except OverflowError:  # the last evening that a calendar has
        return None, known
    except ValueError:  # an hour that the clock skipped: the next one
        later = (datetime.combine(day, hour) + timedelta(hours=1)).time()
        return moment(day, later, zone), known


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return format(Decimal(value).normalize(), "f")
    return ""


def _whole(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        return None
    return int(value) if value == int(value) else None


def _ended(item: Item) -> str:
    ended = item.get("ended")
    return ended if isinstance(ended, str) and ended in ENDINGS else ""


def _last_payment(value: object) -> LastPayment | None:
    if not isinstance(value, Mapping) or _parse_moment(value.get("at")) is None:
        return None
    return LastPayment(
        id=_text(value.get("id")),
        payer=_text(value.get("name")),
        cents=_whole(value.get("amount_cents")) or 0,
        method=_text(value.get("method")),
        method_as_sent=_text(value.get("method_as_sent")),
        at=_text(value.get("at")),
        by=_text(value.get("by")),
        tip_cents=_whole(value.get("tip_cents")) or 0,
    )


def first_name(event: Event) -> str:
    """Of `Mary Fischer`, or of `Fischer, Mary`; of one word alone only if the slug has it too."""
    if event.first_name:
        return event.first_name
    words = event.patron_name.rpartition(",")[2].split()
    alone = len(event.patron_name.split()) == 1
    named = bool(words) and f"-{slug_name(words[0])}-" in f"{event.slug.lower()}-"
    return words[0] if words and (named or not alone) else ""


# Places in the indexes


def placement(event: Event, zone: ZoneInfo) -> Item:
    """`month` and `starts_at`, by which lists find the event.

    An undated one sorts by its creation, so that it takes its place by age among the unpaid.
    """
    starts_at = event.starts_at or created_at(event.timestamp)
    month = month_of(event.starts_at, zone) if event.starts_at else UNDATED
    return {"month": month, "starts_at": starts_at.strftime("%Y-%m-%dT%H:%M:%SZ")}


def is_open(event: Event) -> bool:
    """Whether money is still to come: in the index of unpaid events."""
    return not event.settled and not event.cancelled


def list_attributes(event: Event) -> tuple[Item, tuple[str, ...]]:
    """What to set and to remove, so that the lists of the unpaid and of money matters are right."""
    wanted = {"open": is_open(event) and "unpaid", "matter": event.has_matter and "open"}
    set_ = {name: value for name, value in wanted.items() if value}
    return set_, tuple(name for name, value in wanted.items() if not value)


def adoption(item: Item, zone: ZoneInfo, *, twin: bool) -> tuple[Item, tuple[str, ...]]:
    """What to set and to remove on an older item, so that lists find it; both empty when right.

    `twin`: its slug means a newer event.
    """
    event = Event.from_item(item, zone)
    wanted = placement(event, zone)
    listed, surplus = list_attributes(event)
    wanted |= listed
    if twin:
        wanted["twin"] = True
    moved = event.starts_at != _parse_moment(item.get("starts_at"))
    lacking = {
        name: value
        for name, value in wanted.items()
        if name not in item or (event.starts_at and moved and item[name] != value)
    }
    return lacking, tuple(name for name in surplus if name in item)
