"""What the settings are for: forms that ask where there is a choice, cards that warn, letters."""

from datetime import date, timedelta

import pytest

from scc.company import store
from scc.company.model import Boat
from scc.context import Context
from scc.events import store as events
from scc.events.model import Event, Ref
from scc.mail import store as outbox
from scc.waivers.links import copy_token
from tests import given
from tests.page import Form, PageClient, words
from tests.waivers.acts import publish, signed

ALMA = Boat("alma", "Alma")
QUEEN = Boat("queen", "Queen", limit=30)


@pytest.fixture
def tomorrow(ctx: Context) -> date:
    return ctx.today() + timedelta(days=1)


def docks(ctx: Context, *names: str) -> None:
    things = [{"id": n.lower(), "name": n, "map_url": f"https://maps.example/{n}"} for n in names]
    ctx.db.write(store.change(store.read(ctx), docks=things))


def new(admin: PageClient, day: date, first_name: str = "Bo", **typed: str) -> Form:
    filled = {"first_name": first_name, "date": day.isoformat(), **typed}
    return admin.see("/scc/events/new").form("/new").fill(**filled)


def only_one(ctx: Context) -> Event:
    (event,) = given.all_events(ctx)
    return event


def test_with_one_of_each_nothing_is_asked(admin: PageClient, tomorrow: date) -> None:
    assert not {"boat", "dock", "kind"} & new(admin, tomorrow).names


def test_with_two_boats_the_form_offers_them(
    admin: PageClient, ctx: Context, tomorrow: date
) -> None:
    given.boats(ctx, ALMA, QUEEN, Boat("sold", "Sold", retired=True))
    form = new(admin, tomorrow, guests="20")
    assert form.values["boat"] == ["alma"]
    assert not admin.page.has(".//option[@value='sold']")

    assert form.submit().status_code == 422
    assert "20 guests, and Alma takes 6 at most" in admin.page.text
    admin.page.form("/new").fill(boat="queen").submit()

    assert only_one(ctx).boat == "queen"
    page = admin.see("/scc/events/" + only_one(ctx).slug)
    assert "Queen, 30 at most" in page.text
    assert "Queen" in admin.see("/scc/").text


def test_a_boat_that_nobody_named_is_asked_for_at_a_change(
    admin: PageClient, ctx: Context, tomorrow: date
) -> None:
    given.boats(ctx, ALMA, QUEEN)
    event = given.charter(ctx, tomorrow)
    path = f"/scc/events/{event.slug}/change"
    assert admin.see(path).form("/change").values["boat"] == [""]

    admin.page.form("/change").fill(boat="queen").submit()

    assert events.load(ctx, event.ref).boat == "queen"
    assert admin.see(path).form("/change").values["boat"] == ["queen"]


def test_length_and_crew_are_kept_and_taken_back(
    admin: PageClient, ctx: Context, tomorrow: date
) -> None:
    new(admin, tomorrow, minutes="2:30", call_time="17:00", captain="1", host="2").submit()
    event = only_one(ctx)
    assert (event.minutes, event.call_time) == (150, "17:00")
    assert event.positions == {"captain": 1, "host": 2}
    assert "2 h 30" in admin.see(f"/scc/events/{event.slug}").text
    assert "1 captain, 2 hosts, called 5:00 pm" in admin.page.text

    form = admin.see(f"/scc/events/{event.slug}/change").form("/change")
    form.fill(minutes="", call_time="", captain="", host="").submit()

    assert not {"minutes", "call_time", "positions"} & only_one(ctx).item.keys()


def test_an_overlap_is_asked_about_once(admin: PageClient, ctx: Context, tomorrow: date) -> None:
    given.charter(ctx, tomorrow)
    form = new(admin, tomorrow, start_time="19:00")

    assert form.submit().status_code == 422
    assert "The same boat is out then: Alice Nakamura" in admin.page.text
    assert len(given.all_events(ctx)) == 1
    asked = admin.page.form("/new")

    assert asked.submit().status_code == 302
    assert asked.submit().status_code == 302  # a second tap is not told that it overlaps itself
    assert len(given.all_events(ctx)) == 2


def test_so_is_a_change_that_makes_one_and_no_other(
    admin: PageClient, ctx: Context, tomorrow: date
) -> None:
    given.charter(ctx, tomorrow)
    event = given.charter(ctx, tomorrow, "Bo", period="morning")
    path = f"/scc/events/{event.slug}/change"

    assert admin.see(path).form("/change").fill(start_time="17:00").submit().status_code == 422
    assert admin.page.form("/change").submit().status_code == 302
    assert admin.see(path).form("/change").fill(notes="A cake").submit().status_code == 302


def test_cards_and_the_page_warn_while_it_is_to_come(
    admin: PageClient, ctx: Context, tomorrow: date
) -> None:
    one = given.charter(ctx, tomorrow)
    given.charter(ctx, tomorrow, "Bo")
    older = {"event_id": f"{tomorrow}-cleo-morning", "timestamp": 5, "guests": 8}
    given.older(ctx, older)
    same = "Same boat as Bo Nakamura"

    assert same in admin.see("/scc/").text
    assert "8 guests, and The boat takes 6" in admin.page.text
    assert same in admin.see(f"/scc/events/{one.slug}").text
    fragment = {"X-SCC-Fragment": "1"}
    assert same in admin.see(f"/scc/events/{one.slug}/card", headers=fragment).text
    given.cancelled(ctx, events.load(ctx, Ref(f"{tomorrow}-bo-sunset")))
    assert same not in admin.see("/scc/").text


def test_an_older_items_own_words_stay_in_sight(admin: PageClient, ctx: Context) -> None:
    """Whatever the older tool meant by them."""
    (event,) = given.older(
        ctx, {"event_id": "2026-05-23-tom-sunset", "timestamp": 5, "boat": "Albatros", "dock": 7}
    )

    admin.see(f"/scc/events/{event.ref}")

    rows = [tuple(map(words, row)) for row in admin.page.all(".//dl/div")]
    assert {("Boat", "Albatros"), ("Dock", "7")} <= set(rows)


# Letters, and the guests' pages


def your_sail(admin: PageClient, event: Event) -> str:
    """The letter as it would leave now."""
    admin.see(f"/scc/events/{event.slug}").form("/sail-letter").submit()
    admin.see(f"/scc/events/{event.slug}")
    (link,) = [a for a in admin.page.all("a") if (a.text or "") == "Your sail"]
    return admin.see(link.get("href", "")).text


def test_your_sail_says_what_the_settings_say(
    admin: PageClient, ctx: Context, tomorrow: date
) -> None:
    docks(ctx, "North", "South")
    event = given.charter(ctx, tomorrow, patron_email="alice@example.com", dock="south")
    company = store.read(ctx)
    paragraphs = {"bring": "Gloves", "weather": "", "more": "Park at the mall."}
    pay = {"zelle": "pay@example.com", "venmo": "@queen", "check_payee": "", "other": ""}
    ctx.db.write(store.change(company, name="Ñu Sailing", pay=pay, paragraphs=paragraphs))

    text = your_sail(admin, event)

    for told in (
        "South",
        "https://maps.example/South",
        "Gloves",
        "Park at the mall.",
        "by Zelle to pay@example.com or by Venmo to @queen",
        "The crew of Ñu Sailing",
    ):
        assert told in text
    assert "North" not in text
    assert "Weather:" not in text


def test_another_dock_is_told_like_another_time(
    admin: PageClient, ctx: Context, tomorrow: date
) -> None:
    docks(ctx, "North", "South")
    event = given.charter(ctx, tomorrow, patron_email="alice@example.com", dock="north")
    path = f"/scc/events/{event.slug}/change"

    admin.see(path).form("/change").fill(dock="south").submit()

    (letter,) = outbox.about(ctx, event.ledger)
    assert (letter.kind, letter.values["from_"]) == ("moved", "South")
    page = admin.see(f"/scc/letters/of/{event.exact_ref}/{letter.sort.replace('#', '/')}")
    assert "Your sail leaves from South" in page.text


def test_guests_are_led_to_the_sails_own_dock(
    client: PageClient, ctx: Context, tomorrow: date
) -> None:
    docks(ctx, "North", "South")
    event = given.charter(ctx, tomorrow, dock="south")
    publish(ctx)
    key = signed(ctx, event).key
    token = copy_token(ctx.settings, event.exact_ref, key, ctx.now())

    page = client.see(f"/g/{event.exact_ref}/signed/{token}")

    assert page.has(".//a[@href='https://maps.example/South']")
