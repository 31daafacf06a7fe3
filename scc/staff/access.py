"""What lets a person in, as writes: a link, a code, a password with its second factor. It ends with
the person's `epoch`, or with the next of its kind."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from scc.aws import ABSENT, Item, Write
from scc.config import Settings
from scc.context import Context
from scc.staff import store
from scc.staff.model import Person

if TYPE_CHECKING:
    from pyotp import TOTP

ASKED: Final = timedelta(minutes=30)
GIVEN: Final = timedelta(days=3)
"""How long a link lasts that its person asked for, and one that the office gave."""
CODE: Final = timedelta(minutes=15)
CODE_TRIES: Final = 5
ASK_EVERY: Final = timedelta(minutes=1)
ASKED_AT_MOST: Final = ((timedelta(hours=1), 3), (timedelta(days=1), 10))
"""Letters that anybody who knows the address can have sent to it."""
FACTOR_TRIES: Final = 50
"""Wrong codes in a row with the right password; three of a million are right at a time."""

SENT: Final = ("link", "link_until", "code", "code_until", "code_tries")
SET_UP: Final = ("password_hash", "factor", "factor_step", "factor_tries")
BY_ROLE: Final[Mapping[str, tuple[str, ...]]] = {"admin": SET_UP, "crew": ("feed",)}
"""What goes when a role is taken from somebody."""
ENDED: Final = (*SENT, *SET_UP, "feed")
"""What goes when somebody leaves. Of the factor's codes none was taken then."""

_STEP: Final = 30


def new_nonce() -> str:
    return secrets.token_hex(12)


def link_name(person: Person, nonce: str) -> str:
    return f"{person.id}-{nonce}"


def give_link(ctx: Context, person: Person, nonce: str, lasts: timedelta) -> Item:
    """The attributes by which the one before is dead, and this one holds."""
    return {"link": nonce, "link_until": seconds(ctx.now() + lasts)}


def give_code(ctx: Context, nonce: str) -> Item:
    return {"code": nonce, "code_until": seconds(ctx.now() + CODE), "code_tries": 0}


def link_holds(ctx: Context, person: Person, nonce: str) -> bool:
    """Whether that link is their last one, unused and in time."""
    same = bool(nonce) and hmac.compare_digest(person.link, nonce)
    return same and not person.left and ctx.now().timestamp() < person.link_until


def outlasts(ctx: Context, person: Person) -> bool:
    """Whether they hold a link that is good for longer than one that is asked for now."""
    return link_holds(ctx, person, person.link) and person.link_until > seconds(ctx.now() + ASKED)


def may_ask(ctx: Context, person: Person, *, own: bool) -> bool:
    """Whether a letter is sent to who asks for one; `own`: a browser that was theirs asks."""
    if seconds(ctx.now() - ASK_EVERY) < person.sent_at:
        return False
    counts = (
        sum(at > seconds(ctx.now() - span) for at in person.asked) < most
        for span, most in ASKED_AT_MOST
    )
    return own or all(counts)


def note_asking(ctx: Context, person: Person) -> Item:
    """The attributes by which this letter counts."""
    now = seconds(ctx.now())
    most = max(most for _, most in ASKED_AT_MOST)
    return {"sent_at": now, "asked": [*person.asked, now][-most:]}


def count_code_try(person: Person) -> Write:
    """Before the code is looked at, so that many at once are all counted."""
    return store.note(person, {}, add={"code_tries": 1}, code=person.code)


def code_is_open(ctx: Context, person: Person) -> bool:
    return bool(person.code) and not person.left and ctx.now().timestamp() < person.code_until


def end_all(person: Person) -> Item:
    """The attributes by which every session of theirs is over."""
    return {"epoch": person.epoch + 1}


# The second factor (RFC 6238). Its secret is derived, so that no table holds it; from the oldest
# seal key, which stays as long as there are records.


def factor_secret(settings: Settings, person: Person, nonce: str) -> str:
    """The secret in base32, 160 bits as RFC 4226 has it."""
    key = next(iter(settings.seal_keys.values()))
    told = f"second factor|{person.id}|{nonce}"
    mac = hmac.new(key.encode(), told.encode(), hashlib.sha256).digest()
    return base64.b32encode(mac[:20]).decode()


def factor_uri(settings: Settings, person: Person, nonce: str) -> str:
    """What an authenticator app reads from the QR code."""
    name = person.email or person.name
    stage = "" if settings.stage == "production" else f" ({settings.stage})"
    issuer = f"Ship Captain Crew{stage}"
    return _totp(settings, person, nonce).provisioning_uri(name=name, issuer_name=issuer)


def step_of(
    settings: Settings, person: Person, nonce: str, given: str, now: datetime
) -> int | None:
    """The time step whose code it is, of this half minute or one beside; None for any other."""
    figures = "".join(c for c in given if c.isascii() and c.isdigit())
    totp = _totp(settings, person, nonce)
    for step in _near(now):
        if totp.verify(figures, for_time=step * _STEP):
            return step
    return None


def _near(now: datetime) -> Iterator[int]:
    step = int(now.timestamp()) // _STEP
    yield from (step, step - 1, step + 1)


def count_factor_try(person: Person) -> Write:
    """Before the code is looked at, as with a short code."""
    return store.note(person, {}, add={"factor_tries": 1}, factor=person.factor)


def take_step(person: Person) -> Item:
    """What a `Change` expects, so that of two at once with one code only one is let in."""
    return {"factor_step": person.factor_step or ABSENT, "epoch": person.epoch}


def _totp(settings: Settings, person: Person, nonce: str) -> "TOTP":
    import pyotp  # here: no other request needs it

    return pyotp.TOTP(factor_secret(settings, person, nonce))


# The calendar's feed


def feed_key(settings: Settings, person: Person) -> str:
    """The end of its address, which nobody can guess; empty where there is none."""
    if not person.feed or person.left:
        return ""
    key = next(iter(settings.seal_keys.values()))
    told = f"crew feed|{person.id}|{person.feed}"
    mac = hmac.new(key.encode(), told.encode(), hashlib.sha256).digest()
    return base64.b32encode(mac[:15]).decode().lower()


def feed_ref(settings: Settings, ref: str) -> str:
    """What stands for a sail in a feed: its slug has the patron's name in it."""
    key = next(iter(settings.seal_keys.values()))
    return hmac.new(key.encode(), f"feed ref|{ref}".encode(), hashlib.sha256).hexdigest()[:24]


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())
