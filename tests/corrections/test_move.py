"""Money logged for the wrong event is moved: a pair of entries, one transaction."""

import pytest

from scc.context import Context
from scc.events import store
from scc.events.model import Event
from scc.ledger import store as ledger
from tests import given
from tests.page import Form, PageClient


@pytest.fixture
def wrong(ctx: Context) -> Event:
    return given.paid(ctx, given.charter(ctx, name="Alice"))


@pytest.fixture
def right(ctx: Context) -> Event:
    return given.charter(ctx, name="Bo")


def dialog(admin: PageClient, event: Event, number: int = 2) -> Form:
    path = f"/scc/events/{event.exact_ref}/entries/{number}/move"
    return admin.see(path).form("/move")


def test_both_events_say_what_is_true(
    ctx: Context, admin: PageClient, wrong: Event, right: Event
) -> None:
    form = dialog(admin, wrong).fill(event=str(right.exact_ref), reason="Two Nakamuras")
    assert [form.submit().status_code for _ in range(2)] == [303, 303]

    left, taken = (store.load(ctx, e.exact_ref) for e in (wrong, right))
    assert (left.paid_cents, left.settled, left.standing.pending) == (0, False, ())
    assert (taken.paid_cents, taken.settled) == (45000, True)
    assert [(p.state, p.method) for p in taken.standing.pending] == [("received", "zelle")]
    out, in_ = (ledger.entries(ctx, e.ledger)[-1] for e in (wrong, right))
    assert (out.kind, out.of, out.other) == ("moved_out", 2, str(right.exact_ref))
    assert (in_.kind, in_.other, in_.payer) == ("moved_in", str(wrong.exact_ref), "Alice")


def test_it_can_be_moved_back_but_not_twice(
    ctx: Context, admin: PageClient, wrong: Event, right: Event
) -> None:
    dialog(admin, wrong).fill(event=str(right.exact_ref), reason="Oops").submit()
    page = admin.see(f"/scc/events/{wrong.exact_ref}/entries/2/move", status=422)
    assert "It was moved to" in page.text
    dialog(admin, right).fill(event=str(wrong.exact_ref), reason="Back").submit()

    assert store.load(ctx, wrong.exact_ref).settled
    assert not store.load(ctx, right.exact_ref).settled


def test_it_is_found_by_name_and_never_is_itself(
    ctx: Context, admin: PageClient, wrong: Event, right: Event
) -> None:
    settled = given.paid(ctx, given.charter(ctx, name="Cleo"))
    form = dialog(admin, wrong)
    assert str(wrong.exact_ref) not in admin.page.text
    form.fill(find="Cleo").submit()
    (radio,) = admin.page.all(".//input[@name='event']")
    assert radio.get("value") == str(settled.exact_ref)

    again = admin.page.form("/move")
    again.fill(event=str(wrong.exact_ref), reason="x")
    assert again.submit().status_code == 422
    assert "logged for that event already" in admin.page.text


def test_an_event_and_a_reason_are_needed(
    ctx: Context, admin: PageClient, wrong: Event, right: Event
) -> None:
    assert dialog(admin, wrong).fill(reason="Two Nakamuras").submit().status_code == 422
    form = admin.page.form("/move")
    assert form.fill(event=str(right.exact_ref), reason="").submit().status_code == 422
    assert len(ledger.entries(ctx, wrong.ledger)) == 2
