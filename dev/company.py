"""What the sample season's company is: two boats, one dock, one kind of sail."""

from dataclasses import replace
from typing import Final

from dev.office import ORIGIN
from scc.company import service, store
from scc.company.model import THE_BOAT, Boat, Dock, as_item, mark_of, part_item
from scc.context import Context

QUEEN: Final = replace(THE_BOAT, name="Queen of San Diego", limit=30, least_crew=3)
ALMA: Final = Boat("alma", "Alma", least_crew=1)
"""Uninspected, so she takes six."""
_DOCK: Final = Dock("", "Harbor Island, slip B-12")
_PAY: Final = {
    "zelle": "pay@example.com",
    "venmo": "@queen-of-san-diego",
    "check_payee": "Queen of San Diego LLC",
    "other": "",
}


def settle(ctx: Context) -> None:
    """Fill in the settings, as the owner would on the first day."""
    company = store.read(ctx)
    service.save_thing(ctx, "boats", QUEEN, mark_of(as_item(THE_BOAT)), ORIGIN)
    service.add_thing(ctx, "boats", ALMA, "sample-alma", ORIGIN)
    service.add_thing(ctx, "docks", _DOCK, "sample-dock", ORIGIN)
    service.save_part(ctx, "pay", _PAY, mark_of(part_item(company, "pay")), ORIGIN)


def boat_for(guests: int) -> str:
    """The smaller one, where the party fits."""
    return ALMA.id if guests <= ALMA.limit else QUEEN.id
