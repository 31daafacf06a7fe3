"""An app whose letters go by SES on the emulator, or by a Google on loopback."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from scc.aws import make_client
from scc.config import MailSettings, Settings, read_settings
from scc.context import Context
from scc.events.model import Event
from scc.mail import service, store
from scc.mail.model import Posted
from tests.emulator import Clock
from tests.given import charter
from tests.mail.doubles import SENDER, Google, on_loopback
from tests.older import quick_environment

ADDRESS = "alice@example.com"


def mail_environment() -> dict[str, str]:
    return quick_environment() | {
        "SCC_PUBLIC_URL": "http://localhost",
        "SCC_SES_SENDER": SENDER,
        "SCC_OWNER_EMAIL": "owner@example.com",
        "SCC_DOCK": "Harbor Island Drive",
        "SCC_HOW_TO_PAY": "By Zelle to pay@example.com.",
    }


@pytest.fixture
def app_env() -> dict[str, str]:
    return mail_environment()


@pytest.fixture
def settings(app_env: dict[str, str]) -> Settings:
    return read_settings(app_env)


@pytest.fixture
def event(ctx: Context) -> Event:
    """Alice's sail on a day to come, for $450."""
    return charter(ctx, date(2030, 5, 23), patron_email=ADDRESS, patron_phone="619-555-0100")


@pytest.fixture
def ses(aws: dict[str, str]) -> Callable[[], list[dict[str, Any]]]:
    """Gives what SES has sent, the oldest first."""
    account = aws["AWS_ACCESS_KEY_ID"]
    client: Any = make_client("sesv2")
    client.create_email_identity(EmailIdentity="example.com")

    def sent() -> list[dict[str, Any]]:
        url = f"{aws['AWS_ENDPOINT_URL']}/_ministack/ses/messages?account={account}"
        with urllib.request.urlopen(url) as answer:
            found: dict[str, list[dict[str, Any]]] = json.load(answer)["messages"]
        return [message for messages in found.values() for message in messages]

    return sent


@pytest.fixture
def google() -> Iterator[Google]:
    double = Google()
    with on_loopback(double):
        yield double


@pytest.fixture
def by_gmail(ctx: Context, google: Google, ses: Any) -> Callable[..., Context]:
    """The same app with Gmail before SES: `by_gmail(gmail_token=…)`."""

    def with_settings(**settings: Any) -> Context:
        return as_deployed(ctx, gmail_sender=SENDER, gmail_url=google.url, **settings)

    return with_settings


def as_deployed(ctx: Context, **settings: Any) -> Context:
    """The same app with other ways, and without the local stage's own, which keeps letters."""
    mail: MailSettings = replace(ctx.settings.mail, **settings)
    return replace(ctx, settings=replace(ctx.settings, stage="production", mail=mail))


def later(clock: Clock, ctx: Context, **how_far: float) -> service.Drained:
    """Some time passes, and the schedule runs."""
    clock.advance(**how_far)
    return service.drain(ctx)


def posted(ctx: Context, event: Event, kind: str = "") -> list[Posted]:
    """The letters about an event, the oldest first."""
    found = store.about(ctx, event.ledger)[::-1]
    return [one for one in found if not kind or one.kind == kind]


def the(ctx: Context, event: Event, kind: str = "receipt") -> Posted:
    (found,) = posted(ctx, event, kind)
    return found
