"""The ways in of people of the staff: a link or a code for the crew; for admins a password of
their own with a second factor, which a link lets them set up once."""

import secrets
from dataclasses import dataclass, replace
from typing import Final

from scc import passwords
from scc.audit.model import Actor, ActorKind, Item, Origin
from scc.aws import ABSENT, Write
from scc.context import Context
from scc.errors import ConditionFailed, Invalid, NotSignedIn, Refused
from scc.mail import letters, links
from scc.mail import store as outbox
from scc.sessions.model import Session
from scc.sessions.service import Visit, opened, refuse, was_of
from scc.sessions.throttle import counted
from scc.staff import access, store
from scc.staff.model import Person, is_id, reached_by
from scc.staff.service import record

OVER: Final = "This link was used, or is over. Ask for another one."
WRONG_CODE: Final = "That is not the code, or it is over. Ask for another one."
WRONG: Final = "That is not right. Check the address, the password and the code."
UNKNOWN: Final = "somebody unknown"
SIGNED_OUT: Final = "You are no longer signed in."
LOCKED: Final = "Too many wrong codes. Another admin can reset your way in."
_LINK_GONE: Final = ("link", "link_until")
_CODE_GONE: Final = ("code", "code_until", "code_tries")


@dataclass(frozen=True)
class Way:
    """A link that holds."""

    person: Person
    nonce: str

    @property
    def sets_up(self) -> bool:
        """Whether it leads to a password rather than in."""
        return self.person.is_admin


# Asking for one


def ask(ctx: Context, reach: str, visit: Visit) -> None:
    """Send a link and a code to a member of the crew who has this address or number.

    Whether anybody has, nothing of the answer tells. Raises Throttled and Unconfirmed.
    """
    with counted(ctx, visit.address):  # each asking counts: a letter is soon sent, and a nuisance
        person = reached_by(store.everyone(ctx), reach)
    may = person and person.email and not person.is_admin
    if not person or not may or not access.may_ask(ctx, person, own=was_of(visit, person)):
        ctx.db.write(store.no_one())
        return
    nonce = access.new_nonce()
    set_: Item = {**access.give_code(ctx, nonce), **access.note_asking(ctx, person)}
    link = person.link  # the office's: anybody can ask, and nobody's asking may end it
    if not access.outlasts(ctx, person):
        link = nonce
        set_ |= access.give_link(ctx, person, nonce, access.ASKED)
    name, code_name = (access.link_name(person, one) for one in (link, nonce))
    letter = letters.sign_in(person.email, person.first_name, name, code_name, "30 minutes", False)
    writes: list[Write] = [
        store.note(person, set_, sent_at=person.sent_at or ABSENT, epoch=person.epoch),
        record(ctx, "access.asked", person, _origin(person, visit)),
        *outbox.queued(ctx, letter),
    ]
    try:
        ctx.db.transact(writes)
    except ConditionFailed:  # a second tap: one letter is on its way
        return


# By a link


def way_of(ctx: Context, signed: str) -> Way:
    """What a link leads to; looking at it changes nothing. Raises Refused where it is over."""
    name = links.name_of(ctx.settings, signed) or ""
    person_id, _, nonce = name.partition("-")
    people = [p for p in store.everyone(ctx) if p.id == person_id] if is_id(person_id) else []
    if not people or not access.link_holds(ctx, people[0], nonce):
        raise Refused(OVER)
    return Way(people[0], nonce)


def go_in(ctx: Context, way: Way, visit: Visit) -> str:
    """Sign a member of the crew in; the link is used. Gives what the cookie is to hold.

    Raises Refused where somebody was quicker, and Unconfirmed.
    """
    if way.sets_up:
        raise Refused("Choose a password first.")
    held, writes = opened(ctx, way.person.name, visit, way.person)
    gone = (*_LINK_GONE, *_CODE_GONE)
    used = store.note(way.person, {}, gone, link=way.nonce, epoch=way.person.epoch)
    _use(ctx, [used, *writes], OVER)
    return held


def set_up(ctx: Context, way: Way, password: str, code: str, visit: Visit) -> str:
    """An admin's password and second factor, by the link that the office gave; they are in.

    Raises Invalid for a code that is not of the secret shown, Refused and Unconfirmed.
    """
    if not way.sets_up:
        raise Refused(OVER)
    person = way.person
    step = access.step_of(ctx.settings, person, way.nonce, code, ctx.now())
    if step is None:
        raise Invalid({"code": "That is not the code that the app shows now. Look again."})
    set_: Item = {
        "password_hash": passwords.hash_password(password),
        "factor": way.nonce,
        "factor_step": step,
        **access.end_all(person),
    }
    held, writes = opened(ctx, person.name, visit, replace(person, epoch=person.epoch + 1))
    used = store.note(person, set_, _LINK_GONE, link=way.nonce, epoch=person.epoch)
    done = record(ctx, "access.set_up", person, _origin(person, visit))
    _use(ctx, [used, done, *writes], OVER)
    return held


# By a code


def enter_code(ctx: Context, reach: str, given: str, visit: Visit) -> str:
    """Sign a member of the crew in by the short code. Each code can be guessed at five times.

    Raises NotSignedIn, Throttled and Unconfirmed.
    """
    with counted(ctx, visit.address) as attempt:
        person = reached_by(store.everyone(ctx), reach)
        attempt.good = _is_code(ctx, person, given)
    if not person or not attempt.good:
        refuse(ctx, person.name if person else UNKNOWN, visit, person, kind="crew")
        raise NotSignedIn(WRONG_CODE)
    held, writes = opened(ctx, person.name, visit, person)
    gone = (*_CODE_GONE, *(_LINK_GONE if person.link == person.code else ()))
    used = store.note(person, {}, gone, code=person.code, epoch=person.epoch)
    try:
        ctx.db.transact([used, *writes])
    except ConditionFailed as error:  # somebody was quicker
        raise NotSignedIn(WRONG_CODE) from error
    return held


def _is_code(ctx: Context, person: Person | None, given: str) -> bool:
    """Counted before it is looked at, or many at once would have a try each."""
    if not person or person.is_admin or not access.code_is_open(ctx, person):
        ctx.db.write(store.no_one())
        return False
    try:
        counts = ctx.db.write(access.count_code_try(person))
    except ConditionFailed:
        return False
    right = links.is_code(ctx.settings, access.link_name(person, person.code), given)
    return right and int(counts["code_tries"]) <= access.CODE_TRIES


def make_code(ctx: Context, session: Session, origin: Origin) -> str:
    """A code for the home-screen app of whoever is signed in here. Raises Refused, Unconfirmed."""
    person = store.load(ctx, session.person_id)
    if person.is_admin:
        raise Refused("An admin signs in by their password there, too.")
    nonce = access.new_nonce()
    writes: list[Write] = [
        store.note(person, access.give_code(ctx, nonce), epoch=person.epoch),
        record(ctx, "access.given", person, origin, way="code"),
    ]
    _use(ctx, writes, SIGNED_OUT)
    return links.code(ctx.settings, access.link_name(person, nonce))


# By a password and a second factor


def sign_in_admin(ctx: Context, email: str, password: str, code: str, visit: Visit) -> str:
    """An admin's own way in. A code is taken once. Raises NotSignedIn, Throttled, Unconfirmed."""
    step = None
    with counted(ctx, visit.address) as attempt:
        person = reached_by(store.everyone(ctx), email)
        known = person if person and person.is_admin and person.is_set_up else None
        # Nobody's password is checked as well: the time tells nothing.
        hashed = known.password_hash if known else ctx.settings.admin_pass_hash
        right = passwords.verify(hashed, password)
        if known and right:
            step = _step_of(ctx, known, code)
        attempt.good = known is not None and step is not None and step > known.factor_step
    if known is None or step is None or not attempt.good:
        refuse(ctx, known.name if known else UNKNOWN, visit, known)
        locked = known and right and known.factor_tries >= access.FACTOR_TRIES
        raise NotSignedIn(LOCKED if locked else WRONG)
    held, writes = opened(ctx, known.name, visit, known)
    taken = store.note(known, {"factor_step": step}, ("factor_tries",), **access.take_step(known))
    try:
        ctx.db.transact([taken, *writes])
    except ConditionFailed as error:
        raise NotSignedIn("That code was used just now. Wait for the next one.") from error
    return held


def _step_of(ctx: Context, person: Person, code: str) -> int | None:
    """Whoever has the password has few guesses at the code, from however many networks."""
    try:
        counts = ctx.db.write(access.count_factor_try(person))
    except ConditionFailed:
        return None
    if int(counts["factor_tries"]) > access.FACTOR_TRIES:
        return None
    return access.step_of(ctx.settings, person, person.factor, code, ctx.now())


def change_password(
    ctx: Context, session: Session, old: str, new: str, visit: Visit, origin: Origin
) -> str:
    """Another password; every session of theirs is over but the one that this gives.

    Raises Invalid for a wrong old one, Throttled, Refused and Unconfirmed.
    """
    person = store.load(ctx, session.person_id)
    if not person.is_set_up:
        raise Refused("You have no password of your own.")
    with counted(ctx, visit.address) as attempt:
        attempt.good = passwords.verify(person.password_hash, old)
    if not attempt.good:
        raise Invalid({"old": "That is not your password."})
    later = replace(person, epoch=person.epoch + 1)
    held, writes = opened(ctx, person.name, visit, later)
    set_: Item = {"password_hash": passwords.hash_password(new), **access.end_all(person)}
    changed = store.note(person, set_, password_hash=person.password_hash, epoch=person.epoch)
    done = record(ctx, "password.changed", person, origin)
    _use(ctx, [changed, done, *writes], "Your password was changed meanwhile. Sign in again.")
    return held


# The calendar's feed


def set_feed(ctx: Context, session: Session, on: bool, origin: Origin) -> None:
    """A new address for the feed, which ends the one before; or none.

    Raises Refused for who left meanwhile, and Unconfirmed.
    """
    person = store.load(ctx, session.person_id)
    set_: Item = {"feed": secrets.token_hex(8)} if on else {}
    changed = store.note(person, set_, () if on else ("feed",), epoch=person.epoch)
    said = record(ctx, "access.given" if on else "access.ended", person, origin, way="feed")
    _use(ctx, [changed, said], SIGNED_OUT)


def _origin(person: Person, visit: Visit) -> Origin:
    kind: ActorKind = "admin" if person.is_admin else "crew"
    return Origin(Actor(kind, person.id, person.name), visit.address, visit.request_id)


def _use(ctx: Context, writes: list[Write], otherwise: str) -> None:
    try:
        ctx.db.transact(writes)
    except ConditionFailed as error:
        raise Refused(otherwise) from error
