"""What `make run` does by the clock, as the schedule does on a deployed stage."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from dev.run import Clock
from scc.context import Context
from tests.older import OlderTool
from tests.page import PageClient


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """So many seconds after it was started."""
    started = time.monotonic()

    def then(seconds: float) -> None:
        monkeypatch.setattr("dev.run.time.monotonic", lambda: started + seconds)

    return then


def test_what_another_writer_puts_is_on_the_dashboard_by_the_next_minute(
    ctx: Context, admin: PageClient, older: OlderTool, at: Callable[[float], None]
) -> None:
    clock = Clock(ctx)
    at(0)
    clock.tick()
    slug = f"{ctx.today() + timedelta(days=1)}-olga-sunset"
    older.put({"event_id": slug, "timestamp": 1767632400, "patron_name": "Olga Older"})

    at(59.5)
    clock.tick()
    assert "Olga Older" not in admin.see("/scc/").text

    at(60)
    clock.tick()
    assert "Olga Older" in admin.see("/scc/").text
