"""What must be right before a package is made for AWS. Zappa's `prebuild_script`."""

import json
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

import click

# Zappa loads this file by itself, from a program that doesn't look for modules here.
sys.path.append(str(Path(__file__).resolve().parent.parent))

from deploy.runtime_venv import ROOT, NotForLambda, refuse_unfit


def check() -> None:
    """End the command for what would not run on Lambda, or would send people astray."""
    try:
        refuse_unfit(Path(os.environ.get("VIRTUAL_ENV", "")))
        _refuse_example_address()
    except NotForLambda as error:
        raise click.ClickException(str(error)) from error


def _refuse_example_address() -> None:
    stages = json.loads((ROOT / "zappa_settings.json").read_text())
    for stage, settings in stages.items():
        url = settings["aws_environment_variables"]["SCC_PUBLIC_URL"]
        if (urlsplit(url).hostname or "").endswith("example.com"):
            raise NotForLambda(
                f"SCC_PUBLIC_URL of {stage} is {url}. Put the address that people type into "
                "zappa_settings.json: links, redirects and cookies are made from it."
            )
