"""The crew of a sail: dialogs of who dispatches, and the page that somebody answers on."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scc.audit.model import Actor, Origin
from scc.company.model import POSITIONS
from scc.crew import answering, asking, by_hand, letters, store, taking_off, voyage
from scc.crew.asking import Wish
from scc.crew.candidates import Candidate, who_could_come
from scc.crew.forms import (
    AnswerForm,
    AskForm,
    LinkForm,
    OverrideForm,
    PositionsForm,
    PutOnForm,
    TakeOffForm,
)
from scc.crew.links import is_answer_key
from scc.crew.model import NO, YES, station_of, wanted
from scc.crew.plan import plan_of
from scc.errors import KeyReused, NotFound, Refused
from scc.events import letters as event_letters
from scc.events import store as events
from scc.events.model import Event, parse_ref
from scc.staff import store as staff
from scc.staff.model import Person
from scc.web import current, dialogs, guards
from scc.web.forms import Form, choices, new_key

blueprint = Blueprint("crew", __name__)


def _event(ref: str) -> Event:
    return events.load(current.ctx(), parse_ref(ref))


def _done(event: Event, done: str) -> ResponseReturnValue:
    return redirect(url_for("board.event", ref=event.exact_ref, done=done), 303)


def _dialog(
    template: str, event: Event, form: Form, endpoint: str, **context: Any
) -> ResponseReturnValue:
    number = context.pop("number", None)
    place: dict[str, Any] = {"ref": event.exact_ref} | ({"number": number} if number else {})
    url = url_for(endpoint, **place)
    return dialogs.render(template, event, form, url, **context)


@blueprint.route("/scc/events/<ref:ref>/crew/ask", methods=["GET", "POST"])
@guards.admin
def ask(ref: str) -> ResponseReturnValue:
    """Whom to ask; what speaks against each is said before."""
    ctx, event = current.ctx(), _event(ref)
    plan = plan_of(ctx, event)
    people = who_could_come(ctx, plan)
    form = AskForm(plan.open, people)
    if form.submitted():
        wish = Wish(
            tuple(form.people.data or ()),
            tuple(p for p in POSITIONS if p in (form.positions.data or ())),
            int(form.hours.data),
            everyone=bool(form.everyone.data),
        )
        try:
            asking.ask(ctx, event.exact_ref, wish, form.key.data, current.origin())
            return _done(event, "asked")
        except KeyReused as error:
            form.key.data = new_key()
            form.refuse(f"This form was used before: {error.earlier} Press again to ask.")
        except Refused as error:
            form.refuse(str(error))
    filled = not plan.open
    needed = wanted(plan.company, event) if filled else plan.open
    context: dict[str, Any] = {
        "people": people,
        "needed": needed,
        "terms": letters.in_words(plan.terms),
        "night": bool(letters.by_day(ctx)),
        "against": asking.against_asking(ctx, plan, needed),
        "instead": url_for("crew.positions" if filled else "crew.put_on", ref=event.exact_ref),
        "filled": filled,
    }
    return _dialog("crew/ask.html", event, form, "crew.ask", **context)


@blueprint.route("/scc/events/<ref:ref>/crew/on", methods=["GET", "POST"])
@guards.admin
def put_on(ref: str) -> ResponseReturnValue:
    """Somebody said yes by phone."""
    ctx, event = current.ctx(), _event(ref)
    plan = plan_of(ctx, event)
    people = who_could_come(ctx, plan)
    who = request.args.get("person", "")
    mine = station_of(plan.stations, who)
    position = mine.position if mine else next(iter(plan.open), "captain")
    form = PutOnForm(data={"position": position, "person": who})
    form.person.choices = choices({one.person.id: _as_choice(one) for one in people})
    if form.submitted():
        try:
            by_hand.put_on(
                ctx,
                event.exact_ref,
                str(form.person.data),
                str(form.position.data),
                form.note.value or "",
                current.origin(),
            )
            return _done(event, "put_on")
        except (Refused, NotFound) as error:
            form.refuse(str(error))
    return _dialog("crew/on.html", event, form, "crew.put_on", people=people)


def _as_choice(one: Candidate) -> str:
    against = "; ".join(one.against)
    return f"{one.person.name} ({against})" if against else one.person.name


@blueprint.route("/scc/events/<ref:ref>/crew/<int:number>/off", methods=["GET", "POST"])
@guards.admin
def take_off(ref: str, number: int) -> ResponseReturnValue:
    ctx, event = current.ctx(), _event(ref)
    stations = plan_of(ctx, event).stations
    if not 1 <= number <= len(stations):
        raise NotFound("Nobody is on at that place any more.")
    one = stations[number - 1]
    form = TakeOffForm(data={"who": one.name})
    if form.submitted():
        if form.who.data == one.name:
            reason = form.reason.value or ""
            taking_off.take_off(ctx, event.exact_ref, one, reason, current.origin())
            return _done(event, "taken_off")
        form.who.data = one.name
        form.refuse("Somebody else is at that place by now. Look, and press again.")
    return _dialog("crew/off.html", event, form, "crew.take_off", number=number, one=one)


@blueprint.route("/scc/events/<ref:ref>/crew/positions", methods=["GET", "POST"])
@guards.admin
def positions(ref: str) -> ResponseReturnValue:
    """How many of each this sail needs."""
    ctx, event = current.ctx(), _event(ref)
    needed = wanted(plan_of(ctx, event).company, event)
    form = PositionsForm(data={name: str(needed.get(name, 0)) for name in POSITIONS})
    if form.submitted():
        by_hand.set_positions(ctx, event.exact_ref, form.counts(), current.origin())
        return _done(event, "needed")
    return _dialog("crew/positions.html", event, form, "crew.positions")


@blueprint.route("/scc/events/<ref:ref>/ready", methods=["GET", "POST"])
@guards.admin
def override(ref: str) -> ResponseReturnValue:
    """Let it sail all the same: with a name and a reason."""
    ctx, event = current.ctx(), _event(ref)
    found = voyage.verdict_of(ctx, event)
    keys = " ".join(sorted(reason.key for reason in found.reasons)) if found else ""
    actor = current.actor()
    form = OverrideForm(data={"name": actor.name if actor else "", "seen": keys})
    if form.submitted():
        try:
            seen = frozenset((form.seen.data or "").split())
            voyage.override(
                ctx,
                event.exact_ref,
                form.name.value,
                form.reason.value,
                seen,
                current.origin(),
            )
            return _done(event, "overridden")
        except Refused as error:
            form.seen.data = keys
            form.refuse(str(error))
    return _dialog("crew/override.html", event, form, "crew.override", found=found)


# The page of a link


@blueprint.route("/scc/crew/answer/<ref:ref>/<person_id>/<key>", methods=["GET", "POST"])
@guards.guest
def answer(ref: str, person_id: str, key: str) -> ResponseReturnValue:
    """Yes or no. Opening it changes nothing: mail scanners open links, too."""
    ctx, event = current.ctx(), _event(ref)
    if not is_answer_key(ctx.settings, event.exact_ref, person_id, key):
        raise NotFound("This link is not whole. Open it from the letter again.")
    person = staff.load(ctx, person_id)
    if person.left:
        raise NotFound("This link is not open any more.")
    form = LinkForm()
    if form.submitted() and form.answer.data in (NO, *POSITIONS):
        try:
            _answer(event, person, form)
            return redirect(_here(event, person_id, key), 303)
        except Refused as error:
            event = _event(ref)
            form.refuse(str(error))
    return _answer_page(event, person, form, _here(event, person_id, key))


def _here(event: Event, person_id: str, key: str) -> str:
    place: dict[str, Any] = {"ref": event.exact_ref, "person_id": person_id, "key": key}
    return url_for("crew.answer", **place)


def _answer(event: Event, person: Person, form: AnswerForm) -> None:
    origin = Origin(Actor("crew", person.id, person.name), current.address(), current.request_id())
    answering.answer(
        current.ctx(),
        event.exact_ref,
        person,
        NO if form.answer.data == NO else YES,
        str(form.answer.data),
        form.seen.data or "",
        origin,
    )


def _answer_page(
    event: Event, person: Person, form: AnswerForm, form_url: str
) -> ResponseReturnValue:
    ctx = current.ctx()
    plan = plan_of(ctx, event)
    asked = store.ask(ctx, event, person.id)
    if asked is None:
        raise NotFound("You were not asked for this sail.")
    was = asked.was if asked.terms.same(plan.terms) else asked.terms
    over = event.starts_at is None or event.starts_at <= ctx.now()
    page = render_template(
        "crew/answer.html",
        form_url=form_url,
        notice=form.notice,
        asked=asked,
        mine=station_of(plan.stations, person.id),
        terms=plan.terms,
        now=letters.in_words(plan.terms),
        was=letters.in_words(was) if was and not was.same(plan.terms) else "",
        until=letters.moment(ctx, asked.deadline),
        open=[p for p in asked.positions if p in plan.open],
        others=[one for one in plan.stations if one.person != person.id],
        event=event,
        over=over,
        when=event_letters.when(ctx, event),
        first_name=person.first_name,
    )
    return page, 422 if form.came_back else 200
