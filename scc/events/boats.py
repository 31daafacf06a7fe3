"""Which boat, dock and kind a sail has; whether its party fits; which sails overlap."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from scc.aws import Check
from scc.company import store as settings
from scc.company.model import (
    LONGEST,
    Boat,
    Company,
    Dock,
    Kind,
    above_limit,
    boat_of,
    ends_at,
)
from scc.context import Context
from scc.errors import Invalid, Unfit
from scc.events import store
from scc.events.model import Event, Ref
from scc.web.filters import hour, short_day

if TYPE_CHECKING:
    from scc.events.service import Details


def with_the_only(company: Company, details: "Details") -> "Details":
    """What was not said, where there is just one."""
    return replace(
        details,
        boat=details.boat or _only(company.offered_boats),
        dock=details.dock or _only(company.offered_docks),
        kind=details.kind or _only(company.offered_kinds),
    )


def _only(things: Sequence[Boat | Dock | Kind]) -> str:
    return things[0].id if len(things) == 1 else ""


def refuse_unfit(
    ctx: Context, company: Company, details: "Details", before: Event | None = None
) -> None:
    """Invalid for a boat, dock or kind that is not offered, Unfit for a party above its limit.

    `before`: the event that is changed: what it already has may be retired.
    """
    offered: dict[str, Sequence[Boat | Dock | Kind]] = {
        "boat": company.offered_boats,
        "dock": company.offered_docks,
        "kind": company.offered_kinds,
    }
    problems = {
        name: _choose(name, things)
        for name, things in offered.items()
        if (said := getattr(details, name))
        and said not in {thing.id for thing in things}
        and said != (before and getattr(before, name))
    }
    above = _newly_above(company, draft(ctx, details, before), before)
    if above:
        problems["guests"] = above
    if problems:
        raise (Unfit if above else Invalid)(problems)


def held_against_limit(ctx: Context, before: Event, after: Event) -> list[Check]:
    """Of an event whose guests another room changes: Unfit where they are too many now; else
    the condition that the limit still is what they were held against."""
    company = settings.read(ctx)
    refuse_above(company, before, after)
    return [settings.unchanged(company)]


def refuse_above(company: Company, before: Event, after: Event) -> None:
    """Unfit where its guests are too many now, and were not before."""
    if above := _newly_above(company, after, before):
        raise Unfit({"guests": above})


def _newly_above(company: Company, after: Event, before: Event | None) -> str:
    """Why its party is too big; empty where it is not, or was so before."""
    above = above_limit(company, after)
    if not above or (before and _same_load(company, before, after)):
        return ""
    return f"{above} at most. Choose another boat, or set its limit in Settings."


def _same_load(company: Company, before: Event, after: Event) -> bool:
    """What is too many already may stay, so that the rest can be put right."""
    same_boat = boat_of(company, before) == boat_of(company, after)
    return same_boat and before.party == after.party


def _choose(name: str, things: Sequence[Boat | Dock | Kind]) -> str:
    names = ", ".join(thing.name for thing in things)
    return f"There is no such {name} now." + (f" Choose one of: {names}." if names else "")


def as_read(company: Company, details: "Details") -> list[Check]:
    """The condition that the limit still is what the party was held against."""
    return [settings.unchanged(company)] if details.guests else []


def draft(ctx: Context, details: "Details", before: Event | None = None) -> Event:
    """The event as it would be."""
    item = before.item if before else {"event_id": "draft", "timestamp": 0}
    left = {name: value for name, value in item.items() if name not in ("guests", "minutes")}
    return Event.from_item(left | details.attributes(ctx), ctx.settings.timezone)


# Two sails of one boat


def overlaps(company: Company, events: Iterable[Event]) -> dict[Ref, list[Event]]:
    """Of each event, the others that its boat can't sail as well; nothing for those without."""
    by_boat: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        boat = boat_of(company, event)
        if boat and event.starts_at and event.hour_known and event.took_place:
            by_boat[boat.id].append(event)
    found: dict[Ref, list[Event]] = defaultdict(list)
    for sails in by_boat.values():
        away: list[Event] = []
        for event in sorted(sails, key=lambda one: (one.starts_at, one.exact_ref)):
            away = [one for one in away if _ends_after_start(company, one, event)]
            for other in away:
                found[event.exact_ref].append(other)
                found[other.exact_ref].append(event)
            away.append(event)
    return dict(found)


def _ends_after_start(company: Company, one: Event, next_: Event) -> bool:
    end, start = ends_at(company, one), next_.starts_at
    return bool(end and start and end > start)


def overlapping(ctx: Context, company: Company, event: Event) -> list[Event]:
    """The other sails that its boat can't sail as well, by start; reads those around it."""
    return overlaps(company, [*around(ctx, company, event), event]).get(event.exact_ref, [])


def around(ctx: Context, company: Company, event: Event) -> list[Event]:
    """The other sails that may be under way when it is; none where nobody knows boat or hour."""
    start, end = event.starts_at, ends_at(company, event)
    if start is None or end is None or boat_of(company, event) is None:
        return []
    found = store.between(ctx, start - timedelta(minutes=LONGEST), end)
    return [one for one in found if one.exact_ref != event.exact_ref]


def in_words(
    ctx: Context, company: Company, others: Sequence[Event], day: date | None = None
) -> str:
    """`Bo Lind, Sat 23 May 5:00 pm to 7:00 pm; …`; without the day where it is this one."""
    return "; ".join(_in_words(ctx, company, other, day) for other in others)


def _in_words(ctx: Context, company: Company, event: Event, day: date | None) -> str:
    zone = ctx.settings.timezone
    start, end = event.local_start(zone), ends_at(company, event)
    name = event.patron_name or event.slug
    if start is None or end is None:
        return name
    told = "" if start.date() == day else f"{short_day(start)} "
    return f"{name}, {told}{hour(start)} to {hour(end.astimezone(zone))}"
