"""The sail itself, as its captain ticks it off. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from scc.audit.model import Actor
from scc.crew.model import Station
from scc.events.model import Event

Item = dict[str, Any]

ABOARD: Final = "aboard"
ASHORE: Final = "ashore"
"""The tick is taken back."""
NO_SHOW: Final = "no_show"
CAME: Final = "came"
WALK_ON: Final = "walk_on"
FEWER: Final = "fewer"
BRIEFING: Final = "briefing"
DEPARTED: Final = "departed"
RETURNED: Final = "returned"

TICKS: Final[Mapping[str, str]] = {
    ABOARD: "Aboard",
    ASHORE: "Not aboard",
    NO_SHOW: "Did not come",
    CAME: "Came after all",
    WALK_ON: "One more aboard",
    FEWER: "One fewer aboard",
    BRIEFING: "Safety briefing given",
    DEPARTED: "Departed",
    RETURNED: "Returned",
}
"""What a captain ticks, in words."""

OF_SOMEBODY: Final = frozenset({ABOARD, ASHORE, NO_SHOW, CAME})

THE_CAPTAINS: Final = frozenset({BRIEFING, DEPARTED, RETURNED})
"""What the captain answers for, and hours come of; the rest whoever stands at the gangway ticks."""

LATE: Final = timedelta(hours=12)
"""So long after its planned end a sail that nobody pressed the return of may still be out."""

QUARTER: Final = 15
"""Minutes that hours are counted in."""


@dataclass(frozen=True)
class Tick:
    """One press of the captain's thumb. `key` makes it one, `of` is the waiver of who it is
    about, `at` when it was pressed: ISO 8601, UTC."""

    key: str
    what: str
    of: str
    at: str


@dataclass(frozen=True)
class Log:
    """How far a sail has come. Moments are ISO 8601, UTC; empty: not yet."""

    aboard: tuple[str, ...] = ()
    """Waivers of who is aboard."""
    no_shows: tuple[str, ...] = ()
    more: int = 0
    """Aboard without a waiver in the list."""
    briefing: str = ""
    departed: str = ""
    returned: str = ""
    said: Mapping[str, str] = field(default_factory=dict)
    """By waiver: when what holds of it was pressed."""

    @property
    def heads(self) -> int:
        return len(self.aboard) + self.more

    @property
    def begun(self) -> bool:
        return self != Log()

    def after(self, tick: Tick) -> "Log":
        """With one more tick. Ticks arrive late, and in another order: of one person what was
        pressed last holds, and a departure or return is when it was pressed last."""
        who, what = tick.of, tick.what
        if what in OF_SOMEBODY:
            if tick.at < self.said.get(who, ""):
                return self
            aboard = tuple(one for one in self.aboard if one != who)
            absent = tuple(one for one in self.no_shows if one != who)
            if what == ABOARD:
                aboard = (*aboard, who)
            if what == NO_SHOW:
                absent = (*absent, who)
            said = {**self.said, who: tick.at}
            return replace(self, aboard=aboard, no_shows=absent, said=said)
        if what in (WALK_ON, FEWER):
            return replace(self, more=max(0, self.more + (1 if what == WALK_ON else -1)))
        name = what
        return replace(self, **{name: max(getattr(self, name), tick.at)})

    def item(self) -> Item:
        kept: Item = {**vars(self), "aboard": list(self.aboard), "no_shows": list(self.no_shows)}
        kept["said"] = dict(self.said)
        return {name: value for name, value in kept.items() if value not in ("", 0, [], {})}


def log_of(event: Event) -> Log:
    """As the event's item has it."""
    kept = event.item.get("sail")
    if not isinstance(kept, Mapping):
        return Log()
    said = kept.get("said")
    return Log(
        said={str(who): str(at) for who, at in said.items()} if isinstance(said, Mapping) else {},
        aboard=_names(kept.get("aboard")),
        no_shows=_names(kept.get("no_shows")),
        more=int(kept.get("more", 0)),
        briefing=str(kept.get("briefing", "")),
        departed=str(kept.get("departed", "")),
        returned=str(kept.get("returned", "")),
    )


def may_be_out(event: Event, end: datetime | None, now: datetime) -> bool:
    """Whether it may still come back; `end`: as planned."""
    back = log_of(event).returned or not event.took_place
    return not back and end is not None and now < end + LATE


def captain_before(stations: Iterable[Station], actor: Actor) -> str:
    """Who has to press what is the captain's, where that is another of the crew; else empty."""
    if actor.kind != "crew":
        return ""
    captains = {one.person: one.name for one in stations if one.position == "captain"}
    return "" if not captains or actor.id in captains else " or ".join(captains.values())


def _names(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def minutes_worked(call: datetime, returned: datetime) -> int:
    """From the call to the return, up to the next quarter of an hour."""
    minutes = max(timedelta(), returned - call) // timedelta(minutes=1)
    return -(-minutes // QUARTER) * QUARTER
