"""Who stands before whom. CloudFront takes the first behaviour whose pattern fits. Pure.

SCC's own stand in the order in which they are declared. Others' keep theirs; one that has taken a
part of SCC's paths, as `/api/weather/*` of `/api/*`, keeps it, and one that is wider goes behind.
"""

from collections.abc import Iterable, Iterator, Sequence

from scc.ops.edge.patterns import covers, overlap
from scc.ops.edge.wanted import PATHS


def may_precede(one: str, later: str, standing: Sequence[str]) -> bool:
    """Whether `one` may stand before `later` where both could take a request.

    `standing` is the order in which all stand now.
    """
    if one in PATHS and later in PATHS:
        return PATHS.index(one) < PATHS.index(later)
    if one in PATHS:
        return not _has_taken(later, one, standing)
    return later not in PATHS or _has_taken(one, later, standing)


def _has_taken(other: str, ours: str, standing: Sequence[str]) -> bool:
    """Whether somebody else's has a part of ours for itself."""
    is_part = covers(ours, other) and not covers(other, ours)
    behind = ours in standing and standing.index(ours) < standing.index(other)
    return is_part and not behind


def in_the_way(path: str, standing: Sequence[str]) -> Iterator[str]:
    """What stands before `path` and takes requests that are its own."""
    for one in standing:
        if one == path:
            return
        if overlap(one, path) and not may_precede(one, path, standing):
            yield one


def placed(paths: Iterable[str], standing: Sequence[str]) -> list[str]:
    """`standing`, with the paths put where each gets its requests; those that do are left there."""
    order = list(standing)
    behind = 0
    for path in paths:
        if path in order and not any(in_the_way(path, standing)):
            continue
        if path in order:
            order.remove(path)
        meeting = [one for one in order if overlap(one, path)]
        before = [one for one in meeting if may_precede(one, path, standing)]
        after = [one for one in meeting if one not in before]
        lowest = max((order.index(one) + 1 for one in before), default=0)
        highest = min((order.index(one) for one in after), default=len(order))
        index = min(max(lowest, behind), highest)
        order.insert(index, path)
        behind = index + 1
    return order
