"""The sail: ticks that arrive once, hours, and a tip shared to the cent."""

import functools
import itertools
import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from scc.audit.model import iso
from scc.aws import Change
from scc.context import Context
from scc.corrections.service import Once, void
from scc.crew import by_hand, morning, pay, taking_off, tips, voyage
from scc.crew.sailing import Log, Tick, log_of
from scc.errors import Invalid, KeyReused, NotAllowed, NotFound
from scc.events.model import Event
from scc.payments.model import NewPayment
from scc.payments.service import log_payment
from scc.staff import store as staff
from scc.staff.model import Person
from scc.tables import EVENTS
from scc.waivers.service import roll_call
from tests import given
from tests.crew.acts import as_it_is, on, person, sail_to_come
from tests.given import ORIGIN, charter
from tests.page import PageClient
from tests.staff.acts import come_in
from tests.waivers.acts import publish, signed


@pytest.fixture
def kim(ctx: Context) -> Person:
    return person(ctx)


@pytest.fixture
def event(ctx: Context, kim: Person) -> Event:
    """Tomorrow's sail with two crew; Bo has signed."""
    event = sail_to_come(ctx, 1, hour=time(18, 30), guests=4)
    mate = person(ctx, "Dee Ray", "mate")
    by_hand.put_on(ctx, event.exact_ref, kim.id, "captain", "", ORIGIN)
    by_hand.put_on(ctx, event.exact_ref, mate.id, "mate", "", ORIGIN)
    publish(ctx)
    signed(ctx, event)
    return as_it_is(ctx, event)


def press(
    ctx: Context, event: Event, what: str, of: str = "", at: str = "", key: str = ""
) -> Event:
    at = at or iso(ctx.now())
    one = Tick(key or secrets.token_hex(8), what, of, at)
    return voyage.tick(ctx, event.exact_ref, one, ORIGIN)


def bo(ctx: Context, event: Event) -> str:
    return roll_call(ctx, event).waivers[0].sk


def tipped(ctx: Context, event: Event, cents: int) -> None:
    payment = NewPayment("Alice", 45000, "cash", key=secrets.token_hex(8), tip_cents=cents)
    log_payment(ctx, event.exact_ref, payment, ORIGIN)


def back_after(ctx: Context, event: Event, hours: float) -> Event:
    """The event, returned so long after its start."""
    assert event.starts_at
    return press(ctx, event, "returned", at=iso(event.starts_at + timedelta(hours=hours)))


def test_a_tick_that_comes_three_times_is_one(ctx: Context, event: Event) -> None:
    for _ in range(3):
        press(ctx, event, "walk_on", key="one press")

    assert log_of(as_it_is(ctx, event)).heads == 1


def test_the_same_key_for_something_else_is_refused(ctx: Context, event: Event) -> None:
    press(ctx, event, "walk_on", key="one press")

    with pytest.raises(KeyReused):
        press(ctx, event, "fewer", key="one press")


def test_aboard_and_back_ashore(ctx: Context, event: Event) -> None:
    press(ctx, event, "aboard", bo(ctx, event))
    assert log_of(as_it_is(ctx, event)).heads == 1
    press(ctx, event, "ashore", bo(ctx, event))

    assert log_of(as_it_is(ctx, event)).heads == 0


def test_what_was_pressed_last_holds_in_whichever_order_it_arrives(ctx: Context) -> None:
    """Two phones on one deck, one of them without a signal for a while."""
    presses = [
        Tick(f"{n}", what, of, f"2026-05-23T18:{minute:02}:00Z")
        for n, (what, of, minute) in enumerate(
            [
                ("aboard", "bo", 1),
                ("ashore", "bo", 2),
                ("no_show", "kim", 3),
                ("came", "kim", 4),
                ("aboard", "kim", 5),
                ("departed", "", 6),
            ]
        )
    ]
    for order in itertools.permutations(presses):
        log = log_after(order)
        assert (log.aboard, log.no_shows, log.departed) == (("kim",), (), presses[-1].at)


def log_after(ticks: Iterable[Tick]) -> Log:
    return functools.reduce(Log.after, ticks, Log())


def test_a_no_show_that_arrives_after_they_came_is_none(ctx: Context, event: Event) -> None:
    now = ctx.now()
    press(ctx, event, "aboard", bo(ctx, event), at=iso(now))
    press(ctx, event, "no_show", bo(ctx, event), at=iso(now - timedelta(minutes=5)))

    assert log_of(as_it_is(ctx, event)).heads == 1
    assert not roll_call(ctx, as_it_is(ctx, event)).waivers[0].no_show


def test_who_is_aboard_after_all_did_come(ctx: Context, event: Event) -> None:
    """Ticked on a phone that does not know what another one has pressed."""
    press(ctx, event, "no_show", bo(ctx, event))
    press(ctx, event, "aboard", bo(ctx, event))

    roll = roll_call(ctx, as_it_is(ctx, event))
    assert (roll.signed, roll.expected) == (1, 4)


def test_departure_and_return_are_the_captains(
    ctx: Context, client: PageClient, event: Event, kim: Person
) -> None:
    """Guests are ticked by whoever stands at the gangway."""
    mate = next(one for one in staff.everyone(ctx) if one.name == "Dee Ray")
    page = come_in(client, ctx, mate).see(f"/scc/crew/{event.slug}/sail")
    assert "Kim Lind presses these." in page.text
    assert not page.has(".//input[@value='departed']")
    form = page.all("form[@data-tick]")[0]
    values = {i.get("name"): i.get("value") for i in form.findall(".//input")}
    assert client.post(form.get("action", ""), data=values).status_code == 303
    refused = client.post(form.get("action", ""), data=values | {"key": "x", "what": "departed"})
    assert refused.status_code == 403
    assert not log_of(as_it_is(ctx, event)).departed

    taking_off.take_off(ctx, event.exact_ref, on(ctx, event)[0], "", ORIGIN)
    again = client.post(form.get("action", ""), data=values | {"key": "y", "what": "departed"})
    assert again.status_code == 303, "where no captain is on, whoever is presses it"


def test_who_did_not_come_need_not_have_signed(ctx: Context, event: Event) -> None:
    press(ctx, event, "no_show", bo(ctx, event))

    assert roll_call(ctx, as_it_is(ctx, event)).expected == 3


def test_nobody_is_aboard_who_signed_nothing(ctx: Context, event: Event) -> None:
    with pytest.raises(NotFound):
        press(ctx, event, "aboard", "sign#nobody#0")
    with pytest.raises(Invalid):
        press(ctx, event, "mutiny")


def test_without_a_script_each_tick_is_a_form(
    ctx: Context, admin: PageClient, event: Event
) -> None:
    page = admin.see(f"/scc/crew/{event.slug}/sail")
    form = next(f for f in page.all("form") if f.find(".//input[@value='aboard']") is not None)
    values = {i.get("name"): i.get("value") for i in form.findall(".//input")}
    for _ in range(2):
        admin.post(form.get("action", ""), data=values, follow_redirects=True)

    assert admin.page.has(".//li[@class='aboard']")
    assert log_of(as_it_is(ctx, event)).heads == 1


# Hours


def test_the_return_gives_hours_from_the_call(ctx: Context, event: Event) -> None:
    back_after(ctx, event, 2)  # called 45 minutes before

    assert [one.minutes for one in on(ctx, event)] == [165, 165]


def test_a_later_return_corrects_them_but_not_what_was_put_right(
    ctx: Context, event: Event
) -> None:
    event = back_after(ctx, event, 2)
    shares = [tips.Share(165, 0), tips.Share(60, 0)]
    tips.correct(ctx, event.exact_ref, shares, event.version, ORIGIN)
    back_after(ctx, event, 2.5)

    assert [one.minutes for one in on(ctx, event)] == [195, 60]


def test_nobody_comes_back_a_week_later(ctx: Context, event: Event) -> None:
    back_after(ctx, event, 2)
    with pytest.raises(NotAllowed):
        back_after(ctx, event, 7 * 24)

    assert [one.minutes for one in on(ctx, event)] == [165, 165]


def test_a_phone_that_lost_its_calendar_breaks_no_page(
    ctx: Context, admin: PageClient, event: Event
) -> None:
    form = admin.see(f"/scc/crew/{event.slug}/sail").all("form")[-1]
    values = {i.get("name"): i.get("value") for i in form.findall(".//input")}
    values |= {"what": "briefing", "of": "", "at": "0001-01-01T00:00:00Z"}
    admin.post(form.get("action", ""), data=values)

    assert log_of(as_it_is(ctx, event)).briefing
    assert admin.get(f"/scc/crew/{event.slug}/sail").status_code == 200


# Tips


def test_the_tip_is_split_at_the_return_and_a_late_one_too(ctx: Context, event: Event) -> None:
    tipped(ctx, event, 5001)
    back_after(ctx, event, 2)
    assert [one.tip_cents for one in on(ctx, event)] == [2501, 2500]
    tipped(ctx, event, 1000)
    ctx = _after(ctx, event)

    assert [morning.split_late_tips(ctx) for _ in range(2)] == [1, 0]
    assert [one.tip_cents for one in on(ctx, event)] == [3001, 3000]


def _after(ctx: Context, event: Event) -> Context:
    """The same app, the day after."""
    from dataclasses import replace

    assert event.starts_at
    then = event.starts_at + timedelta(days=1)
    return replace(ctx, now=lambda: then)


def test_shares_by_hand_come_to_the_tip(ctx: Context, admin: PageClient, event: Event) -> None:
    tipped(ctx, event, 5000)
    back_after(ctx, event, 2)
    form = admin.see(f"/scc/events/{event.slug}/crew/hours").form("/hours")
    form.fill(hours_0="3", tip_0="40", tip_1="9").submit()
    assert "The tip is $50: share out $1 more." in admin.page.text
    admin.page.form("/hours").fill(tip_1="10").submit()

    assert [(one.minutes, one.tip_cents) for one in on(ctx, event)] == [(180, 4000), (165, 1000)]


def shared_by_hand(ctx: Context, event: Event) -> Event:
    """$80 of tip, shared out as $50 and $30."""
    tipped(ctx, event, 8000)
    event = back_after(ctx, event, 2)
    shares = [tips.Share(165, 5000), tips.Share(165, 3000)]
    return tips.correct(ctx, event.exact_ref, shares, event.version, ORIGIN)


def month_of(ctx: Context, event: Event) -> str:
    start = event.local_start(ctx.settings.timezone)
    assert start
    return f"{start:%Y-%m}"


def told_of(ctx: Context, admin: PageClient, event: Event, words: str) -> bool:
    """Whether the event's page, its hours, the month and the month's CSV all tell it, or none."""
    month = month_of(ctx, event)
    pages = [f"/scc/events/{event.slug}", f"/scc/events/{event.slug}/crew/hours"]
    told = {words in admin.see(page).text for page in [*pages, f"/scc/crew/hours?month={month}"]}
    csv = admin.get(f"/scc/reports/hours.csv?month={month}").get_data(as_text=True)
    told.add(f"{month},Not shared out: {event.slug[:10]} {event.patron_name},0,0.00," in csv)
    assert len(told) == 1
    return told.pop()


def test_a_tip_that_changes_after_shares_by_hand_is_told_and_split_anew(
    ctx: Context, admin: PageClient, event: Event
) -> None:
    shared_by_hand(ctx, event)
    words = "The shares come to $80, the tip is $100: $20 is not shared out."
    assert not told_of(ctx, admin, event, words)
    tipped(ctx, event, 2000)
    assert morning.split_late_tips(_after(ctx, event)) == 0
    assert [one.tip_cents for one in on(ctx, event)] == [5000, 3000]
    assert told_of(ctx, admin, event, words)

    form = admin.see(f"/scc/events/{event.slug}/crew/hours").form("/hours")
    form.submit()
    assert "The tip is $100: share out $20 more." in admin.page.text
    form.fill(evenly="yes").submit()
    assert [one.tip_cents for one in on(ctx, event)] == [5000, 5000]
    assert not told_of(ctx, admin, event, words)
    tipped(ctx, event, 100)
    assert morning.split_late_tips(_after(ctx, event)) == 1, "it is split by itself again"


def test_a_void_after_shares_by_hand_is_told(ctx: Context, admin: PageClient, event: Event) -> None:
    shared_by_hand(ctx, event)
    tip = next(one for one in given.payments(ctx, as_it_is(ctx, event)) if one.tip_cents)
    void(ctx, event.exact_ref, tip.number, "Mistyped", None, Once("void"), ORIGIN)

    assert told_of(ctx, admin, event, "the tip is $0: $80 is too much.")


def test_who_is_taken_off_leaves_a_share_that_is_told(
    ctx: Context, admin: PageClient, event: Event
) -> None:
    shared_by_hand(ctx, event)
    taking_off.take_off(ctx, event.exact_ref, on(ctx, event)[1], "", ORIGIN)

    assert told_of(ctx, admin, event, "The shares come to $50, the tip is $80")


def test_a_tip_of_a_sail_that_never_returned_is_told(ctx: Context, event: Event) -> None:
    ago = ctx.today() - timedelta(days=2)
    yesterdays = charter(ctx, ago, hour=time(18, 30))
    tipped(ctx, yesterdays, 4000)
    tipped(ctx, event, 1000)

    (one,) = pay.uneven_of(ctx, ago.replace(day=1))
    assert (one.ref, one.left.cents) == (yesterdays.exact_ref, 4000)


def test_hours_put_right_leave_the_tip_to_be_split_by_itself(ctx: Context, event: Event) -> None:
    tipped(ctx, event, 5000)
    event = back_after(ctx, event, 2)
    shares = [tips.Share(180, 2500), tips.Share(165, 2500)]
    event = tips.correct(ctx, event.exact_ref, shares, event.version, ORIGIN)
    tipped(ctx, event, 1000)

    assert morning.split_late_tips(_after(ctx, event)) == 1
    assert [(one.minutes, one.tip_cents) for one in on(ctx, event)] == [(180, 3000), (165, 3000)]


def test_a_tip_for_who_did_not_sail_is_in_the_month(ctx: Context, event: Event) -> None:
    tipped(ctx, event, 5000)
    event = back_after(ctx, event, 2)
    shares = [tips.Share(165, 4000), tips.Share(0, 1000)]
    tips.correct(ctx, event.exact_ref, shares, event.version, ORIGIN)
    start = event.local_start(ctx.settings.timezone)
    assert start

    lines = pay.lines_of(ctx, start.date().replace(day=1))
    assert [(one.minutes, one.tip_cents) for one in lines] == [(0, 1000), (165, 4000)]


def test_a_month_by_person_as_csv(ctx: Context, admin: PageClient, event: Event) -> None:
    evil = person(ctx, "=SUM(A1)", "host")
    by_hand.put_on(ctx, event.exact_ref, evil.id, "host", "", ORIGIN)
    tipped(ctx, as_it_is(ctx, event), 1000)
    back_after(ctx, as_it_is(ctx, event), 2)
    start = event.local_start(ctx.settings.timezone)
    assert start
    month = f"{start:%Y-%m}"
    lines = admin.get(f"/scc/reports/hours.csv?month={month}").get_data(as_text=True).split("\r\n")

    assert lines[0].endswith("month,person,sails,hours,tips")
    assert sorted(lines[1:4]) == [
        f"{month},'=SUM(A1),1,2.75,3.33",
        f"{month},Dee Ray,1,2.75,3.33",
        f"{month},Kim Lind,1,2.75,3.34",
    ]
    assert "Kim Lind" in admin.see(f"/scc/crew/hours?month={month}").text


def test_each_sees_their_own(ctx: Context, client: PageClient, event: Event, kim: Person) -> None:
    tipped(ctx, event, 1000)
    back_after(ctx, as_it_is(ctx, event), 2)
    start = event.local_start(ctx.settings.timezone)
    assert start
    crew = come_in(client, ctx, kim)
    text = crew.see(f"/scc/crew/hours?month={start:%Y-%m}").text

    assert "$5" in text and "Dee Ray" not in text
    assert "Alice" in text and "Nakamura" not in text, "of a patron crew know the first name"
    assert crew.get(f"/scc/reports/hours.csv?month={start:%Y-%m}").status_code == 403
    assert crew.get(f"/scc/events/{event.slug}/crew/hours").status_code == 403


def test_a_name_of_the_older_tools_has_its_persons_hours(
    ctx: Context, admin: PageClient, client: PageClient, kim: Person
) -> None:
    """By her first name on one sail, and on another as dispatch puts her on; renamed since."""
    older, newer = charter(ctx), sail_to_come(ctx, 0, hour=time(23, 59))
    ctx.db.write(Change(EVENTS, older.key, set={"crew": ["Kim"]}))
    given.put_aboard(ctx, newer, replace(kim, name="Kim L."))
    for one in (older, newer):
        back_after(ctx, as_it_is(ctx, one), 2)
    month = f"{ctx.today():%Y-%m}"

    text = admin.get(f"/scc/reports/hours.csv?month={month}").get_data(as_text=True)
    assert [line.split(",")[1:3] for line in text.split("\r\n")[1:-1]] == [["Kim Lind", "2"]]
    mine = come_in(client, ctx, kim).see(f"/scc/crew/hours?month={month}")
    assert len(mine.all("p[@class='what']")) == 2


def test_days_off_are_noted_and_taken_back(ctx: Context, admin: PageClient, kim: Person) -> None:
    first = ctx.today() + timedelta(days=10)
    form = admin.see(f"/scc/crew/away?person={kim.id}").form("/away")
    last = first + timedelta(days=1)
    form.fill(since=first.isoformat(), until=last.isoformat(), note="Wedding").submit(
        follow_redirects=True
    )
    assert admin.page.text.count("Wedding") == 2
    buttons: list[Any] = [f for f in admin.page.all("form") if "back" in f.get("action", "")]
    values = {i.get("name"): i.get("value") for i in buttons[0].findall(".//input")}
    admin.post("/scc/crew/away/back", data=values, follow_redirects=True)

    assert admin.page.text.count("Wedding") == 1
