"""Two stages of the app, deployed by Zappa to an emulator of their own."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import boto3
import pytest

from deploy import emulator as zappa_emulator
from deploy.runtime_venv import FOR_HERE, ROOT, build
from dev.emulator import Emulator, aws_environment, outside_aws
from scc.ops.edge.change import apply
from scc.ops.edge.live import connect, read
from scc.ops.edge.plan import plan
from scc.passwords import hash_password

PUBLIC_HOST: Final = "www.example.com"
STAGES: Final = {"staging": "/_staging", "production": ""}
"""The stages and the path in front of their public addresses."""

SENDER: Final = "crew@example.com"
OLDER_SITE: Final = "queen-of-san-diego-site"
"""The bucket of the company's site, with the older tool's page in it."""

_LEFT_OUT: Final = shutil.ignore_patterns(
    ".git", ".venvs", ".local", ".*_cache", ".hypothesis", "__pycache__", "test-results"
)
# What lies about in a checkout and must not get into a package.
_JUNK: Final = {
    ".local/aws/secret.json": "junk",
    ".venvs/dev/lib/junk.py": "junk = True",
    ".git/config": "junk",
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
    settings_file: Path
    password: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    edge_secret: str = field(default_factory=lambda: secrets.token_urlsafe(32))
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

    def set_secrets(self) -> None:
        self.set_variables(
            SECRET_KEY=secrets.token_urlsafe(48),
            ADMIN_PASS_HASH=hash_password(self.password),
            SCC_SEAL_KEYS=json.dumps({"k1": secrets.token_urlsafe(32)}),
            SCC_EDGE_SECRETS=json.dumps([self.edge_secret]),
            SCC_SES_SENDER=SENDER,
        )

    def provision(self, verb: str) -> str:
        return self.flask("stage", verb, self.stage)

    def flask(self, *words: str) -> str:
        """What it prints; without what flask itself says of a .env file that lies about."""
        command = (sys.executable, "-m", "flask", "--app", "wsgi", *words)
        return self._run(*command, FLASK_SKIP_DOTENV="1")

    def zappa(self, command: str, *options: str, **variables: str) -> str:
        return self._run(*self._zappa(command, options), **variables)

    def refused(self, command: str, *options: str, **variables: str) -> str:
        """What a command of Zappa's says that has to fail."""
        return self._run(*self._zappa(command, options), fails=True, **variables)

    def _zappa(self, command: str, options: tuple[str, ...]) -> list[str]:
        program = str(Path(sys.executable).with_name("zappa"))
        return [program, command, self.stage, "--settings_file", str(self.settings_file), *options]

    def _run(self, *command: str, fails: bool = False, **variables: str) -> str:
        env = outside_aws() | aws_environment(self.port)
        env |= {"VIRTUAL_ENV": str(FOR_HERE), "SCC_ADMIN_PASSWORD": self.password}
        env |= {"FLASK_SKIP_DOTENV": "1"}  # junk, too: it would tell of it
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
    """Provision, deploy and give secrets to both stages at once, each from its own checkout."""
    build(FOR_HERE)
    settings_file = home / "settings.json"
    settings_file.write_text(json.dumps(zappa_emulator.settings()))
    stages = [
        Deployed(stage, emulator.port, _checkout(home / stage), settings_file) for stage in STAGES
    ]
    _make_bucket(stages[0])
    with ThreadPoolExecutor() as pool:
        list(pool.map(_deploy, stages))
    return {deployed.stage: deployed for deployed in stages}


def _make_bucket(deployed: Deployed) -> None:
    """Each stage's deployment makes it where it is missing; at the same moment one would fail."""
    settings = json.loads(deployed.settings_file.read_text())[deployed.stage]
    region = settings["aws_region"]
    deployed.client("s3").create_bucket(
        Bucket=settings["s3_bucket"],
        CreateBucketConfiguration={"LocationConstraint": region},
    )


def _deploy(deployed: Deployed) -> None:
    started = time.monotonic()
    deployed.log = deployed.provision("apply") + deployed.zappa("deploy")
    deployed.set_secrets()
    deployed.log += f"deployed in {time.monotonic() - started:.1f} s\n"


def _checkout(folder: Path) -> Path:
    """A copy, since Zappa writes into the folder that it packages, with junk lying about in it."""
    shutil.copytree(ROOT, folder, ignore=_LEFT_OUT)
    for name, content in _JUNK.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    _want_new_events_table(folder / "zappa_settings.json")
    shutil.rmtree(folder / ".git")  # junk, until here
    ignored = folder / ".gitignore"
    ignored.write_text(ignored.read_text() + "".join(f"/{name}\n" for name in _JUNK))
    git(folder, "init", "--quiet")
    commit(folder, "The beginning")
    return folder


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


def _want_new_events_table(settings_file: Path) -> None:
    """Production has to say where its events are: here, in a table that is made for them.

    And each stage, what its mail is sent as: its role goes by that.
    """
    settings = json.loads(settings_file.read_text())
    variables = settings["production"]["aws_environment_variables"]
    variables["SCC_EVENTS_TABLE"] = "scc-production-events"
    for stage in STAGES:
        settings[stage]["aws_environment_variables"]["SCC_SES_SENDER"] = SENDER
    settings_file.write_text(json.dumps(settings, indent=2))


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
        for name, value in aws_environment(deployed.port).items():
            patch.setenv(name, value)
        aws = connect()
        live = read(aws)
        apply(aws, live, plan(live), lambda _: None)


def clean(folder: Path) -> None:
    """Each deployment leaves 80 MB of unzipped code behind."""
    shutil.rmtree(folder, ignore_errors=True)
