"""R4: whoever dies while sending loses no letter; it leaves once or twice, under one name."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scc.context import Context
from scc.events.model import Event
from scc.letters.service import tell_sail
from scc.mail import service, store
from tests.crash import GONE
from tests.emulator import Clock
from tests.given import ORIGIN
from tests.mail.crash import POINTS

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Deaths:
    """Senders that die; the app and the mailbox that stay are those of a test."""

    ctx: Context
    clock: Clock
    env: dict[str, str]
    sent: Callable[[], list[dict[str, Any]]]

    def assert_survived(self, event: Event, point: str, key: str = "k") -> None:
        """While it is still the dead one's, nobody sends it; afterwards somebody does."""
        before = len(self.sent())
        tell_sail(self.ctx, event.exact_ref, key, ORIGIN)
        self._die(point)

        service.drain(self.ctx)
        assert len(self.sent()) - before == (0 if point == "claim" else 1)
        self.clock.advance(seconds=61)
        service.drain(self.ctx)
        service.drain(self.ctx)

        letter = store.one(self.ctx, event.ledger, f"your_sail#{key}")
        assert letter is not None and letter.state == "sent"
        assert len(self.sent()) - before == {"claim": 1, "send": 2, "mark": 1}[point]

    def _die(self, point: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "tests.mail.crash", point, self.ctx.now().isoformat()],
            env=os.environ | self.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == GONE, done.stdout + done.stderr


@pytest.fixture
def deaths(ctx: Context, clock: Clock, app_env: dict[str, str], ses: Any) -> Deaths:
    return Deaths(ctx, clock, app_env, ses)


@pytest.mark.parametrize("point", POINTS)
def test_it_leaves_once_or_twice_and_is_never_lost(
    deaths: Deaths, event: Event, point: str
) -> None:
    deaths.assert_survived(event, point)
