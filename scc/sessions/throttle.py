"""Guessing is slow: tries are counted in the state table before any password is hashed."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from scc.aws import Item
from scc.context import Context
from scc.errors import Throttled
from scc.sessions import store
from scc.sessions.model import (
    FAILURES,
    FAILURES_EVERYWHERE,
    minute_of,
    network_of,
    seconds_until_heard,
    tries,
)

_EVERYWHERE = "everywhere"
_PAUSES = (0.2, 0.4, 0.8, 1.6)
"""Seconds between looks; a password's check takes some 0.5 s on Lambda."""


@dataclass
class Try:
    """One try to prove oneself; set `good` when it succeeded."""

    good: bool = False


@contextmanager
def counted(ctx: Context, address: str) -> Iterator[Try]:
    """Count a try from this address; Throttled where there were too many failures.

    It counts before it is judged, so that many at once are all counted; a good one is taken
    back, and makes its network known.
    """
    network = network_of(address)
    minute = minute_of(ctx.now())  # what is taken back is taken from where it was counted
    counts = store.count_try(ctx, network, minute)
    try:
        _refuse_too_many(ctx, network, counts)
        _refuse_strangers_under_attack(ctx, counts)
    except Throttled:
        store.count_try(ctx, network, minute, -1)  # unheard, it prolongs nothing
        raise
    attempt = Try()
    yield attempt
    if attempt.good:
        store.count_try(ctx, network, minute, -1, known=True)
    else:
        store.count_try(ctx, _EVERYWHERE, minute)


def _refuse_too_many(ctx: Context, network: str, counts: Item) -> None:
    """Where somebody signed in lately, many tries at once may be good ones under way.

    Lambda checks each in a process of its own; they are taken back when they are checked.
    """
    for pause in _PAUSES if _is_known(ctx, counts) else ():
        if tries(counts, minute_of(ctx.now())) <= FAILURES:
            return
        time.sleep(pause)
        counts = store.read_tries(ctx, network)
    if tries(counts, minute_of(ctx.now())) > FAILURES:
        raise Throttled(seconds_until_heard(counts, ctx.now()))


def _is_known(ctx: Context, counts: Item) -> bool:
    return int(counts.get("known_until", 0)) > ctx.now().timestamp()


def _refuse_strangers_under_attack(ctx: Context, counts: Item) -> None:
    if _is_known(ctx, counts):
        return
    everywhere = store.read_tries(ctx, _EVERYWHERE)
    if tries(everywhere, minute_of(ctx.now())) >= FAILURES_EVERYWHERE:
        raise Throttled(seconds_until_heard(everywhere, ctx.now()))
