"""Where an event was booked: the booking system, and what it calls the booking. Pure."""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

_SITE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
_NAMES: Final[Mapping[str, str]] = {
    "boatsetter": "Boatsetter",
    "checkfront": "Checkfront",
    "fareharbor": "FareHarbor",
    "getmyboat": "GetMyBoat",
    "peek": "Peek",
}


class Source(NamedTuple):
    """Where a booking was made, and what it is called there."""

    site: str
    ref: str

    def __str__(self) -> str:
        return f"{site_name(self.site)} {self.ref}"


def site_name(site: str) -> str:
    """`FareHarbor` of `fareharbor`."""
    return _NAMES.get(site, site.replace("-", " ").capitalize())


def parse_site(text: str) -> str:
    """`FareHarbor` → `fareharbor`; what an address can hold."""
    site = re.sub(r"[^a-z0-9]+", "-", text.strip().lower()).strip("-")
    if not _SITE.fullmatch(site):
        raise ValueError("Name the booking system, such as FareHarbor: at most 40 letters.")
    return site


def is_site(text: object) -> bool:
    return isinstance(text, str) and _SITE.fullmatch(text) is not None


def source_of(item: Mapping[str, Any]) -> Source | None:
    """Where an event's item says that it was booked; older items have it too."""
    source = item.get("source")
    if not isinstance(source, Mapping):
        return None
    site, ref = source.get("site"), source.get("ref")
    if not isinstance(site, str) or not isinstance(ref, str) or not 0 < len(ref) <= LONGEST_REF:
        return None
    return Source(site.lower(), ref) if is_site(site.lower()) else None


LONGEST_REF: Final = 80
