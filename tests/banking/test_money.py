"""What waits at the bank is marked, several in one go: once each, and told of each."""

from contextlib import nullcontext
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from scc.audit.model import iso
from scc.banking.service import Marks, Place, mark
from scc.context import Context
from scc.errors import Refused
from scc.events import store
from scc.events.model import Event
from scc.ledger import store as ledger
from scc.ledger.model import Entry, fold
from scc.payments.writing import Act, Before, Decision, perform
from tests.banking.acts import bounced
from tests.given import cancelled, charter
from tests.hooks import calls, lagging_indexes, refusing
from tests.older import OlderClient, entries, rows, stored
from tests.page import Form, Page, PageClient, words
from tests.payments.acts import MOANA, pay
from tests.wire import Browser, at_once

CHECK = {"method": "check", "payer": "Alice Moreno"}


def place(event: Event, number: int = 2) -> str:
    return f"{event.exact_ref}!{number}"


def received(ctx: Context, name: str = "Alice", **fields: Any) -> Event:
    """A charter paid by check; entry 1 is its price, 2 the payment."""
    return pay(ctx, charter(ctx, name=name).exact_ref, **(CHECK | fields))


def marks(admin: PageClient, *places: str, mark: str = "banked", **typed: str) -> Form:
    form = admin.see("/scc/money").form("/money").fill(**typed)
    form.values |= {"entry": list(places), "mark": [mark]}
    return form


def listed(page: Page, group: str) -> list[str]:
    """The rows of one group, in their order."""
    rows = page.all(f".//section[@id='{group}']//li")
    return [words(row) for row in rows if row.get("class") not in ("empty", "part")]


def kinds(ctx: Context, event: Event) -> list[str]:
    return [str(entry["kind"]) for entry in entries(ctx, event.exact_ref)]


def test_what_is_due_comes_first_and_the_oldest_of_it(ctx: Context, admin: PageClient) -> None:
    today = ctx.today()
    for name, method, days in [
        ("Ann", "zelle", 0),
        ("Bob", "check", 9),
        ("Cy", "venmo", 20),
        ("Di", "cash", 20),
        ("Ed", "card", 20),
        ("Flo", "booking", 20),
    ]:
        received(ctx, name, method=method, payer=name, received_on=today - timedelta(days=days))

    page = admin.see("/scc/money")

    names = [row.split()[0] for row in listed(page, "check")]
    assert names == ["Cy", "Bob", "Ann"]
    assert words(page.one(".//li[@class='part']")) == "Not due yet"
    assert words(page.all(".//nav[@class='tally']//b")[0]) == "2"


def test_an_office_with_nothing_to_do_is_led_on(admin: PageClient) -> None:
    page = admin.see("/scc/money")

    assert len(page.all(".//*[@class='empty']")) == 4
    assert page.has(".//*[@class='empty']/a[@href='/scc/close']")


@pytest.mark.parametrize("lagging", [nullcontext, lagging_indexes])
def test_several_are_marked_in_one_go(ctx: Context, admin: PageClient, lagging: Any) -> None:
    """R12: what was marked is gone, although the index still has it."""
    events = [received(ctx, name) for name in ("Ann", "Bob", "Cy")]
    pay(ctx, events[0].exact_ref, 20, **CHECK)
    form = marks(admin, place(events[0]), place(events[0], 3), place(events[1]))

    with lagging(ctx.db.client):
        form.submit(follow_redirects=True)

    assert "Marked banked 3 payments." in admin.page.text
    (left,) = listed(admin.page, "check")
    assert "Cy Nakamura" in left
    assert kinds(ctx, events[0]) == ["price", "payment", "payment", "banked", "banked"]
    assert kinds(ctx, events[1]) == ["price", "payment", "banked"]
    (record,) = [r for r in rows(ctx, events[0].exact_ref) if r["kind"] == "payments.banked"]
    assert (record["number"], record["of"]) == (4, [2, 3])


def test_a_deposited_check_waits_for_the_bank(ctx: Context, admin: PageClient) -> None:
    event = received(ctx)
    seen_on = (ctx.today() - timedelta(days=1)).isoformat()

    marks(admin, place(event), mark="deposited", seen_on=seen_on).submit(follow_redirects=True)

    assert "Check, deposited" in listed(admin.page, "check")[0]
    (pending,) = store.load(ctx, event.exact_ref).standing.pending
    assert (pending.state, pending.since) == ("deposited", seen_on)


def test_the_answer_says_which_was_marked_and_which_not(ctx: Context, admin: PageClient) -> None:
    """Of five: one is fine, one Dee has marked already, three can't be."""
    fine, dees, zelle, back = (received(ctx, name) for name in ("Ann", "Bob", "Cy", "Di"))
    zelle = pay(ctx, zelle.exact_ref, 30, method="zelle", payer="Cy")
    form = marks(
        admin,
        *map(place, (fine, dees, back)),
        place(zelle, 3),
        "2026-01-01-nobody-sunset~17!2",
        mark="deposited",
    )
    mark(ctx, Marks("deposited", [Place(str(dees.exact_ref), 2)], ctx.today(), "k"), MOANA)
    bounced(ctx, back)

    answer = form.submit()

    done, not_done = admin.page.all(".//div[@role='alert']//ul")[::-1]
    assert answer.status_code == 422
    assert len(done) == 2
    told = words(not_done)
    assert "3 of 5 not marked deposited" in admin.page.text
    assert "it was marked bounced by Moana" in told
    assert "it came by Zelle, which nobody carries to the bank" in told
    assert "There is no such event." in told
    assert kinds(ctx, fine).count("deposited") == kinds(ctx, dees).count("deposited") == 1


def test_pressed_again_after_half_of_it_failed(ctx: Context, admin: PageClient) -> None:
    """What was done counts as done, what could not be confirmed is done now."""
    events = [received(ctx, name) for name in ("Ann", "Bob")]
    form = marks(admin, *map(place, events))
    with refusing(ctx.db.client, "ProvisionedThroughputExceededException", "TransactWriteItems"):
        assert form.submit().status_code == 422
        assert "This could not be confirmed. Pressing again is safe." in admin.page.text
    again = admin.page.form("/money")
    again.values["mark"] = ["banked"]
    assert sorted(again.values["entry"]) == sorted(map(place, events))

    for _ in range(2):
        assert again.submit().status_code == 303

    assert [kinds(ctx, event).count("banked") for event in events] == [1, 1]


def test_two_taps_and_two_admins_at_once_mark_once(
    ctx: Context, admin: PageClient, live_server: str
) -> None:
    events = [received(ctx, name) for name in ("Ann", "Bob", "Cy")]
    browser = Browser(admin, live_server)
    forms = [browser.form("/scc/money") for _ in range(2)]
    wishes = [{"entry": place(event), "mark": "banked"} for event in events]
    taps = [
        partial(browser.post, "/scc/money", form | wish) for wish in wishes for form in forms * 3
    ]

    answers = at_once(taps)

    assert {answer.status for answer in answers} == {303}
    assert [kinds(ctx, event) for event in events] == [["price", "payment", "banked"]] * 3


def test_no_more_than_a_hundred_are_shown(ctx: Context, admin: PageClient) -> None:
    event = charter(ctx, price_cents=None)
    for number in range(102):
        pay(ctx, event.exact_ref, number + 1, **CHECK)

    page = admin.see("/scc/money")

    assert len(page.all(".//input[@name='entry']")) == 100
    assert "100 of 102 shown" in page.text
    form = page.form("/money")
    form.values |= {"mark": ["banked"]}
    form.values["entry"] = [place(event, number) for number in range(1, 101)]
    with calls(ctx.db.client) as made:
        assert form.submit().status_code == 303
    assert len([call for call in made if call.operation == "TransactWriteItems"]) == 2


def test_nothing_ticked_and_a_day_to_come_are_asked_back(ctx: Context, admin: PageClient) -> None:
    event = received(ctx)
    tomorrow = (ctx.today() + timedelta(days=1)).isoformat()

    assert marks(admin, seen_on=tomorrow).submit().status_code == 422
    assert "Tick what you have seen at the bank." in admin.page.text
    assert "That day is still to come." in admin.page.text
    for bad in ("x", "!2", f"{event.exact_ref}!-1", "\N{ARABIC-INDIC DIGIT TWO}"):
        assert marks(admin, bad).submit().status_code == 422
    assert marks(admin, place(event), mark="void").submit().status_code == 422
    assert kinds(ctx, event) == ["price", "payment"]


def test_an_address_cannot_claim_that_something_was_marked(admin: PageClient) -> None:
    assert "Marked" not in admin.see("/scc/money?done=banked").text


# Refunds, held and undecided


def test_money_held_owed_and_undecided_wait_in_lists(ctx: Context, admin: PageClient) -> None:
    names = ("Ann", "Bob", "Cy")
    owed, held, _ = (cancelled(ctx, received(ctx, name, method="zelle")) for name in names)
    said(ctx, owed, kind="refund", cents=45000, method="zelle", payer="Ann")
    said(ctx, held, kind="hold")

    page = admin.see("/scc/money")

    (to_send,), (kept,), (asked,) = (listed(page, group) for group in ("owed", "held", "decide"))
    assert to_send.startswith("Ann $450 Zelle, owed")
    assert kept.startswith("Bob Nakamura $450 Cancelled by us: weather")
    assert asked.startswith("Cy Nakamura $450 Cancelled by us: weather")


def said(ctx: Context, event: Event, **fields: Any) -> None:
    """An entry of another room, as it would write it."""

    def decide(before: Before) -> Decision:
        told = {"id": "x", "number": before.number, "at": iso(ctx.now()), "actor": MOANA.actor}
        entry = Entry(received_on=ctx.today().isoformat(), **(told | fields))
        return Decision([entry], {"of": []})

    perform(ctx, Act("payments.banked", event.exact_ref, f"k-{event.slug}", {}), MOANA, decide)


# A payment that came back


def test_a_bounce_reopens_the_balance_everywhere(
    ctx: Context, admin: PageClient, api: OlderClient
) -> None:
    event = received(ctx)
    path = f"/scc/events/{event.ref}/entries/2/bounced"

    page = admin.see(path)
    page.form("/bounced").fill(reason="no funds", fee="35").submit(follow_redirects=True)

    assert "Bounced $450 by check from Alice Moreno. The balance is open again." in admin.page.text
    card = admin.page.one(".//article[@autofocus]")
    assert ("Owes $485" in words(card), card.find(".//a[@data-dialog-link]") is not None) == (
        True,
        True,
    )
    item = stored(ctx, event.exact_ref)
    assert (item["payment_cleared"], "payment_amount" in item, "payment_cleared_at" in item) == (
        False,
        False,
        False,
    )
    assert item["open"] == "unpaid"
    assert event.slug in [
        e["event_id"] for e in api.get("/api/events").json["events"] if not e["payment_cleared"]
    ]
    assert "Alice Nakamura" in admin.see("/scc/events?show=unpaid").text
    story = admin.see(f"/scc/events/{event.ref}").text
    assert ("bounced" in story, "no funds" in story) == (True, True)
    now = store.load(ctx, event.exact_ref)
    assert now.standing == fold(ledger.entries(ctx, event.ledger))
    assert now.standing.price_lines == {"charter": 45000, "fee": 3500}


def test_a_bounce_is_one_however_often_it_is_sent(
    ctx: Context, admin: PageClient, live_server: str
) -> None:
    event = received(ctx)
    path = f"/scc/events/{event.exact_ref}/entries/2/bounced"
    browser = Browser(admin, live_server)
    first, second = browser.filled(path, fee="35"), browser.filled(path, fee="35")

    answers = at_once([first] * 8)

    assert {answer.status for answer in answers} == {303}
    assert second().status == 422
    assert kinds(ctx, event) == ["price", "payment", "bounced", "price"]


def test_a_bank_may_give_back_what_it_had_taken(ctx: Context, admin: PageClient) -> None:
    """It waits in no list any more, so the event's story leads there."""
    event = received(ctx)
    mark(ctx, Marks("banked", [Place(str(event.exact_ref), 2)], ctx.today(), "k"), MOANA)
    path = f"/scc/events/{event.exact_ref}/entries/2/bounced"
    assert admin.see(f"/scc/events/{event.ref}").has(f".//a[@href='{path}']")

    done = bounced(ctx, event)

    assert (done.event.settled, done.event.balance_cents) == (False, 45000)
    with pytest.raises(Refused, match="was marked bounced by Moana"):
        bounced(ctx, event, key="other")


def test_cash_does_not_bounce_and_a_price_is_no_payment(ctx: Context, admin: PageClient) -> None:
    event = received(ctx, method="cash")
    path = f"/scc/events/{event.ref}/entries"

    assert "needs no check" in admin.see(f"{path}/2/bounced", status=422).text
    admin.see(f"{path}/1/bounced", status=404)
    admin.see(f"{path}/9/bounced", status=404)


def test_a_fee_needs_a_price(ctx: Context, admin: PageClient) -> None:
    event = pay(ctx, charter(ctx, price_cents=None).exact_ref, **CHECK)
    form = admin.see(f"/scc/events/{event.ref}/entries/1/bounced").form("/bounced")

    assert form.fill(fee="35").submit().status_code == 422
    assert "This event has no price to add it to." in admin.page.text
    assert kinds(ctx, event) == ["payment"]


def test_the_day_of_each_mark_is_kept(ctx: Context) -> None:
    event = received(ctx)
    day = date(2026, 1, 5)

    mark(ctx, Marks("deposited", [Place(str(event.exact_ref), 2)], day, "k"), MOANA)

    last = Entry.from_item(entries(ctx, event.exact_ref)[-1])
    assert (last.kind, last.of, last.received_on, last.cents) == (
        "deposited",
        2,
        "2026-01-05",
        45000,
    )
