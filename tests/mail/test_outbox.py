"""A letter waits in the outbox from the change it tells of until it has left."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from scc.context import Context
from scc.corrections.service import Once, undo, void
from scc.events.model import Event
from scc.ledger import store as ledger
from scc.mail import service, store
from scc.mail.model import TRIES, next_try
from scc.payments.model import NewPayment
from scc.payments.service import log_payment
from tests.emulator import Clock
from tests.hooks import calls, refusing, without_conditions
from tests.mail.conftest import ADDRESS, as_deployed, later, posted, the
from tests.older import OlderClient
from tests.payments.acts import MOANA, pay
from tests.wire import at_once

Sent = Callable[[], list[dict[str, Any]]]


def subjects(ses: Sent) -> list[str]:
    return [message["Subject"] for message in ses()]


def test_a_payment_queues_a_receipt_and_the_owners_letter(
    ctx: Context, event: Event, ses: Sent
) -> None:
    pay(ctx, event.exact_ref, method="check")

    assert {(one.kind, one.to, one.state) for one in posted(ctx, event)} == {
        ("owner_payment", "owner@example.com", "waiting"),
        ("receipt", ADDRESS, "waiting"),
    }
    assert ses() == []


def test_it_is_in_the_payments_own_transaction(ctx: Context, event: Event) -> None:
    with calls(ctx.db.client) as made:
        pay(ctx, event.exact_ref)

    (write,) = [call for call in made if call.writes]
    tables = [next(iter(one.values()))["TableName"] for one in write.request["TransactItems"]]
    assert tables.count("scc-local-state") == 2


def test_no_payment_no_letter(ctx: Context, event: Event) -> None:
    refused = refusing(ctx.db.client, "ValidationException", "TransactWriteItems")
    with refused, pytest.raises(Exception, match="ValidationException"):
        pay(ctx, event.exact_ref)

    assert posted(ctx, event) == []


def test_one_payment_one_receipt(ctx: Context, event: Event) -> None:
    pay(ctx, event.exact_ref, key="once")
    pay(ctx, event.exact_ref, key="once")

    assert len(posted(ctx, event, "receipt")) == 1


def test_a_receipt_leaves_after_two_minutes(
    ctx: Context, event: Event, clock: Clock, ses: Sent
) -> None:
    pay(ctx, event.exact_ref, method="check", payer="Alice Nakamura")

    assert vars(later(clock, ctx, seconds=118)) == vars(service.Drained())
    done = later(clock, ctx, seconds=4)

    assert (done.sent, sorted(subjects(ses))) == (
        2,
        ["$450 by check from Alice Nakamura", "We have your check for $450"],
    )
    assert (the(ctx, event).state, the(ctx, event).way) == ("sent", "SES")


def test_it_leaves_once_however_many_send(
    ctx: Context, event: Event, clock: Clock, ses: Sent
) -> None:
    pay(ctx, event.exact_ref)
    clock.advance(minutes=3)

    at_once([lambda: service.drain(ctx)] * 6)
    service.drain(ctx)

    assert len(ses()) == 2


def test_without_the_claims_condition_it_would_leave_more_than_once(
    ctx: Context, event: Event, clock: Clock, ses: Sent
) -> None:
    """The guard of the test above."""
    pay(ctx, event.exact_ref)
    clock.advance(minutes=3)
    due = store.due(ctx, 10)

    with without_conditions(ctx.db.client):
        for letter in [*due, *due]:
            service._deliver(ctx, letter, service.Drained())

    assert len(ses()) == 4


def test_undo_takes_it_along(ctx: Context, event: Event, clock: Clock, ses: Sent) -> None:
    pay(ctx, event.exact_ref)
    clock.advance(minutes=1)
    undo(ctx, event.exact_ref, 2, MOANA)

    later(clock, ctx, minutes=5)

    assert ses() == []
    assert {(one.kind, one.state) for one in posted(ctx, event)} == {
        ("receipt", "withdrawn"),
        ("owner_payment", "withdrawn"),
    }


def test_once_it_has_left_a_correction_follows(
    ctx: Context, event: Event, clock: Clock, ses: Sent
) -> None:
    pay(ctx, event.exact_ref, method="check", payer="Alice Nakamura")
    later(clock, ctx, minutes=3)
    undo(ctx, event.exact_ref, 2, MOANA)

    later(clock, ctx, minutes=3)

    assert subjects(ses)[2:] == ["A correction about your check for $450"]


def test_logged_anew_the_correction_says_what_is_right(
    ctx: Context, event: Event, clock: Clock, ses: Sent
) -> None:
    pay(ctx, event.exact_ref, method="check", payer="Alice Nakamura")
    later(clock, ctx, minutes=3)
    anew = NewPayment("Alice Nakamura", 40500, "check", ctx.today())
    void(ctx, event.exact_ref, 2, "A slip", anew, Once("void-1"), MOANA)

    later(clock, ctx, minutes=3)

    correction = next(one for one in ses() if one["Subject"].startswith("A correction"))
    assert "we have your check for $405." in correction["BodyText"]
    assert "$45 is still to come" in correction["BodyText"]
    assert len(posted(ctx, event, "receipt")) == 1


def test_logged_anew_in_time_only_the_right_receipt_leaves(
    ctx: Context, event: Event, clock: Clock, ses: Sent
) -> None:
    pay(ctx, event.exact_ref, method="check", payer="Alice Nakamura")
    anew = NewPayment("Alice Nakamura", 40500, "check", ctx.today())
    void(ctx, event.exact_ref, 2, "A slip", anew, Once("void-1"), MOANA)

    later(clock, ctx, minutes=3)

    assert sorted(subjects(ses)) == [
        "$405 by check from Alice Nakamura",
        "We have your check for $405",
    ]


def test_a_receipt_that_may_have_left_is_corrected_or_replaced(
    ctx: Context, event: Event, clock: Clock, ses: Sent
) -> None:
    """Somebody is sending it just now: only afterwards is it known whether it left."""
    pay(ctx, event.exact_ref, method="check", payer="Alice Nakamura")
    clock.advance(minutes=3)
    receipt = the(ctx, event)
    ctx.db.transact([store.claim(ctx, receipt)])
    anew = NewPayment("Alice Nakamura", 40500, "check", ctx.today())
    void(ctx, event.exact_ref, 2, "A slip", anew, Once("void-1"), MOANA)
    claimed = the(ctx, event)

    ctx.db.transact([store.did_not_leave(claimed)])  # it was refused
    later(clock, ctx, minutes=3)

    assert "We have your check for $405" in subjects(ses)
    assert not [one for one in subjects(ses) if "450" in one or "correction" in one]


def test_what_left_although_it_was_withdrawn_is_told_truly(
    ctx: Context, event: Event, clock: Clock, ses: Sent
) -> None:
    pay(ctx, event.exact_ref, method="check", payer="Alice Nakamura")
    clock.advance(minutes=3)
    receipt = the(ctx, event)
    ctx.db.transact([store.claim(ctx, receipt)])
    undo(ctx, event.exact_ref, 2, MOANA)
    claimed = the(ctx, event)

    ctx.db.transact([store.sent(ctx, claimed, "SES", "1")])
    later(clock, ctx, minutes=3)

    assert the(ctx, event).state == "sent"
    assert "A correction about your check for $450" in subjects(ses)


def test_a_letter_is_tried_eight_times_over_a_day_then_it_failed(
    ctx: Context, event: Event, clock: Clock, ses: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")  # SES alone: a client has its own
    ctx = as_deployed(ctx)
    pay(ctx, event.exact_ref)
    clock.advance(minutes=2, seconds=1)
    tries = []
    while (receipt := the(ctx, event)).state == "waiting":
        service.drain(ctx)
        tries.append(the(ctx, event).tries)
        clock.advance(seconds=max(1, the(ctx, event).due - int(ctx.now().timestamp())))

    assert tries == list(range(1, TRIES + 1))
    assert (receipt.state, receipt.reason) == ("failed", "SES could not be reached")
    assert ses() == []


def test_the_waits_grow() -> None:
    waits = [next_try(tries) for tries in range(1, TRIES)]

    assert waits == sorted(waits, key=lambda wait: wait or timedelta())
    assert next_try(TRIES) is None
    assert timedelta(hours=20) < sum(filter(None, waits), timedelta()) < timedelta(days=1)


def test_one_that_is_broken_keeps_no_other_from_leaving(
    ctx: Context, event: Event, clock: Clock, ses: Sent
) -> None:
    pay(ctx, event.exact_ref)
    broken = the(ctx, event)
    ctx.db.write(store._change(broken, {"values": {}}))

    done = later(clock, ctx, minutes=3)

    assert (done.sent, done.waiting) == (1, 1)
    assert the(ctx, event).reason == "The letter could not be written"


def test_a_payment_by_the_older_api_is_told_to_both(
    ctx: Context, event: Event, api: OlderClient, clock: Clock, ses: Sent
) -> None:
    api.log(event_id=event.slug, patron_name="Alice Nakamura")

    later(clock, ctx, minutes=3)

    letter = next(one for one in ses() if one["To"] == ["owner@example.com"])
    assert "Logged by older api." in letter["BodyText"]
    assert len(ses()) == 2


def test_mail_that_is_down_never_fails_a_payment(
    ctx: Context, event: Event, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    pay(ctx, event.exact_ref)
    later(clock, as_deployed(ctx), minutes=3)

    assert ledger.entries(ctx, event.ledger)[-1].kind == "payment"
    assert the(ctx, event).state == "waiting"


def test_what_the_booking_system_took_has_its_receipt_there(ctx: Context, event: Event) -> None:
    log_payment(ctx, event.exact_ref, NewPayment("Alice", 45000, "booking", key="k"), MOANA)

    assert [one.kind for one in posted(ctx, event)] == ["owner_payment"]
