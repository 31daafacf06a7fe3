"""What happens around `zappa update`: Zappa's callbacks into scc/ops/releases.

    settings    what stands is read and compared with the last release (nothing is changed)
    zip         the package is held against what passed on staging; what stood before is kept, and
                the configuration is merged and settled; then Zappa puts the code there
    post        it is proved from outside; where production fails, the last release is put back

Zappa loads its callbacks one by one and forgets them, so the release lives on the ZappaCLI object.
"""

import sys
from pathlib import Path
from typing import Any, Final

import click

# Zappa loads this file by itself, from a program that doesn't look for modules here.
sys.path.append(str(Path(__file__).resolve().parent.parent))

from scc.ops.deployment import Deployment
from scc.ops.releases import service
from scc.ops.told import told

_CHECKOUT: Final = Path(__file__).resolve().parent.parent


def begin(cli: Any) -> None:
    """Before `update`. With `--zip` the package is there already."""
    if cli.command == "rollback":
        raise click.ClickException(
            "Zappa's rollback puts back code alone, and a second one goes forward. Use 'flask "
            f"--app wsgi release rollback {cli.api_stage}'."
        )
    if cli.command != "update":
        return
    if cli.vargs.get("no_upload") or cli.vargs.get("docker_image_uri"):
        raise click.ClickException("A release is a package: run 'zappa update' without that.")
    with told():
        deployment = Deployment.of(cli.api_stage, cli.stage_config)
        variables = cli.stage_config["aws_environment_variables"]
        cli.scc_release = service.begin(deployment, variables, _CHECKOUT, click.echo)
        if cli.vargs.get("zip"):
            service.prepare(cli.scc_release, _package(cli.vargs["zip"]), click.echo)


def prepare(cli: Any) -> None:
    """The package is made, and complete."""
    if cli.command == "update":
        with told():
            service.prepare(cli.scc_release, Path(cli.zip_path), click.echo)


def finish(cli: Any) -> None:
    """All is there."""
    if cli.command == "update":
        with told():
            service.finish(cli.scc_release, click.echo)


def _package(place: str) -> Path:
    if place.startswith("s3://"):
        raise click.ClickException("Give the package as a file: it is read before it is sent.")
    return Path(place)
