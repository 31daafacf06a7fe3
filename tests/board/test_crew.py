"""The crew's phone: their sails, the day's sheet, the feed; and no money but what is due."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from scc.audit.model import iso
from scc.aws import Change, Put
from scc.company import store as companies
from scc.context import Context
from scc.crew import voyage
from scc.crew.sailing import RETURNED, Tick, log_of
from scc.events.model import Event
from scc.handed import store as handed
from scc.handed.model import MOST, Handed
from scc.letters.lines import as_sent
from scc.mail.model import SECRET
from scc.mail.render import render
from scc.staff.model import Person
from scc.tables import EVENTS, STATE
from scc.waivers.model import Child
from tests import given
from tests.crew.acts import (
    as_it_is,
    asked,
    at_local,
    letters,
    link,
    moved,
    names_on,
    sail_to_come,
)
from tests.emulator import Clock
from tests.given import charter, hand_over, member, paid, put_aboard
from tests.hooks import writes
from tests.page import Form, PageClient
from tests.staff.acts import come_in
from tests.waivers.acts import publish, signed


@pytest.fixture
def kai(ctx: Context) -> Person:
    return member(
        ctx, "Kai", positions=("captain", "mate"), phone="6195550101", email="kai@example.com"
    )


@pytest.fixture
def crew(client: PageClient, ctx: Context, kai: Person) -> PageClient:
    return come_in(client, ctx, kai)


@pytest.fixture
def sail(ctx: Context, kai: Person) -> Event:
    """Tomorrow's, with Kai as its captain and Ray as mate; $450, of which $120 came."""
    tomorrow = ctx.today() + timedelta(days=1)
    event = charter(ctx, tomorrow, guests=3, patron_phone="+1 619 555 0134", notes="A birthday")
    event = paid(ctx, event, 12000)
    event = put_aboard(ctx, event, kai)
    return put_aboard(ctx, event, member(ctx, "Ray", phone="619-555-0199"), "mate")


def sheet_of(ctx: Context) -> str:
    return f"/scc/sheet/{ctx.today() + timedelta(days=1)}"


def test_my_sails_say_what_i_need(crew: PageClient, sail: Event) -> None:
    text = crew.see("/scc/crew/").text

    assert all(
        words in text
        for words in ("Alice’s sail", "you are captain", "Ray (mate)", "A birthday", "Guests3")
    )
    assert "Nakamura" not in text


def test_a_guests_phone_is_one_tap_away(crew: PageClient, sail: Event) -> None:
    """The home screen opens the page: two taps."""
    assert crew.see("/scc/crew/").has(".//a[@href='tel:+16195550134']")


def test_others_sails_are_none_of_mine(crew: PageClient, ctx: Context) -> None:
    event = charter(ctx, ctx.today() + timedelta(days=1), name="Bo")

    assert "Bo" not in crew.see("/scc/crew/").text
    own = (f"/scc/crew/{event.slug}/handed", f"/scc/crew/{event.slug}/sail")
    for path in (*own, f"/scc/events/{event.slug}/waivers"):
        assert crew.get(path).status_code == 403
    assert "Bo" not in crew.see(sheet_of(ctx)).text


def test_guests_of_long_ago_are_no_concern_of_mine(
    crew: PageClient, kai: Person, ctx: Context
) -> None:
    for days, status in ((5, 200), (9, 403)):
        day = ctx.today() - timedelta(days=days)
        event = put_aboard(ctx, charter(ctx, day, name="Bo"), kai)

        assert crew.get(f"/scc/events/{event.slug}/waivers").status_code == status
        assert ("Bo" in crew.see(f"/scc/sheet/{day}").text) == (status == 200)


def test_an_older_items_crew_are_matched_by_name(crew: PageClient, ctx: Context) -> None:
    day = ctx.today() + timedelta(days=2)
    item = {"event_id": f"{day}-tom-sunset", "timestamp": 1767682711, "crew": ["Kai", "Kai", "Bob"]}
    given.older(ctx, item)

    assert "Bob" in crew.see("/scc/crew/").text


@pytest.mark.parametrize(
    ("position", "due"), [("captain", "Balance due $330"), ("mate", "Balance due")]
)
def test_the_amount_due_is_the_captains(
    client: PageClient, ctx: Context, position: str, due: str
) -> None:
    event = paid(ctx, charter(ctx, ctx.today() + timedelta(days=1)), 12000)
    lou = member(ctx, "Lou")
    put_aboard(ctx, event, lou, position)
    come_in(client, ctx, lou)

    for path in ("/scc/crew/", sheet_of(ctx)):
        shown = client.see(path).text
        assert due in shown
        assert ("$" in shown) == (position == "captain")


def test_no_other_amount_is_on_any_page(crew: PageClient, ctx: Context, sail: Event) -> None:
    """Of the fare, what came, the tip, what was handed over: nothing but the balance."""
    paid(ctx, sail, 7700)
    hand_over(ctx, sail, 6600, tip=5500)
    pages = ("/scc/crew/", sheet_of(ctx), f"/scc/events/{sail.slug}/waivers", "/scc/account")
    pages += (f"/scc/crew/{sail.slug}/handed", f"/scc/events/{sail.slug}/waivers/qr")

    amounts = {word for path in pages for word in crew.see(path).text.split() if "$" in word}
    assert amounts == {"$253"}


def test_paid_is_paid_for_all(crew: PageClient, ctx: Context, sail: Event) -> None:
    paid(ctx, sail, 33000)

    text = crew.see("/scc/crew/").text
    assert "Paid" in text and "$" not in text


def test_the_sheet_has_who_signed_and_the_childrens_ages(
    crew: PageClient, ctx: Context, sail: Event
) -> None:
    publish(ctx)
    kim = Child("Kim Lind", ctx.today() - timedelta(days=366 * 6), "parent")
    signed(ctx, sail, "Bo Lind", kim, captain_note="Asthma")

    page = crew.see(sheet_of(ctx))
    assert all(words in page.text for words in ("Bo Lind", "Kim Lind 6 years", "Asthma", "2 of 3"))
    assert page.has(".//div[@class='held']/*")


def test_an_admin_sees_the_whole_day(admin: PageClient, ctx: Context, sail: Event) -> None:
    charter(ctx, ctx.today() + timedelta(days=1), name="Bo")

    assert len(admin.see(sheet_of(ctx)).all(".//section[@class='leaf']")) == 2


@pytest.mark.parametrize("day", ["2026-02-30", "today", "0001-01-01"])
def test_a_day_that_is_none(admin: PageClient, day: str) -> None:
    assert admin.get(f"/scc/sheet/{day}").status_code in (200, 404)


def test_the_feed_has_the_sails_and_no_guest(
    crew: PageClient, ctx: Context, sail: Event, kai: Person
) -> None:
    crew.see("/scc/account").form("/feed").submit()
    feed = crew.see("/scc/account").one(".//p[@class='secret']/a").get("href", "")
    stranger: Any = crew.application.test_client()

    answer = stranger.get(feed)
    text = answer.get_data(as_text=True).replace("\r\n ", "")
    assert (answer.mimetype, text.count("BEGIN:VEVENT")) == ("text/calendar", 1)
    assert "captain" in text and "alice" not in text.lower()
    assert not answer.headers.getlist("Set-Cookie")

    crew.post("/scc/account/feed", data={"csrf_token": _token(crew), "what": "end"})
    assert stranger.get(feed).status_code == 404


def _token(client: PageClient) -> str:
    return client.see("/scc/account").form("/code").values["csrf_token"][0]


# The sail itself


def test_on_the_day_the_sail_is_ticked_off_from_my_sails(
    crew: PageClient, ctx: Context, kai: Person
) -> None:
    event = put_aboard(ctx, charter(ctx, hour=time(23, 30)), kai)
    assert crew.see("/scc/crew/").has(f".//a[@href='/scc/crew/{event.exact_ref}/sail']")
    page = crew.see(f"/scc/crew/{event.slug}/sail")
    form = next(f for f in page.all("form") if f.find(".//input[@value='walk_on']") is not None)
    values = {i.get("name"): i.get("value") for i in form.findall(".//input")}
    crew.post(form.get("action", ""), data=values)

    assert log_of(as_it_is(ctx, event)).heads == 1


def test_a_sail_is_there_after_midnight_until_it_is_back(
    client: PageClient, ctx: Context, clock: Clock, kai: Person
) -> None:
    """It sails at 10:30 pm, for two hours."""
    late = put_aboard(ctx, charter(ctx, hour=time(22, 30)), kai)
    off = put_aboard(ctx, charter(ctx, name="Bo", hour=time(22, 30)), kai)
    given.cancelled(ctx, off)
    at_local(ctx, clock, 0)
    crew = come_in(client, ctx, kai)
    page = crew.see("/scc/crew/")
    assert page.has(f".//a[@href='/scc/crew/{late.exact_ref}/sail']") and "Bo" not in page.text

    clock.advance(hours=11)
    assert "Alice" in crew.see("/scc/crew/").text
    clock.advance(hours=2)
    assert "Alice" not in crew.see("/scc/crew/").text, "12 hours after its planned end"


def test_a_sail_of_yesterday_that_is_back_is_gone(
    client: PageClient, ctx: Context, clock: Clock, kai: Person
) -> None:
    late = put_aboard(ctx, charter(ctx, hour=time(22, 30)), kai)
    at_local(ctx, clock, 0)
    clock.advance(hours=1)
    voyage.tick(ctx, late.exact_ref, Tick("back", RETURNED, "", iso(ctx.now())), given.ORIGIN)

    assert "Alice" not in come_in(client, ctx, kai).see("/scc/crew/").text


def test_whom_the_older_tool_left_out_gets_in_no_more(
    crew: PageClient, ctx: Context, sail: Event
) -> None:
    assert crew.get(f"/scc/crew/{sail.slug}/sail").status_code == 200
    ctx.db.write(Change(EVENTS, sail.key, set={"crew": ["Ray"]}))

    assert crew.get(f"/scc/crew/{sail.slug}/sail").status_code == 403
    assert "Alice" not in crew.see("/scc/crew/").text


# Yes and no


@pytest.fixture
def wanted(ctx: Context, kai: Person) -> Event:
    """A sail in three days that Kai is asked for, as captain."""
    return asked(ctx, sail_to_come(ctx, hour=time(18, 30)), kai)


def answering(crew: PageClient, said: str) -> Form:
    """The form on My sails with one of its buttons pressed."""
    form = crew.see("/scc/crew/").form("/answer")
    form.values["answer"] = [said]
    return form


def test_a_yes_on_my_sails_is_one_however_often_it_is_sent(
    crew: PageClient, ctx: Context, wanted: Event
) -> None:
    page = crew.see("/scc/crew/")
    assert "Can you come as captain?" in page.text and "be there at 5:45 pm" in page.text
    form = answering(crew, "captain")
    form.submit(follow_redirects=True)
    assert "You are on." in crew.page.text and "you are captain" in crew.page.text
    with writes(ctx.db.client) as written:
        form.submit(follow_redirects=True)

    assert (names_on(ctx, wanted), written) == (["Kai"], [])
    assert not crew.page.has(".//form[@class='actions']")


def test_a_no_on_my_sails_leaves_nothing_to_answer(
    crew: PageClient, ctx: Context, wanted: Event
) -> None:
    answering(crew, "no").submit(follow_redirects=True)

    assert "Noted: you can’t come." in crew.page.text
    assert "Can you come" not in crew.page.text and names_on(ctx, wanted) == []


def test_what_changed_is_asked_again_with_old_and_new(
    crew: PageClient, ctx: Context, wanted: Event
) -> None:
    """Also where the page was open when it changed: its yes was to something else."""
    form = answering(crew, "captain")
    form.submit()
    moved(ctx, wanted, time(17, 30))
    stale = form.submit()
    page = crew.page

    assert (stale.status_code, "This was changed since you opened it." in page.text) == (422, True)
    assert "be there at 5:45 pm" in (page.one(".//s").text or "")
    assert "It changed: can you still come as captain?" in page.text
    answering(crew, "captain").submit(follow_redirects=True)
    assert "It changed" not in crew.page.text


def test_nobody_answers_a_sail_that_they_were_not_asked_for(
    crew: PageClient, ctx: Context, wanted: Event
) -> None:
    other = sail_to_come(ctx, 5, name="Bo")
    form = answering(crew, "captain")
    sent = {name: values[0] for name, values in form.values.items()}

    assert crew.post(f"/scc/crew/{other.slug}/answer", data=sent).status_code == 404
    assert names_on(ctx, other) == []


def test_the_office_never_sees_the_key_of_somebodys_answer(
    ctx: Context, kai: Person, wanted: Event
) -> None:
    """No page shows it, no table holds it; whom it is for has it in the letter."""
    key = link(ctx, wanted, kai).rpartition("/")[2]
    (letter,) = letters(ctx, wanted, kai, "crew_ask")
    live = replace(ctx, settings=replace(ctx.settings, stage="production"))
    shown = as_sent(live, letter)
    left = render(ctx.settings, companies.load(ctx), letter.kind, letter.values)

    assert "Answer here, yes or no" in shown.text
    assert key not in f"{shown}{letter}" and letter.kind in SECRET
    assert key in left.text and key in left.html


# I was handed money


def hand(client: PageClient, event: Event, **more: str) -> Any:
    said = {"amount": "50", "what": "fare", "payment_method": "cash", "patron_name": "Jane", **more}
    return client.see(f"/scc/crew/{event.exact_ref}/handed").form("/handed").fill(**said)


def test_it_logs_nothing_and_waits_for_the_office(
    crew: PageClient, ctx: Context, sail: Event
) -> None:
    before = len(given.payments(ctx, sail))
    hand(crew, sail).submit()
    office = crew.application.test_client()
    assert isinstance(office, PageClient)
    office.sign_in()

    assert len(given.payments(ctx, sail)) == before
    assert "$50 from Jane, cash" in office.see("/scc/").text


def test_sent_twice_it_waits_once(crew: PageClient, admin: PageClient, ctx: Context) -> None:
    event = charter(ctx, ctx.today() + timedelta(days=1))
    form = hand(admin, event)
    form.submit()
    form.submit()

    assert len(admin.see("/scc/").all(".//section[@aria-labelledby='handed-title']//li")) == 1


@pytest.mark.parametrize(("what", "field"), [("fare", "amount"), ("tip", "tip")])
def test_its_payment_is_filled_in_and_logged_once(
    admin: PageClient, ctx: Context, what: str, field: str
) -> None:
    event = charter(ctx, ctx.today() + timedelta(days=1))
    hand(admin, event, what=what, payment_method="check").submit()
    links = [a.get("href", "") for a in admin.see("/scc/").all(".//a")]
    link = next(url for url in links if "handed=" in url)
    form = admin.see(link).form("/payment")
    assert (form.values[field], form.values["payment_method"]) == (["50"], ["check"])
    form.submit()
    form.submit()

    assert len(given.payments(ctx, event)) == 1
    assert not admin.see("/scc/").has(".//section[@aria-labelledby='handed-title']")


def test_two_admins_log_it_once(admin: PageClient, ctx: Context) -> None:
    event = charter(ctx, ctx.today() + timedelta(days=1))
    key = hand_over(ctx, event, 5000)
    path = f"/scc/events/{event.exact_ref}/payment?handed={key}"
    first, second = (admin.see(path).form("/payment") for _ in range(2))
    first.submit()
    second.submit()

    assert len(given.payments(ctx, event)) == 1


def test_it_is_dismissed_and_gone(admin: PageClient, ctx: Context) -> None:
    event = charter(ctx, ctx.today() + timedelta(days=1))
    hand_over(ctx, event)
    admin.see("/scc/").form("/dismiss").submit()

    assert not admin.see("/scc/").has(".//section[@aria-labelledby='handed-title']")
    assert len(given.payments(ctx, event)) == 0


def test_nobody_can_fill_the_dashboard_up(crew: PageClient, ctx: Context, sail: Event) -> None:
    said = [
        Handed(f"{n:032x}", sail.exact_ref, "Alice", 100, 0, "cash", "Jane", "Kai", "", "")
        for n in range(MOST)
    ]
    ctx.db.write(Put(STATE, handed.KEY | {f"n{one.key}": one.item() for one in said}))

    answer = hand(crew, sail).submit()

    assert (answer.status_code, len(handed.all_waiting(ctx))) == (422, MOST)
    assert "Tell them in person" in crew.page.text
    assert crew.page.form("/handed").values["patron_name"] == ["Jane"]  # nothing typed is lost


@pytest.mark.parametrize(
    "amount", ["12,50", "", "0", "-5", "1e9", "NaN", "٣", "0.001", "9" * 30, "<b>5</b>", "5\x005"]
)
def test_a_wrong_amount_comes_back(
    crew: PageClient, ctx: Context, sail: Event, amount: str
) -> None:
    answer = hand(crew, sail, amount=amount).submit()

    assert (answer.status_code, crew.page.form("/handed").values["patron_name"]) == (422, ["Jane"])
    assert handed.all_waiting(ctx) == []


def test_its_key_for_other_money_tells_of_none(crew: PageClient, ctx: Context, sail: Event) -> None:
    """A page that came back from the browser's memory, and was filled in anew."""
    form = hand(crew, sail)
    form.submit()
    answer = form.fill(amount="70").submit()

    assert answer.status_code == 422 and "This form was used before" in crew.page.text
    assert [one.cents for one in handed.all_waiting(ctx)] == [5000]
    crew.page.form("/handed").submit()
    assert [one.cents for one in handed.all_waiting(ctx)] == [5000, 7000]
