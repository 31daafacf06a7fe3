"""What a booking system says becomes an event; what was set by hand becomes a question."""

import threading
from datetime import time, timedelta
from functools import partial
from typing import Any

import pytest

from scc.bookings import service
from scc.bookings.adopt import adopt
from scc.bookings.model import open_questions
from scc.bookings.service import Seen
from scc.company.model import Boat
from scc.context import Context
from scc.corrections.service import Once
from scc.endings.service import end_event
from scc.errors import Invalid, Refused
from scc.events import store
from scc.events.model import Event, Ref
from scc.events.service import Details, change_event
from scc.events.sources import Source
from scc.ledger import store as ledger
from scc.ops.reconcile import reconcile
from scc.payments.model import NewPayment, Price
from scc.payments.service import change_price, log_payment
from scc.tables import STATE
from tests import given
from tests.bookings.acts import SOURCE, booking, came_in, now, said
from tests.given import ORIGIN, all_events, paid, payments
from tests.hooks import meanwhile, writes
from tests.older import OlderTool, audited
from tests.wire import at_once


def by_hand(ctx: Context, event: Event, **details: Any) -> Event:
    """Somebody changes it in the office."""
    zone = ctx.settings.timezone
    start = event.local_start(zone)
    assert start is not None
    wanted: dict[str, Any] = {
        "first_name": event.first_name,
        "patron_name": event.patron_name,
        "day": start.date(),
        "hour": start.time(),
        "period": event.period,
        "guests": int(event.guests),
        **details,
    }
    return change_event(ctx, event.exact_ref, Details(**wanted), event.version, ORIGIN)


def asks(ctx: Context, event: Event) -> dict[str, Any]:
    return open_questions(now(ctx, event), ctx.settings.timezone)


def answered(ctx: Context, event: Event, field: str, take: bool) -> Event:
    value = asks(ctx, event)[field]
    return service.answer(ctx, event.exact_ref, field, Seen(str(value)), take, ORIGIN)


def sound(ctx: Context) -> None:
    assert reconcile(ctx).drift == []


def test_a_booking_becomes_an_event(ctx: Context) -> None:
    event = came_in(ctx, paid_cents=20000, email="mary@example.com", product="Sunset Sail")

    assert event.slug.endswith("-mary-sunset")
    assert (event.patron_name, event.guests, event.price_cents) == ("Mary Fischer", "8", 45000)
    assert (event.paid_cents, event.settled, event.item["open"]) == (20000, False, "unpaid")
    assert event.item["source"] == {"site": "fareharbor", "ref": "290981542"}
    assert [(e.method, e.cents) for e in payments(ctx, event)] == [("booking", 20000)]
    sound(ctx)


def test_one_that_is_paid_is_in_no_list_of_the_unpaid(ctx: Context) -> None:
    event = came_in(ctx, paid_cents=45000)

    assert (event.settled, "open" in event.item) == (True, False)
    sound(ctx)


def test_without_a_price_a_payment_settles_nothing(ctx: Context) -> None:
    assert not came_in(ctx, price_cents=None, paid_cents=20000).settled


def test_twice_is_once(ctx: Context) -> None:
    event = came_in(ctx, paid_cents=20000)

    with writes(ctx.db.client) as written:
        again = said(ctx, paid_cents=20000)

    assert (again.what, written, len(all_events(ctx))) == ("same", [], 1)
    assert now(ctx, event).version == event.version


def test_at_once_is_once(ctx: Context) -> None:
    """Also where they say different things of it."""
    barrier = threading.Barrier(8)

    def say(n: int) -> None:
        barrier.wait()
        said(ctx, paid_cents=20000, guests=4 + n % 2)

    threads = [threading.Thread(target=say, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    (event,) = all_events(ctx)
    assert [e.cents for e in payments(ctx, event)] == [20000]
    sound(ctx)


def test_what_is_said_while_it_is_being_created_is_not_lost(ctx: Context) -> None:
    with meanwhile(ctx.db.client, lambda: said(ctx)):
        said(ctx, paid_cents=20000)

    (event,) = all_events(ctx)
    assert (event.paid_cents, event.item["said"]["paid"]) == (20000, 20000)
    sound(ctx)


def test_two_sites_may_have_one_number(ctx: Context) -> None:
    said(ctx)
    said(ctx, source=Source("peek", SOURCE.ref))

    assert len(all_events(ctx)) == 2


def test_a_change_there_is_a_change_here(ctx: Context) -> None:
    event = came_in(ctx)
    later = ctx.today() + timedelta(days=9)

    taken = said(ctx, guests=9, name="Mary Fisher", day=later, hour=time(10), price_cents=50000)

    event = now(ctx, event)
    start = event.local_start(ctx.settings.timezone)
    assert taken.what == "changed"
    assert (event.guests, event.patron_name, event.price_cents) == ("9", "Mary Fisher", 50000)
    assert start is not None and (start.date(), start.time()) == (later, time(10))
    assert event.item["month"] == f"{later:%Y-%m}" and len(event.moved_from) == 1
    assert audited(ctx, event.exact_ref)[-1]["changes"]["guests"] == {"from": "8", "to": "9"}
    sound(ctx)


def test_what_it_does_not_say_stays(ctx: Context) -> None:
    event = came_in(ctx, notes="Cake", phone="619")

    assert said(ctx, guests=None, price_cents=None, hour=None).what == "same"
    assert (now(ctx, event).guests, now(ctx, event).notes) == ("8", "Cake")


def test_what_was_set_by_hand_is_never_undone(ctx: Context) -> None:
    event = came_in(ctx)
    by_hand(ctx, event, guests=6)

    assert said(ctx).what == "same"  # it says what it said before
    taken = said(ctx, guests=9)

    assert (taken.what, now(ctx, event).guests) == ("asked", "6")
    assert asks(ctx, event) == {"guests": 9}
    with writes(ctx.db.client) as written:
        assert said(ctx, guests=9).what == "same"
    assert written == []


def test_the_rest_of_such_a_change_goes_in(ctx: Context) -> None:
    event = came_in(ctx)
    by_hand(ctx, event, guests=6)

    said(ctx, guests=9, price_cents=50000)

    assert now(ctx, event).price_cents == 50000


@pytest.mark.parametrize(("take", "guests"), [(True, "9"), (False, "6")])
def test_a_question_is_answered_once(ctx: Context, take: bool, guests: str) -> None:
    event = came_in(ctx)
    by_hand(ctx, event, guests=6)
    said(ctx, guests=9)

    answered(ctx, event, "guests", take)

    assert (now(ctx, event).guests, asks(ctx, event)) == (guests, {})
    with writes(ctx.db.client) as written:
        service.answer(ctx, event.exact_ref, "guests", Seen("9"), take, ORIGIN)
        with pytest.raises(Refused, match="test was quicker, and"):
            service.answer(ctx, event.exact_ref, "guests", Seen("9"), not take, ORIGIN)
    assert (written, said(ctx, guests=9).what) == ([], "same")


def test_two_people_at_once_give_one_answer_and_the_other_is_told(ctx: Context) -> None:
    """Each of them taps twice."""
    event = came_in(ctx)
    paid(ctx, event, 45000)
    said(ctx, paid_cents=45000)

    def tap(take: bool) -> str:
        try:
            service.answer(ctx, event.exact_ref, "paid", Seen("45000"), take, ORIGIN)
        except Refused as error:
            return str(error)
        return ""

    told = at_once([partial(tap, take) for take in (True, False) * 2])

    (record,) = [r for r in audited(ctx, event.exact_ref) if r["kind"] == "booking.answered"]
    took = record["taken"]
    assert [answer == "" for answer in told] == [took, not took] * 2
    assert all("test was quicker" in answer for answer in told if answer)
    assert now(ctx, event).paid_cents == (90000 if took else 45000)
    sound(ctx)


def test_money_that_came_since_the_question_was_read_is_looked_at_first(ctx: Context) -> None:
    event = came_in(ctx, paid_cents=10000)
    said(ctx, paid_cents=5000)
    seen = Seen("5000", now(ctx, event).money_seen)
    paid(ctx, event, 35000)

    with pytest.raises(Refused, match="changed this event's money"):
        service.answer(ctx, event.exact_ref, "paid", seen, True, ORIGIN)
    assert now(ctx, event).paid_cents == 45000


def test_an_answer_to_what_it_no_longer_says_is_refused(ctx: Context) -> None:
    event = came_in(ctx)
    by_hand(ctx, event, guests=6)
    said(ctx, guests=9)
    said(ctx, guests=10)

    with pytest.raises(Refused, match="something else by now"):
        service.answer(ctx, event.exact_ref, "guests", Seen("9"), True, ORIGIN)
    assert asks(ctx, event) == {"guests": 10}


def test_a_question_that_was_settled_by_hand_is_none(ctx: Context) -> None:
    event = came_in(ctx)
    by_hand(ctx, event, guests=6)
    said(ctx, guests=9)

    by_hand(ctx, now(ctx, event), guests=9)

    assert asks(ctx, event) == {}


def test_a_day_alone_leaves_the_hour(ctx: Context) -> None:
    event = came_in(ctx, hour=None, product="Sunset Sail")
    by_hand(ctx, event, hour=time(17, 45))

    said(ctx, hour=None, day=ctx.today() + timedelta(days=2), product="Sunset Sail")

    start = now(ctx, event).local_start(ctx.settings.timezone)
    assert start is not None and start.time() == time(17, 45)


def test_an_hour_that_was_set_by_hand_stays_when_one_is_said(ctx: Context) -> None:
    event = came_in(ctx, hour=None, product="Sunset Sail")
    by_hand(ctx, event, hour=time(17, 45))

    assert said(ctx, product="Sunset Sail").what == "asked"
    assert now(ctx, event).item["start_time"] == "17:45"


# Money


def test_more_money_there_is_an_entry_of_the_difference(ctx: Context) -> None:
    event = came_in(ctx, paid_cents=20000)

    said(ctx, paid_cents=45000)
    said(ctx, paid_cents=45000)

    assert [e.cents for e in payments(ctx, event)] == [20000, 25000]
    assert now(ctx, event).settled
    sound(ctx)


def test_less_money_there_is_a_question(ctx: Context) -> None:
    event = came_in(ctx, paid_cents=20000)

    assert said(ctx, paid_cents=0).what == "asked"
    assert now(ctx, event).paid_cents == 20000
    answered(ctx, event, "paid", take=True)

    assert (now(ctx, event).paid_cents, asks(ctx, event)) == (0, {})
    sound(ctx)


def test_another_sum_is_taken_by_a_void_and_a_payment(ctx: Context) -> None:
    event = came_in(ctx, paid_cents=20000)
    said(ctx, paid_cents=15000)

    answered(ctx, event, "paid", take=True)

    assert now(ctx, event).paid_cents == 15000
    assert [e.cents for e in payments(ctx, event)] == [20000, 15000]
    sound(ctx)


def test_money_that_was_logged_by_hand_is_never_doubled(ctx: Context) -> None:
    """As taken there: nothing is to do. Otherwise it is a question."""
    event = came_in(ctx)
    payment = NewPayment("Mary", 20000, "booking", key="k1")
    log_payment(ctx, event.exact_ref, payment, ORIGIN)
    assert said(ctx, paid_cents=20000).what == "same"

    other = came_in(ctx, source=Source("peek", "1"))
    paid(ctx, other, 20000)
    assert said(ctx, source=Source("peek", "1"), paid_cents=20000).what == "asked"
    assert [e.cents for e in payments(ctx, other)] == [20000]
    sound(ctx)


def test_more_there_beside_money_logged_by_hand_is_a_question(ctx: Context) -> None:
    """What was paid at the dock may have been noted there as well."""
    event = came_in(ctx, paid_cents=10000)
    paid(ctx, event, 35000)

    assert said(ctx, paid_cents=45000).what == "asked"
    assert now(ctx, event).paid_cents == 45000
    sound(ctx)


def test_lines_of_a_price_that_were_set_by_hand_stay(ctx: Context) -> None:
    event = came_in(ctx)
    price = Price({"charter": 40000, "catering": 5000}, "With lunch")
    change_price(ctx, event.exact_ref, price, "k", event.money_seen, ORIGIN)

    assert said(ctx, price_cents=50000).what == "asked"
    assert now(ctx, event).standing.price_lines == {"charter": 40000, "catering": 5000}


def test_a_price_that_was_set_by_hand_stays(ctx: Context) -> None:
    event = came_in(ctx)
    change_price(
        ctx, event.exact_ref, Price({"charter": 40000}, "A friend"), "k", event.money_seen, ORIGIN
    )

    assert said(ctx, price_cents=50000).what == "asked"
    assert now(ctx, event).price_cents == 40000


# Cancelled


def test_a_cancellation_there_ends_an_event_without_money(ctx: Context) -> None:
    event = came_in(ctx)

    assert said(ctx, cancelled=True).what == "changed"
    assert (now(ctx, event).cancelled, now(ctx, event).ended) == (True, "patron")
    assert now(ctx, event).cancelled_reason == "Cancelled at FareHarbor"
    assert said(ctx, cancelled=True).what == "same"


def test_and_back_again(ctx: Context) -> None:
    event = came_in(ctx)
    said(ctx, cancelled=True)

    said(ctx)

    assert not now(ctx, event).cancelled
    assert now(ctx, event).item["open"] == "unpaid"


def test_with_money_it_is_a_question_that_how_it_ended_answers(ctx: Context) -> None:
    event = came_in(ctx, paid_cents=20000)

    assert said(ctx, paid_cents=20000, cancelled=True).what == "asked"
    assert not now(ctx, event).cancelled and now(ctx, event).cancelled_there
    with pytest.raises(Refused, match="Cancel the sail"):
        answered(ctx, event, "cancelled", take=True)
    end_event(ctx, event.exact_ref, "patron", "", "", Once("k"), ORIGIN)

    assert asks(ctx, event) == {}
    sound(ctx)


def test_a_cancellation_that_brings_money_is_a_question(ctx: Context) -> None:
    event = came_in(ctx)

    assert said(ctx, paid_cents=20000, cancelled=True).what == "asked"
    assert (now(ctx, event).cancelled, now(ctx, event).paid_cents) == (False, 20000)
    sound(ctx)


def test_what_does_not_say_whether_it_is_on_leaves_it_off(ctx: Context) -> None:
    event = came_in(ctx)
    said(ctx, cancelled=True)

    said(ctx, cancelled=None, guests=9)

    assert (now(ctx, event).cancelled, now(ctx, event).guests) == (True, "9")


def test_what_was_cancelled_here_stays_so(ctx: Context) -> None:
    event = came_in(ctx)
    end_event(ctx, event.exact_ref, "weather", "", "Fog", Once("k"), ORIGIN)

    assert said(ctx, guests=9).what == "changed"
    assert now(ctx, event).ended == "weather"
    said(ctx, guests=9, cancelled=True)
    assert said(ctx, guests=9).what == "asked"  # it says that it is on again
    assert now(ctx, event).cancelled


def test_one_that_was_never_here_stays_out(ctx: Context) -> None:
    assert said(ctx, cancelled=True).what == "off"
    assert all_events(ctx) == []


# What the older tool left, and what is lost


def test_an_older_event_is_known_by_its_source(ctx: Context, older: OlderTool) -> None:
    day = ctx.today() + timedelta(days=1)
    item = {
        "event_id": f"{day}-mary-sunset",
        "timestamp": 1767632400,
        "patron_name": "Mary Fischer",
    }
    older.put(item | {"source": {"site": "FareHarbor", "ref": SOURCE.ref, "by": "robot"}})
    adopt(ctx.db, ctx.settings.timezone)

    taken = said(ctx, hour=time(18), guests=5, email="mary@example.com")

    (event,) = all_events(ctx)
    assert taken.what == "changed"
    assert (event.guests, event.patron_email) == ("5", "mary@example.com")
    assert event.item["source"]["by"] == "robot"


@pytest.fixture
def twice(ctx: Context, older: OlderTool) -> Event:
    """Put into the table by another program, and said by its booking system before anybody had
    looked there: two events."""
    came_in(ctx)
    source = {"site": "fareharbor", "ref": SOURCE.ref}
    ref = older.has(f"{ctx.today() + timedelta(days=1)}-mary-day", source=source)
    adopt(ctx.db, ctx.settings.timezone)
    return store.load(ctx, ref)


def test_a_booking_that_is_here_twice_is_asked_about(ctx: Context, twice: Event) -> None:
    first = next(event for event in all_events(ctx) if event.slug != twice.slug)
    assert asks(ctx, twice) == {"twice": str(first.exact_ref)}
    assert asks(ctx, first) == {}
    with pytest.raises(Refused, match="Cancel the sail"):
        answered(ctx, twice, "twice", take=True)

    assert said(ctx, guests=9).event == now(ctx, first)  # the one that was known first
    adopt(ctx.db, ctx.settings.timezone)
    assert asks(ctx, twice) == {"twice": str(first.exact_ref)}


def test_somebody_says_that_they_are_two(ctx: Context, twice: Event) -> None:
    answered(ctx, twice, "twice", take=False)
    adopt(ctx.db, ctx.settings.timezone)

    assert asks(ctx, twice) == {}


def test_or_cancels_one_of_them(ctx: Context, twice: Event) -> None:
    end_event(ctx, twice.exact_ref, "patron", "", "", Once("a key"), ORIGIN)

    assert asks(ctx, twice) == {}


def test_taken_over_once_more_it_is_no_other(ctx: Context, older: OlderTool) -> None:
    """The other program writes its whole item anew, without what SCC had added."""
    ref = older.has(source=SOURCE._asdict())
    for _ in range(2):
        adopt(ctx.db, ctx.settings.timezone)
        older.has(source=SOURCE._asdict())
    adopt(ctx.db, ctx.settings.timezone)

    assert asks(ctx, store.load(ctx, ref)) == {}


def test_without_the_state_the_ledger_still_knows_it(ctx: Context) -> None:
    event = came_in(ctx)
    key = {"pk": f"source#{SOURCE.site}#{SOURCE.ref}", "sk": "source"}
    ctx.db.client.delete_item(
        TableName=ctx.db.name(STATE), Key={name: {"S": value} for name, value in key.items()}
    )

    assert said(ctx, guests=9).what == "changed"
    assert (now(ctx, event).guests, len(all_events(ctx))) == ("9", 1)
    assert ctx.db.get(STATE, key)


def test_an_event_that_is_gone_is_not_made_anew(ctx: Context) -> None:
    event = came_in(ctx)
    ctx.db.client.delete_item(
        TableName=ctx.db.name(store.EVENTS),
        Key={"event_id": {"S": event.slug}, "timestamp": {"N": str(event.timestamp)}},
    )

    with pytest.raises(Refused, match="gone from the table"):
        said(ctx)


def test_the_hour_that_the_clock_skips_is_the_next(ctx: Context) -> None:
    taken = service.take_in(
        ctx,
        booking(ctx, day=ctx.today().replace(2031, 3, 9), hour=time(2, 30)),
        ORIGIN,
    )

    assert taken.event is not None and taken.event.item["start_time"] == "03:30"


def test_a_name_without_letters_has_a_slug(ctx: Context) -> None:
    assert "-guest-" in came_in(ctx, name="123 456").slug


def test_it_is_addressed_exactly(ctx: Context) -> None:
    event = came_in(ctx)

    assert store.load(ctx, Ref(event.slug, event.timestamp)).item["said"]["guests"] == 8


def test_a_party_above_the_boats_limit_is_refused_as_new_and_as_changed(ctx: Context) -> None:
    given.boats(ctx, Boat("alma", "Alma", limit=6))
    with pytest.raises(Invalid, match="7 guests, and Alma takes 6 at most"):
        said(ctx, guests=7)

    event = came_in(ctx, guests=6)

    with pytest.raises(Invalid, match="7 guests, and Alma takes 6 at most"):
        said(ctx, guests=7)
    assert now(ctx, event).guests == "6"


def test_what_was_given_back_there_is_said_once(ctx: Context) -> None:
    """Somebody said here that it went back, and its next exports first don't know of it yet."""
    event = came_in(ctx, paid_cents=45000)
    end_event(ctx, event.exact_ref, "weather", "there", "", Once("a key"), ORIGIN)
    for paid_cents in (45000, 0, 0):
        said(ctx, paid_cents=paid_cents)
        after = now(ctx, event)
        assert (after.paid_cents, open_questions(after, ctx.settings.timezone)) == (0, {})


def test_what_it_gave_back_waits_here_no_more(ctx: Context) -> None:
    """The export says it before anybody did."""
    event = came_in(ctx, paid_cents=45000)
    end_event(ctx, event.exact_ref, "weather", "", "", Once("a key"), ORIGIN)
    assert now(ctx, event).waits_there
    assert said(ctx, paid_cents=15000).what == "changed"
    assert (now(ctx, event).paid_cents, now(ctx, event).waits_there) == (15000, True)
    assert [said(ctx, paid_cents=0).what for _ in range(2)] == ["changed", "same"]

    after = now(ctx, event)
    assert (after.paid_cents, after.waits, after.last_payment) == (0, False, None)
    assert open_questions(after, ctx.settings.timezone) == {}
    sound(ctx)


def test_said_here_and_there_at_once_it_went_back_once(ctx: Context) -> None:
    event = came_in(ctx, paid_cents=45000)
    end_event(ctx, event.exact_ref, "weather", "", "", Once("a key"), ORIGIN)

    def here(key: str) -> None:
        end_event(ctx, event.exact_ref, "weather", "there", "", Once(key), ORIGIN)

    def there() -> None:
        said(ctx, paid_cents=0)

    at_once([partial(here, "one"), there, partial(here, "two"), there])

    voids = [e for e in ledger.entries(ctx, event.ledger) if e.kind == "void"]
    assert [e.cents for e in voids] == [45000]
    assert (now(ctx, event).paid_cents, asks(ctx, event)) == (0, {})
    sound(ctx)


def test_what_it_gave_back_of_a_sail_that_is_on_is_a_question(ctx: Context) -> None:
    event = came_in(ctx, paid_cents=45000)

    assert said(ctx, paid_cents=0).what == "asked"
    assert now(ctx, event).paid_cents == 45000


def test_what_it_gave_back_leaves_what_came_otherwise(ctx: Context) -> None:
    """Cash of a sail that fell through waits for its own answer."""
    event = came_in(ctx, paid_cents=20000)
    paid(ctx, event, 25000)
    end_event(ctx, event.exact_ref, "weather", "", "", Once("a key"), ORIGIN)
    said(ctx, paid_cents=0)

    after = now(ctx, event)
    assert (after.paid_cents, after.waits_there, after.undecided) == (25000, False, True)
    sound(ctx)
