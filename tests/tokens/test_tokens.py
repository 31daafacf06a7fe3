"""Named API tokens: made, listed and revoked by page and command; shown once, kept hashed."""

import re

import pytest
from flask import Flask

from scc.audit.model import Actor, Origin
from scc.context import Context
from scc.ledger import store as ledger
from scc.tables import LEDGER, STATE
from scc.tokens import service
from scc.tokens.model import Token, is_right
from tests import given
from tests.emulator import app_environment
from tests.hooks import calls
from tests.ops.test_commands import flask
from tests.page import PageClient

ORIGIN = Origin(Actor("admin", "0123456789ab", "Moana"))
PATH = "/api/events?month=2026-05"


@pytest.fixture
def token(ctx: Context) -> str:
    return service.make_token(ctx, "accounting", "k1", ORIGIN)[1]


def ask(client: PageClient, token: str) -> int:
    return client.get(PATH, headers={"X-Admin-Token": token}).status_code


def test_its_name_is_the_actor(ctx: Context, client: PageClient, token: str) -> None:
    event = given.charter(ctx)
    client.post(
        "/api/log-payment",
        json={"event_id": event.slug, "patron_name": "Bo", "amount": 20},
        headers={"X-Admin-Token": token},
    )

    (entry,) = given.payments(ctx, event)
    assert (entry.actor.kind, entry.actor.name) == ("api", "token:accounting")


def test_a_payment_by_token_takes_three_calls(ctx: Context, client: PageClient, token: str) -> None:
    event = given.charter(ctx)
    body = {"event_id": event.slug, "patron_name": "Bo", "amount": 20}
    with calls(ctx.db.client) as made:
        client.post("/api/log-payment", json=body, headers={"X-Admin-Token": token})

    assert [call.operation for call in made] == ["GetItem", "Query", "TransactWriteItems"]


def test_revoked_it_is_dead_at_once(ctx: Context, client: PageClient, token: str) -> None:
    assert ask(client, token) == 200
    id_ = token.split("_")[1]
    service.revoke_token(ctx, id_, ORIGIN)
    service.revoke_token(ctx, id_, ORIGIN)

    assert ask(client, token) == 401


def test_what_is_no_token_counts_as_a_guess(client: PageClient, token: str) -> None:
    wrong = [f"{token[:-1]}{'A' if token[-1] != 'A' else 'B'}", f"scc_00000000_{'x' * 32}"]
    statuses = [ask(client, wrong[n % 2]) for n in range(11)]

    assert statuses == [401] * 10 + [429]
    assert ask(client, token) == 200  # it needs no guessing


def test_another_stages_token_is_none(ctx: Context, client: PageClient, token: str) -> None:
    """The same row, as if one stage could read the other's table."""
    item = ctx.db.query(STATE, "tokens", since="token#", before="token$")[0]
    kept = Token.from_item(item)
    assert is_right(kept, token, "local")
    assert not is_right(kept, token, "production")


def test_the_page_shows_it_once_and_a_second_tap_makes_none(
    ctx: Context, admin: PageClient
) -> None:
    form = admin.see("/scc/tokens").form("/scc/tokens").fill(name="accounting")
    answer = form.submit()
    (secret,) = re.findall(r"scc_[0-9a-f]{8}_[A-Za-z0-9_-]{32}", answer.text)
    assert answer.headers["Cache-Control"] == "no-store"
    assert ask(admin, secret) == 200

    again = form.submit()
    assert again.status_code == 422
    assert "A token is shown once" in admin.page.text
    assert secret not in again.text + admin.get("/scc/tokens").text
    kept = str(ctx.db.read_all(STATE, 10**6)) + str(ctx.db.read_all(LEDGER, 10**6))
    assert secret not in kept
    assert secret.split("_")[2] not in kept


def test_the_page_revokes_and_the_name_is_free_again(ctx: Context, admin: PageClient) -> None:
    admin.see("/scc/tokens").form("/scc/tokens").fill(name="accounting").submit()
    admin.see("/scc/tokens").form("/scc/tokens").fill(name="accounting").submit()
    assert "There is a token of that name" in admin.page.text
    admin.see("/scc/tokens").form("/revoke").submit()

    assert "Revoked" in admin.see("/scc/tokens").text
    assert admin.page.form("/scc/tokens").fill(name="accounting").submit().status_code == 200
    day = ledger.written_on(ctx, ctx.today())
    kinds = [row.get("kind") for row in day if str(row.get("kind")).startswith("token")]
    assert sorted(kinds) == ["token.made", "token.made", "token.revoked"]


def test_names_are_names(admin: PageClient) -> None:
    for bad in ("", "  ", "a\0b", "x" * 61, "\u200b"):
        form = admin.see("/scc/tokens").form("/scc/tokens").fill(name=bad)
        assert form.submit().status_code == 422, bad


def test_commands_make_list_and_revoke(app: Flask, client: PageClient) -> None:
    env = app_environment()
    made = flask("tokens", "make", "accounting", **env)
    secret = made.stdout.strip()
    assert ask(client, secret) == 200
    assert "accounting" in flask("tokens", "list", **env).stdout
    assert "There is a token of that name" in flask("tokens", "make", "accounting", **env).stderr
    assert flask("tokens", "make", " ", **env).returncode == 1
    assert "revoked" in flask("tokens", "revoke", "accounting", **env).stdout
    assert "No live token" in flask("tokens", "revoke", "accounting", **env).stderr
    assert ask(client, secret) == 401
