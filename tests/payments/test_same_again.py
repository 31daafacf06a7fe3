"""A soft question: is this the same money once more?"""

import pytest

from scc.context import Context
from tests import given
from tests.emulator import Clock
from tests.hooks import calls
from tests.older import OlderClient
from tests.page import Form, PageClient

HOUR = 3600


@pytest.fixture
def again(ctx: Context, clock: Clock, admin: PageClient) -> Form:
    """A dialog two hours after $450 by Zelle was logged, filled with the same."""
    event = given.paid(ctx, given.charter(ctx, price_cents=200000))
    clock.advance(seconds=2 * HOUR + 60)
    path = f"/scc/events/{event.exact_ref}/payment"
    return admin.see(path).form("/payment").fill(amount="450", payment_method="zelle")


def amounts(ctx: Context) -> list[int | None]:
    (event,) = given.all_events(ctx)
    return [entry.cents for entry in given.payments(ctx, event)]


def test_it_says_who_and_when(ctx: Context, admin: PageClient, again: Form) -> None:
    answer = again.submit()

    assert answer.status_code == 422
    assert "$450 by Zelle from Alice was logged by test 2 hours ago" in admin.page.text
    assert amounts(ctx) == [45000]


def test_it_is_logged_anyway(ctx: Context, admin: PageClient, again: Form) -> None:
    again.submit()
    admin.page.form("/payment").fill(anyway="1", received_on="nonsense").submit()
    admin.page.form("/payment").fill(anyway="1", received_on=ctx.today().isoformat()).submit()

    assert amounts(ctx) == [45000, 45000]


def test_it_reads_nothing_more(ctx: Context, again: Form) -> None:
    with calls(ctx.db.client) as made:
        again.submit(headers={"X-SCC-Fragment": "1"})

    assert len(made) == 2  # the session and the event


def test_what_differs_is_not_asked_about(
    ctx: Context, clock: Clock, admin: PageClient, again: Form
) -> None:
    assert again.fill(payment_method="check").submit().status_code == 303
    clock.advance(seconds=48 * HOUR)
    admin.sign_in()
    path = again.action.removeprefix("http://localhost")
    later = admin.see(path).form("/payment").fill(amount="450", payment_method="check")
    assert later.submit().status_code == 303


def test_a_second_tap_is_not_asked(ctx: Context, admin: PageClient) -> None:
    event = given.charter(ctx, price_cents=200000)
    path = f"/scc/events/{event.exact_ref}/payment"
    form = admin.see(path).form("/payment").fill(amount="450")

    assert [form.submit().status_code for _ in range(2)] == [303, 303]
    assert amounts(ctx) == [45000]


def test_the_older_api_is_never_asked(ctx: Context, clock: Clock, api: OlderClient) -> None:
    event = given.paid(ctx, given.charter(ctx))
    clock.advance(seconds=600)

    body = {"event_id": event.slug, "amount": 450, "payment_method": "zelle"}
    assert api.log(**body, patron_name="Alice").status_code == 200
    assert amounts(ctx) == [45000, 45000]
