"""What SNS posts is believed only if Amazon signed it, for our own topic."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from scc.context import Context
from scc.events.model import Event
from scc.mail import service, store
from scc.mail.bounces import troubles
from tests.emulator import Clock
from tests.given import ORIGIN
from tests.hooks import writes
from tests.mail.conftest import ADDRESS, later, the
from tests.mail.doubles import TOPIC, Sns, on_loopback
from tests.page import PageClient
from tests.payments.acts import pay

HOOK = "/scc/hooks/ses"
BOUNCE = {
    "notificationType": "Bounce",
    "bounce": {
        "bounceType": "Permanent",
        "bounceSubType": "NoEmail",
        "bouncedRecipients": [{"emailAddress": ADDRESS, "diagnosticCode": "cAnArY"}],
    },
}
COMPLAINT = {
    "eventType": "Complaint",
    "complaint": {"complainedRecipients": [{"emailAddress": f"Alice <{ADDRESS.upper()}>"}]},
}


@pytest.fixture
def sns() -> Iterator[Sns]:
    double = Sns()
    with on_loopback(double):
        yield double


@pytest.fixture
def app_env(app_env: dict[str, str], sns: Sns) -> dict[str, str]:
    return app_env | {"SCC_SES_TOPIC": TOPIC, "SCC_SNS_URL": sns.url}


def post(app: Flask, message: Any) -> int:
    """As SNS posts: JSON, called plain text."""
    data = message if isinstance(message, str) else json.dumps(message)
    headers = {"Content-Type": "text/plain; charset=UTF-8", "x-amz-sns-topic-arn": TOPIC}
    return app.test_client().post(HOOK, data=data, headers=headers).status_code


def why(ctx: Context) -> str | None:
    found = store.address_trouble(ctx, ADDRESS)
    return found["why"] if found else None


def test_a_bounce_marks_the_address(app: Flask, ctx: Context, sns: Sns) -> None:
    assert post(app, sns.message(BOUNCE)) == 204

    assert why(ctx) == "the mailbox does not exist"


def test_so_does_a_complaint(app: Flask, ctx: Context, sns: Sns) -> None:
    assert post(app, sns.message(COMPLAINT, Subject="News")) == 204

    assert why(ctx) == "it was called spam there"


def test_a_letter_to_it_fails_and_says_why(
    app: Flask, ctx: Context, sns: Sns, event: Event, clock: Clock, admin: PageClient
) -> None:
    post(app, sns.message(BOUNCE))
    pay(ctx, event.exact_ref)
    later(clock, ctx, minutes=3)

    assert the(ctx, event).reason == "Mail to this address came back: the mailbox does not exist"
    page = admin.see(f"/scc/events/{event.slug}")
    assert f"Mail to {ADDRESS} came back: the mailbox does not exist." in page.text


def test_send_again_forgets_the_mark(
    app: Flask, ctx: Context, sns: Sns, event: Event, clock: Clock
) -> None:
    post(app, sns.message(BOUNCE))
    pay(ctx, event.exact_ref)
    later(clock, ctx, minutes=3)

    service.send_again(ctx, the(ctx, event), ADDRESS, "k", ORIGIN)
    later(clock, ctx, seconds=1)

    assert (why(ctx), the(ctx, event).state) == (None, "sent")


def test_the_certificate_is_fetched_once(app: Flask, sns: Sns) -> None:
    for _ in range(3):
        post(app, sns.message(BOUNCE))

    assert len(sns.asked) == 1


def test_a_subscription_is_confirmed(app: Flask, sns: Sns) -> None:
    assert post(app, sns.subscription()) == 204

    assert sns.confirmed == ["/?Action=ConfirmSubscription&Token=t"]


def altered(message: dict[str, str], **fields: str) -> dict[str, str]:
    return message | fields


def forged(sns: Sns) -> dict[str, Any]:
    good = sns.message(BOUNCE)
    other = "arn:aws:sns:us-west-2:999999999999:scc-mail"
    return {
        "altered text": altered(good, Message=json.dumps(COMPLAINT)),
        "a subject slipped in": altered(good, Subject="x"),
        "altered time": altered(good, Timestamp="2027-05-23T18:00:00.000Z"),
        "no signature": {k: v for k, v in good.items() if k != "Signature"},
        "a signature that is none": altered(good, Signature="????"),
        "another's topic, well signed": sns.message(BOUNCE, TopicArn=other),
        "SHA-1": sns.message(BOUNCE, SignatureVersion="1"),
        "a certificate from elsewhere": sns.message(
            BOUNCE, SigningCertURL="https://evil.example/SimpleNotificationService-" + "0a" * 16
        ),
        "Amazon's name before another host": sns.message(
            BOUNCE, SigningCertURL=sns.certificate.replace("127.0.0.1", "127.0.0.1@evil.example")
        ),
        "another file there": sns.message(BOUNCE, SigningCertURL=f"{sns.url}/x.pem"),
        "a path out": sns.message(BOUNCE, SigningCertURL=f"{sns.url}/../SimpleNotification.pem"),
        "a certificate that is not there": sns.message(
            BOUNCE, SigningCertURL=sns.certificate.replace("0a", "0b") + "?x"
        ),
        "a type that is none": altered(good, Type="Other"),
        "a notice as a subscription": altered(good, Type="SubscriptionConfirmation"),
        "to confirm elsewhere": sns.subscription(SubscribeURL="https://evil.example/?x"),
        "no JSON": "cAnArY",
        "a list": [],
        "half a character": altered(good, Message="\ud800"),
        "numbers": altered(good) | {"Message": 1},
        "nothing": {},
    }


FORGED = list(forged(Sns(url="http://127.0.0.1:1")))


@pytest.mark.parametrize("name", FORGED)
def test_what_amazon_did_not_sign_for_us_is_refused(
    app: Flask, ctx: Context, sns: Sns, dynamodb: Any, name: str
) -> None:
    with writes(dynamodb) as written:
        status = post(app, forged(sns)[name])

    assert (status, written, sns.confirmed) == (403, [], [])


def test_without_a_topic_nothing_listens(app_env: dict[str, str], dynamodb: Any, sns: Sns) -> None:
    from scc.app import create_app

    app = create_app(app_env | {"SCC_SES_TOPIC": ""}, client=dynamodb)

    assert post(app, sns.message(BOUNCE)) == 404


def test_the_certificates_place_is_amazons_but_on_the_local_stage(app_env: dict[str, str]) -> None:
    from scc.config import read_settings

    deployed = {"SCC_STAGE": "staging", "SCC_PUBLIC_URL": "https://www.example.com/_staging"}
    settings = read_settings(app_env | deployed)

    assert settings.mail.sns_url == "https://sns.us-west-2.amazonaws.com"
    assert settings.mail.gmail_url == "https://gmail.googleapis.com"


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "[]", "{}", '{"notificationType": "Bounce"}', "1" * 5000, "[" * 5000),
        '{"notificationType": "Bounce", "bounce": []}',
        '{"notificationType": "Bounce", "bounce": {"bounceType": "Transient"}}',
        '{"notificationType": "Bounce", "bounce": {"bounceType": "Permanent", '
        '"bouncedRecipients": [1, {"emailAddress": 2}, {"emailAddress": "x"}]}}',
        '{"notificationType": "Delivery"}',
    ],
)
def test_other_news_marks_nobody(text: str) -> None:
    assert troubles(text) == {}
