"""What SNS posts: believed only if Amazon has signed it, and if it comes from our own topic.

How a message is signed: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
There is no library for it in Python that is kept well; cryptography does the part that matters.
"""

import base64
import json
import re
from typing import Any, Final

import urllib3

from scc.config import MailSettings

_SIGNED: Final = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        *("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    ),
    "UnsubscribeConfirmation": (
        *("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    ),
}
"""The fields that each type's signature is over, in their order."""

_CERTIFICATE: Final = re.compile(r"/SimpleNotificationService-[0-9a-f]{16,64}\.pem", re.ASCII)
_MOST_BYTES: Final = 16 * 1024

_keys: dict[str, Any] = {}
"""Public keys by the address of their certificate."""


class NotSigned(Exception):
    """It is not what it says. `str(error)` says why; nothing of the message is in it."""


def read(mail: MailSettings, body: bytes) -> dict[str, str]:
    """The message, if Amazon has signed it for our topic. Raises NotSigned."""
    message = _parse(body)
    if message.get("TopicArn") != mail.ses_topic:
        raise NotSigned("it comes from another topic")
    if message.get("SignatureVersion") != "2":
        raise NotSigned("it is signed by SHA-1; set SignatureVersion 2 on the topic")
    fields = _SIGNED.get(message.get("Type", ""))
    if fields is None:
        raise NotSigned("it has no type that is known")
    signed = "".join(f"{name}\n{message[name]}\n" for name in fields if name in message)
    key = _public_key(mail, message.get("SigningCertURL", ""))
    try:
        _check(key, message.get("Signature", ""), signed.encode())
    except UnicodeEncodeError as error:  # half a character: JSON can name it, nobody can sign it
        raise NotSigned("it is no text") from error
    return message


def confirm(mail: MailSettings, message: dict[str, str]) -> None:
    """Tell SNS that we want what the topic has to say. Raises NotSigned."""
    url = message.get("SubscribeURL", "")
    if not url.startswith(f"{mail.sns_url}/?"):
        raise NotSigned("its address to confirm is none of Amazon's")
    if _get(url).status != 200:
        raise NotSigned("Amazon did not take the confirmation")


def _parse(body: bytes) -> dict[str, str]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotSigned("it is no JSON") from error
    if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
        raise NotSigned("it is no object of texts")
    return found


def _public_key(mail: MailSettings, url: str) -> Any:
    """From a certificate that lies where Amazon keeps them, and nowhere else."""
    base = mail.sns_url
    if not base or not url.startswith(base) or not _CERTIFICATE.fullmatch(url[len(base) :]):
        raise NotSigned("its certificate is not Amazon's")
    if url not in _keys:
        from cryptography import x509  # here: it costs the cold start

        answer = _get(url)
        try:
            if answer.status != 200:
                raise ValueError(answer.status)
            _keys[url] = x509.load_pem_x509_certificate(answer.data).public_key()
        except ValueError as error:
            raise NotSigned("its certificate can't be read") from error
    return _keys[url]


def _check(key: Any, signature: str, signed: bytes) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.hashes import SHA256

    try:
        if not isinstance(key, RSAPublicKey):
            raise ValueError("no RSA key")
        key.verify(base64.b64decode(signature, validate=True), signed, PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError) as error:
        raise NotSigned("its signature is wrong") from error


def _get(url: str) -> Any:
    """Without following a redirect: that could lead anywhere."""
    pool = urllib3.PoolManager(timeout=urllib3.Timeout(connect=2, read=3), retries=False)
    try:
        answer = pool.request("GET", url, redirect=False, preload_content=False)
        try:
            data = answer.read(_MOST_BYTES)
        finally:
            answer.release_conn()
    except urllib3.exceptions.HTTPError as error:
        raise NotSigned("Amazon could not be reached") from error
    return _Answer(answer.status, data)


class _Answer:
    def __init__(self, status: int, data: bytes) -> None:
        self.status, self.data = status, data
