"""The cards say how many have signed, counted by the clock: no signer writes to the event."""

from datetime import UTC, date, datetime

import pytest

from scc.context import Context
from scc.events import store
from scc.events.model import Event
from scc.waivers.counting import recount
from tests.emulator import Clock
from tests.given import cancelled, paid
from tests.page import PageClient
from tests.waivers.acts import at_the_dock, publish, signed

NOON = datetime(2026, 5, 20, 19, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock(fixed=NOON)


def on_card(admin: PageClient, event: Event) -> str:
    """What the card says of waivers."""
    what = admin.see(f"/scc/events?week={event.slug[:10]}").all(".//p[@class='what']")
    found = [part for p in what for part in (p.text or "").split(" · ") if "Waivers" in part]
    return found[0] if found else ""


def test_a_minute_later_the_card_says_it(admin: PageClient, ctx: Context, clock: Clock) -> None:
    event = at_the_dock(ctx)
    assert on_card(admin, event) == "Waivers 0/14"
    signed(ctx, event)
    clock.advance(minutes=1)

    assert recount(ctx) == 1
    assert on_card(admin, event) == "Waivers 1/14"


def test_so_does_one_of_a_sail_far_off_which_said_nothing_before(
    admin: PageClient, ctx: Context
) -> None:
    event = at_the_dock(ctx, date(2026, 7, 4))
    assert on_card(admin, event) == ""
    signed(ctx, event)
    recount(ctx)

    assert on_card(admin, event) == "Waivers 1/14"


def test_what_was_counted_is_not_written_again(ctx: Context) -> None:
    signed(ctx, at_the_dock(ctx))

    assert [recount(ctx), recount(ctx)] == [1, 0]


def test_the_events_version_stays_and_its_money_can_be_written(ctx: Context) -> None:
    event = at_the_dock(ctx)
    signed(ctx, event)
    recount(ctx)

    assert store.load(ctx, event.exact_ref).version == event.version
    assert paid(ctx, event).settled


def test_what_is_signed_over_midnight_is_counted(ctx: Context, clock: Clock) -> None:
    event = at_the_dock(ctx, date(2026, 5, 30))
    clock.set(datetime(2026, 5, 21, 6, 59, 50, tzinfo=UTC))  # ten seconds to midnight on the boat
    signed(ctx, event)
    clock.advance(minutes=1)

    assert recount(ctx) == 1


def test_another_text_is_counted_for_all_that_are_to_come(
    admin: PageClient, ctx: Context, clock: Clock
) -> None:
    event = at_the_dock(ctx, date(2026, 11, 20))
    signed(ctx, event)
    recount(ctx)
    clock.advance(days=3)
    recount(ctx)
    publish(ctx, "Another text.")
    clock.advance(days=3)
    admin.sign_in()

    assert recount(ctx) == 1
    assert on_card(admin, event) == "Waivers 0/14"


def test_more_guests_are_on_the_card_at_once(admin: PageClient, ctx: Context) -> None:
    event = at_the_dock(ctx)
    signed(ctx, event)
    recount(ctx)
    admin.see(f"/scc/events/{event.slug}/change").form("/change").fill(guests="16").submit()

    assert on_card(admin, event) == "Waivers 1/16"


def test_of_a_cancelled_sail_and_a_past_one_it_says_nothing(
    admin: PageClient, ctx: Context, clock: Clock
) -> None:
    off, past = at_the_dock(ctx, name="Cleo"), at_the_dock(ctx, name="Dov")
    signed(ctx, off)
    signed(ctx, past)
    recount(ctx)
    cancelled(ctx, off)
    clock.advance(days=2)
    admin.sign_in()

    assert on_card(admin, off) == ""
    assert on_card(admin, past) == ""
