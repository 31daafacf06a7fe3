"""A stage as somebody outside sees it: requests to its public address, through the edge.

Where no distribution leads there yet, to the API's own, with what the edge would send.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

import urllib3

from scc.ops.deployment import Deployment
from scc.ops.edge.wanted import SECRET_HEADER, STAGE_HEADER
from scc.ops.environment import Variables, listed
from scc.ops.function import client
from scc.ops.releases.edge import StageEdge
from scc.ops.trouble import Trouble


class NotReached(Trouble):
    """There is no address to ask; `str(error)` says what to do."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str
    cookies: tuple[str, ...] = ()

    @property
    def stage(self) -> str:
        """Whose app answered; empty where it was something else."""
        return self.headers.get(STAGE_HEADER, "")


@dataclass(frozen=True)
class Way:
    """An address, and what is sent along to it."""

    address: str
    headers: Mapping[str, str] = field(repr=False)


class Outside:
    """Requests to one stage; follows no redirect, and sends a cookie only where it is told to."""

    def __init__(
        self, deployment: Deployment, edge: StageEdge | None, variables: Variables
    ) -> None:
        """Through the edge; or to the API, with the edge's secret out of `variables`."""
        emulator = os.environ.get("AWS_ENDPOINT_URL", "").rstrip("/")
        self.stage = deployment.stage
        self._prefix = deployment.prefix
        self._origin = f"{urlsplit(deployment.public_url).scheme}://{deployment.host}"
        self._pool = urllib3.PoolManager(timeout=urllib3.Timeout(connect=5, read=40), retries=False)
        secrets = listed(variables.get("SCC_EDGE_SECRETS"))
        proof = {SECRET_HEADER: secrets[0]} if secrets else {}
        self._api = Way(_api_address(deployment, emulator), proof)
        self._edge = Way(self._origin, {})
        self._at_the_edge: Callable[[str], bool] = _never
        if edge is not None:
            self._at_the_edge = edge.leads_here()
            if emulator:  # its distributions answer at its own address, by their host name
                host = {"Host": edge.domain, "X-Forwarded-Proto": "https"}
                self._edge = Way(emulator, host)

    def ask(
        self,
        path: str,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: str | None = None,
    ) -> Answer:
        """`path` without the stage's prefix. Status 0 where no answer came."""
        path = self._prefix + path
        way = self._edge if self._at_the_edge(path) else self._api
        try:
            answer = self._pool.request(
                method,
                way.address + path,
                body=body,
                headers={**way.headers, **(headers or {})},
                redirect=False,
            )
        except urllib3.exceptions.HTTPError as error:
            return Answer(0, {}, type(error).__name__)
        text = answer.data.decode("utf-8", "replace")
        cookies = tuple(answer.headers.getlist("Set-Cookie"))
        return Answer(answer.status, answer.headers, text, cookies)

    def post_form(self, path: str, cookie: str, fields: Mapping[str, str]) -> Answer:
        """As a browser at the public address does."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": cookie,
            "Origin": self._origin,
            "Referer": self._origin + self._prefix + path,
            "Sec-Fetch-Site": "same-origin",
        }
        return self.ask(path, "POST", headers, urlencode(fields))


def _never(_: str) -> bool:
    return False


def _api_address(deployment: Deployment, emulator: str) -> str:
    gateway = client("apigateway")
    pages = gateway.get_paginator("get_rest_apis").paginate()
    found = [api["id"] for page in pages for api in page["items"] if api["name"] == deployment.name]
    if not found:
        raise NotReached(f"{deployment.name} has no API yet. Deploy it first: see docs/deploy.md.")
    if emulator:
        return f"{emulator}/restapis/{found[0]}/{deployment.stage}/_user_request_"
    host = f"{found[0]}.execute-api.{deployment.region}.amazonaws.com"
    return f"https://{host}/{deployment.stage}"


def cookie_of(answer: Answer) -> str:
    """What a browser would send back."""
    pairs = dict(cookie.split(";")[0].split("=", 1) for cookie in answer.cookies if "=" in cookie)
    return "; ".join(f"{name}={value}" for name, value in pairs.items())


def form_token(answer: Answer) -> str:
    """The token in the page's first form that has one; empty where none has."""
    found = _Tokens()
    found.feed(answer.text)
    return found.tokens[0] if found.tokens else ""


class _Tokens(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tokens: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("name") == "csrf_token" and given.get("value"):
            self.tokens.append(str(given["value"]))
