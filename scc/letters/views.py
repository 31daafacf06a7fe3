"""Pages of letters: what became of them, how they look, whether mail works; and what SNS posts."""

import re
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scc.company import store as company
from scc.company.model import dock_of
from scc.errors import NotAllowed, NotFound
from scc.events import store as events
from scc.events.letters import account, is_to_come, sail
from scc.events.model import Event, parse_ref
from scc.letters import service
from scc.letters.lines import about_of, as_sent, closed_ways, line, lines
from scc.mail import letters, render, sns, store
from scc.mail import service as mail
from scc.mail.letters import Sail
from scc.mail.model import FAILED, SENT, WAITING, Posted
from scc.parse import money
from scc.web import current, guards
from scc.web.forms import Form, KeyField

blueprint = Blueprint("letters", __name__)

SHOWN = 50
"""Letters of each state."""

LETTER_CSP = "; ".join(
    (
        "default-src 'none'",
        f"style-src 'sha256-{render.STYLE_HASH}'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "sandbox allow-popups",
    )
)
"""For a letter shown as a page: its one style, and nothing else of it."""


class KeyForm(Form):
    key = KeyField()


@blueprint.get("/scc/letters")
@guards.admin
def overview() -> str:
    ctx = current.ctx()
    waiting = store.in_state(ctx, WAITING, SHOWN)
    return render_template(
        "letters/overview.html",
        failed=lines(ctx, store.in_state(ctx, FAILED, SHOWN)),
        waiting=lines(ctx, waiting),
        sent=lines(ctx, store.in_state(ctx, SENT, SHOWN)),
        closed=closed_ways(ctx),
        keeps=ctx.settings.stage == "local",
    )


@blueprint.get("/scc/letters/of/<ref:about>/<kind>/<key>")
@guards.admin
def letter(about: str, kind: str, key: str) -> ResponseReturnValue:
    found = _letter(about, kind, key)
    if found.kind == "text":
        rendered = render.Rendered("", str(found.values.get("text", "")), "")
    else:
        rendered = as_sent(current.ctx(), found)
    if "html" in request.args and rendered.html:
        return _as_page(rendered.html)
    return render_template(
        "letters/letter.html",
        letter=line(current.ctx(), found),
        rendered=rendered,
        html_url="?html=1" if rendered.html else None,
    )


@blueprint.get("/scc/letters/samples")
@guards.admin
def samples() -> ResponseReturnValue:
    """Each letter with made-up values."""
    ctx = current.ctx()
    found = {
        name: render.render(ctx.settings, company.load(ctx), one.kind, one.values, hidden=True)
        for name, one in letters.samples().items()
    }
    if name := request.args.get("sample"):
        return _as_page(found[name].html) if name in found else abort(404)
    return render_template("letters/samples.html", samples=found)


def _as_page(html: str) -> Response:
    response = Response(html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = LETTER_CSP
    return response


@blueprint.get("/scc/letters/health")
@guards.admin
def health() -> str:
    return render_template("letters/health.html", findings=mail.health(current.ctx()))


@blueprint.post("/scc/letters/send")
@guards.admin
def send() -> Response:
    """The page's script asks for what is due. `next`: seconds until more is, or null."""
    ctx = current.ctx()
    mail.drain(ctx)
    due = store.next_due(ctx)
    wait = None if due is None else max(0, due - int(ctx.now().timestamp()))
    return jsonify({"next": wait})


@blueprint.post("/scc/letters/of/<ref:about>/<kind>/<key>/again")
@guards.admin
def again(about: str, kind: str, key: str) -> ResponseReturnValue:
    form = KeyForm()
    found = _letter(about, kind, key)
    if form.submitted():
        service.send_again(current.ctx(), found, form.key.data, current.origin())
    return _back(found, "again")


@blueprint.post("/scc/letters/of/<ref:about>/<kind>/<key>/withdraw")
@guards.admin
def withdraw(about: str, kind: str, key: str) -> ResponseReturnValue:
    found = _letter(about, kind, key)
    mail.take_back(current.ctx(), found, current.origin())
    return _back(found, "kept")


def _letter(about: str, kind: str, key: str) -> Posted:
    """Raises NotFound."""
    fits = len(f"{about}{kind}{key}".encode()) <= 1024
    found = store.one(current.ctx(), about_of(about), f"{kind}#{key}") if fits else None
    if found is None:
        raise NotFound("There is no such letter.")
    return found


def _back(letter: Posted, done: str) -> ResponseReturnValue:
    event = service.event_of(current.ctx(), letter)
    if event is None:
        return redirect(url_for("letters.overview"), 303)
    return redirect(url_for("board.event", ref=event.exact_ref, done=done), 303)


# About one event


@blueprint.post("/scc/events/<ref:ref>/sail-letter")
@guards.admin
def your_sail(ref: str) -> ResponseReturnValue:
    form = KeyForm()
    event = events.load(current.ctx(), parse_ref(ref))
    if form.submitted():
        service.tell_sail(current.ctx(), event.exact_ref, form.key.data, current.origin())
    return redirect(url_for("board.event", ref=event.exact_ref, done="told"), 303)


@blueprint.route("/scc/events/<ref:ref>/text", methods=["GET", "POST"])
@guards.admin
def text(ref: str) -> ResponseReturnValue:
    """A short form for the sender's own phone, which SCC can't look into."""
    event = events.load(current.ctx(), parse_ref(ref))
    form = KeyForm()
    words = _short(event)
    if form.submitted():
        service.note_handed(current.ctx(), event, words, form.key.data, current.origin())
        return redirect(url_for("board.event", ref=event.exact_ref, done="handed"), 303)
    page = render_template(
        "letters/text.html",
        form=form,
        notice=form.notice,
        patron=event.patron_name or event.slug,
        phone=event.patron_phone,
        text=words,
        sms_url=f"sms:{_dialled(event.patron_phone)}?&body={quote(words)}",
        form_url=url_for("letters.text", ref=event.exact_ref),
        close_url=url_for("board.event", ref=event.exact_ref),
    )
    return page, 422 if form.came_back else 200


def _short(event: Event) -> str:
    told = sail(current.ctx(), event)
    if event.cancelled:
        return f"{_hello(told)}Your sail{f' on {told.when}' if told.when else ''} is cancelled."
    if event.starts_at and not is_to_come(current.ctx(), event):
        return f"{_hello(told)}Thank you for sailing with us. {_to_pay(event)}".strip()
    waiver = url_for("waivers.page", ref=event.ref, _external=True)
    when = f"Your sail: {told.when}. " if told.when else ""
    dock = dock_of(company.load(current.ctx()), event)
    parts = [
        _hello(told),
        when,
        f"{dock.name}. " if dock and dock.name else "",
        _to_pay(event),
        f"Waiver for everybody aboard: {waiver}",
    ]
    return "".join(parts)


def _hello(told: Sail) -> str:
    return f"Hi {told.first_name}! " if told.first_name else "Hi! "


def _to_pay(event: Event) -> str:
    balance = account(event).balance
    return f"Still to pay: {money(balance)}. " if balance else ""


def _dialled(phone: str) -> str:
    return re.sub(r"[^0-9+]", "", phone) if re.search(r"\d", phone) else ""


# What other systems post


@blueprint.post("/scc/hooks/ses")
@guards.hook
def ses_news() -> Any:
    """SES tells of bounces and complaints, through SNS."""
    if not current.ctx().settings.mail.ses_topic:
        raise NotFound("Nothing listens here.")
    try:
        service.hear(current.ctx(), request.get_data())
    except sns.NotSigned as error:
        raise NotAllowed(f"This message is not taken: {error}.") from error
    return Response(status=204)
