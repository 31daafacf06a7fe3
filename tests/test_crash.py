"""R4: whatever dies in the middle of a request, nothing is lost and nothing is done twice.

The form is sent again, as a person does who got no answer.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask

from scc.context import Context
from scc.events.model import Event
from scc.ledger import store as ledger
from scc.ops.reconcile import reconcile
from tests import given
from tests.closes.acts import form as close_form
from tests.corrections.acts import SATURDAY, kinds
from tests.crash import POINTS, Point, crash
from tests.emulator import Clock
from tests.page import Form, PageClient
from tests.payments.acts import pay

Fill = Callable[[PageClient, Event, Event], Form]


def _payment(admin: PageClient, event: Event, _: Event) -> Form:
    page = admin.see(f"/scc/events/{event.exact_ref}/payment")
    return page.form("/payment").fill(amount="100", patron_name="Bo")


def _anew(admin: PageClient, event: Event, _: Event) -> Form:
    page = admin.see(f"/scc/events/{event.exact_ref}/entries/2/void")
    return page.form("/void").fill(reason="It was 405", anew="y", amount="405")


def _move(admin: PageClient, event: Event, target: Event) -> Form:
    page = admin.see(f"/scc/events/{event.exact_ref}/entries/2/move")
    return page.form("/move").fill(event=str(target.exact_ref), reason="The other Alice")


def _end(admin: PageClient, event: Event, _: Event) -> Form:
    page = admin.see(f"/scc/events/{event.exact_ref}/end")
    return page.form("/end").fill(ended="weather", answer="give_back", reason="Fog")


def _bank(admin: PageClient, event: Event, _: Event) -> Form:
    form = admin.see("/scc/money").form("/money").fill(mark="banked")
    form.values["entry"] = [f"{event.exact_ref}!2"]
    return form


ACTS: dict[str, tuple[Fill, list[str]]] = {
    "a payment": (_payment, ["payment"]),
    "a void and what is logged anew": (_anew, ["void", "payment"]),
    "a move": (_move, ["moved_out"]),
    "an end": (_end, ["refund"]),
    "a mark": (_bank, ["banked"]),
    "a close": (lambda admin, *_: close_form(admin), []),
}


@dataclass(frozen=True)
class Crashes:
    """Sends forms to processes that die; the app and browser that stay are those of a test."""

    ctx: Context
    admin: PageClient
    app_env: dict[str, str]
    clock: Clock

    def assert_survived(self, name: str, point: Point) -> None:
        ctx, (fill, then) = self.ctx, ACTS[name]
        closes = len(ledger.closes(ctx))
        event = given.charter(ctx, name="Alice", day=SATURDAY, price_cents=60000)
        target = given.charter(ctx, name="Bo", day=SATURDAY)
        pay(ctx, event.exact_ref)
        form = fill(self.admin, event, target)

        crash(self.app_env, self.clock, self.admin, form.action, form.values, point)

        done = point == "after"
        assert kinds(ctx, event) == ["price", "payment", *(then if done else [])]
        assert len(ledger.closes(ctx)) == closes + (name == "a close" and done)
        assert form.submit().status_code == 303
        assert kinds(ctx, event) == ["price", "payment", *then]
        assert kinds(ctx, target) == ["price", *(["moved_in"] if name == "a move" else [])]
        assert len(ledger.closes(ctx)) == closes + (name == "a close")


@pytest.fixture
def crashes(
    ctx: Context, admin: PageClient, app_env: dict[str, str], clock: Clock
) -> Iterator[Crashes]:
    yield Crashes(ctx, admin, app_env, clock)
    assert reconcile(ctx).drift == []


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("name", ACTS)
def test_nothing_is_lost_and_nothing_is_done_twice(
    crashes: Crashes, name: str, point: Point
) -> None:
    crashes.assert_survived(name, point)


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("nth", [1, 2])
def test_who_is_signed_out_by_it_knows_that_nobody_is_signed_in(
    app: Flask,
    admin: PageClient,
    app_env: dict[str, str],
    clock: Clock,
    point: Point,
    nth: int,
) -> None:
    """Signing out everywhere writes twice here: the lost phone's session goes first."""
    phone = app.test_client()
    assert isinstance(phone, PageClient)
    phone.sign_in("Kai")
    values = {"csrf_token": admin.see("/scc/").form("/sign-out").values["csrf_token"]}

    crash(app_env, clock, admin, "/scc/sign-out-everywhere", values, point, nth)

    assert (phone.get("/scc/").status_code == 302) == ((point, nth) != ("before", 1))
    assert (admin.get("/scc/").status_code == 302) == ((point, nth) == ("after", 2))
    admin.post("/scc/sign-out-everywhere", data=values)
    assert {browser.get("/scc/").status_code for browser in (phone, admin)} == {302}
