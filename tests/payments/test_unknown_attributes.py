"""Every attribute that SCC does not know survives every write."""

from collections.abc import Callable

import pytest

from scc.bookings.adopt import adopt
from scc.context import Context
from scc.events.model import Ref
from scc.events.service import reinstate_event
from tests import given
from tests.older import OlderClient, OlderTool, stored
from tests.page import PageClient
from tests.payments.acts import MOANA, pay, price
from tests.payments.odd import ODD, odd

WRITES: dict[str, Callable[[Context, Ref], object]] = {
    "a payment": pay,
    "a second payment": lambda ctx, ref: [pay(ctx, ref), pay(ctx, ref)],
    "a price": lambda ctx, ref: price(ctx, ref, 900),
    "a cancellation": given.cancelled,
    "its end": lambda ctx, ref: [
        given.cancelled(ctx, ref),
        reinstate_event(ctx, ref, MOANA),
    ],
    "adoption": lambda ctx, _: adopt(ctx.db, ctx.settings.timezone),
}


@pytest.mark.parametrize("write", WRITES)
def test_it_survives(ctx: Context, older: OlderTool, write: str) -> None:
    ref = older.has(**ODD)

    WRITES[write](ctx, ref)

    assert odd(stored(ctx, ref)) == ODD


def test_it_survives_a_payment_by_api(ctx: Context, older: OlderTool, api: OlderClient) -> None:
    ref = older.has(**ODD)

    assert api.log().status_code == 200

    assert odd(stored(ctx, ref)) == ODD


def test_it_survives_a_change_and_a_payment_by_form(
    ctx: Context, older: OlderTool, admin: PageClient
) -> None:
    ref = older.has(**ODD, patron_name="Alice Moreno")
    admin.see(f"/scc/events/{ref.slug}/change")
    admin.page.form("/change").fill(guests="12").submit()
    admin.see(f"/scc/events/{ref.slug}/payment")
    admin.page.form("/payment").fill(amount="450").submit()

    assert odd(stored(ctx, ref)) == ODD
    assert stored(ctx, ref)["payment_amount"] == 450


@pytest.mark.parametrize("name", ["notes", "guests", "patron_email", "patron_phone"])
def test_a_change_leaves_what_its_form_could_not_show(
    ctx: Context, older: OlderTool, admin: PageClient, name: str
) -> None:
    """What has another type than the form's comes up empty there: that is no wish to lose it."""
    ref = older.has(**{"patron_name": "Alice Moreno", name: ["two", "lines"]})
    admin.see(f"/scc/events/{ref.slug}/change")

    admin.page.form("/change").fill(last_name="Nakamura").submit()

    assert stored(ctx, ref)["patron_name"] == "Alice Nakamura"
    assert stored(ctx, ref)[name] == ["two", "lines"]


def test_the_api_shows_it(older: OlderTool, api: OlderClient) -> None:
    older.has(**ODD)

    (event,) = api.get("/api/events").json["events"]

    assert ODD.keys() <= event.keys()
    assert (event["vip"], event["size"], event["berths"]) == (False, 44, ["A1", "B2"])
