"""Signing in and out, and what happens to who is not."""

from flask import (
    Blueprint,
    Response,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as cookie
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from scc.audit.model import Actor
from scc.errors import NotSignedIn, Throttled
from scc.sessions import kept, service, ways
from scc.sessions.entering import enter, visit
from scc.sessions.forms import CrewForm, SignInForm
from scc.web import current, errors, guards
from scc.web.pages import is_ours

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
    """The owner by a name and the admin password; other admins by an address, theirs and a code."""
    wanted = request.args.get("next", "")
    form = SignInForm(data={"next": wanted if is_ours(wanted) else ""})
    if not form.submitted():
        return _page(form, 422 if form.came_back else 200)
    name, password, code = form.name.value, form.password.data or "", form.code.value or ""
    try:
        if "@" in name:
            held = ways.sign_in_admin(current.ctx(), name, password, code, visit())
        else:
            held = service.sign_in(current.ctx(), name, password, visit())
    except (NotSignedIn, Throttled) as error:
        form.password.errors = [str(error)]
        response = _page(form, 401)
        return errors.with_status(response, error)
    return enter(held, form.next.data or "", form.kept.data or "")


@blueprint.route("/scc/sign-in/crew", methods=["GET", "POST"])
@guards.anyone
def crew() -> ResponseReturnValue:
    """A letter with a link and a code is asked for here, and the code entered."""
    wanted = request.args.get("next", "")
    form = CrewForm(data={"next": wanted if is_ours(wanted) else ""})
    if not form.submitted():
        return _crew_page(form, 422 if form.came_back else 200)
    if not form.code.value:
        try:
            ways.ask(current.ctx(), form.reach.value, visit())
        except Throttled as error:
            form.reach.errors = [str(error)]
            return errors.with_status(_crew_page(form, 429), error)
        return _crew_page(form, 200, asked=True)
    try:
        held = ways.enter_code(current.ctx(), form.reach.value, form.code.value, visit())
    except (NotSignedIn, Throttled) as error:
        form.code.errors = [str(error)]
        return errors.with_status(_crew_page(form, 401), error)
    return enter(held, form.next.data or "", form.kept.data or "", crew=True)


def _crew_page(form: CrewForm, status: int, *, asked: bool = False) -> Response:
    page = render_template(
        "sessions/crew.html",
        form=form,
        form_url=url_for("sessions.crew"),
        has_kept=bool(form.kept.data),
        notice=form.notice,
        asked=asked,
    )
    return make_response(page, status)


def _page(form: SignInForm, status: int) -> Response:
    page = render_template(
        "sessions/sign_in.html",
        form=form,
        form_url=url_for("sessions.sign_in"),
        has_kept=bool(form.kept.data),
        notice=form.notice,
        wanted=form.next.data or None,
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
    """A page asks for a way in first; a form that was posted is kept meanwhile."""
    if current.is_api():
        return errors.answer(error)
    if request.method in guards.SAFE and not current.wants_fragment():
        place = "sessions.crew" if _is_crews() else "sessions.sign_in"
        return redirect(url_for(place, next=current.place()))
    try:
        unfinished = kept.keep()
    except HTTPException as too_large:
        return errors.answer(too_large)
    data = {"kept": unfinished.dump() if unfinished else ""}
    if _is_crews():
        return _crew_page(CrewForm(fresh=True, data=data), 401)
    return _page(SignInForm(fresh=True, data=data), 401)


def _is_crews() -> bool:
    """Whether crew come here rather than the office: by their last session, or the page."""
    return "crew" in cookie or request.path.startswith(("/scc/crew/", "/scc/sheet/"))
