"""Waivers: who signs for whom, what is kept of it, and what the records come to. Pure."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from scc.events.party import guests_of
from scc.parse import parse_date, parse_line, parse_note
from scc.texts.model import Text

Item = dict[str, Any]

ADULT: Final = 18
OLDEST: Final = 120
MOST_CHILDREN: Final = 8
LONGEST_SIGNATURE: Final = 12_000
"""Characters of the path; a usual signature has 1,500."""
LEAST_SIGNATURE: Final = 24
"""A dot is no signature."""

RELATIONS: Final[Mapping[str, str]] = {"parent": "Parent", "guardian": "Legal guardian"}
"""Who may sign for a child."""

CONSENTS: Final[Mapping[str, str]] = {
    "agree": "I have read this and agree to it, and I sign for everyone named here.",
    "electronic": "I agree to sign electronically. I know that I may sign on paper instead.",
}
"""What the signer ticks, word for word."""

_PATH = re.compile(r"(?:M\d{1,3} \d{1,3}(?:l-?\d{1,3} -?\d{1,3})+)+", re.ASCII)
"""Strokes in whole units of a field of 600 by 200: each begins somewhere and goes on from there."""
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?Z", re.ASCII)
_ZONE = re.compile(r"[A-Za-z0-9_+/-]{1,64}", re.ASCII)


# What people type. Each raises ValueError with a sentence that the catalogues know.


def parse_name(text: str) -> str:
    """A person's name, in whatever script."""
    name = _line(text, 120)
    if sum(unicodedata.category(c)[0] == "L" for c in name) < 2:
        raise ValueError("Enter the full name.")
    return " ".join(name.split())


def parse_birth_date(text: str) -> date:
    try:
        return parse_date(text)
    except ValueError:
        pass
    found = re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", text.strip(), re.ASCII)
    try:
        month, day, year = (int(part) for part in found.groups()) if found else (0, 0, 0)
        return date(year, month, day)
    except ValueError:
        raise ValueError("Enter the birth date, such as 05/23/1990.") from None


def parse_email(text: str) -> str:
    line = _line(text, 254)
    if not re.fullmatch(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+\.[^\s@,;<>\".]+", line):
        raise ValueError("Enter one e-mail address, such as name@example.com.")
    return line


def parse_phone(text: str) -> str:
    line = _line(text, 40)
    if sum(c.isdecimal() for c in line) < 7:
        raise ValueError("Enter a phone number with its area code.")
    return line


def parse_emergency(text: str) -> str:
    """Name and phone of whom to call."""
    line = _line(text, 160)
    if sum(c.isdecimal() for c in line) < 7:
        raise ValueError("Enter a name and a phone number of somebody who is not aboard.")
    return line


def parse_captain_note(text: str) -> str:
    return _line(text, 300)


def parse_signature(text: str) -> str:
    """Strokes as one SVG path."""
    if len(text) > LONGEST_SIGNATURE:
        raise ValueError("That signature is too long. Clear it and sign again, or type your name.")
    if not _PATH.fullmatch(text) or len(text) < LEAST_SIGNATURE:
        raise ValueError("The signature could not be read. Sign again, or type your name.")
    return text


def parse_reason(text: str) -> str:
    reason = parse_note(text, longest=500)
    if not reason:
        raise ValueError("Say why.")
    return reason


def moment_said(text: str) -> str:
    """The phone's own time, where it is one; it is the phone's word and nothing hangs on it."""
    return text if _MOMENT.fullmatch(text) else ""


def zone_said(text: str) -> str:
    return text if _ZONE.fullmatch(text) else ""


def _line(text: str, longest: int) -> str:
    try:
        return parse_line(text, longest)
    except ValueError:
        raise ValueError("Use one line, and fewer words.") from None


# Ages


def age_on(born: date, day: date) -> int:
    """Whole years. Who was born on 29 February has the birthday on 1 March in other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def is_plausible(born: date, day: date) -> bool:
    return born <= day and age_on(born, day) <= OLDEST


# What is signed


@dataclass(frozen=True)
class Child:
    name: str
    birth_date: date
    relation: str


@dataclass(frozen=True)
class Signature:
    """Drawn or typed, equal in rank; both, where somebody did both."""

    path: str = ""
    typed: str = ""

    def item(self) -> Item:
        return {"drawn": self.path, "typed": self.typed}


@dataclass(frozen=True)
class Signing:
    """What a guest sent. `key` is the submission's: with it the same form is one record."""

    key: str
    name: str
    birth_date: date
    email: str
    phone: str
    emergency: str
    captain_note: str
    sails: bool
    """Whether the signer comes along, or only signs for children."""
    children: tuple[Child, ...]
    signature: Signature
    text: Text
    consents: Mapping[str, str]
    """The words that were ticked, in the language that they were read in."""
    language: str
    signed_at: str = ""
    """By the phone, UTC."""
    phone_zone: str = ""

    def fingerprint_of(self) -> Item:
        """What makes it another one. Not the strokes and times: a page sent anew may lose them."""
        return {
            "people": [[p.name, p.birth_date.isoformat(), r] for p, r in self.people],
            "contact": [self.email, self.phone, self.emergency, self.captain_note],
            "sails": self.sails,
            "text": self.text.hash,
        }

    @property
    def people(self) -> list[tuple[Any, str]]:
        """The signer, then the children, each with how they come into it."""
        return [(self, ""), *((child, child.relation) for child in self.children)]


@dataclass(frozen=True)
class Where:
    """The sail, as the record keeps it, and where the form came from."""

    partition: str
    event_id: str
    timestamp: int
    starts_at: str
    """UTC; empty: undated."""
    zone: str
    ports: Mapping[str, str]
    received_at: str
    address: str
    user_agent: str


def is_submission(key: str) -> bool:
    """Whether it may be a submission's key: what our forms make, and nothing with a sign in it."""
    return re.fullmatch(r"[0-9a-f]{16,64}", key, re.ASCII) is not None


def party_prefix(key: str) -> str:
    return f"waiver#{key}#"


def record_key(key: str, number: int) -> str:
    return f"{party_prefix(key)}{number:02}"


def party_of(row: Item) -> str:
    """The submission's key that a record came by."""
    return str(row["sk"]).split("#")[1]


def aboard_note_key(key: str) -> str:
    return f"day#{key}"


def records(signing: Signing, where: Where, fingerprint: str) -> list[Item]:
    """A record for each person, each whole by itself; and beside them what is for that day alone.

    The first is the signer's, ashore or not.
    """
    keys = [record_key(signing.key, n) for n in range(len(signing.children) + 1)]
    shared = {
        "pk": where.partition,
        "kind": "signed",
        "party": keys,
        "fingerprint": fingerprint,
        "event": {
            "event_id": where.event_id,
            "timestamp": where.timestamp,
            "starts_at": where.starts_at,
            "zone": where.zone,
            "ports": dict(where.ports),
        },
        "signed_by": {"name": signing.name, "birth_date": signing.birth_date.isoformat()},
        "email": signing.email,
        "phone": signing.phone,
        "signature": signing.signature.item(),
        "consents": dict(signing.consents),
        "language": signing.language,
        "text": signing.text.html,
        "text_language": signing.text.language,
        "text_version": signing.text.version,
        "text_hash": signing.text.hash,
        "signed_at": signing.signed_at,
        "phone_zone": signing.phone_zone,
        "received_at": where.received_at,
        "address": where.address,
        "user_agent": where.user_agent,
    }
    made = [
        shared
        | {
            "sk": key,
            "class": "minor" if relation else "adult",
            "name": person.name,
            "birth_date": person.birth_date.isoformat(),
            "relation": relation,
            "aboard": bool(relation) or signing.sails,
        }
        for key, (person, relation) in zip(keys, signing.people, strict=True)
    ]
    beside = {
        "pk": where.partition,
        "sk": aboard_note_key(signing.key),
        "kind": "day",
        "class": "day",
        "starts_at": where.starts_at,
        "received_at": where.received_at,
        "emergency": signing.emergency,
        "captain_note": signing.captain_note,
    }
    return [*made, beside]


# What the records come to


MARKS: Final = frozenset({"void", "no_show", "came", "aboard"})


@dataclass(frozen=True)
class Waiver:
    """One person's record, as people see it."""

    key: str
    number: int
    name: str
    birth_date: str
    relation: str
    signed_by: str
    aboard: bool
    on_paper: bool
    at: str
    """When it was written, to the microsecond."""
    received_at: str
    text_hash: str
    text_version: int
    email: str
    by: str
    """Who recorded a paper waiver."""
    voided: str = ""
    """Why it was voided."""
    voided_by: str = ""
    no_show: bool = False
    outdated: bool = False
    """Another text is signed now, and the sail is still to come."""
    twice: bool = False
    """The same person has signed again since."""
    removed: bool = False

    @property
    def sk(self) -> str:
        return record_key(self.key, self.number)

    @property
    def person(self) -> str:
        """Stands for a person: somebody who signs twice is one."""
        name = unicodedata.normalize("NFKC", self.name).casefold()
        return hashlib.sha256(f"{name}|{self.birth_date}".encode()).hexdigest()

    @property
    def stands(self) -> bool:
        return not (self.voided or self.twice or self.removed)

    @property
    def counts(self) -> bool:
        """Whether it is one of those aboard who have signed."""
        return self.stands and self.aboard and not (self.no_show or self.outdated)


@dataclass(frozen=True)
class Roll:
    """Who signed for a sail, and how many are to."""

    waivers: tuple[Waiver, ...]
    notes: Mapping[str, Item]
    """For that day's crew, by submission: emergency contact, and what the captain should know."""
    guests: int | None
    walk_ons: int = 0
    no_shows: int = 0
    """Who did not come and had not signed."""

    @property
    def signed(self) -> int:
        return sum(waiver.counts for waiver in self.waivers)

    @property
    def more(self) -> int:
        """By how many those aboard differ from the guests who were booked."""
        absent = sum(w.stands and w.aboard and w.no_show for w in self.waivers)
        return self.walk_ons - self.no_shows - absent

    @property
    def expected(self) -> int | None:
        return expected(self.guests, self.more)

    @property
    def missing(self) -> int | None:
        return None if self.expected is None else max(0, self.expected - self.signed)

    @property
    def again(self) -> list[Waiver]:
        """Those who signed another text than the one that is signed now."""
        current = {w.person for w in self.waivers if w.stands and not w.outdated}
        found = [w for w in self.waivers if w.stands and w.outdated]
        return [w for w in found if w.person not in current]


def expected(guests: int | None, more: int) -> int | None:
    return None if guests is None else max(0, guests + more)


def call_roll(items: Iterable[Item], guests: str, hashes: frozenset[str] | None) -> Roll:
    """All rows of a sail's partition → who signed.

    `hashes`: of the texts that are signed now; None once the sail has begun.
    """
    rows = list(items)
    marks = sorted((row for row in rows if row.get("kind") in MARKS), key=lambda row: row["at"])
    found = [_waiver(row) for row in rows if row["sk"].startswith("waiver#")]
    found.sort(key=lambda waiver: (waiver.at, waiver.number))
    # Of what one person signed, the text of today counts; then, of their own waiver and a later
    # one for a child, the one that says "aboard"; then the last.
    preferred = sorted(found, key=lambda w: (not _is_outdated(w, hashes), w.aboard))
    last = {w.person: w.sk for w in preferred if not _void(w, marks)}
    waivers = tuple(_with_marks(w, marks, last, hashes) for w in found)
    counted = [mark for mark in marks if mark["kind"] == "aboard"]
    notes = {row["sk"][4:]: row for row in rows if row.get("kind") == "day"}
    latest = counted[-1] if counted else {}
    return Roll(
        waivers,
        notes,
        guests_of(guests),
        int(latest.get("walk_ons", 0)),
        int(latest.get("no_shows", 0)),
    )


def _waiver(row: Item) -> Waiver:
    _, key, number = row["sk"].split("#")
    return Waiver(
        key=key,
        number=int(number),
        name=row.get("name", ""),
        birth_date=row.get("birth_date", ""),
        relation=row.get("relation", ""),
        signed_by=row.get("signed_by", {}).get("name", ""),
        aboard=bool(row.get("aboard")),
        on_paper=row.get("kind") == "paper",
        at=row["at"],
        received_at=str(row.get("received_at", row["at"])),
        text_hash=row.get("text_hash", ""),
        text_version=int(row.get("text_version", 0)),
        email=row.get("email", ""),
        by=row.get("by", {}).get("name", ""),
        removed=row.get("kind") == "removed",
    )


def _is_outdated(waiver: Waiver, hashes: frozenset[str] | None) -> bool:
    return bool(hashes) and not waiver.on_paper and waiver.text_hash not in (hashes or ())


def _void(waiver: Waiver, marks: list[Item]) -> Item | None:
    found = (m for m in marks if m["kind"] == "void" and m["of"] == waiver.sk)
    return next(found, None)


def _with_marks(
    waiver: Waiver, marks: list[Item], last: Mapping[str, str], hashes: frozenset[str] | None
) -> Waiver:
    void = _void(waiver, marks)
    shown = [m["kind"] for m in marks if m.get("of") == waiver.sk and m["kind"] != "void"]
    return Waiver(
        **{
            **vars(waiver),
            "voided": void["reason"] if void else "",
            "voided_by": void["by"]["name"] if void else "",
            "no_show": bool(shown) and shown[-1] == "no_show",
            "outdated": _is_outdated(waiver, hashes),
            "twice": not void and not waiver.removed and last.get(waiver.person) != waiver.sk,
        }
    )


def has_begun(starts_at: datetime | None, now: datetime) -> bool:
    return starts_at is not None and starts_at <= now
