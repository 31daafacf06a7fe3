"""Mail: what a letter is, who it can go to, when it is tried again. Pure."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from scc.parse import parse_email

Item = dict[str, Any]

OFFICE: Final = "office"
"""What a letter is about that belongs to no event."""

WAITING: Final = "waiting"
SENT: Final = "sent"
FAILED: Final = "failed"
WITHDRAWN: Final = "withdrawn"
HANDED: Final = "handed"
"""Given to somebody's own phone; whether it was sent, nobody here knows."""

TOLD: Final = "told"
"""Said in another letter to the same person."""

UNDO: Final = timedelta(minutes=2)
"""How long what Undo takes back waits."""

LEASE: Final = timedelta(minutes=1)
"""How long a letter belongs to whoever is sending it: longer than Lambda lets anybody try."""

KEPT: Final = timedelta(days=400)
"""How long what became of a letter is kept."""

_AFTER_MINUTES: Final = (1, 4, 15, 60, 180, 360, 720)
"""Between a try and the next one."""

TRIES: Final = len(_AFTER_MINUTES) + 1


_TO_PATRON: Final = frozenset(
    {
        *("receipt", "correction", "refund"),
        *("your_sail", "moved", "cancelled", "reinstated", "held", "lifted", "weather"),
    }
)

SECRET: Final = frozenset({"sign_in", "crew_ask", "crew_told"})
"""What lets their reader in, or answer in a name: no page shows it, and it is not kept as sent."""

_AGAIN: Final = ".again-"


def next_try(tries: int) -> timedelta | None:
    """How long to wait after so many tries in vain; None: no more."""
    return timedelta(minutes=_AFTER_MINUTES[tries - 1]) if tries < TRIES else None


def address_or_none(text: str) -> str | None:
    """An address as older data has it; None where mail can't go there."""
    try:
        return parse_email(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class Letter:
    """One letter to one address, as it waits in the outbox. `kind` names its templates.

    `about` and `key` make it one: the partition of its event's ledger (or OFFICE), and what it
    came of, such as a payment's id. `values` fill the templates: texts, numbers, truth values,
    and lists of these.
    """

    kind: str
    to: str
    about: str
    key: str
    values: Mapping[str, Any]
    wait: timedelta = timedelta()
    """How long it can still be withdrawn before it leaves."""
    by: str = ""
    """Who caused it."""
    after: str = ""
    """The `sort` of another letter about the same: this one follows only if that one left."""
    instead: "Letter | None" = None
    """What goes in its place where that one did not leave."""

    @property
    def sort(self) -> str:
        return sort_of(self.kind, self.key)


@dataclass(frozen=True)
class Posted:
    """A letter in the outbox, and what became of it. Moments are ISO 8601, UTC."""

    about: str
    sort: str
    id: str
    kind: str
    to: str
    values: Mapping[str, Any]
    state: str
    tries: int
    at: str
    by: str
    due: int
    """When it is tried next, in epoch seconds."""
    sent_at: str
    way: str
    reason: str
    """Why the last try was in vain, in words."""
    unsure: bool
    """Whether a way may have taken it without saying so."""
    leased: int
    """Until when it belongs to whoever is sending it; 0: to nobody."""
    after: str
    instead: Item | None
    again: str = ""
    """The key of the form by which it was sent again."""

    @property
    def key(self) -> Item:
        return {"pk": partition(self.about), "sk": self.sort}

    @property
    def may_have_left(self) -> bool:
        return self.state in (SENT, TOLD) or self.unsure or bool(self.leased)

    @property
    def to_patron(self) -> bool:
        """Guests have letters, too: these are nobody else's."""
        return self.kind in _TO_PATRON

    @property
    def of(self) -> str:
        """The key it was written under, also where this is one that was sent again."""
        return self.sort.partition("#")[2].partition(_AGAIN)[0]

    def tells_of(self, kind: str, key: str) -> bool:
        """Whether it is that letter, or one sent again of it."""
        return sort_of(kind, key) == f"{self.kind}#{self.of}"

    @classmethod
    def from_item(cls, item: Item) -> "Posted":
        return cls(
            about=item["about"],
            sort=item["sk"],
            id=item["id"],
            kind=item["kind"],
            to=item["to"],
            values=item["values"],
            state=item["state"],
            tries=int(item["tries"]),
            at=item["at"],
            by=item.get("by", ""),
            due=int(item.get("due", 0)),
            sent_at=item.get("sent_at", ""),
            way=item.get("way", ""),
            reason=item.get("reason", ""),
            unsure=item.get("unsure") is True,
            leased=int(item.get("leased", 0)),
            after=item.get("after", ""),
            instead=item.get("instead"),
            again=item.get("again", ""),
        )


def again_key(letter: Posted, key: str) -> str:
    """The key of a letter's copy, sent again by the form with `key`."""
    return f"{letter.of}{_AGAIN}{key}"


def sort_of(kind: str, key: str) -> str:
    """Names a letter among those about the same. A key that no address could hold is hashed."""
    plain = re.fullmatch(r"[A-Za-z0-9._:-]{1,80}", key, re.ASCII)
    return f"{kind}#{key if plain else hashlib.sha256(key.encode()).hexdigest()}"


def partition(about: str) -> str:
    return f"mail#{about}"


def letter_id(pk: str, sk: str) -> str:
    """Names a letter in an address and in its Message-ID: the same however often it is sent."""
    return hashlib.sha256(f"{pk}|{sk}".encode()).hexdigest()[:32]


def address_mark(address: str) -> str:
    """The partition of what is known of an address. Its name alone tells nobody the address."""
    return f"address#{hashlib.sha256(address.lower().encode()).hexdigest()}"
