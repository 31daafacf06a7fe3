"""The edge on the emulator's CloudFront: read, changed with its ETag, kept, taken back."""

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.httpsession import URLLib3Session
from click.testing import CliRunner, Result

from dev.emulator import Emulator, aws_environment
from scc.aws import make_client
from scc.ops.edge import (
    Aws,
    Lost,
    Patience,
    Refused,
    Unsure,
    apply,
    connect,
    plan,
    problems,
    read,
    restore,
    restoring,
    snapshot,
    undo,
)
from scc.ops.edge.commands import edge_group
from scc.ops.edge.kept import newest_first
from scc.ops.edge.live import behaviors, origins, sent_secret, taken_by
from scc.ops.edge.wanted import Document, listed
from tests.cloudfront import distribution, make_site, older_config
from tests.emulator import new_account

pytestmark = pytest.mark.xdist_group("edge")  # one account for all of them

SECRETS = ("the-edges-secret-of-today-0123456789", "the-edges-secret-before-0123456789")
QUICK = Patience(minutes=0.01, pause=0.1)

SITE = "the-companys-site"
OLDER = "abc.lambda-url.us-west-2.on.aws"


@pytest.fixture(scope="module")
def edge_aws(emulator: Emulator) -> Iterator[Aws]:
    """Both stages as Zappa leaves them, as far as the edge is concerned, the bucket and a site.

    One account for the whole file: each test has a distribution of its own.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name, value in aws_environment(emulator.port, new_account()).items():
            patch.setenv(name, value)
        found = connect()
        make_stages(found)
        region = {"LocationConstraint": found.s3.meta.region_name}
        found.s3.create_bucket(Bucket=found.bucket, CreateBucketConfiguration=region)
        make_site(found.s3, SITE)
        yield found
        for bucket in (found.bucket, SITE):  # all accounts share the names
            for one in found.s3.list_objects_v2(Bucket=bucket).get("Contents", []):
                found.s3.delete_object(Bucket=bucket, Key=one["Key"])
            found.s3.delete_bucket(Bucket=bucket)


def make_stages(aws: Aws) -> None:
    role = client("iam").create_role(RoleName="x", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    for stage in ("production", "staging"):
        aws.apigateway.create_rest_api(name=f"scc-{stage}")
        aws.functions.create_function(
            FunctionName=f"scc-{stage}",
            Runtime="python3.13",
            Role=role,
            Handler="x.x",
            Code={"ZipFile": _empty_zip()},
            Environment=environment(SCC_EDGE_SECRETS=json.dumps(SECRETS)),
        )


def environment(**variables: str) -> Document:
    return {"Variables": {"KEPT": "1", **variables}}


@pytest.fixture
def made(edge_aws: Aws) -> Iterator[Document]:
    """A distribution as the older tool left it."""
    with distribution(edge_aws.cloudfront, older_config(SITE, OLDER)) as found:
        yield found


def client(service: str) -> Any:
    return make_client(service)


def _empty_zip() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("x.py", "")
    return archive.getvalue()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(edge_group, list(arguments))


def quiet(_: str) -> None:
    pass


def config_of(aws: Aws, made: Document) -> Document:
    config: Document = aws.cloudfront.get_distribution_config(Id=made["Id"])["DistributionConfig"]
    return config


def change_by_hand(aws: Aws, made: Document, **changes: Any) -> None:
    found = aws.cloudfront.get_distribution_config(Id=made["Id"])
    aws.cloudfront.update_distribution(
        Id=made["Id"],
        IfMatch=found["ETag"],
        DistributionConfig=found["DistributionConfig"] | changes,
    )


def goes_to(config: Document, path: str) -> str:
    return str(taken_by(config, path)["TargetOriginId"])


@contextmanager
def hook(found: Any, event: str, handler: Any) -> Iterator[None]:
    found.meta.events.register(event, handler)
    try:
        yield
    finally:
        found.meta.events.unregister(event, handler)


# Plan


def test_plan_tells_and_changes_nothing(edge_aws: Aws, made: Document) -> None:
    before = config_of(edge_aws, made)
    result = run("plan")
    assert result.exit_code == 0, result.output
    for words in (
        f"Distribution {made['Id']}, www.example.com:",
        "/g/* is missing, so its requests go to S3 (the-companys-site)",
        "/api/* is cached (Managed-CachingOptimized: up to 31536000 s, 1 s at the least)",
        "the error 403 is answered by /index.html with 200",
        "(/tools/shipcaptaincrew/*: that hides objects of the-companys-site: ",
        "/tools/shipcaptaincrew/index.html.)",
        "(/blog/* (to S3 (the-companys-site)) is left",
    ):
        assert words in result.output
    assert config_of(edge_aws, made) == before
    assert not [secret for secret in SECRETS if secret in result.output]
    assert len(problems(read(edge_aws))) > 10


def test_plan_for_one_path(edge_aws: Aws, made: Document) -> None:
    output = run("plan", "--only", "/g/*").output
    assert "/g/* is missing" in output
    assert "/api/*" not in output


def test_no_distribution_has_the_address(edge_aws: Aws, made: Document) -> None:
    change_by_hand(edge_aws, made, Aliases=listed(["another.example.com"]))
    result = run("plan")
    assert result.exit_code == 1
    assert "0 of 1 distributions have the address www.example.com" in result.output
    assert run("plan", "--distribution", made["Id"]).exit_code == 0


def test_of_two_with_the_address_none_is_chosen(edge_aws: Aws, made: Document) -> None:
    with distribution(edge_aws.cloudfront, older_config(SITE, "x.example")), pytest.raises(Lost):
        read(edge_aws)


def test_a_stage_without_edge_secrets_keeps_its_paths(edge_aws: Aws, made: Document) -> None:
    with function_environment(edge_aws):
        live = read(edge_aws)
    assert "scc-production has no SCC_EDGE_SECRETS" in "".join(live.problems)
    planned = plan(live)
    assert goes_to(planned.config, "/_staging/scc/") == "scc-staging"
    assert goes_to(planned.config, "/g/x/waiver") == "site"


def test_the_edge_sends_what_the_running_version_takes(edge_aws: Aws, made: Document) -> None:
    """API Gateway enters by an alias, whose version has the environment that it was made with."""
    functions = edge_aws.functions
    version = functions.publish_version(FunctionName="scc-production")["Version"]
    alias = {"FunctionName": "scc-production", "Name": "snapstart"}
    functions.create_alias(**alias, FunctionVersion=version)
    with function_environment(edge_aws, SCC_EDGE_SECRETS='["the-newest-secret-0123456789"]'):
        assert read(edge_aws).apps["production"].secrets == SECRETS
    functions.delete_alias(**alias)


@contextmanager
def function_environment(aws: Aws, **variables: str) -> Iterator[None]:
    """What production's function has, for the length of a block."""
    change, name = aws.functions.update_function_configuration, "scc-production"
    change(FunctionName=name, Environment=environment(**variables))
    try:
        yield
    finally:
        before = environment(SCC_EDGE_SECRETS=json.dumps(SECRETS))
        change(FunctionName=name, Environment=before)


def test_a_rotated_secret_is_sent_while_both_are_taken(edge_aws: Aws, made: Document) -> None:
    live = read(edge_aws)
    apply(edge_aws, live, plan(live), quiet, QUICK)
    newest = "the-newest-secret-of-the-edge-01234567"
    with function_environment(edge_aws, SCC_EDGE_SECRETS=json.dumps([newest, SECRETS[0]])):
        live = read(edge_aws)
        planned = plan(live)
        assert planned.differences == (
            "the origin scc-production is sent the older of the app's two secrets",
        )
        apply(edge_aws, live, planned, quiet, QUICK)
        after = read(edge_aws)
        assert sent_secret(origins(after.config)["scc-production"]) == newest
        assert plan(after).is_empty


# Apply


def test_apply_then_nothing_is_left(edge_aws: Aws, made: Document) -> None:
    live = read(edge_aws)
    said: list[str] = []
    apply(edge_aws, live, plan(live), said.append, QUICK)
    after = read(edge_aws)
    assert plan(after).is_empty
    assert problems(after) == []
    assert goes_to(after.config, "/g/2026-05-23/waiver") == "scc-production"
    assert sent_secret(origins(after.config)["scc-staging"]) == SECRETS[0]
    assert not [text for text in said if SECRETS[0] in text]
    etag = after.etag
    assert apply(edge_aws, after, plan(after), said.append, QUICK) is None
    assert read(edge_aws).etag == etag


def test_policies_are_made_once(edge_aws: Aws, made: Document) -> None:
    live = read(edge_aws)
    apply(edge_aws, live, plan(live), quiet, QUICK)
    for _ in range(2):
        live = read(edge_aws)
        apply(edge_aws, live, plan(live, ["/g/*"], "older"), quiet, QUICK)
        live = read(edge_aws)
        apply(edge_aws, live, plan(live), quiet, QUICK)
    listed_ = edge_aws.cloudfront.list_origin_request_policies(Type="custom")
    assert listed_["OriginRequestPolicyList"]["Quantity"] == 2


def test_a_policy_made_meanwhile_is_used(edge_aws: Aws, made: Document) -> None:
    """By somebody else, or by a request whose answer was lost."""
    live = read(edge_aws)
    planned = plan(live)
    for policy in planned.policies:
        edge_aws.cloudfront.create_origin_request_policy(OriginRequestPolicyConfig=policy)
    apply(edge_aws, live, planned, quiet, QUICK)
    assert plan(read(edge_aws)).is_empty


def test_a_stale_reading_changes_nothing(edge_aws: Aws, made: Document) -> None:
    live = read(edge_aws)
    change_by_hand(edge_aws, made, Comment="changed meanwhile")
    between = config_of(edge_aws, made)
    with pytest.raises(Refused, match="Somebody changed the distribution since it was read"):
        apply(edge_aws, live, plan(live), quiet, QUICK)
    assert config_of(edge_aws, made) == between
    assert list(newest_first(edge_aws, live.id)) == []


def test_an_answer_that_was_lost_is_no_refusal(edge_aws: Aws, made: Document) -> None:
    """botocore sends the change again, with an ETag that its own change has made stale."""
    live = read(edge_aws)
    planned = plan(live)
    sent = []

    def send_before(request: Any, **_: Any) -> None:
        if not sent:
            sent.append(URLLib3Session().send(request).status_code)

    with hook(edge_aws.cloudfront, "before-send.cloudfront.UpdateDistribution", send_before):
        apply(edge_aws, live, planned, quiet, QUICK)
    assert sent == [200]
    assert plan(read(edge_aws)).is_empty


@pytest.mark.parametrize(("status", "error"), [(400, Refused), (503, Unsure)])
def test_what_cloudfront_says_is_told(
    edge_aws: Aws, made: Document, status: int, error: type[Exception]
) -> None:
    before = config_of(edge_aws, made)

    def refuse(request: Any, **_: Any) -> AWSResponse:
        body = (
            b"<ErrorResponse><Error><Code>X</Code><Message>not so</Message></Error></ErrorResponse>"
        )
        return Answered(request.url, status, body)

    live = read(edge_aws)
    with (
        hook(edge_aws.cloudfront, "before-send.cloudfront.UpdateDistribution", refuse),
        pytest.raises(error),
    ):
        apply(edge_aws, live, plan(live), quiet, QUICK)
    assert config_of(edge_aws, made) == before
    assert bool(list(newest_first(edge_aws, live.id))) is (error is Unsure)


class Answered(AWSResponse):  # type: ignore[misc] # botocore has no types
    def __init__(self, url: str, status: int, body: bytes) -> None:
        super().__init__(url, status, {}, None)
        self._content = body


def test_obstacles_stop_it(edge_aws: Aws, made: Document) -> None:
    live = read(edge_aws)
    live.config["CacheBehaviors"] = listed(
        [behaviors(live.config)[0] | {"PathPattern": "/api/events"}, *behaviors(live.config)]
    )
    change_by_hand(edge_aws, made, CacheBehaviors=live.config["CacheBehaviors"])
    live = read(edge_aws)
    with pytest.raises(Refused, match=r"--drop '/api/events'.* Nothing was changed"):
        apply(edge_aws, live, plan(live), quiet, QUICK)
    result = run("apply")
    assert result.exit_code == 1
    assert "In the way: /api/events takes /api/events from /api/*" in result.output
    assert read(edge_aws).etag == live.etag


def test_it_waits_only_so_long(edge_aws: Aws, made: Document) -> None:
    asked = []

    def never(parsed: Any, **_: Any) -> None:
        asked.append(parsed["Distribution"]["Status"])
        parsed["Distribution"]["Status"] = "InProgress"

    live = read(edge_aws)
    with (
        hook(edge_aws.cloudfront, "after-call.cloudfront.GetDistribution", never),
        pytest.raises(Unsure, match=r"not yet all of CloudFront has the change.*edge prove"),
    ):
        apply(edge_aws, live, plan(live), quiet, Patience(minutes=0.005, pause=0.1))
    assert len(asked) == 3
    assert plan(read(edge_aws)).is_empty


def test_it_waits_until_it_is_everywhere(edge_aws: Aws, made: Document) -> None:
    asked = []

    def later(parsed: Any, **_: Any) -> None:
        asked.append(1)
        if len(asked) < 3:
            parsed["Distribution"]["Status"] = "InProgress"

    live = read(edge_aws)
    with hook(edge_aws.cloudfront, "after-call.cloudfront.GetDistribution", later):
        apply(edge_aws, live, plan(live), quiet, Patience(minutes=0.1, pause=0.05))
    assert len(asked) == 3


def test_what_was_kept_under_other_rules_is_forgotten(edge_aws: Aws, made: Document) -> None:
    live = read(edge_aws)
    apply(edge_aws, live, plan(live, ["/g/*"]), quiet, QUICK)
    undo(edge_aws, read(edge_aws), quiet, patience=QUICK)
    found = edge_aws.cloudfront.list_invalidations(DistributionId=made["Id"])
    ids = [one["Id"] for one in found["InvalidationList"]["Items"]]
    batches = [
        edge_aws.cloudfront.get_invalidation(DistributionId=made["Id"], Id=id_) for id_ in ids
    ]
    paths = [one["Invalidation"]["InvalidationBatch"]["Paths"]["Items"] for one in batches]
    assert paths == [["/g/*"], ["/g/*"]]


def test_it_can_be_made_forget_by_itself(edge_aws: Aws, made: Document) -> None:
    assert run("forget").output == "Forgotten.\n"
    found = edge_aws.cloudfront.list_invalidations(DistributionId=made["Id"])
    assert found["InvalidationList"]["Quantity"] == 1


# Undo


def test_undo_from_another_machine(edge_aws: Aws, made: Document) -> None:
    before = config_of(edge_aws, made)
    live = read(edge_aws)
    apply(edge_aws, live, plan(live), quiet, QUICK)
    elsewhere = connect()
    said: list[str] = []
    undo(elsewhere, read(elsewhere), said.append, patience=QUICK)
    assert config_of(edge_aws, made) == before
    assert "/g/* is taken out, so its requests go to S3" in "\n".join(said)


def test_what_is_kept_holds_no_secret(edge_aws: Aws, made: Document) -> None:
    for goal in ("app", "older"):
        live = read(edge_aws)
        only = ["/g/*"] if goal == "older" else []
        apply(edge_aws, live, plan(live, only, goal), quiet, QUICK)
    kept = f"edge/{made['Id']}/"
    objects = edge_aws.s3.list_objects_v2(Bucket=edge_aws.bucket, Prefix=kept)["Contents"]
    texts = [
        edge_aws.s3.get_object(Bucket=edge_aws.bucket, Key=one["Key"])["Body"].read().decode()
        for one in objects
    ]
    assert len(texts) == 2
    assert not [text for text in texts for secret in SECRETS if secret in text]
    assert "X-SCC-Edge" in "".join(texts)


def test_a_second_undo_goes_further_back(edge_aws: Aws, made: Document) -> None:
    before = config_of(edge_aws, made)
    for only in (["/g/*"], []):
        live = read(edge_aws)
        apply(edge_aws, live, plan(live, only), quiet, QUICK)
    undo(edge_aws, read(edge_aws), quiet, patience=QUICK)
    between = config_of(edge_aws, made)
    assert goes_to(between, "/g/x/waiver") == "scc-production"
    assert goes_to(between, "/api/events") == "older"
    undo(edge_aws, read(edge_aws), quiet, patience=QUICK)
    assert config_of(edge_aws, made) == before
    with pytest.raises(Refused, match="No configuration is kept"):
        undo(edge_aws, read(edge_aws), quiet, patience=QUICK)


def test_an_undo_that_was_not_waited_for_counts(edge_aws: Aws, made: Document) -> None:
    """Said again, it goes further back by one change, and not by what it has done already."""
    for only in (["/g/*"], ["/api/*"], []):
        live = read(edge_aws)
        apply(edge_aws, live, plan(live, only), quiet, QUICK)

    def never(parsed: Any, **_: Any) -> None:
        parsed["Distribution"]["Status"] = "InProgress"

    with (
        hook(edge_aws.cloudfront, "after-call.cloudfront.GetDistribution", never),
        pytest.raises(Unsure, match=r"Another `flask edge undo` would go further back") as told,
    ):
        undo(edge_aws, read(edge_aws), quiet, patience=Patience(minutes=0.005, pause=0.1))
    assert "undo` puts back" not in str(told.value)
    left = list(newest_first(edge_aws, made["Id"]))
    assert ["/api/*" in "".join(one.change) for one in left] == [True, False]


def test_one_path_is_taken_back(edge_aws: Aws, made: Document) -> None:
    before = config_of(edge_aws, made)
    live = read(edge_aws)
    apply(edge_aws, live, plan(live), quiet, QUICK)
    undo(edge_aws, read(edge_aws), quiet, ("/g/*",), QUICK)
    assert goes_to(config_of(edge_aws, made), "/g/x/waiver") == "site"
    assert goes_to(config_of(edge_aws, made), "/api/events") == "scc-production"
    undo(edge_aws, read(edge_aws), quiet, patience=QUICK)
    assert config_of(edge_aws, made) == before


def test_a_change_that_was_begun_and_never_made_is_passed_over(
    edge_aws: Aws, made: Document
) -> None:
    before = config_of(edge_aws, made)
    live = read(edge_aws)
    apply(edge_aws, live, plan(live), quiet, QUICK)

    def die(**_: Any) -> None:
        raise KeyboardInterrupt

    live = read(edge_aws)
    with (
        hook(edge_aws.cloudfront, "before-send.cloudfront.UpdateDistribution", die),
        pytest.raises(KeyboardInterrupt),
    ):
        apply(edge_aws, live, plan(live, ["/g/*"], "older"), quiet, QUICK)
    undo(edge_aws, read(edge_aws), quiet, patience=QUICK)
    assert config_of(edge_aws, made) == before


def test_undo_is_refused_where_the_distribution_changes_meanwhile(
    edge_aws: Aws, made: Document
) -> None:
    live = read(edge_aws)
    apply(edge_aws, live, plan(live), quiet, QUICK)
    live = read(edge_aws)
    change_by_hand(edge_aws, made, Comment="changed meanwhile")
    with pytest.raises(Refused, match="Somebody changed"):
        undo(edge_aws, live, quiet, patience=QUICK)
    assert plan(read(edge_aws)).is_empty
    undo(edge_aws, read(edge_aws), quiet, patience=QUICK)
    assert config_of(edge_aws, made)["Comment"] == "changed meanwhile"


# For a release


def test_a_snapshot_is_led_back_to(edge_aws: Aws, made: Document) -> None:
    """A release keeps it beside its zip; whatever the edge has become since, SCC's part returns."""
    live = read(edge_aws)
    apply(edge_aws, live, plan(live), quiet, QUICK)
    released = json.loads(json.dumps(snapshot(read(edge_aws))))
    assert SECRETS[0] not in json.dumps(released)
    live = read(edge_aws)
    apply(edge_aws, live, plan(live, ["/api/*"], "older"), quiet, QUICK)
    live = read(edge_aws)
    restore(edge_aws, restoring(live, released), quiet, QUICK)
    assert plan(read(edge_aws)).is_empty


def test_secrets_are_no_part_of_what_is_shown(edge_aws: Aws, made: Document) -> None:
    live = read(edge_aws)
    apply(edge_aws, live, plan(live), quiet, QUICK)
    live = read(edge_aws)
    assert SECRETS[0] not in repr(live) + repr(plan(live)) + repr(restoring(live, live.config))
