"""The weather call: a day's sails on one screen, what was called, and the way back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scc.audit.model import iso
from scc.company import store as company
from scc.errors import KeyReused, NotFound
from scc.events import boats
from scc.events import store as events
from scc.events.forms import parse_sail_date
from scc.events.letters import is_to_come
from scc.events.model import Event, Ref, parse_ref
from scc.mail.model import address_or_none
from scc.parse import money, parse_date
from scc.planning.telling import crew_of
from scc.staff import store as staff
from scc.staff.model import Person
from scc.weather import service, store
from scc.weather.forms import chosen, make_form, named_in
from scc.weather.model import CANCEL, HOLD, MOVE, OPEN, UNDOING, UNDONE, Call, Choice, mark_of
from scc.web import current, guards
from scc.web.filters import hour, short_day
from scc.web.forms import new_key

blueprint = Blueprint("weather", __name__)


@blueprint.route("/scc/weather/<day>", methods=["GET", "POST"])
@guards.admin
def weather(day: str) -> ResponseReturnValue:
    """What is chosen is shown first, with all that comes of it; a second press does just that."""
    ctx = current.ctx()
    on = _day(day)
    sails = _with_posted(_remaining(on))
    form, rows = make_form(sails)
    review: Review | None = None
    if form.submitted():
        choices = chosen(form, rows, ctx.settings.timezone, ctx.now())
        reason = form.reason.value or ""
        mark = mark_of(choices, reason)
        if not form.errors and not choices:
            form.refuse("Choose what becomes of at least one sail.")
        elif not form.errors and "do" in request.form and form.looked.data == mark:
            call = Call(
                on,
                form.key.data,
                iso(ctx.now()),
                current.origin().actor.name,
                reason,
                tuple(choices),
            )
            try:
                service.make_call(ctx, call, current.origin())
                return redirect(url_for("weather.weather", day=on.isoformat()), 303)
            except KeyReused as error:
                form.key.data = new_key()
                form.refuse(f"This form was used before: {error.earlier} Press again for another.")
        elif not form.errors:
            form.looked.data = mark
            review = _review(choices, {one.exact_ref: one for one in sails})
    return _page(on, form, rows, review)


def _day(text: str) -> date:
    """`today`, or a date. Raises NotFound."""
    if text == "today":
        return current.ctx().today()
    try:
        return parse_sail_date(text)
    except ValueError as error:
        raise NotFound("There is no such day.") from error


def _page(day: date, form: Any, rows: Any, review: "Review | None" = None) -> ResponseReturnValue:
    ctx = current.ctx()
    page = render_template(
        "weather/page.html",
        day=day,
        form=form,
        notice=form.notice,
        form_url=url_for("weather.weather", day=day.isoformat()),
        rows=[_row(row) for row in rows],
        review=review,
        calls=[_told(call) for call in store.of_day(ctx, day)],
        before_url=_beside(day, -1),
        after_url=_beside(day, 1),
    )
    return make_response(page, 422 if form.came_back else 200)


def _beside(day: date, by: int) -> str:
    other = day + timedelta(days=by)
    known = 2000 <= other.year <= 2100
    return url_for("weather.weather", day=other.isoformat()) if known else ""


def _remaining(day: date) -> list[Event]:
    """The day's sails that have not begun, on hold past their hour too, as they are in the table:
    an index lags."""
    ctx = current.ctx()
    zone = ctx.settings.timezone
    since, before = (
        events.start_key(datetime.combine(one, time(), zone).astimezone(UTC))
        for one in (day, day + timedelta(days=1))
    )
    listed = events.in_month(ctx, f"{day:%Y-%m}", since=since, before=before)
    now = events.as_they_are(ctx, listed)
    coming = [one for one in now if not one.cancelled and is_to_come(ctx, one)]
    return [one for one in coming if (s := one.local_start(zone)) and s.date() == day]


def _with_posted(sails: list[Event]) -> list[Event]:
    """Those that the form was filled for as well, so that nothing that was chosen is lost."""
    here = {str(one.exact_ref) for one in sails}
    lost = [ref for ref in named_in(request.form.get("sails", "")) if ref not in here]
    return sails + [one for ref in lost if (one := _maybe(ref))]


def _maybe(ref: str) -> Event | None:
    try:
        return events.load(current.ctx(), parse_ref(ref))
    except NotFound:
        return None


def _row(row: Any) -> dict[str, Any]:
    ctx, event = current.ctx(), row.event
    start = event.local_start(ctx.settings.timezone)
    until = event.hold_until
    return {
        "fields": row,
        "name": event.patron_name or event.slug,
        "start": start if event.hour_known else None,
        "guests": event.guests,
        "url": url_for("board.event", ref=event.exact_ref),
        "held": hour(until.astimezone(ctx.settings.timezone)) if until else "",
        "own": bool(row.what.data),
    }


# What it would do


@dataclass(frozen=True)
class Review:
    lines: list[str]
    letters: str
    money: str


def _review(choices: list[Choice], sails: dict[Any, Event]) -> Review:
    ctx = current.ctx()
    people = staff.everyone(ctx)
    told = [(choice, sails[choice.ref]) for choice in choices]
    also = _overlaps(told)
    patrons = {address.lower() for _, one in told if (address := address_or_none(one.patron_email))}
    without = [_name(one) for _, one in told if not address_or_none(one.patron_email)]
    crew = {person.email.lower() for _, one in told for person in _written(one, people)}
    who = f"{_count(len(patrons), 'patron')} and {len(crew)} of the crew"
    letters = f"{who} get one letter each, in two minutes."
    if without:
        letters += f" No address is known of {', '.join(without)}: call them."
    waiting = sum(max(0, one.paid_cents) for choice, one in told if choice.what == CANCEL)
    return Review(
        [_line(choice, one) + also.get(one.exact_ref, "") for choice, one in told],
        letters,
        f"{money(waiting)} of what is cancelled waits on Money until it is decided."
        if waiting
        else "",
    )


def _overlaps(told: Sequence[tuple[Choice, Event]]) -> dict[Ref, str]:
    """Of each sail that moves, what its boat sails then already, in words."""
    ctx = current.ctx()
    settings = company.load(ctx)
    moved = [_moved(one, choice) for choice, one in told if choice.what == MOVE]
    gone = {one.exact_ref for choice, one in told if choice.what in (MOVE, CANCEL)}
    found = {}
    for event in moved:
        around = [one for one in boats.around(ctx, settings, event) if one.exact_ref not in gone]
        others = boats.overlaps(settings, [*around, *moved]).get(event.exact_ref)
        start = event.local_start(ctx.settings.timezone)
        if others and start:
            words = boats.in_words(ctx, settings, others, start.date())
            found[event.exact_ref] = f". Same boat as {words}"
    return found


def _moved(event: Event, choice: Choice) -> Event:
    """As it would be; an hour that the clock skips is said where it is done."""
    ctx = current.ctx()
    if choice.day is None or choice.hour is None:
        return event
    start = datetime.combine(choice.day, choice.hour, ctx.settings.timezone)
    item = {**event.item, "starts_at": iso(start), "start_time": f"{choice.hour:%H:%M}"}
    return Event.from_item(item, ctx.settings.timezone)


def _written(event: Event, people: list[Person]) -> list[Person]:
    return [person for person in crew_of(event, people) if address_or_none(person.email)]


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _name(event: Event) -> str:
    return event.patron_name or event.slug


def _line(choice: Choice, event: Event) -> str:
    return f"{_name(event)}: {_in_words(choice)}"


def _in_words(choice: Choice) -> str:
    if choice.what == HOLD and choice.until:
        return f"on hold until {hour(choice.until)}"
    if choice.what == MOVE and choice.day and choice.hour:
        return f"moved to {short_day(choice.day)}, {hour(choice.hour)}"
    return "cancelled" if choice.what == CANCEL else "sails as planned"


# What was called


def _told(call: Call) -> dict[str, Any]:
    ctx = current.ctx()
    free, others = service.can_undo(ctx, call)
    return {
        "at": call.at,
        "by": call.by,
        "reason": call.reason,
        "lines": [_result(call, number) for number in range(len(call.choices))],
        "unfinished": call.state in (OPEN, UNDOING),
        "undone": call.state == UNDONE,
        "go_on_url": url_for("weather.go_on", day=call.day.isoformat(), call=call.id),
        "undo_url": url_for("weather.undo", day=call.day.isoformat(), call=call.id) if free else "",
        "partly": bool(free) and others,
    }


def _result(call: Call, number: int) -> dict[str, Any]:
    choice = call.choices[number]
    why = call.results.get(number)
    words = _in_words(choice)
    if why is None:
        state = "not done yet"
    elif why:
        state = f"not done. {why}"
    elif number in call.undone:
        state = (
            f"could not be taken back. {call.undone[number]}"
            if call.undone[number]
            else "taken back"
        )
    else:
        state = ""
    return {
        "slug": choice.ref.slug,
        "url": url_for("board.event", ref=choice.ref),
        "words": words,
        "state": state,
    }


def _call(day: str, call: str) -> Call:
    try:
        found = store.load(current.ctx(), parse_date(day), call) if len(call) <= 128 else None
    except ValueError as error:
        raise NotFound("There is no such call.") from error
    if found is None:
        raise NotFound("There is no such call.")
    return found


@blueprint.post("/scc/weather/<day>/<call>/go-on")
@guards.admin
def go_on(day: str, call: str) -> ResponseReturnValue:
    service.go_on(current.ctx(), _call(day, call), current.origin())
    return redirect(url_for("weather.weather", day=day), 303)


@blueprint.post("/scc/weather/<day>/<call>/undo")
@guards.admin
def undo(day: str, call: str) -> ResponseReturnValue:
    """While the letters have not left."""
    service.undo_call(current.ctx(), _call(day, call), current.origin())
    return redirect(url_for("weather.weather", day=day), 303)
