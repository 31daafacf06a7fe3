"""Sessions, and how often somebody may guess. Pure."""

import hashlib
import hmac
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from scc.audit.model import Actor, ActorKind
from scc.parse import parse_line

Item = dict[str, Any]

IDLE: Final = timedelta(hours=12)
ABSOLUTE: Final = timedelta(days=7)
CREW: Final = timedelta(days=90)
"""How long crew stay signed in, however seldom they look."""
SEEN_EVERY: Final = timedelta(minutes=5)

FAILURES: Final = 10
"""Failed tries from one network within WINDOW_MINUTES; the next one is refused unheard."""
FAILURES_EVERYWHERE: Final = 100
"""The same from everywhere; then only networks that signed in lately are heard."""
WINDOW_MINUTES: Final = 5
KNOWN_FOR: Final = timedelta(days=30)


@dataclass(frozen=True)
class Session:
    """One signed-in browser. `id` is the stored digest, never what the cookie holds."""

    id: str
    name: str
    seen_at: datetime
    ends_at: datetime
    stage: str
    epoch: str
    """The person's, or a digest of the ADMIN_PASS_HASH it was opened under: another ends it."""
    person_id: str = ""
    """Empty: opened with the admin password."""
    roles: frozenset[str] = frozenset({"admin"})
    """What the way in gave; once read with its person, only what they may do by now."""

    @property
    def mark(self) -> str:
        """Names the session in the audit."""
        return self.id[:12]

    @property
    def actor(self) -> Actor:
        kind: ActorKind = "admin" if "admin" in self.roles else "crew"
        return Actor(kind, self.person_id or self.mark, self.name)

    def is_live(self, now: datetime, stage: str, epoch: str) -> bool:
        idle = IDLE if "admin" in self.roles else CREW
        fresh = now < self.ends_at and now - self.seen_at < idle
        return fresh and self.stage == stage and hmac.compare_digest(self.epoch, epoch)


def digest(secret: str) -> str:
    """What is stored in place of a session's id, and of the password's hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def parse_name(text: str) -> str:
    """The name of the person who signs in."""
    name = parse_line(text, longest=60)
    if not re.search(r"\w", name):
        raise ValueError("Enter your name: it stands beside what you log.")
    return name


def network_of(address: str) -> str:
    """Whom failures are counted against: an IPv4 address, an IPv6 /64 (one customer's)."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


def minute_of(now: datetime) -> int:
    return int(now.timestamp()) // 60


def minute_name(minute: int) -> str:
    """The attribute that counts one minute's tries."""
    return f"m{minute}"


def tries(item: Mapping[str, Any], minute: int) -> int:
    """Tries counted in the last WINDOW_MINUTES, the running minute and the cut one included."""
    minutes = range(minute - WINDOW_MINUTES, minute + 1)
    return sum(int(item.get(minute_name(m), 0)) for m in minutes)


def out_of_window(item: Mapping[str, Any], minute: int) -> list[str]:
    """Names of the minutes that no longer count."""
    minutes = (name for name in item if re.fullmatch(r"m\d+", name))
    return [name for name in minutes if int(name[1:]) < minute - WINDOW_MINUTES]


def seconds_until_heard(item: Mapping[str, Any], now: datetime) -> int:
    """When the oldest counted try leaves the window."""
    minute = minute_of(now)
    for m in range(minute - WINDOW_MINUTES, minute + 1):
        if int(item.get(minute_name(m), 0)) > 0:
            return max(1, (m + WINDOW_MINUTES + 1) * 60 - int(now.timestamp()))
    return 60
