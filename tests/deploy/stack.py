"""Two stages of the app on an emulator of their own, deployed as docs/deploy.md says.

By `make deploy-staging` and `make deploy-production`, each in a fresh clone of one commit, whose
zappa_settings.json says what differs for the emulator.
"""

import json
import os
import secrets
import shutil
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import boto3
import pytest
from click.testing import CliRunner

from deploy import emulator as zappa_emulator
from deploy import runtime_venv
from deploy.runtime_venv import FOR_HERE, FOR_LAMBDA, ROOT, build
from dev.emulator import Emulator, aws_environment, outside_aws
from scc.ops import zappa_settings
from scc.ops.edge.change import apply
from scc.ops.edge.live import connect, read
from scc.ops.edge.plan import plan
from scc.ops.secrets import secrets_group
from scc.ops.zappa_settings import stage_settings
from tests.older import SAMPLE
from tests.ops.test_tables import older_table

PUBLIC_HOST: Final = "www.example.com"
STAGES: Final = {"staging": "/_staging", "production": ""}
"""The stages and the path in front of their public addresses."""

SENDER: Final = "crew@example.com"
OLDER_SITE: Final = "queen-of-san-diego-site"
"""The bucket of the company's site, with the older tool's page in it."""
OLDER_TABLE: Final = "charters"
"""Production's events: the older tool's table, adopted in place."""

_LEFT_OUT: Final = shutil.ignore_patterns(
    ".git", ".venvs", ".local", ".*_cache", ".hypothesis", "__pycache__", "test-results"
)
# What lies about in a checkout and must not get into a package.
_JUNK: Final = {
    ".local/aws/secret.json": "junk",
    ".venvs/more/lib/junk.py": "junk = True",
    ".git/junk": "junk",
    ".mypy_cache/junk.json": "{}",
    "scc/__pycache__/app.cpython-399.pyc": "junk",
    "tests/__pycache__/junk.cpython-311.pyc": "junk",
    "test-results/junk.png": "junk",
    "junk-mine/secrets.json": "junk",  # make run LOCAL_DIR=junk-mine
    "junk-mine/aws/tables/events.json": "junk",
    "junk-dump.json": "junk",
    ".env": "junk",
    "scc/.junk.env": "junk",
}


@dataclass
class Deployed:
    """One stage as it stands on the emulator, and the secrets that only its function has."""

    stage: str
    port: int
    checkout: Path
    password: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    edge_secret: str = ""
    log: str = field(default="", repr=False)
    """What the commands printed."""

    @property
    def function(self) -> str:
        return f"scc-{self.stage}"

    @property
    def prefix(self) -> str:
        return STAGES[self.stage]

    @cached_property
    def api_path(self) -> str:
        apis = self.client("apigateway").get_rest_apis()["items"]
        api = next(api for api in apis if api["name"] == self.function)
        return f"/restapis/{api['id']}/{self.stage}/_user_request_"

    def client(self, service: str) -> Any:
        aws = aws_environment(self.port)
        return boto3.session.Session().client(
            service,
            endpoint_url=aws["AWS_ENDPOINT_URL"],
            region_name=aws["AWS_REGION"],
            aws_access_key_id=aws["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=aws["AWS_SECRET_ACCESS_KEY"],
        )

    def environment(self) -> dict[str, str]:
        """The variables that the function has now."""
        configuration = self.client("lambda").get_function_configuration(FunctionName=self.function)
        return dict(configuration["Environment"]["Variables"])

    def set_variables(self, **variables: str) -> None:
        """Beside those that the function has, as an operator does it."""
        client = self.client("lambda")
        client.update_function_configuration(
            FunctionName=self.function,
            Environment={"Variables": self.environment() | variables},
        )
        client.get_waiter("function_updated_v2").wait(FunctionName=self.function)

    def make(self, fails: bool = False, **variables: str) -> str:
        """`make deploy-<stage>`; what it prints."""
        return self._run("make", f"deploy-{self.stage}", fails=fails, **variables)

    def make_secrets(self) -> None:
        """`flask secrets make <stage>`, in this process."""
        with pytest.MonkeyPatch.context() as patch:
            as_commands_see_it(self, patch)
            done = CliRunner().invoke(secrets_group, ["make", self.stage], f"{self.password}\n")
        assert done.exit_code == 0, done.output
        (self.edge_secret,) = json.loads(self.environment()["SCC_EDGE_SECRETS"])

    def zappa(self, command: str, *options: str, **variables: str) -> str:
        return self._run(*self._zappa(command, options), **variables)

    def refused(self, command: str, *options: str, **variables: str) -> str:
        """What a command of Zappa's says that has to fail."""
        return self._run(*self._zappa(command, options), fails=True, **variables)

    def _zappa(self, command: str, options: tuple[str, ...]) -> list[str]:
        return [str(Path(sys.executable).with_name("zappa")), command, self.stage, *options]

    def _run(self, *command: str, fails: bool = False, **variables: str) -> str:
        env = outside_aws() | aws_environment(self.port)
        env = {name: value for name, value in env.items() if not name.startswith("MAKE")}
        env |= {"VIRTUAL_ENV": str(FOR_HERE), "SCC_ADMIN_PASSWORD": self.password}
        env |= {"FLASK_SKIP_DOTENV": "1"}  # of the junk: it would tell of it
        done = subprocess.run(
            command,
            cwd=self.checkout,
            env=env | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=280,
        )
        assert (done.returncode != 0) is fails, f"{' '.join(command)}:\n{done.stdout}"
        return done.stdout


def deploy_both(emulator: Emulator, home: Path) -> dict[str, Deployed]:
    """Provision, deploy and give secrets to both stages at once, each from its own clone."""
    build(FOR_HERE)
    origin = _origin(home / "origin")
    stages = [Deployed(stage, emulator.port, _clone(origin, home / stage)) for stage in STAGES]
    _leave_junk(stages[0].checkout)
    _make_bucket(stages[0])
    _make_older_table(stages[0])
    with ThreadPoolExecutor() as pool:
        for deployed, said in zip(stages, pool.map(Deployed.make, stages), strict=True):
            deployed.log = said
            deployed.make_secrets()
    return {deployed.stage: deployed for deployed in stages}


def _make_bucket(deployed: Deployed) -> None:
    """Each stage's deployment makes it where it is missing; at the same moment one would fail."""
    settings = stage_settings(deployed.stage)
    region = settings["aws_region"]
    deployed.client("s3").create_bucket(
        Bucket=settings["s3_bucket"],
        CreateBucketConfiguration={"LocationConstraint": region},
    )


def _make_older_table(deployed: Deployed) -> None:
    """Of its events the first alone: the others are in tests/ops."""
    client = deployed.client("dynamodb")
    older_table(client, OLDER_TABLE)
    for line in SAMPLE.read_text(encoding="utf-8").splitlines()[:5]:
        client.put_item(TableName=OLDER_TABLE, **json.loads(line))


def _origin(folder: Path) -> Path:
    """A repository of one commit: what stands here, and what differs for the emulator."""
    shutil.copytree(ROOT, folder, ignore=_LEFT_OUT)
    settings = zappa_emulator.settings()
    for stage in STAGES:  # what its mail is sent as: its role goes by that
        settings[stage]["aws_environment_variables"]["SCC_SES_SENDER"] = SENDER
    settings["production"]["aws_environment_variables"]["SCC_EVENTS_TABLE"] = OLDER_TABLE
    (folder / "zappa_settings.json").write_text(json.dumps(settings, indent=2))
    ignored = folder / ".gitignore"
    ignored.write_text(ignored.read_text() + "".join(f"/{name}\n" for name in _JUNK))
    git(folder, "init", "--quiet")
    commit(folder, "The beginning")
    return folder


def _clone(origin: Path, folder: Path) -> Path:
    """A clone, since Zappa writes into the folder that it packages.

    Its venvs are the ones that stand here: to make them anew takes minutes.
    """
    git(origin, "clone", "--quiet", ".", str(folder))
    _borrow(Path(sys.prefix), folder / ".venvs/dev")
    (folder / ".venvs/dev/ready").touch()
    _borrow(FOR_HERE, folder / ".venvs/lambda")
    built = runtime_venv._wanted(FOR_LAMBDA)  # wheels of this machine: it runs the functions
    (folder / ".venvs/lambda/built.json").write_text(json.dumps(built))
    return folder


def _leave_junk(checkout: Path) -> None:
    for name, content in _JUNK.items():
        path = checkout / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def _borrow(venv: Path, folder: Path) -> None:
    """A folder of its own that leads to what is in a venv, so that nothing can empty that one."""
    folder.mkdir(parents=True)
    for path in venv.iterdir():
        if path.name not in ("ready", "built.json"):
            (folder / path.name).symlink_to(path)


def commit(checkout: Path, subject: str) -> str:
    """Commit all that is there; the same files give the same commit in both checkouts."""
    git(checkout, "add", "--all")
    git(checkout, "commit", "--quiet", "--allow-empty", "--message", subject)
    return git(checkout, "rev-parse", "HEAD").strip()


def git(checkout: Path, *words: str) -> str:
    """Git, by nobody in particular and on no day in particular."""
    who = {"NAME": "Nobody", "EMAIL": "nobody@example.com", "DATE": "2026-05-23T18:00:00Z"}
    signed = {f"GIT_{role}_{key}": who[key] for role in ("AUTHOR", "COMMITTER") for key in who}
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        ["git", "-C", checkout, *words],
        env={"PATH": os.environ["PATH"], **signed, **quiet},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def as_commands_see_it(deployed: Deployed, patch: pytest.MonkeyPatch) -> None:
    """For a command that runs in this process: where AWS is, and the settings of that checkout."""
    for name, value in aws_environment(deployed.port).items():
        patch.setenv(name, value)
    patch.setattr(zappa_settings, "FILE", deployed.checkout / "zappa_settings.json")


def downloaded_package(deployed: Deployed, folder: Path) -> Path:
    """The zip that the function runs."""
    code = deployed.client("lambda").get_function(FunctionName=deployed.function)["Code"]
    package = folder / f"{deployed.function}.zip"
    with urllib.request.urlopen(code["Location"]) as answer:
        package.write_bytes(answer.read())
    return package


def open_edge(deployed: Deployed) -> None:
    """Have the distribution that stands lead to both stages, by what they take as the edge's."""
    with pytest.MonkeyPatch.context() as patch:
        as_commands_see_it(deployed, patch)
        aws = connect()
        live = read(aws)
        apply(aws, live, plan(live), lambda _: None)


def clean(folder: Path) -> None:
    """Each deployment leaves 80 MB of unzipped code behind."""
    shutil.rmtree(folder, ignore_errors=True)
