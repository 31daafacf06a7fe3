"""What the office does itself."""

import pytest

from scc.context import Context
from scc.crew import by_hand
from scc.crew.taking_off import take_off
from scc.errors import Refused
from scc.events.model import Event
from scc.staff.model import Person
from tests.crew.acts import (
    as_it_is,
    asked,
    names_on,
    on,
    person,
    says,
    told,
)
from tests.given import ORIGIN


def test_put_on_by_hand_and_taken_off(ctx: Context, event: Event, kim: Person) -> None:
    for _ in range(2):
        by_hand.put_on(ctx, event.exact_ref, kim.id, "captain", "by phone", ORIGIN)
    assert names_on(ctx, event) == ["Kim Lind"]
    (station,) = on(ctx, event)
    for _ in range(2):
        take_off(ctx, event.exact_ref, station, "Fewer guests", ORIGIN)

    assert names_on(ctx, event) == []
    assert sorted(told(ctx, event, kim)) == ["off", "on"]
    with pytest.raises(Refused, match="taken off"):
        says(ctx, event, kim)


def test_more_positions_leave_room_for_more(ctx: Context, event: Event, kim: Person) -> None:
    bo = person(ctx, "Bo Diaz", "mate")
    assert names_on(ctx, event) == []
    by_hand.set_positions(ctx, event.exact_ref, {"captain": 1, "mate": 1}, ORIGIN)
    asked(ctx, event, kim)
    asked(ctx, event, bo, position="mate")

    assert [says(ctx, event, bo, position="mate"), says(ctx, event, kim)] == ["on", "on"]
    assert as_it_is(ctx, event).item["crew"] == ["Kim Lind", "Bo Diaz"]


def test_who_was_taken_off_is_not_on_again_by_a_no_and_a_yes(
    ctx: Context, event: Event, kim: Person
) -> None:
    asked(ctx, event, kim)
    says(ctx, event, kim)
    take_off(ctx, event.exact_ref, on(ctx, event)[0], "", ORIGIN)
    says(ctx, event, kim, "no")

    with pytest.raises(Refused, match="taken off"):
        says(ctx, event, kim)
    assert names_on(ctx, event) == []
