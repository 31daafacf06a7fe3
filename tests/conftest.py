"""Fixtures that every test can ask for. What they are made of is in emulator.py and page.py."""

import gc
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from dev.emulator import Emulator, aws_environment, running
from scc.app import create_app
from scc.context import Context
from tests.emulator import (
    COMPILED_TEMPLATES,
    Clock,
    app_environment,
    dynamodb_of,
    make_local_tables,
    new_account,
    served,
)
from tests.lost import BrokenWire, broken_wire
from tests.older import OlderClient, OlderTool
from tests.page import PageClient

ROOT = Path(__file__).parent.parent
BROWSERS = ("SCC_CHROMIUM", "SCC_FIREFOX")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    """What stands now stands to the end: the collector need not look through it again. And it
    need not look as often: an app for each test makes it look all the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 10, 10)


@pytest.fixture(scope="session", autouse=True)
def _away_from_aws() -> None:
    """No test ever sees the developer's own AWS or SCC settings."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "SCC_")) and name not in BROWSERS:
            del os.environ[name]
    os.environ.update(aws_environment(port=9))  # nothing answers there


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with running(tmp_path_factory.mktemp("ministack")) as emulator:
        yield emulator


@pytest.fixture
def aws(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An empty account of its own. The environment of this test points at it."""
    environment = aws_environment(emulator.port, new_account())
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return environment


@pytest.fixture
def dynamodb(aws: dict[str, str]) -> Any:
    """A DynamoDB client in that account, with the four tables of the stage `local`."""
    client = dynamodb_of(aws)
    make_local_tables(client, aws)
    return client


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app_env() -> dict[str, str]:
    """The app's settings; a test that wants others overrides this fixture."""
    return app_environment()


@pytest.fixture
def app(app_env: dict[str, str], dynamodb: Any, clock: Clock) -> Flask:
    app = create_app(env=app_env, client=dynamodb, now=clock)
    app.jinja_env.bytecode_cache = COMPILED_TEMPLATES
    app.testing = True
    app.test_client_class = PageClient
    return app


@pytest.fixture
def ctx(app: Flask) -> Context:
    """What services take: the same tables and time as the app's."""
    context: Context = app.extensions["scc"]
    return context


@pytest.fixture
def client(app: Flask) -> PageClient:
    """A browser without JavaScript that looks closely at every page. Not signed in."""
    client = app.test_client()
    assert isinstance(client, PageClient)
    return client


@pytest.fixture
def admin(client: PageClient) -> PageClient:
    """The same, signed in."""
    client.sign_in()
    return client


@pytest.fixture
def live_server(app: Flask) -> Iterator[str]:
    """The address of the app over real HTTP, for browsers and for many requests at once."""
    with served(app) as address:
        yield address


@pytest.fixture
def wire(
    app_env: dict[str, str],
    dynamodb: Any,
    emulator: Emulator,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[BrokenWire]:
    """The app over real HTTP, with a proxy before DynamoDB that loses requests and answers."""
    with broken_wire(emulator.port, app_env, clock, monkeypatch) as wire:
        yield wire


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The Chromium that `make test` found or installed."""
    return _path_by("chromium")


def _path_by(finder: str) -> str:
    if path := os.environ.get(f"SCC_{finder.upper()}"):
        return path
    found = subprocess.run([ROOT / "dev" / finder], check=True, capture_output=True, text=True)
    return found.stdout.strip()


@pytest.fixture(scope="session")
def firefox_path() -> str:
    """The Firefox that `make test` found or installed."""
    return _path_by("firefox")


@pytest.fixture
def older(ctx: Context) -> OlderTool:
    """The older tool, at work on the app's table."""
    return OlderTool(ctx)


@pytest.fixture
def api(app: Flask) -> OlderClient:
    """A script that knows the older tool's API."""
    return OlderClient(app)
