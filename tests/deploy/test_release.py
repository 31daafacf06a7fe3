"""Released without fear: the whole story on both stages, in the order in which it is lived.

It is told once, by the fixture, with the rights of scc/ops/operators.py; each test looks at one
thing in it. Zappa makes one package, for a bare `zappa update staging`; the others are made from
it, to spare the time.
"""

import json
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dev.emulator import aws_environment
from scc.ops.edge.live import behaviors
from scc.ops.edge.wanted import listed
from scc.ops.releases.commands import release_group
from scc.ops.secrets import secrets_group
from scc.ops.zappa_settings import stage_settings
from tests import cloudfront
from tests.deploy.edge import browser, request
from tests.deploy.stack import Deployed, commit, downloaded_package, open_edge

pytestmark = pytest.mark.timeout(1500)

MARK = """

@app.after_request
def mark(response):
    response.headers["X-Released"] = "{name}"
    if os.environ["SCC_STAGE"] in "{broken}":
        response.data = b"broken"
    return response
"""
SITE = "queen-of-san-diego-story"
SETTINGS = "zappa_settings.py"
BYTECODE = "__pycache__/"


EMULATORS_OWN = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": [
                "lambda:DeleteFunction",
                "lambda:ListAliases",
                "lambda:PutFunctionConcurrency",
            ],
            "Resource": "arn:aws:lambda:us-west-2:000000000000:function:*",
        },
        {
            "Effect": "Allow",
            "Action": [
                *(f"events:{verb}Rule" for verb in ("Delete", "Describe", "Put")),
                *(f"events:{verb}Targets" for verb in ("Put", "Remove")),
                "events:ListTargetsByRule",
                *(f"kms:{verb}" for verb in ("Decrypt", "DescribeKey", "GenerateDataKey")),
            ],
            "Resource": "*",
        },
    ],
}
"""Where it asks for another action than AWS does, or for it on no resource in particular."""


@dataclass
class Story:
    """What the commands said, which code answered after each, and what else was seen."""

    said: dict[str, str] = field(default_factory=dict)
    answered: dict[str, str] = field(default_factory=dict)
    variables: dict[str, dict[str, str]] = field(default_factory=dict)
    commits: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


class Teller:
    def __init__(self, staging: Deployed, production: Deployed, home: Path) -> None:
        self.staging, self.production, self.home = staging, production, home
        self.story = Story()
        self._wsgi = (staging.checkout / "wsgi.py").read_text()
        found = {one.stage: downloaded_package(one, home) for one in (staging, production)}
        self._settings = {
            stage: zipfile.ZipFile(package).read(SETTINGS) for stage, package in found.items()
        }
        self._base = found["staging"]

    def tell(self) -> Story:
        """From the first release to the way back and back again."""
        open_edge(self.production)
        self._operator = make_operator(self.production)
        self._nothing_has_passed()
        self._one_passes_on_both()
        self._two_fails_on_production()
        self._staging_goes_back_twice()
        return self.story

    def _nothing_has_passed(self) -> None:
        package = self._package(self.production)
        self._say("unproved", self.production.refused, "update", "--zip", package)

    def _one_passes_on_both(self) -> None:
        self._commit("one", "Say which release answers")
        self.staging.set_variables(ONLY_THE_FUNCTION_HAS="this")
        self._say("staging one", self.staging.zappa, "update")
        self._base = downloaded_package(self.staging, self.home)
        package = self._package(self.production)
        self._say("production one", self.production.zappa, "update", "--zip", package)

    def _two_fails_on_production(self) -> None:
        self._commit("two", "Break what only production shows", broken="production")
        self._base = Path(self._package(self.staging, wsgi=self._text("two", "production")))
        self._say("staging two", self.staging.zappa, "update", "--zip", str(self._base))
        self.production.set_variables(BY_HAND="1")
        package = ("--zip", self._package(self.production))
        self._say("production drifted", self.production.refused, "update", *package)
        self._say(
            "production two",
            self.production.refused,
            "update",
            *package,
            SCC_ACCEPT_DRIFT="environment",
        )

    def _staging_goes_back_twice(self) -> None:
        self._say("rotated", self._command, secrets_group, "rotate", "staging", "SECRET_KEY")
        self.staging.set_variables(ONLY_THE_FUNCTION_HAS="something else")
        close_path(self.staging, "/_staging/*")
        self._say("planned", self._command, release_group, "rollback", "staging", "--plan")
        self._say("staging back", self._command, release_group, "rollback", "staging")
        self._say("staging back again", self._command, release_group, "rollback", "staging")
        self._say("listed", self._command, release_group, "list", "staging")
        first = self.story.said["listed"].splitlines()[-2].split()[0]
        self._say("staging to one", self._command, release_group, "rollback", "staging", first)
        self._say("shown", self._command, release_group, "show", "staging", first)

    def _say(self, what: str, command: Any, *words: Any, **variables: str) -> None:
        started = time.monotonic()
        self.story.said[what] = command(*words, **self._operator, **variables)
        self.story.seconds[what] = round(time.monotonic() - started, 1)
        deployed = self.production if "production" in what else self.staging
        self.story.answered[what] = mark(deployed)
        self.story.variables[what] = deployed.environment()

    def _command(self, group: Any, *words: str, **credentials: str) -> str:
        env = aws_environment(self.staging.port) | {"SCC_ADMIN_PASSWORD": self.staging.password}
        env |= credentials
        done = CliRunner(env=env).invoke(group, list(words))
        assert done.exit_code == 0, done.output
        return done.output

    def _commit(self, name: str, subject: str, broken: str = "") -> None:
        for deployed in (self.staging, self.production):
            (deployed.checkout / "wsgi.py").write_text(self._text(name, broken))
            made = commit(deployed.checkout, subject)
            assert self.story.commits.setdefault(name, made) == made

    def _text(self, name: str, broken: str) -> str:
        return "import os\n" + self._wsgi + MARK.format(name=name, broken=broken or "nowhere")

    def _package(self, deployed: Deployed, wsgi: str = "") -> str:
        """The package that staging has, with the stage's own settings; or with another wsgi.py."""
        made = self.home / f"{deployed.stage}-{time.time_ns()}.zip"
        packed = zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        with zipfile.ZipFile(self._base) as old, packed as new:
            for name in old.namelist():
                content = old.read(name)
                if name == SETTINGS:
                    content = self._settings[deployed.stage]
                elif name == "wsgi.py" and wsgi:
                    content = wsgi.encode()
                if not (wsgi and name.startswith(f"{BYTECODE}wsgi.")):
                    new.writestr(name, content)
        return str(made)


@pytest.fixture(scope="module")
def story(stages: dict[str, Deployed], tmp_path_factory: pytest.TempPathFactory) -> Story:
    home = tmp_path_factory.mktemp("story")
    client = stages["production"].client("cloudfront")
    config = cloudfront.older_config(SITE, "unused.lambda-url.us-west-2.on.aws")
    with cloudfront.distribution(client, config):
        return Teller(stages["staging"], stages["production"], home).tell()


def make_operator(deployed: Deployed) -> dict[str, str]:
    """Somebody who may do what `flask stage operator` says, and nothing else; their credentials."""
    iam = deployed.client("iam")
    iam.create_user(UserName="operator")
    policy = deployed.flask("stage", "operator")
    iam.put_user_policy(UserName="operator", PolicyName="operator", PolicyDocument=policy)
    iam.put_user_policy(
        UserName="operator", PolicyName="emulator", PolicyDocument=json.dumps(EMULATORS_OWN)
    )
    key = iam.create_access_key(UserName="operator")["AccessKey"]
    return {
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
    }


def close_path(deployed: Deployed, path: str) -> None:
    """Take a behaviour out by hand: its requests fall to the site."""
    client = deployed.client("cloudfront")
    (found,) = client.list_distributions()["DistributionList"]["Items"]
    answer = client.get_distribution_config(Id=found["Id"])
    config = answer["DistributionConfig"]
    kept = [one for one in behaviors(config) if one["PathPattern"] != path]
    assert len(kept) < len(behaviors(config))
    config["CacheBehaviors"] = listed(kept)
    client.update_distribution(Id=found["Id"], IfMatch=answer["ETag"], DistributionConfig=config)


def mark(deployed: Deployed) -> str:
    """Which code answers."""
    _, headers, _ = request(deployed, f"{deployed.prefix}/scc/healthz")
    return {name.lower(): value for name, value in headers}.get("x-released", "none")


def test_production_takes_only_what_passed_on_staging(story: Story) -> None:
    assert "run 'make deploy-staging' first" in story.said["unproved"]
    assert "Nothing was changed" in story.said["unproved"]
    assert story.answered["unproved"] == "none"


def test_a_bare_update_releases_and_says_so(story: Story) -> None:
    said = story.said["staging one"]
    assert said.count("passed: ") == 6 and "FAILED" not in said
    assert "Subject: Ship Captain Crew: staging has a new release" in said
    assert "flask --app wsgi release rollback staging" in said
    assert story.answered["staging one"] == "one"


def test_what_stood_before_the_first_release_is_kept(story: Story) -> None:
    assert "What stood there is kept as" in story.said["staging one"]
    assert "What stood there is kept as" not in story.said["staging two"]


def test_an_update_keeps_what_only_the_function_has(story: Story) -> None:
    assert story.variables["staging one"]["ONLY_THE_FUNCTION_HAS"] == "this"


def test_the_letter_says_what_is_new(story: Story) -> None:
    assert "- Break what only production shows\n" in story.said["staging two"]
    assert "- Say which release answers\n" not in story.said["staging two"]


def test_the_letter_is_handed_to_the_functions_outbox(story: Story) -> None:
    """Which knows whom to send it to: here nobody is named."""
    assert "SCC_OWNER_EMAIL names nobody who gets it." in story.said["production one"]


def test_the_same_content_passes_on_production(story: Story) -> None:
    assert "production has a new release" in story.said["production one"]
    assert story.answered["production one"] == "one"


def test_drift_stops_production_until_it_is_named(story: Story) -> None:
    assert "environment: BY_HAND is new" in story.said["production drifted"]
    assert "SCC_ACCEPT_DRIFT=environment" in story.said["production drifted"]
    assert "did not pass" not in story.said["production drifted"]


def test_a_failing_release_puts_the_last_one_back(story: Story) -> None:
    said = story.said["production two"]
    assert "FAILED: an admin signs in" in said
    assert "is back, and answers as it should" in said
    assert story.answered["production two"] == "one"
    assert story.variables["production two"] == story.variables["production drifted"]


def test_a_second_rollback_goes_further_back(story: Story) -> None:
    answered = [story.answered[what] for what in ("staging two", "staging back")]
    assert answered == ["two", "one"]
    assert story.answered["staging back again"] == "none"
    assert story.said["staging back again"].count("passed: ") == 6


def test_a_plan_changes_nothing(story: Story) -> None:
    said = story.said["planned"]
    assert f"code: that of {story.commits['one'][:8]}" in said
    assert "environment: ONLY_THE_FUNCTION_HAS is another" in said
    assert story.answered["planned"] == "two"


def test_environment_goes_back_with_the_code(story: Story) -> None:
    assert story.variables["planned"]["ONLY_THE_FUNCTION_HAS"] == "something else"
    assert story.variables["staging back"]["ONLY_THE_FUNCTION_HAS"] == "this"
    assert "ONLY_THE_FUNCTION_HAS" in story.variables["staging back again"]


def test_edge_goes_back_with_the_code(story: Story) -> None:
    assert "edge: /_staging/*" in story.said["planned"]
    assert "passed: an admin signs in" in story.said["staging back"]


def test_what_was_rotated_since_stays(story: Story) -> None:
    """The key was replaced, as if somebody had it: no way back makes it good again."""
    rotated = story.variables["rotated"]
    assert rotated["SECRET_KEY"] != story.variables["staging two"]["SECRET_KEY"]
    for what in ("staging back", "staging back again"):
        assert story.variables[what]["SECRET_KEY"] == rotated["SECRET_KEY"]
    assert "SECRET_KEY stays as it is" in story.said["staging back"]


def test_any_kept_release_can_be_put_back(story: Story) -> None:
    assert story.answered["staging to one"] == "one"
    assert story.commits["one"] in story.said["shown"]
    outcomes = [line.split()[1] for line in story.said["listed"].splitlines()]
    assert outcomes == ["left", "left", "left", "found"]


def test_what_was_set_by_hand_is_kept_before_it_goes(story: Story) -> None:
    by_hand = story.said["listed"].splitlines()[0].split()[0]
    assert f"What stands there is no release; it is kept as {by_hand}" in story.said["staging back"]
    assert "it is kept as" not in story.said["staging back again"]


def test_zappas_own_rollback_is_refused(story: Story, staging: Deployed) -> None:
    said = staging.refused("rollback", "-n", "1")
    assert "flask --app wsgi release rollback staging" in said
    assert mark(staging) == "one"


def test_a_wrong_password_is_found_before_anything_is_changed(
    story: Story, staging: Deployed
) -> None:
    package = str(staging.checkout / "none.zip")
    said = staging.refused("update", "--zip", package, SCC_ADMIN_PASSWORD="a slip of it")
    assert "That is not the admin password" in said and "Nothing was changed" in said


def test_nobody_is_left_signed_in(story: Story, staging: Deployed) -> None:
    found = staging.client("dynamodb").scan(TableName="scc-staging-state")["Items"]
    assert not [item for item in found if item.get("name", {}).get("S") == "Release check"]


def test_no_secret_can_be_read_in_the_bucket(story: Story, staging: Deployed) -> None:
    s3 = staging.client("s3")
    bucket = stage_settings("staging")["s3_bucket"]
    secret = ("SECRET_KEY", "ADMIN_PASS_HASH", "SCC_SEAL_KEYS", "SCC_EDGE_SECRETS")
    values = [variables[name] for variables in story.variables.values() for name in secret] + [
        staging.password
    ]
    documents = [
        s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read().decode()
        for item in s3.list_objects_v2(Bucket=bucket, Prefix="releases/")["Contents"]
        if item["Key"].endswith(".json")
    ]
    assert len(documents) >= 8
    assert not [
        one for one in values for text in documents if one in text or json.dumps(one) in text
    ]
    assert not [one for one in values for said in story.said.values() if one in said]


def test_people_work_on_as_before(story: Story, stages: dict[str, Deployed]) -> None:
    for deployed in stages.values():
        assert browser(deployed).sign_in(password=deployed.password).status_code == 302
