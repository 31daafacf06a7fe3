"""The weather call: each sail once, each person one letter, whatever happens in between."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask

from scc.context import Context
from scc.errors import Refused
from scc.events import store as events
from scc.events.model import Event
from scc.events.service import Details, change_event
from scc.mail import store as outbox
from scc.mail.model import WAITING, WITHDRAWN, Posted
from scc.ops import scheduled
from scc.ops.reconcile import reconcile
from scc.staff.model import Person
from scc.staff.store import put as put_person
from scc.weather import service, store
from scc.weather.model import CANCEL, DONE, GO, MOVE, OPEN, UNDONE, Told, blocked
from tests.emulator import Clock
from tests.given import ORIGIN, charter, paid
from tests.hooks import Died, dying, meanwhile
from tests.older import audited, stored
from tests.page import Form, PageClient
from tests.weather.acts import begun, call, called, choice
from tests.wire import at_once

Charter = Callable[..., Event]


@pytest.fixture
def tomorrow(ctx: Context) -> date:
    return ctx.today() + timedelta(days=1)


@pytest.fixture
def at(ctx: Context, tomorrow: date) -> Charter:
    """Tomorrow's sail of somebody with an address."""

    def make(name: str, period: str = "sunset", **more: Any) -> Event:
        address = more.pop("address", f"{name.lower()}@example.com")
        return charter(ctx, tomorrow, name, period=period, patron_email=address, **more)

    return make


def letters(ctx: Context, *sails: Event) -> list[Posted]:
    """All that waits or waited about them."""
    return [one for sail in sails for one in outbox.about(ctx, sail.ledger)]


def waiting(ctx: Context) -> list[tuple[str, str]]:
    found = outbox.in_state(ctx, "waiting", 100)
    return sorted((one.to, one.kind) for one in found)


def now(ctx: Context, event: Event) -> Event:
    return events.load(ctx, event.exact_ref)


# What it does


def test_hold_move_and_cancel_in_one_call(ctx: Context, at: Charter, tomorrow: date) -> None:
    held, moved, off = at("Abe", "midday"), at("Bo", "sunset"), at("Cleo", "night")
    later = tomorrow + timedelta(days=3)
    done = service.make_call(
        ctx,
        call(
            ctx,
            choice(ctx, held),
            choice(ctx, moved, MOVE, day=later, hour=time(17)),
            choice(ctx, off, CANCEL),
        ),
        ORIGIN,
    )

    start = now(ctx, moved).local_start(ctx.settings.timezone)
    hold = now(ctx, held).hold_until
    assert (done.state, done.results) == (DONE, {0: "", 1: "", 2: ""})
    assert hold and hold.astimezone(ctx.settings.timezone).time() == time(15)
    assert start and (start.date(), start.time()) == (later, time(17))
    assert now(ctx, moved).moved_from == (moved.starts_at,)
    assert (now(ctx, off).ended, now(ctx, off).cancelled) == ("weather", True)
    assert waiting(ctx) == [
        ("abe@example.com", "held"), ("bo@example.com", "moved"), ("cleo@example.com", "cancelled"),
    ]  # fmt: skip


def test_the_ledger_holds_after_a_call_and_after_it_is_taken_back(
    ctx: Context, at: Charter, tomorrow: date
) -> None:
    """What a call writes of a sail comes with no entry of its money."""
    held, moved, off = at("Abe", "midday"), at("Bo", "sunset"), at("Cleo", "night")
    later = {"day": tomorrow + timedelta(days=3), "hour": time(17)}
    chosen = [choice(ctx, held), choice(ctx, moved, MOVE, **later), choice(ctx, off, CANCEL)]
    made = service.make_call(ctx, call(ctx, *chosen), ORIGIN)
    assert reconcile(ctx).drift == []

    service.undo_call(ctx, made, ORIGIN)

    assert reconcile(ctx).drift == []


def test_what_was_paid_for_a_cancelled_sail_waits_to_be_decided(
    admin: PageClient, ctx: Context, at: Charter
) -> None:
    event = at("Alice")
    paid(ctx, event, 20000)
    called(ctx, event, CANCEL)

    assert now(ctx, event).undecided
    assert "Alice Nakamura" in admin.see("/scc/money").text
    (letter, *_) = [one for one in letters(ctx, event) if one.kind == "cancelled"]
    assert letter.values["amount"] == "$200"


def test_a_person_with_two_sails_gets_one_letter(ctx: Context, at: Charter) -> None:
    one, other = at("Abe", "midday"), at("Abe", "sunset", address="ABE@example.com")
    alone = at("Bo")
    chosen = [choice(ctx, one, CANCEL), choice(ctx, other), choice(ctx, alone)]
    service.make_call(ctx, call(ctx, *chosen), ORIGIN)

    assert waiting(ctx) == [("abe@example.com", "weather"), ("bo@example.com", "held")]
    told = [(letter.kind, letter.state) for letter in letters(ctx, one, other)]
    assert sorted(told) == [("cancelled", "told"), ("held", "told"), ("weather", "waiting")]


def test_the_crew_get_one_letter_each(ctx: Context, at: Charter) -> None:
    one, other = at("Abe", "midday"), at("Bo", "sunset")
    ray = Person("pray00001", "Ray Lind", frozenset({"crew"}), email="ray@example.com")
    kai = Person("pkai00001", "Kai Noa", frozenset({"crew"}), email="kai@example.com")
    ctx.db.transact([put_person(ray), put_person(kai)])
    stations = [{"position": "captain", "person": ray.id, "name": ray.name, "at": "x"}]
    ctx.db.transact([events.change(ctx, one, {"stations": stations})])
    ctx.db.transact([events.change(ctx, other, {"crew": ["Capt. Ray", "Kai Noa"]})])
    chosen = [choice(ctx, sail, CANCEL) for sail in (one, other)]
    service.make_call(ctx, call(ctx, *chosen), ORIGIN)

    crew = [one for one in waiting(ctx) if one[1] == "weather_crew"]
    assert crew == [("kai@example.com", "weather_crew"), ("ray@example.com", "weather_crew")]
    told = [[x.to for x in letters(ctx, y) if x.kind == "weather_crew"] for y in (one, other)]
    assert [sorted(found) for found in told] == [
        ["ray@example.com"],
        ["kai@example.com", "ray@example.com"],
    ]


@pytest.mark.parametrize("left", [True, False])
def test_a_hold_that_is_over_is_told_to_who_knew_of_it(
    ctx: Context, clock: Clock, at: Charter, left: bool
) -> None:
    event = at("Abe")
    called(ctx, event)
    if left:
        clock.advance(minutes=3)
        row = letters(ctx, event)[0]
        ctx.db.transact([outbox.claim(ctx, row)])
    called(ctx, event, GO, id_="go")

    assert now(ctx, event).hold_until is None
    kinds = {one.kind: one.state for one in letters(ctx, event)}
    assert kinds == ({"held": "waiting", "lifted": "waiting"} if left else {"held": WITHDRAWN})


# Once


def test_the_same_call_again_does_nothing_more(ctx: Context, at: Charter) -> None:
    event = at("Abe")
    wanted = call(ctx, choice(ctx, event, CANCEL))
    for _ in range(2):
        assert service.make_call(ctx, wanted, ORIGIN).state == DONE

    kinds = [row["kind"] for row in audited(ctx, event.exact_ref)]
    assert (kinds, waiting(ctx)) == (
        ["event.created", "event.ended"],
        [("abe@example.com", "cancelled")],
    )


@pytest.mark.parametrize("point", ["before", "after"])
@pytest.mark.parametrize("nth", [1, 2, 3, 4, 5])
def test_a_crash_anywhere_is_gone_on_from(ctx: Context, at: Charter, point: str, nth: int) -> None:
    """At the record, at the first sail, between the two, at the letter, at the end: the schedule
    finishes what was begun, and the form sent again what was not."""
    one, other = at("Abe", "midday"), at("Abe", "sunset")
    wanted = call(ctx, choice(ctx, one, CANCEL), choice(ctx, other, CANCEL))
    left = iter(range(1, 100))
    hook = "before-send" if point == "before" else "response-received"

    def die(**_: Any) -> None:
        if next(left) == nth:
            raise Died

    event = f"{hook}.dynamodb.TransactWriteItems"
    ctx.db.client.meta.events.register_first(event, die)
    with pytest.raises(Died):
        service.make_call(ctx, wanted, ORIGIN)
    ctx.db.client.meta.events.unregister(event, die)

    later = ctx.now() + timedelta(minutes=2)
    service.finish_calls(Context(ctx.settings, ctx.db, lambda: later), ORIGIN)
    assert service.make_call(ctx, wanted, ORIGIN).state == DONE
    for sail in (one, other):
        kinds = [row["kind"] for row in audited(ctx, sail.exact_ref)]
        assert kinds == ["event.created", "event.ended"]
    assert waiting(ctx) == [("abe@example.com", "weather")]


def test_the_schedule_finishes_what_was_cut_off(
    ctx: Context,
    clock: Clock,
    app_env: dict[str, str],
    at: Charter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A minute later, before it sends what waits: this call began two minutes ago."""
    event = at("Abe")
    clock.advance(minutes=-2)
    begun(ctx, event)
    for name, value in app_env.items():
        monkeypatch.setenv(name, value)

    assert scheduled.send_mail({}, None)["weather_calls"] == 1
    assert now(ctx, event).cancelled
    assert "weather_calls" not in scheduled.send_mail({}, None)


def test_two_admins_at_once_cancel_it_once(ctx: Context, at: Charter) -> None:
    event = at("Abe")
    calls = [call(ctx, choice(ctx, event, CANCEL), id_=f"call{n}") for n in range(4)]
    done = at_once([lambda one=one: service.make_call(ctx, one, ORIGIN) for one in calls])  # type: ignore[misc]

    assert sorted(one.results[0] == "" for one in done) == [False, False, False, True]
    assert waiting(ctx) == [("abe@example.com", "cancelled")]


def test_what_was_changed_since_it_was_looked_at_is_left_alone(ctx: Context, at: Charter) -> None:
    event, other = at("Abe"), at("Bo")
    wanted = call(ctx, choice(ctx, event, CANCEL), choice(ctx, other, CANCEL))
    paid(ctx, event, 100)
    done = service.make_call(ctx, wanted, ORIGIN)

    assert (done.results[0] != "", done.results[1]) == (True, "")
    assert (now(ctx, event).cancelled, now(ctx, other).cancelled) == (False, True)
    assert ("abe@example.com", "cancelled") not in waiting(ctx)


# Taking it back


def test_undone_every_sail_is_as_it_was_and_nobody_hears_of_it(
    ctx: Context, at: Charter, tomorrow: date
) -> None:
    held, moved, off = at("Abe", "midday"), at("Bo", "sunset"), at("Abe", "night")
    paid(ctx, off, 100)
    before = [stored(ctx, one.exact_ref) for one in (held, moved, off)]
    chosen = [
        choice(ctx, held),
        choice(ctx, moved, MOVE, day=tomorrow + timedelta(days=40), hour=time(9)),
        choice(ctx, off, CANCEL),
    ]
    made = service.make_call(ctx, call(ctx, *chosen), ORIGIN)

    for _ in range(2):
        assert service.undo_call(ctx, made, ORIGIN).state == UNDONE

    after = [stored(ctx, one.exact_ref) for one in (held, moved, off)]
    bare = [{k: v for k, v in item.items() if k != "version"} for item in (*before, *after)]
    assert bare[:3] == bare[3:]
    ours = ("held", "moved", "cancelled", "weather")
    states = {one.state for one in letters(ctx, held, moved, off) if one.kind in ours}
    assert states == {WITHDRAWN}


@pytest.mark.parametrize("what", [MOVE, CANCEL])
def test_what_waited_before_waits_again_when_it_is_taken_back(
    ctx: Context, at: Charter, what: str, tomorrow: date
) -> None:
    """The patron has not been told of an earlier change yet: they are to hear of it after all."""
    event = at("Alice")
    start = event.local_start(ctx.settings.timezone)
    assert start is not None
    known = {"patron_name": event.patron_name, "patron_email": event.patron_email}
    details = Details("Alice", day=start.date(), period="sunset", hour=time(19), **known)
    event = change_event(ctx, event.exact_ref, details, event.version, ORIGIN)
    before = [(one.sort, one.state) for one in letters(ctx, event)]
    assert [state for _, state in before] == [WAITING]

    where = {"day": tomorrow, "hour": time(15)} if what == MOVE else {}
    chosen = call(ctx, choice(ctx, now(ctx, event), what, **where))
    made = service.make_call(ctx, chosen, ORIGIN)
    assert before[0] not in [(one.sort, one.state) for one in letters(ctx, event)]
    service.undo_call(ctx, made, ORIGIN)

    assert waiting(ctx) == [("alice@example.com", "moved")]


def test_what_a_letter_has_told_of_stays(ctx: Context, clock: Clock, at: Charter) -> None:
    told, untold = at("Abe"), at("Bo")
    made = service.make_call(
        ctx, call(ctx, choice(ctx, told, CANCEL), choice(ctx, untold, CANCEL)), ORIGIN
    )
    clock.advance(minutes=3)
    (row,) = [one for one in letters(ctx, told) if one.kind == "cancelled"]
    ctx.db.transact([outbox.claim(ctx, row)])

    service.undo_call(ctx, made, ORIGIN)
    assert (now(ctx, told).cancelled, now(ctx, untold).cancelled) == (True, False)


def test_what_was_changed_since_keeps_its_letter(ctx: Context, at: Charter) -> None:
    """It can't be put back as it was: without its letter nobody would know that it is off."""
    changed, other = at("Abe"), at("Bo")
    made = service.make_call(
        ctx, call(ctx, choice(ctx, changed, CANCEL), choice(ctx, other, CANCEL)), ORIGIN
    )
    paid(ctx, changed, 100)

    service.undo_call(ctx, made, ORIGIN)
    assert (now(ctx, changed).cancelled, now(ctx, other).cancelled) == (True, False)
    assert [one for one in waiting(ctx) if one[1] == "cancelled"] == [
        ("abe@example.com", "cancelled")
    ]


def test_a_change_at_that_moment_keeps_its_letter(ctx: Context, at: Charter) -> None:
    event = at("Abe")
    made = called(ctx, event, CANCEL)
    bump = events.change(ctx, now(ctx, event), {"notes": "Cake"})

    with (
        meanwhile(ctx.db.client, lambda: ctx.db.write(bump)),
        pytest.raises(Refused, match="changed since"),
    ):
        service.undo_call(ctx, made, ORIGIN)
    assert waiting(ctx) == [("abe@example.com", "cancelled")]


def test_a_letter_that_leaves_just_then_keeps_its_sail(
    ctx: Context, clock: Clock, at: Charter
) -> None:
    """At the wire: just before the letters are withdrawn, somebody begins to send one."""
    event = at("Abe")
    made = called(ctx, event, CANCEL)
    (row,) = [one for one in letters(ctx, event) if one.kind == "cancelled"]
    claims = iter([outbox.claim(ctx, row)])

    def meanwhile(**_: Any) -> None:
        if claim := next(claims, None):
            ctx.db.write(claim)

    ctx.db.client.meta.events.register("before-call.dynamodb.TransactWriteItems", meanwhile)
    with pytest.raises(Refused):
        service.undo_call(ctx, made, ORIGIN)

    assert now(ctx, event).cancelled


def test_a_crash_while_it_is_taken_back_is_gone_on_from(
    ctx: Context, clock: Clock, at: Charter
) -> None:
    event = at("Abe")
    made = called(ctx, event, CANCEL)
    with dying(ctx.db.client, "after"), pytest.raises(Died):
        service.undo_call(ctx, made, ORIGIN)
    clock.advance(minutes=1)
    service.finish_calls(ctx, ORIGIN)

    assert not now(ctx, event).cancelled
    found = store.load(ctx, made.day, made.id)
    assert found and found.state == UNDONE


def test_on_again_after_all_is_told_to_who_read_it_in_one_letter(
    ctx: Context, admin: PageClient, clock: Clock, at: Charter
) -> None:
    """The usual way back, from the event's page, knows what the letter of two sails said."""
    one, other = at("Abe", "midday"), at("Abe", "sunset")
    service.make_call(ctx, call(ctx, choice(ctx, one, CANCEL), choice(ctx, other, CANCEL)), ORIGIN)
    admin.see(f"/scc/events/{other.exact_ref}").form("/reinstate").submit()

    assert ("abe@example.com", "reinstated") in waiting(ctx)


def test_sails_told_of_in_one_letter_stay_together() -> None:
    a, b, c = Told("x", "1", ("A", "B")), Told("x", "2", ("B", "C")), Told("x", "3", ("D",))

    assert blocked([a, b, c], [a]) == {"A", "B", "C"}
    assert blocked([a, b, c], []) == frozenset()


# The page


def page(admin: PageClient, day: date) -> Form:
    return admin.see(f"/scc/weather/{day}").form(f"/{day}")


def done(admin: PageClient, form: Form) -> None:
    """Looked at, and done."""
    form.submit()
    again = admin.page.form(f"/{form.action.rpartition('/')[2]}")
    again.values["do"] = ["y"]
    assert again.submit().status_code == 303, admin.page.text


def test_what_the_booking_system_took_waits_on_money_too(
    admin: PageClient, ctx: Context, at: Charter, tomorrow: date
) -> None:
    event = paid(ctx, at("Alice"), method="booking")
    page(admin, tomorrow).fill(what="cancel").submit()
    assert "$450 of what is cancelled waits on Money" in admin.page.text
    called(ctx, event, CANCEL)

    assert now(ctx, event).waits_there
    assert admin.see("/scc/money").has(".//section[@id='there']//li")


def test_one_press_shows_it_and_a_second_one_does_it(
    admin: PageClient, ctx: Context, at: Charter, tomorrow: date
) -> None:
    event, other = at("Abe", "midday"), at("Bo", "sunset")
    paid(ctx, event, 20000)
    page(admin, tomorrow).fill(what="cancel", reason="Gale").submit()
    for words in ("Abe Nakamura: cancelled", "2 patrons", "$200 of what is cancelled"):
        assert words in admin.page.text
    assert not now(ctx, event).cancelled

    form = admin.page.form(f"/{tomorrow}")
    form.values["do"] = ["y"]
    assert form.submit().status_code == 303
    assert [now(ctx, one).cancelled_reason for one in (event, other)] == ["Gale", "Gale"]


def test_what_is_changed_after_it_was_looked_at_is_looked_at_again(
    admin: PageClient, ctx: Context, at: Charter, tomorrow: date
) -> None:
    event = at("Abe")
    page(admin, tomorrow).fill(what="hold", until="15:00").submit()
    form = admin.page.form(f"/{tomorrow}").fill(what="cancel")
    form.values["do"] = ["y"]
    form.submit()

    assert "Abe Nakamura: cancelled" in admin.page.text
    assert not now(ctx, event).cancelled


def test_each_sail_can_have_its_own(
    admin: PageClient, ctx: Context, at: Charter, tomorrow: date
) -> None:
    one, other, third = at("Abe", "midday"), at("Bo", "sunset"), at("Cleo", "night")
    name = str(other.exact_ref).encode().hex()
    leave = str(third.exact_ref).encode().hex()
    form = page(admin, tomorrow).fill(what="hold", until="15:00")
    form.fill(**{f"what-{name}": "hold", f"until-{name}": "17:30", f"what-{leave}": "leave"})
    form.submit()
    form = admin.page.form(f"/{tomorrow}")
    form.values["do"] = ["y"]
    form.submit()

    zone = ctx.settings.timezone
    holds = [now(ctx, sail).hold_until for sail in (one, other, third)]
    assert [hold and hold.astimezone(zone).time() for hold in holds] == [
        time(15),
        time(17, 30),
        None,
    ]


@pytest.mark.parametrize(
    "wrong", [{}, {"what": "hold"}, {"what": "move"}, {"what": "move", "day": "x"}]
)
def test_what_is_missing_is_asked_for(
    admin: PageClient, at: Charter, tomorrow: date, wrong: dict[str, str]
) -> None:
    at("Abe")

    assert page(admin, tomorrow).fill(**wrong).submit().status_code == 422


def test_a_sail_does_not_move_to_where_it_is(
    admin: PageClient, ctx: Context, at: Charter, tomorrow: date
) -> None:
    event = at("Abe")
    assert page(admin, tomorrow).fill(what="move", day=str(tomorrow)).submit().status_code == 422

    assert "Choose what becomes of at least one sail" in admin.page.text
    assert (now(ctx, event).version, waiting(ctx)) == (event.version, [])


@pytest.mark.parametrize("what", ["hold", "move"])
def test_an_hour_that_is_over_is_refused(
    admin: PageClient, ctx: Context, at: Charter, clock: Clock, tomorrow: date, what: str
) -> None:
    event = at("Abe")
    assert event.starts_at
    clock.set(event.starts_at - timedelta(hours=1))
    admin.sign_in()
    until = (event.starts_at - timedelta(hours=2)).astimezone(ctx.settings.timezone)
    wanted = {"until": f"{until:%H:%M}"} if what == "hold" else {
        "day": str(tomorrow), "hour": f"{until:%H:%M}"
    }  # fmt: skip

    assert page(admin, tomorrow).fill(what=what, **wanted).submit().status_code == 422
    assert "is over" in admin.page.text


def test_what_is_over_or_off_is_not_on_the_page(
    admin: PageClient, ctx: Context, at: Charter, tomorrow: date, clock: Clock
) -> None:
    at("Morning", "morning")
    off = at("Off", "midday")
    at("Night", "night")
    called(ctx, off, CANCEL)
    zone = ctx.settings.timezone
    clock.set(datetime.combine(tomorrow, time(13), zone))
    admin.sign_in()
    legends = ["".join(one.itertext()) for one in admin.see("/scc/weather/today").all(".//legend")]
    assert [one for one in legends if "Nakamura" in one] == ["10:00 pm, Night Nakamura"]


def test_a_boat_that_sails_then_already_is_said_before_it_is_done(
    admin: PageClient, ctx: Context, at: Charter, tomorrow: date
) -> None:
    """Also where both of them are moved; not where the other one leaves that hour."""
    at("Abe", "midday")
    at("Bo", "sunset")
    later = tomorrow + timedelta(days=1)
    charter(ctx, later, "Cleo", period="midday")
    page(admin, tomorrow).fill(what="move", day=str(later)).submit()

    assert "Abe Nakamura: moved" in admin.page.text
    assert "Same boat as Cleo Nakamura, 12:00 pm to 2:00 pm" in admin.page.text
    assert admin.page.text.count("Same boat") == 1
    page(admin, tomorrow).fill(what="move", day=str(later), hour="09:00").submit()
    assert "Same boat as Bo Nakamura, 9:00 am" in admin.page.text
    assert admin.page.text.count("Same boat") == 2


@pytest.fixture
def held(admin: PageClient, ctx: Context, at: Charter, tomorrow: date, clock: Clock) -> Event:
    """Tomorrow's sail of 2:00 pm, on hold until 3:00 pm, at 2:30 pm."""
    event = at("Abe", "afternoon")
    called(ctx, event)
    clock.set(datetime.combine(tomorrow, time(14, 30), ctx.settings.timezone))
    admin.sign_in()
    return event


def test_what_is_on_hold_past_its_hour_is_still_to_be_decided(
    admin: PageClient, ctx: Context, held: Event, tomorrow: date
) -> None:
    assert "On hold until 3:00 pm" in admin.see(f"/scc/events/{held.exact_ref}/card").text
    done(admin, page(admin, tomorrow).fill(what="hold", until="16:00"))

    assert now(ctx, held).hold_until == datetime.combine(tomorrow, time(16), ctx.settings.timezone)
    assert ("abe@example.com", "held") in waiting(ctx)


def test_past_its_hour_it_sails_at_another(
    admin: PageClient, ctx: Context, held: Event, tomorrow: date
) -> None:
    """No letter says that it goes at an hour that is over."""
    name = str(held.exact_ref).encode().hex()
    page(admin, tomorrow).fill(**{f"what-{name}": "go"}).submit()

    assert "That hour is over: move it to when it sails." in admin.page.text


def test_a_hold_of_a_day_that_is_over_is_no_question(
    admin: PageClient, ctx: Context, held: Event, tomorrow: date, clock: Clock
) -> None:
    clock.set(datetime.combine(tomorrow + timedelta(days=1), time(8), ctx.settings.timezone))
    admin.sign_in()

    assert "eld until" not in admin.see(f"/scc/events/{held.exact_ref}/card").text
    assert "No sail is to come that day" in admin.see(f"/scc/weather/{tomorrow}").text


def test_a_sentence_is_ended_once(
    ctx: Context, admin: PageClient, at: Charter, tomorrow: date
) -> None:
    at("Abe")
    done(admin, page(admin, tomorrow).fill(what="hold", until="15:00", reason="Gale from noon."))

    (letter,) = [one for one in outbox.in_state(ctx, "waiting", 100) if one.kind == "held"]
    assert letter.values["reason"] == "Gale from noon"


def test_a_call_that_was_cut_off_is_gone_on_with_from_the_page(
    admin: PageClient, ctx: Context, at: Charter, tomorrow: date
) -> None:
    event = at("Abe")
    made = begun(ctx, event)
    assert made.state == OPEN
    admin.see(f"/scc/weather/{tomorrow}").form("/go-on").submit()

    assert now(ctx, event).cancelled


def test_it_is_taken_back_from_the_page(
    admin: PageClient, ctx: Context, at: Charter, tomorrow: date
) -> None:
    event = at("Abe")
    called(ctx, event, CANCEL)
    admin.see(f"/scc/weather/{tomorrow}").form("/undo").submit()

    assert not now(ctx, event).cancelled
    assert "taken back" in admin.see(f"/scc/weather/{tomorrow}").text


def test_the_card_says_that_it_waits_and_then_that_somebody_decides(
    app: Flask, admin: PageClient, ctx: Context, at: Charter, tomorrow: date, clock: Clock
) -> None:
    event = at("Abe", "night")
    called(ctx, event)
    path = f"/scc/events/{event.exact_ref}/card"
    assert "On hold until 3:00 pm" in admin.see(path).text
    clock.set(datetime.combine(tomorrow, time(15, 1), ctx.settings.timezone))
    admin.sign_in()

    assert "Held until 3:00 pm: decide" in admin.see(path).text


@pytest.mark.parametrize("day", ["", "x", "2026-02-30", "1999-01-01", "2026-05-23%00"])
def test_what_is_no_day_is_not_found(admin: PageClient, day: str) -> None:
    assert admin.get(f"/scc/weather/{day}").status_code == 404
