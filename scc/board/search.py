"""The page that finds events: a plain form, and as one types."""

import re

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scc.board.cards import make_card
from scc.board.groups import Empty, Group, Link, Page, by_day
from scc.planning.search import Found, parse_query, search
from scc.web import current, guards
from scc.web.forms import showable

blueprint = Blueprint("search", __name__)

_FURTHEST = 30
"""Years back."""


@blueprint.get("/scc/search")
@guards.admin
def find() -> ResponseReturnValue:
    asked = showable(request.args.get("q", ""))[:200]
    words = parse_query(asked)
    further = _further(request.args.get("further", ""))
    found = search(current.ctx(), words, further)
    template = "board/found.html" if current.wants_fragment() else "board/search.html"
    return render_template(
        template, asked=asked, page=_page(found, asked, further) if words else None
    )


def _further(text: str) -> int:
    known = re.fullmatch(r"[0-9]{1,2}", text, re.ASCII)
    return min(int(text), _FURTHEST) if known else 0


def _page(found: Found, asked: str, further: int) -> Page:
    ctx = current.ctx()
    count = f"{len(found.events)}{' or more' if found.more else ''}"
    title = "1 event" if count == "1" else f"{count} events"
    group = Group(
        "found",
        title,
        by_day(make_card(ctx, event) for event in found.events),
        hint=f"from {found.since:%B %Y} to {found.until:%B %Y}",
        empty=Empty("Nothing fits."),
        more=_look_further(asked, further),
    )
    return Page(title="Find", groups=[group], today=ctx.today())


def _look_further(asked: str, further: int) -> Link | None:
    if further >= _FURTHEST:
        return None
    return Link(url_for("search.find", q=asked, further=further + 1), "Look a year further back")
