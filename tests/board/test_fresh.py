"""R12: what was just done is on the next page, although the indexes lag behind."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from scc.context import Context
from scc.events.model import Event
from tests.given import cancelled, charter, older
from tests.hooks import lagging_indexes
from tests.page import Page, PageClient, words

FRAGMENT = {"X-SCC-Fragment": "1"}
WHEN = {"past": -3, "today": 0, "far": 200}


@pytest.fixture(params=WHEN)
def event(request: pytest.FixtureRequest, ctx: Context) -> Event:
    """A charter of $450 on some day."""
    return charter(ctx, ctx.today() + timedelta(days=WHEN[request.param]))


@pytest.fixture
def lagging(event: Event, dynamodb: Any) -> Iterator[None]:
    """From now on, indexes are as they were."""
    with lagging_indexes(dynamodb):
        yield


def card(page: Page) -> str:
    """What the card that takes the focus says."""
    return words(page.one(".//article[@autofocus]"))


def log(admin: PageClient, event: Event, amount: str, **options: Any) -> Page:
    """Log a payment as the browser does; gives the page that follows."""
    form = admin.see(f"/scc/events/{event.ref}/payment").form("/payment")
    answer = form.fill(amount=amount, payment_method="zelle").submit(**options)
    return admin.see(answer.headers["Location"], **options)


@pytest.mark.usefixtures("lagging")
class TestLogged:
    """A payment that settles, and one that does not."""

    @pytest.mark.parametrize(
        ("amount", "says"), [("450", "Paid $450"), ("200", "$200 of $450")], ids=["all", "part"]
    )
    def test_it_is_on_the_dashboard_that_follows(
        self, admin: PageClient, event: Event, amount: str, says: str
    ) -> None:
        assert says in card(log(admin, event, amount))

    def test_the_event_stands_there_once(self, admin: PageClient, event: Event) -> None:
        page = log(admin, event, "450")

        assert len(page.all(f".//article[@data-event='{event.ref}']")) == 1

    def test_the_banner_says_so(self, admin: PageClient, event: Event) -> None:
        page = log(admin, event, "200")

        assert "Payment logged $200 by Zelle from Alice Nakamura." in page.text

    def test_the_script_gets_banner_and_card(self, admin: PageClient, event: Event) -> None:
        page = log(admin, event, "450", headers=FRAGMENT)

        assert ("Payment logged" in page.text, "Paid $450" in card(page)) == (True, True)

    def test_it_is_on_the_event_page(self, admin: PageClient, event: Event) -> None:
        log(admin, event, "200")

        assert "Payment received" in admin.see(f"/scc/events/{event.ref}").text

    def test_the_next_dialog_has_the_rest(self, admin: PageClient, event: Event) -> None:
        log(admin, event, "200")

        form = admin.see(f"/scc/events/{event.ref}/payment").form("/payment")
        assert form.values["amount"] == ["250"]


@pytest.mark.usefixtures("lagging")
def test_what_was_cancelled_is_on_the_page_that_follows(admin: PageClient, event: Event) -> None:
    admin.see(f"/scc/events/{event.ref}/end").form("/end").fill(
        ended="weather", reason="Storm"
    ).submit(follow_redirects=True)

    assert "Cancelled" in card(admin.page)


@pytest.mark.usefixtures("lagging")
def test_so_is_a_new_price(admin: PageClient, event: Event) -> None:
    form = admin.see(f"/scc/events/{event.ref}/price").form("/price")

    form.fill(charter="500", reason="two more guests").submit(follow_redirects=True)

    assert "Owes $500" in card(admin.page)


@pytest.mark.usefixtures("lagging")
def test_so_is_what_was_changed(admin: PageClient, event: Event) -> None:
    form = admin.see(f"/scc/events/{event.ref}/change").form("/change")

    form.fill(first_name="Alicia", notes="cake knife").submit(follow_redirects=True)

    assert ("Alicia" in admin.page.heading, "cake knife" in admin.page.text) == (True, True)


def test_so_is_what_was_reinstated(admin: PageClient, ctx: Context, event: Event) -> None:
    cancelled(ctx, event)

    with lagging_indexes(ctx.db.client):
        page = admin.see(f"/scc/events/{event.ref}")
        page.form("/reinstate").submit(follow_redirects=True)

    assert admin.page.has(".//a[@data-dialog-link]")
    assert "Reinstated" in admin.page.text


def test_so_is_what_was_planned(admin: PageClient, ctx: Context, dynamodb: Any) -> None:
    form = admin.see("/scc/events/new").form("/new")

    with lagging_indexes(dynamodb):
        form.fill(first_name="Bo", date=ctx.today().isoformat()).submit(follow_redirects=True)

    assert admin.page.heading == "Bo"


@pytest.mark.parametrize("settled", [True, False])
@pytest.mark.parametrize("slug", ["fireworks", "2026-01-05-alice-sunset"])
def test_an_older_event_that_nobody_adopted_is_shown_too(
    admin: PageClient, ctx: Context, slug: str, settled: bool
) -> None:
    """It is in no index at all."""
    [event] = older(ctx, {"event_id": slug, "timestamp": 1767632400, "patron_name": "Odd"})

    with lagging_indexes(ctx.db.client):
        form = admin.see(f"/scc/events/{event.ref}/payment").form("/payment")
        form.fill(amount="80", payment_method="cash", more_to_come=None if settled else "y")
        form.submit(follow_redirects=True)

    assert ("Paid $80" if settled else "$80 received") in card(admin.page)


def test_the_waiver_page_of_a_new_event_is_there_at_once(
    client: PageClient, ctx: Context, dynamodb: Any
) -> None:
    with lagging_indexes(dynamodb):
        event = charter(ctx)

        assert client.see(f"/g/{event.slug}/waiver").heading == "Alice’s sail"
