"""The page of the staff, and of each person."""

from typing import Any
from urllib.parse import quote

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scc.errors import Invalid, KeyReused, Outdated
from scc.mail import links
from scc.staff import service, store
from scc.staff.forms import LinkForm, PersonForm, as_typed
from scc.staff.model import Person, dialled
from scc.web import current, guards
from scc.web.forms import Form, new_key

blueprint = Blueprint("staff", __name__)


@blueprint.get("/scc/staff")
@guards.admin
def everyone() -> str:
    people = store.everyone(current.ctx())
    return render_template(
        "staff/everyone.html",
        here=[person for person in people if not person.left],
        gone=[person for person in people if person.left],
    )


@blueprint.route("/scc/staff/new", methods=["GET", "POST"])
@guards.admin
def new() -> ResponseReturnValue:
    form = PersonForm(data={"roles": ["crew"]})  # type: ignore[dict-item]
    if form.submitted():
        try:
            person = service.add_person(
                current.ctx(), form.details(), form.key.data, current.origin()
            )
            return redirect(url_for("staff.person", person_id=person.id, done="added"), 303)
        except Invalid as error:
            _show_errors(form, error)
        except KeyReused as error:
            form.key.data = new_key()
            form.refuse(f"This form was used before: {error.earlier} Press again for another.")
    return _form_page(form, url_for("staff.new"))


@blueprint.route("/scc/staff/<person_id>", methods=["GET", "POST"])
@guards.admin
def person(person_id: str) -> ResponseReturnValue:
    found = store.load(current.ctx(), person_id)
    form = PersonForm(data=as_typed(found))
    if form.submitted():
        try:
            service.change_person(
                current.ctx(), found.id, form.details(), form.version.number, current.origin()
            )
            return redirect(url_for("staff.person", person_id=found.id, done="changed"), 303)
        except Invalid as error:
            _show_errors(form, error)
        except Outdated:
            found = store.load(current.ctx(), found.id)
            form.version.data = str(found.version)
            form.refuse("Somebody changed this person meanwhile. Look, and press again.")
    return _form_page(form, url_for("staff.person", person_id=found.id), found)


def _form_page(
    form: PersonForm, form_url: str, person: Person | None = None
) -> ResponseReturnValue:
    page = render_template(
        "staff/person.html",
        form=form,
        form_url=form_url,
        notice=form.notice,
        someone=person,
        done=_DONE.get(request.args.get("done", "")),
    )
    return page, 422 if form.came_back else 200


_DONE = {
    "added": "Added. Now let them in: send a link.",
    "changed": "Changed.",
    "sent": "The letter is on its way.",
    "left": "Nothing lets them in any more.",
    "returned": "Back aboard. They need a new link.",
}


def _show_errors(form: Form, error: Invalid) -> None:
    for name, text in error.fields.items():
        form[name].errors = [*form[name].errors, text]


@blueprint.post("/scc/staff/<person_id>/link")
@guards.admin
def link(person_id: str) -> ResponseReturnValue:
    """A link that lets them in, by letter, or shown this once to be texted."""
    return _given(service.give_link, person_id)


@blueprint.post("/scc/staff/<person_id>/reset")
@guards.admin
def reset(person_id: str) -> ResponseReturnValue:
    """An admin's password and second factor are lost: they set up others."""
    return _given(service.reset, person_id)


def _given(give: Any, person_id: str) -> ResponseReturnValue:
    form = LinkForm()
    if not form.submitted():
        return redirect(url_for("staff.person", person_id=person_id), 303)
    by_letter = form.how.data == "letter"
    given = give(current.ctx(), person_id, by_letter, current.origin())
    if by_letter:
        return redirect(url_for("staff.person", person_id=given.person.id, done="sent"), 303)
    return _to_text(given.person, given.name)


def _to_text(person: Person, name: str) -> str:
    """For the sender's own phone, which SCC can't look into."""
    settings = current.ctx().settings
    root = settings.public_url or request.url_root.rstrip("/")
    words = f"Hi {person.first_name}! Sign in to Ship Captain Crew: {root}" + links.way_in(
        settings, name
    )
    return render_template(
        "staff/link.html",
        someone=person,
        text=words,
        sms_url=f"sms:{dialled(person.phone)}?&body={quote(words)}",
    )


@blueprint.post("/scc/staff/<person_id>/leave")
@guards.admin
def leave(person_id: str) -> ResponseReturnValue:
    service.see_off(current.ctx(), person_id, current.origin())
    return redirect(url_for("staff.person", person_id=person_id, done="left"), 303)


@blueprint.post("/scc/staff/<person_id>/return")
@guards.admin
def come_back(person_id: str) -> ResponseReturnValue:
    service.take_back(current.ctx(), person_id, current.origin())
    return redirect(url_for("staff.person", person_id=person_id, done="returned"), 303)
