"""Who is asked, and what is said of them before."""

from datetime import time

from scc.context import Context
from scc.crew import asking, days_off, store
from scc.crew.asking import Wish
from scc.events.model import Event
from scc.staff.model import Person
from tests.crew.acts import (
    asked,
    at_local,
    letters,
    person,
    sail_to_come,
    says,
)
from tests.emulator import Clock
from tests.given import ORIGIN
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
