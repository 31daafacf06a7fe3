"""zappa_settings.json, read for one stage."""

import json
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).resolve().parents[2] / "zappa_settings.json"


def stage_settings(stage: str) -> dict[str, Any]:
    """What Zappa deploys the stage with, whatever stage it extends."""
    stages: dict[str, dict[str, Any]] = json.loads(FILE.read_text())
    own = stages[stage]
    return {**stages.get(own.get("extends", ""), {}), **own}
