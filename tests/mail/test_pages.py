"""What the pages say of letters, and what can be done there."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from scc.aws import Change
from scc.context import Context
from scc.corrections.service import undo
from scc.events import store as events
from scc.events.model import Event
from scc.events.service import Details, change_event
from scc.mail import letters, service, store
from scc.tables import EVENTS
from tests.emulator import Clock
from tests.given import ORIGIN, cancelled, charter
from tests.hooks import calls, writes
from tests.mail.conftest import ADDRESS, as_deployed, later, posted, the
from tests.mail.doubles import DEAD, Google
from tests.page import PageClient, words
from tests.payments.acts import MOANA, pay

Sent = Callable[[], list[dict[str, Any]]]


def told(admin: PageClient, event: Event) -> str:
    """What the event's page says of its letters."""
    page = admin.see(f"/scc/events/{event.slug}")
    return words(page.one(".//section[@id='letters']"))


@pytest.fixture
def failed(ctx: Context, event: Event, clock: Clock, google: Google) -> Event:
    """Its receipt did not leave: the address is none, by every way's word."""
    pay(ctx, event.exact_ref, method="check", payer="Alice")
    clock.advance(minutes=3)
    google.mail = [(400, b"{}")] * 2
    with_gmail = as_deployed(
        ctx,
        gmail_sender="crew@example.com",
        gmail_url=google.url,
        gmail_token=google.authorised_user(),
        ses_sender="",
    )
    service.drain(with_gmail)
    return event


# The event's page and its card


def test_waiting_is_told_with_when(
    ctx: Context, event: Event, admin: PageClient, clock: Clock
) -> None:
    pay(ctx, event.exact_ref)

    assert f"Receipt to {ADDRESS} Waiting, leaves" in told(admin, event)


def test_sent_is_told_with_when_and_by_which_way(
    ctx: Context, event: Event, admin: PageClient, clock: Clock, ses: Sent
) -> None:
    pay(ctx, event.exact_ref)
    later(clock, ctx, minutes=3)

    assert f"Receipt to {ADDRESS} Sent" in told(admin, event)
    assert ", by SES" in told(admin, event)


def test_a_try_in_vain_is_told_with_the_next(
    ctx: Context, event: Event, admin: PageClient, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    pay(ctx, event.exact_ref)
    with monkeypatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        later(clock, as_deployed(ctx), minutes=3)

    assert "Waiting: SES could not be reached. Next try" in told(admin, event)


def test_failed_is_told_with_why(failed: Event, admin: PageClient) -> None:
    assert "Failed: Gmail does not take it (400)" in told(admin, failed)


def test_the_card_tells_it_too_with_no_call_more(
    failed: Event, admin: PageClient, ctx: Context, clock: Clock, dynamodb: Any
) -> None:
    clock.set(events.load(ctx, failed.ref).starts_at or clock())
    admin.sign_in()
    with calls(dynamodb) as made:
        page = admin.see("/scc/")

    assert words(page.one(".//a[@class='failed']")) == "A letter failed"
    assert len(made) == 4


def test_sent_again_it_leaves_and_the_card_is_quiet(
    failed: Event, admin: PageClient, ctx: Context, ses: Sent
) -> None:
    admin.see(f"/scc/events/{failed.slug}")
    again = next(f for f in _forms(admin, "/again") if "/receipt/" in f.action)
    assert again.submit().status_code == 303
    again.submit()  # the second tap
    for letter in posted(ctx, failed, "owner_payment"):
        service.send_again(ctx, letter, letter.to, "k", ORIGIN)
    service.drain(ctx)

    assert the(ctx, failed).state == "sent"
    assert [m["To"] for m in ses()].count([ADDRESS]) == 1
    assert not events.load(ctx, failed.ref).letter_failed


def test_it_goes_to_the_address_that_was_put_right(
    failed: Event, admin: PageClient, ctx: Context, ses: Sent
) -> None:
    key = events.load(ctx, failed.ref).key
    ctx.db.write(Change(EVENTS, key, set={"patron_email": "right@example.com"}))
    admin.see(f"/scc/events/{failed.slug}")
    next(f for f in _forms(admin, "/again") if "/receipt/" in f.action).submit()
    service.drain(ctx)

    assert ["right@example.com"] in [m["To"] for m in ses()]


def test_one_that_was_sent_is_sent_again_as_another_letter(
    ctx: Context, event: Event, admin: PageClient, clock: Clock, ses: Sent
) -> None:
    """Under the first one's Message-ID a mailbox may swallow it."""
    pay(ctx, event.exact_ref)
    later(clock, ctx, minutes=3)
    admin.see(f"/scc/events/{event.slug}")
    again = next(f for f in _forms(admin, "/again") if "/receipt/" in f.action)
    again.submit()
    again.submit()
    service.drain(ctx)

    receipts = posted(ctx, event, "receipt")
    assert [one.state for one in receipts] == ["sent", "sent"]
    assert len({one.id for one in receipts}) == 2


def test_the_second_tap_sends_no_second_one_though_the_first_has_left(
    failed: Event, admin: PageClient, ctx: Context, ses: Sent
) -> None:
    admin.see(f"/scc/events/{failed.slug}")
    again = next(f for f in _forms(admin, "/again") if "/receipt/" in f.action)
    again.submit()
    service.drain(ctx)
    assert again.submit().status_code == 303
    service.drain(ctx)

    assert [m["To"] for m in ses()].count([ADDRESS]) == 1


def test_a_guests_letter_goes_to_nobody_else(
    ctx: Context, event: Event, admin: PageClient, clock: Clock, ses: Sent
) -> None:
    """A link to what a guest signed, with their answers, is not the patron's."""
    page = "/g/2030-05-23-alice-sunset/signed/x"
    copy = letters.waiver_copy("bo@example.com", event.ledger, "Bo", "", page, "en", "s")
    ctx.db.transact([store.queue(ctx, copy)])
    service.drain(ctx)
    admin.see(f"/scc/events/{event.slug}")
    next(f for f in _forms(admin, "/again") if "/waiver_copy/" in f.action).submit()
    service.drain(ctx)

    assert [m["To"] for m in ses()] == [["bo@example.com"]] * 2


def test_a_receipt_of_what_was_taken_back_is_not_sent_again(
    failed: Event, admin: PageClient, ctx: Context, ses: Sent
) -> None:
    undo(ctx, failed.exact_ref, 2, MOANA)
    admin.see(f"/scc/events/{failed.slug}")
    again = next(f for f in _forms(admin, "/again") if "/receipt/" in f.action)

    assert again.submit().status_code == 422
    assert "That payment was taken back" in admin.page.text
    service.drain(ctx)
    assert [ADDRESS] not in [m["To"] for m in ses()]


def test_a_copy_that_waits_is_taken_along(
    ctx: Context, event: Event, admin: PageClient, clock: Clock, ses: Sent
) -> None:
    pay(ctx, event.exact_ref)
    later(clock, ctx, minutes=3)
    admin.see(f"/scc/events/{event.slug}")
    next(f for f in _forms(admin, "/again") if "/receipt/" in f.action).submit()
    undo(ctx, event.exact_ref, 2, MOANA)
    later(clock, ctx, minutes=3)

    subjects = [m["Subject"] for m in ses() if m["To"] == [ADDRESS]]
    assert [subject.startswith("A correction") for subject in subjects] == [False, True]


@pytest.mark.parametrize(
    ("what", "says"),
    [("moved", "The sail has another time by now"), ("off", "This sail is cancelled")],
)
def test_a_letter_of_an_old_time_is_not_sent_again(
    ctx: Context, event: Event, admin: PageClient, clock: Clock, ses: Sent, what: str, says: str
) -> None:
    admin.see(f"/scc/events/{event.slug}").form("/sail-letter").submit()
    service.drain(ctx)
    if what == "off":
        cancelled(ctx, event)
    else:
        details = Details("Alice", "Alice", date(2030, 5, 25), "sunset", patron_email=ADDRESS)
        change_event(ctx, event.exact_ref, details, event.version, MOANA)
    admin.see(f"/scc/events/{event.slug}")
    again = next(f for f in _forms(admin, "/again") if "/your_sail/" in f.action)

    assert again.submit().status_code == 422
    assert says in admin.page.text


def test_one_that_failed_can_be_let_be(failed: Event, admin: PageClient, ctx: Context) -> None:
    """Somebody called instead: card and health are quiet."""
    admin.see(f"/scc/events/{failed.slug}")
    for form in _forms(admin, "/withdraw"):
        assert form.submit().status_code == 303

    assert not events.load(ctx, failed.ref).letter_failed
    assert "Failed letters" not in [one.what for one in service.health(ctx)]
    assert "Not sent: Taken back by Moana" in told(admin, failed)


def test_one_that_waits_can_be_kept_from_leaving(
    ctx: Context, event: Event, admin: PageClient, clock: Clock, ses: Sent
) -> None:
    pay(ctx, event.exact_ref)
    admin.see(f"/scc/events/{event.slug}")
    for form in _forms(admin, "/withdraw"):
        form.submit()
    later(clock, ctx, minutes=3)

    assert ses() == []
    assert "Not sent: Taken back by Moana" in told(admin, event)


def test_one_that_has_left_can_t(
    ctx: Context, event: Event, admin: PageClient, clock: Clock, ses: Sent
) -> None:
    pay(ctx, event.exact_ref)
    admin.see(f"/scc/events/{event.slug}")
    form = _forms(admin, "/withdraw")[0]
    later(clock, ctx, minutes=3)

    assert form.submit().status_code == 422
    assert "It has left already" in admin.page.text


@pytest.mark.parametrize(
    ("address", "says"),
    [("", "No e-mail address is known"), ("call her", "Mail can’t go to call her")],
)
def test_where_mail_can_t_go_it_says_so(
    ctx: Context, admin: PageClient, address: str, says: str
) -> None:
    event = charter(ctx, date(2030, 5, 25))
    if address:
        ctx.db.write(Change(EVENTS, event.key, set={"patron_email": address}))
    pay(ctx, event.exact_ref)

    assert says in told(admin, event)
    assert not admin.page.has(".//form[@action='/scc/events/x/sail-letter']")
    assert posted(ctx, event, "receipt") == []


# By the page's own script


def test_the_page_after_a_change_asks_the_app_to_send(
    ctx: Context, event: Event, admin: PageClient, clock: Clock, ses: Sent
) -> None:
    admin.see(f"/scc/events/{event.exact_ref}/payment").form("/payment").submit(
        follow_redirects=True
    )
    send = admin.page.form("/letters/send")
    assert 115 <= send.submit().json["next"] <= 121
    clock.advance(minutes=2, seconds=1)

    assert (send.submit().json, len(ses())) == ({"next": None}, 2)


def test_it_takes_a_token_to_ask(event: Event, admin: PageClient, dynamodb: Any) -> None:
    with writes(dynamodb) as written:
        status = admin.post("/scc/letters/send", data={"csrf_token": "stale"}).status_code

    assert (status, written) == (422, [])


# Text it


def test_text_it_offers_the_short_form_for_ones_own_phone(event: Event, admin: PageClient) -> None:
    page = admin.see(f"/scc/events/{event.slug}/text")

    link = page.one(".//a[@data-hand-over]").get("href", "")
    assert link.startswith("sms:6195550100?&body=Hi%20Alice%21%20Your%20sail%3A%20Thursday%2023")
    assert "Waiver for everybody aboard: http://localhost/g/" in page.text
    assert "Still to pay: $450." in page.text


def test_of_a_sail_that_is_off_it_says_that(ctx: Context, event: Event, admin: PageClient) -> None:
    cancelled(ctx, event)
    page = admin.see(f"/scc/events/{event.slug}/text")

    assert "Hi Alice! Your sail on Thursday 23 May at 6:00 pm is cancelled." in page.text
    assert "Waiver" not in words(page.one(".//p[@class='wording']"))


def test_of_one_that_is_over_only_what_is_to_pay(
    event: Event, admin: PageClient, clock: Clock
) -> None:
    clock.advance(days=3000)
    admin.sign_in()
    page = admin.see(f"/scc/events/{event.slug}/text")

    said = words(page.one(".//p[@class='wording']"))
    assert said == "Hi Alice! Thank you for sailing with us. Still to pay: $450."


def test_it_is_handed_over_and_never_called_sent(event: Event, admin: PageClient) -> None:
    form = admin.see(f"/scc/events/{event.slug}/text").form("/text")
    assert form.submit().status_code == 303
    form.submit()  # the second tap

    said = told(admin, event)
    assert said.count("Handed to Moana’s phone") == 1
    assert "Sent" not in said


def test_opening_it_notes_nothing(event: Event, admin: PageClient, dynamodb: Any) -> None:
    with writes(dynamodb) as written:
        admin.see(f"/scc/events/{event.slug}/text")

    assert written == []


# The pages of letters


def test_all_letters_on_one_page(
    ctx: Context, failed: Event, admin: PageClient, clock: Clock, ses: Sent
) -> None:
    other = charter(ctx, date(2030, 5, 25), name="Bo", patron_email="bo@example.com")
    pay(ctx, other.exact_ref)
    later(clock, ctx, minutes=3)
    pay(ctx, other.exact_ref, 20)
    page = admin.see("/scc/letters")

    lists = [words(one) for one in page.all(".//ul[@class='letters']")]
    assert [ADDRESS in lists[0], "bo@example.com" in lists[1], "bo@example.com" in lists[2]] == [
        True,
        True,
        True,
    ]


def test_a_letter_is_shown_as_it_was_sent(
    ctx: Context, event: Event, admin: PageClient, clock: Clock, ses: Sent
) -> None:
    pay(ctx, event.exact_ref, method="check", payer="Alice")
    later(clock, ctx, minutes=3)
    letter = the(ctx, event)
    ctx.db.write(store._change(letter, {"values": {}}))  # not as it would be rendered now
    kind, _, key = letter.sort.partition("#")
    path = f"/scc/letters/of/{event.exact_ref}/{kind}/{key}"
    page = admin.see(path)

    assert "We have your check for $450, thank you." in page.text
    html = admin.get(f"{path}?html=1")
    assert b"<h1>We have your check for $450</h1>" in html.data


def test_its_html_can_do_nothing(admin: PageClient) -> None:
    policy = admin.get("/scc/letters/samples?sample=Receipt").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy and "sandbox" in policy
    assert "unsafe" not in policy and "script" not in policy


def test_every_sample_is_shown(admin: PageClient) -> None:
    page = admin.see("/scc/letters/samples")

    for link in page.all(".//p[@class='more']/a"):
        admin.see(link.get("href", ""))
    assert len(page.all(".//p[@class='more']")) >= 14
    admin.see("/scc/letters/samples?sample=none", status=404)


@pytest.mark.parametrize(
    "place", ["office/x/y", "nobody/receipt/y", f"{'x' * 2000}/receipt/y", "nobody~5/receipt/y"]
)
def test_a_letter_that_is_none_is_not_found(admin: PageClient, place: str) -> None:
    admin.see(f"/scc/letters/of/{place}", status=404)


def test_health_is_told_without_sending(
    admin: PageClient, ctx: Context, ses: Sent, app: Flask
) -> None:
    page = admin.see("/scc/letters/health")

    assert "SES has verified example.com." in page.text
    assert "Schedule Trouble: It has not run yet." in page.text
    assert ses() == []


def _forms(admin: PageClient, action: str) -> list[Any]:
    from tests.page import Form

    elements = [f for f in admin.page.all("form") if f.get("action", "").endswith(action)]
    return [Form(element, admin.page, admin) for element in elements]


def test_a_way_that_is_closed_is_told_on_the_page(
    ctx: Context, event: Event, admin: PageClient, google: Google, clock: Clock, ses: Sent
) -> None:
    with_gmail = as_deployed(
        ctx,
        gmail_sender="crew@example.com",
        gmail_url=google.url,
        gmail_token=google.authorised_user(),
    )
    google.token = [DEAD] * 2
    pay(ctx, event.exact_ref)
    later(clock, with_gmail, minutes=3)

    said = admin.see("/scc/letters").text
    assert "Google refuses GMAIL_TOKEN (invalid_grant). Seen last" in said
    clock.advance(days=1, minutes=1)
    admin.sign_in()
    assert "GMAIL_TOKEN" not in admin.see("/scc/letters").text
