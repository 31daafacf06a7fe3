"""R4: whoever dies while sending loses no letter; it leaves once or twice, under one name."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scc.context import Context
from scc.events.model import Event
from scc.letters.service import tell_sail
from scc.mail import service
from tests.crash import GONE
from tests.emulator import Clock
from tests.given import ORIGIN
from tests.mail.conftest import the
from tests.mail.crash import POINTS

Sent = Callable[[], list[dict[str, Any]]]
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("point", POINTS)
def test_it_leaves_once_or_twice_and_is_never_lost(
    ctx: Context, event: Event, clock: Clock, ses: Sent, app_env: dict[str, str], point: str
) -> None:
    tell_sail(ctx, event.exact_ref, "k", ORIGIN)

    done = subprocess.run(
        [sys.executable, "-m", "tests.mail.crash", point, ctx.now().isoformat()],
        env=os.environ | app_env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == GONE, done.stdout + done.stderr

    service.drain(ctx)  # while it is still the dead one's
    assert len(ses()) == (0 if point == "claim" else 1)
    clock.advance(seconds=61)
    service.drain(ctx)
    service.drain(ctx)

    letter = the(ctx, event, "your_sail")
    assert letter.state == "sent"
    assert len(ses()) == {"claim": 1, "send": 2, "mark": 1}[point]
