"""What the crew itself opens: the sail to tick off, days off, hours and tips."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Final

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scc.audit.model import Item, iso
from scc.company.model import boat_of
from scc.crew import days_off, letters, pay, store, tips, voyage
from scc.crew.forms import AwayForm, BackForm, TickForm, hours_form, hours_text
from scc.crew.model import stations_of
from scc.crew.plan import plan_of
from scc.crew.sailing import Tick, captain_before, log_of
from scc.crew.tips import Share
from scc.errors import Invalid, NotFound, Outdated
from scc.events import store as events
from scc.events.entering import event_of
from scc.events.model import Event, first_name, parse_ref
from scc.ledger import store as ledger
from scc.parse import parse_date
from scc.staff import store as staff
from scc.staff.model import dialled
from scc.waivers.model import ADULT, Roll, Waiver, age_on
from scc.waivers.service import roll_call, sail_day
from scc.web import current, dialogs, guards
from scc.web.forms import new_key

blueprint = Blueprint("captain", __name__)

_KEPT_ON_PHONE: Final = timedelta(days=60)


def _is_admin() -> bool:
    actor = current.actor()
    return actor is not None and actor.kind == "admin"


def _me() -> str:
    """The person's id; empty for an account that is nobody's."""
    actor = current.actor()
    return actor.id if actor else ""


# The sail


@blueprint.route("/scc/crew/<ref:ref>/sail", methods=["GET", "POST"])
@guards.crew
def sail(ref: str) -> ResponseReturnValue:
    """Who is aboard, the briefing, departure and return; kept on the phone without a signal."""
    event = event_of(ref)
    form = TickForm()
    if form.submitted():
        one = Tick(
            form.key.data, form.what.data or "", form.of.data or "", _pressed_at(form.at.data)
        )
        event = voyage.tick(current.ctx(), event.exact_ref, one, current.origin())
        if current.wants_fragment():
            return Response(status=204, headers={"X-SCC-Version": str(event.version)})
        return redirect(url_for("captain.sail", ref=event.exact_ref), 303)
    return _sail_page(event, form)


def _pressed_at(text: str | None) -> str:
    """When the phone says that it was pressed; never in the future, nor longer ago than a phone
    keeps it."""
    now = current.ctx().now()
    try:
        at = datetime.fromisoformat(text or "").astimezone(UTC)
    except (ValueError, OverflowError):
        return iso(now)
    return iso(max(min(at, now), now - _KEPT_ON_PHONE))


def _sail_page(event: Event, form: TickForm) -> ResponseReturnValue:
    ctx = current.ctx()
    roll, log = roll_call(ctx, event), log_of(event)
    plan, captain = plan_of(ctx, event), captain_before(stations_of(event), current.origin().actor)
    boat = boat_of(plan.company, event) if plan.company.version else None
    page = render_template(
        "crew/sail.html",
        event=event,
        name=(event.patron_name if _is_admin() else first_name(event)) or event.slug,
        log=log,
        guests=list(_guests(event, roll)),
        roll=roll,
        boat=boat,
        stations=plan.stations,
        captain=captain,
        presses=_who_presses(),
        now=ctx.now().astimezone(ctx.settings.timezone),
        terms=letters.in_words(plan.terms),
        times={name: _hour(getattr(log, name)) for name in ("briefing", "departed", "returned")},
        form_url=url_for("captain.sail", ref=event.exact_ref),
        event_url=url_for("board.event", ref=event.exact_ref) if _is_admin() else "",
        sheet_url=url_for("sheet.day", day=plan.terms.day) if plan.terms.day else "",
        phone=dialled(event.patron_phone),
        key=new_key(),
        notice=form.notice,
    )
    return page, 422 if form.came_back else 200


def _who_presses() -> dict[str, str]:
    """Whose ticks the phone keeps: they are sent for nobody else. The owner's account is a new one
    at each sign-in, so an admin is known by name."""
    actor = current.origin().actor
    return {"me": actor.name if _is_admin() else actor.id, "name": actor.name}


def _hour(moment: str) -> str:
    return letters.moment(current.ctx(), moment).rpartition(", ")[2] if moment else ""


def _guests(event: Event, roll: Roll) -> Iterable[Item]:
    """Everybody who signed to come aboard, with what their crew has to know that day."""
    log, day = log_of(event), sail_day(current.ctx(), event)
    for one in roll.waivers:
        if not (one.stands and one.aboard):
            continue
        note = roll.notes.get(one.key) if one.number == 0 else None
        yield {
            "sk": one.sk,
            "name": one.name,
            "age": _age(one, day),
            "state": "aboard" if one.sk in log.aboard else "no_show" if one.no_show else "",
            "note": str(note.get("captain_note", "")) if note else "",
            "emergency": str(note.get("emergency", "")) if note else "",
        }


def _age(one: Waiver, day: date) -> int | None:
    """Of a child: for the life-jacket."""
    try:
        age = age_on(date.fromisoformat(one.birth_date), day)
    except ValueError:
        return None
    return age if age < ADULT else None


# Hours and tips


@blueprint.route("/scc/events/<ref:ref>/crew/hours", methods=["GET", "POST"])
@guards.admin
def hours(ref: str) -> ResponseReturnValue:
    """What the return gave, put right by hand."""
    ctx = current.ctx()
    event = events.load(ctx, parse_ref(ref))
    stations = stations_of(event)
    form = hours_form(event, stations)
    if form.submitted():
        shares = [
            Share(form[f"hours_{n}"].value, form[f"tip_{n}"].value) for n in range(len(stations))
        ]
        try:
            tips.correct(
                ctx,
                event.exact_ref,
                shares,
                form.version.number,
                current.origin(),
                evenly=form.evenly.data == "yes",
            )
            return redirect(url_for("board.event", ref=event.exact_ref, done="paid_out"), 303)
        except Invalid as error:
            form.refuse(error.fields["tip"])
        except Outdated:
            form.version.data = str(event.version)
            form.refuse("Something changed meanwhile. Look, and press again.")
    left = tips.left_of(event, ledger.entries(ctx, event.ledger))
    url = url_for("captain.hours", ref=event.exact_ref)
    return dialogs.render("crew/hours.html", event, form, url, stations=stations, left=left)


@blueprint.get("/scc/crew/hours")
@guards.crew
def my_hours() -> ResponseReturnValue:
    """Of a month: one's own; for an admin everybody's."""
    month = _month(request.args.get("month", ""))
    lines = pay.lines_of(current.ctx(), month)
    mine = lines if _is_admin() else [one for one in lines if one.person == _me()]
    return render_template(
        "crew/hours_page.html",
        month=month,
        people=pay.by_person(mine),
        everybody=_is_admin(),
        uneven=pay.uneven_of(current.ctx(), month) if _is_admin() else [],
        csv_url=url_for("reports.hours_csv", month=f"{month:%Y-%m}") if _is_admin() else "",
        previous=url_for("captain.my_hours", month=f"{pay.beside(month, -1):%Y-%m}"),
        next=url_for("captain.my_hours", month=f"{pay.beside(month, 1):%Y-%m}"),
        hours=hours_text,
    )


def _month(text: str) -> date:
    """The first of a month as `2026-05`; this one's where it is none."""
    try:
        day = parse_date(f"{text}-01")
    except ValueError:
        day = current.ctx().today()
    return day.replace(day=1) if 2000 <= day.year <= 2099 else current.ctx().today().replace(day=1)


# Days off


@blueprint.route("/scc/crew/away", methods=["GET", "POST"])
@guards.crew
def away() -> ResponseReturnValue:
    """The days on which somebody can't come: one's own; for an admin anybody's."""
    ctx = current.ctx()
    form = AwayForm(data={"person": request.args.get("person", "") or _me()})
    person = _whose(form.person.data or "")
    if form.submitted() and person:
        note = form.note.value or ""
        days_off.be_away(ctx, person, form.days(), note, current.origin())
        return redirect(url_for("captain.away", person=person), 303)
    people = [p for p in staff.everyone(ctx) if not p.left] if _is_admin() else []
    if form.submitted() and not person:
        form.refuse("Say who it is.")
    page = render_template(
        "crew/away.html",
        form=form,
        notice=form.notice,
        people=people,
        whose=person,
        days=store.away(ctx, person, ctx.today()) if person else [],
        form_url=url_for("captain.away"),
        back_url=url_for("captain.back"),
        as_day=parse_date,
    )
    return page, 422 if form.came_back else 200


def _whose(person: str) -> str:
    """Whose days: somebody of the staff's; nobody else's unless one is an admin."""
    if not _is_admin():
        return _me()
    try:
        return staff.load(current.ctx(), person).id
    except NotFound:
        return ""


@blueprint.post("/scc/crew/away/back")
@guards.crew
def back() -> ResponseReturnValue:
    """They can come on that day after all."""
    form = BackForm()
    person = _whose(form.person.data or "")
    try:
        day = parse_date(form.day.data or "")
    except ValueError:
        raise NotFound("This could not be read. Go back and press again.") from None
    if person and form.submitted():
        days_off.be_back(current.ctx(), person, day, current.origin())
    return redirect(url_for("captain.away", person=person), 303)
