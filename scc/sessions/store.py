"""Sessions and throttle counters in and out of the state table."""

import contextlib
from datetime import datetime

from scc.aws import Change, Delete, Item, Put
from scc.company import store as company
from scc.context import Context
from scc.errors import ConditionFailed, Unconfirmed
from scc.sessions.model import (
    KNOWN_FOR,
    Session,
    minute_name,
    out_of_window,
)
from scc.staff import store as people
from scc.staff.model import Person
from scc.tables import STATE

_OWNER = "admin"
"""Stands for who signs in with the admin password."""


def _key(person_id: str, session_id: str) -> Item:
    return {"pk": f"sessions#{person_id or _OWNER}", "sk": session_id}


def put(session: Session) -> Put:
    return Put(
        STATE,
        {
            **_key(session.person_id, session.id),
            "name": session.name,
            "roles": sorted(session.roles),
            "seen_at": session.seen_at.isoformat(),
            "ends_at": session.ends_at.isoformat(),
            "stage": session.stage,
            "epoch": session.epoch,
            "expires": _epoch_seconds(session.ends_at),
        },
    )


def find(ctx: Context, person_id: str, session_id: str) -> tuple[Session | None, Person | None]:
    """The session and whose it is; no person: the owner's, or somebody unknown.

    Read together with the company, which every page wants to know, and what this one wants.
    """
    keys = [_key(person_id, session_id), company.KEY, *ctx.beside]
    keys += [people.key(person_id)] if person_id else []
    found = {item["pk"]: item for item in ctx.db.get_many(STATE, keys)}
    company.remember(ctx, found.get(company.KEY["pk"]))
    if ctx.known is not None:
        ctx.known.update({key["pk"]: found.get(key["pk"]) for key in ctx.beside})
    kept, person = found.get(keys[0]["pk"]), found.get(people.PARTITION)
    session = _session(kept) if kept else None
    return session, Person.from_item(person) if person else None


def all_sessions(ctx: Context, person_id: str = "") -> list[Session]:
    items = ctx.db.query(STATE, _key(person_id, "")["pk"])
    return [_session(item) for item in items]


def delete(session: Session) -> Delete:
    return delete_by(session.person_id, session.id)


def delete_by(person_id: str, session_id: str) -> Delete:
    return Delete(STATE, _key(person_id, session_id))


def touch(ctx: Context, session: Session) -> None:
    """Note that the session was seen now; one that was ended meanwhile stays ended.

    Where it can't be noted, the page is worth more than the note: the next one tries again.
    """
    seen = {"seen_at": ctx.now().isoformat()}
    with contextlib.suppress(ConditionFailed, Unconfirmed):
        ctx.db.write(Change(STATE, _key(session.person_id, session.id), set=seen))


def _session(item: Item) -> Session:
    return Session(
        id=item["sk"],
        name=item["name"],
        seen_at=datetime.fromisoformat(item["seen_at"]),
        ends_at=datetime.fromisoformat(item["ends_at"]),
        stage=item["stage"],
        epoch=item["epoch"],
        person_id="" if item["pk"] == _key("", "")["pk"] else item["pk"].removeprefix("sessions#"),
        roles=frozenset(item.get("roles", ("admin",))),
    )


# Throttle: one item a network, one attribute a minute. An ADD that a lost answer doubles
# counts one try too many, which does no harm.


def read_tries(ctx: Context, network: str) -> Item:
    return ctx.db.get(STATE, _throttle_key(network)) or {}


def count_try(ctx: Context, network: str, minute: int, by: int = 1, *, known: bool = False) -> Item:
    """Count a try in a minute, or take it back there; gives all counts. `known`: a good one."""
    key = _throttle_key(network)
    until = _epoch_seconds(ctx.now() + KNOWN_FOR)
    set_ = {"expires": until} | ({"known_until": until} if known else {})
    add = {minute_name(minute): by}
    counts = ctx.db.write(Change(STATE, key, set=set_, add=add, must_exist=False))
    if past := out_of_window(counts, minute):  # or a network that comes daily fills its item up
        ctx.db.write(Change(STATE, key, remove=tuple(past[:200]), must_exist=False))
    return counts


def _throttle_key(network: str) -> Item:
    return {"pk": f"throttle#{network}", "sk": "tries"}


def _epoch_seconds(moment: datetime) -> int:
    return int(moment.timestamp())
