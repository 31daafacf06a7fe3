"""Two-minute money close: ten payments on a phone, a tap for each thing to look at."""

from datetime import timedelta

from playwright.sync_api import Page

from scc.context import Context
from scc.ledger import store as ledger
from tests.given import charter
from tests.payments.acts import pay

METHODS = ("cash", "cash", "card", "card", "check", "zelle", "zelle", "zelle", "venmo", "venmo")


class Thumb:
    """Counts what a person does."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps, self.keys = page, 0, 0

    def tap(self, role: str, name: str) -> None:
        self.page.get_by_role(role, name=name).first.tap()  # type: ignore[arg-type]
        self.taps += 1

    def enter(self, label: str, text: str) -> None:
        self.page.get_by_label(label).tap()
        self.page.keyboard.type(text)
        self.taps, self.keys = self.taps + 1, self.keys + len(text)


def test_ten_payments_are_closed_with_eleven_taps(ctx: Context, plain_page: Page) -> None:
    """Without a script too. Each tick is a look at the bank's list: none is spared by design."""
    for number, method in enumerate(METHODS):
        event = charter(ctx, name=f"Pat{'abcdefghij'[number]}", day=ctx.today())
        pay(ctx, event.exact_ref, 100 + number, method=method, payer=f"Payer {number}")
    thumb = Thumb(plain_page)
    plain_page.goto("/scc/")

    thumb.tap("link", "Money")
    thumb.tap("link", "Close the money")
    thumb.enter("Cash counted", "201")
    for number in (4, 5, 6, 7, 8, 9):
        thumb.tap("checkbox", f"Payer {number}")
    thumb.enter("Terminal’s total", "205")
    thumb.tap("button", "Close the money")

    plain_page.get_by_role("heading", name="Close 1").wait_for()
    assert (thumb.taps, thumb.keys) == (11, 6)
    made = ledger.close_numbered(ctx, 1)
    assert made is not None
    assert (len(made.rows), made.differs) == (10, False)


def test_several_are_marked_banked_by_thumb(ctx: Context, page: Page) -> None:
    day = ctx.today() - timedelta(days=9)
    for name in ("Ann", "Bob"):
        pay(ctx, charter(ctx, name=name).exact_ref, method="check", payer=name, received_on=day)
    page.goto("/scc/money")

    page.get_by_role("checkbox", name="Ann").tap()
    page.get_by_role("checkbox", name="Bob").tap()
    page.get_by_role("button", name="Banked").tap()

    page.get_by_text("Marked banked").wait_for()
    assert page.get_by_role("checkbox").count() == 0


def test_a_bounce_from_the_list_puts_the_button_back(ctx: Context, page: Page) -> None:
    pay(ctx, charter(ctx).exact_ref, method="check", payer="Ann")
    page.goto("/scc/money")

    page.get_by_role("link", name="Bounced Ann").tap()
    page.get_by_role("button", name="It bounced").tap()

    page.locator("[data-banner]").get_by_text("The balance is open again.").wait_for()
    assert page.get_by_role("link", name="Log payment for Alice").is_visible()
