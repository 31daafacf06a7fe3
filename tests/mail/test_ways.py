"""R20: which way a letter takes, and what happens where a way is closed, busy or silent."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scc.context import Context
from scc.events.model import Event
from scc.mail import service
from scc.mail.model import OFFICE
from scc.ops.alarms import ALARMS
from tests.emulator import Clock
from tests.mail.conftest import ADDRESS, as_deployed, later, posted, the
from tests.mail.doubles import DEAD, DOWN, SENDER, Google, Reply, body
from tests.ops.pattern import fits
from tests.payments.acts import pay

ByGmail = Callable[..., Context]
Sent = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def app_env(app_env: dict[str, str]) -> dict[str, str]:
    return app_env | {"SCC_OWNER_EMAIL": ""}


@pytest.fixture
def receipt(ctx: Context, event: Event, clock: Clock) -> Event:
    """An event with a letter that is due: the receipt alone."""
    pay(ctx, event.exact_ref, method="check", payer="Alice Nakamura")
    clock.advance(minutes=3)
    return event


def test_by_service_account(by_gmail: ByGmail, google: Google, receipt: Event, ses: Sent) -> None:
    ctx = by_gmail(gmail_service_account=google.service_account())

    service.drain(ctx)

    (message,) = google.sent
    assert (message["From"], message["To"]) == (f"Queen of San Diego <{SENDER}>", ADDRESS)
    assert body(message, "plain").startswith("Hi Alice,\n\nWe have your check for $450")
    assert (the(ctx, receipt).way, ses()) == ("Gmail", [])


def test_by_token(by_gmail: ByGmail, google: Google, receipt: Event) -> None:
    ctx = by_gmail(gmail_token=google.authorised_user())

    service.drain(ctx)

    assert (len(google.sent), google.asked[0]) == (1, "/token")


def test_the_service_account_goes_first(by_gmail: ByGmail, google: Google, receipt: Event) -> None:
    ctx = by_gmail(
        gmail_service_account=google.service_account(), gmail_token=google.authorised_user()
    )

    service.drain(ctx)

    assert google.asked == ["/token", "/gmail/v1/users/me/messages/send"]


def test_a_token_that_holds_is_used_as_it_is(
    by_gmail: ByGmail, google: Google, receipt: Event
) -> None:
    fresh = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    ctx = by_gmail(gmail_token=google.authorised_user(token="holds", expiry=fresh))

    service.drain(ctx)

    assert google.asked == ["/gmail/v1/users/me/messages/send"]


def test_an_expired_one_is_refreshed(by_gmail: ByGmail, google: Google, receipt: Event) -> None:
    past = "2026-01-01T00:00:00Z"
    ctx = by_gmail(gmail_token=google.authorised_user(token="stale", expiry=past))

    service.drain(ctx)

    assert (google.asked[0], len(google.sent)) == ("/token", 1)


def test_one_that_was_revoked_early_is_refreshed_once(
    by_gmail: ByGmail, google: Google, receipt: Event
) -> None:
    fresh = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    google.mail = [(401, b"{}")]
    ctx = by_gmail(gmail_token=google.authorised_user(token="revoked", expiry=fresh))

    service.drain(ctx)

    assert [path[:6] for path in google.asked] == ["/gmail", "/token", "/gmail"]
    assert len(google.sent) == 1


def test_the_access_token_is_kept_between_letters(
    by_gmail: ByGmail, google: Google, receipt: Event, ctx: Context, clock: Clock
) -> None:
    pay(ctx, receipt.exact_ref, 20)
    clock.advance(minutes=3)
    with_gmail = by_gmail(gmail_token=google.authorised_user())

    service.drain(with_gmail)

    assert google.asked.count("/token") == 1
    assert len(google.sent) == 2


DEFINITE: dict[str, dict[str, list[Reply]]] = {
    "the grant is dead": {"token": [DEAD]},
    "a token that is no JSON": {"token": [(200, b"cAnArY")]},
    "not allowed": {"mail": [(403, b'{"error": {"message": "cAnArY"}}')]},
    "refused twice": {"mail": [(401, b"{}"), (401, b"{}")]},
    "Gmail is down": {"mail": [DOWN]},
    "too many": {"mail": [(429, b"cAnArY")]},
    "no such address": {"mail": [(400, b'{"error": "cAnArY"}')]},
}


@pytest.mark.parametrize("fault", DEFINITE)
def test_what_gmail_did_not_take_goes_by_ses(
    by_gmail: ByGmail, google: Google, receipt: Event, ses: Sent, fault: str
) -> None:
    ctx = by_gmail(gmail_token=google.authorised_user())
    vars(google).update({name: list(replies) for name, replies in DEFINITE[fault].items()})

    service.drain(ctx)

    assert (the(ctx, receipt).state, the(ctx, receipt).way) == ("sent", "SES")
    assert (len(ses()), google.sent) == (1, [])


@pytest.mark.parametrize("text", ["", "cAnArY", "[]", "{}", '{"type": "service_account"}'])
def test_a_credential_that_is_missing_or_broken_is_passed_by(
    by_gmail: ByGmail, google: Google, receipt: Event, ses: Sent, text: str
) -> None:
    ctx = by_gmail(gmail_service_account=text, gmail_token=text)

    service.drain(ctx)

    assert (len(ses()), google.asked) == (1, [])


def test_sign_in_that_is_down_is_not_final(
    by_gmail: ByGmail, google: Google, receipt: Event, ses: Sent
) -> None:
    ctx = by_gmail(gmail_token=google.authorised_user())
    google.token = [DOWN] * 3  # google-auth tries three times by itself

    done = service.drain(ctx)

    assert (done.sent, done.alarms, len(ses())) == (1, [], 1)


def test_a_dead_grant_raises_the_alarm(
    by_gmail: ByGmail, google: Google, receipt: Event, capsys: pytest.CaptureFixture[str]
) -> None:
    ctx = by_gmail(gmail_token=google.authorised_user(), owner="owner@example.com")
    google.token = [DEAD]

    done = service.drain(ctx)

    told = "Google refuses GMAIL_TOKEN (invalid_grant)"
    assert done.alarms == [told]
    out = capsys.readouterr().out
    assert f'"alarm": "mail", "reason": "{told}"' in out and "cAnArY" not in out
    (letter,) = [one for one in service.store.about(ctx, OFFICE) if one.kind == "owner_alarm"]
    assert letter.values["reason"] == told
    [rung] = [alarm.pattern for alarm in ALARMS if alarm.name == "closed-mail"]
    assert sum(fits(rung, json.loads(line)) for line in out.splitlines()) == 1


def test_the_owner_is_told_once_a_day(
    by_gmail: ByGmail, google: Google, receipt: Event, clock: Clock, ctx: Context
) -> None:
    with_gmail = by_gmail(gmail_token=google.authorised_user(), owner="owner@example.com")
    google.token = [DEAD] * 9
    service.drain(with_gmail)
    pay(ctx, receipt.exact_ref, 20)

    later(clock, with_gmail, minutes=3)

    assert len(service.store.about(ctx, OFFICE)) == 1


def test_no_answer_asks_the_same_way_again_before_another(
    by_gmail: ByGmail, google: Google, receipt: Event, ses: Sent, clock: Clock
) -> None:
    """Gmail may have taken it: SES at once would make two of it."""
    ctx = by_gmail(gmail_token=google.authorised_user())
    google.mail = [(0, b"")]
    service.drain(ctx)
    assert (the(ctx, receipt).state, the(ctx, receipt).unsure, ses()) == ("waiting", True, [])

    later(clock, ctx, minutes=2)

    assert (the(ctx, receipt).way, len(google.sent), ses()) == ("Gmail", 1, [])


def test_and_then_another(
    by_gmail: ByGmail, google: Google, receipt: Event, ses: Sent, clock: Clock
) -> None:
    ctx = by_gmail(gmail_token=google.authorised_user())
    google.mail = [(0, b""), (0, b"")]
    service.drain(ctx)

    later(clock, ctx, minutes=2)

    assert (the(ctx, receipt).way, len(ses())) == ("SES", 1)


def test_a_way_that_hangs_keeps_nobody_past_the_deadline(
    by_gmail: ByGmail, google: Google, receipt: Event
) -> None:
    ctx = by_gmail(gmail_token=google.authorised_user())
    google.slow = 6

    started = datetime.now(UTC)
    service.drain(ctx)

    assert (datetime.now(UTC) - started).total_seconds() < 11
    assert the(ctx, receipt).reason == "Gmail did not answer in time"


def test_each_try_has_the_same_message_id(
    by_gmail: ByGmail, google: Google, receipt: Event, clock: Clock
) -> None:
    ctx = by_gmail(gmail_token=google.authorised_user())
    google.mail = [(0, b"")]
    service.drain(ctx)
    first = the(ctx, receipt).id
    later(clock, ctx, minutes=2)

    (message,) = google.sent
    assert message["Message-ID"] == f"<{first}@localhost>"


def test_an_address_that_every_way_rejects_fails_at_once(
    by_gmail: ByGmail, google: Google, receipt: Event
) -> None:
    ctx = by_gmail(gmail_token=google.authorised_user(), ses_sender="")
    google.mail = [(400, b"{}")]

    service.drain(ctx)

    assert (the(ctx, receipt).state, the(ctx, receipt).tries) == ("failed", 1)


def test_rotation_is_a_change_of_environment_alone(
    by_gmail: ByGmail, google: Google, receipt: Event, ctx: Context, clock: Clock
) -> None:
    old = by_gmail(gmail_token=google.authorised_user(refresh_token="dead"), ses_sender="")
    google.token = [DEAD]
    service.drain(old)

    new = by_gmail(gmail_token=google.authorised_user(refresh_token="new"), ses_sender="")
    later(clock, new, minutes=2)

    assert (the(ctx, receipt).way, len(google.sent)) == ("Gmail", 1)


def test_without_google_auth_it_goes_by_ses_and_the_alarm_is_raised(
    by_gmail: ByGmail, google: Google, receipt: Event, ses: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package that lacks a part of it."""
    monkeypatch.delitem(sys.modules, "scc.mail.gmail")
    monkeypatch.delattr("scc.mail.gmail")
    monkeypatch.setitem(sys.modules, "google.auth.transport.urllib3", None)

    done = service.drain(by_gmail(gmail_token=google.authorised_user()))

    assert (len(ses()), done.alarms) == (1, ["google-auth can’t be loaded"])


# SES


@pytest.mark.parametrize(
    ("status", "code", "state"),
    [
        (429, "TooManyRequestsException", "waiting"),
        (500, "InternalFailure", "waiting"),
        (403, "AccessDeniedException", "waiting"),
        (400, "MessageRejected", "failed"),
    ],
)
def test_what_ses_says(
    ctx: Context,
    receipt: Event,
    ses: Sent,
    google: Google,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    code: str,
    state: str,
) -> None:
    refusal = f'{{"__type": "{code}", "message": "cAnArY"}}'.encode()
    monkeypatch.setattr(Google, "answer", lambda *_: (status, refusal))
    monkeypatch.setenv("AWS_ENDPOINT_URL", google.url)

    service.drain(as_deployed(ctx))

    letter = the(ctx, receipt)
    assert (letter.state, code in letter.reason, "cAnArY" in letter.reason) == (state, True, False)


def test_where_ses_hangs_up_it_may_have_left(
    ctx: Context, receipt: Event, google: Google, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taken back now, a correction has to follow."""
    monkeypatch.setattr(Google, "answer", lambda *_: (0, b""))
    monkeypatch.setenv("AWS_ENDPOINT_URL", google.url)

    service.drain(as_deployed(ctx))

    letter = the(ctx, receipt)
    assert (letter.reason, letter.may_have_left) == ("SES gave no answer", True)


def test_ses_is_told_the_companys_name_in_ascii(
    ctx: Context, receipt: Event, google: Google, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes no other letters beside an address than encoded words."""
    asked: list[dict[str, Any]] = []

    def take(self: Google, path: str, body: bytes, headers: Any) -> Reply:
        asked.append(json.loads(body))
        return 200, b'{"MessageId": "m"}'

    monkeypatch.setattr(Google, "answer", take)
    monkeypatch.setenv("AWS_ENDPOINT_URL", google.url)

    service.drain(as_deployed(ctx, company="Ñandú Charters"))

    (told,) = asked
    assert told["FromEmailAddress"] == f"=?utf-8?q?=C3=91and=C3=BA_Charters?= <{SENDER}>"


def test_both_down_the_payment_stands_and_the_letter_waits(
    by_gmail: ByGmail, google: Google, receipt: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    ctx = by_gmail(gmail_token=google.authorised_user())
    google.mail = [DOWN]
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    service.drain(ctx)

    letter = the(ctx, receipt)
    assert letter.reason == "Gmail is busy (503); SES could not be reached"
    assert posted(ctx, receipt)[0].state == "waiting"
