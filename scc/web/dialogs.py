"""A dialog has an address: alone for the page's script, else open on the page behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, current_app, make_response, render_template, url_for

from scc.web import current
from scc.web.forms import Form


@dataclass(frozen=True)
class Board:
    """What the room above knows: the page behind a dialog, and what a dialog shows of an event."""

    behind: Callable[..., str]
    about: Callable[[Any], dict[str, Any]]


def install(app: Flask, board: Board) -> None:
    app.extensions["scc.board"] = board


def about(event: Any) -> dict[str, Any]:
    """What every dialog shows of an event."""
    board: Board = current_app.extensions["scc.board"]
    return board.about(event)


def render(template: str, event: Any, form: Form, form_url: str, **context: Any) -> Response:
    """The dialog's fragment, or the page behind with the dialog open and the rest inert.

    `event`: what it is about, or None. 422 where the form has errors or was refused.
    """
    board: Board = current_app.extensions["scc.board"]
    context |= about(event) if event else {"close_url": url_for("board.dashboard")}
    context |= {"form": form, "form_url": form_url, "notice": form.notice}
    if current.wants_fragment():
        page = render_template(template, open=False, **context)
    else:
        page = board.behind(dialog=template, open=True, **context)
    return make_response(page, 422 if form.came_back else 200)
