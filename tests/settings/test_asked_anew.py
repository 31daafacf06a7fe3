"""A change of the settings that asks crew anew is shown first, and made by a second step."""

from datetime import time

import pytest

from scc.company import store as companies
from scc.company.model import Dock, Kind, as_item
from scc.context import Context
from scc.crew import settling
from scc.events.model import Event
from scc.staff.model import Person
from tests.crew.acts import asked, letters, person, sail_to_come, says
from tests.page import Form, PageClient

TOLD = "2 of the crew would be asked anew, for 2 sails to come: their call or dock changes."


@pytest.fixture
def kim(ctx: Context) -> Person:
    return person(ctx)


@pytest.fixture
def sails(ctx: Context, kim: Person) -> list[Event]:
    """Kim is on both, Bo is asked for the first; Lu has said no."""
    bo, lu = person(ctx, "Bo Diaz", "mate"), person(ctx, "Lu Fox")
    kind = Kind("charter", "Charter", positions={"captain": 1, "mate": 1})
    ctx.db.write(companies.change(companies.read(ctx), kinds=[as_item(kind)]))
    first, second = (sail_to_come(ctx, days, hour=time(18, 30)) for days in (3, 5))
    asked(ctx, first, kim, lu)
    asked(ctx, second, kim)
    asked(ctx, first, bo, position="mate")
    says(ctx, first, lu, "no")
    for sail in (first, second):
        says(ctx, sail, kim)
    return [first, second]


def call_minutes(admin: PageClient, minutes: str) -> Form:
    form = admin.see("/scc/settings/kinds/charter").form("/charter")
    return form.fill(call_minutes=minutes)


def called(ctx: Context) -> int:
    return companies.read(ctx).kinds[0].call_minutes


def test_another_call_says_first_whom_it_asks_anew(
    admin: PageClient, ctx: Context, sails: list[Event], kim: Person
) -> None:
    before = called(ctx)
    answer = call_minutes(admin, "90").submit()
    assert (answer.status_code, called(ctx)) == (422, before)
    assert TOLD in admin.page.text

    assert admin.page.form("/charter").submit().status_code == 303
    assert called(ctx) == 90
    settling.settle_all(ctx)
    assert [len(letters(ctx, sail, kim, "crew_ask")) for sail in sails] == [2, 2]


def test_what_was_told_is_told_anew_where_it_is_more_by_now(
    admin: PageClient, ctx: Context, sails: list[Event], kim: Person
) -> None:
    call_minutes(admin, "90").submit()
    form = admin.page.form("/charter")
    asked(ctx, sail_to_come(ctx, 7), kim)

    assert form.submit().status_code == 422
    assert "for 3 sails" in admin.page.text


def test_what_asks_nobody_is_saved_at_once(
    admin: PageClient, ctx: Context, sails: list[Event]
) -> None:
    form = admin.see("/scc/settings/kinds/charter").form("/charter")

    assert form.fill(minutes="180").submit().status_code == 303


def test_where_nobody_was_asked_it_is_saved_at_once(admin: PageClient, ctx: Context) -> None:
    assert call_minutes(admin, "90").submit().status_code == 303
    assert called(ctx) == 90


def test_a_first_dock_is_another_dock(admin: PageClient, ctx: Context, sails: list[Event]) -> None:
    """The only one is every sail's."""
    form = admin.see("/scc/settings/docks").form("/docks").fill(name="Harbor Island")
    assert form.submit().status_code == 422
    assert TOLD in admin.page.text
    assert admin.page.form("/docks").submit().status_code == 303

    assert [dock.name for dock in companies.read(ctx).docks] == ["Harbor Island"]


def test_a_dock_that_is_retired(admin: PageClient, ctx: Context, sails: list[Event]) -> None:
    docks = [as_item(Dock("pier", "Pier")), as_item(Dock("slip", "Slip"))]
    ctx.db.write(companies.change(companies.read(ctx), docks=docks))
    settling.settle_all(ctx)
    admin.see("/scc/settings/docks/slip").form("/retire").submit()
    assert TOLD in admin.page.text
    assert not companies.read(ctx).docks[1].retired

    admin.page.form("/retire").submit()
    assert companies.read(ctx).docks[1].retired
