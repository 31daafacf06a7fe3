"""What went wrong gets a status and a page, or JSON; nothing leaks, and nothing typed is lost."""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import HTTPException

from scc import errors
from scc.web import current
from scc.web.forms import is_carried, showable
from scc.web.guards import StaleForm
from scc.web.request_log import note_error


@dataclass(frozen=True)
class Problem:
    """What the caller is told."""

    status: int
    title: str
    text: str
    fields: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


_BROKEN = Problem(
    500,
    "Something broke on our side",
    "It is noted. Go back and try again; if it stays, tell the office the number below.",
)

_WORDS = {
    400: "The request could not be read.",
    404: "There is no such page. The address may be mistyped, or cut off at its end.",
    405: "That can't be done at this address.",
    415: "Send the form as it is.",
}


def explain(error: Exception) -> Problem:
    """The one place that gives errors their status."""
    if isinstance(error, errors.Throttled):
        wait = {"Retry-After": str(error.retry_after)}
        return Problem(429, "Too many tries", str(error), headers=wait)
    if isinstance(error, errors.Unconfirmed | errors.Unavailable):
        return Problem(503, "Not confirmed", str(error), headers={"Retry-After": "5"})
    if isinstance(error, errors.Unfit):
        return Problem(422, "Not as it stands", str(error), fields=error.fields)
    if isinstance(error, errors.Invalid):
        return Problem(400, "Not right yet", str(error), fields=error.fields)
    if isinstance(error, errors.KeyReused):
        return Problem(422, "Used before", str(error))
    if isinstance(error, errors.Refused | errors.PaidMeanwhile):
        return Problem(422, "Not as it stands", str(error))
    if isinstance(error, errors.NotSignedIn):
        return Problem(401, "Not signed in", str(error))
    if isinstance(error, errors.NotAllowed):
        return Problem(403, "Not open", str(error))
    if isinstance(error, errors.NotFound):
        return Problem(404, "Not found", str(error))
    if isinstance(error, StaleForm):
        return Problem(422, "Press again", str(error))
    if isinstance(error, HTTPException) and error.code and error.code != 500:
        title = HTTPStatus(error.code).phrase.capitalize()
        allow = {"Allow": ", ".join(error.valid_methods or ())} if error.code == 405 else {}  # type: ignore[attr-defined]
        text = _WORDS.get(error.code, "The request could not be answered.")
        if error.code == 413:
            text = f"That is too large: {_size(request.max_content_length or 0)} at most."
        return Problem(error.code, title, text, headers=allow)
    return _BROKEN


def _size(count: int) -> str:
    """`64 KB`, `4 MB`."""
    return f"{count >> 20} MB" if count >> 20 else f"{count >> 10} KB"


def install(app: Flask) -> None:
    app.register_error_handler(Exception, answer)
    # What went wrong while an error was answered: Flask would log it with all its values.
    app.log_exception = lambda info: note_error(request.environ, info[1])  # type: ignore


def answer(error: Exception) -> Response:
    """The answer to an error, as a page or as JSON."""
    problem = explain(error)
    if isinstance(error, HTTPException) and error.code and 300 <= error.code < 400:
        return make_response(error.get_response())
    if problem.status >= 500:
        note_error(request.environ, getattr(error, "original_exception", None) or error)
    response = _json(problem) if current.is_api() else _page(problem)
    return with_status(response, error)


def with_status(response: Response, error: Exception) -> Response:
    """The response with the error's status and headers."""
    problem = explain(error)
    response.status_code = problem.status
    response.headers.update(problem.headers)
    return response


def _json(problem: Problem) -> Response:
    body: dict[str, Any] = {"error": problem.text, "request_id": current.request_id()}
    if problem.fields:
        body["fields"] = problem.fields
    return jsonify(body)


def _page(problem: Problem) -> Response:
    try:
        return make_response(
            render_template(
                "errors/error.html",
                status=problem.status,
                title=problem.title,
                what=problem.text,
                request_id=current.request_id(),
                resend=_resend(problem),
            )
        )
    except Exception as error:  # the page itself is broken: still an answer, and still closed
        note_error(request.environ, error)
        return Response(f"{problem.title}. {problem.text}\n", mimetype="text/plain")


def _resend(problem: Problem) -> dict[str, Any] | None:
    """What was posted, to be sent again as it was with a fresh token."""
    if request.environ["REQUEST_METHOD"] != "POST" or problem.status not in (422, 503):
        return None
    fields = [
        (showable(name), showable(value))
        for name, value in request.form.items(multi=True)
        if is_carried(name) and name != "restored"
    ]
    # A token makes a cookie, and guests get none: their forms are checked by their origin.
    view = current_app.view_functions.get(request.endpoint or "")
    by_link = current.is_guests() or getattr(view, "scc_access", "") == "guest"
    token = [] if by_link else [("csrf_token", generate_csrf())]
    action = request.script_root + current.place()
    return {"action": action, "fields": [*fields, *token]}
