"""R23: whatever is changed in a model or parser of money, a test of models notices (mutmut)."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.timeout(3600)

LEAST = 0.85
MODULES = (
    "scc.ledger.model",
    "scc.ledger.methods",
    "scc.ledger.closes",
    "scc.payments.model",
    "scc.corrections.model",
    "scc.banking.model",
    "scc.closes.model",
    "scc.reports.model",
    "scc.reports.csv_file",
    "scc.parse",
)
FILES = [module.replace(".", "/") + ".py" for module in MODULES]
SETTINGS = f"""
[tool.mutmut]
source_paths = ["scc"]
only_mutate = {FILES}
pytest_add_cli_args = ["--import-mode=importlib", "-p", "no:cacheprovider"]
pytest_add_cli_args_test_selection = ["tests/models"]
use_git_change_detection = false

[tool.pytest.ini_options]
pythonpath = ["."]
"""


def test_a_change_to_the_models_of_money_is_noticed(tmp_path: Path) -> None:
    for folder in ("scc", "tests/models"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    (tmp_path / "pyproject.toml").write_text(SETTINGS)

    mutmut(tmp_path, "run", "--max-children", str(os.cpu_count() or 1))

    outcomes = by_module(mutmut(tmp_path, "results", "--all", "true"))
    scores = {module: found["killed"] / found.total() for module, found in outcomes.items()}
    for module, found in outcomes.items():
        print(f"{module:24} {scores[module]:6.1%} of {found.total()}: {dict(found)}")
    whole = sum(outcomes.values(), Counter[str]())
    print(f"{'together':24} {whole['killed'] / whole.total():6.1%} of {whole.total()}")
    assert set(outcomes) == set(MODULES)
    assert {module: score for module, score in scores.items() if score < LEAST} == {}


def mutmut(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "mutmut", *words],
        cwd=folder,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},  # the others take seconds
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def by_module(results: str) -> Mapping[str, Counter[str]]:
    """What became of each mutant; whatever is not `killed` counts as one that got away."""
    outcomes: dict[str, Counter[str]] = {}
    for name, outcome in re.findall(r"^ *([\w.ǁ]+): ([\w ]+)$", results, re.MULTILINE):
        outcomes.setdefault(name.rpartition(".")[0], Counter())[outcome] += 1
    return outcomes
