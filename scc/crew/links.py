"""The address by which one person answers for one sail: nobody can guess it, none is stored."""

import hmac
from urllib.parse import quote

from scc.config import Settings
from scc.events.model import Ref
from scc.mail import links


def answer_page(ref: Ref, person: str) -> str:
    """Where they answer, without the key that lets them; `ref` with its timestamp."""
    return f"/scc/crew/answer/{quote(str(ref), safe='~')}/{person}"


def answer_path(settings: Settings, ref: Ref, person: str) -> str:
    """As letters have it: without the host. The same for every ask."""
    return links.keyed(settings, answer_page(ref, person))


def answer_key(settings: Settings, ref: Ref, person: str) -> str:
    """What stands at the end of the link."""
    return answer_path(settings, ref, person).rpartition("/")[2]


def is_answer_key(settings: Settings, ref: Ref, person: str, given: str) -> bool:
    return hmac.compare_digest(given.encode(), answer_key(settings, ref, person).encode())
