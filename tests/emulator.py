"""An AWS for tests: ministack, one for each worker, with an account of its own for each test."""

import copy
import functools
import http.client
import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore.session
import botocore.useragent
from botocore.credentials import Credentials
from botocore.hooks import EventAliaser, HierarchicalEmitter
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

from dev.serve import HOST, WsgiApp, listen, serving
from scc.aws import make_client
from scc.ops.tables import Names, make_tables
from scc.passwords import hash_password
from tests.hooks import Call, calls

PASSWORD = "correct horse battery staple"

# botocore reads its data files anew for every session: 0.1 s for each client that a test makes.
botocore.session.create_loader = functools.cache(botocore.session.create_loader)

# It looks up anew, too, what every hook's name stands for: half of the time that a client takes.
_alias = functools.cache(EventAliaser(None)._alias_event_name)
EventAliaser._alias_event_name = lambda _, name: _alias(name)

# And it spells out for every call what it runs on, letter by letter: a sixth of what a call takes.
botocore.useragent.sanitize_user_agent_string_component = functools.cache(
    botocore.useragent.sanitize_user_agent_string_component
)

# And werkzeug compiles for every app how each of its addresses is built: most of an app's time.
_compile = Rule._compile_builder
_builders: dict[tuple[object, ...], Any] = {}


def _compile_once(rule: Rule, append_unknown: bool = True) -> Any:
    made_of = (tuple(rule._trace), repr(rule.defaults), append_unknown)
    if made_of not in _builders:
        _builders[made_of] = _compile(rule, append_unknown)
    return _builders[made_of]


Rule._compile_builder = _compile_once  # type: ignore[method-assign]


class CompiledTemplates(BytecodeCache):
    """What Jinja made of each template, so that every test's app need not make it again."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self._code.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


COMPILED_TEMPLATES = CompiledTemplates()

_accounts = itertools.count(100_000_000_000)
_creation: list[Call] = []


def new_account() -> str:
    """An access key id that is an empty account of its own."""
    return str(next(_accounts))


@functools.cache
def _client(endpoint: str) -> tuple[Any, HierarchicalEmitter]:
    """A client, and its hooks as they are before any test hangs something on them."""
    client: Any = make_client("dynamodb")
    return client, copy.copy(client.meta.events._emitter)


def dynamodb_of(aws: dict[str, str]) -> Any:
    """A DynamoDB client in that account: one for all tests of a worker, since making it takes
    longer than all that most tests do with it. It speaks for the account that asked last."""
    client, hooks = _client(aws["AWS_ENDPOINT_URL"])
    client._request_signer._credentials = Credentials(aws["AWS_ACCESS_KEY_ID"], "test")
    vars(client.meta.events._emitter).update(vars(copy.copy(hooks)))
    return client


def make_local_tables(client: Any, aws: dict[str, str]) -> None:
    """The tables of the stage `local`, in the account that the client and `aws` are about.

    From the second time on by sending what was sent the first time: that takes a fifth.

    Without the time to live: the emulator goes by the real time, a test's clock need not, and a
    session of last May would vanish under the test.
    """
    if not _creation:
        with calls(client) as made:
            make_tables(client, Names("local"))
        changes = [call for call in made if not call.operation.startswith("Describe")]
        lives = [call for call in changes if call.operation == "UpdateTimeToLive"]
        _creation.extend(call for call in changes if call not in lives)
        for call in lives:
            off = call.request["TimeToLiveSpecification"] | {"Enabled": False}
            client.update_time_to_live(
                TableName=call.request["TableName"], TimeToLiveSpecification=off
            )
        return
    connection = http.client.HTTPConnection(urlsplit(aws["AWS_ENDPOINT_URL"]).netloc)
    signed = f"AWS4-HMAC-SHA256 Credential={aws['AWS_ACCESS_KEY_ID']}/20260101/{aws['AWS_REGION']}"
    for call in _creation:
        headers = {
            "Authorization": f"{signed}/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": f"DynamoDB_20120810.{call.operation}",
        }
        connection.request("POST", "/", json.dumps(call.request), headers)
        answer = connection.getresponse()
        assert answer.status == http.HTTPStatus.OK, answer.read()
        answer.read()
    connection.close()


def free_bucket(name: str) -> None:
    """A bucket's name is one in all accounts, so a test that made it takes it away again."""
    s3 = boto3.session.Session().client("s3")
    try:
        pages = s3.get_paginator("list_object_versions").paginate(Bucket=name)
        found = [item for page in pages for item in page.get("Versions", [])]
    except s3.exceptions.ClientError:
        return  # it was never made
    for item in found:
        s3.delete_object(Bucket=name, Key=item["Key"], VersionId=item["VersionId"])
    s3.delete_bucket(Bucket=name)


@functools.cache
def password_hash() -> str:
    """A strong hash of PASSWORD, made once: it takes 0.3 s."""
    return hash_password(PASSWORD)


def app_environment() -> dict[str, str]:
    """What `create_app` needs to start as the stage `local`."""
    return {
        "SCC_STAGE": "local",
        "SECRET_KEY": "a secret key that only the tests know",
        "ADMIN_PASS_HASH": password_hash(),
        "SCC_SEAL_KEYS": json.dumps({"k1": "a seal key that only the tests know"}),
    }


@dataclass
class Clock:
    """The app's time: the real one, until it is set or moved."""

    fixed: datetime | None = None
    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return (self.fixed or datetime.now(UTC)) + self.ahead

    def set(self, moment: datetime) -> None:
        self.fixed, self.ahead = moment.astimezone(UTC), timedelta()

    def advance(self, **how_far: float) -> None:
        """`clock.advance(minutes=20)`"""
        self.ahead += timedelta(**how_far)


@contextmanager
def served(app: Flask | WsgiApp) -> Iterator[str]:
    """The app over real HTTP, on a thread for each connection; gives its address."""
    listener = listen(0)
    with serving(app, listener):
        yield f"http://{HOST}:{listener.getsockname()[1]}"
