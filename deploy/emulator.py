"""Zappa's settings for the emulator: the real ones, but for a short list of differences.

python -m deploy.emulator > settings.json; zappa deploy staging --settings_file settings.json
"""

import json
from typing import Any, Final

from deploy.runtime_venv import ROOT, interpreter

DIFFERENCES: Final[dict[str, Any]] = {
    "runtime": interpreter(),  # the emulator runs functions on the Python at hand
    "timeout_seconds": 60,  # a busy machine starts a function slowly
    "prebuild_script": None,  # it refuses to package with any Python but Lambda's
}


def settings() -> dict[str, dict[str, Any]]:
    """By stage; production extends staging, here as there."""
    stages: dict[str, dict[str, Any]] = json.loads((ROOT / "zappa_settings.json").read_text())
    return {stage: own | DIFFERENCES for stage, own in stages.items()}


if __name__ == "__main__":
    print(json.dumps(settings(), indent=2))
