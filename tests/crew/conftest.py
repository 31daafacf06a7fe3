"""These tests sign in often, so the password's hash is a quick one."""

import pytest

from tests.older import quick_environment


@pytest.fixture
def app_env() -> dict[str, str]:
    return quick_environment()
