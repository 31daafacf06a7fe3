"""R4 and R13 for what guests sign, the long way."""

import pytest

from scc.context import Context
from scc.ops.proofs import verify
from tests.crash import POINTS, Point
from tests.emulator import Clock
from tests.page import PageClient
from tests.waivers.acts import at_the_dock
from tests.waivers.test_hostile import assert_no_fault
from tests.waivers.test_lost import assert_survived, clock

__all__ = ["clock"]
pytestmark = pytest.mark.timeout(7200)

ROUNDS = 20
FORMS = 20_000


@pytest.mark.parametrize("point", POINTS)
def test_no_signature_is_lost_or_doubled(
    ctx: Context, admin: PageClient, app_env: dict[str, str], clock: Clock, point: Point
) -> None:
    for _ in range(ROUNDS):
        assert_survived(ctx, admin, app_env, clock, point)
    assert verify(ctx).problems == []


def test_nothing_that_is_sent_gets_a_fault(client: PageClient, ctx: Context) -> None:
    assert_no_fault(client, ctx, at_the_dock(ctx), FORMS)
