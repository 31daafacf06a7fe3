"""Dialogs that correct: void, undo, move, give back, sent."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, redirect, url_for
from flask.typing import ResponseReturnValue

from scc.corrections import service
from scc.corrections.forms import MoveForm, RefundForm, SentForm, VoidForm
from scc.corrections.model import (
    check_movable,
    check_unsent,
    check_voidable,
    entry_numbered,
    in_brief,
)
from scc.errors import Invalid, KeyReused, PaidMeanwhile, Refused
from scc.events import store as events
from scc.events.model import Event, Ref, parse_ref
from scc.ledger import store as ledger
from scc.ledger.model import Entry, reading
from scc.payments.matching import best_first, likeness
from scc.payments.writing import Done, last_in_words
from scc.web import current, dialogs, guards
from scc.web.forms import Form, new_key

blueprint = Blueprint("corrections", __name__)

SHOWN = 8
"""Events offered as the one that money is for."""


@blueprint.route("/scc/events/<ref:ref>/entries/<int:number>/void", methods=["GET", "POST"])
@guards.admin
def void(ref: str, number: int) -> ResponseReturnValue:
    event, entries = _load(ref)
    entry = entry_numbered(entries, number)
    form = VoidForm(event, entry, entries, current.ctx().today())
    answer = _act(
        event,
        form,
        "voided",
        lambda: service.void(
            current.ctx(),
            event.exact_ref,
            number,
            form.reason.value,
            form.payment_anew(),
            form.once(),
            current.origin(),
        ),
        check=lambda: check_voidable(entry, entries),
    )
    return answer or _show("void", event, form, entry)


@blueprint.post("/scc/events/<ref:ref>/entries/<int:number>/undo")
@guards.admin
def undo(ref: str, number: int) -> ResponseReturnValue:
    done = service.undo(current.ctx(), parse_ref(ref), number, current.origin())
    return _to_card(done, "voided")


@blueprint.route("/scc/events/<ref:ref>/entries/<int:number>/move", methods=["GET", "POST"])
@guards.admin
def move(ref: str, number: int) -> ResponseReturnValue:
    event, entries = _load(ref)
    entry = entry_numbered(entries, number)
    form = MoveForm(event)
    fitting = _fitting(event, entry, form.find.data or "")
    picked = form.event.data
    if picked and picked not in [str(e.exact_ref) for e in fitting]:
        fitting = [*fitting, events.load(current.ctx(), parse_ref(picked))]
    answer = None
    if picked or form.reason.data:
        answer = _act(
            event,
            form,
            "moved",
            lambda: service.move(
                current.ctx(),
                event.exact_ref,
                number,
                parse_ref(str(picked)),
                form.reason.value,
                form.once(),
                current.origin(),
            ),
            check=lambda: check_movable(entry, entries),
        )
    elif not form.is_submitted():
        _refuse_early(form, lambda: check_movable(entry, entries))
    about = [dialogs.about(found) for found in fitting]
    return answer or _show("move", event, form, entry, fitting=about)


def _fitting(event: Event, entry: Entry, find: str) -> list[Event]:
    """Events that the money may be for: by name or date where that is given, else the unpaid."""
    ctx = current.ctx()
    zone, today = ctx.settings.timezone, ctx.today()
    found = {e.exact_ref: e for e in events.unpaid_before(ctx, None)}
    if find:
        for days in (-31, 0, 31):
            month = f"{today + timedelta(days=days):%Y-%m}"
            found |= {e.exact_ref: e for e in events.in_month(ctx, month)}
        matching = [e for e in found.values() if _matches(e, find)]
    else:
        matching = list(found.values())
    others = [e for e in matching if e.key != event.key and not e.cancelled]
    return best_first(others, entry.cents, find or entry.payer, today, zone)[:SHOWN]


def _matches(event: Event, find: str) -> bool:
    return find.lower() in event.slug or likeness(find, event.patron_name) > 0


@blueprint.route("/scc/events/<ref:ref>/refund", methods=["GET", "POST"])
@guards.admin
def refund(ref: str) -> ResponseReturnValue:
    event, entries = _load(ref)
    form = RefundForm(event, _last_received(entries), current.ctx().today())
    answer = _act(
        event,
        form,
        "refunded",
        lambda: service.refund(
            current.ctx(), event.exact_ref, form.refund(), form.once(), current.origin()
        ),
        check=lambda: _check_refundable(event),
    )
    return answer or _show("refund", event, form)


def _check_refundable(event: Event) -> None:
    if event.standing.refundable_cents <= 0:
        raise Refused(
            "There is nothing to give back: no money of ours is on it. What the booking system "
            "took is given back there."
        )


def _last_received(entries: list[Entry]) -> Entry | None:
    read = reading(entries)
    received = [e for e in entries if e.is_money_in and read.counts(e)]
    return received[-1] if received else None


@blueprint.route("/scc/events/<ref:ref>/entries/<int:number>/sent", methods=["GET", "POST"])
@guards.admin
def sent(ref: str, number: int) -> ResponseReturnValue:
    event, entries = _load(ref)
    entry = entry_numbered(entries, number)
    form = SentForm(event, entry, current.ctx().today())
    answer = _act(
        event,
        form,
        "sent",
        lambda: service.mark_sent(
            current.ctx(),
            event.exact_ref,
            number,
            form.received_on.value,
            str(form.payment_method.data),
            form.reference.value or "",
            form.once(),
            current.origin(),
        ),
        check=lambda: check_unsent(entry, entries),
    )
    return answer or _show("sent", event, form, entry)


# What they have in common


def _load(ref: str) -> tuple[Event, list[Entry]]:
    event = events.load(current.ctx(), parse_ref(ref))
    return event, ledger.entries(current.ctx(), event.ledger)


def _act(
    event: Event,
    form: Any,
    done: str,
    act: Callable[[], Done],
    check: Callable[[], None],
) -> Response | None:
    """Do it where the form was sent and is right; else None, with the form saying why.

    `check`: what makes it impossible, told before anything is typed.
    """
    if not form.submitted():
        if not form.is_submitted():
            _refuse_early(form, check)
        return None
    try:
        return _to_card(act(), done)
    except Refused as error:
        form.refuse(str(error))
    except Invalid as error:
        for name, text in error.fields.items():
            form[name].errors = [*form[name].errors, text]
    except KeyReused as error:
        form.key.data, form.seen.data = new_key(), event.money_seen
        form.refuse(f"This form was used before: {error.earlier} Press again for another.")
    except PaidMeanwhile:
        now = events.load(current.ctx(), event.exact_ref)
        form.seen.data = now.money_seen
        form.refuse(
            "Somebody changed this event's money meanwhile, the last payment being "
            f"{last_in_words(now)}. Look and press again."
        )
    return None


def _refuse_early(form: Form, check: Callable[[], None]) -> None:
    try:
        check()
    except Refused as error:
        form.refuse(str(error))


def _to_card(done: Done, what: str) -> Response:
    ref: Ref = done.event.exact_ref
    card = url_for("board.card", ref=ref, done=what, entry=done.number)
    return redirect(card, 303)  # type: ignore[return-value]


def _show(
    name: str, event: Event, form: Form, entry: Entry | None = None, **context: Any
) -> Response:
    number = entry.number if entry else None
    return dialogs.render(
        f"corrections/{name}.html",
        event,
        form,
        url_for(f"corrections.{name}", ref=event.exact_ref, number=number),
        entry=entry,
        said=in_brief(entry) if entry else "",
        **context,
    )
