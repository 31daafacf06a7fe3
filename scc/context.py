"""What a service needs beside its arguments: the settings, the tables and the time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from scc.aws import Database, Item
from scc.config import Settings

_BESIDE: Final = "beside"


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Context:
    """Handed to every service; made once by `create_app`, with `known` for each request."""

    settings: Settings
    db: Database
    now: Callable[[], datetime] = utc_now
    """The present moment in UTC."""
    known: dict[str, Any] | None = field(default=None, compare=False, repr=False)
    """What this request has read already; None outside of a request."""

    def wants(self, keys: Sequence[Item]) -> None:
        """Rows of the table `state` that this request wants to know with its session."""
        if self.known is not None:
            self.known[_BESIDE] = keys

    @property
    def beside(self) -> Sequence[Item]:
        return self.known.get(_BESIDE, ()) if self.known is not None else ()

    def today(self) -> date:
        """The boat's date."""
        return self.now().astimezone(self.settings.timezone).date()
