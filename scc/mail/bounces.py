"""What SES tells of mail that came back, or that somebody complained of. Pure.

https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
"""

import json
from typing import Any, Final

from scc.mail.model import address_or_none

_WHY: Final = {
    "NoEmail": "the mailbox does not exist",
    "Suppressed": "mail to it came back before, so SES does not try any more",
    "OnAccountSuppressionList": "mail to it came back before, so SES does not try any more",
}


def troubles(text: str) -> dict[str, str]:
    """Addresses that mail does not reach for good, and why, in words of ours.

    A full mailbox and the like passes, and marks nobody. Empty for anything that is no such news.
    """
    try:
        news = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(news, dict):
        return {}
    kind = news.get("notificationType") or news.get("eventType")
    if kind == "Bounce":
        bounce = _object(news.get("bounce"))
        if bounce.get("bounceType") != "Permanent":
            return {}
        why = _WHY.get(str(bounce.get("bounceSubType")), "the other side does not take it")
        return dict.fromkeys(_addresses(bounce.get("bouncedRecipients")), why)
    if kind == "Complaint":
        complaint = _object(news.get("complaint"))
        people = _addresses(complaint.get("complainedRecipients"))
        return dict.fromkeys(people, "it was called spam there")
    return {}


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _addresses(recipients: Any) -> list[str]:
    found = recipients if isinstance(recipients, list) else []
    texts = [_object(one).get("emailAddress") for one in found]
    # Some servers put a name around it: `Alice <alice@example.com>`.
    bare = [text.rpartition("<")[2].removesuffix(">") for text in texts if isinstance(text, str)]
    return [address for one in bare if (address := address_or_none(one))]
