"""Secret addresses at which a calendar follows the season; each can be ended."""

import contextlib
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scc.audit import store as audit
from scc.audit.model import Item, Origin, fingerprint, iso
from scc.aws import ABSENT, Change, Put
from scc.context import Context
from scc.errors import ConditionFailed, KeyReused, NotFound
from scc.events import store as events
from scc.events.model import Event
from scc.sessions.model import digest
from scc.staff import store as staff
from scc.staff.model import Person, is_id
from scc.tables import STATE

_PARTITION: Final = "feeds"
BACK: Final = 1
AHEAD: Final = 11
"""Months around this one: a year in all."""
MOST: Final = 3000
"""Sails that are shown, the nearest: writing one takes half a millisecond."""

_READ: Final = (
    *("patron_name", "guests", "cancelled_at", "version", "minutes", "kind", "dock", "boat"),
)


@dataclass(frozen=True)
class Feed:
    """An address as it is kept: its digest, never the secret in it."""

    id: str
    name: str
    made_at: str
    made_by: str
    person_id: str = ""
    """Whose it is: it ends with them. Empty: of who signs in with the admin password."""
    epoch: str = ""
    """Of the latter: a digest of that password's hash, with which it ends."""
    revoked_at: str = ""
    revoked_by: str = ""


def make_feed(ctx: Context, name: str, key: str, origin: Origin) -> tuple[Feed, str]:
    """A new address and the secret in it, which nothing can show again.

    Raises KeyReused for a form sent twice, and Unconfirmed.
    """
    secret = secrets.token_urlsafe(24)
    person = origin.actor.id if is_id(origin.actor.id) else ""
    epoch = "" if person else digest(ctx.settings.admin_pass_hash)
    feed = Feed(_digest(ctx, secret), name, iso(ctx.now()), origin.actor.name, person, epoch)
    item = {"pk": _PARTITION, "sk": feed.id, **{k: v for k, v in vars(feed).items() if v}}
    office = audit.office_partition(ctx)
    try:
        ctx.db.transact(
            [
                audit.use_key(ctx, key, fingerprint({"feed": name})),
                Put(STATE, item),
                audit.record(ctx, office, "feed.made", origin, feed=feed.id[:12], name=name),
            ]
        )
    except ConditionFailed as error:
        raise KeyReused("it has made its address. An address is shown once.") from error
    return feed, secret


def revoke_feed(ctx: Context, id_: str, origin: Origin) -> None:
    """End an address, at once and for good. Twice is once. Raises NotFound and Unconfirmed."""
    feed = _load(ctx, id_)
    if feed is None:
        raise NotFound("There is no such address.")
    change = Change(
        STATE,
        {"pk": _PARTITION, "sk": feed.id},
        set={"revoked_at": iso(ctx.now()), "revoked_by": origin.actor.name},
        expect={"revoked_at": ABSENT},
    )
    office = audit.office_partition(ctx)
    record = audit.record(ctx, office, "feed.revoked", origin, feed=feed.id[:12], name=feed.name)
    with contextlib.suppress(ConditionFailed):  # it was ended before
        ctx.db.transact([change, record])


def all_feeds(ctx: Context) -> list[Feed]:
    """The newest first, ended ones too."""
    found = map(_feed, ctx.db.query(STATE, _PARTITION))
    return sorted(found, key=lambda feed: feed.made_at, reverse=True)


def behind(ctx: Context, secret: str) -> Feed:
    """The address that a calendar asks for. Raises NotFound where it is none, or has ended."""
    feed = _load(ctx, _digest(ctx, secret))
    if feed is None or not is_live(ctx, feed, staff.everyone(ctx)):
        raise NotFound("This calendar has ended, or its address is not whole.")
    return feed


def is_live(ctx: Context, feed: Feed, people: Sequence[Person]) -> bool:
    """Whether it shows anything: nobody ended it, and whoever made it may still sign in so."""
    if feed.revoked_at:
        return False
    if not feed.person_id:
        return hmac.compare_digest(feed.epoch, digest(ctx.settings.admin_pass_hash))
    return any(one.id == feed.person_id and one.is_admin and not one.left for one in people)


def season(ctx: Context) -> Sequence[Event]:
    """What the calendar shows: a year's sails, cancelled ones too, so that it takes them away."""
    this = ctx.today()
    first = this.year * 12 + this.month - 1 - BACK
    months = [f"{n // 12}-{n % 12 + 1:02}" for n in range(first, first + BACK + 1 + AHEAD)]
    found = [event for month in events.in_months(ctx, months, _READ) for event in month]
    return found[:MOST]


def _digest(ctx: Context, secret: str) -> str:
    """192 random bits need no slow hash. It holds on one stage only."""
    return hashlib.sha256(f"{ctx.settings.stage}:feed:{secret}".encode()).hexdigest()


def _load(ctx: Context, id_: str) -> Feed | None:
    item = ctx.db.get(STATE, {"pk": _PARTITION, "sk": id_}) if len(id_) == 64 else None
    return _feed(item) if item else None


def _feed(item: Item) -> Feed:
    return Feed(**{name: str(item.get(name, "")) for name in Feed.__dataclass_fields__})
