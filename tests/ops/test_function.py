"""A function with snapshots: what is served is a version, and moves only to one that starts."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from scc.ops.function import Function, NotChanged
from tests.emulator import free_bucket
from tests.ops.small_function import make_function, package, take_snapshots

NAME = "scc-snapshots"
BUCKET = "packages-of-snapshots"


@pytest.fixture
def lambdas(aws: dict[str, str]) -> Iterator[Any]:
    client = make_function(NAME, {"A": "1"})
    take_snapshots(client, NAME)
    s3 = boto3.session.Session().client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    s3.put_object(Bucket=BUCKET, Key="two.zip", Body=package("two"))
    yield client
    free_bucket(BUCKET)


def answer(client: Any) -> Any:
    """Of what the alias names, as API Gateway enters."""
    found = client.invoke(FunctionName=NAME, Qualifier="snapstart")
    return json.loads(found["Payload"].read())


def served(client: Any) -> dict[str, str]:
    found = client.get_function_configuration(FunctionName=NAME, Qualifier="snapstart")
    return dict(found["Environment"]["Variables"])


def test_code_and_variables_are_put_back_together(lambdas: Any) -> None:
    function = Function(NAME)
    before = function.read()
    live = function.put_back(BUCKET, "two.zip", before.configuration, {"A": "2"})
    assert (answer(lambdas), served(lambdas)) == ("two", {"A": "2"})
    assert live.served != before.served
    assert function.served_code() == live.code_sha256 != before.code_sha256


def test_what_is_merged_early_is_served_by_nobody(lambdas: Any) -> None:
    """Between the settled configuration and the code, people get what they got before."""
    Function(NAME).settle(lambda now: {**now, "NEW": "1"})
    assert served(lambdas) == {"A": "1"}
    newest = lambdas.get_function_configuration(FunctionName=NAME)
    assert newest["Environment"]["Variables"] == {"A": "1", "NEW": "1"}
    assert newest["LastUpdateStatus"] == "Successful"


def test_what_does_not_start_is_never_served(lambdas: Any) -> None:
    with pytest.raises(NotChanged, match="goes on serving"):
        Function(NAME).change(lambda now: {**now, "DOES_NOT_START": "1"})
    assert (answer(lambdas), served(lambdas)) == ("one", {"A": "1"})
    newest = lambdas.get_function_configuration(FunctionName=NAME)
    assert newest["Environment"]["Variables"] == {"A": "1"}
