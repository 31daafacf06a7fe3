"""The report as JSON."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from scc.errors import Invalid
from scc.reports.model import Totals, parse_period
from scc.reports.service import report
from scc.web import current, guards

blueprint = Blueprint("reports_api", __name__)


@blueprint.get("/api/report")
@guards.token
def show() -> Response:
    """What was received in a month or a span of days; all amounts in cents."""
    try:
        period = parse_period(request.args, current.ctx().today())
    except ValueError as error:
        name = "month" if request.args.get("month") else "from"
        raise Invalid({name: str(error)}) from error
    found = report(current.ctx(), period)
    return jsonify(
        {
            "from": period.first.isoformat(),
            "to": period.last.isoformat(),
            "closed_at": found.line.at if found.line else None,
            "totals": [_totals(one) for one in found.totals],
            "late": [_totals(one) for one in found.late_totals],
            "unpaid": [vars(age) for age in found.ages],
            "owed_cents": found.owed_cents,
            "held_cents": found.held_cents,
        }
    )


def _totals(one: Totals) -> dict[str, Any]:
    return {**vars(one), "net_cents": one.net_cents}
