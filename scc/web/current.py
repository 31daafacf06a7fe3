"""What belongs to the request at hand."""

from dataclasses import replace
from typing import cast
from urllib.parse import quote

from flask import current_app, g, has_request_context, request

from scc.audit.model import Actor, Origin
from scc.context import Context
from scc.web.edge import ADDRESS
from scc.web.request_log import REQUEST_ID


def ctx() -> Context:
    """One for the request, which knows what the request has read."""
    app = cast(Context, current_app.extensions["scc"])
    if not has_request_context():
        return app
    if "ctx" not in g:
        g.ctx = replace(app, known={})
    return cast(Context, g.ctx)


def address() -> str:
    return cast(str, request.environ.get(ADDRESS, "unknown"))


def request_id() -> str:
    return cast(str, request.environ.get(REQUEST_ID, ""))


def actor() -> Actor | None:
    """Who is signed in, or which API client it is."""
    return cast(Actor | None, g.get("actor"))


def origin() -> Origin:
    """For the audit; only behind a guard that let somebody in."""
    return Origin(g.actor, address(), request_id())


def place() -> str:
    """Path and query as they stand in an address, without the prefix: to come back to."""
    path = quote(request.path, safe="/~")
    query = quote(request.query_string, safe="%=&+")  # what came encoded stays so
    return f"{path}?{query}" if query else path


def wants_fragment() -> bool:
    """Whether the page's script asks for a piece of the page alone."""
    return request.headers.get("X-SCC-Fragment") == "1"


def is_api() -> bool:
    return request.path.startswith("/api/")


def is_guests() -> bool:
    """Whether it is one of the guests' pages: no cookie, and in their language."""
    return request.path.startswith("/g/")
