"""Who is asked, and what is said of them before."""

from datetime import time
from typing import Any

import pytest

from scc.context import Context
from scc.crew import asking, by_hand, days_off, store
from scc.crew.asking import Wish
from scc.errors import Refused
from scc.events.model import Event
from scc.staff.model import Person
from tests.crew.acts import (
    asked,
    at_local,
    evening_before,
    letters,
    person,
    sail_to_come,
    says,
)
from tests.emulator import Clock
from tests.given import ORIGIN
from tests.hooks import meanwhile
from tests.page import PageClient


def test_the_same_form_asks_once(ctx: Context, event: Event, kim: Person) -> None:
    wish = Wish((kim.id,), ("captain",), 24)
    counts = [asking.ask(ctx, event.exact_ref, wish, "one key", ORIGIN) for _ in range(2)]

    assert counts == [1, 1]
    assert len(letters(ctx, event, kim, "crew_ask")) == 1


def test_asked_at_night_the_letter_leaves_in_the_morning(
    ctx: Context, clock: Clock, event: Event, kim: Person
) -> None:
    at_local(ctx, clock, 23)
    asked(ctx, event, kim)

    (letter,) = letters(ctx, event, kim, "crew_ask")
    assert letter.due - int(ctx.now().timestamp()) == 9 * 3600


def test_days_off_and_other_sails_are_said_before_asking(
    ctx: Context, admin: PageClient, event: Event, kim: Person
) -> None:
    bo = person(ctx, "Bo Diaz")
    start = event.local_start(ctx.settings.timezone)
    assert start
    days_off.be_away(ctx, bo.id, [start.date()], "Dentist", ORIGIN)
    other = sail_to_come(ctx, name="Cleo", hour=time(17))
    asked(ctx, other, kim)
    says(ctx, other, kim)

    text = admin.see(f"/scc/events/{event.slug}/crew/ask").text
    assert "Off that day: Dentist" in text
    assert "On Cleo Nakamura" in text


def test_everyone_free_leaves_out_who_is_not(ctx: Context, event: Event, kim: Person) -> None:
    bo = person(ctx, "Bo Diaz")
    person(ctx, "Dee Ray", "host")
    start = event.local_start(ctx.settings.timezone)
    assert start
    days_off.be_away(ctx, bo.id, [start.date()], "", ORIGIN)
    wish = Wish((), ("captain",), 24, everyone=True)

    assert asking.ask(ctx, event.exact_ref, wish, "key", ORIGIN) == 1
    assert [one.name for one in store.asks(ctx, event)] == ["Kim Lind"]


def test_the_dialog_asks_and_the_page_shows_it(
    ctx: Context, admin: PageClient, event: Event, kim: Person
) -> None:
    form = admin.see(f"/scc/events/{event.slug}/crew/ask").form("/crew/ask")
    form.fill(people=kim.id).submit()

    page = admin.see(f"/scc/events/{event.slug}")
    assert "Kim Lind, captain" in page.text
    assert "Asked, answer by" in page.text


# What can't be asked


def test_no_letter_asks_for_a_sail_that_begins_before_it_leaves(
    ctx: Context, clock: Clock, admin: PageClient, kim: Person
) -> None:
    event = sail_to_come(ctx, hour=time(7))
    evening_before(ctx, clock, event, 23)
    admin.sign_in()
    page = admin.see(f"/scc/events/{event.slug}/crew/ask")

    said = "letters leave at 8:00 am, the call is at 6:15 am, the sail begins at 7:00 am. Call them"
    assert said in page.text
    assert page.has(".//a[@href='tel:619-555-0101']")
    assert "Said yes by phone" in [link.text for link in page.all(".//dialog//a")]
    with pytest.raises(Refused, match="Call them"):
        asked(ctx, event, kim)
    assert letters(ctx, event, kim, "crew_ask") == []


def test_a_filled_position_is_not_asked_for_and_it_is_said_who_has_it(
    ctx: Context, admin: PageClient, event: Event, kim: Person
) -> None:
    bo = person(ctx, "Bo Diaz")
    asked(ctx, event, kim)
    says(ctx, event, kim)

    said = "Kim Lind is on as captain already"
    assert said in admin.see(f"/scc/events/{event.slug}/crew/ask").text
    assert "Positions" in [link.text for link in admin.page.all(".//dialog//a")]
    with pytest.raises(Refused, match=said):
        asked(ctx, event, bo)
    assert letters(ctx, event, bo, "crew_ask") == []


def test_where_two_are_wanted_another_is_asked(ctx: Context, event: Event, kim: Person) -> None:
    bo = person(ctx, "Bo Diaz")
    by_hand.set_positions(ctx, event.exact_ref, {"captain": 2}, ORIGIN)
    asked(ctx, event, kim)
    says(ctx, event, kim)
    asked(ctx, event, bo)

    assert says(ctx, event, bo) == "on"


def test_filled_while_it_is_asked_for_it_is_not_asked_for(
    ctx: Context, event: Event, kim: Person, dynamodb: Any
) -> None:
    bo = person(ctx, "Bo Diaz")
    asked(ctx, event, kim)
    with meanwhile(dynamodb, lambda: says(ctx, event, kim)), pytest.raises(Refused, match="Kim"):
        asked(ctx, event, bo)

    assert letters(ctx, event, bo, "crew_ask") == []
