"""R1 and R2 for corrections: pressed at once, or lost on the wire, each is done once."""

import pytest

from scc.context import Context
from scc.events import store
from tests import given
from tests.corrections.acts import ACTS, SATURDAY, kinds, paid
from tests.hooks import without_conditions
from tests.lost import BRIEF_CASES, BrokenWire, assert_honest, name_of
from tests.older import audited
from tests.page import PageClient
from tests.wire import Browser, at_once

TAPS = 8


@pytest.mark.parametrize("name", ACTS)
def test_many_taps_at_once_are_one(
    ctx: Context, admin: PageClient, live_server: str, name: str
) -> None:
    act = ACTS[name]
    event, target = act.start(ctx, "Alice"), given.charter(ctx, name="Bo", day=SATURDAY)
    before = kinds(ctx, event)
    tap = act.taps(Browser(admin, live_server), event, str(target.exact_ref))

    answers = at_once([tap] * TAPS)

    assert {answer.status for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert kinds(ctx, event) == [*before, *act.then]
    assert kinds(ctx, target) == ["price", *(["moved_in"] if name == "move" else [])]


def test_without_the_conditions_it_would_be_done_twice(
    ctx: Context, admin: PageClient, live_server: str
) -> None:
    event = paid(ctx, "Alice")
    tap = ACTS["refund"].taps(Browser(admin, live_server), event, "")

    with without_conditions(ctx.db.client):
        at_once([tap] * TAPS)

    done = [row for row in audited(ctx, event.exact_ref) if row["kind"] == "refund.logged"]
    assert len(done) > 1


@pytest.mark.parametrize(
    "name", ["void and log anew", "undo", "move", "refund", "sent", "end and give back"]
)
def test_lost_on_the_wire_it_is_done_once(
    ctx: Context, admin: PageClient, wire: BrokenWire, name: str
) -> None:
    act, browser = ACTS[name], Browser(admin, wire.address)
    target = given.charter(ctx, name="Bo", day=SATURDAY)
    events = {fault: act.start(ctx, name_of(fault)) for fault in BRIEF_CASES}

    answers = wire.send(
        {fault: act.taps(browser, event, str(target.exact_ref)) for fault, event in events.items()}
    )

    assert_honest(answers, good=303)
    for event in events.values():
        assert kinds(ctx, event)[-len(act.then) :] == list(act.then)
        assert store.load(ctx, event.exact_ref).entries == len(kinds(ctx, event))
