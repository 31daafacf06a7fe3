"""Behind the edge: who the viewer is, and under which address they see the app.

Only a request with the edge's secret may say so. Headers are read by their exact names from the
Lambda event where there is one: in a WSGI environ `X_SCC_Edge` and `X-SCC-Edge` are the same key.
"""

import hmac
import ipaddress
import string
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from scc.config import Settings

Environ = dict[str, Any]
WsgiApp = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

ADDRESS = "scc.address"
ROUND_THE_EDGE = "scc.round_the_edge"
OPEN_PATHS = frozenset({"/scc/healthz"})
"""What answers on the API's own address too, where the edge has a secret."""


class Edge:
    """WSGI middleware: settles address, scheme, host and prefix before Flask sees the request."""

    def __init__(self, app: WsgiApp, settings: Settings) -> None:
        self._app = app
        self._secrets = [secret.encode() for secret in settings.edge_secrets]
        self._public = urlsplit(settings.public_url) if settings.public_url else None
        self._prefix = settings.prefix

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        headers = _exact_headers(environ)
        through_edge = self._is_edge(headers.get("x-scc-edge", ""))
        self._set_public_address(environ)
        # Bytes that a browser would have quoted: Werkzeug breaks on what is no UTF-8.
        environ["QUERY_STRING"] = quote(
            environ.get("QUERY_STRING", ""), safe=string.punctuation, encoding="latin-1"
        )
        environ[ADDRESS] = _viewer_address(environ, headers if through_edge else {})
        environ[ROUND_THE_EDGE] = (
            bool(self._secrets) and not through_edge and environ["PATH_INFO"] not in OPEN_PATHS
        )
        return self._app(environ, start_response)

    def _is_edge(self, given: str) -> bool:
        mark = given.encode("utf-8", "replace")  # JSON may hold half a character
        # All are compared, so that the time tells nothing.
        return any([hmac.compare_digest(mark, secret) for secret in self._secrets])  # noqa: C419

    def _set_public_address(self, environ: Environ) -> None:
        """Public addresses come from configuration, never from the request."""
        if not self._public:
            return
        environ["wsgi.url_scheme"] = self._public.scheme
        environ["HTTP_HOST"] = self._public.netloc
        environ["SCRIPT_NAME"] = self._prefix
        path = environ.get("PATH_INFO", "")
        if self._prefix and (path == self._prefix or path.startswith(self._prefix + "/")):
            environ["PATH_INFO"] = path[len(self._prefix) :] or "/"


def _exact_headers(environ: Environ) -> Mapping[str, str]:
    event = environ.get("lambda.event")
    if not isinstance(event, Mapping):
        return {
            "x-scc-edge": environ.get("HTTP_X_SCC_EDGE", ""),
            "cloudfront-viewer-address": environ.get("HTTP_CLOUDFRONT_VIEWER_ADDRESS", ""),
        }
    several = event.get("multiValueHeaders") or {}
    single = event.get("headers") or {}
    found: dict[str, str] = {name.lower(): str(value) for name, value in single.items()}
    found |= {name.lower(): str(values[-1]) for name, values in several.items() if values}
    return found


def _viewer_address(environ: Environ, edge_headers: Mapping[str, str]) -> str:
    """The viewer's IP address: the edge's word, else API Gateway's, else the connection's."""
    told = edge_headers.get("cloudfront-viewer-address", "")
    if told:
        return _ip(told.rpartition(":")[0])
    event = environ.get("lambda.event")
    if isinstance(event, Mapping):
        context = event.get("requestContext") or {}
        source = (context.get("identity") or {}).get("sourceIp")
        return _ip(source or (context.get("http") or {}).get("sourceIp") or "")
    return _ip(environ.get("REMOTE_ADDR", ""))


def _ip(text: str) -> str:
    try:
        ip = ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return "unknown"
    # What stands behind a "%" (RFC 4007) is any text, and means nothing here.
    return "unknown" if "%" in str(ip) else str(ip)
