"""R4, the long way: 20 deaths at each point."""

import pytest

from tests.crash import POINTS, Point
from tests.test_crash import ACTS, Crashes, crashes

__all__ = ["crashes"]
pytestmark = pytest.mark.timeout(3600)

ROUNDS = 20


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("name", ACTS)
def test_nothing_is_lost_and_nothing_is_done_twice(
    crashes: Crashes, name: str, point: Point
) -> None:
    for _ in range(ROUNDS):
        crashes.assert_survived(name, point)
