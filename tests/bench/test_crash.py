"""R4, the long way: 20 deaths at each point."""

import pytest

from scc.events.model import Event
from tests.crash import POINTS, Point
from tests.mail import crash as sending
from tests.mail.conftest import event, mail_environment, ses
from tests.mail.test_crash import Deaths, deaths
from tests.test_crash import ACTS, Crashes, crashes

__all__ = ["crashes", "deaths", "event", "ses"]
pytestmark = pytest.mark.timeout(3600)

ROUNDS = 20


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("name", ACTS)
def test_nothing_is_lost_and_nothing_is_done_twice(
    crashes: Crashes, name: str, point: Point
) -> None:
    for _ in range(ROUNDS):
        crashes.assert_survived(name, point)


@pytest.mark.parametrize("point", sending.POINTS)
@pytest.mark.parametrize("app_env", [mail_environment()], ids=[""])
def test_no_letter_is_lost(deaths: Deaths, event: Event, point: str) -> None:
    for number in range(ROUNDS):
        deaths.assert_survived(event, point, f"round-{number}")
