"""What guests open: the waiver, its copy, the sail for their calendar."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from scc.aws import Item
from scc.errors import Invalid, KeyReused, NotFound, Refused
from scc.events import store as events
from scc.events.model import Event, parse_ref
from scc.texts import store as texts
from scc.texts.model import Text
from scc.waivers import sails, service, store
from scc.waivers.forms import WaiverForm, seen
from scc.waivers.links import copy_token, read_copy_token
from scc.waivers.model import CONSENTS
from scc.web import current, guards, ics, language
from scc.web.forms import new_key

blueprint = Blueprint("waivers", __name__)

# With a slash at the end each is the same address: it leads to the one without, which has to be
# registered first: decorators go from below.
_METHODS: Any = {"methods": ["GET", "POST"]}
_WITH_SLASH: Any = {**_METHODS, "alias": True, "strict_slashes": False}


@blueprint.route("/g/<ref:ref>/waiver/", **_WITH_SLASH)
@blueprint.route("/g/<ref:ref>/waiver", **_METHODS)
@guards.guest
def page(ref: str) -> ResponseReturnValue:
    """By a path that can be guessed: it lets a guest sign, and shows nobody else."""
    found = sails.behind(ref)
    if not found:
        return _nothing_there(ref)
    if len(found) > 1:
        shown = sails.told_apart(found)
        return render_template("waivers/choose.html", sails=shown, date=sails.as_date(ref))
    # Sent to the sail that was shown, whichever is on that day by then.
    return _sign_page(found[0], sails.guest_url("waivers.page", ref=found[0].ref))


@blueprint.route("/g/<ref:ref>/waiver/<key>/", **_WITH_SLASH)
@blueprint.route("/g/<ref:ref>/waiver/<key>", **_METHODS)
@guards.guest
def party(ref: str, key: str) -> ResponseReturnValue:
    """By the party's own link: it also says who has signed."""
    event = sails.of_party(ref, key)
    return _sign_page(event, _here(), roll=service.roll_call(current.ctx(), event))


def _nothing_there(ref: str) -> ResponseReturnValue:
    find_url = sails.guest_url("waivers.find")
    return render_template("waivers/none.html", date=sails.as_date(ref), find_url=find_url), 404


@blueprint.get("/g/find")
@guards.guest
def find() -> ResponseReturnValue:
    """From the kind page: to the sails of the day that was meant."""
    day = sails.as_date(request.args.get("date", ""))
    return redirect(sails.guest_url("waivers.page", ref=day)) if day else _nothing_there("")


# Signing


def _sign_page(event: Event, form_url: str, **context: Any) -> ResponseReturnValue:
    context["form_url"] = form_url
    version = texts.current(current.ctx())
    shown = sails.show(event)
    if version is None or not service.is_open(current.ctx(), event):
        over = version is not None and not event.cancelled
        return render_template("waivers/closed.html", sail=shown, over=over)
    text = version.text(language.chosen())
    form = WaiverForm(text)
    if form.adds_a_row:
        form.show_another_row()
        return _form_page(event, form, _opened_on(form) or text, **context), 200
    if request.method == "POST":
        opened_on = _opened_on(form)
        if opened_on is None:
            return _with_the_new_text(event, form, text, **context)
        text = opened_on
        if form.submitted() and (answer := _sign(event, form, text)):
            return answer
    return _form_page(event, form, text, **context), 422 if form.came_back else 200


def _opened_on(form: WaiverForm) -> Text | None:
    said = form.text_said()
    return service.text_to_keep(current.ctx(), *said) if said else None


def _with_the_new_text(
    event: Event, form: WaiverForm, text: Text, **context: Any
) -> ResponseReturnValue:
    """What they read is not what is signed now: all that they typed is there, but no signature."""
    form.refuse("The text has changed since you opened this page. Read it, then sign again.")
    form.text_seen.data = seen(text)
    for field in (form.agree, form.electronic, form.signature, form.typed):
        field.data = None
    return _form_page(event, form, text, **context), 422


def _sign(event: Event, form: WaiverForm, text: Text) -> ResponseReturnValue | None:
    ctx = current.ctx()
    signing = form.signing(text, language.chosen())
    try:
        signed = service.sign(ctx, event, signing, current.address(), _user_agent())
    except Invalid as error:
        for name, what in error.fields.items():
            form.put_error(name, what)
    except Refused as error:
        form.refuse(str(error))
    except KeyReused:
        form.key.data = new_key()
        form.refuse(
            "You have signed already, from this page. If something has to be different, press "
            "again: it is kept beside what you signed first."
        )
    else:
        return _signed(copy_url(event, signed.key))
    return None


def _signed(url: str) -> Response:
    """To the copy. The page's script follows by itself: a redirect would hide where to."""
    if current.wants_fragment():
        response = make_response("", 201)
        response.headers["Location"] = url
        response.autocorrect_location_header = False
        return response
    return make_response(redirect(url, 303))


def _user_agent() -> str:
    agent = request.headers.get("User-Agent", "")
    return "".join(c for c in agent if c.isprintable())[:400]


def _form_page(event: Event, form: WaiverForm, text: Text, **context: Any) -> str:
    return render_template(
        "waivers/sign.html",
        form=form,
        notice=form.notice,
        sail=sails.show(event),
        text=text,
        consents=CONSENTS,
        other=_other_language(),
        **context,
    )


def _here() -> str:
    return request.script_root + current.place()


def _other_language() -> dict[str, str]:
    """The way to the same page in the other language."""
    code = "en" if language.chosen() == "es" else "es"
    path = urlsplit(_here()).path
    return {"code": code, "name": language.LANGUAGES[code], "url": f"{path}?lang={code}"}


# The copy


def copy_url(event: Event, submission: str, *, external: bool = False) -> str:
    """A fresh link to the copy of what was signed with that submission."""
    token = copy_token(current.ctx().settings, event.exact_ref, submission, current.ctx().now())
    place: dict[str, Any] = {"ref": event.exact_ref, "token": token, "_external": external}
    return sails.guest_url("waivers.copy", **place)


@blueprint.route("/g/<ref:ref>/signed/<token>", **_METHODS)
@guards.guest
def copy(ref: str, token: str) -> ResponseReturnValue:
    """What somebody signed, to read, print and keep. First of all: when and where they sail."""
    event = events.load(current.ctx(), parse_ref(ref))
    held = read_copy_token(current.ctx().settings, event.exact_ref, token)
    records = store.party(current.ctx(), event, held[0]) if held else []
    if held is None or not records or records[0].get("kind") == "removed":
        raise NotFound("This link is not whole. Ask whoever sent it to you for another.")
    if request.method == "POST":  # a guest asks for another link: it goes to the address on record
        sent = service.send_copy_again(current.ctx(), event, records[0])
        return render_template("waivers/expired.html", asked=True, sent=sent)
    if held[1] < current.ctx().now():
        mailed = bool(records[0].get("email"))
        return render_template("waivers/expired.html", form_url=_here() if mailed else ""), 410
    return render_template(
        "waivers/copy.html",
        sail=sails.show(event),
        records=[r for r in records if r.get("kind") != "removed"],
        first=records[0],
        received=_boat_time(records[0]),
        until=held[1].date(),
        other=_other_language(),
    )


def _boat_time(record: Item) -> datetime:
    zone = current.ctx().settings.timezone
    return datetime.fromisoformat(record["received_at"]).astimezone(zone)


@blueprint.get("/g/<ref:ref>/sail.ics")
@guards.guest
def calendar(ref: str) -> ResponseReturnValue:
    event = events.load(current.ctx(), parse_ref(ref))
    if event.starts_at is None or event.cancelled:
        raise NotFound("This sail has no day yet.")
    url = sails.guest_url("waivers.page", ref=event.ref, _external=True)
    entry = sails.entry(event, event.starts_at, sails.show(event), url)
    return ics.answer([entry], filename="sail.ics")
