"""Released without fear: the whole story on both stages, in the order in which it is lived.

It is told once, by the fixture; each test looks at one thing in it. The first release goes out by
`make deploy-staging` and `make deploy-production`, each in its clone. The others are `zappa update`
with the rights of scc/ops/operators.py, their packages made from the first one, to spare the time.
"""

import json
import re
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from scc.ops.deployment import Deployment
from scc.ops.doctor import doctor_command
from scc.ops.edge.live import behaviors
from scc.ops.edge.wanted import BEHAVIORS, listed
from scc.ops.releases import service
from scc.ops.releases.commands import release_group
from scc.ops.secrets import secrets_group
from scc.ops.stage import stage_group
from scc.ops.zappa_settings import stage_settings
from tests import cloudfront
from tests.cloudfront import Edge
from tests.deploy.edge import browser, request
from tests.deploy.stack import (
    STAGES,
    Deployed,
    as_commands_see_it,
    commit,
    downloaded_package,
    git,
    open_edge,
)

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
    invalidated: dict[str, list[list[str]]] = field(default_factory=dict)
    """The paths of each invalidation that a command asked for."""
    kept_at_the_edge: dict[str, set[str]] = field(default_factory=dict)
    """Which paths' answers were kept there, before and after staging's second release."""


class Teller:
    def __init__(self, staging: Deployed, production: Deployed, public: Edge, home: Path) -> None:
        self.staging, self.production, self.home = staging, production, home
        self.public = public
        self.story = Story()
        self._origin = staging.checkout.parent / "origin"
        self._wsgi = (self._origin / "wsgi.py").read_text()
        found = downloaded_package(production, home)
        self._settings = {"production": zipfile.ZipFile(found).read(SETTINGS)}
        self._base = found

    def tell(self) -> Story:
        """From the first release to the way back and back again."""
        open_edge(self.production)
        self._operator = make_operator(self.production)
        self._one_passes_on_both()
        self._two_passes_on_staging_and_fails_on_production()
        self._three_fails_on_staging()
        self._staging_goes_back_twice()
        return self.story

    def _one_passes_on_both(self) -> None:
        self._commit("one", "Say which release answers")
        self.staging.set_variables(ONLY_THE_FUNCTION_HAS="this")
        self._say("staging one", self._make, self.staging)
        self._base = downloaded_package(self.staging, self.home)
        self._settings["staging"] = zipfile.ZipFile(self._base).read(SETTINGS)
        self._say("production one", self._make, self.production)

    def _two_passes_on_staging_and_fails_on_production(self) -> None:
        self._commit("two", "Break what only production shows", broken="production")
        self._base = Path(self._package(self.staging, wsgi=self._text("two", "production")))
        package = ("--zip", self._package(self.production))
        self._say("production unproved", self.production.refused, "update", *package)
        self.story.kept_at_the_edge["before"] = self._kept_at_the_edge()
        self._say("staging two", self.staging.zappa, "update", "--zip", str(self._base))
        self.public.ask("/")
        self.story.kept_at_the_edge["after"] = set(self.public.kept)
        self.production.set_variables(BY_HAND="1")
        self._say("production drifted", self._begin, self.production)
        self._say(
            "production two",
            self.production.refused,
            "update",
            *package,
            SCC_ACCEPT_DRIFT="environment",
        )

    def _three_fails_on_staging(self) -> None:
        self._commit("three", "Break what staging shows, too", broken="staging")
        self._base = Path(self._package(self.staging, wsgi=self._text("three", "staging")))
        package = ("--zip", str(self._base))
        self._say("staging three", self.staging.refused, "update", *package)

    def _staging_goes_back_twice(self) -> None:
        self._say("rotated", self._command, secrets_group, "rotate", "staging", "SECRET_KEY")
        self.staging.set_variables(ONLY_THE_FUNCTION_HAS="something else")
        close_path(self.staging, "/_staging/*")
        self._say("doctor", self._doctor)
        self._say("planned", self._command, release_group, "rollback", "staging", "--plan")
        self._say("staging back", self._command, release_group, "rollback", "staging")
        self._say("staging back again", self._command, release_group, "rollback", "staging")
        self._say("listed", self._command, release_group, "list", "staging")
        (two,) = (line for line in self.story.said["listed"].splitlines() if self._is("two", line))
        id_ = two.split()[0]
        self._say("staging to two", self._command, release_group, "rollback", "staging", id_)
        self._say("shown", self._command, release_group, "show", "staging", id_)

    def _is(self, name: str, line: str) -> bool:
        return self.story.commits[name][:8] in line.split()

    def _say(self, what: str, command: Any, *words: Any, **variables: str) -> None:
        before = set(self._invalidations())
        self.story.said[what] = command(*words, **self._operator, **variables)
        found = self._invalidations()
        self.story.invalidated[what] = [found[id_] for id_ in found if id_ not in before]
        deployed = self.production if "production" in what else self.staging
        self.story.answered[what] = mark(deployed)
        self.story.variables[what] = deployed.environment()

    def _begin(self, deployed: Deployed, **credentials: str) -> str:
        """What a release says that is stopped before its package is made: without Zappa's start."""
        said: list[str] = []
        with pytest.MonkeyPatch.context() as patch, pytest.raises(service.Stopped) as stopped:
            as_commands_see_it(deployed, patch)
            settings = stage_settings(deployed.stage)["aws_environment_variables"]
            here = Deployment.of(deployed.stage)
            service.begin(here, settings, deployed.checkout, said.append)
        return "\n".join([*said, str(stopped.value)])

    def _make(self, deployed: Deployed, **credentials: str) -> str:
        """Provisioning is an administrator's; so the whole of it is."""
        return deployed.make()

    def _command(self, group: Any, *words: str, **credentials: str) -> str:
        done = self._run(group, *words, **credentials)
        assert done.exit_code == 0, done.output
        return done.output

    def _doctor(self, **credentials: str) -> str:
        """It reads tables, which is no right of an operator's."""
        done = self._run(doctor_command, "staging")
        assert done.exit_code == 1, done.output
        return done.output

    def _run(self, command: Any, *words: str, **credentials: str) -> Result:
        env = {"SCC_ADMIN_PASSWORD": self.staging.password, **credentials}
        with pytest.MonkeyPatch.context() as patch:
            as_commands_see_it(self.staging, patch)
            return CliRunner(env=env).invoke(command, list(words))

    def _invalidations(self) -> dict[str, list[str]]:
        """The paths of each, by its id."""
        client, where = self.public.cloudfront, {"DistributionId": self.public.id}
        listed_ = client.list_invalidations(**where)["InvalidationList"].get("Items", [])
        found = {one["Id"]: client.get_invalidation(**where, Id=one["Id"]) for one in listed_}
        return {
            id_: one["Invalidation"]["InvalidationBatch"]["Paths"]["Items"]
            for id_, one in found.items()
        }

    def _kept_at_the_edge(self) -> set[str]:
        """A file of either stage is asked for through the edge, which keeps it."""
        for prefix in ("", "/_staging"):
            page = self.public.ask(f"{prefix}/scc/sign-in").body.decode()
            self.public.ask(next(part for part in page.split('"') if part.endswith(".css")))
        return set(self.public.kept)

    def _commit(self, name: str, subject: str, broken: str = "") -> None:
        """In the repository that both checkouts are clones of; they get it."""
        (self._origin / "wsgi.py").write_text(self._text(name, broken))
        self.story.commits[name] = commit(self._origin, subject)
        for deployed in (self.staging, self.production):
            git(deployed.checkout, "pull", "--quiet")

    def _text(self, name: str, broken: str) -> str:
        return "import os\n" + self._wsgi + MARK.format(name=name, broken=broken or "nowhere")

    def _package(self, deployed: Deployed, wsgi: str = "") -> str:
        """The package that staging has, with the stage's own settings; or with another wsgi.py."""
        made = self.home / f"{deployed.stage}-{time.time_ns()}.zip"
        packed = zipfile.ZipFile(made, "w", zipfile.ZIP_STORED)
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
    with (
        cloudfront.distribution(client, config) as made,
        cloudfront.edge(client, made, stages["production"].port) as public,
    ):
        return Teller(stages["staging"], stages["production"], public, home).tell()


def make_operator(deployed: Deployed) -> dict[str, str]:
    """Somebody who may do what `flask stage operator` says, and nothing else; their credentials."""
    iam = deployed.client("iam")
    iam.create_user(UserName="operator")
    with pytest.MonkeyPatch.context() as patch:
        as_commands_see_it(deployed, patch)
        policy = CliRunner().invoke(stage_group, ["operator"]).output
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


def test_make_releases_and_says_so(story: Story) -> None:
    for stage in ("staging", "production"):
        said = story.said[f"{stage} one"]
        assert said.count("passed: ") == 6 and "FAILED" not in said
        assert f"Subject: Ship Captain Crew: {stage} has a new release" in said
        assert f"flask --app wsgi release rollback {stage}" in said
        assert "Events: " in said  # and has the function adopt older ones
        assert story.answered[f"{stage} one"] == "one"


def test_two_clones_of_a_commit_give_the_same_content(story: Story) -> None:
    of_commit = re.compile(rf"Release \S+: {story.commits['one']}, content ([0-9a-f]+)\.")
    contents = [of_commit.findall(story.said[f"{stage} one"]) for stage in STAGES]
    assert contents[0] == contents[1] and len(contents[0]) == 1


def test_production_takes_only_what_passed_on_staging(story: Story) -> None:
    assert "run 'make deploy-staging' first" in story.said["production unproved"]
    assert "Nothing was changed" in story.said["production unproved"]
    assert story.answered["production unproved"] == "one"


def test_each_release_is_served_from_a_snapshot_of_its_own(
    story: Story, stages: dict[str, Deployed]
) -> None:
    """API Gateway enters by the alias, whose version has the code that answered."""
    for deployed in stages.values():
        client, name = deployed.client("lambda"), {"FunctionName": deployed.function}
        version = client.get_alias(**name, Name="snapstart")["FunctionVersion"]
        found = client.get_function_configuration(**name, Qualifier=version)
        assert found["SnapStart"] == {"ApplyOn": "PublishedVersions", "OptimizationStatus": "On"}
        assert (found["State"], found["LastUpdateStatus"]) == ("Active", "Successful")
        assert integrations(deployed) == {f"{deployed.function}:snapstart"}


def integrations(deployed: Deployed) -> set[str]:
    """What API Gateway invokes."""
    gateway, api = deployed.client("apigateway"), deployed.api_path.split("/")[2]
    uris = {
        gateway.get_integration(restApiId=api, resourceId=one["id"], httpMethod=method)["uri"]
        for one in gateway.get_resources(restApiId=api)["items"]
        for method in one.get("resourceMethods", {})
    }
    return {uri.partition(":function:")[2].removesuffix("/invocations") for uri in uris}


def test_a_release_has_the_edge_forget_its_stages_paths_and_no_others(story: Story) -> None:
    for stage in STAGES:
        paths = [one.path for one in BEHAVIORS if one.stage == stage]
        assert story.invalidated[f"{stage} one"] == [paths]
    assert story.invalidated["planned"] == story.invalidated["production unproved"] == []
    before, after = story.kept_at_the_edge["before"], story.kept_at_the_edge["after"]
    assert sum(path.startswith("/_staging/scc/static/") for path in before) == 1
    assert {path for path in before if path not in after} == {
        path for path in before if path.startswith("/_staging/")
    }


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


def test_a_failing_release_stays_on_staging_and_the_doctor_tells(story: Story) -> None:
    assert "did not pass on staging, and is there. To go back:" in story.said["staging three"]
    assert story.answered["staging three"] == "three"
    said = story.said["doctor"]
    failed = re.search(r"WRONG  The release that runs, \S+, did not pass \(failed\): (.*)\.", said)
    assert failed and failed[1] == "'flask --app wsgi release rollback staging'"


def test_the_doctor_tells_what_is_wrong_at_the_edge_and_by_hand(story: Story) -> None:
    said = story.said["doctor"]
    assert re.search(r"WRONG  Edge: /_staging/\* is missing, .*`flask edge apply` mends it", said)
    assert "WRONG  environment: ONLY_THE_FUNCTION_HAS is another, since the release" in said
    assert "role: well" in said and "tables: well" in said


def test_a_second_rollback_goes_further_back(story: Story) -> None:
    answered = [story.answered[what] for what in ("staging three", "staging back")]
    assert answered == ["three", "two"]
    assert story.answered["staging back again"] == "one"
    assert story.said["staging back again"].count("passed: ") == 6


def test_a_plan_changes_nothing(story: Story) -> None:
    said = story.said["planned"]
    assert f"code: that of {story.commits['two'][:8]}" in said
    assert "environment: ONLY_THE_FUNCTION_HAS is another" in said
    assert story.answered["planned"] == "three"


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
    assert rotated["SECRET_KEY"] != story.variables["staging three"]["SECRET_KEY"]
    for what in ("staging back", "staging back again"):
        assert story.variables[what]["SECRET_KEY"] == rotated["SECRET_KEY"]
    assert "SECRET_KEY stays as it is" in story.said["staging back"]


def test_any_kept_release_can_be_put_back(story: Story) -> None:
    assert story.answered["staging to two"] == "two"
    assert story.commits["two"] in story.said["shown"]
    outcomes = [line.split()[1] for line in story.said["listed"].splitlines()]
    assert outcomes == ["left", "failed", "left", "passed", "found"]


def test_what_was_set_by_hand_is_kept_before_it_goes(story: Story) -> None:
    by_hand = story.said["listed"].splitlines()[0].split()[0]
    assert f"What stands there is no release; it is kept as {by_hand}" in story.said["staging back"]
    assert "it is kept as" not in story.said["staging back again"]


def test_zappas_own_rollback_is_refused(story: Story, staging: Deployed) -> None:
    said = staging.refused("rollback", "-n", "1")
    assert "flask --app wsgi release rollback staging" in said
    assert mark(staging) == "two"


def test_a_wrong_password_is_found_before_anything_is_changed(
    story: Story, staging: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_commands_see_it(staging, monkeypatch)
    monkeypatch.setenv("SCC_ADMIN_PASSWORD", "a slip of it")
    settings = stage_settings("staging")["aws_environment_variables"]
    with pytest.raises(service.Stopped, match=r"not the admin password.*Nothing was changed"):
        service.begin(Deployment.of("staging"), settings, staging.checkout, lambda _: None)


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
