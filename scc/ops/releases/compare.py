"""Rule D1: what stands is read and compared with the last release, never assumed. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from scc.ops.environment import Variables, differences
from scc.ops.function import Live
from scc.ops.releases.record import Record

KINDS: Final = (
    "code",
    "configuration",
    "environment",
    "edge",
    "release",
    "tables",
    "role",
    "watching",
)


@dataclass(frozen=True)
class Drift:
    """Something that is not as the last release left it."""

    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"


def of_function(live: Live, served_code: str, last: Record, known: Variables) -> list[Drift]:
    """Where the function is another than the last release; `known` are its variables as a command
    left them last."""
    found = []
    if live.code_sha256 != last.code_sha256:
        found.append(Drift("code", f"it is not the code of {last.id}"))
    elif served_code != live.code_sha256:
        found.append(Drift("code", "what answers is another version than the newest"))
    found += [
        Drift("configuration", f"{name} is {now}, not {then}")
        for name, then, now in _unequal(last.configuration, live.configuration)
    ]
    found += [Drift("environment", text) for text in differences(known, live.variables)]
    return found


def _unequal(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    names = sorted(then.keys() | now.keys())
    pairs = [(name, then.get(name), now.get(name)) for name in names]
    return [(name, before, after) for name, before, after in pairs if before != after]


def unnamed(drifts: Sequence[Drift], accepted: str) -> list[Drift]:
    """Those whose kind is not among the accepted, such as `environment,edge`."""
    named = {word.strip() for word in accepted.split(",")}
    return [drift for drift in drifts if drift.kind not in named]
