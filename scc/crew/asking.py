"""Ask people to come. The same form again asks nobody twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from scc.audit import store as audit
from scc.audit.model import Origin, fingerprint, iso
from scc.aws import Write, again_when_outdated, reading_what_came_of_it
from scc.context import Context
from scc.crew import letters, store
from scc.crew.candidates import Candidate, who_could_come
from scc.crew.model import Ask
from scc.crew.plan import Plan, timed, to_come
from scc.errors import ConditionFailed, KeyReused, Outdated, Refused
from scc.events import store as events
from scc.events.model import Ref

AT_ONCE: Final = 40
"""People asked in one transaction, each with a letter; DynamoDB takes 100 writes."""


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
    plan = to_come(ctx, events.load(ctx, ref))
    chosen = [one for one in who_could_come(ctx, plan) if _is_meant(one, wish) and not one.station]
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
    return timed(
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
