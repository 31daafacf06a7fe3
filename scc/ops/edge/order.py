"""Who stands before whom. CloudFront takes the first behaviour whose pattern fits. Pure.

SCC's own stand in the order in which they are declared. Others' keep theirs; one that has taken a
part of SCC's paths, as `/api/weather/*` of `/api/*`, keeps it, and one that is wider goes behind.
"""

from collections.abc import Iterable, Iterator, Sequence

from scc.ops.edge.patterns import covers, overlap
from scc.ops.edge.wanted import PATHS


def may_precede(one: str, later: str) -> bool:
    """Whether `one` may stand before `later` where both could take a request."""
    if one in PATHS and later in PATHS:
        return PATHS.index(one) < PATHS.index(later)
    if one in PATHS:
        return not _is_part(later, one)
    return later not in PATHS or _is_part(one, later)


def _is_part(other: str, ours: str) -> bool:
    return covers(ours, other) and not covers(other, ours)


def in_the_way(path: str, standing: Sequence[str]) -> Iterator[str]:
    """What stands before `path` and takes requests that are its own."""
    for one in standing:
        if one == path:
            return
        if overlap(one, path) and not may_precede(one, path):
            yield one


def placed(paths: Iterable[str], standing: Sequence[str]) -> list[str]:
    """`standing`, with the paths put where each gets its requests; those that do are left there."""
    order = list(standing)
    behind = 0
    for path in paths:
        if path in standing and not any(in_the_way(path, standing)):
            continue
        if path in order:
            order.remove(path)
        meeting = [one for one in order if overlap(one, path)]
        before = [one for one in meeting if may_precede(one, path)]
        after = [one for one in meeting if one not in before]
        lowest = max((order.index(one) + 1 for one in before), default=0)
        highest = min((order.index(one) for one in after), default=len(order))
        index = min(max(lowest, behind), highest)
        order.insert(index, path)
        behind = index + 1
    return order
