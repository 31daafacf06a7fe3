"""Closing as a person does it, by the page."""

from typing import Any

from scc.audit.model import iso
from scc.closes import service, store
from scc.closes.model import Counted, Listing, mark, sections
from scc.closes.service import NewClose
from scc.context import Context
from scc.ledger.closes import Close
from tests.page import Form, PageClient
from tests.payments.acts import MOANA


def form(admin: PageClient, **typed: str) -> Form:
    """The page's form with every row ticked, and sums if given."""
    page = admin.see("/scc/close")
    found = page.form("/close").fill(**typed)
    boxes = page.all(".//input[@name='tick']")
    found.values["tick"] = [str(box.get("value")) for box in boxes]
    return found


def close(ctx: Context, key: str, listing: Listing | None = None, **more: Any) -> Close:
    """A close of what is listed, all of it as expected."""
    listing = listing or store.listing(ctx)
    found = sections(listing.rows, None)
    counted = Counted(
        {section.name: section.expected_cents for section in found},
        {mark(row) for row in listing.rows},
        {},
    )
    given: dict[str, Any] = {"listed_at": iso(ctx.now()), "listed_on": ctx.today()} | more
    return service.close(ctx, NewClose(listing, counted, key, **given), MOANA)
