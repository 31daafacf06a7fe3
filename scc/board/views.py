"""The pages that show several nouns: the dashboard, the lists, the event page, a card."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scc.board import cards, months, reading, story
from scc.board.cards import make_card
from scc.board.groups import Empty, Group, Link, Page, by_day
from scc.board.questions import questions
from scc.company import store as settings
from scc.company.model import (
    Boat,
    Dock,
    Kind,
    boat_of,
    call_at,
    dock_of,
    kind_of,
    minutes_of,
    positions_of,
)
from scc.corrections.model import in_brief
from scc.crew import show as crew
from scc.events import boats, store
from scc.events.model import ENDINGS, UNDATED, Event, Ref, parse_ref
from scc.events.sources import source_of
from scc.handed import store as waiting
from scc.handed.model import Handed
from scc.ledger import store as ledger
from scc.ledger.model import Entry
from scc.ledger.model import reading as reading_of
from scc.letters.lines import lines
from scc.mail import store as outbox
from scc.mail.model import address_or_none
from scc.parse import parse_date
from scc.payments.model import in_words, price_lines
from scc.payments.writing import opening_entry
from scc.planning import store as planning
from scc.waivers.service import roll_call
from scc.web import current, guards
from scc.web.forms import new_key

blueprint = Blueprint("board", __name__)


@dataclass(frozen=True)
class Banner:
    """What was just done. `undo_url` takes a post, `again` leads on."""

    text: str
    detail: str = ""
    undo_url: str = ""
    again: Link | None = None


@blueprint.get("/scc/")
@guards.beside(planning.KEY, waiting.KEY)
@guards.admin
def dashboard() -> ResponseReturnValue:
    return dashboard_page()


def dashboard_page(written: Event | None = None, **context: Any) -> str:
    """The dashboard; behind an open dialog too. `written`: what was changed just now."""
    found = reading.dashboard(current.ctx(), written)
    page = Page(
        title="Log",
        groups=_dashboard_groups(found),
        today=current.ctx().today(),
        focus=cards.anchor_of(written.exact_ref) if written else None,
        month_links=_month_links(),
    )
    return render_template(
        "board/dashboard.html", page=page, due=_due(), handed=_handed(), **context
    )


def _handed() -> list[Handed]:
    """What crew were handed; only where it was read with the session."""
    known = current.ctx().known or {}
    return waiting.all_waiting(current.ctx()) if waiting.KEY["pk"] in known else []


@dataclass(frozen=True)
class Task:
    """What has come up to be done; `late`: on an earlier day."""

    what: str
    who: str
    url: str
    done_url: str
    on: date | None
    late: bool


def _due() -> list[Task]:
    """Only where it was read with the session: behind an open dialog nobody can press it."""
    if not planning.was_read(current.ctx()):
        return []
    today = current.ctx().today()
    return [
        Task(
            what=one.task.what,
            who=one.who,
            url=url_for("board.event", ref=one.ref),
            done_url=url_for("planning.mark", ref=one.ref, task_id=one.task.id),
            on=one.task.on,
            late=one.task.on != today,
        )
        for one in planning.up_to(planning.row(current.ctx()), today)
    ]


def _dashboard_groups(found: reading.Upcoming) -> list[Group]:
    plan = url_for("events.new")
    today = current.ctx().today().isoformat()
    overlaps = _overlaps([*found.today, *found.next])
    groups = [
        Group(
            "today",
            "Today",
            _days(found.today, overlaps),
            empty=Empty("No sail today.", "Plan one for today", url_for("events.new", date=today)),
        ),
        Group(
            "next",
            "Next",
            _days(found.next, overlaps),
            empty=Empty("Nothing planned this month or next.", "Plan a charter", plan),
            more=_more_coming(found),
        ),
        Group(
            "unpaid",
            "Past, unpaid",
            _days(found.unpaid),
            empty=Empty("Every past sail is paid."),
            more=_more_unpaid(found),
        ),
    ]
    if found.undated:
        more = Link(url_for("board.events", month=UNDATED), "All without a date")
        groups.append(
            Group("undated", "No date", _days(found.undated), hint="Unpaid as well", more=more)
        )
    return groups


def _more_coming(found: reading.Upcoming) -> Link | None:
    today = current.ctx().today()
    if found.more_this_month:
        return _all_of(today)
    return _all_of(reading.next_month(today)) if found.more_next_month else None


def _all_of(day: date) -> Link:
    return Link(url_for("board.events", month=f"{day:%Y-%m}"), f"All of {day:%B}")


def _more_unpaid(found: reading.Upcoming) -> Link | None:
    label = "All unpaid, the older ones too"
    return Link(url_for("board.events", show="unpaid"), label) if found.more_unpaid else None


def _days(events: list[Event], overlaps: dict[Ref, list[Event]] | None = None) -> list[Any]:
    """`overlaps`: among more than these, where more are on the page."""
    found = _overlaps(events) if overlaps is None else overlaps
    return by_day(
        make_card(current.ctx(), event, found.get(event.exact_ref, ())) for event in events
    )


def _overlaps(events: list[Event]) -> dict[Ref, list[Event]]:
    return boats.overlaps(settings.load(current.ctx()), events)


def _overlapping(event: Event) -> list[Event]:
    """The other sails of its boat at that time; of one that is over nobody asks any more."""
    ctx = current.ctx()
    return [] if _is_over(event) else boats.overlapping(ctx, settings.load(ctx), event)


def _month_links() -> list[Link]:
    today = current.ctx().today()
    after = reading.next_month(today)
    return [_month_link(day) for day in (reading.previous_month(today), today, after)] + [
        _month_link(reading.next_month(after))
    ]


def _month_link(day: date) -> Link:
    return Link(url_for("board.events", month=f"{day:%Y-%m}"), f"{day:%B %Y}")


@blueprint.get("/scc/events")
@guards.admin
def events() -> ResponseReturnValue:
    """One month, one week, all that is unpaid, or all that has no date."""
    if request.args.get("show") == "unpaid":
        return _unpaid(store.unpaid_before(current.ctx(), None))
    if "week" in request.args:
        return months.week_page(_day_in(request.args["week"]))
    month = request.args.get("month", "now")
    if month == UNDATED:
        return _undated(store.in_month(current.ctx(), UNDATED))
    day = current.ctx().today() if month == "now" else _first_of(month)
    return months.month_page(day.replace(day=1))


def _first_of(month: str) -> date:
    if not re.fullmatch(r"(20\d\d|2100)-(0[1-9]|1[0-2])", month, re.ASCII):
        abort(404)
    return date.fromisoformat(f"{month}-01")


def _day_in(week: str) -> date:
    try:
        day = parse_date(week)
    except ValueError:
        abort(404)
    return day if 2000 <= day.year <= 2100 else abort(404)


def _unpaid(found: list[Event]) -> str:
    """What is due first: past sails, the latest ahead; then what comes, the next ahead."""
    midnight = reading.day_start(current.ctx(), current.ctx().today())
    dated = [event for event in found if event.starts_at]
    groups = [
        _group("past", "Past", [e for e in dated if e.starts_at and e.starts_at < midnight]),
        _group(
            "coming", "To come", [e for e in dated[::-1] if e.starts_at and e.starts_at >= midnight]
        ),
        _group("undated", "No date", [e for e in found if not e.starts_at]),
    ]
    return _list_page("Unpaid", [group for group in groups if group.days], "Nothing is unpaid.")


def _group(key: str, title: str, found: list[Event]) -> Group:
    return Group(key, title, _days(found), hint=_count(found))


def _count(found: list[Event]) -> str:
    return "1 event" if len(found) == 1 else f"{len(found)} events"


def _undated(found: list[Event]) -> str:
    groups = [Group("events", _count(found), _days(found))] if found else []
    return _list_page("No date", groups, "Every event has its date.")


def _list_page(title: str, groups: list[Group], nothing: str) -> str:
    empty = Empty(nothing, "Plan a charter", url_for("events.new"))
    page = Page(
        title=title,
        groups=groups or [Group("events", "0 events", [], empty=empty)],
        today=current.ctx().today(),
    )
    return render_template("board/list.html", page=page)


@blueprint.get("/scc/events/<ref:ref>")
@guards.admin
def event(ref: str) -> ResponseReturnValue:
    found = store.load(current.ctx(), parse_ref(ref))
    zone = current.ctx().settings.timezone
    entries = ledger.entries(current.ctx(), found.ledger)
    place = found.exact_ref
    return render_template(
        "board/event.html",
        e=make_card(current.ctx(), found, _overlapping(found)),
        plan=_plan(found),
        event=found,
        entries=story.tell(found, entries, zone),
        ended=ENDINGS.get(found.ended, ""),
        end_url=url_for("endings.end", ref=place),
        refund_url=_refund_url(found),
        also=_also(found, entries),
        patron_email=found.patron_email,
        patron_phone=found.patron_phone,
        cancelled_reason=found.cancelled_reason,
        cancelled_on=_day_of(found.cancelled_at),
        change_url=url_for("events.change", ref=place),
        reinstate_url=url_for("events.reinstate", ref=place),
        lines=price_lines(found),
        price_url=url_for("payments.change_price", ref=place),
        waiver_url=url_for("waivers.page", ref=found.ref),
        roll=roll_call(current.ctx(), found),
        roll_url=url_for("waiver_staff.roll", ref=place),
        banner=_banner(found),
        booked_at=source_of(found.item),
        questions=questions(current.ctx(), found),
        answer_url=url_for("bookings.answer", ref=place),
        **_letters(found),
        **crew.section(current.ctx(), found, entries),
    )


@dataclass(frozen=True)
class Plan:
    """What is planned: boat, dock and kind are None where nobody knows."""

    boat: Boat | None
    dock: Dock | None
    kind: Kind | None
    minutes: int
    called_at: datetime | None
    """In the boat's zone."""
    crew: str


def _plan(found: Event) -> Plan:
    ctx = current.ctx()
    company = settings.load(ctx)
    positions = positions_of(company, found).items()
    return Plan(
        boat=boat_of(company, found),
        dock=dock_of(company, found),
        kind=kind_of(company, found) if company.has_kinds else None,
        minutes=minutes_of(company, found),
        called_at=call_at(company, found, ctx.settings.timezone) if found.hour_known else None,
        crew=", ".join(f"{n} {name}{'s' if n > 1 else ''}" for name, n in positions),
    )


def _letters(found: Event) -> dict[str, Any]:
    """What was written to the patron, and what can be."""
    ctx = current.ctx()
    address = address_or_none(found.patron_email)
    may_tell = address and not found.cancelled and not _is_over(found)
    place = found.exact_ref
    return {
        "letters": lines(ctx, outbox.about(ctx, found.ledger)),
        "no_address": "" if address else _no_address(found),
        "trouble": outbox.address_trouble(ctx, address) if address else None,
        "tell_url": url_for("letters.your_sail", ref=place) if may_tell else "",
        "tell_key": new_key(),
        "text_url": url_for("letters.text", ref=place),
    }


def _is_over(found: Event) -> bool:
    return found.starts_at is not None and found.starts_at < current.ctx().now()


def _no_address(found: Event) -> str:
    if not found.patron_email:
        return "No e-mail address is known, so nothing is written to the patron."
    return f"Mail can’t go to {found.patron_email}: put the address right by Change."


def _refund_url(found: Event) -> str | None:
    if found.standing.refundable_cents <= 0:
        return None
    return url_for("corrections.refund", ref=found.exact_ref)


# Attributes that the event page shows in a place of their own, or that are SCC's book-keeping.
_SHOWN = frozenset(
    {
        *("event_id", "timestamp", "patron_name", "first_name", "patron_email", "patron_phone"),
        *("guests", "notes", "start_time", "payment_cleared", "payment_amount", "price_cents"),
        *("cancelled_at", "cancelled_reason", "created_at"),
        *("price_lines", "ended", "matter", "letters"),
        *("month", "starts_at", "open", "version", "entries", "money", "last_payment", "twin"),
        *("calls_at", "waivers", "tasks", "moved_from", "hold_until", "said", "asked"),
        *("minutes", "call_time", "positions", "crew", "stations", "sail", "split", "override"),
    }
)


_TOLD = frozenset({"payment_cleared_at", "payment_method"})
"""What the story of the money tells better, where all of it is SCC's own."""


def _also(found: Event, entries: list[Entry]) -> list[tuple[str, str]]:
    """What else the item holds, in words: nothing recorded is hidden."""
    theirs = opening_entry(current.ctx(), found) or any(e.kind == "opening" for e in entries)
    hidden = _SHOWN if theirs or not entries else _SHOWN | _TOLD
    hidden |= _known_places(found)
    if source_of(found.item):
        hidden |= {"source"}
    return [
        (name.replace("_", " ").capitalize(), _words(value))
        for name, value in sorted(found.item.items())
        if name not in hidden and value not in (None, "")
    ]


def _known_places(found: Event) -> set[str]:
    """Those of boat, dock and kind that the settings know: what else stands there is shown."""
    company = settings.load(current.ctx())
    places: dict[str, Sequence[Dock | Boat | Kind]] = {
        "boat": company.boats,
        "dock": company.docks,
        "kind": company.kinds,
    }
    return {
        name
        for name, things in places.items()
        if any(found.item.get(name) in (one.id, one.name) for one in things)
    }


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_words(inner)}" for name, inner in value.items())
    if isinstance(value, list | set):
        return ", ".join(map(_words, value))
    return str(value)


def _day_of(moment: str) -> date | None:
    if not moment:
        return None
    zone = current.ctx().settings.timezone
    try:
        return datetime.fromisoformat(moment).astimezone(zone).date()
    except (ValueError, OverflowError):
        return None


@blueprint.get("/scc/events/<ref:ref>/card")
@guards.beside(planning.KEY, waiting.KEY)
@guards.admin
def card(ref: str) -> ResponseReturnValue:
    """Where a change leads: the banner and the card as it is now, or the dashboard with both."""
    found = store.load(current.ctx(), parse_ref(ref))
    banner = _banner(found)
    if current.wants_fragment():
        shown = make_card(current.ctx(), found, _overlapping(found))
        return render_template("board/card.html", e=shown, banner=banner)
    return dashboard_page(found, banner=banner)


_DONE = {
    "created": "Planned",
    "changed": "Changed",
    "reinstated": "Reinstated",
    "priced": "Price noted",
    "asked": "They are asked",
    "put_on": "Put on",
    "taken_off": "Taken off",
    "needed": "Positions noted",
    "overridden": "It may sail",
    "paid_out": "Hours and tip noted",
    "answered": "Noted",
    "told": "Your sail is on its way",
    "handed": "Handed to your phone",
    "again": "It is sent again",
    "kept": "It does not leave",
    "rescheduled": "Moved",
    "repeated": "Planned again, each day by itself",
    "task": "Noted",
    "did": "Done",
    "reopened": "To do again",
}


def _banner(found: Event) -> Banner | None:
    """What was just done, in words of ours: an address can't put words into it."""
    name = found.patron_name or found.slug
    done = request.args.get("done", "")
    if done == "logged":
        return _logged_banner(found, request.args.get("payment", ""))
    if done == "ended":
        return Banner(f"{ENDINGS[found.ended]}", f"{name}.") if found.ended else None
    if done == "answered" and (found.balance_cents or 0) < 0:
        also = "give it back by Refund, or let it stay" if _refund_url(found) else "let it stay"
        return Banner("Noted", f"{name}, {cards.remark(found)}: {also}.")
    if done in _ENTRIES:
        return _entry_banner(found, _ENTRIES[done], request.args.get("entry", ""))
    return Banner(_DONE[done], f"{name}.") if done in _DONE else None


_ENTRIES = {
    "voided": "void",
    "moved": "moved_out",
    "refunded": "refund",
    "sent": "sent",
    "bounced": "bounced",
}
"""What was done with an entry, and the kind of entry that tells it."""


def _entry_banner(found: Event, kind: str, number: str) -> Banner | None:
    """Only for an entry that is in the ledger."""
    entries = ledger.entries(current.ctx(), found.ledger)
    entry = next((e for e in entries if e.kind == kind and str(e.number) == number), None)
    if entry is None:
        return None
    told = in_brief(entry).partition(", ")[2]
    is_sent = entry.number in reading_of(entries).marks
    texts = {
        "void": ("Voided", f"{told}."),
        "moved_out": ("Moved", f"{told}, to {story.slug_of(entry.other)}."),
        "refund": ("Refund noted", f"{'Sent' if is_sent else 'To be sent'}: {told}."),
        "bounced": ("Bounced", f"{told}. The balance is open again."),
        "sent": ("Refund sent", f"{told}."),
    }
    return Banner(*texts[kind])


def _logged_banner(found: Event, payment: str) -> Banner | None:
    """Only for a payment that is in the ledger: an address alone can't claim one."""
    entries = ledger.entries(current.ctx(), found.ledger)
    entry = next((e for e in entries if e.kind == "payment" and e.id == payment), None)
    if entry is None:
        return None
    told = in_words(entry.cents or 0, entry.method, entry.payer, entry.tip_cents)
    again = request.args.get("another") == "1"
    return Banner(
        "Payment logged",
        f"{told}{', ' + cards.remark(found) if cards.remark(found) else ''}.",
        undo_url=_undo_url(found, entry, entries),
        again=Link(url_for("payments.find"), "Log another") if again else None,
    )


def _undo_url(found: Event, entry: Entry, entries: list[Entry]) -> str:
    if not reading_of(entries).counts(entry):
        return ""
    return url_for("corrections.undo", ref=found.exact_ref, number=entry.number)


def behind_dialog(**context: Any) -> str:
    """The page on which a dialog stands open when there is no script."""
    return dashboard_page(**context)


def about(event: Event) -> dict[str, Any]:
    """What every dialog about an event shows of it."""
    shown = make_card(current.ctx(), event)
    return {"e": shown, "close_url": f"{url_for('board.dashboard')}#{shown.anchor}"}
