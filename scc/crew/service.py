"""What a person does with a sail's crew: ask, answer, put on, take off; and what follows by itself.

Who is on stands on the event, so its version decides who was first. Asks follow: `settle` looks
at them again after every change and by the clock, and tells whom it concerns.
"""

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from scc.audit import store as audit
from scc.audit.model import Actor, Origin, fingerprint, iso
from scc.aws import Write, again_when_outdated, reading_what_came_of_it
from scc.company import store as companies
from scc.company.model import Company, call_at
from scc.context import Context
from scc.crew import letters, store
from scc.crew.model import (
    NO,
    YES,
    Ask,
    Item,
    Station,
    Terms,
    answer_by,
    attributes,
    hours_of,
    open_positions,
    out_of_night,
    remind_at,
    station_of,
    stations_of,
    terms_of,
    wanted,
)
from scc.errors import ConditionFailed, KeyReused, NotFound, Outdated, Refused
from scc.events import store as events
from scc.events.model import Event, Ref
from scc.staff import store as staff
from scc.staff.model import Person

AT_ONCE: Final = 40
"""People asked in one transaction, each with a letter; DynamoDB takes 100 writes."""

_PATIENCE: Final = timedelta(minutes=2)
"""How long a cancellation may still be taken back before the crew hears of it."""

_MAY_MOVE: Final = timedelta(days=1)
"""So long after its start a sail may still be moved, and its crew be asked again."""

BY_ITSELF: Final = Origin(Actor("system", "schedule", "SCC"))


@dataclass(frozen=True)
class Plan:
    """All that a decision about one sail is made of."""

    event: Event
    company: Company
    terms: Terms
    stations: tuple[Station, ...]

    @property
    def open(self) -> dict[str, int]:
        return open_positions(wanted(self.company, self.event), self.stations)


def plan_of(ctx: Context, event: Event) -> Plan:
    company = companies.load(ctx)
    terms = terms_of(company, event, ctx.settings.timezone)
    return Plan(event, company, terms, stations_of(event))


# Who could come


@dataclass(frozen=True)
class Candidate:
    """Somebody who could be asked, and what speaks against it."""

    person: Person
    away: str = ""
    """Their day off, in words."""
    overlaps: tuple[str, ...] = ()
    """Other sails that they are on at that time, in words."""
    ask: Ask | None = None
    station: Station | None = None

    @property
    def against(self) -> list[str]:
        """All that speaks against them, in words."""
        return [*([self.away] if self.away else []), *(f"On {sail}" for sail in self.overlaps)]

    @property
    def free(self) -> bool:
        return not (self.against or self.station)


def candidates(ctx: Context, plan: Plan) -> list[Candidate]:
    """All who take a position on a boat, by name; with what is known of that day."""
    people = [person for person in staff.everyone(ctx) if person.positions and not person.left]
    asks = {ask.person: ask for ask in store.asks(ctx, plan.event)}
    span = hours_of(plan.company, plan.event, ctx.settings.timezone)
    away = store.away_on(ctx, [p.id for p in people], _days(ctx, span)) if span else {}
    busy = _busy(ctx, plan, span) if span else {}
    found = [
        Candidate(
            person,
            _why_away(away.get(person.id)),
            tuple(busy.get(person.id, ())),
            asks.get(person.id),
            station_of(plan.stations, person.id),
        )
        for person in people
    ]
    return sorted(found, key=lambda one: one.person.name.casefold())


def _days(ctx: Context, span: tuple[datetime, datetime]) -> list[date]:
    return [moment.astimezone(ctx.settings.timezone).date() for moment in span]


def _why_away(row: Item | None) -> str:
    if row is None:
        return ""
    return f"Off that day: {row['note']}" if row.get("note") else "Off that day"


def _busy(ctx: Context, plan: Plan, span: tuple[datetime, datetime]) -> dict[str, list[str]]:
    """By person: the other sails of that time that they are on, in words."""
    busy: dict[str, list[str]] = {}
    for other in _around(ctx, span):
        theirs = hours_of(plan.company, other, ctx.settings.timezone)
        apart = theirs is None or theirs[1] <= span[0] or theirs[0] >= span[1]
        if other.key == plan.event.key or other.cancelled or apart:
            continue
        for station in stations_of(other):
            if station.person:
                busy.setdefault(station.person, []).append(letters.sail_in_words(ctx, other))
    return busy


def _around(ctx: Context, span: tuple[datetime, datetime]) -> list[Event]:
    return events.between(ctx, span[0] - timedelta(days=1), span[1] + timedelta(days=1))


# Asking


@dataclass(frozen=True)
class Wish:
    """Whom to ask for which of the positions, and how many hours they have. `everyone`: all who
    are free and take one of them, beside `people`."""

    people: tuple[str, ...]
    positions: tuple[str, ...]
    hours: int
    everyone: bool = False


def ask(ctx: Context, ref: Ref, wish: Wish, key: str, origin: Origin) -> int:
    """Ask people; gives how many. The same form again asks nobody twice.

    Raises Refused, KeyReused, NotFound and Unconfirmed.
    """
    told = fingerprint({"ask": str(ref), **vars(wish) | {"people": list(wish.people)}})
    return again_when_outdated(lambda: _ask(ctx, ref, wish, (key, told), origin))


def _ask(ctx: Context, ref: Ref, wish: Wish, once: tuple[str, str], origin: Origin) -> int:
    if (used := _asked_before(ctx, once)) is not None:
        return used
    plan = _to_come(ctx, events.load(ctx, ref))
    chosen = [one for one in candidates(ctx, plan) if _is_meant(one, wish) and not one.station]
    if len(chosen) > AT_ONCE:
        raise Refused(f"These are {len(chosen)} people. Ask at most {AT_ONCE} at once.")
    return _ask_some(ctx, plan, chosen, wish, once, origin)


def _asked_before(ctx: Context, once: tuple[str, str]) -> int | None:
    used = audit.used_key(ctx, once[0])
    if used and used["fingerprint"] != once[1]:
        raise KeyReused("it asked somebody else.")
    return int(used["asked"]) if used else None


def _is_meant(one: Candidate, wish: Wish) -> bool:
    fits = set(one.person.positions) & set(wish.positions)
    return one.person.id in wish.people or (wish.everyone and one.free and bool(fits))


def _to_come(ctx: Context, event: Event) -> Plan:
    """Refused where nobody can be asked to come."""
    plan = plan_of(ctx, event)
    if event.cancelled:
        raise Refused("This sail is cancelled.")
    if event.starts_at is None:
        raise Refused("This sail has no date yet: give it one by Change.")
    if event.starts_at <= ctx.now():
        raise Refused("This sail has begun.")
    return plan


def _ask_some(
    ctx: Context,
    plan: Plan,
    chosen: Sequence[Candidate],
    wish: Wish,
    once: tuple[str, str],
    origin: Origin,
) -> int:
    writes: list[Write] = []
    people = []
    for one in chosen:
        fits = tuple(p for p in wish.positions if p in one.person.positions) or wish.positions
        new = _new_ask(ctx, plan, one, fits, wish.hours, origin)
        if new is None:
            continue
        writes.append(store.change(ctx, one.ask, new) if one.ask else store.put(ctx, new))
        writes += letters.asked(ctx, plan.event, one.person, new)
        people.append({"id": one.person.id, "name": one.person.name})
    if not people:
        return 0
    record = events.record(
        ctx,
        plan.event.exact_ref,
        "crew.asked",
        origin,
        people=people,
        positions=list(wish.positions),
        terms=plan.terms.item(),
    )
    use = audit.use_key(ctx, once[0], once[1], asked=len(people))
    try:
        ctx.db.transact([use, record, *writes])
    except ConditionFailed as error:
        with reading_what_came_of_it():
            asked = _asked_before(ctx, once)
        if asked is None:
            raise Outdated from error
        return asked
    return len(people)


def _new_ask(
    ctx: Context, plan: Plan, one: Candidate, positions: tuple[str, ...], hours: int, origin: Origin
) -> Ask | None:
    """None where they are asked for just that already."""
    before = one.ask
    waits = before is not None and before.waiting and before.terms.same(plan.terms)
    if before and waits:
        if set(positions) <= set(before.positions):
            return None
        positions = tuple(dict.fromkeys((*before.positions, *positions)))
    return _timed(
        ctx,
        plan,
        Ask(
            slug=plan.event.slug,
            timestamp=plan.event.timestamp,
            person=one.person.id,
            name=one.person.name,
            positions=positions,
            terms=plan.terms,
            at=iso(ctx.now()),
            by=origin.actor.name,
            deadline="",
            round=before.round + 1 if before else 1,
        ),
        timedelta(hours=hours),
    )


def _timed(ctx: Context, plan: Plan, ask: Ask, within: timedelta) -> Ask:
    zone = ctx.settings.timezone
    call = call_at(plan.company, plan.event, zone)
    deadline = answer_by(ctx.now(), within, call, zone) if call else ctx.now() + within
    reminder = remind_at(ctx.now(), deadline, zone)
    return replace(ask, deadline=iso(deadline), remind_at=iso(reminder) if reminder else "")


# Answers


@dataclass(frozen=True)
class Answered:
    """What came of an answer: `on`, `taken` (somebody was first), `no`, or `gone` (was on)."""

    outcome: str
    event: Event


def answer(
    ctx: Context, ref: Ref, person: Person, said: str, position: str, seen: str, origin: Origin
) -> Answered:
    """Say yes (to `position`) or no, to the terms whose mark was `seen`. The same again changes
    nothing.

    Raises NotFound, Refused where it is too late or the terms are others by now, Unconfirmed.
    """

    def attempt() -> Answered:
        plan = plan_of(ctx, events.load(ctx, ref))
        ask = store.ask(ctx, plan.event, person.id)
        if ask is None:
            raise NotFound("You were not asked for this sail.")
        if seen != plan.terms.mark:
            raise Refused("This was changed since you opened it. Look, and answer again.")
        if said == NO:
            return _no(ctx, plan, ask, person, origin)
        return _yes(ctx, plan, ask, person, position, origin)

    answered = again_when_outdated(attempt)
    if answered.outcome in ("on", "gone"):
        settle_safely(ctx, answered.event.exact_ref)
    return answered


def _yes(
    ctx: Context, plan: Plan, ask: Ask, person: Person, position: str, origin: Origin
) -> Answered:
    mine = station_of(plan.stations, person.id)
    if mine and mine.holds(plan.terms) and ask.answer == YES:
        return Answered("on", plan.event)
    _refuse_closed(ctx, plan, ask, mine)
    position = mine.position if mine else position
    others = tuple(one for one in plan.stations if one is not mine)
    free = bool(mine) or (position in ask.positions and plan.open.get(position, 0) > 0)
    answered = _answered(ctx, plan, ask, YES)
    if not free:
        if ask.answer != YES:
            _write(ctx, plan, [*_record(ctx, plan, ask, YES, "", origin)], ask, answered)
        return Answered("taken", plan.event)
    station = Station(position, person.id, person.name, iso(ctx.now()), plan.terms)
    others = tuple(one for one in others if one.person or one.name != person.name)
    told = [
        *letters.overtaken(ctx, plan.event, person.id),
        *letters.on(ctx, plan.event, person, station, answered, origin),
    ]
    writes = [*_record(ctx, plan, ask, YES, position, origin), *told]
    return Answered("on", _write(ctx, plan, writes, ask, answered, (*others, station)))


def _refuse_closed(ctx: Context, plan: Plan, ask: Ask, mine: Station | None) -> None:
    if plan.event.cancelled:
        raise Refused("This sail was cancelled.")
    if plan.event.starts_at is None or plan.event.starts_at <= ctx.now():
        raise Refused("This sail has begun.")
    if ask.closed == "off" and not mine:
        raise Refused("You were taken off this sail. Call the office if you can come.")


def _no(ctx: Context, plan: Plan, ask: Ask, person: Person, origin: Origin) -> Answered:
    mine = station_of(plan.stations, person.id)
    if plan.event.starts_at is None or plan.event.starts_at <= ctx.now():
        raise Refused("This sail has begun. Call the office.")
    if ask.answer == NO and not mine:
        return Answered("no", plan.event)
    answered = _answered(ctx, plan, ask, NO)
    position = mine.position if mine else ""
    writes = [
        *_record(ctx, plan, ask, NO, position, origin),
        *letters.overtaken(ctx, plan.event, person.id),
    ]
    if mine is None:
        return Answered("no", _write(ctx, plan, writes, ask, answered))
    stations = tuple(one for one in plan.stations if one is not mine)
    told = letters.dropped(ctx, plan.event, mine, answered)
    return Answered("gone", _write(ctx, plan, [*writes, *told], ask, answered, stations))


def _answered(ctx: Context, plan: Plan, ask: Ask, said: str) -> Ask:
    """They answer to what is asked of them now, also where the letter about it is on its way.

    Whoever was taken off and says no stays off. What was closed is open again, a round later, so
    that what they were told before may have to be told again.
    """
    return replace(
        ask,
        answer=said,
        answered_at=iso(ctx.now()),
        terms=plan.terms,
        closed="off" if ask.closed == "off" and said == NO else "",
        remind_at="",
        round=ask.round + bool(ask.closed),
    )


def _record(
    ctx: Context, plan: Plan, ask: Ask, said: str, position: str, origin: Origin
) -> list[Write]:
    who: Item = {"person": ask.person, "name": ask.name, "answer": said, "position": position}
    ref = plan.event.exact_ref
    return [events.record(ctx, ref, "crew.answered", origin, **who, terms=ask.terms.item())]


def _write(
    ctx: Context,
    plan: Plan,
    writes: list[Write],
    before: Ask | None,
    after: Ask | None,
    stations: tuple[Station, ...] | None = None,
) -> Event:
    """All of it or nothing. Outdated where the event or the ask is not as it was read."""
    event = plan.event
    if after:
        writes.append(store.change(ctx, before, after) if before else store.put(ctx, after))
    if stations is not None:
        change = events.change(ctx, event, attributes(stations))
        writes.append(change)
        event = events.as_changed(ctx, event, change)
    try:
        ctx.db.transact(writes)
    except ConditionFailed as error:
        raise Outdated from error
    return event


# By hand


def put_on(
    ctx: Context, ref: Ref, person_id: str, position: str, note: str, origin: Origin
) -> Event:
    """Somebody said yes by phone. Twice is once. Raises Refused, NotFound and Unconfirmed."""
    person = staff.load(ctx, person_id)
    if person.left:
        raise Refused(f"{person.name} does not work here any more.")

    def attempt() -> Event:
        plan = _to_come(ctx, events.load(ctx, ref))
        mine = station_of(plan.stations, person.id)
        if mine and mine.position == position and mine.holds(plan.terms):
            return plan.event
        before = store.ask(ctx, plan.event, person.id)
        after = _answered(ctx, plan, _by_hand(ctx, plan, person, position, before, origin), YES)
        others = [
            one
            for one in plan.stations
            if one is not mine and (one.person or one.name != person.name)
        ]
        station = Station(position, person.id, person.name, iso(ctx.now()), plan.terms)
        told = [
            *letters.overtaken(ctx, plan.event, person.id),
            *letters.on(ctx, plan.event, person, station, after, origin),
        ]
        record = events.record(
            ctx,
            plan.event.exact_ref,
            "crew.put_on",
            origin,
            person=person.id,
            name=person.name,
            position=position,
            note=note,
        )
        return _write(ctx, plan, [record, *told], before, after, (*others, station))

    event = again_when_outdated(attempt)
    settle_safely(ctx, event.exact_ref)
    return event


def _by_hand(
    ctx: Context, plan: Plan, person: Person, position: str, before: Ask | None, origin: Origin
) -> Ask:
    now = iso(ctx.now())
    return Ask(
        slug=plan.event.slug,
        timestamp=plan.event.timestamp,
        person=person.id,
        name=person.name,
        positions=(position,),
        terms=plan.terms,
        at=now,
        by=origin.actor.name,
        deadline=now,
        round=before.round + 1 if before else 1,
    )


def take_off(ctx: Context, ref: Ref, station: Station, reason: str, origin: Origin) -> Event:
    """They are not on any more, and are told. Twice is once."""

    def attempt() -> Event:
        plan = plan_of(ctx, events.load(ctx, ref))
        gone = next((one for one in plan.stations if _is_same(one, station)), None)
        if gone is None:
            return plan.event
        before = store.ask(ctx, plan.event, gone.person) if gone.person else None
        after = replace(before, closed="off", remind_at="") if before else None
        person = _known(ctx, gone.person)
        told: list[Write] = []
        if person and after:
            told = letters.overtaken(ctx, plan.event, person.id)
            told += letters.told(ctx, plan.event, person, after, "off", reason, origin)
        record = events.record(
            ctx,
            plan.event.exact_ref,
            "crew.taken_off",
            origin,
            person=gone.person,
            name=gone.name,
            position=gone.position,
            reason=reason,
        )
        stations = tuple(one for one in plan.stations if one is not gone)
        return _write(ctx, plan, [record, *told], before, after, stations)

    return again_when_outdated(attempt)


def _known(ctx: Context, person_id: str) -> Person | None:
    """Who can be written to; None for who left, or was never there."""
    try:
        person = staff.load(ctx, person_id)
    except NotFound:
        return None
    return None if person.left else person


def _is_same(one: Station, other: Station) -> bool:
    return (one.person, one.name) == (other.person, other.name)


def set_positions(ctx: Context, ref: Ref, positions: Mapping[str, int], origin: Origin) -> Event:
    """How many of each position this sail needs. Twice is once."""

    def attempt() -> Event:
        plan = plan_of(ctx, events.load(ctx, ref))
        before = wanted(plan.company, plan.event)
        said = {position: number for position, number in positions.items() if number}
        if before == said:
            return plan.event
        record = events.record(
            ctx, plan.event.exact_ref, "crew.needed", origin, before=before, positions=said
        )
        change = events.change(ctx, plan.event, {"positions": said})
        try:
            ctx.db.transact([record, change])
        except ConditionFailed as error:
            raise Outdated from error
        return events.as_changed(ctx, plan.event, change)

    event = again_when_outdated(attempt)
    settle_safely(ctx, event.exact_ref)
    return event


# What follows by itself


def settle_safely(ctx: Context, ref: Ref) -> None:
    """`settle` after somebody's change: should it fail, the clock does it a little later."""
    with contextlib.suppress(Exception):
        settle(ctx, events.load(ctx, ref), at_most=10)


def settle(ctx: Context, event: Event, at_most: int = 1000) -> int:
    """Bring the asks of one sail in line with what it is now; gives how many changed.

    Whoever is no longer needed is told; whoever agreed to other terms is asked again; one
    reminder goes out. Safe to run twice, and at once with another: each step holds only if
    nobody else took it.
    """
    plan, left = plan_of(ctx, event), _who_left(ctx)
    done = 0
    for one in store.asks(ctx, event):
        if done >= at_most:
            break
        if step := _step(ctx, plan, one, left):
            done += step()
    if event.cancelled and not _is_final(ctx, event):
        return done
    if event.cancelled and any(one.position for one in plan.stations):
        done += _nobody_is_on(ctx, plan)
    return done


def _is_final(ctx: Context, event: Event) -> bool:
    try:
        return datetime.fromisoformat(event.cancelled_at) + _PATIENCE <= ctx.now()
    except (ValueError, TypeError):
        return True


def _nobody_is_on(ctx: Context, plan: Plan) -> bool:
    """A sail that is off: should it be on again, everybody is asked anew."""
    record = events.record(
        ctx,
        plan.event.exact_ref,
        "crew.released",
        BY_ITSELF,
        people=[{"id": one.person, "name": one.name} for one in plan.stations],
    )
    return _try(ctx, [record, events.change(ctx, plan.event, attributes(()))])


def _who_left(ctx: Context) -> frozenset[str]:
    return frozenset(person.id for person in staff.everyone(ctx) if person.left)


def _step(ctx: Context, plan: Plan, ask: Ask, left: frozenset[str]) -> Callable[[], bool] | None:
    """What has to be done about an ask, if anything; reads nothing. `left`: who works elsewhere."""
    now, mine = ctx.now(), station_of(plan.stations, ask.person)
    concerned = ask.waiting or mine is not None
    if ask.closed:
        return None
    if plan.event.cancelled:
        final = _is_final(ctx, plan.event)
        return partial(_close, ctx, plan, ask, "cancelled", tell=concerned) if final else None
    if plan.event.starts_at is not None and plan.event.starts_at <= now:
        # Who is on hears of it should it be moved now: the weather may hold a sail at the dock.
        over = mine is None or plan.event.starts_at + _MAY_MOVE <= now
        return partial(_close, ctx, plan, ask, "over", tell=False) if over else None
    if ask.person in left:
        return partial(_let_go, ctx, plan, ask, mine)
    if ask.waiting and mine is None and not set(ask.positions) & plan.open.keys():
        return partial(_close, ctx, plan, ask, "taken", tell=True)
    if concerned and plan.terms.day and not ask.terms.same(plan.terms):
        return partial(_ask_again, ctx, plan, ask, mine)
    is_day = out_of_night(now, ctx.settings.timezone) == now
    if is_day and ask.waiting and ask.remind_at and datetime.fromisoformat(ask.remind_at) <= now:
        return partial(_remind, ctx, plan, ask)
    return None


def _let_go(ctx: Context, plan: Plan, ask: Ask, mine: Station | None) -> bool:
    """Whoever left the company is on no sail to come."""
    if mine is None:
        return _close(ctx, plan, ask, "off", tell=False)
    take_off(ctx, plan.event.exact_ref, mine, "Left the company", BY_ITSELF)
    return True


def _close(ctx: Context, plan: Plan, ask: Ask, why: str, *, tell: bool) -> bool:
    after = replace(ask, closed=why, remind_at="")
    person = _known(ctx, ask.person) if tell else None
    if person and why == "cancelled" and letters.knows_by_the_call(ctx, plan.event, person):
        person = None  # one letter each
    told = letters.told(ctx, plan.event, person, after, why, "", BY_ITSELF) if person else []
    told += letters.overtaken(ctx, plan.event, ask.person)
    return _try(ctx, [*told, store.change(ctx, ask, after)])


def _ask_again(ctx: Context, plan: Plan, ask: Ask, mine: Station | None) -> bool:
    positions = (mine.position,) if mine and mine.position else ask.positions
    anew = replace(
        ask,
        positions=positions,
        terms=plan.terms,
        was=ask.terms,
        at=iso(ctx.now()),
        round=ask.round + 1,
        answer="",
        answered_at="",
    )
    anew = _timed(ctx, plan, anew, timedelta(hours=24))
    record = events.record(
        ctx,
        plan.event.exact_ref,
        "crew.asked",
        BY_ITSELF,
        people=[{"id": ask.person, "name": ask.name}],
        positions=list(positions),
        terms=plan.terms.item(),
    )
    person = _known(ctx, ask.person)
    told = letters.overtaken(ctx, plan.event, ask.person)
    told += letters.asked(ctx, plan.event, person, anew) if person else []
    return _try(ctx, [record, *told, store.change(ctx, ask, anew)])


def _remind(ctx: Context, plan: Plan, ask: Ask) -> bool:
    after = replace(ask, remind_at="")
    person = _known(ctx, ask.person)
    told = letters.asked(ctx, plan.event, person, after, reminder=True) if person else []
    return _try(ctx, [*told, store.change(ctx, ask, after)])


def _try(ctx: Context, writes: list[Write]) -> bool:
    try:
        ctx.db.transact(writes)
    except ConditionFailed:  # somebody else was at it
        return False
    return True


def settle_all(ctx: Context) -> int:
    """By the clock: all sails that somebody was asked for; gives how many asks changed.

    Reads a hundred events at once, and more of those alone that something has to be done about.
    """
    ctx = replace(ctx, known={})
    asks: dict[Ref, list[Ask]] = {}
    for ask in store.live(ctx):
        asks.setdefault(Ref(ask.slug, ask.timestamp), []).append(ask)
    left = _who_left(ctx) if asks else frozenset()
    done = 0
    for event in events.several(ctx, list(asks)):
        plan = plan_of(ctx, event)
        if any(_step(ctx, plan, ask, left) for ask in asks[event.exact_ref]):
            done += settle(ctx, event)
    return done


# Days off


def be_away(ctx: Context, person: str, days: Iterable[date], note: str, origin: Origin) -> None:
    """These days they can't come. Twice is once."""
    days = list(days)
    record = audit.record(
        ctx,
        audit.office_partition(ctx),
        "crew.away",
        origin,
        person=person,
        days=[day.isoformat() for day in days],
        note=note,
    )
    rows = [store.put_away(ctx, person, day, note, origin.actor.name) for day in days]
    ctx.db.transact([record, *rows])


def be_back(ctx: Context, person: str, day: date, origin: Origin) -> None:
    """They can come on that day after all."""
    record = audit.record(
        ctx,
        audit.office_partition(ctx),
        "crew.back",
        origin,
        person=person,
        days=[day.isoformat()],
    )
    ctx.db.transact([record, store.back(person, day)])
