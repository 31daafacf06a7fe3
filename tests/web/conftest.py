"""These tests sign in often, so the password's hash is a quick one."""

import pytest
from flask import Flask

from scc.context import Context
from tests.older import quick_environment
from tests.web.places import Place, every_place


@pytest.fixture
def app_env() -> dict[str, str]:
    return quick_environment()


@pytest.fixture
def places(app: Flask, ctx: Context) -> list[Place]:
    return every_place(app, ctx)
