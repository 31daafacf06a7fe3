"""Two at once about one sail, or one person: one state comes of it, and each is told the truth."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import time
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from scc.context import Context
from scc.crew import by_hand, settling
from scc.crew.taking_off import take_off
from scc.errors import Refused
from scc.events.model import Event
from scc.staff.model import Person
from scc.staff.service import see_off
from tests.crew.acts import (
    as_it_is,
    asked,
    link,
    moved,
    names_on,
    on,
    person,
    sail_to_come,
    says,
    the_ask,
)
from tests.emulator import Clock
from tests.given import ORIGIN
from tests.hooks import meanwhile
from tests.page import Form, PageClient
from tests.staff.acts import another, come_in

rounds = pytest.mark.parametrize("round_", range(6))
"""Who is first differs."""


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What came of each, or why it was refused."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return act()
        except Refused as error:
            return str(error)

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


@rounds
def test_a_yes_by_the_link_and_a_no_on_the_page(
    app: Flask, ctx: Context, event: Event, kim: Person, round_: int
) -> None:
    asked(ctx, event, kim)
    by_link = another(app)
    yes = by_link.see(link(ctx, event, kim)).form()
    phone = come_in(another(app), ctx, kim)
    no = phone.see("/scc/crew/").form("/answer")

    def press(client: PageClient, form: Form, said: str) -> str:
        answer = client.post(form.action, data=form.values | {"answer": said})
        return str(answer.headers["Location"])

    _, page = at_once(lambda: press(by_link, yes, "captain"), lambda: press(phone, no, "no"))

    if names_on(ctx, event):  # the no was first
        assert (the_ask(ctx, event, kim).answer, page[-8:]) == ("yes", "?done=no")
        assert by_link.see(link(ctx, event, kim)).heading == "You are on as captain"
    else:
        assert (the_ask(ctx, event, kim).answer, page[-10:]) == ("no", "?done=gone")
        assert by_link.see(link(ctx, event, kim)).heading == "Can you come as captain?"


def test_a_no_of_who_was_too_late_and_their_yes_as_the_place_opens(
    ctx: Context, event: Event, kim: Person, dynamodb: Any, clock: Clock
) -> None:
    """Their answer was yes before and after: the event's version tells them apart."""
    bo = person(ctx, "Bo Diaz", email="")  # no letter that both would overtake
    clock.set(ctx.now())  # all of it in one second
    asked(ctx, event, kim, bo)
    for who, said in ((kim, "yes"), (bo, "yes"), (kim, "no")):
        says(ctx, event, who, said)
    with meanwhile(dynamodb, lambda: says(ctx, event, bo)):
        assert says(ctx, event, bo, "no") == "gone"

    assert (names_on(ctx, event), the_ask(ctx, event, bo).answer) == ([], "no")


@rounds
def test_a_yes_while_the_position_goes(
    ctx: Context, event: Event, kim: Person, round_: int
) -> None:
    by_hand.set_positions(ctx, event.exact_ref, {"captain": 1, "mate": 1}, ORIGIN)
    asked(ctx, event, kim)
    gone = {"mate": 1}
    outcome, _ = at_once(
        lambda: says(ctx, event, kim),
        lambda: by_hand.set_positions(ctx, event.exact_ref, gone, ORIGIN),
    )
    settling.settle_all(ctx)

    assert outcome == ("on" if names_on(ctx, event) else "taken")
    assert as_it_is(ctx, event).positions == gone
    assert the_ask(ctx, event, kim).answer in ("yes", "")


@rounds
def test_a_yes_while_the_office_puts_somebody_else_on(
    ctx: Context, event: Event, kim: Person, round_: int
) -> None:
    bo = person(ctx, "Bo Diaz")
    asked(ctx, event, kim)
    outcome, _ = at_once(
        lambda: says(ctx, event, kim),
        lambda: by_hand.put_on(ctx, event.exact_ref, bo.id, "captain", "", ORIGIN),
    )

    assert ("Kim Lind" in names_on(ctx, event)) == (outcome == "on")
    assert "Bo Diaz" in names_on(ctx, event)  # the office may put on more than are wanted


@rounds
def test_a_yes_while_they_are_taken_off(
    ctx: Context, event: Event, kim: Person, round_: int
) -> None:
    """They are on, and agree to what changed just as the office takes them off."""
    asked(ctx, event, kim)
    says(ctx, event, kim)
    (mine,) = on(ctx, event)
    moved(ctx, event, time(16, 30))
    outcome, _ = at_once(
        lambda: says(ctx, event, kim),
        lambda: take_off(ctx, event.exact_ref, mine, "Fewer guests", ORIGIN),
    )

    assert outcome == "on" or "taken off" in outcome
    assert (names_on(ctx, event), the_ask(ctx, event, kim).closed) == ([], "off")


@rounds
def test_a_yes_while_they_leave_the_company(
    ctx: Context, event: Event, kim: Person, round_: int
) -> None:
    asked(ctx, event, kim)
    at_once(lambda: says(ctx, event, kim), lambda: see_off(ctx, kim.id, ORIGIN))
    settling.settle_all(ctx)

    assert (names_on(ctx, event), the_ask(ctx, event, kim).closed) == ([], "off")


@rounds
def test_a_yes_to_two_sails_of_one_hour(
    ctx: Context, event: Event, kim: Person, round_: int
) -> None:
    other = sail_to_come(ctx, name="Cleo", hour=time(17))
    asked(ctx, event, kim)
    asked(ctx, other, kim)
    outcomes = at_once(lambda: says(ctx, event, kim), lambda: says(ctx, other, kim))

    first = 0 if outcomes[0] == "on" else 1
    assert outcomes[first] == "on"
    assert str(outcomes[1 - first]).startswith("You are on at that time")
    assert [len(names_on(ctx, sail)) for sail in (event, other)] == [1 - first, first]


def test_two_sails_of_one_day_that_do_not_overlap(ctx: Context, event: Event, kim: Person) -> None:
    noon = sail_to_come(ctx, name="Cleo", hour=time(11))
    asked(ctx, event, kim)
    asked(ctx, noon, kim)

    assert [says(ctx, event, kim), says(ctx, noon, kim)] == ["on", "on"]


def test_who_says_no_there_may_say_yes_here(ctx: Context, event: Event, kim: Person) -> None:
    other = sail_to_come(ctx, name="Cleo", hour=time(17))
    for sail in (event, other):
        asked(ctx, sail, kim)
    says(ctx, other, kim)
    with pytest.raises(Refused, match="Cleo Nakamura"):
        says(ctx, event, kim)
    says(ctx, other, kim, "no")

    assert says(ctx, event, kim) == "on"
