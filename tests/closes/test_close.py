"""A close counts every row once, names it, and says what differed and why."""

import random
from datetime import timedelta
from typing import Any

import pytest

from scc.audit.model import seal_holds
from scc.context import Context
from scc.events.model import Event
from scc.ledger import store as ledger
from scc.ledger.closes import rows_hash
from scc.tables import LEDGER
from tests.banking.acts import bounced
from tests.closes.acts import assert_counted_once, close, form
from tests.emulator import Clock
from tests.given import charter
from tests.hooks import unreachable, without_conditions
from tests.page import PageClient, words
from tests.payments.acts import pay
from tests.wire import Browser, at_once


def received(ctx: Context, name: str = "Alice", dollars: float = 450, **fields: Any) -> Event:
    return pay(ctx, charter(ctx, name=name).exact_ref, dollars, **({"payer": name} | fields))


def a_day(ctx: Context) -> None:
    """Something by every method."""
    for name, method in (
        ("Ann", "cash"),
        ("Bob", "check"),
        ("Cy", "zelle"),
        ("Di", "card"),
        ("Ed", "booking"),
        ("Flo", ""),
    ):
        received(ctx, name, method=method, tip_cents=2000 if method == "cash" else 0)


def test_a_day_that_agrees_is_closed_in_one_go(ctx: Context, admin: PageClient) -> None:
    a_day(ctx)

    form(admin, cash="470", card="450").submit(follow_redirects=True)

    assert "Closed as 1 5 rows." in admin.page.text
    made = ledger.close_numbered(ctx, 1)
    assert made is not None
    assert {count.method: count.counted_cents for count in made.counts} == {
        "cash": 47000,
        "check": 45000,
        "zelle": 45000,
        "card": 45000,
        "": 45000,
    }
    assert (made.actor.name, made.differs, len(made.rows)) == ("Moana", False, 5)
    assert seal_holds(made.item, ctx.settings.seal_keys)
    assert "Ed" not in admin.page.text
    assert "Nothing was logged since then." in admin.see("/scc/close").text
    (record,) = (r for r in ledger.written_on(ctx, ctx.today()) if r.get("kind") == "close.made")
    assert (record["number"], record["rows"]) == (1, 5)


def test_a_difference_needs_a_reason_and_nothing_typed_is_lost(
    ctx: Context, admin: PageClient
) -> None:
    a_day(ctx)
    wrong = form(admin, cash="460", card="450")
    wrong.values["tick"] = wrong.values["tick"][:2]

    assert wrong.submit().status_code == 422

    assert "Cash: $10.00 missing. Say why." in admin.page.text
    assert ledger.last_close(ctx) is None
    again = admin.page.form("/close")
    assert (again.values["cash"], again.values["tick"]) == (["460"], wrong.values["tick"])
    again.fill(reason_cash="Change for the taxi", reason_unknown="asked Flo")
    assert again.submit().status_code == 303
    made = ledger.close_numbered(ctx, 1)
    assert made is not None
    told = {count.method: (count.difference_cents, count.reason) for count in made.counts}
    assert told["cash"] == (-1000, "Change for the taxi")
    assert told[""] == (-45000, "asked Flo")
    page = admin.see("/scc/close/1")
    assert "$470 expected, $10 missing: Change for the taxi" in page.text


def test_tick_all_and_enter_close_nothing(ctx: Context, admin: PageClient) -> None:
    a_day(ctx)
    received(ctx, "Gus", method="zelle")
    page = admin.see("/scc/close")
    (button,) = (b for b in page.all("button") if b.get("value") == "zelle")
    first = page.form("/close").fill(cash="12")
    first.values |= {"all": ["zelle"]}

    assert (button.get("name"), first.submit().status_code) == ("all", 200)
    ticked = admin.page.form("/close")
    assert (len(ticked.values["tick"]), ticked.values["cash"]) == (2, ["12"])
    assert ticked.values["key"] == first.values["key"]
    (pressed_by_enter, *_) = [b for b in page.all(".//main//button") if b.get("name") == "all"]
    assert pressed_by_enter.get("value") == ""
    assert ledger.last_close(ctx) is None


def test_second_taps_and_two_admins_at_once_make_one_close(
    ctx: Context, admin: PageClient, live_server: str
) -> None:
    """Each tap of one form leads to the close; the other form is told who closed."""
    received(ctx, method="cash")
    browser = Browser(admin, live_server)
    mine, other = (browser.form("/scc/close") | {"cash": "450"} for _ in range(2))

    answers = at_once([lambda: browser.post("/scc/close", mine)] * 8)
    late = browser.post("/scc/close", other)

    assert {answer.status for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert late.status == 422
    assert b"Moana closed meanwhile: close 1" in late.body
    assert len(ledger.closes(ctx)) == 1


def test_without_its_guards_a_close_would_be_made_twice(
    ctx: Context, admin: PageClient, live_server: str
) -> None:
    received(ctx, method="cash")
    tap = Browser(admin, live_server).filled("/scc/close", cash="450")

    with without_conditions(ctx.db.client):
        at_once([tap] * 8)

    made = [r for r in ledger.written_on(ctx, ctx.today()) if r.get("kind") == "close.made"]
    assert len(made) > 1


def test_of_two_admins_at_the_same_moment_one_closes(
    ctx: Context, admin: PageClient, live_server: str
) -> None:
    received(ctx, method="cash")
    browser = Browser(admin, live_server)
    taps = [browser.filled("/scc/close", cash="450") for _ in range(6)]

    answers = at_once(taps)

    assert sorted(answer.status for answer in answers) == [303, 422, 422, 422, 422, 422]
    assert len(ledger.closes(ctx)) == 1


def test_who_was_second_loses_nothing(ctx: Context, admin: PageClient) -> None:
    event = received(ctx, method="zelle")
    second = form(admin, cash="12", reason_cash="float")
    close(ctx, "first")
    pay(ctx, event.exact_ref, 20, method="zelle")

    assert second.submit().status_code == 422

    again = admin.page.form("/close")
    assert (again.values["cash"], again.values["reason_cash"]) == (["12"], ["float"])
    assert "Close 2, since" in admin.page.text
    assert len(admin.page.all(".//input[@name='tick']")) == 1


def test_a_lost_answer_is_asked_for_again(ctx: Context, admin: PageClient) -> None:
    received(ctx, method="cash")
    pressed = form(admin, cash="450")
    with unreachable(ctx.db.client, "TransactWriteItems"):
        assert pressed.submit().status_code == 503
    assert "Pressing again is safe." in admin.page.text
    assert admin.page.form("/close").submit().status_code == 303

    pressed.fill(cash="460")
    answer = pressed.submit(follow_redirects=True)

    assert (answer.status_code, admin.page.heading) == (200, "Close 1")
    assert "$450" in admin.page.text
    assert len(ledger.closes(ctx)) == 1


@pytest.mark.parametrize(
    "listed_at",
    ["1900-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "2199-01-01T00:00:00Z", "noon", ""],
)
def test_a_page_of_no_time_closes_nothing(ctx: Context, admin: PageClient, listed_at: str) -> None:
    """From the day it names the next close looks for rows: it can't be any day."""
    received(ctx, method="cash")
    forged = form(admin, cash="450").fill(listed_at=listed_at)

    assert forged.submit().status_code == 422

    assert ledger.last_close(ctx) is None
    assert admin.page.form("/close").submit().status_code == 303


def test_what_is_logged_while_somebody_counts_is_in_the_next(
    ctx: Context, admin: PageClient
) -> None:
    event = received(ctx, method="cash")
    counting = form(admin, cash="450")
    pay(ctx, event.exact_ref, 20, method="cash")

    assert counting.submit().status_code == 303

    assert "$20 expected" in admin.see("/scc/close").text


def test_corrections_of_what_was_closed_stand_in_the_next_with_their_sign(
    ctx: Context, admin: PageClient, clock: Clock
) -> None:
    event = received(ctx, method="check")
    close(ctx, "first")
    clock.advance(days=3)
    admin.sign_in()
    bounced(ctx, event)
    late = received(ctx, "Bob", method="check", received_on=ctx.today() - timedelta(days=5))
    again = received(ctx, "Cy", method="check")
    bounced(ctx, again)

    page = admin.see("/scc/close")

    assert "$0 expected" in page.text
    assert "−$450" in page.text
    lines = [words(li) for li in page.all(".//section[@id='method-check']//li")]
    assert [("after the last close" in line, "Bob" in line) for line in lines].count(
        (True, True)
    ) == 1
    struck = [words(li) for li in page.all(".//li[@class='void']")]
    assert (len(struck), len(page.all(".//input[@name='tick']"))) == (2, 2)
    assert late.entries == 2


def test_the_hash_holds_until_a_row_is_altered(ctx: Context, admin: PageClient) -> None:
    received(ctx, method="cash")
    made = close(ctx, "first")
    assert "The rows are as they were counted." in admin.see("/scc/close/1").text
    (row,) = ledger.rows_named(ctx, made.rows)
    table = ctx.db.name(LEDGER)
    key = {"pk": {"S": row.item["pk"]}, "sk": {"S": row.item["sk"]}}
    assert made.hash == rows_hash([row.item])

    ctx.db.client.update_item(
        TableName=table,
        Key=key,
        UpdateExpression="SET cents = :c",
        ExpressionAttributeValues={":c": {"N": "44999"}},
    )
    assert "no longer as they were counted" in admin.see("/scc/close/1").text
    ctx.db.client.delete_item(TableName=table, Key=key)
    assert "no longer as they were counted" in admin.see("/scc/close/1").text


def test_the_first_close_begins_where_the_admin_says(
    ctx: Context, admin: PageClient, clock: Clock
) -> None:
    clock.advance(days=-50)
    received(ctx, method="cash")
    clock.advance(days=50)
    admin.sign_in()
    assert "Nothing was logged" in admin.see("/scc/close").text
    begin = ctx.today() - timedelta(days=60)

    admin.page.form("/close").fill(since=begin.isoformat()).submit()

    assert "$450 expected" in admin.page.text
    admin.page.form("/close").fill(cash="450").submit(follow_redirects=True)
    assert "Closed as 1 1 row." in admin.page.text


def test_past_closes_are_listed_the_newest_first(ctx: Context, admin: PageClient) -> None:
    event = charter(ctx)
    for number in range(3):
        pay(ctx, event.exact_ref, 10, method="cash")
        close(ctx, f"key-{number}")

    page = admin.see("/scc/closes")

    assert [words(a) for a in page.all(".//ul[@class='ticks']//a")] == [
        "Close 3",
        "Close 2",
        "Close 1",
    ]
    assert "Close 1" in admin.see("/scc/closes?before=2").text
    admin.see("/scc/close/9", status=404)


def test_the_close_after_a_moment_is_found(ctx: Context, clock: Clock) -> None:
    event = charter(ctx)
    start = ctx.now()
    for number in range(6):
        clock.advance(days=1)
        pay(ctx, event.exact_ref, 10, method="cash")
        close(ctx, f"key-{number}")

    after = [
        ledger.first_close_after(ctx, start + timedelta(days=days, hours=1)) for days in range(7)
    ]

    assert [found.number if found else None for found in after] == [1, 2, 3, 4, 5, 6, None]


# No row is lost, and none counted twice


def test_whatever_the_index_hides_and_whoever_logs_meanwhile_all_is_counted_once(
    ctx: Context, clock: Clock
) -> None:
    """Forms left open for days, rows that appear late, two who close at once."""
    assert_counted_once(ctx, clock, random.Random(7), rounds=25)
