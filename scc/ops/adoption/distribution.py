"""What the edge does with the older tool's paths, before SCC changes anything. Pure."""

from collections.abc import Iterator
from typing import Final

from scc.ops.edge.live import Live, errors, place, taken_by
from scc.ops.edge.wanted import CACHING_DISABLED, Document

PATHS: Final = {
    "/api/events": "the API",
    "/g/2026-05-23/waiver": "waiver links",
    "/tools/shipcaptaincrew/": "the older page",
}
"""A path of each kind that the older tool has."""


def sentences(live: Live) -> Iterator[str]:
    """Where each goes, and what of it is kept at the edge."""
    for path, what in PATHS.items():
        behavior = taken_by(live.config, path)
        kept = "" if path.startswith("/tools") else _kept(live, behavior)
        yield f"{path} ({what}) goes to {place(live.config, behavior['TargetOriginId'])}{kept}."
    for code, error in errors(live.config).items():
        if error.get("ResponsePagePath"):
            yield (
                f"The error {code} is answered by {error['ResponsePagePath']} with "
                f"{error.get('ResponseCode') or code}, the API's too."
            )


def _kept(live: Live, behavior: Document) -> str:
    policy = behavior.get("CachePolicyId")
    if policy == CACHING_DISABLED:
        return ""
    words = live.caching.get(policy or "", "by settings of old")
    return f", and its answers are cached ({words}): one person's can reach another"
