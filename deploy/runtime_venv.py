"""The run-time venv: exactly what goes into the package, for the machine that will run it.

    python -m deploy.runtime_venv          .venvs/lambda, for AWS Lambda
    python -m deploy.runtime_venv --here   .venvs/lambda-here, for the emulator on this machine

It holds requirements.txt and, without their dependencies, Zappa and durationpy as they stand in
the tools' venv. Every module has bytecode that is checked by its source's hash: Zappa dates all
files in the package 1980, and bytecode checked by time would be thrown away at each cold start.
"""

import fcntl
import hashlib
import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from scc.ops.zappa_settings import stage_settings

ROOT: Final = Path(__file__).resolve().parent.parent
FOR_LAMBDA: Final = ROOT / ".venvs/lambda"
FOR_HERE: Final = ROOT / ".venvs/lambda-here"
_STAMP: Final = "built.json"
_ZAPPA: Final = ("zappa", "durationpy")

# Amazon Linux 2023, which Python 3.12 and later run on there, has glibc 2.34.
_GLIBC: Final = ("2_34", "2_28", "2_17")

_BOTOCORE_DATA: Final = frozenset(
    {
        "dynamodb",
        "sesv2",
        "_retry.json",
        "endpoints.json",
        "partitions.json",
        "sdk-default-configuration.json",
    }
)
"""All else in botocore's data describes services that the app does not call."""

_NEVER_IMPORTED: Final = (
    "bin",
    "share",
    "boto3/crt.py",
    "boto3/data",
    "boto3/examples",
    "cffi",  # it builds; what runs is _cffi_backend
    "click/testing.py",
    "dateutil/zoneinfo/*.tar.gz",  # zones come from the system, and from tzdata
    # Of google-auth, a service account and a token are used, through urllib3.
    "google/auth/aio",
    "google/auth/*async*.py",
    "google/auth/app_engine.py",
    "google/auth/aws.py",
    "google/auth/compute_engine",
    "google/auth/downscoped.py",
    "google/auth/external_account*.py",
    "google/auth/identity_pool.py",
    "google/auth/pluggable.py",
    "google/auth/transport/_aiohttp*.py",
    "google/auth/transport/grpc.py",
    "google/oauth2/*async*.py",
    "google/oauth2/gdch*.py",
    "google/oauth2/id_token.py",
    "google/oauth2/sts.py",
    "icalendar/cli.py",
    "icalendar/tests",
    "markdown_it/cli",
    "packaging/[!_v]*",  # google-auth wants its version.py alone
    "packaging/_[!_]*",
    "pyasn1",  # google-auth wants both, and uses neither where cryptography is
    "pyasn1_modules",
    "pycparser",
    "s3transfer/crt.py",
    "s3transfer/processpool.py",
    "urllib3/contrib/emscripten",
    "werkzeug/debug",
    "wtforms/locale",  # what forms say is ours
    "zappa/cli.py",
    "zappa/core.py",
    "zappa/ext",
    "zappa/letsencrypt.py",
    "zappa/policies*",
    "zappa-*.dist-info/METADATA",  # its whole README
    "*.dist-info/RECORD",
    "**/*.pyi",
)


class NotForLambda(Exception):
    """The package would not run on Lambda; `str(error)` says what to do."""


def lambda_runtime() -> str:
    """`python3.13`: zappa_settings.json is the one place that says so."""
    return str(stage_settings("staging")["runtime"])  # production extends it


def interpreter() -> str:
    """The Python at hand, as Lambda would call it: `python3.11`."""
    return f"python{sys.version_info.major}.{sys.version_info.minor}"


def refuse_unfit(venv: Path) -> None:
    """Raise NotForLambda unless this is the run-time venv for Lambda, built from what stands."""
    _refuse_other_python()
    if venv.resolve() != FOR_LAMBDA:
        raise NotForLambda(
            f"Zappa would package {venv}, not the run-time venv. Run '. deploy/activate' first."
        )
    if _built(venv) != _wanted(FOR_LAMBDA):
        raise NotForLambda(
            "The run-time venv is not built from today's requirements. Run '. deploy/activate'."
        )


def _refuse_other_python() -> None:
    if interpreter() != lambda_runtime():
        raise NotForLambda(
            f"Lambda runs {lambda_runtime()}, but this is {interpreter()}: compiled packages "
            "would fail there. Make the tools' venv with the same Python: "
            f"'rm -r .venvs/dev; make check PYTHON={lambda_runtime()}'."
        )


def build(venv: Path) -> Path:
    """Build the venv unless it stands as wanted. Raises NotForLambda."""
    if venv == FOR_LAMBDA:
        _refuse_other_python()
    with _alone(venv):
        if _built(venv) != _wanted(venv):
            shutil.rmtree(venv, ignore_errors=True)
            packages = venv / "lib" / interpreter() / "site-packages"
            _install(packages, _platform(venv))
            _trim(packages)
            (venv / _STAMP).write_text(json.dumps(_wanted(venv)))
    return venv


@contextmanager
def _alone(venv: Path) -> Iterator[None]:
    """Two test processes may want it at the same time."""
    venv.parent.mkdir(exist_ok=True)
    with venv.with_name(f"{venv.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _platform(venv: Path) -> str:
    if venv == FOR_LAMBDA:
        return str(stage_settings("staging")["architecture"]).replace("arm64", "aarch64")
    return f"{platform.system()}-{platform.machine()}"


def _wanted(venv: Path) -> dict[str, str]:
    """What the venv is made from; it is built anew when any of it changes."""
    inputs = (ROOT / "requirements.txt").read_bytes() + Path(__file__).read_bytes()
    return {
        "python": interpreter(),
        "platform": _platform(venv),
        "inputs": hashlib.sha256(inputs).hexdigest(),
        **{name: importlib.metadata.version(name) for name in _ZAPPA},
    }


def _built(venv: Path) -> Any:
    stamp = venv / _STAMP
    return json.loads(stamp.read_text()) if stamp.exists() else None


def _install(packages: Path, machine: str) -> None:
    """Wheels for that machine alone: nothing is compiled, so any system can package for AWS."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    where = ["--target", str(packages), "--only-binary=:all:"]
    if "-" not in machine:
        where += [f"--platform=manylinux_{version}_{machine}" for version in _GLIBC]
        where += [f"--python-version={interpreter().removeprefix('python')}", "--implementation=cp"]
    zappa = [f"{name}=={importlib.metadata.version(name)}" for name in _ZAPPA]
    # With it, pip writes bytecode that is checked by hash (py_compile.PycInvalidationMode).
    env = os.environ | {"SOURCE_DATE_EPOCH": "315532800"}
    for what in (["--requirement", str(ROOT / "requirements.txt")], ["--no-deps", *zappa]):
        subprocess.run([*pip, *where, *what], check=True, env=env)  # noqa: S603 - our own words


def _trim(packages: Path) -> None:
    data = (packages / "botocore/data").iterdir()
    unwanted = [path for path in data if path.name not in _BOTOCORE_DATA]
    for pattern in _NEVER_IMPORTED:
        unwanted += packages.glob(pattern)
    for path in [path for path in unwanted if path.suffix == ".py"]:
        unwanted += path.parent.glob(f"__pycache__/{path.stem}.*")  # the bytecode with its module
    for path in unwanted:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


if __name__ == "__main__":
    try:
        print(build(FOR_HERE if "--here" in sys.argv[1:] else FOR_LAMBDA))
    except NotForLambda as error:
        sys.exit(str(error))
