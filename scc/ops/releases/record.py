"""A release as it is kept, and what stands on a stage now. Pure."""

import dataclasses
import hashlib
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

Outcome = Literal["begun", "passed", "failed", "found", "left"]
"""`found`: what stood there without a release, kept before one. `left`: somebody went back."""

_SETTINGS: Final = ("zappa_settings.", "package_info.json")
"""What Zappa writes into a package: it differs by stage, and by the minute."""


@dataclass(frozen=True)
class Record:
    """One release of one stage. Its zip is kept beside it."""

    id: str
    stage: str
    outcome: Outcome
    made_at: str
    by: str
    commit: str
    """Whose files these are; empty where they are of none, or were changed since."""
    digest: str
    """Of all files in the package but Zappa's settings."""
    code_sha256: str
    """Of the package, as Lambda writes it."""
    configuration: Mapping[str, Any]
    environment: Mapping[str, str] = field(repr=False)
    """Sealed."""
    names: tuple[str, ...] = ()
    """Of the variables, so that a list needs no key."""
    edge: Mapping[str, Any] | None = field(default=None, repr=False)
    """What the edge does for this stage; None where there is none."""
    news: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()

    def ended(self, outcome: Outcome, passed: Iterable[str], failed: Iterable[str]) -> "Record":
        return dataclasses.replace(
            self, outcome=outcome, passed=tuple(passed), failed=tuple(failed)
        )

    @property
    def can_be_put_back(self) -> bool:
        """It once answered well, or stood there before there were releases."""
        return self.outcome in ("passed", "found")

    def as_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Record":
        lists = {name: tuple(document[name]) for name in ("names", "news", "passed", "failed")}
        return cls(**{**document, **lists})


@dataclass(frozen=True)
class Standing:
    """What a stage runs, by the word of these commands."""

    live: str = ""
    """The id of the release that is there; empty before the first."""
    since: str = ""
    begun: str = ""
    """The id of a release that was begun and has not ended."""
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The variables as they were last left by a command, sealed."""
    changed: Mapping[str, str] = field(default_factory=dict)
    """Secrets set or rotated by a command, and when."""

    def rotated_since(self, moment: str) -> set[str]:
        return {name for name, at in self.changed.items() if at > moment}


def new_id(moment: str, commit: str) -> str:
    """`20260523T182230123-1a2b3c4d`: sorts by time."""
    digits = "".join(letter for letter in moment if letter.isdigit())
    return f"{digits[:8]}T{digits[8:17]}-{commit[:8] or 'nocommit'}"


def digest(package: Path) -> str:
    """SHA-256 of names and contents of a package's files, all but Zappa's settings."""
    whole = hashlib.sha256()
    with zipfile.ZipFile(package) as archive:
        for name in sorted(set(archive.namelist())):
            if name.removeprefix("__pycache__/").startswith(_SETTINGS):
                continue
            content = hashlib.sha256(archive.read(name)).hexdigest()
            whole.update(f"{content} {name}\n".encode())
    return whole.hexdigest()


def earlier(records: Iterable[Record], live: str) -> Record | None:
    """The newest release before the one that is live that can be put back."""
    before = [record for record in records if record.id < live and record.can_be_put_back]
    return max(before, key=lambda record: record.id, default=None)
