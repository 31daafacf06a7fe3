"""A browser at the public address, through a small edge: what CloudFront does, and no more."""

import http.client
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from flask import Flask

from tests.deploy.stack import PUBLIC_HOST, Deployed
from tests.page import PageClient

VIEWER: Final = "203.0.113.7"
_HOP: Final = {"connection", "content-length", "date", "server", "transfer-encoding"}

Answer = tuple[int, list[tuple[str, str]], bytes]
Ask = Callable[[str, str, Mapping[str, str], bytes], Answer]
"""Path, method, headers and body."""


class Browser(PageClient):
    """Looks closely at every page, keeps cookies, and signs its forms as a browser does."""

    def open(self, *args: Any, **options: Any) -> Any:
        if options.get("method") == "POST":
            options["headers"] = {"Sec-Fetch-Site": "same-origin", **options.get("headers", {})}
        return super().open(*args, **options)


def request(
    deployed: Deployed,
    path: str,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | str | None = None,
) -> Answer:
    """Straight to the API's own address: status, headers, body."""
    connection = http.client.HTTPConnection("127.0.0.1", deployed.port, timeout=90)
    try:
        connection.request(method, deployed.api_path + path, body, dict(headers or {}))
        answer = connection.getresponse()
        return answer.status, answer.getheaders(), answer.read()
    finally:
        connection.close()


def edge_headers(deployed: Deployed) -> dict[str, str]:
    """What the edge adds to every request."""
    return {
        "X-SCC-Edge": deployed.edge_secret,
        "CloudFront-Viewer-Address": f"{VIEWER}:46532",
    }


def browser(deployed: Deployed, ask: Ask | None = None) -> Browser:
    """At https://www.example.com, with the stage's prefix; through `ask`, or this small edge."""
    public = Flask("public")
    public.config.update(
        SERVER_NAME=PUBLIC_HOST,
        PREFERRED_URL_SCHEME="https",
        APPLICATION_ROOT=deployed.prefix or "/",
    )
    public.wsgi_app = _Edge(deployed, ask)  # type: ignore[method-assign]
    public.test_client_class = Browser
    client = public.test_client()
    assert isinstance(client, Browser)
    return client


class _Edge:
    def __init__(self, deployed: Deployed, ask: Ask | None) -> None:
        self._deployed = deployed
        self._ask = ask or self._request

    def _request(self, path: str, method: str, headers: Mapping[str, str], body: bytes) -> Answer:
        return request(
            self._deployed, path, method, {**headers, **edge_headers(self._deployed)}, body
        )

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        path = environ["SCRIPT_NAME"].rstrip("/") + environ["PATH_INFO"]
        assert path.startswith(self._deployed.prefix), f"{path} left {self._deployed.stage}"
        if environ["QUERY_STRING"]:
            path += f"?{environ['QUERY_STRING']}"
        status, headers, body = self._ask(
            path, environ["REQUEST_METHOD"], _forwarded(environ), environ["wsgi.input"].read()
        )
        kept = [(name, value) for name, value in headers if name.lower() not in _HOP]
        start_response(f"{status} {http.client.responses.get(status, '')}", kept)
        return [body]


def _forwarded(environ: Mapping[str, Any]) -> dict[str, str]:
    named = {key.removeprefix("HTTP_"): key for key in environ if key.startswith("HTTP_")}
    headers = {name.replace("_", "-"): environ[key] for name, key in named.items()}
    headers.pop("HOST", None)
    if environ.get("CONTENT_TYPE"):
        headers["Content-Type"] = environ["CONTENT_TYPE"]
    return headers
