"""Closes, the long way: whatever lags and whoever logs meanwhile, each row is counted once."""

import random

import pytest

from scc.context import Context
from tests.closes.acts import assert_counted_once
from tests.emulator import Clock

pytestmark = pytest.mark.timeout(3600)


@pytest.mark.parametrize("seed", range(20))
def test_every_row_is_counted_once(ctx: Context, clock: Clock, seed: int) -> None:
    assert_counted_once(ctx, clock, random.Random(seed), rounds=120)
