"""Signing in and out, and what happens to who is not."""

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from scc.audit.model import Actor
from scc.errors import NotSignedIn, Throttled
from scc.sessions import kept, service
from scc.sessions.forms import SignInForm
from scc.web import current, errors, guards
from scc.web.pages import is_ours, way_back

blueprint = Blueprint("sessions", __name__)


def signed_in_person() -> Actor | None:
    """Who the cookie stands for."""
    secret = cookie.get("id")
    if not isinstance(secret, str):
        return None
    g.session = service.load_session(current.ctx(), secret)
    return g.session.actor if g.session else None


@blueprint.route("/scc/sign-in", methods=["GET", "POST"])
@guards.anyone
def sign_in() -> ResponseReturnValue:
    wanted = request.args.get("next", "")
    form = SignInForm(data={"next": wanted if is_ours(wanted) else ""})
    if not form.submitted():
        return _page(form, 422 if form.came_back else 200)
    try:
        secret = service.sign_in(
            current.ctx(),
            form.name.value,
            form.password.data or "",
            current.address(),
            current.request_id(),
            before=str(cookie.get("id", "")),
        )
    except (NotSignedIn, Throttled) as error:
        form.password.errors = [str(error)]
        response = _page(form, 401)
        return errors.with_status(response, error)
    _start_cookie(secret)
    unfinished = kept.read(form.kept.data or "")
    if unfinished:
        return render_template(
            "sessions/kept.html",
            form_url=request.script_root + unfinished.path,
            kept=unfinished.fields,
        )
    return redirect(way_back(form.next.data or ""))


def _start_cookie(secret: str) -> None:
    """Nothing of the cookie before the sign-in stays valid, its form token neither."""
    cookie.clear()
    g.pop("csrf_token", None)  # Flask-WTF keeps it here for the rest of the request
    cookie["id"] = secret
    cookie.permanent = True


def _page(form: SignInForm, status: int) -> Response:
    page = render_template(
        "sessions/sign_in.html",
        form=form,
        form_url=url_for("sessions.sign_in"),
        has_kept=bool(form.kept.data),
        notice=form.notice,
    )
    return make_response(page, status)


@blueprint.post("/scc/sign-out")
@guards.crew
def sign_out() -> ResponseReturnValue:
    service.sign_out(current.ctx(), g.session, current.origin())
    cookie.clear()
    return redirect(url_for("sessions.sign_in"))


@blueprint.post("/scc/sign-out-everywhere")
@guards.crew
def sign_out_everywhere() -> ResponseReturnValue:
    service.sign_out_everywhere(current.ctx(), g.session, current.origin())
    cookie.clear()
    return redirect(url_for("sessions.sign_in"))


@blueprint.app_errorhandler(NotSignedIn)
def ask_to_sign_in(error: NotSignedIn) -> ResponseReturnValue:
    """A page asks for the password first; a form that was posted is kept meanwhile."""
    if current.is_api():
        return errors.answer(error)
    if request.method in guards.SAFE and not current.wants_fragment():
        return redirect(url_for("sessions.sign_in", next=current.place()))
    try:
        unfinished = kept.keep()
    except HTTPException as too_large:
        return errors.answer(too_large)
    kept_text = unfinished.dump() if unfinished else ""
    form = SignInForm(fresh=True, data={"kept": kept_text})
    return _page(form, 401)
