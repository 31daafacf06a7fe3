"""The deployment is made once, in one worker, for all the tests in this folder."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.emulator import running
from tests.cloudfront import make_older_function, make_site
from tests.deploy.function import Function, running_function
from tests.deploy.stack import OLDER_SITE, Deployed, clean, deploy_both, downloaded_package


@pytest.hookimpl(tryfirst=True)  # xdist reads the marks in a hook of the same name
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "stages" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("deploy"))


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Deployed]]:
    """Both stages, deployed; each function may do only what its role allows."""
    home = tmp_path_factory.mktemp("deploy")
    with running(home / "aws", auth=True) as emulator:
        yield deploy_both(emulator, home)
    clean(home)


@pytest.fixture(scope="session")
def staging(stages: dict[str, Deployed]) -> Deployed:
    return stages["staging"]


@pytest.fixture(scope="session")
def production(stages: dict[str, Deployed]) -> Deployed:
    return stages["production"]


@pytest.fixture(scope="session")
def older_function(production: Deployed) -> str:
    """The older tool's function and the company's site beside both stages; the function's host."""
    make_site(production.client("s3"), OLDER_SITE)
    return make_older_function(production.client("lambda"), production.client("iam"))


@pytest.fixture(scope="session")
def package(staging: Deployed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip that staging's function runs, as Zappa made it."""
    return downloaded_package(staging, tmp_path_factory.mktemp("package"))


@pytest.fixture(scope="session")
def unzipped(package: Path) -> Iterator[Path]:
    folder = package.with_suffix("")
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    yield folder
    clean(folder)


@pytest.fixture(scope="session")
def function(
    unzipped: Path, staging: Deployed, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Function]:
    """Staging's package, run by itself: the emulator's own packages are out of its reach."""
    log = tmp_path_factory.mktemp("function") / "log"
    with running_function(unzipped, staging, log) as function:
        yield function
