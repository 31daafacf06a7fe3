"""A sail's crew, ready for the templates."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from scc.context import Context
from scc.crew import letters, store, tips, voyage
from scc.crew.forms import hours_text
from scc.crew.model import CLOSED, NO, YES, Ask, Station, station_of, wanted
from scc.crew.plan import Plan, plan_of
from scc.crew.ready import Reason, Verdict
from scc.crew.sailing import log_of
from scc.errors import NotFound
from scc.events import store as events
from scc.events.model import Event, Ref
from scc.ledger.model import Entry
from scc.staff import store as staff
from scc.staff.model import Person, named


@dataclass(frozen=True)
class OnBoard:
    """Somebody who is on, as the event page shows them."""

    name: str
    position: str
    phone: str
    told: str
    holds: bool
    off_url: str
    url: str
    """Their own page; empty for a name that nobody of the staff has."""


@dataclass(frozen=True)
class Asked:
    """Somebody who was asked and is not on."""

    name: str
    phone: str
    positions: str
    told: str
    state: str
    """`waiting`, `yes`, `no`, `late` or `closed`: names its colour."""


@dataclass(frozen=True)
class Fix:
    """A reason and where it is put right."""

    text: str
    url: str
    dialog: bool


def section(ctx: Context, event: Event, entries: list[Entry]) -> dict[str, Any]:
    """What the event page shows of its crew; `entries`: its ledger's."""
    plan = plan_of(ctx, event)
    people = {person.id: person for person in staff.everyone(ctx)}
    asks = store.asks(ctx, event)
    place: dict[str, Any] = {"ref": event.exact_ref}
    tip_left = str(tips.left_of(event, entries)) if tips.is_due(ctx, event) else ""
    open_to_asks = not event.cancelled and event.starts_at and event.starts_at > ctx.now()
    return {
        "on_board": [
            _on_board(ctx, plan, people, one, number) for number, one in enumerate(plan.stations, 1)
        ],
        "crew_asked": [
            _asked(ctx, people, one) for one in asks if not station_of(plan.stations, one.person)
        ],
        "crew_open": plan.open,
        "crew_wanted": wanted(plan.company, event),
        "crew_terms": letters.in_words(plan.terms),
        "ask_url": url_for("crew.ask", **place) if open_to_asks else "",
        "put_on_url": url_for("crew.put_on", **place) if open_to_asks else "",
        "positions_url": url_for("crew.positions", **place),
        "sail_url": url_for("captain.sail", **place),
        "hours_url": url_for("captain.hours", **place) if log_of(event).begun or tip_left else "",
        "tip_left": tip_left,
        "verdict": verdict(ctx, event),
    }


def _on_board(
    ctx: Context, plan: Plan, people: dict[str, Person], one: Station, number: int
) -> OnBoard:
    person = people.get(one.person) or named(people.values(), one.name)
    told = "said yes" if one.holds(plan.terms) else "has not agreed to what changed"
    if not one.position:
        told = "put on by the older tool, at no position"
    if one.minutes is not None:
        told = f"{hours_text(one.minutes)} hours"
    return OnBoard(
        name=one.name,
        position=one.position,
        phone=person.phone if person else "",
        told=told,
        holds=one.holds(plan.terms),
        off_url=url_for("crew.take_off", ref=plan.event.exact_ref, number=number),
        url=url_for("staff.person", person_id=person.id) if person else "",
    )


def _asked(ctx: Context, people: dict[str, Person], ask: Ask) -> Asked:
    person = people.get(ask.person)
    state, told = _state(ctx, ask)
    return Asked(
        name=ask.name,
        phone=person.phone if person else "",
        positions=" or ".join(ask.positions),
        told=told,
        state=state,
    )


def _state(ctx: Context, ask: Ask) -> tuple[str, str]:
    if ask.closed:
        return "closed", CLOSED.get(ask.closed, ask.closed)
    if ask.answer == NO:
        return "no", f"Can’t come, {letters.moment(ctx, ask.answered_at)}"
    if ask.answer == YES:
        return "yes", "Would come; the place was taken"
    until = letters.moment(ctx, ask.deadline)
    if datetime.fromisoformat(ask.deadline) <= ctx.now():
        return "late", f"Did not answer by {until}"
    return "waiting", f"Asked, answer by {until}"


@dataclass(frozen=True)
class ToAnswer:
    """A sail that waits for somebody's yes or no."""

    ref: Ref
    now: str
    was: str
    """What they knew of, where it has changed since."""
    until: str
    guests: str
    others: str
    mark: str
    """Stands for the terms that are shown; goes back with the answer."""
    positions: tuple[str, ...]
    """What they can say yes to."""
    on: bool
    """They are on, and are asked again."""


def asked_of(ctx: Context, person: str) -> list[tuple[Ask, Event]]:
    """What somebody was asked and is still to come, the next sail first."""
    found = []
    for ask in store.live_of(ctx, person):
        with contextlib.suppress(NotFound):
            event = events.load(ctx, Ref(ask.slug, ask.timestamp))
            if event.starts_at and event.starts_at > ctx.now() and not event.cancelled:
                found.append((event.starts_at, ask, event))
    return [(ask, event) for _, ask, event in sorted(found, key=lambda one: one[0])]


def to_answer(ctx: Context, ask: Ask, event: Event) -> ToAnswer | None:
    """None where there is nothing to answer: they did, or the place is taken."""
    plan = plan_of(ctx, event)
    mine = station_of(plan.stations, ask.person)
    if mine:
        positions: tuple[str, ...] = () if mine.holds(plan.terms) else (mine.position,)
    else:
        positions = tuple(p for p in ask.positions if p in plan.open) if not ask.answer else ()
    if not positions:
        return None
    was = ask.was if ask.terms.same(plan.terms) else ask.terms
    others = [one.name for one in plan.stations if one is not mine]
    return ToAnswer(
        ref=event.exact_ref,
        now=letters.in_words(plan.terms),
        was=letters.in_words(was) if was and not was.same(plan.terms) else "",
        until=letters.moment(ctx, ask.deadline),
        guests=event.guests,
        others=", ".join(others),
        mark=plan.terms.mark,
        positions=positions,
        on=mine is not None,
    )


def verdict(ctx: Context, event: Event) -> dict[str, Any] | None:
    """The verdict with the way to each reason; None where there is nothing to say any more."""
    start = event.local_start(ctx.settings.timezone)
    found = voyage.verdict_of(ctx, event)
    if found is None or start is None or start.date() < ctx.today():
        return None
    return {
        "marks": found.marks,
        "whole": found.whole,
        "fixes": [_fix(event, reason) for reason in found.reasons],
        "overridden": found.overridden,
        "override": found.override,
        "override_url": url_for("crew.override", ref=event.exact_ref) if found.can_override else "",
    }


def _fix(event: Event, reason: Reason) -> Fix:
    place: dict[str, Any] = {"ref": event.exact_ref}
    place |= {"person": reason.person} if reason.person else {}
    urls = {
        "change": ("events.change", False),
        "crew": ("crew.ask", True),
        "agreed": ("crew.put_on", True),
        "waivers": ("waiver_staff.roll", False),
        "payment": ("payments.log_payment", True),
        "sail": ("captain.sail", False),
    }
    endpoint, dialog = urls[reason.fix]
    return Fix(reason.text, url_for(endpoint, **place), dialog)


def missing(found: Verdict | None) -> Iterable[str]:
    return [reason.text for reason in found.reasons] if found else []
