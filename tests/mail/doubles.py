"""Google's token and Gmail's endpoints, and SNS, over real HTTP on loopback."""

import base64
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from scc.mail import gmail, sns

SENDER = "crew@example.com"
TOPIC = "arn:aws:sns:us-west-2:123456789012:scc-mail"

Reply = tuple[int, bytes]
"""A status and a body; status 0: the connection ends without an answer."""

DEAD = (400, b'{"error": "invalid_grant", "error_description": "cAnArY revoked"}')
DOWN = (503, b"<html>cAnArY</html>")


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Google:
    """`token` and `mail`: what its endpoints answer, one after the other; then that all is well."""

    url: str = ""
    token: list[Reply] = field(default_factory=list)
    mail: list[Reply] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """Paths, in the order in which they were asked for."""
    raw: list[bytes] = field(default_factory=list)
    """Messages that it took."""
    slow: float = 0.0

    @property
    def sent(self) -> list[EmailMessage]:
        return [parse(raw) for raw in self.raw]

    def service_account(self) -> str:
        key = rsa_key().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return json.dumps(
            {
                "type": "service_account",
                "client_email": "scc@example.iam.gserviceaccount.com",
                "private_key": key.decode(),
                "private_key_id": "k1",
                "token_uri": f"{self.url}/token",
            }
        )

    def authorised_user(self, **more: str) -> str:
        return json.dumps(
            {
                "type": "authorized_user",
                "client_id": "client",
                "client_secret": "cAnArY-secret",
                "refresh_token": "cAnArY-refresh",
                "token_uri": f"{self.url}/token",
                **more,
            }
        )

    def answer(self, path: str, body: bytes, headers: Any) -> Reply:
        self.asked.append(path)
        if path == "/token":
            fine = {"access_token": f"access-{len(self.asked)}", "expires_in": 3600}
            return self.token.pop(0) if self.token else (200, json.dumps(fine).encode())
        assert path == "/gmail/v1/users/me/messages/send"
        assert headers["Authorization"].startswith("Bearer ")
        time.sleep(self.slow)
        if self.mail:
            return self.mail.pop(0)
        self.raw.append(base64.urlsafe_b64decode(json.loads(body)["raw"]))
        return 200, json.dumps({"id": f"gmail-{len(self.raw)}"}).encode()


@dataclass
class Sns:
    """Signs messages as SNS does, and serves the certificate for it."""

    url: str = ""
    confirmed: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def certificate(self) -> str:
        return f"{self.url}/SimpleNotificationService-{'0a' * 16}.pem"

    def message(self, news: dict[str, Any] | str, **more: str) -> dict[str, str]:
        text = news if isinstance(news, str) else json.dumps(news)
        fields = {
            "Type": "Notification",
            "MessageId": "m-1",
            "TopicArn": TOPIC,
            "Message": text,
            "Timestamp": "2026-05-23T18:00:00.000Z",
            "SignatureVersion": "2",
            "SigningCertURL": self.certificate,
            **more,
        }
        return fields | {"Signature": self.sign(fields)}

    def subscription(self, **more: str) -> dict[str, str]:
        return self.message(
            "You have chosen to subscribe",
            **{
                "Type": "SubscriptionConfirmation",
                "Token": "t",
                "SubscribeURL": f"{self.url}/?Action=ConfirmSubscription&Token=t",
                **more,
            },
        )

    @staticmethod
    def sign(fields: dict[str, str]) -> str:
        """By hand, from Amazon's description: not with the app's own words."""
        if fields["Type"] == "Notification":
            names = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
        else:
            names = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn"]
            names.append("Type")
        text = "".join(f"{name}\n{fields[name]}\n" for name in names if name in fields)
        signed = rsa_key().sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        return base64.b64encode(signed).decode()

    def answer(self, path: str, body: bytes, headers: Any) -> Reply:
        self.asked.append(path)
        if path.startswith("/?Action=ConfirmSubscription"):
            self.confirmed.append(path)
            return 200, b"<ConfirmSubscriptionResponse/>"
        return (200, certificate()) if path.endswith(".pem") else (404, b"")


@cache
def certificate() -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(rsa_key().public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(rsa_key(), hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


def parse(raw: bytes) -> EmailMessage:
    message = BytesParser(EmailMessage, policy=default).parsebytes(raw)
    assert isinstance(message, EmailMessage)
    assert not message.defects, message.defects
    return message


def body(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None, f"no {kind}"
    return str(found.get_content()).replace("\r\n", "\n")


@contextmanager
def on_loopback(double: Google | Sns) -> Iterator[None]:
    """Serve it for the length of a block; what the app has learnt of another one is forgotten."""
    gmail._known.clear()
    sns._keys.clear()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, text = double.answer(self.path, content, self.headers)
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = _answer  # noqa: N815 - the standard library's names

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    double.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
