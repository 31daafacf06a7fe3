"""Who really answers each path: asked over HTTP, as people ask."""

import http.client
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from scc.ops.edge.live import Live, bucket_of, is_older, origins, taken_by
from scc.ops.edge.wanted import STAGE_HEADER, Document, Probe, origin_id, probes

_TRIES: Final = 5
_PAUSE: Final = 2.0
_SECONDS: Final = 30.0

OLDER: Final = "the older function"
SITE: Final = "S3"
CLOUDFRONT: Final = "CloudFront itself"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""


Ask = Callable[[str, str], Answer]
"""Method and path."""


@dataclass(frozen=True)
class Proof:
    """What was asked, and who answered."""

    request: str
    right: bool
    text: str

    def __str__(self) -> str:
        return f"{'reached' if self.right else 'WRONG  '}  {self.request}: {self.text}"


def prove(live: Live, ask: Ask, tries: int = _TRIES, pause: float = _PAUSE) -> list[Proof]:
    """Ask each path that the distribution's configuration gives to somebody known.

    A wrong answer is asked for again, since a function may start slowly.
    """
    today = datetime.now(UTC).date().isoformat()
    found = []
    for probe in probes(today):
        proof = _proof(live.config, probe, ask)
        for _ in range(tries - 1):
            if proof.right:
                break
            time.sleep(pause)
            proof = _proof(live.config, probe, ask)
        found.append(proof)
    return found


def viewer(address: str) -> Ask:
    """Asks at `https://host`, on a connection for each request, without following redirects."""
    parts = urlsplit(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection

    def ask(method: str, path: str) -> Answer:
        connection = kind(parts.netloc, timeout=_SECONDS)
        try:
            connection.request(method, path, headers={"User-Agent": "scc-edge"})
            answer = connection.getresponse()
            answer.read()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, headers)
        finally:
            connection.close()

    return ask


def answered_by(answer: Answer) -> str:
    """The app marks its answers; S3 names itself; a function's have Lambda's request id."""
    headers = answer.headers
    if stage := headers.get(STAGE_HEADER.lower()):
        return f"scc-{stage}"
    if headers.get("server") == "AmazonS3" or "x-amz-request-id" in headers:
        return SITE
    if headers.get("x-cache", "").startswith("Error from cloudfront"):
        return CLOUDFRONT
    return OLDER if "x-amzn-requestid" in headers else headers.get("server") or "somebody unknown"


def _proof(config: Document, probe: Probe, ask: Ask) -> Proof:
    request = f"{probe.method} {probe.path}"
    wanted = _expected(config, probe)
    try:
        answer = ask(probe.method, probe.path)
    except (OSError, http.client.HTTPException) as error:
        return Proof(request, False, f"no answer ({error or type(error).__name__})")
    who = answered_by(answer)
    text = f"{answer.status} from {who}"
    if wanted and who != wanted:
        return Proof(request, False, f"{text}; it should reach {wanted}")
    by_app = who.startswith("scc-")
    if by_app and probe.stage is None:
        return Proof(request, False, f"{text}; it should reach the company's site")
    if (by_app or probe.stage is None) and answer.status not in probe.statuses:
        usual = " or ".join(map(str, sorted(probe.statuses)))
        return Proof(request, False, f"{text}; a stranger gets {usual} there")
    return Proof(request, True, text)


def _expected(config: Document, probe: Probe) -> str:
    """Whom the configuration gives it to, where that can be told from an answer."""
    target = taken_by(config, probe.path)["TargetOriginId"]
    if target in (origin_id("production"), origin_id("staging")):
        return str(target)
    origin = origins(config).get(target)
    if origin is None:
        return ""
    return SITE if bucket_of(origin) else OLDER if is_older(origin) else ""
