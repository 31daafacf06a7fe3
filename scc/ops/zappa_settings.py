"""zappa_settings.json, read for one stage."""

import json
from pathlib import Path
from typing import Any, Final

import click

FILE: Final = Path(__file__).resolve().parents[2] / "zappa_settings.json"


def stage_settings(stage: str) -> dict[str, Any]:
    """What Zappa deploys the stage with, whatever stage it extends."""
    stages: dict[str, dict[str, Any]] = json.loads(FILE.read_text())
    own = stages[stage]
    return {**stages.get(own.get("extends", ""), {}), **own}


def refuse_other_region(here: str, stage: str) -> None:
    """Commands work where the stage is, or not at all."""
    there = stage_settings(stage)["aws_region"]
    if here != there:
        raise click.ClickException(
            f"The region is {here}, but zappa_settings.json deploys to {there}: "
            f"set AWS_DEFAULT_REGION={there}."
        )
