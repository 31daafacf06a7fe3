"""What people do with waivers: sign; record paper; void; say who came and who did not."""

import contextlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from scc.audit.model import GUEST, Item, Origin, fingerprint, iso
from scc.aws import reading_what_came_of_it
from scc.context import Context
from scc.errors import ConditionFailed, Invalid, KeyReused, NotFound, Refused
from scc.events.model import Event
from scc.mail import store as mail
from scc.texts import store as texts
from scc.texts.model import Text, Version
from scc.waivers import letters, store
from scc.waivers.model import (
    ADULT,
    Roll,
    Signing,
    Where,
    age_on,
    call_roll,
    has_begun,
    is_plausible,
    party_of,
    record_key,
    records,
)

OLD_TEXT_HOLDS: Final = timedelta(hours=24)
"""How long a form that was opened before a new text came out may still be sent."""
STAYS_OPEN: Final = timedelta(hours=24)
"""How long after its start a sail can still be signed for."""


@dataclass(frozen=True)
class Signed:
    """What came of it; `again`: the form had been kept before."""

    key: str
    again: bool = False


# Signing


def sail_day(ctx: Context, event: Event) -> date:
    """The day by which ages are told, in the boat's zone; an undated sail's is today."""
    start = event.local_start(ctx.settings.timezone)
    return start.date() if start else ctx.today()


def is_open(ctx: Context, event: Event) -> bool:
    """Whether it can be signed for: not cancelled, not long over."""
    if event.cancelled:
        return False
    return event.starts_at is None or ctx.now() < event.starts_at + STAYS_OPEN


def text_to_keep(ctx: Context, version: int, language: str, hash_: str) -> Text | None:
    """The very text that a form was opened on, where it may still be signed; else None.

    A newer one never takes its place: the form is shown again with that.
    """
    current = texts.current(ctx)
    if current is None:
        return None
    shown = current if current.number == version else texts.numbered(ctx, version)
    if shown is None or shown.html.get(language) is None:
        return None
    text = shown.text(language)
    if text.hash != hash_:
        return None
    since = ctx.now() - datetime.fromisoformat(_replaced_at(ctx, shown, current))
    return text if shown is current or since < OLD_TEXT_HOLDS else None


def _replaced_at(ctx: Context, shown: Version, current: Version) -> str:
    if shown.number >= current.number - 1:
        return current.published_at
    after = texts.numbered(ctx, shown.number + 1)
    return after.published_at if after else shown.published_at


def age_problems(signing: Signing, day: date) -> dict[str, str]:
    """By field: who is too young to sign, or too old to be signed for. Day: of the sail."""
    found = {}
    if not is_plausible(signing.birth_date, day):
        found["birth_date"] = "Check the year."
    elif age_on(signing.birth_date, day) < ADULT:
        found["birth_date"] = (
            "Whoever is not yet 18 on the day of the sail can't sign. "
            "A parent or legal guardian signs, and adds them as a child."
        )
    for n, child in enumerate(signing.children, 1):
        if not is_plausible(child.birth_date, day):
            found[f"child{n}-birth_date"] = "Check the year."
        elif age_on(child.birth_date, day) >= ADULT:
            found[f"child{n}-birth_date"] = "Who is 18 or older signs for themselves."
    return found


def sign(ctx: Context, event: Event, signing: Signing, address: str, agent: str) -> Signed:
    """Keep what was signed, once: a record for each person, all or none.

    The same form again gives the same records. Touches nothing that another signer touches.
    Raises Invalid, KeyReused (same form, other content), Refused and Unconfirmed.
    """
    if not is_open(ctx, event):
        raise Refused("This sail can't be signed for any more.")
    if problems := age_problems(signing, sail_day(ctx, event)):
        raise Invalid(problems)
    if not signing.sails and not signing.children:
        raise Invalid({"sails": "Add the children you sign for, or say that you come along."})
    print_ = fingerprint(signing.fingerprint_of())
    where = Where(
        partition=event.ledger,
        event_id=event.slug,
        timestamp=event.timestamp,
        starts_at=iso(event.starts_at) if event.starts_at else "",
        zone=str(ctx.settings.timezone),
        ports=ports(ctx, event),
        received_at=iso(ctx.now()),
        address=address,
        user_agent=agent,
    )
    rows = records(signing, where, print_)
    told = letters.copy(
        ctx, event, signing.key, signing.email, signing.name, signing.language, signing.key
    )
    try:
        ctx.db.transact([*store.put(ctx, event, "waiver.signed", Origin(GUEST), rows), *told])
    except ConditionFailed as error:
        with reading_what_came_of_it():
            kept = store.load(ctx, event, signing.key, 0)
        if kept is None or kept.get("fingerprint") != print_:
            raise KeyReused("you have signed with it already.") from error
        return Signed(signing.key, again=True)
    return Signed(signing.key)


def send_copy_again(ctx: Context, event: Event, record: Item) -> bool:
    """Whether a letter with a fresh link goes to the address on the record; one a day at most."""
    key = party_of(record)
    writes = letters.copy(
        ctx, event, key, record["email"], record["name"], record["language"], f"{key}-{ctx.today()}"
    )
    if writes:
        with contextlib.suppress(ConditionFailed):  # it waits already, or has left
            ctx.db.transact(writes)
    return bool(writes)


def remind(ctx: Context, event: Event, key: str, origin: Origin) -> int:
    """Write to those only who have not signed, as far as their addresses are known; how many."""
    found = letters.reminders(ctx, event, roll_call(ctx, event), key, origin.actor.name)
    if found:
        with contextlib.suppress(ConditionFailed):  # the same form again
            said = mail.record(ctx, "asked", event.ledger, found[0].kind, origin)
            ctx.db.transact([*mail.queued(ctx, *found), said])
    return len(found)


def ports(ctx: Context, event: Event) -> dict[str, str]:
    """Where the voyage begins and ends, and where else it calls."""
    return {"home": ctx.settings.home_port, "calls_at": event.calls_at}


# Who signed


def roll_call(ctx: Context, event: Event) -> Roll:
    """Exactly who has signed by now: two reads."""
    version = None if has_begun(event.starts_at, ctx.now()) else texts.current(ctx)
    hashes = version.hashes if version else None
    return call_roll(store.of_event(ctx, event), event.guests, hashes)


# What the office and the crew say


@dataclass(frozen=True)
class Paper:
    """A waiver on paper, seen by who records it."""

    key: str
    name: str
    birth_date: date
    guardian: str
    """Who signed for a minor."""
    relation: str
    """Of RELATIONS; empty: not said."""
    kept_at: str
    """Where the paper is."""


def record_paper(ctx: Context, event: Event, paper: Paper, origin: Origin) -> None:
    """Note a waiver that was signed on paper. The same form again is once.

    Raises Invalid, KeyReused and Unconfirmed.
    """
    day = sail_day(ctx, event)
    if not is_plausible(paper.birth_date, day):
        raise Invalid({"birth_date": "Check the year."})
    minor = age_on(paper.birth_date, day) < ADULT
    if minor and not paper.guardian:
        raise Invalid({"guardian": "They are not yet 18: name the parent or guardian who signed."})
    if minor and not paper.relation:
        raise Invalid({"relation": "Say whether it was a parent or a legal guardian who signed."})
    row: Item = {
        "pk": event.ledger,
        "sk": record_key(paper.key, 0),
        "kind": "paper",
        "class": "minor" if minor else "adult",
        "name": paper.name,
        "birth_date": paper.birth_date.isoformat(),
        "relation": paper.relation if minor else "",
        "aboard": True,
        "signed_by": {"name": paper.guardian if minor else paper.name},
        "kept_at": paper.kept_at,
        "by": origin.actor.item(),
        "received_at": iso(ctx.now()),
        "event": {
            "event_id": event.slug,
            "timestamp": event.timestamp,
            "starts_at": iso(event.starts_at) if event.starts_at else "",
            "zone": str(ctx.settings.timezone),
            "ports": ports(ctx, event),
        },
    }
    _once(ctx, event, "waiver.on_paper", row, origin, ("name", "birth_date", "kept_at"))


def void(ctx: Context, event: Event, of: str, reason: str, key: str, origin: Origin) -> None:
    """Say that a record is not to count, and why. The record itself stays as it is."""
    _mark(ctx, event, "waiver.voided", key, origin, kind="void", of=of, reason=reason)


def say_no_show(ctx: Context, event: Event, of: str, key: str, origin: Origin) -> None:
    """Who had signed did not come."""
    _mark(ctx, event, "waiver.no_show", key, origin, kind="no_show", of=of)


def say_came(ctx: Context, event: Event, of: str, key: str, origin: Origin) -> None:
    """They came after all."""
    _mark(ctx, event, "waiver.came", key, origin, kind="came", of=of)


def count_aboard(
    ctx: Context, event: Event, walk_ons: int, no_shows: int, key: str, origin: Origin
) -> None:
    """How many came beside those booked, and how many of the unsigned did not come."""
    said = {"kind": "aboard", "walk_ons": walk_ons, "no_shows": no_shows}
    _mark(ctx, event, "waiver.aboard", key, origin, **said)


def _mark(ctx: Context, event: Event, audited: str, key: str, origin: Origin, **said: Any) -> None:
    if "of" in said and not any(row["sk"] == said["of"] for row in store.of_event(ctx, event)):
        raise NotFound("There is no such waiver.")
    by = origin.actor.item()
    row = {"pk": event.ledger, "sk": store.mark_key(key), "class": "mark", "by": by, **said}
    _once(ctx, event, audited, row, origin, tuple(said))


def _once(
    ctx: Context, event: Event, audited: str, row: Item, origin: Origin, same: tuple[str, ...]
) -> None:
    try:
        ctx.db.transact(store.put(ctx, event, audited, origin, [row]))
    except ConditionFailed as error:
        with reading_what_came_of_it():
            rows = store.of_event(ctx, event)
        kept = next((one for one in rows if one["sk"] == row["sk"]), {})
        if any(kept.get(name) != row[name] for name in same):
            raise KeyReused("it has done something else already.") from error
