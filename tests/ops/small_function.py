"""A function of a few lines, for what commands do to one; also with snapshots."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import boto3

AT_ONCE = {"Delay": 0.1, "MaxAttempts": 1000}
CODE = """
import os
if os.environ.get("DOES_NOT_START"):
    raise RuntimeError("it does not start")
def handler(event, context):
    return {!r}
"""


def package(answer: str = "one") -> bytes:
    """Of code that answers with this."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("main.py", CODE.format(answer))
    return content.getvalue()


def make_function(name: str, variables: Mapping[str, str]) -> Any:
    """Make it; gives a client for Lambda."""
    client = boto3.session.Session().client("lambda")
    client.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=f"arn:aws:iam::000000000000:role/{name}",
        Handler="main.handler",
        Code={"ZipFile": package()},
        Environment={"Variables": dict(variables)},
    )
    client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig=AT_ONCE)
    return client


def take_snapshots(client: Any, name: str) -> None:
    """As Zappa does: a version with a snapshot, which the alias names."""
    snapshots = {"ApplyOn": "PublishedVersions"}
    client.update_function_configuration(FunctionName=name, SnapStart=snapshots)
    client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig=AT_ONCE)
    version = client.publish_version(FunctionName=name)["Version"]
    client.get_waiter("published_version_active").wait(
        FunctionName=name, Qualifier=version, WaiterConfig=AT_ONCE
    )
    client.create_alias(FunctionName=name, Name="snapstart", FunctionVersion=version)
