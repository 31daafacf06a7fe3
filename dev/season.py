"""A sample season around today, made through the app's own services, so that it is real.

The same on every machine for the same day: about 120 events of every state, and the older
tool's events, irregular ones included, adopted as on the day SCC takes over.
"""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from dev import company, crew, guests, office
from dev.people import PATRONS
from scc.aws import Put
from scc.bookings.adopt import adopt
from scc.context import Context
from scc.events import store
from scc.events.model import PERIODS, Event, slug_name
from scc.events.service import Details, create_event
from scc.ledger.methods import METHODS
from scc.mail import service as mail
from scc.payments.model import NewPayment
from scc.payments.service import log_payment
from scc.planning.service import add_task
from scc.tables import EVENTS, STATE
from scc.waivers.counting import recount

OLDER_EVENTS: Final = Path(__file__).with_name("older-events.ddb.jsonl")
SIZE: Final = 120
_MARK: Final = {"pk": "local#season", "sk": "loaded"}

# What becomes of an event: many lines, so that common stories come more often.
_PAST: Final = (
    *["paid"] * 9,
    *["paid in two"] * 3,
    *["paid, no price"] * 2,
    *["unpaid"] * 2,
    "deposit",
    "more to come",
    "no price",
    "cancelled",
    "given back",
    "kept",
    "held",
    "no-show",
    "mistyped",
    "a tip on top",
    "bounced",
)
_AHEAD: Final = (
    *["unpaid"] * 7,
    *["paid"] * 4,
    *["deposit"] * 3,
    *["no price"] * 2,
    "paid in two",
    "more to come",
    "paid, no price",
    "cancelled",
    "given back",
    "held",
    "to be decided",
)
_NEAR: Final = (
    (0, "paid"),
    (0, "unpaid"),
    (0, "deposit"),
    (1, "unpaid"),
    (1, "paid in two"),
    (2, "no price"),
    (3, "unpaid"),
    (4, "paid"),
    (5, "more to come"),
    (6, "given back"),
    (-1, "unpaid"),
    (-2, "paid"),
)
"""Days from today, so that every group of the dashboard has somebody in it."""
_ASKED: Final = 5
"""The number of the near sail that still looks for its mate."""
_TWO_ALICES: Final = 1
_ALICES: Final[Any] = {"patron": PATRONS[0], "period": "sunset"}
"""Both of tomorrow's sails have the same first name and period."""

_PRICES: Final = (45000, 65000, 89500, 125000, 180000, 219999)
_NOTES: Final = (
    "",
    "",
    "",
    "Birthday – bring the cake knife",
    "Two wheelchairs.\nRamp at low tide?",
    "Vegetarian, one nut allergy",
    "Wants to steer",
)
_LETTERS_LEAVE: Final = timedelta(minutes=3)

_LONGEST: Final = 101
"""Days back from today to the earliest thing that happened."""


@dataclass(frozen=True)
class _Sail:
    number: int
    days: int
    """From today to the sail."""
    story: str
    patron: tuple[str, str]
    period: str


_Events = dict[int, Event]
"""Those created so far, by the number of their sail."""


@dataclass(frozen=True)
class _Step:
    """Something that happened, and when. All of them happen in their order of time."""

    at: datetime
    act: Callable[[Context], object]


def is_loaded(ctx: Context) -> bool:
    """Whether a whole season is there: its mark is written last."""
    return ctx.db.get(STATE, _MARK) is not None


def load(ctx: Context) -> None:
    """Fill empty tables with the season."""
    company.settle(office.at(ctx, ctx.now() - timedelta(days=_LONGEST, hours=1)))
    put_older_events(ctx)
    crew.sign_on(ctx)
    chance = random.Random(1851)
    events: _Events = {}
    steps = [step for sail in _sails(chance) for step in _steps(ctx, sail, chance, events)]
    steps += [*_mix_up(ctx, events), *_office_days(ctx), *_waivers(ctx, events)]
    steps += _tasks(ctx, events)
    for step in sorted(steps, key=lambda step: step.at):
        step.act(office.at(ctx, step.at))
        mail.drain(office.at(ctx, step.at + _LETTERS_LEAVE))
    adopt(ctx.db, ctx.settings.timezone)
    for number, (days, _) in enumerate(_NEAR):
        if 0 <= days <= 4:
            crew.man(ctx, store.load(ctx, events[number].exact_ref), number)
    crew.ask(ctx, store.load(ctx, events[_ASKED].exact_ref))
    recount(ctx)
    ctx.db.write(Put(STATE, _MARK))


def put_older_events(ctx: Context) -> None:
    """The older tool's items, as its table's export has them."""
    lines = OLDER_EVENTS.read_text(encoding="utf-8").splitlines()
    requests = [{"PutRequest": json.loads(line)} for line in lines]
    table = ctx.db.name(EVENTS)
    for start in range(0, len(requests), 25):  # DynamoDB takes 25 at once
        left: Any = {table: requests[start : start + 25]}
        while left:
            left = ctx.db.client.batch_write_item(RequestItems=left)["UnprocessedItems"]


def _sails(chance: random.Random) -> list[_Sail]:
    near = list(_NEAR)
    rest = SIZE - len(near)
    past = [(-chance.randint(3, 60), _PAST[n % len(_PAST)]) for n in range(rest * 2 // 5)]
    ahead = [(chance.randint(7, 90), _AHEAD[n % len(_AHEAD)]) for n in range(rest - len(past))]
    stories = near + past + ahead
    sails = [
        _Sail(n, days, story, PATRONS[n % len(PATRONS)], chance.choice(list(PERIODS)))
        for n, (days, story) in enumerate(stories)
    ]
    return [replace(sail, **_ALICES) if sail.days == _TWO_ALICES else sail for sail in sails]


def _steps(ctx: Context, sail: _Sail, chance: random.Random, events: _Events) -> Iterator[_Step]:
    """The event is created, and what its story says happens to it, each at its own time."""
    first_name, rest = sail.patron
    starts = ctx.now() + timedelta(days=sail.days)
    created = min(starts, ctx.now()) - timedelta(days=chance.randint(8, 40))
    priced = "no price" not in sail.story and sail.story != "more to come"
    price = chance.choice(_PRICES) if priced else None
    party = chance.randint(2, 30)
    details = Details(
        first_name=first_name,
        patron_name=f"{first_name} {rest}",
        day=ctx.today() + timedelta(days=sail.days),
        period=sail.period,
        guests=party,
        boat=company.boat_for(party),
        price_cents=price,
        patron_email=f"{slug_name(first_name)}@example.com",
        patron_phone=f"619-555-01{sail.number % 100:02}",
        notes=chance.choice(_NOTES),
    )

    def create(then: Context) -> None:
        events[sail.number] = create_event(then, details, f"sample-{sail.number}", office.ORIGIN)

    def turn(what: office.Turn, then: Context) -> None:
        what(then, store.load(then, events[sail.number].exact_ref))

    yield _Step(created, create)
    last = created
    for number, (cents, more) in enumerate(_payments(sail.story, price, chance)):
        if sail.number < len(_NEAR):
            last = ctx.now() - timedelta(hours=40 * (2 - number) - chance.randint(0, 30))
        else:
            last = created + timedelta(days=1 + 3 * number, hours=chance.randint(0, 9))
        method = "check" if sail.story == "bounced" else chance.choice(list(METHODS))
        payment = NewPayment(
            payer=details.patron_name,
            cents=cents,
            method=method,
            received_on=last.astimezone(ctx.settings.timezone).date(),
            key=f"sample-{sail.number}-{number}",
            tip_cents=chance.choice((0, 0, 0, 5000, 12000)),
            reference=f"{chance.randint(1001, 1999)}" if method == "check" else "",
            more_to_come=more,
            above="tip" if sail.story == "a tip on top" else "",
        )
        yield _Step(last, partial(_log, events, sail.number, payment))
    if sail.story in office.TURNS:
        yield _Step(last + office.NOTICED, partial(turn, office.TURNS[sail.story]))
    elif sail.days < -3 and sail.story != "unpaid":
        yield _Step(starts + timedelta(hours=16), partial(turn, office.sailed))


def _log(events: _Events, number: int, payment: NewPayment, then: Context) -> None:
    log_payment(then, events[number].exact_ref, payment, office.ORIGIN)


def _mix_up(ctx: Context, events: _Events) -> Iterator[_Step]:
    """One Alice's deposit is logged for the other, who sails the same evening."""
    one, other = (number for number, (days, _) in enumerate(_NEAR) if days == _TWO_ALICES)

    def act(then: Context) -> None:
        office.mix_up(then, events[one].exact_ref, events[other].exact_ref, 20000)

    yield _Step(ctx.now() - timedelta(hours=30), act)


def _office_days(ctx: Context) -> Iterator[_Step]:
    """To the bank every three days, and the money is closed every week; not these last days."""
    for days in range(_LONGEST, 6, -3):
        yield _Step(ctx.now() - timedelta(days=days), office.go_to_the_bank)
    for days in range(_LONGEST, 2, -7):
        yield _Step(ctx.now() - timedelta(days=days, minutes=5), office.close_the_week)


def _waivers(ctx: Context, events: _Events) -> Iterator[_Step]:
    """The text is published at the start; for the sails of these days some have signed."""
    yield _Step(ctx.now() - timedelta(days=_LONGEST), guests.publish)
    chance = random.Random(46)
    for number, (days, _) in enumerate(_NEAR):
        parties = chance.randint(1, 5)

        def act(then: Context, number: int = number, parties: int = parties) -> None:
            guests.sign(then, store.load(then, events[number].exact_ref), parties)

        yield _Step(ctx.now() - timedelta(hours=2 + number, days=max(0, -days)), act)


_TASKS: Final = ((6, "Ask what the cake is to say", 0), (7, "Call about the ramp", 2))
"""The number of a near sail, what is to be done about it, and in how many days it comes up."""


def _tasks(ctx: Context, events: _Events) -> Iterator[_Step]:
    for number, what, days in _TASKS:

        def act(then: Context, number: int = number, what: str = what, days: int = days) -> None:
            on = ctx.today() + timedelta(days=days)
            add_task(then, events[number].exact_ref, what, on, f"sample-{number}", office.ORIGIN)

        yield _Step(ctx.now() - timedelta(hours=26), act)


def _payments(story: str, price: int | None, chance: random.Random) -> list[tuple[int, bool]]:
    """Cents of each payment, and whether more is to come."""
    whole = price or chance.choice(_PRICES)
    half, part = (whole // share // 5000 * 5000 for share in (2, 4))  # whole fifties
    return {
        "paid": [(whole, False)],
        "paid, no price": [(whole, False)],
        "paid in two": [(half, False), (whole - half, False)],
        "deposit": [(part, False)],
        "more to come": [(part, True)],
        "a tip on top": [(whole + 6000, False)],
        "mistyped": [(whole + 9000, False)],
        "bounced": [(whole, False)],
        "no-show": [(half, False)],
        "given back": [(half, False)],
        "kept": [(half, False)],
        "held": [(part, False)],
        "to be decided": [(half, False)],
    }.get(story, [])
