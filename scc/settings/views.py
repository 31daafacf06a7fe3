"""The settings: all of them on one page, and a form for each part, dock, boat and kind."""

from dataclasses import replace
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scc.company import service, store
from scc.company.model import (
    Boat,
    Company,
    Dock,
    Item,
    Kind,
    List,
    Part,
    as_item,
    mark_of,
    part_item,
    with_item,
)
from scc.crew.foreseeing import foresee
from scc.errors import Invalid, KeyReused, Outdated, Refused
from scc.settings.forms import (
    CARRIED,
    NEW,
    RetireForm,
    SettingsForm,
    as_typed,
    part_form,
    thing_form,
)
from scc.web import current, guards
from scc.web.forms import new_key

blueprint = Blueprint("settings", __name__)

_PART: Final = "<any(about, pay, paragraphs):part>"
_LIST: Final = "<any(docks, boats, kinds):things>"


@blueprint.get("/scc/settings")
@guards.admin
def page() -> str:
    return _page()


def _page(notice: str = "") -> str:
    company = store.load(current.ctx())
    done = {"saved": "Saved."}.get(request.args.get("done", ""), "")
    return render_template("settings/page.html", company=company, notice=notice, done=done)


@blueprint.route(f"/scc/settings/{_PART}", methods=["GET", "POST"])
@guards.admin
def part(part: Part) -> ResponseReturnValue:
    form = part_form(store.load(current.ctx()), part)
    if form.submitted():
        try:
            seen = form.seen.data or ""
            service.save_part(current.ctx(), part, form.values(), seen, current.origin())
            return _saved()
        except Outdated:
            now = part_item(store.load(current.ctx()), part)
            _say_what_changed(form, now | {"seen": mark_of(now)})
    return _form_page(form, part, url_for("settings.part", part=part))


@blueprint.route(f"/scc/settings/{_LIST}", methods=["GET", "POST"])
@guards.admin
def add(things: List) -> ResponseReturnValue:
    form = thing_form(things, NEW[things])
    if form.submitted():
        try:
            thing = form.thing("", False)
            if _has_to_be_told(form, things, replace(thing, id="new")):
                return _form_page(form, things, url_for("settings.add", things=things))
            service.add_thing(current.ctx(), things, thing, form.key.data, current.origin())
            return _saved()
        except Invalid as error:
            form.name.errors = [error.fields["name"]]
        except KeyReused as error:
            form.key.data = new_key()
            form.refuse(f"This form was used before: {error.earlier} Press again for another.")
    return _form_page(form, things, url_for("settings.add", things=things))


@blueprint.route(f"/scc/settings/{_LIST}/<thing_id>", methods=["GET", "POST"])
@guards.admin
def thing(things: List, thing_id: str) -> ResponseReturnValue:
    company = store.load(current.ctx())
    now = service.find(company, things, thing_id)
    form = thing_form(things, now)
    if form.submitted():
        try:
            wanted = form.thing(now.id, now.retired)
            seen = form.seen.data or ""
            if _has_to_be_told(form, things, wanted):
                return _thing_page(form, company, things, now)
            service.save_thing(current.ctx(), things, wanted, seen, current.origin())
            return _saved()
        except Invalid as error:
            form.name.errors = [error.fields["name"]]
        except Outdated:
            found = service.find(store.load(current.ctx()), things, thing_id)
            _say_what_changed(form, as_typed(found))
    return _thing_page(form, company, things, now)


def _thing_page(
    form: SettingsForm,
    company: Company,
    things: List,
    now: Dock | Boat | Kind,
    retiring: RetireForm | None = None,
) -> ResponseReturnValue:
    place = url_for("settings.thing", things=things, thing_id=now.id)
    return _form_page(form, things, place, now, _may_retire(company, things, now), retiring)


def _has_to_be_told(
    form: SettingsForm | RetireForm, things: List, thing: Dock | Boat | Kind
) -> bool:
    """Whether it asks people anew, of whom the form's reader has not heard: now they do."""
    ctx = current.ctx()
    company = store.read(ctx)
    others = [one for one in getattr(company, things) if one.id != thing.id]
    listed = [*map(as_item, others), as_item(thing)]
    after = with_item(company, {"version": company.version, things: listed})
    words = foresee(ctx, company, after).words
    if words == (form.foreseen.data or ""):
        return False
    form.foreseen.data = words
    if words:
        form.refuse(f"{words}. Press again to do it all the same, or leave it.")
    return bool(words)


def _may_retire(company: Company, things: List, thing: Dock | Boat | Kind) -> bool:
    others = [one for one in getattr(company, things) if one.id != thing.id and not one.retired]
    return bool(others) or things == "docks"


@blueprint.post(f"/scc/settings/{_LIST}/<thing_id>/retire")
@guards.admin
def retire(things: List, thing_id: str) -> ResponseReturnValue:
    form = RetireForm()
    company = store.load(current.ctx())
    now = service.find(company, things, thing_id)
    back = form.back.data == "1"
    if _has_to_be_told(form, things, replace(now, retired=not back)):
        shown = thing_form(things, now)
        shown.refuse(form.notice)
        return _thing_page(shown, company, things, now, retiring=form)
    try:
        service.retire(current.ctx(), things, thing_id, current.origin(), back=back)
    except Refused as error:
        return _page(str(error)), 422
    return _saved()


def _saved() -> ResponseReturnValue:
    return redirect(url_for("settings.page", done="saved"), 303)


def _say_what_changed(form: SettingsForm, now: Item) -> None:
    """Somebody was quicker: what they made of it is said, what was typed stays."""
    theirs = [
        f"{field.label.text}: {now.get(field.name) or 'nothing'}"
        for field in form
        if field.name not in CARRIED and str(now.get(field.name) or "") != (field.data or "")
    ]
    form.seen.data = now["seen"]
    form.refuse(
        "Somebody changed this meanwhile. Yours differs in: "
        + ("; ".join(theirs) or "nothing")
        + ". Press again to save yours."
    )


def _form_page(
    form: SettingsForm,
    what: Part | List,
    form_url: str,
    thing: Dock | Boat | Kind | None = None,
    may_retire: bool = False,
    retiring: RetireForm | None = None,
) -> ResponseReturnValue:
    page = render_template(
        "settings/form.html",
        form=form,
        form_url=form_url,
        notice=form.notice,
        what=what,
        thing=thing,
        may_retire=may_retire,
        foreseen=retiring.foreseen.data if retiring else "",
    )
    return page, 422 if form.came_back else 200
