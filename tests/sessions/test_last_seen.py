"""That a session was seen is noted every five minutes at most, and raises no dead."""

from typing import Any

from flask import Flask

from scc.audit.model import Origin
from scc.context import Context
from scc.sessions import service, store
from tests.emulator import Clock
from tests.hooks import refusing, writes
from tests.page import PageClient


def test_within_five_minutes_nothing_is_written(
    admin: PageClient, clock: Clock, dynamodb: Any
) -> None:
    clock.advance(minutes=4, seconds=59)

    with writes(dynamodb) as written:
        admin.see("/scc/")

    assert written == []


def test_after_five_minutes_one_attribute_is(
    admin: PageClient, clock: Clock, dynamodb: Any
) -> None:
    clock.advance(minutes=5)

    with writes(dynamodb) as written:
        admin.see("/scc/")
        admin.see("/scc/events/new")

    changed = [(c.operation, c.request["ExpressionAttributeNames"]["#n1"]) for c in written]
    assert changed == [("UpdateItem", "seen_at")]


def test_a_guest_page_is_no_sign_of_life(admin: PageClient, clock: Clock, dynamodb: Any) -> None:
    clock.advance(minutes=10)

    with writes(dynamodb) as written:
        admin.get("/g/2026-05-23/waiver")

    assert written == []


def test_where_it_can_not_be_noted_the_page_comes_all_the_same(
    admin: PageClient, clock: Clock, dynamodb: Any
) -> None:
    clock.advance(minutes=5)

    with refusing(dynamodb, "TransactionConflictException", "UpdateItem"):
        assert admin.get("/scc/events/new").status_code == 200


def test_it_raises_no_session_that_was_ended_meanwhile(
    admin: PageClient, ctx: Context, clock: Clock
) -> None:
    """Signed out elsewhere between the reading of the session and the note."""
    [session] = store.all_sessions(ctx)
    clock.advance(minutes=5)

    def end_it(**_: Any) -> None:
        ctx.db.client.meta.events.unregister("before-call.dynamodb.UpdateItem", end_it)
        service.sign_out(ctx, session, Origin(session.actor))

    ctx.db.client.meta.events.register("before-call.dynamodb.UpdateItem", end_it)
    admin.get("/scc/")

    assert store.all_sessions(ctx) == []


def test_then_its_cookie_is_refused(app: Flask, admin: PageClient, clock: Clock) -> None:
    clock.advance(minutes=5)
    other = app.test_client()
    other.sign_in()
    form = other.see("/scc/").form("/sign-out")
    form.action += "-everywhere"
    form.submit()

    admin.get("/scc/")

    assert admin.get("/scc/").status_code == 302
