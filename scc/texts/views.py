"""The text that guests sign: an admin edits it, looks at it, and publishes it."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scc.errors import Invalid, KeyReused, Outdated
from scc.texts import service, store
from scc.texts.forms import TextForm
from scc.texts.markdown import render
from scc.texts.model import Version, is_sample
from scc.web import current, guards
from scc.web.forms import new_key

blueprint = Blueprint("texts", __name__)


@blueprint.route("/scc/waiver-text", methods=["GET", "POST"])
@guards.admin
def text() -> ResponseReturnValue:
    """A post shows a preview; only with *publish* ticked, and its own button, it publishes."""
    now = store.current(current.ctx())
    start = dict(now.markdown) if now else store.sample()
    form = TextForm(data={**start, "version": str(now.number if now else 0)})
    preview: dict[str, str] = {}
    if form.submitted():
        if "publishing" in request.form and form.publish.data and (done := _publish(form)):
            return done
        preview = {name: render(words) for name, words in form.markdown().items() if words}
        if "publishing" in request.form and not form.publish.data:
            form.publish.errors = ["Tick this to publish it."]
    return _page(form, now, preview), 422 if form.came_back else 200


def _publish(form: TextForm) -> ResponseReturnValue | None:
    try:
        service.publish(
            current.ctx(), form.markdown(), form.version.number, form.key.data, current.origin()
        )
        return redirect(url_for("texts.text", done="published"), 303)
    except Invalid as error:
        for name, what in error.fields.items():
            form[name].errors = [what]
    except KeyReused as error:
        form.key.data = new_key()
        form.refuse(f"This form was used before: {error.earlier}")
    except Outdated:
        now = store.current(current.ctx())
        form.version.data = str(now.number if now else 0)
        form.refuse(
            "Somebody published another version meanwhile; guests sign that one. Yours is still "
            "here: press again to publish it after theirs."
        )
    return None


def _page(form: TextForm, now: Version | None, preview: dict[str, str]) -> str:
    return render_template(
        "texts/text.html",
        form=form,
        notice=form.notice,
        form_url=url_for("texts.text"),
        now=now,
        preview=preview,
        sample=is_sample({"en": form.en.data or "", "es": form.es.data or ""}),
        published=request.args.get("done") == "published" and now is not None,
    )
