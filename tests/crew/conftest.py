"""A sail to come, and somebody who could be its captain.

These tests sign in often, so the password's hash is a quick one.
"""

from datetime import time

import pytest

from scc.context import Context
from scc.events.model import Event
from scc.staff.model import Person
from tests.crew.acts import person, sail_to_come
from tests.older import quick_environment


@pytest.fixture
def app_env() -> dict[str, str]:
    return quick_environment()


@pytest.fixture
def event(ctx: Context) -> Event:
    return sail_to_come(ctx, hour=time(18, 30))


@pytest.fixture
def kim(ctx: Context) -> Person:
    return person(ctx)
