"""The page *Money*: what to check, to send, held, to decide; and where a payment bounced."""

from dataclasses import dataclass, field

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeSerializer

from scc.banking import lines, service, store
from scc.banking.forms import BounceForm, MarksForm
from scc.banking.lines import Lines
from scc.banking.model import BOUNCE, Known, known
from scc.banking.service import Bounce, Marks, Told
from scc.errors import Invalid, KeyReused, NotFound, PaidMeanwhile, Refused
from scc.events import store as events
from scc.events.model import Event, parse_ref
from scc.ledger import store as ledger
from scc.parse import money as in_dollars
from scc.payments.model import in_words
from scc.web import current, dialogs, guards
from scc.web.forms import new_key

blueprint = Blueprint("banking", __name__)


@blueprint.route("/scc/money", methods=["GET", "POST"])
@guards.admin
def money() -> ResponseReturnValue:
    form = MarksForm(current.ctx().today())
    if form.submitted():
        told = service.mark(current.ctx(), _marks(form), current.origin())
        if all(one.done for one in told):
            return redirect(url_for("banking.money", done=_signed(form.mark.value, len(told))), 303)
        form.refuse("Not all of it was marked.")
        return _page(form, Outcome(form.mark.value, told))
    return _page(form)


def _marks(form: MarksForm) -> Marks:
    return Marks(form.mark.value, form.entry.places, form.seen_on.value, form.key.data)


@dataclass(frozen=True)
class Outcome:
    """What came of a form that could not all be done."""

    mark: str
    told: list[Told] = field(default_factory=list)

    @property
    def done(self) -> list[Told]:
        return [one for one in self.told if one.done]

    @property
    def not_done(self) -> list[Told]:
        return [one for one in self.told if not one.done]


def _page(form: MarksForm, outcome: Outcome | None = None) -> Response:
    ctx = current.ctx()
    found = store.matters(ctx)
    to_check = [lines.of_matter(ctx, matter) for matter in (*found.due, *found.not_due)]
    page = render_template(
        "banking/money.html",
        form=form,
        notice=form.notice,
        outcome=outcome,
        to_check=lines.cut(to_check),
        due=len(found.due),
        owed=lines.cut([lines.of_matter(ctx, matter) for matter in found.owed]),
        held=_events(found.held),
        undecided=_events(found.undecided),
        there=lines.cut([lines.of_booked(ctx, event) for event in found.there]),
        today=ctx.today(),
        banner=_confirmed(request.args.get("done", "")),
    )
    return make_response(page, 422 if form.came_back else 200)


def _events(found: list[Event]) -> Lines:
    shown = [lines.of_event(current.ctx(), e, e.standing.refundable_cents) for e in found]
    return lines.cut(shown)


# What was done, in the address of the page that follows: signed, so that only SCC says it.


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="scc.banking.done")


def _signed(mark: str, count: int) -> str:
    token = _serializer().dumps([mark, count])
    return token if isinstance(token, str) else token.decode()


def _confirmed(token: str) -> dict[str, str] | None:
    try:
        mark, count = _serializer().loads(token)
    except (BadData, ValueError, TypeError):
        return None
    return {
        "text": f"Marked {mark}",
        "detail": "1 payment." if count == 1 else f"{count} payments.",
    }


# One payment that came back


@blueprint.route("/scc/events/<ref:ref>/entries/<int:number>/bounced", methods=["GET", "POST"])
@guards.admin
def bounced(ref: str, number: int) -> ResponseReturnValue:
    event, found = _loaded(ref, number)
    form = BounceForm(event, current.ctx().today())
    if form.submitted():
        try:
            done = service.bounce(
                current.ctx(), event.exact_ref, _bounce(form, number), current.origin()
            )
            card = url_for("board.card", ref=event.exact_ref, done="bounced", entry=done.number)
            return redirect(card, 303)
        except Invalid as error:
            form.fee.errors = [*error.fields.values()]
        except Refused as error:
            form.refuse(str(error))
        except KeyReused as error:
            form.key.data, form.seen.data = new_key(), event.money_seen
            form.refuse(f"This form was used before: {error.earlier} Press again for another.")
        except PaidMeanwhile:
            event, found = _loaded(ref, number)
            form.seen.data = event.money_seen
            form.refuse("Somebody changed this event's money meanwhile. Look and press again.")
    elif request.method == "GET" and BOUNCE not in found.allows and not form.came_back:
        form.refuse(f"This payment {found.why_not(BOUNCE)}.")
    return dialogs.render(
        "banking/bounced.html",
        event,
        form,
        url_for("banking.bounced", ref=event.exact_ref, number=number),
        entry=found.entry,
        told=_in_words(event, found),
    )


def _loaded(ref: str, number: int) -> tuple[Event, Known]:
    event = events.load(current.ctx(), parse_ref(ref))
    found = known(ledger.entries(current.ctx(), event.ledger), number)
    if found is None or not found.entry.is_money_in:
        raise NotFound("There is no such payment.")
    return event, found


def _bounce(form: BounceForm, number: int) -> Bounce:
    return Bounce(
        number=number,
        seen_on=form.seen_on.value,
        reason=form.reason.value or "",
        fee_cents=form.fee.value or 0,
        key=form.key.data,
        seen=form.seen.data or "",
    )


def _in_words(event: Event, found: Known) -> str:
    entry = found.entry
    if entry.cents is None:
        return in_dollars(0)
    payer = entry.payer or event.patron_name or event.slug
    return in_words(entry.cents + entry.tip_cents, entry.method, payer)
