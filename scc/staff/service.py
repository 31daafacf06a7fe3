"""What an admin does with people: add, change, let in, see off."""

from dataclasses import dataclass, replace
from typing import Any

from scc.audit import store as audit
from scc.audit.model import Item, Origin, fingerprint, iso
from scc.aws import Put, Write, again_when_outdated, reading_what_came_of_it
from scc.context import Context
from scc.errors import ConditionFailed, Invalid, KeyReused, Outdated, Refused
from scc.mail import letters
from scc.mail import store as outbox
from scc.staff import access, store
from scc.staff.model import Person, new_id, reach


@dataclass(frozen=True)
class Details:
    """What an admin says of a person."""

    name: str
    roles: frozenset[str]
    positions: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""


def add_person(ctx: Context, details: Details, key: str, origin: Origin) -> Person:
    """Somebody new; with a key used before, whom it added. Raises Invalid, KeyReused, Unconfirmed.

    They can do nothing until they are given a way in.
    """
    said = fingerprint({"person": _plain(details)})
    person = Person(new_id(), **vars(details), joined_at=iso(ctx.now()))
    try:
        _check(ctx, details)
    except Invalid:  # sent a second time, it finds its own work in the way
        if used := _added(ctx, key, said):
            return used
        raise
    fields = {"roles": sorted(details.roles), "positions": list(details.positions)}
    writes: list[Write] = [
        audit.use_key(ctx, key, said, person=person.id),
        record(ctx, "person.added", person, origin, **fields),
        store.put(person),
    ]
    try:
        ctx.db.transact(writes)
    except ConditionFailed:
        with reading_what_came_of_it():
            return _added(ctx, key, said) or person
    return person


def _added(ctx: Context, key: str, said: str) -> Person | None:
    used = audit.used_key(ctx, key)
    if used is None:
        return None
    if used["fingerprint"] != said or "person" not in used:
        raise KeyReused("it has added somebody already.")
    return store.load(ctx, used["person"])


def change_person(
    ctx: Context, person_id: str, details: Details, version: int, origin: Origin
) -> Person:
    """Change what is said of somebody. A role that goes is gone with their next request, and
    comes back by a new sign-in alone.

    Where nothing differs nothing is written. Raises NotFound, Invalid, Outdated where they are no
    longer at `version`, and Unconfirmed.
    """
    person = store.load(ctx, person_id)
    before, after = _plain(person), _plain(details)
    changes = {
        name: {"from": before[name], "to": after[name]}
        for name in after
        if before[name] != after[name]
    }
    if not changes:
        return person
    if person.version != version:
        raise Outdated
    _check(ctx, details, person)
    _refuse_own(person, origin, "admin" in person.roles - details.roles, "take the office from")
    told = changes | {name: "changed" for name in ("phone", "email") if name in changes}
    set_ = {**after, "positions": list(details.positions), "roles": sorted(details.roles)}
    taken = person.roles - details.roles
    removed = {name for role in taken for name in access.BY_ROLE[role]}
    if changes.keys() & {"email", "phone", "roles"}:  # sent elsewhere before, or for something else
        removed |= {*access.SENT}
    _write(
        ctx,
        [
            store.change(person, set_, tuple(sorted(removed)), ends=bool(taken)),
            record(ctx, "person.changed", person, origin, changes=told),
        ],
    )
    return store.load(ctx, person.id)


def see_off(ctx: Context, person_id: str, origin: Origin) -> Person:
    """Somebody leaves: whatever let them in is dead at once. Twice is once.

    Raises NotFound, Refused for oneself, and Unconfirmed.
    """
    return again_when_outdated(lambda: _see_off(ctx, person_id, origin))


def _see_off(ctx: Context, person_id: str, origin: Origin) -> Person:
    person = store.load(ctx, person_id)
    if person.left:
        return person
    _refuse_own(person, origin, True, "see off")
    gone = record(ctx, "person.left", person, origin)
    left = store.change(person, {"left_at": iso(ctx.now())}, access.ENDED, ends=True)
    _write(ctx, [left, gone])
    return store.load(ctx, person.id)


def take_back(ctx: Context, person_id: str, origin: Origin) -> Person:
    """They are back; they need a new way in. Twice is once. Raises NotFound, Invalid."""
    return again_when_outdated(lambda: _take_back(ctx, person_id, origin))


def _take_back(ctx: Context, person_id: str, origin: Origin) -> Person:
    person = store.load(ctx, person_id)
    if not person.left:
        return person
    _check(ctx, person, person)
    back = record(ctx, "person.returned", person, origin)
    _write(ctx, [store.change(person, {}, ("left_at",)), back])
    return store.load(ctx, person.id)


@dataclass(frozen=True)
class Given:
    """A link that was made: `name` is what its address is made from."""

    person: Person
    name: str


def give_link(ctx: Context, person_id: str, by_letter: bool, origin: Origin) -> Given:
    """A link that lets them in once, by letter or to be handed on. The one before is dead.

    Raises NotFound, Refused (they left, have no address, or sign in by a password) and Unconfirmed.
    """
    return again_when_outdated(lambda: _give_link(ctx, person_id, by_letter, origin))


def _give_link(ctx: Context, person_id: str, by_letter: bool, origin: Origin) -> Given:
    person = store.load(ctx, person_id)
    if person.left:
        raise Refused(f"{person.name} has left.")
    if person.is_admin and person.is_set_up:
        raise Refused(f"{person.name} has a password. Reset it first, if it is lost.")
    return _give(ctx, person, by_letter, origin, {})


def reset(ctx: Context, person_id: str, by_letter: bool, origin: Origin) -> Given:
    """An admin's password and second factor are gone, their sessions over; a link sets up others.

    Raises NotFound, Refused and Unconfirmed.
    """
    return again_when_outdated(lambda: _reset(ctx, person_id, by_letter, origin))


def _reset(ctx: Context, person_id: str, by_letter: bool, origin: Origin) -> Given:
    person = store.load(ctx, person_id)
    if person.left or not person.is_admin:
        raise Refused(f"{person.name} has no password.")
    _refuse_own(person, origin, True, "reset the password of")
    return _give(ctx, person, by_letter, origin, access.end_all(person))


def _give(ctx: Context, person: Person, by_letter: bool, origin: Origin, ended: Item) -> Given:
    if by_letter and not person.email:
        raise Refused(f"No e-mail address of {person.name} is known.")
    nonce = access.new_nonce()
    name = access.link_name(person, nonce)
    set_ = {**access.give_link(ctx, person, nonce, access.GIVEN), **ended}
    gone = access.SET_UP if ended else ()
    writes: list[Write] = [
        store.note(person, set_, gone, epoch=person.epoch),
        record(ctx, "access.given", person, origin, way="letter" if by_letter else "hand"),
    ]
    if ended:
        writes.append(record(ctx, "access.reset", person, origin))
    if by_letter:
        letter = letters.sign_in(
            person.email, person.first_name, name, "", "3 days", person.is_admin
        )
        writes += outbox.queued(ctx, replace(letter, by=origin.actor.name))
    _write(ctx, writes)
    return Given(person, name)


def _check(ctx: Context, details: Details | Person, own: Person | None = None) -> None:
    """Raises Invalid: an admin signs in by an address, which is nobody else's."""
    if not details.roles:
        raise Invalid({"roles": "Say what they may do: crew, admin or both."})
    if "admin" in details.roles and not details.email:
        raise Invalid({"email": "An admin signs in by an e-mail address: enter it."})
    others = [p for p in store.everyone(ctx) if not p.left and (own is None or p.id != own.id)]
    for name in ("email", "phone"):
        mine = reach(getattr(details, name))
        same = [p.name for p in others if mine and mine == reach(getattr(p, name))]
        if same:
            raise Invalid({name: f"{same[0]} has it already, and signs in by it."})


def _refuse_own(person: Person, origin: Origin, does: bool, what: str) -> None:
    if does and origin.actor.id == person.id:
        raise Refused(f"Nobody can {what} themselves. Another admin can.")


def _plain(said: Details | Person) -> Item:
    return {
        "name": said.name,
        "roles": ", ".join(sorted(said.roles)),
        "positions": ", ".join(said.positions),
        "phone": said.phone,
        "email": said.email,
    }


def record(ctx: Context, kind: str, person: Person, origin: Origin, **fields: Any) -> Put:
    """What was done with somebody, for the office's audit."""
    office = audit.office_partition(ctx)
    who = {"person": person.id, "name": person.name}
    return audit.record(ctx, office, kind, origin, **who, **fields)


def _write(ctx: Context, writes: list[Write]) -> None:
    try:
        ctx.db.transact(writes)
    except ConditionFailed as error:
        raise Outdated from error
