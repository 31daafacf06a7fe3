"""Adoption as one walk on a deployed stage behind CloudFront: docs/adopting.md, there and back.

Guests open links that went out long ago all the while, and the older tool goes on answering.
"""

import http.client
import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from click.testing import CliRunner

from scc.ops.adoption.commands import adopt_group
from scc.ops.edge.commands import edge_group
from tests import cloudfront
from tests.cloudfront import GMAIL_TOKEN, SITE_PAGE, Answer, Edge
from tests.deploy.stack import OLDER_SITE, OLDER_TABLE, Deployed, as_commands_see_it

SLUG = "2031-05-25-ines-sunset"
LINKS = (f"/g/{SLUG}/waiver", f"/g/{SLUG[:10]}/waiver")
EVENT = {
    "event_id": {"S": SLUG},
    "timestamp": {"N": "1700000000"},
    "patron_name": {"S": "Ines Older"},
    "payment_cleared": {"BOOL": False},
}
STAGE = ("production", "--events-table", OLDER_TABLE)
FOUND = "the site"
OLDER = "the older tool"
SCC = "production"


@pytest.fixture
def public(
    older_function: str, production: Deployed, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Edge]:
    """What people reach, as the older tool left it. Its steps are done again at the end."""
    production.client("dynamodb").put_item(TableName=OLDER_TABLE, Item=EVENT)
    as_commands_see_it(production, monkeypatch)
    client = production.client("cloudfront")
    config = cloudfront.older_config(OLDER_SITE, older_function)
    with (
        cloudfront.distribution(client, config) as made,
        cloudfront.edge(client, made, production.port) as found,
    ):
        yield found
    for step in ("indexes", "attributes"):
        adopt("apply", step)


def adopt(verb: str, *step: str) -> str:
    return did(adopt_group, verb, *STAGE, *step)


def edge(public: Edge, verb: str, *words: str) -> str:
    return did(edge_group, verb, *words, "--at", public.address)


def did(group: Any, *words: str) -> str:
    done = CliRunner().invoke(group, list(words))
    assert done.exit_code == 0, done.output
    return done.output


def who(answer: Answer) -> str:
    if stage := answer.header("X-SCC-Stage"):
        return stage
    return FOUND if answer.body == SITE_PAGE else OLDER if b'"older"' in answer.body else "nobody"


class Guests(threading.Thread):
    """Open the old links, one after the other, until told to stop."""

    def __init__(self, public: Edge) -> None:
        super().__init__(daemon=True)
        self._public = public
        self._answered = threading.Condition()
        self.stop = threading.Event()
        self.answers: list[tuple[str, int, str]] = []

    def run(self) -> None:
        for path in itertools.cycle(LINKS):
            answer = self._public.ask(path)
            with self._answered:
                self.answers.append((path, answer.status, who(answer)))
                self._answered.notify()
            if self.stop.wait(0.3):
                return

    def open_each(self) -> None:
        """Wait until each link was opened and answered since: one may have been under way."""
        wanted = len(self.answers) + len(LINKS) + 1
        with self._answered:
            assert self._answered.wait_for(lambda: len(self.answers) >= wanted, timeout=90)


@contextmanager
def guests(public: Edge) -> Iterator[Guests]:
    found = Guests(public)
    found.start()
    try:
        yield found
    finally:
        found.stop.set()
        found.join()


def config_of(public: Edge) -> Any:
    return public.cloudfront.get_distribution_config(Id=public.id)["DistributionConfig"]


def at_its_own_address(production: Deployed, host: str) -> str:
    """Of the older function: for who has that address, past the edge."""
    connection = http.client.HTTPConnection("127.0.0.1", production.port, timeout=60)
    connection.request("GET", "/api/events", headers={"Host": host})
    told: str = json.loads(connection.getresponse().read())["older"]
    return told


def test_there_and_back(public: Edge, production: Deployed, older_function: str) -> None:
    found, variables = config_of(public), production.environment()

    looked = adopt("look")
    assert f"/g/2026-05-23/waiver (waiver links) goes to S3 ({OLDER_SITE})" in looked
    assert "It has ADMIN_PASS_HASH, GMAIL_TOKEN, which SCC can take over" in looked
    assert {who(public.ask(path)) for path in LINKS} == {FOUND}  # broken, as it is today

    edge(public, "apply", "--only", "/g/*", "--to", "older")  # mended before anything is adopted
    with guests(public) as opening:
        opening.open_each()
        there(public, production, older_function)
        opening.open_each()
        back(public, production, older_function)
        opening.open_each()
    assert {status for _, status, _ in opening.answers} == {200}
    for path in LINKS:
        answered = [by for asked, _, by in opening.answers if asked == path]
        assert [by for by, _ in itertools.groupby(answered)] == [OLDER, SCC, OLDER]

    edge(public, "undo")
    assert config_of(public) == found
    assert production.environment() == variables


def there(public: Edge, production: Deployed, older_function: str) -> None:
    adopt("apply", "indexes")
    adopt("apply", "attributes")
    assert "Taken over: GMAIL_TOKEN." in adopt("apply", "secrets")
    assert json.loads(production.environment()["GMAIL_TOKEN"]) == json.loads(GMAIL_TOKEN)
    planned = adopt("plan")
    assert "indexes: done\nattributes: done\nsecrets: \n  (ADMIN_PASS_HASH is another" in planned

    edge(public, "apply", "--only", "/g/*")
    for path in LINKS:
        assert b"Ines" in public.ask(path).body  # whom the older tool wrote down
    assert who(public.ask("/api/events")) == OLDER

    edge(public, "apply")
    assert who(public.ask("/api/events")) == SCC
    assert at_its_own_address(production, older_function) == "/api/events"


def back(public: Edge, production: Deployed, older_function: str) -> None:
    edge(public, "undo")
    assert [who(public.ask(path)) for path in ("/api/events", *LINKS)] == [OLDER, SCC, SCC]
    edge(public, "undo")
    assert "As they were: GMAIL_TOKEN." in adopt("undo", "secrets")
    assert "Taken off 6 events" in adopt("undo", "attributes")
    adopt("undo", "indexes")
    table = production.client("dynamodb").describe_table(TableName=OLDER_TABLE)["Table"]
    assert not table.get("GlobalSecondaryIndexes")
    assert at_its_own_address(production, older_function) == "/api/events"
