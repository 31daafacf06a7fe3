"""The report: a page, two CSV files."""

import re
from datetime import date, timedelta

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scc.crew import pay
from scc.reports import csv_file
from scc.reports.model import Period, month_period, parse_period
from scc.reports.service import Report, report
from scc.reports.service import year as read_year
from scc.reports.year import HEIGHT, WHY, WIDTH, picture
from scc.web import current, guards

blueprint = Blueprint("reports", __name__)


@blueprint.get("/scc/reports")
@guards.admin
def page() -> ResponseReturnValue:
    """A month, or a span of days; what is asked wrongly is said, above this month."""
    today = current.ctx().today()
    try:
        period, wrong = parse_period(request.args, today), ""
    except ValueError as error:
        period, wrong = month_period(today), str(error)
    shown = render_template(
        "reports/page.html",
        report=report(current.ctx(), period),
        period=period,
        wrong=wrong,
        asked={name: request.args.get(name, "") for name in ("from", "to")},
        entries_url=_csv_url(period, "entries"),
        totals_url=_csv_url(period, "totals"),
        previous=_month_url(period.first - timedelta(days=1)),
        next=_month_url(period.last + timedelta(days=1)),
    )
    return shown, 400 if wrong else 200


def _month_url(day: date) -> tuple[str, str] | None:
    if not 2000 <= day.year <= 2099:
        return None
    return url_for("reports.page", month=f"{day:%Y-%m}"), f"{day:%B %Y}"


def _csv_url(period: Period, what: str) -> str:
    span = {"from": period.first.isoformat(), "to": period.last.isoformat()}
    return url_for("reports.as_csv", what=what, **span)  # type: ignore[arg-type]


@blueprint.get("/scc/reports/<any(entries, totals):what>.csv")
@guards.admin
def as_csv(what: str) -> ResponseReturnValue:
    try:
        period = parse_period(request.args, current.ctx().today())
    except ValueError as error:
        return Response(f"{error}\n", 400, mimetype="text/plain")
    found = report(current.ctx(), period)
    response = Response(_text(found, what), mimetype="text/csv")
    name = f"scc-{what}-{period.first}-{period.last}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.get("/scc/reports/hours.csv")
@guards.admin
def hours_csv() -> ResponseReturnValue:
    """Hours and tips of a month's crew, a line for each person."""
    month = month_period(current.ctx().today()).first
    if request.args.get("month"):
        try:
            month = parse_period(request.args, month).first
        except ValueError as error:
            return Response(f"{error}\n", 400, mimetype="text/plain")
    ctx = current.ctx()
    people, uneven = pay.by_person(pay.lines_of(ctx, month)), pay.uneven_of(ctx, month)
    response = Response(csv_file.hours_csv(month, people, uneven), mimetype="text/csv")
    name = f"scc-hours-{month:%Y-%m}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _text(found: Report, what: str) -> str:
    if what == "totals":
        return csv_file.totals_csv(found.totals, found.late_totals)
    return csv_file.entries_csv(found.rows, found.late)


# A year


@blueprint.get("/scc/reports/year")
@guards.admin
def year() -> ResponseReturnValue:
    """What each month's sails brought, what sailed, and what did not and why."""
    number = _year()
    found = read_year(current.ctx(), number)
    return render_template(
        "reports/year.html",
        year=found,
        why=WHY,
        picture=picture(found),
        size=(WIDTH, HEIGHT),
        csv_url=url_for("reports.year_csv", year=number),
        previous=_year_url(number - 1),
        next=_year_url(number + 1),
    )


@blueprint.get("/scc/reports/year.csv")
@guards.admin
def year_csv() -> ResponseReturnValue:
    number = _year()
    text = csv_file.year_csv(read_year(current.ctx(), number))
    response = Response(text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="scc-year-{number}.csv"'
    return response


def _year() -> int:
    asked = request.args.get("year", str(current.ctx().today().year))
    return int(asked) if re.fullmatch(r"20\d\d", asked, re.ASCII) else abort(404)


def _year_url(number: int) -> tuple[str, str] | None:
    if not 2000 <= number <= 2099:
        return None
    return url_for("reports.year", year=number), str(number)
