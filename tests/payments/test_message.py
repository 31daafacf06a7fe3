"""From the bank's message to the event it is for."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from scc.context import Context
from scc.payments.matching import best_first, likeness
from tests import given
from tests.page import PageClient, words


def test_likeness_knows_words_and_initials() -> None:
    pairs = {
        ("J Alvarez", "Julia Alvarez"): 3,
        ("ALVAREZ", "Julia Álvarez"): 2,
        ("Julia Alvarez", "J. Alvarez"): 3,
        ("Jo Bell", "Julia Alvarez"): 0,
        ("", "Julia Alvarez"): 0,
        ("Julia", ""): 0,
    }
    assert {pair: likeness(*pair) for pair in pairs} == pairs


def test_an_equal_balance_comes_first_then_the_name_then_the_day(ctx: Context) -> None:
    today = ctx.today()
    near = given.charter(ctx, today, "Near", price_cents=100)
    far = given.charter(ctx, today + timedelta(days=9), "Far", price_cents=100)
    like = given.charter(ctx, today + timedelta(days=20), "Alice", price_cents=100)
    equal = given.charter(ctx, today + timedelta(days=60), "Equal", price_cents=45000)

    zone = ZoneInfo("America/Los_Angeles")
    ranked = best_first([far, equal, near, like], 45000, "A Nobody", today, zone)

    assert [e.first_name for e in ranked] == ["Equal", "Alice", "Near", "Far"]


def picks(admin: PageClient) -> list[str]:
    return [words(b) for b in admin.page.all(".//button[@name='event']/b[1]")]


def test_found_picked_logged_and_the_next_one(ctx: Context, admin: PageClient) -> None:
    given.charter(ctx, ctx.today(), "Near", price_cents=100)
    wanted = given.charter(ctx, ctx.today() + timedelta(days=30), "Julia", price_cents=45000)
    given.paid(ctx, given.charter(ctx, name="Settled"))

    form = admin.see("/scc/payment").form("/scc/payment")
    assert picks(admin) == ["Near Nakamura", "Julia Nakamura"]
    form.fill(amount="450", patron_name="J Nakamura", payment_method="venmo").submit()
    assert picks(admin) == ["Julia Nakamura", "Near Nakamura"]

    again = admin.page.form("/scc/payment")
    again.fill(event=str(wanted.exact_ref)).submit()
    dialog = admin.page.form("/payment")
    said = {name: dialog.values[name] for name in ("amount", "patron_name", "payment_method")}
    assert said == {
        "amount": ["450"],
        "patron_name": ["J Nakamura"],
        "payment_method": ["venmo"],
    }

    dialog.submit(follow_redirects=True)
    assert "$450 by Venmo from J Nakamura" in admin.page.text
    (link,) = admin.page.all(".//*[@data-banner]//a[@data-dialog-link]")
    assert (words(link), link.get("href")) == ("Log another", "/scc/payment")


def test_what_the_message_says_is_read_like_any_amount(ctx: Context, admin: PageClient) -> None:
    given.charter(ctx)
    form = admin.see("/scc/payment").form("/scc/payment")

    assert form.fill(amount="12,50", patron_name="J Álvarez").submit().status_code == 422
    assert "Write 12.50 then" in admin.page.text
    assert admin.page.form("/scc/payment").values["patron_name"] == ["J Álvarez"]


def test_an_event_that_is_gone_is_no_event(admin: PageClient) -> None:
    form = admin.see("/scc/payment").form("/scc/payment")
    form.names.add("event")

    assert form.fill(event="2026-05-23-nobody-sunset").submit().status_code == 404
