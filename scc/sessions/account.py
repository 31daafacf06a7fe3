"""A link that was sent, opened; and the page of one's own way in."""

from typing import cast

from flask import Blueprint, g, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scc.errors import Invalid, Refused, Throttled
from scc.sessions import ways
from scc.sessions.entering import enter, start_cookie, visit
from scc.sessions.forms import FeedForm, PasswordForm, SetUpForm
from scc.sessions.model import Session
from scc.staff import access, store
from scc.web import current, errors, guards
from scc.web.forms import Form

blueprint = Blueprint("account", __name__)


@blueprint.route("/scc/in/<way>", methods=["GET", "POST"])
@guards.anyone
def way_in(way: str) -> ResponseReturnValue:
    """A button, since mail scanners open links; for an admin, a password and a second factor."""
    try:
        found = ways.way_of(current.ctx(), way)
        form = SetUpForm() if found.sets_up else Form()
        if form.submitted():
            return _go_in(found, form)
    except Refused as error:
        page = render_template("sessions/over.html", text=str(error))
        return errors.with_status(make_response(page), error)
    except Invalid as error:
        form["code"].errors = [error.fields["code"]]
    return _way_page(way, found, form), 422 if form.came_back else 200


def _go_in(found: ways.Way, form: Form) -> ResponseReturnValue:
    ctx = current.ctx()
    if isinstance(form, SetUpForm):
        password, code = form.new_password.data or "", form.code.value
        return enter(ways.set_up(ctx, found, password, code, visit()))
    return enter(ways.go_in(ctx, found, visit()), crew=True)


def _way_page(way: str, found: ways.Way, form: Form) -> str:
    secret, drawn = "", ""
    if found.sets_up:
        settings = current.ctx().settings
        secret = access.factor_secret(settings, found.person, found.nonce)
        drawn = _drawn(access.factor_uri(settings, found.person, found.nonce))
    return render_template(
        "sessions/way_in.html",
        form=form,
        form_url=url_for("account.way_in", way=way),
        notice=form.notice,
        someone=found.person,
        sets_up=found.sets_up,
        secret=" ".join(secret[n : n + 4] for n in range(0, len(secret), 4)),
        code=drawn,
    )


def _drawn(uri: str) -> str:
    import segno  # here: no other request needs it

    made = segno.make(uri, error="m", micro=False)
    return made.svg_inline(border=4, light="#fff", omitsize=True, svgclass="qr", lineclass=None)


@blueprint.get("/scc/account")
@guards.crew
def account() -> ResponseReturnValue:
    return _page(PasswordForm(fresh=True))


def _page(form: PasswordForm, code: str = "") -> str:
    ctx, session = current.ctx(), _session()
    mine = store.load(ctx, session.person_id) if session.person_id else None
    key = access.feed_key(ctx.settings, mine) if mine else ""
    feed = url_for("sails.feed", person_id=mine.id, key=key, _external=True) if mine and key else ""
    return render_template(
        "sessions/account.html", mine=mine, form=form, notice=form.notice, code=code, feed=feed
    )


@blueprint.post("/scc/account/password")
@guards.crew
def password() -> ResponseReturnValue:
    form = PasswordForm()
    if form.submitted():
        old, new = form.password.data or "", form.new_password.data or ""
        try:
            start_cookie(
                ways.change_password(current.ctx(), _session(), old, new, visit(), current.origin())
            )
            return redirect(url_for("account.account", done="password"), 303)
        except Invalid as error:
            form.password.errors = [error.fields["old"]]
        except Throttled as error:
            form.password.errors = [str(error)]
            return errors.with_status(make_response(_page(form)), error)
    return _page(form), 422


@blueprint.post("/scc/account/code")
@guards.crew
def code() -> ResponseReturnValue:
    """A short code for the home-screen app, shown this once."""
    made = ways.make_code(current.ctx(), _session(), current.origin())
    return _page(PasswordForm(fresh=True), f"{made[:4]} {made[4:]}")


@blueprint.post("/scc/account/feed")
@guards.crew
def feed() -> ResponseReturnValue:
    """Another address of the calendar's feed, or none."""
    form = FeedForm()
    if form.submitted():
        ways.set_feed(current.ctx(), _session(), form.what.data != "end", current.origin())
    return redirect(url_for("account.account", done="feed"), 303)


def _session() -> Session:
    return cast(Session, g.session)
