"""The ways that mail can take, in the order in which they are tried."""

from email.message import EmailMessage
from typing import Protocol

from scc.config import MailSettings
from scc.context import Context


class Trouble(Exception):
    """A way did not take a letter. `str(error)` says why, in words without anything private."""


class Refused(Trouble):
    """The way is closed to us until somebody does something: a credential is dead, say."""


class Busy(Trouble):
    """Not now; it did not take the letter."""


class Unsure(Trouble):
    """No answer came: it may have taken the letter."""


class Rejected(Trouble):
    """It will never take this letter: its address is none, say."""


class Way(Protocol):
    name: str
    """In a sentence: sent by `Gmail`."""
    sender: str
    """The address that letters come from on this way."""

    def send(self, message: EmailMessage) -> str:
        """Hand it over; gives the way's own number for it. Raises Trouble."""

    def check(self) -> str:
        """Find out without sending whether it works now; gives what was found. Raises Trouble."""


def ways(ctx: Context) -> list[Way]:
    """Those that the settings name: Gmail by service account, Gmail by token, SES.

    On the stage `local` the last one keeps the letter, and sends nothing.
    """
    mail = ctx.settings.mail
    found: list[Way] = []
    if mail.gmail_sender and (mail.gmail_service_account or mail.gmail_token):
        found += _by_gmail(mail)
    if mail.ses_sender:
        from scc.mail.ses import Ses

        found.append(Ses(mail))
    if ctx.settings.stage == "local":
        found.append(Kept(mail.sender or "crew@localhost.localdomain"))
    return found


def _by_gmail(mail: MailSettings) -> list[Way]:
    try:
        from scc.mail import gmail  # here: it brings google-auth, 90 ms of a cold start
    except ImportError:  # the package lacks a part of it: that must not close the other ways
        return [Closed(mail.gmail_sender, "google-auth can’t be loaded")]
    found: list[Way] = []
    if mail.gmail_service_account:
        found.append(gmail.ByServiceAccount(mail))
    if mail.gmail_token:
        found.append(gmail.ByToken(mail))
    return found


class Closed:
    """A way that is set up and can't be taken."""

    name = "Gmail"

    def __init__(self, sender: str, why: str) -> None:
        self.sender = sender
        self._why = why

    def send(self, message: EmailMessage) -> str:
        raise Refused(self._why)

    def check(self) -> str:
        raise Refused(self._why)


class Kept:
    """The local stage's: the outbox keeps what was sent, and a page shows it."""

    name = "this machine, which keeps it"

    def __init__(self, sender: str) -> None:
        self.sender = sender

    def send(self, message: EmailMessage) -> str:
        return ""

    def check(self) -> str:
        return "Nothing leaves this machine."
