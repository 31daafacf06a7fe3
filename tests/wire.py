"""HTTP as other programs speak it: real connections, and many requests at once."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.page import PageClient

T = TypeVar("T")
PATIENCE = 30
"""Seconds until a test gives a request up; every answer must come in 11."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def payment_id(self) -> str:
        """The payment that the answer is about, from the API or from the form."""
        if self.status == 200:
            return str(self.json["payment_id"])
        return parse_qs(urlsplit(self.headers["location"]).query)["payment"][0]


def send(
    address: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> Answer:
    """One POST on a connection of its own."""
    started = time.monotonic()
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=PATIENCE)
    try:
        connection.request("POST", path, body, headers or {})
        response = connection.getresponse()
        given = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, given, response.read(), time.monotonic() - started)
    finally:
        connection.close()


def at_once(calls: Sequence[Callable[[], T]]) -> list[T]:
    """What the calls give, each begun on its own thread at the same moment."""
    gate = threading.Barrier(len(calls))

    def call(one: Callable[[], T]) -> T:
        gate.wait()
        return one()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(call, calls))


class Browser:
    """A signed-in browser that posts forms over real HTTP."""

    def __init__(self, admin: PageClient, address: str) -> None:
        self._admin = admin
        self._address = address

    def form(self, path: str) -> dict[str, str]:
        """The fields of the dialog or page at that path, as they are rendered."""
        answer = self._admin.get(path, headers={"X-SCC-Fragment": "1"})
        assert answer.status_code == 200, f"{answer.status_code} from {path}"
        form = self._admin.page.form(path[path.rindex("/") :])
        return {name: values[0] for name, values in form.values.items()}

    def filled(self, path: str, **typed: str) -> Callable[[], Answer]:
        """That form as it is rendered now, filled in: each call submits it."""
        values = self.form(path) | typed
        return lambda: self.post(path, values)

    def post(self, path: str, values: dict[str, str]) -> Answer:
        cookie = self._admin.get_cookie("__Host-scc")
        assert cookie is not None, "not signed in"
        headers = {
            "Cookie": f"__Host-scc={cookie.value}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        return send(self._address, path, urlencode(values).encode(), headers)
