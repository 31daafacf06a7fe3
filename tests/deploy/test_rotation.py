"""Secrets rotate on a deployed stage: grace, then dead; nothing lost, nothing forged (BAR R21)."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner, Result

from scc.ops.secrets import secrets_group
from tests import cloudfront
from tests.deploy.edge import Browser, browser, edge_headers, request
from tests.deploy.stack import Deployed, as_commands_see_it, open_edge


@pytest.fixture
def secrets(production: Deployed, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a command on production's secrets; gives what it said."""
    as_commands_see_it(production, monkeypatch)

    def run(verb: str, name: str, value: str = "", fails: bool = False) -> str:
        done: Result = CliRunner().invoke(secrets_group, [verb, "production", name], input=value)
        assert (done.exit_code != 0) is fails, done.output
        return done.output

    return run


@pytest.fixture
def distribution(production: Deployed) -> Iterator[None]:
    config = cloudfront.older_config("a-site", "unused.lambda-url.us-west-2.on.aws")
    with cloudfront.distribution(production.client("cloudfront"), config):
        open_edge(production)
        yield


def signed_in(deployed: Deployed) -> Browser:
    visitor = browser(deployed)
    assert visitor.sign_in(password=deployed.password).status_code == 302
    return visitor


def opened_form(visitor: Browser, first_name: str) -> Any:
    visitor.see("/scc/events/new")
    form = visitor.page.form("/scc/events/new")
    return form.fill(first_name=first_name, date="2031-08-09", period="sunset", price="450")


def is_in(visitor: Browser) -> bool:
    return visitor.get("/scc/").status_code == 200


def test_secret_key(production: Deployed, secrets: Any) -> None:
    """Who is signed in stays so, and no form is lost: it comes back as it was typed."""
    visitor = signed_in(production)
    form = opened_form(visitor, "Grace")
    old = visitor.get_cookie("__Host-scc", "www.example.com")
    assert old

    secrets("rotate", "SECRET_KEY")

    assert is_in(with_cookie(production, old.value))
    assert form.submit().status_code == 422  # Flask-WTF takes no token of an earlier key
    assert visitor.page.form("/scc/events/new").submit().status_code == 302
    assert "grace" in visitor.get("/scc/events?month=2031-08").get_data(as_text=True)

    secrets("retire", "SECRET_KEY")

    assert not is_in(with_cookie(production, old.value))
    assert is_in(signed_in(production))


def with_cookie(deployed: Deployed, value: str) -> Browser:
    visitor = browser(deployed)
    visitor.set_cookie("__Host-scc", value, domain="www.example.com")
    return visitor


def test_edges_secret(production: Deployed, secrets: Any, distribution: None) -> None:
    """The app takes both, then the edge sends the new one, then the old one dies: no gap."""
    old = edge_headers(production)
    path = "/scc/sign-in"

    secrets("rotate", "SCC_EDGE_SECRETS")
    new, kept = json.loads(production.environment()["SCC_EDGE_SECRETS"])
    production.edge_secret = new

    assert kept == old["X-SCC-Edge"]
    answers = [request(production, path, headers=h)[0] for h in (old, edge_headers(production))]
    assert answers == [200, 200]
    said = secrets("retire", "SCC_EDGE_SECRETS", fails=True)
    assert "The edge sends another one" in said

    open_edge(production)
    secrets("retire", "SCC_EDGE_SECRETS")

    answers = [request(production, path, headers=h)[0] for h in (old, edge_headers(production))]
    assert answers == [403, 200]


def test_admin_password(production: Deployed, secrets: Any) -> None:
    """Who was signed in by the old one is out at once; what they had typed waits for them."""
    visitor, old = signed_in(production), production.password
    form = opened_form(visitor, "Kept")

    secrets("rotate", "ADMIN_PASS_HASH", value="an entirely new password\n")
    production.password = "an entirely new password"

    assert not is_in(visitor)
    form.submit()
    assert "What you typed is kept" in visitor.page.text
    assert browser(production).sign_in(password=old).status_code == 401
    token = edge_headers(production) | {"X-Admin-Token": old}
    assert request(production, "/api/events", headers=token)[0] == 401
    visitor.page.form("/scc/sign-in").fill(name="Moana", password=production.password).submit()
    visitor.page.form("/scc/events/new").submit()
    assert visitor.page.form("/scc/events/new").values["first_name"] == ["Kept"]
    assert is_in(visitor)


def test_gmails(production: Deployed, secrets: Any) -> None:
    """The new one is in place together with all else; the old one dies where it was made."""
    before = production.environment()
    production.set_variables(GMAIL_TOKEN='{"token":"one"}')
    secrets("set", "GMAIL_TOKEN", value='{"token": "two"}\n')
    assert production.environment() == before | {"GMAIL_TOKEN": '{"token":"two"}'}
    assert signed_in(production)
    secrets("remove", "GMAIL_TOKEN")
    assert production.environment() == before


def test_what_keeps_the_app_from_answering_is_taken_back(
    production: Deployed, secrets: Any
) -> None:
    """A value that reads well, and yet the function does not come up with all of them: here since
    its handler is gone for that moment."""
    client = production.client("lambda")
    before = production.environment()
    handler = {"FunctionName": production.function}
    client.update_function_configuration(**handler, Handler="scc.nowhere.handler")
    client.get_waiter("function_updated_v2").wait(FunctionName=production.function)
    try:
        said = secrets("rotate", "SECRET_KEY", fails=True)
    finally:
        client.update_function_configuration(**handler, Handler="scc.entry.handler")
        client.get_waiter("function_updated_v2").wait(FunctionName=production.function)
    assert "what was there before is there again" in said or "goes on serving" in said
    assert production.environment() == before
