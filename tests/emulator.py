"""An AWS for tests: ministack, one for each worker, with an account of its own for each test."""

import functools
import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import botocore.session
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

from dev.serve import HOST, WsgiApp, listen, serving
from scc.passwords import hash_password

PASSWORD = "correct horse battery staple"

# botocore reads its data files anew for every session: 0.1 s for each client that a test makes.
botocore.session.create_loader = functools.cache(botocore.session.create_loader)


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


def new_account() -> str:
    """An access key id that is an empty account of its own."""
    return str(next(_accounts))


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
