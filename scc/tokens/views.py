"""The page of API tokens."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scc.errors import Invalid, KeyReused
from scc.tokens import service, store
from scc.tokens.model import Token, parse_name
from scc.web import current, guards
from scc.web.forms import Form, KeyField, ParsedField, new_key

blueprint = Blueprint("tokens", __name__)


class TokenForm(Form):
    name = ParsedField("Name", parse_name, required=True)
    key = KeyField()


@blueprint.route("/scc/tokens", methods=["GET", "POST"])
@guards.admin
def tokens() -> ResponseReturnValue:
    """The tokens there are; a post makes one, and its answer is all that ever shows it."""
    form = TokenForm()
    if form.submitted():
        try:
            name, key = form.name.value, form.key.data
            made = service.make_token(current.ctx(), name, key, current.origin())
            return _page(TokenForm(fresh=True), made)
        except Invalid as error:
            form.name.errors = [error.fields["name"]]
        except KeyReused as error:
            form.key.data = new_key()
            form.refuse(f"This form was used before: {error.earlier}")
    return _page(form), 422 if form.came_back else 200


def _page(form: TokenForm, made: tuple[Token, str] | None = None) -> str:
    return render_template(
        "tokens/tokens.html",
        form=form,
        notice=form.notice,
        form_url=url_for("tokens.tokens"),
        tokens=store.all_tokens(current.ctx()),
        made=made,
    )


@blueprint.post("/scc/tokens/<token_id>/revoke")
@guards.admin
def revoke(token_id: str) -> ResponseReturnValue:
    service.revoke_token(current.ctx(), token_id, current.origin())
    return redirect(url_for("tokens.tokens"), 303)
