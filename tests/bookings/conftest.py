"""Every test here signs in or sends the token, so the password's hash is a quick one."""

import pytest

from scc.company.model import Boat
from scc.context import Context
from tests import given
from tests.older import quick_environment


@pytest.fixture
def app_env() -> dict[str, str]:
    return quick_environment()


@pytest.fixture(autouse=True)
def _a_big_boat(ctx: Context) -> None:
    """Bookings here are of parties that an uninspected boat could not take."""
    given.boats(ctx, Boat("queen", "Queen", limit=30))
