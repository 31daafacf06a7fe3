"""What a person does with a session: sign in, sign out; and how an API client proves itself."""

import hmac
import secrets
import threading
import time
from dataclasses import dataclass, replace
from typing import Final

from scc import passwords
from scc.audit import store as audit
from scc.audit.model import OLDER_API, Actor, ActorKind, Origin
from scc.aws import Delete, Write
from scc.context import Context
from scc.errors import NotSignedIn
from scc.sessions import store
from scc.sessions.model import ABSOLUTE, CREW, SEEN_EVERY, Session, digest
from scc.sessions.throttle import counted
from scc.staff import store as people
from scc.staff.model import Person, is_id
from scc.tokens.model import token_id
from scc.tokens.service import client_of

REMEMBERED_SECONDS: Final = 300


@dataclass(frozen=True)
class Visit:
    """Where somebody signs in from, and what their cookie held until now: that session ends
    (ASVS 7.2.4)."""

    address: str
    request_id: str
    before: str = ""


def opened(
    ctx: Context, name: str, visit: Visit, person: Person | None = None
) -> tuple[str, list[Write]]:
    """What the cookie is to hold, and the writes that open the session.

    `person`: as they are once the writes are made; None: the owner, under `name`.
    """
    secret = secrets.token_urlsafe(32)
    roles = person.roles if person else frozenset({"admin"})
    lasts = ABSOLUTE if "admin" in roles else CREW
    session = Session(
        id=digest(secret),
        name=name,
        seen_at=ctx.now(),
        ends_at=ctx.now() + lasts,
        stage=ctx.settings.stage,
        epoch=f"{person.epoch}" if person else digest(ctx.settings.admin_pass_hash),
        person_id=person.id if person else "",
        roles=roles,
    )
    origin = Origin(session.actor, visit.address, visit.request_id)
    office = audit.office_partition(ctx)
    record = audit.record(ctx, office, "session.opened", origin, session=session.mark)
    ended: list[Write] = [delete_before(visit.before)] if visit.before else []
    held = of_person(session.person_id, secret)
    return held, [store.put(session), record, *ended]


def sign_in(ctx: Context, name: str, password: str, visit: Visit) -> str:
    """The owner's way in, by the admin password; gives what the cookie is to hold.

    Raises NotSignedIn for a wrong password, Throttled, Unavailable and Unconfirmed.
    """
    with counted(ctx, visit.address) as attempt:
        attempt.good = passwords.verify(ctx.settings.admin_pass_hash, password)
    if not attempt.good:
        refuse(ctx, name, visit)
        raise NotSignedIn("That is not the password.")
    held, writes = opened(ctx, name, visit)
    ctx.db.transact(writes)
    return held


def refuse(
    ctx: Context,
    name: str,
    visit: Visit,
    person: Person | None = None,
    *,
    kind: ActorKind = "admin",
) -> None:
    """Keep that somebody was refused, by the name that they gave; `person`: whom it means."""
    actor = Actor(kind, person.id if person else secrets.token_hex(6), name)
    origin = Origin(actor, visit.address, visit.request_id)
    office = audit.office_partition(ctx)
    ctx.db.transact([audit.record(ctx, office, "session.refused", origin, name=name)])


def of_person(person_id: str, secret: str) -> str:
    """What the cookie holds: whose session it is, and its secret."""
    return f"{person_id}.{secret}" if person_id else secret


def _parts(held: str) -> tuple[str, str]:
    """The person and the digest under which the session of a cookie is stored."""
    person_id, _, secret = held.rpartition(".")
    return person_id if is_id(person_id) else "", digest(secret)


def was_of(visit: Visit, person: Person) -> bool:
    """Whether the last session of who comes was that person's: their cookie, which we signed, says
    so also when it is over."""
    return _parts(visit.before)[0] == person.id


def delete_before(held: str) -> Delete:
    """Ends the session that the cookie stood for until now."""
    return store.delete_by(*_parts(held))


def load_session(ctx: Context, held: str) -> Session | None:
    """The live session that a cookie stands for, with what its person may do by now; notes at
    most every five minutes that it was seen. One read."""
    session, person = store.find(ctx, *_parts(held))
    if session and session.person_id:
        session = _by_now(session, person)
    epoch = f"{person.epoch}" if person else digest(ctx.settings.admin_pass_hash)
    if session is None or not session.is_live(ctx.now(), ctx.settings.stage, epoch):
        return None
    if ctx.now() - session.seen_at >= SEEN_EVERY:
        store.touch(ctx, session)
    return session


def _by_now(session: Session, person: Person | None) -> Session | None:
    """None for who has left, or may do nothing any more of what they signed in for."""
    if person is None or person.left or not session.roles & person.may:
        return None
    return replace(session, name=person.name, roles=session.roles & person.may)


def sign_out(ctx: Context, session: Session, origin: Origin) -> None:
    """End this session, for good."""
    office = audit.office_partition(ctx)
    record = audit.record(ctx, office, "session.closed", origin, session=session.mark)
    ctx.db.transact([store.delete(session), record])


def sign_out_everywhere(ctx: Context, own: Session, origin: Origin) -> int:
    """End every session of that person, or every one opened with the admin password; gives how
    many there were.

    The caller's own goes last: who is signed in no more knows that nobody else is.
    """
    found = store.all_sessions(ctx, own.person_id)
    others = [session for session in found if session.id != own.id]
    count = len(others) + 1
    office = audit.office_partition(ctx)
    record = audit.record(ctx, office, "sessions.closed", origin, count=count)
    if own.person_id:
        ctx.db.transact([people.next_epoch(own.person_id), store.delete(own), record])
        return count
    for session in others:
        ctx.db.write(store.delete(session))
    ctx.db.transact([store.delete(own), record])
    return count


class TokenCheck:
    """Checks X-Admin-Token. A verified one is remembered, as a keyed digest, for five minutes.

    The hash costs 0.3 s of processor; so that many good requests at once cost it once and are
    not taken for guesses, one is checked at a time.
    """

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._key = secrets.token_bytes(32)
        self._verified: dict[str, float] = {}
        self._lock = threading.Lock()

    def __call__(self, token: str, address: str) -> Actor:
        """Who the token stands for; raises NotSignedIn and Throttled."""
        if not token:
            raise NotSignedIn("Send a token, or the admin password, as X-Admin-Token.")
        if token_id(token):
            return self._client(token, address)
        mark = hmac.new(self._key, token.encode("utf-8", "surrogateescape"), "sha256").hexdigest()
        if self._is_remembered(mark):
            return OLDER_API
        with self._lock:
            if not self._is_remembered(mark):
                self._verify(token, address)
                self._verified = {mark: time.monotonic() + REMEMBERED_SECONDS}
        return OLDER_API

    def _client(self, token: str, address: str) -> Actor:
        """A named token is looked up each time, so that a revoked one is dead at once."""
        client = client_of(self._ctx, token)
        if client is None:
            with counted(self._ctx, address):
                pass
            raise NotSignedIn("X-Admin-Token is no token of this stage, or it was revoked.")
        return client

    def _is_remembered(self, mark: str) -> bool:
        return self._verified.get(mark, 0.0) > time.monotonic()

    def _verify(self, token: str, address: str) -> None:
        with counted(self._ctx, address) as attempt:
            attempt.good = passwords.verify(self._ctx.settings.admin_pass_hash, token)
        if not attempt.good:
            raise NotSignedIn("X-Admin-Token is not the admin password.")
