"""Mail: what a letter is, who it can go to, when it is tried again. Pure."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

Item = dict[str, Any]

OFFICE: Final = "office"
"""What a letter is about that belongs to no event."""

WAITING: Final = "waiting"
SENT: Final = "sent"
FAILED: Final = "failed"
WITHDRAWN: Final = "withdrawn"
HANDED: Final = "handed"
"""Given to somebody's own phone; whether it was sent, nobody here knows."""

UNDO: Final = timedelta(minutes=2)
"""How long what Undo takes back waits."""

LEASE: Final = timedelta(minutes=1)
"""How long a letter belongs to whoever is sending it: longer than Lambda lets anybody try."""

KEPT: Final = timedelta(days=400)
"""How long what became of a letter is kept."""

_AFTER_MINUTES: Final = (1, 4, 15, 60, 180, 360, 720)
"""Between a try and the next one."""

TRIES: Final = len(_AFTER_MINUTES) + 1


def next_try(tries: int) -> timedelta | None:
    """How long to wait after so many tries in vain; None: no more."""
    return timedelta(minutes=_AFTER_MINUTES[tries - 1]) if tries < TRIES else None


_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS: Final = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@({_LABEL}(?:\.{_LABEL})+)", re.ASCII)


def parse_address(text: str) -> str:
    """One e-mail address (RFC 5321, without quotes), its domain in the form that mail uses.

    ValueError for anything else: two addresses, a name beside it, a line break.
    """
    bare = text.strip()
    name, _, domain = bare.rpartition("@")
    try:
        bare = f"{name}@{domain.encode('idna').decode()}"
    except UnicodeError:
        bare = ""
    found = _ADDRESS.fullmatch(bare)
    if not found or len(bare) > 254 or len(found[1]) > 64:
        raise ValueError("Enter one e-mail address, such as name@example.com.")
    return bare


def address_or_none(text: str) -> str | None:
    """The same of what older data has; None where mail can't go there."""
    try:
        return parse_address(text)
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
    def partition(self) -> str:
        return partition(self.about)

    @property
    def sort(self) -> str:
        return f"{self.kind}#{self.key}"


def partition(about: str) -> str:
    return f"mail#{about}"


def letter_id(pk: str, sk: str) -> str:
    """Names a letter in an address and in its Message-ID: the same however often it is sent."""
    return hashlib.sha256(f"{pk}|{sk}".encode()).hexdigest()[:32]


def address_mark(address: str) -> str:
    """The partition of what is known of an address. Its name alone tells nobody the address."""
    return f"address#{hashlib.sha256(address.lower().encode()).hexdigest()}"
