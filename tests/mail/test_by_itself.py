"""*Your sail* at one tap, and by itself two days before; the schedule, and what it notices."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from scc import heartbeat
from scc.context import Context
from scc.corrections.service import Once
from scc.endings.service import end_event
from scc.errors import Refused
from scc.events.model import Event
from scc.events.service import reinstate_event
from scc.letters.service import tell_sail, write_sail_letters
from scc.mail import service
from scc.mail.model import OFFICE
from scc.ops import scheduled
from scc.ops.anchors import write_anchors
from scc.ops.mail import mail_group
from tests.closes.acts import close
from tests.emulator import Clock
from tests.given import ORIGIN, cancelled, charter
from tests.mail.conftest import ADDRESS, later, posted, the
from tests.page import PageClient
from tests.payments.acts import MOANA, pay

Sent = Callable[[], list[dict[str, Any]]]


def at(clock: Clock, day: int, hour: int) -> None:
    """That hour of May 2030 in San Diego: seven behind UTC."""
    clock.set(datetime(2030, 5, day, hour + 7, tzinfo=UTC))


def test_two_days_before_it_goes_by_itself(
    ctx: Context, event: Event, clock: Clock, ses: Sent
) -> None:
    at(clock, 21, 8)
    assert write_sail_letters(ctx) == 0
    at(clock, 21, 9)
    assert write_sail_letters(ctx) == 1
    service.drain(ctx)

    assert [message["Subject"] for message in ses()] == ["Your sail on Thursday 23 May at 6:00 pm"]
    assert the(ctx, event, "your_sail").by == "SCC"


def test_once(ctx: Context, event: Event, clock: Clock) -> None:
    for hour in (9, 10, 11):
        at(clock, 21, hour)
        write_sail_letters(ctx)
    at(clock, 22, 9)
    write_sail_letters(ctx)

    assert len(posted(ctx, event, "your_sail")) == 1


def test_not_where_somebody_has_just_sent_one(
    ctx: Context, event: Event, clock: Clock, admin: PageClient
) -> None:
    at(clock, 21, 10)
    admin.sign_in()
    admin.see(f"/scc/events/{event.slug}").form("/sail-letter").submit()

    assert write_sail_letters(ctx) == 0


def test_one_of_last_month_does_not_count(
    ctx: Context, event: Event, clock: Clock, admin: PageClient
) -> None:
    at(clock, 1, 10)
    admin.sign_in()
    admin.see(f"/scc/events/{event.slug}").form("/sail-letter").submit()
    at(clock, 21, 10)

    assert write_sail_letters(ctx) == 1


@pytest.mark.parametrize(("day", "hour"), [(20, 9), (23, 16), (24, 9)])
def test_not_at_another_time(ctx: Context, event: Event, clock: Clock, day: int, hour: int) -> None:
    at(clock, day, hour)

    assert write_sail_letters(ctx) == 0


def test_not_of_a_sail_that_is_off(ctx: Context, event: Event, clock: Clock) -> None:
    cancelled(ctx, event)
    at(clock, 21, 10)

    assert write_sail_letters(ctx) == 0


def test_what_was_overtaken_is_written_anew(ctx: Context, event: Event, clock: Clock) -> None:
    """It waited while the sail was off for a moment."""
    at(clock, 21, 10)
    write_sail_letters(ctx)
    end_event(ctx, event.exact_ref, "weather", "", "", Once("off"), MOANA)
    reinstate_event(ctx, event.exact_ref, MOANA)

    assert [write_sail_letters(ctx), write_sail_letters(ctx)] == [1, 0]
    states = {one.state for one in posted(ctx, event, "your_sail")}
    assert states == {"withdrawn", "waiting"}


def test_what_somebody_kept_from_leaving_stays_here(
    ctx: Context, event: Event, clock: Clock
) -> None:
    at(clock, 21, 10)
    write_sail_letters(ctx)
    service.take_back(ctx, the(ctx, event, "your_sail"), ORIGIN)
    at(clock, 21, 11)

    assert write_sail_letters(ctx) == 0


@pytest.mark.parametrize(("month", "day"), [(3, 11), (11, 4)])
def test_nine_in_the_morning_also_where_clocks_change(
    ctx: Context, clock: Clock, month: int, day: int
) -> None:
    """In between, on Sunday 10 March and 3 November 2030, a day has 23 or 25 hours."""
    charter(ctx, date(2030, month, day), patron_email=ADDRESS)
    nine = datetime(2030, month, day - 2, 9, tzinfo=ctx.settings.timezone).astimezone(UTC)

    clock.set(nine - timedelta(minutes=1))
    assert write_sail_letters(ctx) == 0
    clock.set(nine)
    assert write_sail_letters(ctx) == 1


def test_not_of_a_sail_that_is_over(ctx: Context, event: Event, clock: Clock) -> None:
    at(clock, 24, 10)

    with pytest.raises(Refused, match="is over"):
        tell_sail(ctx, event.exact_ref, "k", MOANA)


def test_at_one_tap(ctx: Context, event: Event, admin: PageClient, ses: Sent) -> None:
    form = admin.see(f"/scc/events/{event.slug}").form("/sail-letter")
    form.submit()
    form.submit()  # the second tap
    service.drain(ctx)

    (message,) = ses()
    assert message["To"] == [ADDRESS]
    assert "$450. By Zelle to pay@example.com." in message["BodyText"]


# The owner


def office(ctx: Context) -> list[str]:
    found = service.store.about(ctx, OFFICE)
    return [f"{one.kind}: {one.to}" for one in found]


def test_the_owner_gets_each_close(ctx: Context, event: Event, ses: Sent) -> None:
    pay(ctx, event.exact_ref)
    close(ctx, "c")
    service.drain(ctx)

    assert office(ctx) == ["owner_close: owner@example.com"]
    assert [message["Subject"] for message in ses()] == ["Close 1: $450"]
    assert "http://localhost/scc/close/1" in ses()[0]["BodyText"]


def test_and_each_anchor_once(ctx: Context, ses: Sent) -> None:
    (item,) = write_anchors(ctx)
    write_anchors(ctx)
    service.drain(ctx)

    assert office(ctx) == ["owner_anchor: owner@example.com"]
    assert item["hash"] in ses()[0]["BodyText"]


# The schedule


@pytest.fixture
def environment(app_env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in app_env.items():
        monkeypatch.setenv(name, value)


def test_the_scheduled_run_sends_and_logs_one_line(
    ctx: Context, event: Event, admin: PageClient, ses: Sent, environment: None, capsys: Any
) -> None:
    admin.see(f"/scc/events/{event.slug}").form("/sail-letter").submit()
    capsys.readouterr()

    scheduled.send_mail({}, None)

    line = json.loads(capsys.readouterr().out)
    assert (line["job"], line["sent"], line["failed"]) == ("mail", 1, 0)
    assert ADDRESS not in json.dumps(line)
    assert len(ses()) == 1


RELEASE = {
    "id": "2026-05-23T18:22:00Z",
    "news": ["Log a payment in two taps"],
    "passed": ["an admin signs in"],
    "way_back": "flask --app wsgi release rollback production",
    "by": "Moana",
}


def test_the_owner_is_told_of_a_release_once(
    ctx: Context, ses: Sent, clock: Clock, environment: None
) -> None:
    asked = {"command": "scc.ops.scheduled.tell_of_release", "release": RELEASE}
    assert scheduled.tell_of_release(asked, None)["queued"] == 1
    scheduled.tell_of_release(asked, None)

    scheduled.send_mail({}, None)

    (message,) = ses()
    text = json.dumps(message)
    for words in ("Log a payment in two taps", "an admin signs in", "release rollback production"):
        assert words in text


def finding(ctx: Context, what: str) -> service.Finding:
    return next(one for one in service.health(ctx) if one.what == what)


def test_a_silent_schedule_is_noticed(ctx: Context, clock: Clock, ses: Sent) -> None:
    assert finding(ctx, "Schedule").problem
    heartbeat.beat(ctx, "mail")
    assert not finding(ctx, "Schedule").problem
    clock.advance(minutes=11)

    assert finding(ctx, "Schedule").text == "It last ran 11 min ago."
    assert finding(ctx, "Schedule").problem


def test_so_are_letters_that_nobody_sends(
    ctx: Context, event: Event, clock: Clock, ses: Sent
) -> None:
    pay(ctx, event.exact_ref)
    clock.advance(minutes=15)

    assert finding(ctx, "Waiting letters").text == "2 are overdue: nobody sends them."
    later(clock, ctx, seconds=1)
    assert "Waiting letters" not in [one.what for one in service.health(ctx)]


def test_a_command_tells_whether_mail_works_and_sends_what_is_due(
    app: Flask, ctx: Context, event: Event, clock: Clock, ses: Sent
) -> None:
    pay(ctx, event.exact_ref)
    clock.advance(minutes=15)

    with app.app_context():
        health = CliRunner().invoke(mail_group, ["health"])
        sent = CliRunner().invoke(mail_group, ["send"])

    assert health.exit_code == 1
    assert "Waiting letters: 2 are overdue: nobody sends them." in health.output
    assert "Sent: 2. Waiting: 0. Failed: 0." in sent.output
    assert len(ses()) == 2
