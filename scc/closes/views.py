"""Closing the money of a day or a week, and the closes that were made."""

from datetime import date, datetime, time

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scc.audit.model import iso, seal_holds
from scc.closes import lines, service, store
from scc.closes.forms import CloseForm, parse_begin
from scc.closes.model import MOST_DAYS, ClosedMeanwhile, Listing, Section, sections
from scc.closes.service import NewClose
from scc.errors import Invalid, KeyReused, NotFound
from scc.ledger import store as ledger
from scc.ledger.closes import Close, rows_hash
from scc.ledger.model import Row
from scc.web import current, guards

blueprint = Blueprint("closes", __name__)

A_PAGE = 50
"""Closes on one page of the list."""


@blueprint.route("/scc/close", methods=["GET", "POST"])
@guards.admin
def page() -> ResponseReturnValue:
    form = CloseForm()
    if form.is_submitted() and (made := service.made_before(current.ctx(), form.key.data)):
        return redirect(_address(made, form.key.data), 303)  # a second tap
    if request.form.get("all") == "since":
        return redirect(url_for("closes.page", since=request.form.get("since", "")), 303)
    found = store.listing(current.ctx(), _begin(form))
    listing = _as_seen(form, found)
    if listing is None:
        return _anew(form, found)
    if "all" in request.form:
        _tick_all(form, listing)
    elif form.submitted():
        try:
            made = service.close(current.ctx(), _new(form, listing), current.origin())
            return redirect(_address(made, made.id), 303)
        except Invalid as error:
            form.show(error.fields)
        except (ClosedMeanwhile, KeyReused):
            return _anew(form, store.listing(current.ctx(), _begin(form)))
    return _page(form, listing)


def _address(made: Close, key: str) -> str:
    return url_for("closes.close", close=made.number, done=key)


def _as_seen(form: CloseForm, found: Listing) -> Listing | None:
    """The rows that the form stands for; None where they can't be closed as they were seen."""
    if not request.form:
        form.carry(found, iso(current.ctx().now()))
        return found
    if form.last.data != str(found.number - 1) or not _is_listed(form, found):
        return None
    return found.as_seen(form.seen.data or "")


def _is_listed(form: CloseForm, found: Listing) -> bool:
    """Whether the form says when its rows were listed: the next close looks back to that day."""
    ctx = current.ctx()
    first = datetime.combine(found.begin, time(), ctx.settings.timezone)
    return form.listed is not None and first <= form.listed <= ctx.now()


def _anew(form: CloseForm, found: Listing) -> Response:
    """The page with what is open now; what was ticked and entered stays."""
    last = found.last
    if last and form.last.data != str(last.number):
        when = lines.moment(last.at, current.ctx().settings.timezone)
        reason = f"{last.actor.name} closed meanwhile: close {last.number}, {when}."
    else:
        reason = "The payments are not the same as a moment ago."
    form.refuse(f"{reason} Nothing more was closed. Below is what is open now.")
    form.carry(found, iso(current.ctx().now()))
    return _page(form, found)


def _tick_all(form: CloseForm, listing: Listing) -> None:
    for section in _sections(listing):
        if section.name == request.form["all"]:
            form.tick_all(section)


def _sections(listing: Listing) -> list[Section]:
    return sections(listing.rows, service.last_day(current.ctx(), listing.last))


def _new(form: CloseForm, listing: Listing) -> NewClose:
    listed = form.listed
    assert listed  # noqa: S101  # `_as_seen` has looked
    return NewClose(
        listing=listing,
        counted=form.counted(),
        key=form.key.data,
        listed_at=iso(listed),
        listed_on=service.day_of(current.ctx(), iso(listed)),
    )


def _begin(form: CloseForm) -> date | None:
    """Where the first close begins: as the form has it, or the address."""
    text = form.begin.data or request.args.get("since", "")
    try:
        return parse_begin(text, current.ctx().today())
    except ValueError:
        return None


def _page(form: CloseForm, listing: Listing) -> Response:
    ctx = current.ctx()
    zone = ctx.settings.timezone
    page = render_template(
        "closes/page.html",
        form=form,
        notice=form.notice,
        parts=[lines.part(section) for section in _sections(listing)] if listing.rows else [],
        last=lines.made(listing.last, zone) if listing.last else None,
        begin=listing.begin,
        most_days=MOST_DAYS,
        number=listing.number,
        rows=len(listing.rows),
        others=len(listing.others),
        expected_cents=sum(section.expected_cents for section in _sections(listing)),
    )
    return make_response(page, 422 if form.came_back else 200)


# What was closed


@blueprint.get("/scc/closes")
@guards.admin
def past() -> ResponseReturnValue:
    """The newest first."""
    before = request.args.get("before", 0, int)
    found = ledger.closes(current.ctx(), limit=A_PAGE, before=max(before, 0) or None)
    zone = current.ctx().settings.timezone
    older = found[-1].number if len(found) == A_PAGE and found[-1].number > 1 else None
    return render_template(
        "closes/past.html", closes=[lines.made(close, zone) for close in found], older=older
    )


@blueprint.get("/scc/close/<int:close>")
@guards.admin
def close(close: int) -> ResponseReturnValue:
    """One close, with the rows that it counted as they are now, and whether they still agree."""
    ctx = current.ctx()
    zone = ctx.settings.timezone
    found = ledger.close_numbered(ctx, close)
    if found is None:
        raise NotFound("There is no such close.")
    rows = ledger.rows_named(ctx, found.rows)
    before = service.day_of(ctx, found.since) if found.number > 1 else None
    parts = [lines.part(section) for section in sections(rows, before)]
    return render_template(
        "closes/close.html",
        close=found,
        made=lines.made(found, zone),
        since=lines.moment(found.since, zone),
        counts=[lines.told(count) for count in found.counts],
        parts=[part for part in parts if part.lines],
        agrees=_agrees(found, rows),
        banner=_banner(found),
    )


def _agrees(found: Close, rows: list[Row]) -> bool:
    """Whether its rows are those that were counted, and it is as it was sealed."""
    same = rows_hash(row.item for row in rows) == found.hash
    return same and seal_holds(found.item, current.ctx().settings.seal_keys)


def _banner(found: Close) -> dict[str, str] | None:
    if request.args.get("done") != found.id:
        return None
    count = len(found.rows)
    return {"text": f"Closed as {found.number}", "detail": f"{count} row{'s' * (count > 1)}."}
