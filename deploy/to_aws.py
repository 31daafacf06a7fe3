"""Provision a stage and put the code there: `make deploy-staging`, `make deploy-production`.

python -m deploy.to_aws staging
"""

import os
import subprocess
import sys

from deploy.runtime_venv import ROOT
from scc.ops.function import Function, NotDeployed
from scc.ops.zappa_settings import stage_settings

SCHEDULED = "scc.ops.scheduled.adopt_events"
FIRST = """
{function} stands, and answers nothing before it has its secrets. Make them:

    flask --app wsgi secrets make {stage}

Then run this again: it takes the snapshot that Lambda starts from, and is the first release.
"""


class NotAdopted(Exception):
    """The function could not take in older events; `str(error)` says what to look at."""


def deploy(stage: str) -> None:
    """Tables and role first, then Zappa's `deploy` the first time and `update` ever after."""
    settings = stage_settings(stage)
    os.environ["AWS_DEFAULT_REGION"] = settings["aws_region"]
    _run("flask", "--app", "wsgi", "stage", "apply", stage)
    function = f"{settings['project_name']}-{stage}"
    if _stands(function):
        _run("zappa", "update", stage)
        print(adopt(function))
    else:
        _run("zappa", "deploy", stage)
        print(FIRST.format(function=function, stage=stage))


def adopt(function: str) -> str:
    """Have the function do what its schedule does, now; what came of it, in words.

    The function has the settings and the secrets, so none are needed here.
    """
    came = Function(function).run(SCHEDULED)
    if not isinstance(came, dict) or "seen" not in came:
        raise NotAdopted(
            f"The code of {function} is there, but older events may not be in the lists yet: its "
            f"log says why (zappa tail). It tries again every ten minutes."
        )
    text = f"Events: {came['seen']}. Adopted now: {came['changed']}."
    return (
        f"{text} {came['left']} kept changing: the schedule takes them." if came["left"] else text
    )


def _stands(function: str) -> bool:
    try:
        Function(function).read()
    except NotDeployed:
        return False
    return True


def _run(*command: str) -> None:
    subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 - our own words


if __name__ == "__main__":
    try:
        deploy(sys.argv[1])
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
    except NotAdopted as error:
        sys.exit(str(error))
