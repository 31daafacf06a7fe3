"""What is installed is the same whenever it is installed; and the tools fit one another."""

import importlib.metadata
import os
import re
import subprocess
import sys
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.runtime_venv import ROOT

GROUPED = """
import os
import pytest

@pytest.mark.xdist_group("together")
@pytest.mark.parametrize("number", range(8))
def test_together(number):
    print("worker", os.environ["PYTEST_XDIST_WORKER"])
"""


def pinned() -> dict[str, str]:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    found = [re.fullmatch(r"([\w-]+)==([\w.]+)", line) for line in lines if line and line[0] != "#"]
    assert all(found), "requirements.txt has a line that pins nothing"
    return {match[1]: match[2] for match in found if match}


def test_all_that_runs_is_pinned() -> None:
    """Whatever a requirement requires as well, on each Python that there is a package for."""
    pins = pinned()
    lacking = {
        f"{requirement.name}, for {name}"
        for name in pins
        for requirement in map(Requirement, importlib.metadata.requires(name) or [])
        for python in ("3.11", "3.12", "3.13")
        if _applies(requirement, python) and canonicalize_name(requirement.name) not in pins
    }
    assert lacking == set()


def test_the_tools_run_what_is_packaged() -> None:
    assert {name: importlib.metadata.version(name) for name in pinned()} == pinned()


def _applies(requirement: Requirement, python: str) -> bool:
    if requirement.marker is None:
        return True
    return requirement.marker.evaluate(
        {"python_version": python, "python_full_version": f"{python}.0", "extra": ""}
    )


def test_groups_of_tests_stay_together(tmp_path: Path) -> None:
    """pytest 9.2.0 with xdist 3.8.0 spreads them, and each worker would deploy both stages."""
    (tmp_path / "test_grouped.py").write_text(GROUPED)
    xdist = ["-p", "xdist", "-n2", "--dist=loadgroup", "-rP", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *xdist],
        cwd=tmp_path,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},  # the others take seconds
        capture_output=True,
        text=True,
    )
    workers = re.findall(r"^worker (\w+)$", done.stdout, re.MULTILINE)
    assert len(workers) == 8, done.stdout
    assert len(set(workers)) == 1
