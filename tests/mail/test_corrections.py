"""Letters that follow what was corrected, moved or cancelled."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest

from scc.banking.service import Bounce, bounce
from scc.context import Context
from scc.corrections.model import Refund
from scc.corrections.service import Once, move, refund
from scc.endings.service import end_event
from scc.events import store as events
from scc.events.model import Event
from scc.events.service import Details, change_event, reinstate_event
from scc.mail import store
from tests.emulator import Clock
from tests.given import charter
from tests.mail.conftest import ADDRESS, later, posted, the
from tests.payments.acts import MOANA, pay

Sent = Callable[[], list[dict[str, Any]]]
SATURDAY = date(2030, 5, 25)


@pytest.fixture
def app_env(app_env: dict[str, str]) -> dict[str, str]:
    """Without the owner: these letters go to patrons."""
    return app_env | {"SCC_OWNER_EMAIL": ""}


def told(ctx: Context, clock: Clock, ses: Sent) -> list[str]:
    """The subjects of what leaves within an hour."""
    for _ in range(3):
        later(clock, ctx, minutes=20)
    return [message["Subject"] for message in ses()]


def changed(ctx: Context, event: Event, day: date, hour: time = time(18)) -> Event:
    now = events.load(ctx, event.exact_ref)
    details = Details("Alice", "Alice Nakamura", day, "sunset", hour, patron_email=ADDRESS)
    return change_event(ctx, now.exact_ref, details, now.version, MOANA)


def ended(ctx: Context, event: Event, how: str, answer: str = "") -> Event:
    once = Once(f"{how}-{answer}")
    return end_event(ctx, event.exact_ref, how, answer, "", once, MOANA).event


def give_back(ctx: Context, event: Event, sent: bool = False) -> None:
    wanted = Refund(20000, "zelle", "Alice", ctx.today(), "Fog", sent=sent)
    refund(ctx, event.exact_ref, wanted, Once("refund"), MOANA)


def test_a_refund_of_what_was_sent_is_told(
    ctx: Context, event: Event, clock: Clock, ses: Sent
) -> None:
    pay(ctx, event.exact_ref)
    later(clock, ctx, minutes=3)
    give_back(ctx, event)

    assert told(ctx, clock, ses)[1:] == ["We are sending $200 back to you"]


def test_it_follows_the_receipt_and_never_overtakes_it(
    ctx: Context, event: Event, clock: Clock, ses: Sent
) -> None:
    pay(ctx, event.exact_ref)
    give_back(ctx, event, sent=True)

    assert told(ctx, clock, ses) == [
        "We have the $450 by Zelle from Alice Moreno",
        "We have sent $200 back to you",
    ]


def test_of_money_that_nobody_was_told_of_nobody_is_told(
    ctx: Context, clock: Clock, ses: Sent
) -> None:
    event = charter(ctx, SATURDAY)  # without an address
    pay(ctx, event.exact_ref)
    give_back(ctx, event)

    assert told(ctx, clock, ses) == []


def test_a_check_that_comes_back_is_told(
    ctx: Context, event: Event, clock: Clock, ses: Sent
) -> None:
    pay(ctx, event.exact_ref, method="check", payer="Alice")
    later(clock, ctx, minutes=3)
    seen = events.load(ctx, event.exact_ref).money_seen
    bounce(ctx, event.exact_ref, Bounce(2, ctx.today(), "No funds", 0, "b", seen), MOANA)

    assert told(ctx, clock, ses)[1:] == ["The bank returned your check for $450"]


def test_logged_for_the_wrong_sail_both_are_told(
    ctx: Context, event: Event, clock: Clock, ses: Sent
) -> None:
    bo = charter(ctx, SATURDAY, name="Bo", patron_email="bo@example.com")
    pay(ctx, event.exact_ref, method="check", payer="Alice")
    later(clock, ctx, minutes=3)
    move(ctx, event.exact_ref, 2, bo.exact_ref, "Bo's", Once("m"), MOANA)

    told(ctx, clock, ses)
    assert sorted((m["To"][0], m["Subject"]) for m in ses()[1:]) == [
        (ADDRESS, "A correction about your check for $450"),
        ("bo@example.com", "We have the check for $450 from Alice"),
    ]


def test_between_two_sails_of_one_patron_nobody_is_told(
    ctx: Context, event: Event, clock: Clock, ses: Sent
) -> None:
    other = charter(ctx, SATURDAY, patron_email=ADDRESS)
    pay(ctx, event.exact_ref)
    move(ctx, event.exact_ref, 2, other.exact_ref, "The other", Once("m"), MOANA)

    assert len(told(ctx, clock, ses)) == 1


def test_moved_is_told_with_both_times(ctx: Context, event: Event, clock: Clock, ses: Sent) -> None:
    changed(ctx, event, SATURDAY)

    assert told(ctx, clock, ses) == ["Your sail is now on Saturday 25 May at 6:00 pm"]
    assert "It was to be on Thursday 23 May at 6:00 pm." in ses()[0]["BodyText"]


def test_moved_twice_is_told_once(ctx: Context, event: Event, clock: Clock, ses: Sent) -> None:
    changed(ctx, event, SATURDAY)
    changed(ctx, event, SATURDAY, time(19, 30))

    assert told(ctx, clock, ses) == ["Your sail is now on Saturday 25 May at 7:30 pm"]
    assert "It was to be on Thursday 23 May at 6:00 pm." in ses()[0]["BodyText"]


def test_moved_there_and_back_is_not_told(
    ctx: Context, event: Event, clock: Clock, ses: Sent
) -> None:
    changed(ctx, event, SATURDAY)
    changed(ctx, event, date(2030, 5, 23))

    assert told(ctx, clock, ses) == []


def test_of_a_time_that_nobody_was_told_nothing_is_said(
    ctx: Context, event: Event, clock: Clock, ses: Sent
) -> None:
    """Its letter failed: the patron still knows the first time alone."""
    changed(ctx, event, SATURDAY)
    ctx.db.transact([store.failed(ctx, the(ctx, event, "moved"), "x")])
    changed(ctx, event, SATURDAY, time(19, 30))

    assert told(ctx, clock, ses) == ["Your sail is now on Saturday 25 May at 7:30 pm"]
    assert "It was to be on Thursday 23 May at 6:00 pm." in ses()[0]["BodyText"]


def test_a_sail_that_is_over_moves_in_silence(ctx: Context, clock: Clock, ses: Sent) -> None:
    event = charter(ctx, date(2020, 5, 23), patron_email=ADDRESS)
    changed(ctx, event, date(2020, 5, 24))

    assert told(ctx, clock, ses) == []


@pytest.mark.parametrize(
    ("how", "answer", "says"),
    [
        ("weather", "give_back", "We are sending the $450 that you paid back to you."),
        ("boat", "hold", "We keep the $450 that you paid for another day."),
        ("patron", "keep", "The $450 that you paid stays with us as the fee"),
        ("crew", "", "We will be in touch about the $450 that you paid."),
    ],
)
def test_cancelled_is_told_with_what_becomes_of_the_money(
    ctx: Context, event: Event, clock: Clock, ses: Sent, how: str, answer: str, says: str
) -> None:
    pay(ctx, event.exact_ref)
    later(clock, ctx, minutes=3)
    ended(ctx, event, how, answer)

    assert told(ctx, clock, ses)[1:] == ["Your sail on Thursday 23 May at 6:00 pm is cancelled"]
    assert says in ses()[1]["BodyText"]


@pytest.mark.parametrize("how", ["sailed", "no_show"])
def test_other_endings_are_not_told(ctx: Context, event: Event, how: str) -> None:
    ended(ctx, event, how)

    assert posted(ctx, event) == []


def test_reinstated_in_time_nobody_is_told_of_either(
    ctx: Context, event: Event, clock: Clock, ses: Sent
) -> None:
    ended(ctx, event, "weather")
    reinstate_event(ctx, event.exact_ref, MOANA)

    assert told(ctx, clock, ses) == []


def test_reinstated_afterwards_is_told(ctx: Context, event: Event, clock: Clock, ses: Sent) -> None:
    ended(ctx, event, "weather")
    later(clock, ctx, minutes=3)
    reinstate_event(ctx, event.exact_ref, MOANA)

    assert told(ctx, clock, ses)[1:] == ["Your sail on Thursday 23 May at 6:00 pm is on after all"]


def test_what_waits_with_an_old_time_does_not_leave(
    ctx: Context, event: Event, clock: Clock, ses: Sent
) -> None:
    changed(ctx, event, SATURDAY)
    ended(ctx, event, "weather")

    assert told(ctx, clock, ses) == ["Your sail on Saturday 25 May at 6:00 pm is cancelled"]
    assert the(ctx, event, "moved").state == "withdrawn"
