"""Who really answers each path: asked over HTTP, as people ask."""

import http.client
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal
from urllib.parse import urlsplit

from scc.ops.edge.live import STAGES, Live, bucket_of, is_older, origins, taken_by
from scc.ops.edge.wanted import STAGE_HEADER, Document, Probe, origin_id, probes

_TRIES: Final = 3
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
    verdict: Literal["reached", "elsewhere", "WRONG"]
    """`elsewhere`: as the distribution has it, and so not at the app."""
    text: str

    @property
    def right(self) -> bool:
        return self.verdict != "WRONG"

    def __str__(self) -> str:
        return f"{self.verdict:9}  {self.request}: {self.text}"


def prove(live: Live, ask: Ask, tries: int = _TRIES, pause: float = _PAUSE) -> list[Proof]:
    """Ask for each of SCC's paths and the site's first page, and hold it against `live`.

    What was answered wrongly is asked for again, `pause` seconds later: a function may start
    slowly.
    """
    asked = {probe: _proof(live.config, probe, ask) for probe in probes(_today())}
    for _ in range(tries - 1):
        wrong = [probe for probe, proof in asked.items() if not proof.right]
        if not wrong:
            break
        time.sleep(pause)
        asked |= {probe: _proof(live.config, probe, ask) for probe in wrong}
    return list(asked.values())


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


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
    try:
        answer = ask(probe.method, probe.path)
    except (OSError, http.client.HTTPException) as error:
        return Proof(request, "WRONG", f"no answer ({error or type(error).__name__})")
    who = answered_by(answer)
    text = f"{answer.status} from {who}"
    given_to = _given_to(config, probe)
    if given_to and who != given_to:
        return Proof(request, "WRONG", f"{text}; it should reach {given_to}")
    if probe.stage is None and who.startswith("scc-"):
        return Proof(request, "WRONG", f"{text}; it should reach the company's site")
    if probe.stage and who != origin_id(probe.stage):
        return Proof(request, "elsewhere", text)
    if answer.status not in probe.statuses:
        usual = " or ".join(map(str, sorted(probe.statuses)))
        return Proof(request, "WRONG", f"{text}; a stranger gets {usual} there")
    return Proof(request, "reached", text)


def _given_to(config: Document, probe: Probe) -> str:
    """Who is to answer by the distribution, where that can be told from an answer."""
    target = taken_by(config, probe.path)["TargetOriginId"]
    if target in map(origin_id, STAGES):
        return str(target)
    origin = origins(config).get(target)
    if origin is None:
        return ""
    return SITE if bucket_of(origin) else OLDER if is_older(origin) else ""
