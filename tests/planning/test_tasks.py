"""Tasks: noted with an event, and on the log from their day on."""

from datetime import timedelta
from typing import Any

import pytest

from scc.aws import Change, Item
from scc.context import Context
from scc.errors import Invalid, Refused
from scc.events import store
from scc.events.model import Event, Task
from scc.planning import service
from scc.planning.store import KEY, size
from scc.tables import STATE
from tests.emulator import Clock
from tests.given import ORIGIN, charter
from tests.hooks import calls, writes
from tests.older import audited
from tests.page import PageClient, words


@pytest.fixture
def event(ctx: Context) -> Event:
    """Far away, so that its card is in none of the dashboard's lists."""
    return charter(ctx, ctx.today() + timedelta(days=200))


def note(admin: PageClient, event: Event, what: str, on: str = "") -> None:
    form = admin.see(f"/scc/events/{event.exact_ref}/task").form("/task")
    assert form.fill(what=what, on=on).submit().status_code == 303


def on_the_log(admin: PageClient) -> list[str]:
    return [words(a) for a in admin.see("/scc/").all(".//section[@id='tasks']//p[@class='what']/a")]


def test_a_task_comes_up_on_its_day_and_stays_until_it_is_done(
    admin: PageClient, ctx: Context, clock: Clock, event: Event
) -> None:
    note(admin, event, "Call about the cake", (ctx.today() + timedelta(days=2)).isoformat())
    assert on_the_log(admin) == []

    clock.advance(days=2)
    admin.sign_in()
    assert on_the_log(admin) == ["Call about the cake"]
    clock.advance(days=1)
    admin.sign_in()
    assert on_the_log(admin) == ["Call about the cake"]

    button = admin.page.one(".//section[@id='tasks']//form").get("action", "")
    assert admin.page.form(button).submit().status_code == 303
    assert on_the_log(admin) == []


def test_the_log_asks_for_it_with_the_session(
    admin: PageClient, ctx: Context, event: Event, dynamodb: Any
) -> None:
    """P5: not one call more."""
    note(admin, event, "Call", ctx.today().isoformat())

    with calls(dynamodb) as made:
        assert on_the_log(admin) == ["Call"]
    assert [call.operation for call in made] == ["BatchGetItem"] + ["Query"] * 3


def test_what_has_no_day_stands_with_the_event_alone(admin: PageClient, event: Event) -> None:
    note(admin, event, "Order ice")

    assert on_the_log(admin) == []
    assert "Order ice" in admin.see(f"/scc/events/{event.slug}").text


def test_done_can_be_taken_back(admin: PageClient, ctx: Context, event: Event) -> None:
    note(admin, event, "Call", ctx.today().isoformat())
    for _ in range(2):
        admin.see(f"/scc/events/{event.slug}").form(
            f"/{store.load(ctx, event.exact_ref).tasks[0].id}"
        ).submit()

    assert on_the_log(admin) == ["Call"]
    kinds = [row["kind"] for row in audited(ctx, event.exact_ref)]
    assert kinds[1:] == ["task.added", "task.done", "task.reopened"]


def test_a_second_tap_is_no_second_task(admin: PageClient, ctx: Context, event: Event) -> None:
    form = admin.see(f"/scc/events/{event.exact_ref}/task").form("/task").fill(what="Call")
    form.submit()
    with writes(ctx.db.client) as written:
        assert form.submit().status_code == 303

    assert (written, len(store.load(ctx, event.exact_ref).tasks)) == ([], 1)


def test_the_tasks_of_two_sails_noted_at_once_both_come_up(
    admin: PageClient, ctx: Context, event: Event
) -> None:
    """At the wire: between reading and writing one, the other is written to the same row."""
    others = iter([charter(ctx, ctx.today() + timedelta(days=201), "Bo")])

    def meanwhile(**_: Any) -> None:
        if other := next(others, None):
            service.add_task(ctx, other.exact_ref, "Theirs", ctx.today(), "theirs", ORIGIN)

    ctx.db.client.meta.events.register("before-call.dynamodb.TransactWriteItems", meanwhile)
    service.add_task(ctx, event.exact_ref, "Mine", ctx.today(), "mine", ORIGIN)

    assert sorted(on_the_log(admin)) == ["Mine", "Theirs"]


def test_nothing_to_do_leaves_nothing_in_the_row(ctx: Context, event: Event) -> None:
    done = service.add_task(ctx, event.exact_ref, "Call", ctx.today(), "call", ORIGIN)
    service.mark_task(ctx, event.exact_ref, done.tasks[0].id, True, ORIGIN)

    assert ctx.db.get(STATE, KEY) == KEY


def test_a_row_of_tasks_stays_below_what_dynamodb_keeps(ctx: Context, event: Event) -> None:
    """By bytes: a few hundred events with long lists are more than one item holds."""
    done = service.add_task(ctx, event.exact_ref, "Call", ctx.today(), "call", ORIGIN)
    service.mark_task(ctx, event.exact_ref, done.tasks[0].id, True, ORIGIN)
    long = [Task(f"t{n}", "é" * 200, ctx.today(), "Moana").item() for n in range(50)]
    full: Item = {f"2026-12-{n:02}_full": {"who": "Full", "tasks": long} for n in range(1, 14)}
    ctx.db.transact([Change(STATE, KEY, set=full, must_exist=False)])

    assert service.MOST_DUE_BYTES <= size(ctx.db.get(STATE, KEY) or {}) < 400_000
    with pytest.raises(Invalid):
        service.add_task(ctx, event.exact_ref, "More", ctx.today(), "more", ORIGIN)
    with pytest.raises(Refused):
        service.mark_task(ctx, event.exact_ref, done.tasks[0].id, False, ORIGIN)
    assert service.add_task(ctx, event.exact_ref, "Some day", None, "some", ORIGIN).tasks[1:]


def test_an_empty_task_is_asked_back_with_its_day(admin: PageClient, event: Event) -> None:
    form = admin.see(f"/scc/events/{event.exact_ref}/task").form("/task")

    assert form.fill(what=" ", on="2026-05-23").submit().status_code == 422
    assert admin.page.form("/task").values["on"] == ["2026-05-23"]


def test_the_api_does_not_show_them(api: Any, ctx: Context, event: Event) -> None:
    service.add_task(ctx, event.exact_ref, "Call", None, "call", ORIGIN)

    assert "tasks" not in api.get(f"/api/events/{event.slug}").get_json()
