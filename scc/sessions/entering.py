"""What follows a sign-in, whichever way somebody came in."""

from datetime import UTC, datetime

from flask import Flask, g, redirect, render_template, request, url_for
from flask import session as cookie
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue

from scc.sessions import kept
from scc.sessions.model import ABSOLUTE, CREW
from scc.sessions.service import Visit
from scc.web import current, guards
from scc.web.pages import is_ours


def visit() -> Visit:
    return Visit(current.address(), current.request_id(), before=str(cookie.get("id", "")))


class Cookies(SecureCookieSessionInterface):
    """The browser keeps the cookie as long as its session may last."""

    def get_expiration_time(self, app: Flask, session: SessionMixin) -> datetime | None:
        lasts = CREW if session.get("crew") else ABSOLUTE
        return datetime.now(UTC) + lasts if session.permanent else None


def start_cookie(held: str, *, crew: bool = False) -> None:
    """Nothing of the cookie before the sign-in stays valid, its form token neither."""
    cookie.clear()
    g.pop("csrf_token", None)  # Flask-WTF keeps it here for the rest of the request
    cookie["id"] = held
    if crew:
        cookie["crew"] = True
    cookie.permanent = True


def enter(
    held: str, wanted: str = "", unfinished: str = "", *, crew: bool = False
) -> ResponseReturnValue:
    """Where somebody wanted to go, or to what they had typed when their session ended."""
    start_cookie(held, crew=crew)
    typed = kept.read(unfinished)
    if typed:
        form_url = request.script_root + typed.path
        return render_template(
            "sessions/kept.html", form_url=form_url, kept=typed.fields, crew=crew
        )
    if is_ours(wanted) and not (crew and guards.is_the_offices(wanted)):
        return redirect(request.script_root + wanted)
    return redirect(url_for("sails.mine" if crew else "board.dashboard"))
