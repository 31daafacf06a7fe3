"""The app, wired together."""

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask_wtf.csrf import generate_csrf

from scc.aws import Database, make_client
from scc.banking import views as banking
from scc.board import sails, search, sheet
from scc.board import views as board
from scc.bookings import api as bookings_api
from scc.bookings import views as bookings
from scc.closes import views as closes
from scc.config import Settings, read_settings
from scc.context import Context, utc_now
from scc.corrections import views as corrections
from scc.crew import captain
from scc.crew import views as crew
from scc.endings import views as endings
from scc.events import api as events_api
from scc.events import views as events
from scc.handed import views as handed
from scc.letters import views as letters
from scc.payments import api as payments_api
from scc.payments import views as payments
from scc.planning import views as planning
from scc.reports import api as reports_api
from scc.reports import views as reports
from scc.sessions import account
from scc.sessions import views as sessions
from scc.sessions.entering import Cookies
from scc.sessions.model import CREW
from scc.sessions.service import TokenCheck
from scc.settings import views as settings_pages
from scc.staff import views as staff
from scc.texts import views as texts
from scc.tokens import views as tokens
from scc.waivers import staff as waiver_staff
from scc.waivers import views as waivers
from scc.weather import views as weather
from scc.web import (
    assets,
    current,
    description,
    dialogs,
    errors,
    filters,
    guards,
    headers,
    language,
    pages,
    request_log,
    urls,
)
from scc.web.edge import Edge

ROOT = Path(__file__).resolve().parents[1]
MAX_BODY = 64 * 1024


def create_app(
    env: Mapping[str, str] | None = None,
    client: Any = None,
    now: Callable[[], datetime] = utc_now,
) -> Flask:
    """The app, from the environment (or `env`). ConfigError where that is not fit."""
    settings = read_settings(os.environ if env is None else env)
    app = Flask("scc", template_folder=ROOT / "templates", static_folder=None)
    _configure(app, settings)
    request_log.set_up_logging()
    for warning in settings.warnings:
        app.logger.warning(warning)
    database = Database(client or make_client("dynamodb"), settings)
    context = Context(settings, database, now)
    app.extensions["scc"] = context

    urls.install(app)
    guards.install(app, guards.Identity(sessions.signed_in_person, TokenCheck(context)))
    for module in (
        pages, description, sessions, account, staff, tokens, letters,
        events, events_api, payments, payments_api,
        handed, sails, sheet, corrections, endings, banking, closes, bookings, bookings_api,
        reports, reports_api, settings_pages, texts, waivers, waiver_staff, crew, captain,
        planning, weather, search, board,
    ):  # fmt: skip
        app.register_blueprint(module.blueprint)
    assets.install(app)
    filters.install(app)
    language.install(app)
    headers.install(app)
    errors.install(app)
    dialogs.install(app, dialogs.Board(board.behind_dialog, board.about))
    app.add_template_global(generate_csrf, "csrf_token")
    app.context_processor(_page_context)
    app.wsgi_app = request_log.RequestLog(  # type: ignore[method-assign]
        Edge(app.wsgi_app, settings), settings.stage
    )
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.secret_key_fallbacks),
        SESSION_COOKIE_NAME=settings.cookie_name,
        SESSION_COOKIE_PATH=settings.cookie_path,
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=CREW,
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.session_interface = Cookies()
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]


def _page_context() -> dict[str, Any]:
    actor = current.actor()
    crew = actor is not None and actor.kind == "crew"
    return {
        "person": actor.name if actor else None,
        "layout": "layouts/crew.html" if crew else "layouts/staff.html",
        "home": "sails.mine" if crew else "board.dashboard",
        "settings_stage": current.ctx().settings.stage,
        "theme": pages.chosen_theme(),
        "place": current.place(),
    }
