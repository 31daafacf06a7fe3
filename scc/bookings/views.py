"""The pages by which bookings come in as a file, and the answer to what one asks."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scc.bookings import imports, service, store
from scc.bookings.columns import plain
from scc.bookings.csv_file import MAX_BYTES, Line
from scc.bookings.forms import AnswerForm, ColumnsForm, FileForm, columns_form, parse_file_name
from scc.bookings.store import Fate, Import
from scc.errors import Outdated, Refused
from scc.events.model import parse_ref
from scc.events.sources import site_name
from scc.web import current, guards

blueprint = Blueprint("bookings", __name__)

_SHOWN: Final = 50
"""Rows of one kind on a page; all are in the CSV file."""


@blueprint.route("/scc/import", methods=["GET", "POST"])
@guards.admin
@guards.max_body(MAX_BYTES + 64 * 1024)
def new() -> ResponseReturnValue:
    """Where a file is sent to; nothing in it is taken in before somebody has seen what it does."""
    form = FileForm(data={"site": request.args.get("site", "")})
    if form.submitted() and (one := _receive(form)):
        return redirect(url_for("bookings.file", import_id=one.id), 303)
    recent = store.recent(current.ctx())
    page = render_template(
        "bookings/new.html",
        form=form,
        notice=form.notice,
        form_url=url_for("bookings.new"),
        recent=[(one, site_name(one.site), _state(one)) for one in recent],
        cut_off=[one for one in recent if one.started and not one.done],
        sites=[site_name(site) for site in store.sites(current.ctx())],
    )
    return page, 422 if form.came_back else 200


def _receive(form: FileForm) -> Import | None:
    sent = request.files.get("file")
    content = sent.read() if sent else b""
    if sent is None or not sent.filename:
        form.file.errors = ["Choose the file that the booking system exports."]
        return None
    id_ = hashlib.sha256(form.key.data.encode()).hexdigest()[:24]
    name, by = parse_file_name(sent.filename), current.origin().actor.name
    try:
        return imports.receive(current.ctx(), id_, form.site.value, name, content, by)
    except ValueError as error:
        form.file.errors = [str(error)]
        return None


def _state(one: Import) -> str:
    if one.done:
        return "Done"
    return f"{one.row:,} of {one.rows:,} rows are in" if one.started else "Looked at"


@blueprint.route("/scc/import/<import_id>/columns", methods=["GET", "POST"])
@guards.admin
def columns(import_id: str) -> ResponseReturnValue:
    """What the columns of a file are; remembered for that booking system."""
    one = store.load(current.ctx(), import_id)
    lines = store.lines(current.ctx(), one)
    found = imports.mapped(current.ctx(), one, lines)
    form = columns_form(found.columns, found.day_first)
    if form.submitted() and _remember(one, form):
        return redirect(url_for("bookings.file", import_id=one.id), 303)
    page = render_template(
        "bookings/columns.html",
        one=one,
        site=site_name(one.site),
        form=form,
        notice=form.notice,
        form_url=url_for("bookings.columns", import_id=one.id),
        samples=[_samples(lines, n) for n in range(len(one.headers))],
        unknown=set(found.columns.unknown),
    )
    return page, 422 if form.came_back else 200


def _samples(lines: list[Line], column: int) -> str:
    """The first two things that stand in a column."""
    cells = dict.fromkeys(" ".join(line.cells[column].split()) for line in lines[:50])
    return ", ".join(cell[:60] for cell in [cell for cell in cells if cell][:2])


def _remember(one: Import, form: ColumnsForm) -> bool:
    chosen = form.columns()
    if chosen.missing:
        form.refuse(f"Say which column is: {', '.join(chosen.missing)}.")
    elif chosen.twice:
        form.refuse(f"Only one column can be: {', '.join(chosen.twice)}.")
    else:
        by_name = {
            plain(header): field or ""
            for header, field in zip(chosen.headers, chosen.fields, strict=True)
        }
        day_first = form.dates.data == "day"
        imports.remember(current.ctx(), one, by_name, day_first, current.origin())
        return True
    return False


@dataclass(frozen=True)
class _Group:
    title: str
    count: int
    shown: list[Fate]
    what: str


@blueprint.get("/scc/import/<import_id>")
@guards.admin
def file(import_id: str) -> ResponseReturnValue:
    """What each row will do, then how far it is, then what became of them."""
    ctx = current.ctx()
    one = store.load(ctx, import_id)
    fates: list[Fate] = []
    if one.done:
        fates = store.fates(ctx, one)
    elif not one.started:
        lines = store.lines(ctx, one)
        found = imports.mapped(ctx, one, lines)
        if not found.columns.is_fit:
            return redirect(url_for("bookings.columns", import_id=one.id))
        fates = imports.foretell(ctx, imports.rows_of(ctx, one, lines, found))
    groups = _groups(fates)
    return render_template(
        "bookings/file.html",
        one=one,
        site=site_name(one.site),
        groups=groups,
        does=sum(g.count for g in groups if g.what in _DOES),
        broken=next((g.count for g in groups if g.what == imports.BROKEN), 0),
        goes_on=request.args.get("go") == "on",
        apply_url=url_for("bookings.apply", import_id=one.id),
        columns_url=url_for("bookings.columns", import_id=one.id),
        broken_url=url_for("bookings.as_csv", import_id=one.id, which="broken"),
        rows_url=url_for("bookings.as_csv", import_id=one.id, which="rows"),
    )


_DOES: Final = frozenset({service.CREATED, service.CHANGED, service.ASKED})
_ORDER: Final = (
    *(imports.BROKEN, service.ASKED, service.CHANGED, service.CREATED, imports.WAITS),
    *(service.OFF, service.SAME, imports.NO_BOOKING),
)


def _groups(fates: list[Fate]) -> list[_Group]:
    """What needs a person comes first."""
    found = [(what, [fate for fate in fates if fate.what == what]) for what in _ORDER]
    return [
        _Group(imports.FATES[what], len(some), some[:_SHOWN], what) for what, some in found if some
    ]


@blueprint.post("/scc/import/<import_id>/apply")
@guards.admin
def apply(import_id: str) -> ResponseReturnValue:
    """Take in some of the rows to come. The page goes on by itself until all are in."""
    one = store.load(current.ctx(), import_id)
    with suppress(Outdated):  # in another tab: it goes on from where that one is
        one = imports.apply_some(current.ctx(), one, current.origin())
    go = None if one.done else "on"
    return redirect(url_for("bookings.file", import_id=one.id, go=go), 303)


@blueprint.get("/scc/import/<import_id>/<any(broken, rows):which>.csv")
@guards.admin
def as_csv(import_id: str, which: str) -> ResponseReturnValue:
    """The rows that can't be read, as they came and with the reason; or every row's fate."""
    ctx = current.ctx()
    one = store.load(ctx, import_id)
    lines = store.lines(ctx, one)
    found = imports.mapped(ctx, one, lines)
    if not found.columns.is_fit and not one.done:
        raise Refused("Say first what the columns are.")
    fates = imports.all_fates(ctx, one, imports.rows_of(ctx, one, lines, found))
    text = imports.broken_csv(one, lines, fates) if which == "broken" else imports.rows_csv(fates)
    response = Response(text, mimetype="text/csv")
    name = f"scc-{one.site}-{which}-{one.at[:10]}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.post("/scc/events/<ref:ref>/booking")
@guards.admin
def answer(ref: str) -> ResponseReturnValue:
    """Take what the booking system says of one field, or keep what is here."""
    form = AnswerForm()
    if not form.submitted():
        raise Refused("Part of the answer was lost on the way. Open the event and press again.")
    event = service.answer(
        current.ctx(),
        parse_ref(ref),
        str(form.field.data),
        service.Seen(form.said.value or "", form.money.data or None),
        form.take.data == "theirs",
        current.origin(),
    )
    return redirect(url_for("board.event", ref=event.ref, done="answered"), 303)
