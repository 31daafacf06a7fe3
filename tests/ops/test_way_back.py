"""The way back to a release on a function of its own: what is kept first, and what is said."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from scc.ops import function
from scc.ops.deployment import Deployment
from scc.ops.doctor import examine
from scc.ops.environment import Variables
from scc.ops.function import Function, NotChanged, sha256_of
from scc.ops.releases import back, service
from scc.ops.releases.kept import Meanwhile
from scc.ops.releases.record import Record, new_id
from scc.ops.releases.service import Release, Stopped
from tests.emulator import app_environment, free_bucket
from tests.ops.conftest import VARIABLES
from tests.ops.small_function import make_function, package, take_snapshots

NAME = "scc-staging"
LEAKED = "a key that somebody has had, of thirty-two characters"


@pytest.fixture
def lambdas(aws: dict[str, str]) -> Iterator[Any]:
    """A client for Lambda; the function of staging and its archive stand."""
    archive = Deployment.of("staging").kept.archive
    archive.apply(archive.plan("us-west-2"))
    yield make_function(NAME, app_environment() | VARIABLES | {"SECRET_KEY": LEAKED})
    free_bucket(archive.bucket)


@pytest.fixture
def deployment(lambdas: Any) -> Deployment:
    return Deployment.of("staging")


def release(deployment: Deployment, commit: str = "f00d") -> Record:
    """As a release leaves it: kept, and noted as what stands."""
    live, kept = deployment.function.read(), deployment.kept
    code, moment = deployment.function.package(), live.read_at
    record = Record(
        id=new_id(moment, commit), stage="staging", outcome="passed", made_at=moment, by="",
        commit=commit, digest="", code_sha256=sha256_of(code), configuration=live.configuration,
        environment=kept.archive.seal(live.variables),
    )  # fmt: skip
    kept.keep(record, code)
    kept.stand(record.id, live.variables)
    return record


def put_code(lambdas: Any, code: bytes) -> None:
    lambdas.update_function_code(FunctionName=NAME, ZipFile=code)
    lambdas.get_waiter("function_updated_v2").wait(FunctionName=NAME)


def put_variable(lambdas: Any, **changes: str) -> None:
    """By hand."""
    found = lambdas.get_function_configuration(FunctionName=NAME)["Environment"]["Variables"]
    lambdas.update_function_configuration(
        FunctionName=NAME, Environment={"Variables": found | changes}
    )
    lambdas.get_waiter("function_updated_v2").wait(FunctionName=NAME)


def variables(lambdas: Any) -> dict[str, str]:
    found = lambdas.get_function_configuration(FunctionName=NAME)
    return dict(found["Environment"]["Variables"])


def test_what_somebody_set_by_hand_is_kept_before_it_goes(
    deployment: Deployment, lambdas: Any
) -> None:
    record = release(deployment)
    put_variable(lambdas, GMAIL_TOKEN='{"by": "hand"}')
    said: list[str] = []
    back.put_back(deployment, record, None, said.append)
    assert "GMAIL_TOKEN" not in variables(lambdas)
    (found,) = (one for one in deployment.kept.all() if one.id != record.id)
    assert found.id in said[0] and not found.can_be_put_back
    assert deployment.kept.archive.unseal(found.environment)["GMAIL_TOKEN"] == '{"by": "hand"}'
    back.put_back(deployment, found, None, said.append)
    assert variables(lambdas)["GMAIL_TOKEN"] == '{"by": "hand"}'


def test_where_nobody_did_nothing_is_kept(deployment: Deployment, lambdas: Any) -> None:
    record = release(deployment)
    back.put_back(deployment, record, None, lambda _: None)
    assert [one.id for one in deployment.kept.all()] == [record.id]


def test_a_key_that_was_replaced_stays_dead_whatever_a_hand_did_since(
    deployment: Deployment, lambdas: Any
) -> None:
    record = release(deployment)

    def rotated(now: Variables) -> dict[str, str]:
        return {**now, "SECRET_KEY": "the key that a command made, long enough"}

    live = deployment.function.change(rotated)
    deployment.kept.note_secrets(["SECRET_KEY"], live.variables)
    put_variable(lambdas, SECRET_KEY="a key that somebody typed, long enough too")
    back.put_back(deployment, record, None, lambda _: None)
    assert variables(lambdas)["SECRET_KEY"] == "the key that a command made, long enough"


def test_what_answers_is_kept_and_not_what_never_started(
    deployment: Deployment, lambdas: Any
) -> None:
    """A release whose code does not start leaves it on the function, served by nobody."""
    take_snapshots(lambdas, NAME)
    served = deployment.function.package()
    put_code(lambdas, package("never served"))
    give_code_of_versions(deployment, served)
    found = back.keep_found(deployment, None, "found")
    assert found.code_sha256 == sha256_of(served)
    stored = deployment.kept.archive._s3.get_object(
        Bucket=deployment.bucket, Key=deployment.kept.package_of(found.id)
    )
    assert stored["Body"].read() == served


def give_code_of_versions(deployment: Deployment, code: bytes) -> None:
    """As AWS does; the emulator gives the newest, whatever version it is asked for."""
    by_path = Config(s3={"addressing_style": "path"})
    s3 = boto3.session.Session().client("s3", config=by_path)
    place = {"Bucket": deployment.bucket, "Key": "version.zip"}
    s3.put_object(**place, Body=code)
    asked: list[str] = []

    def note(params: Any, **_: Any) -> None:
        asked.append(params["query_string"].get("Qualifier", ""))

    def give(parsed: Any, **_: Any) -> None:
        if asked[-1]:
            parsed["Code"]["Location"] = s3.generate_presigned_url("get_object", Params=place)

    events = deployment.function._lambda.meta.events
    events.register("before-call.lambda.GetFunction", note)
    events.register("after-call.lambda.GetFunction", give)


def test_a_package_that_comes_in_part_is_not_kept(lambdas: Any) -> None:
    function = Function(NAME, lambdas)

    def elsewhere(parsed: Any, **_: Any) -> None:
        parsed["Code"]["Location"] = lambdas.meta.endpoint_url + "/no-such-bucket/no-such-zip"

    lambdas.meta.events.register("after-call.lambda.GetFunction", elsewhere)
    with pytest.raises(NotChanged, match="could not be read whole"):
        function.package()


def under_way(deployment: Deployment, last: Record, record: Record) -> Release:
    live, kept = deployment.function.read(), deployment.kept
    standing = kept.standing()
    found = Release(deployment, Path(), {}, live, standing, last, [], None, password="")
    found.record = record
    return found


def test_a_way_back_that_is_cut_off_says_so(deployment: Deployment, lambdas: Any) -> None:
    last = release(deployment)
    put_code(lambdas, package("two"))
    now = release(deployment, "beef")
    s3 = deployment.kept.archive._s3
    place = {"Bucket": deployment.bucket, "Key": deployment.kept.package_of(last.id)}
    s3.delete_object(**place, VersionId=s3.head_object(**place)["VersionId"])
    said: list[str] = []
    with pytest.raises(Stopped) as told:
        service._undo(under_way(deployment, last, now), last, said.append)
    assert f"rollback staging {last.id}" in str(told.value)
    assert f"{now.id} is on staging" in str(told.value)
    assert LEAKED not in json.dumps([*said, str(told.value)])


def test_the_doctor_names_the_release_that_stood(deployment: Deployment, lambdas: Any) -> None:
    """Without its id the way back would lead to the one before it."""
    release(deployment, "0000")
    last = release(deployment)
    put_variable(lambdas, BY_HAND="1")
    told = [found.text for found in examine("staging") if found.check == "release"]
    assert [text for text in told if "BY_HAND is new" in text and f"staging {last.id}'" in text]


# Two at once


def test_what_two_write_at_once_is_all_noted(deployment: Deployment, lambdas: Any) -> None:
    """A secret is rotated between a release's reading of what stands and its writing."""
    record = release(deployment)
    live, kept = deployment.function.read(), deployment.kept
    other, once = Deployment.of("staging").kept, iter([True])

    def rotate_first(**_: Any) -> None:
        if next(once, False):
            other.note_secrets(["GMAIL_TOKEN"], live.variables)

    kept.archive._s3.meta.events.register("before-call.s3.PutObject", rotate_first)
    kept.stand(record.id, live.variables)
    found = kept.standing()
    assert (found.live, list(found.changed)) == (record.id, ["GMAIL_TOKEN"])


def test_of_two_releases_at_once_the_first_neither_judges_nor_puts_back(
    deployment: Deployment, lambdas: Any
) -> None:
    last = release(deployment)
    seen, kept = deployment.kept.standing(), deployment.kept
    variables_ = deployment.function.read().variables
    kept.begin("1-first", seen)
    with pytest.raises(Meanwhile, match="Meanwhile 1-first was put on staging"):
        kept.begin("2-second", seen)
    kept.begin("2-second", kept.standing())  # somebody says that it shall go on
    with pytest.raises(Meanwhile, match="nothing is put back"):
        kept.end("1-first", variables_)
    assert kept.standing().live == last.id
    kept.end("2-second", variables_)
    assert (kept.standing().live, kept.standing().begun) == ("2-second", "")


def test_a_release_that_did_not_end_is_told(deployment: Deployment, lambdas: Any) -> None:
    release(deployment)
    deployment.kept.begin("20310524T100000000-f00d", deployment.kept.standing())
    told = [found.text for found in examine("staging") if found.check == "release"]
    assert [text for text in told if "20310524T100000000-f00d was begun and has not" in text]


def test_an_operators_clock_is_put_right(
    deployment: Deployment, lambdas: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a clock that is slow a rotation would seem older than the release before it."""

    class Slow(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.now(tz) - timedelta(hours=2)

    record = release(deployment)
    monkeypatch.setattr(function, "datetime", Slow)
    live = deployment.function.read()
    deployment.kept.note_secrets(["SECRET_KEY"], live.variables)
    assert deployment.kept.standing().rotated_since(record.made_at[:19]) == {"SECRET_KEY"}
