"""Gmail's API, signed in by google-auth. Imported only when a letter goes out."""

import base64
import json
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any, Final

import google.auth.exceptions
import google.auth.transport.urllib3
import google.oauth2.credentials
import google.oauth2.service_account
import urllib3

from scc.aws import time_left
from scc.config import MailSettings
from scc.mail.ways import Busy, Refused, Rejected, Trouble, Unsure

SCOPES: Final = ("https://www.googleapis.com/auth/gmail.send",)
_MARK_SECONDS: Final = 3.0
"""Left of the deadline, to note down what became of the letter."""

_known: dict[tuple[str, str], Any] = {}
"""Credentials with the access tokens that they got: these can't go back to the environment."""


class _Gmail:
    name = "Gmail"
    credential: str
    """What the credential is called in words."""

    def __init__(self, mail: MailSettings, text: str) -> None:
        self.sender = mail.gmail_sender
        self._url = mail.gmail_url
        self._text = text

    def make(self, info: dict[str, Any]) -> Any:
        raise NotImplementedError

    def send(self, message: EmailMessage) -> str:
        raw = base64.urlsafe_b64encode(message.as_bytes()).decode()
        answer = self._post({"raw": raw}, self._token())
        if answer.status == 401:  # revoked, although it looked fresh: one more with another
            answer = self._post({"raw": raw}, self._token(fresh=True))
        if answer.status == 200:
            return _number(answer)
        raise self._trouble(answer)

    def check(self) -> str:
        self._token(fresh=True)
        return f"Google takes {self.credential} for {self.sender}."

    def _token(self, fresh: bool = False) -> str:
        credentials = self._credentials()
        if fresh or not credentials.valid:
            self._refresh(credentials)
        return str(credentials.token)

    def _refresh(self, credentials: Any) -> None:
        """Nothing is sent yet, so whatever goes wrong the letter may take another way."""
        request = _Request()
        try:
            credentials.refresh(request)
        except google.auth.exceptions.TransportError as error:
            raise Busy("Google’s sign-in could not be reached") from error
        except google.auth.exceptions.GoogleAuthError as error:
            if error.retryable or request.status == 429 or request.status >= 500:
                raise Busy("Google’s sign-in is busy") from error
            raise Refused(f"Google refuses {self.credential} ({_code(error)})") from error
        except Exception as error:  # what it answered is none of its answers
            raise Busy("Google’s sign-in gave no answer that can be read") from error

    def _credentials(self) -> Any:
        key = (self.credential, self._text)
        if key not in _known:
            try:
                info = json.loads(self._text)
                if not isinstance(info, dict):
                    raise TypeError("no object")
                _known[key] = self.make(info)
            except Exception as error:  # whatever a broken key can raise in a parser
                raise Refused(f"{self.credential} can’t be read") from error
        return _known[key]

    def _post(self, body: dict[str, str], token: str) -> Any:
        try:
            return _pool().request(
                "POST",
                f"{self._url}/gmail/v1/users/me/messages/send",
                body=json.dumps(body),
                headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
            )
        except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as e:
            raise Busy("Gmail could not be reached") from e
        except urllib3.exceptions.HTTPError as error:
            raise Unsure("Gmail did not answer in time") from error

    def _trouble(self, answer: Any) -> Trouble:
        if answer.status == 429 or answer.status >= 500:
            return Busy(f"Gmail is busy ({answer.status})")
        if answer.status == 403 and b"ateLimitExceeded" in answer.data:
            return Busy("Gmail has had enough from us for now")
        if answer.status == 400:
            return Rejected("Gmail does not take it (400)")
        return Refused(f"Gmail refuses {self.credential} ({answer.status})")


class ByServiceAccount(_Gmail):
    credential = "GMAIL_SERVICE_ACCOUNT_JSON"

    def __init__(self, mail: MailSettings) -> None:
        super().__init__(mail, mail.gmail_service_account)

    def make(self, info: dict[str, Any]) -> Any:
        """It acts for the sender, whose domain has allowed it to."""
        account = google.oauth2.service_account.Credentials
        return account.from_service_account_info(info, scopes=SCOPES, subject=self.sender)


class ByToken(_Gmail):
    credential = "GMAIL_TOKEN"

    def __init__(self, mail: MailSettings) -> None:
        super().__init__(mail, mail.gmail_token)

    def make(self, info: dict[str, Any]) -> Any:
        user = google.oauth2.credentials.Credentials.from_authorized_user_info(info)
        elsewhere = user.with_token_uri(info.get("token_uri") or user.token_uri)
        elsewhere.expiry = user.expiry  # the copy forgets it, and a stale token looks fresh
        return elsewhere


def _number(answer: Any) -> str:
    try:
        return str(json.loads(answer.data)["id"])
    except (ValueError, KeyError, TypeError):
        return ""  # it said 200: it took it


def _code(error: google.auth.exceptions.GoogleAuthError) -> str:
    """`invalid_grant` and the like; nothing that was sent is in it."""
    for part in error.args:
        if isinstance(part, dict) and isinstance(part.get("error"), str):
            return str(part["error"])[:40]
    return type(error).__name__


def _pool() -> urllib3.PoolManager:
    """Each call within what is left of the deadline; never repeated by itself."""
    seconds = max(0.5, min(4.0, time_left() - _MARK_SECONDS))
    return urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=min(2.0, seconds), read=seconds), retries=False
    )


class _Request:
    """google-auth's way to the network. It tells by `status` what google-auth does not: a 503 that
    comes with a page instead of JSON is, to it, a refusal."""

    def __init__(self) -> None:
        self.status = 0
        self._call: Callable[..., Any] = google.auth.transport.urllib3.Request(_pool())

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        answer = self._call(*args, **kwargs)
        self.status = int(answer.status)
        return answer
