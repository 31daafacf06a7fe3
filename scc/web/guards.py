"""Who may enter. Every endpoint says it with one of these decorators; what is silent is closed.

A POST that may not act (its token is stale, say) is handed to the view as a GET with the form
filled: a view acts on POST alone, so nothing is written and nothing typed is lost.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar
from urllib.parse import unquote

from flask import Flask, current_app, g, request
from flask_wtf.csrf import validate_csrf
from werkzeug.exceptions import HTTPException
from wtforms.validators import ValidationError

from scc.audit.model import Actor, Item
from scc.errors import NotAllowed, NotSignedIn
from scc.web import current
from scc.web.edge import ROUND_THE_EDGE
from scc.web.request_log import NOTES

View = TypeVar("View", bound=Callable[..., Any])
_FORM_BESIDE_FILE: Final = 256 * 1024
"""Bytes of the fields beside a file; the pieces in which it is parsed, 64 KB each, count too."""
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OPEN_TO_PEOPLE: Final = frozenset({"admin", "crew", "guest", "hook", "anyone"})
_OPEN_TO_CLIENTS: Final = frozenset({"token", "anyone"})
_ADMITTED: Final = {"admin": frozenset({"admin"}), "crew": frozenset({"admin", "crew"})}
"""What kind of person each lets in."""


def _mark(access: str) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        view.scc_access = access  # type: ignore[attr-defined]
        return view

    return decorate


admin = _mark("admin")
"""A signed-in admin; forms carry the session's token."""
crew = _mark("crew")
"""A signed-in member of the crew, or an admin; forms carry the session's token."""
token = _mark("token")
"""An API client that proves itself with each request; never the cookie."""
guest = _mark("guest")
"""Whoever has the link. Sets no cookie; forms are checked by their origin."""
hook = _mark("hook")
"""Another system; the view itself looks whether what it posts is signed."""
anyone = _mark("anyone")
"""Everybody; forms carry a token."""


def max_body(size: int) -> Callable[[View], View]:
    """An endpoint that takes more than others: bytes of a body."""

    def decorate(view: View) -> View:
        view.scc_max_body = size  # type: ignore[attr-defined]
        return view

    return decorate


def beside(*keys: Item) -> Callable[[View], View]:
    """Rows of the table `state` that the view's page shows, read in one call with the session; by
    their partition in `known` of the request's context."""

    def decorate(view: View) -> View:
        view.scc_beside = keys  # type: ignore[attr-defined]
        return view

    return decorate


def is_the_offices(place: str) -> bool:
    """Whether a place, as `current.place` gives it, is no page for crew."""
    path = unquote(place.partition("?")[0])
    try:
        endpoint, _ = current_app.url_map.bind("").match(path, "GET")
    except HTTPException:
        return True
    return getattr(current_app.view_functions[endpoint], "scc_access", "") == "admin"


class StaleForm(Exception):
    """A form that may not act yet, on an endpoint that has no page to show it on."""


class Identity:
    """How somebody is recognised; `create_app` hands it in."""

    def __init__(
        self,
        person: Callable[[], Actor | None],
        client: Callable[[str, str], Actor],
    ) -> None:
        self.person = person
        self.client = client


def install(app: Flask, identity: Identity) -> None:
    @app.before_request
    def enter() -> None:
        if request.environ.get(ROUND_THE_EDGE):
            raise NotAllowed("This address is not open. Use the public one.")
        view = current_app.view_functions.get(request.endpoint or "")
        access = getattr(view, "scc_access", None)
        if size := getattr(view, "scc_max_body", None):
            request.max_content_length = size
            request.max_form_memory_size = _FORM_BESIDE_FILE
        request.environ[NOTES]["route"] = str(request.url_rule or "")
        # First of all: not even the answer to a stranger's post may touch the cookie.
        if not (request.method in SAFE or current.is_api() or _is_same_origin()):
            raise NotAllowed("This form came from another site. Open it here and try again.")
        if current.is_api() and access != "anyone":
            g.actor = identity.client(_token(), current.address())
        elif access in _ADMITTED:
            current.ctx().wants(getattr(view, "scc_beside", ()))
            _admit_person(identity, _ADMITTED[access])
        if request.routing_exception is not None:
            return  # no such page or method, or a slash too few: Flask says so
        if access not in (_OPEN_TO_CLIENTS if current.is_api() else _OPEN_TO_PEOPLE):
            raise NotAllowed("This page is closed.")
        if request.method not in SAFE and not current.is_api():
            _check_form(access)


def _token() -> str:
    """X-Admin-Token as text: WSGI hands the header's bytes over as Latin-1."""
    value = request.headers.get("X-Admin-Token", "")
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value.encode("utf-8", "replace").decode()  # in an event, half a character


def _admit_person(identity: Identity, kinds: frozenset[str]) -> None:
    g.actor = identity.person()
    if g.actor is None:
        raise NotSignedIn("Sign in to go on.")
    if g.actor.kind not in kinds:
        raise NotAllowed("This page is for the office alone.")


def _check_form(access: str | None) -> None:
    if access in ("guest", "hook"):
        return
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        _only_show("This page had waited too long. Nothing was saved yet: check and press again.")
    if "restored" in request.form:
        _only_show("You are signed in again. Nothing was saved yet: check and press again.")


def _only_show(reason: str) -> None:
    if "GET" not in _methods():
        raise StaleForm(reason)
    g.not_acted = reason
    request.method = "GET"


def _methods() -> Iterable[str]:
    return (request.url_rule.methods if request.url_rule else None) or ()


def _is_same_origin() -> bool:
    """By Fetch Metadata, else by Origin; a client that sends neither is no browser of today."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or origin == request.host_url.rstrip("/")
