"""The people of the company: who they are, what they may do, and what lets them in. Pure."""

import re
import secrets
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from scc.company.model import POSITIONS
from scc.parse import parse_line, without_rank

Item = dict[str, Any]

ROLES: Final[Mapping[str, str]] = {"admin": "Admin", "crew": "Crew"}

_ID: Final = re.compile(r"p[a-z0-9]{8}", re.ASCII)
_ALPHABET: Final = "abcdefghijkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Person:
    """One of the staff. Whatever lets somebody in as them hangs on this one item, so that all of
    it ends with one write. Moments are ISO 8601 in UTC, or epoch seconds where a number."""

    id: str
    name: str
    roles: frozenset[str]
    positions: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""
    joined_at: str = ""
    left_at: str = ""
    version: int = 1
    epoch: int = 0
    """A session holds while its person's epoch is the one that it was opened in."""
    password_hash: str = field(default="", repr=False)
    factor: str = field(default="", repr=False)
    """What the second factor's secret is derived from; empty: there is none."""
    factor_step: int = 0
    """The last time step whose code was used: none is taken twice."""
    factor_tries: int = 0
    """Codes tried with the right password since one was right."""
    link: str = field(default="", repr=False)
    """Names the one link that signs them in, or lets an admin set up a password."""
    link_until: int = 0
    code: str = field(default="", repr=False)
    """Keyed digest of the short code."""
    code_until: int = 0
    code_tries: int = 0
    sent_at: int = 0
    """When a link was last sent because somebody asked for it."""
    asked: tuple[int, ...] = ()
    """When the last ones were."""
    feed: str = field(default="", repr=False)
    """Names the one calendar feed; empty: there is none."""

    @property
    def left(self) -> bool:
        return bool(self.left_at)

    @property
    def is_admin(self) -> bool:
        return "admin" in self.roles

    @property
    def is_set_up(self) -> bool:
        """Whether an admin has a password and a second factor."""
        return bool(self.password_hash and self.factor)

    @property
    def may(self) -> frozenset[str]:
        """What a session of theirs is good for: no admin without a password and a factor."""
        return self.roles if self.is_set_up else self.roles - {"admin"}

    @property
    def first_name(self) -> str:
        return next(iter(without_rank(self.name)), "")

    @classmethod
    def from_item(cls, item: Item) -> "Person":
        values: Item = {name: str(item.get(name, "")) for name in _TEXTS}
        values |= {name: int(item.get(name, 0)) for name in _NUMBERS}
        return cls(
            id=item["sk"],
            name=item["name"],
            roles=frozenset(item.get("roles", ())) & ROLES.keys(),
            positions=tuple(p for p in POSITIONS if p in item.get("positions", ())),
            asked=tuple(int(at) for at in item.get("asked", ())),
            **values,
        )


_TEXTS: Final = (
    *("phone", "email", "joined_at", "left_at"),
    *("password_hash", "factor", "link", "code", "feed"),
)
_NUMBERS: Final = (
    *("version", "epoch", "factor_step", "factor_tries"),
    *("link_until", "code_until", "code_tries", "sent_at"),
)


def new_id() -> str:
    return "p" + "".join(secrets.choice(_ALPHABET) for _ in range(8))


def is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def parse_name(text: str) -> str:
    """A person's name: 1 to 60 characters, of which one is a letter or figure."""
    name = parse_line(text, longest=60)
    if not re.search(r"\w", name):
        raise ValueError("Enter the name.")
    return name


def parse_phone(text: str) -> str:
    """A phone number as people write it, with 7 to 15 figures (E.164)."""
    phone = parse_line(text, longest=30)
    if not re.fullmatch(r"\+?[0-9 ().-]+", phone) or not 7 <= len(dialled(phone).strip("+")) <= 15:
        raise ValueError("Enter a phone number, such as 619-555-0134.")
    return phone


def dialled(phone: str) -> str:
    """The number without its signs: `+16195550134`, `6195550134`."""
    return re.sub(r"[^0-9+]", "", phone)


def reach(text: str) -> str:
    """What an e-mail address or phone number is compared by, however it was typed."""
    bare = text.strip().lower()
    if "@" in bare:
        return bare
    figures = re.sub(r"\D", "", bare)
    return figures[1:] if len(figures) == 11 and figures[0] == "1" else figures


def reached_by(people: Iterable[Person], text: str) -> Person | None:
    """Who works here and has that address or number; None where nobody has, or several have."""
    wanted = reach(text)
    found = [
        person
        for person in people
        if not person.left and wanted and wanted in (reach(person.email), reach(person.phone))
    ]
    return found[0] if len(found) == 1 else None


def named(people: Iterable[Person], name: str) -> Person | None:
    """Whom a name means as the older tool's data have it: `Capt. Ray`, `moana`.

    By the whole name, else by the first name where only one person has it.
    """
    people = list(people)
    wanted = _plain(name)
    whole = [person for person in people if _plain(person.name) == wanted]
    first = [person for person in people if _plain(person.first_name) == wanted]
    found = whole or first
    here = [person for person in found if not person.left]
    found = here if len(found) > 1 else found
    return found[0] if wanted and len(found) == 1 else None


def _plain(name: str) -> str:
    """The name without rank and capitals."""
    return " ".join(without_rank(unicodedata.normalize("NFKC", name).casefold()))
