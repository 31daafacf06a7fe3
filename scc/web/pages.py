"""Small pages that belong to no noun: the way in, the theme, the pulse, the old address."""

from urllib.parse import unquote

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scc.web import current, guards, readiness

blueprint = Blueprint("web", __name__)

THEME_COOKIE = "scc-theme"
THEMES = ("light", "dark")


@blueprint.get("/")
@guards.anyone
def root() -> ResponseReturnValue:
    return redirect(url_for("board.dashboard"))


@blueprint.get("/scc/healthz")
@guards.anyone
def healthz() -> Response:
    """Alive; says nothing about the tables."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/scc/readyz")
@guards.anyone
def readyz() -> Response:
    """Fit to work; 503 and why not, where a table can't be read or the schedule is silent."""
    problems = readiness.problems(current.ctx())
    text = "\n".join(problems or ["ready"])
    return Response(f"{text}\n", 503 if problems else 200, mimetype="text/plain")


@blueprint.post("/scc/theme")
@guards.anyone
def theme() -> ResponseReturnValue:
    """Keep the theme chosen; anything but light and dark means the device's own."""
    response = redirect(way_back(request.form.get("back", "")))
    chosen = request.form.get("theme", "")
    settings = current.ctx().settings
    if chosen in THEMES:
        response.set_cookie(
            THEME_COOKIE,
            chosen,
            max_age=365 * 86400,
            path=settings.cookie_path,
            samesite="Lax",
            httponly=True,
            secure=request.is_secure,
        )
    else:
        response.delete_cookie(THEME_COOKIE, path=settings.cookie_path)
    return response


@blueprint.get("/tools/shipcaptaincrew/", defaults={"rest": ""})
@blueprint.get("/tools/shipcaptaincrew/<path:rest>")
@guards.anyone
def old_address(rest: str) -> Response:
    """Old bookmarks. The page's script forgets the older page's token, then goes on."""
    return make_response(render_template("web/moved.html", to=url_for("board.dashboard")))


def chosen_theme() -> str:
    theme = request.cookies.get(THEME_COOKIE, "")
    return theme if theme in THEMES else ""


def way_back(place: str) -> str:
    """Where somebody wanted to go, or the dashboard: never another site."""
    return request.script_root + place if is_ours(place) else url_for("board.dashboard")


def is_ours(place: str) -> bool:
    """Whether it is a staff page's path, with or without a query, and nothing cleverer.

    A browser reads "\\" as "/", and "..", spelled as "%2e%2e" too, as the way out of a path.
    """
    segments = unquote(place.partition("?")[0]).replace("\\", "/").split("/")
    plain = place.isascii() and place.isprintable() and " " not in place
    return plain and segments[:2] == ["", "scc"] and not {".", ".."} & {*segments}
