"""What guests open: it names their sail, and nothing that is not theirs to know."""

from datetime import date, time

import pytest

from scc.context import Context
from scc.events.model import Event
from scc.events.service import Details, change_event
from tests.given import ORIGIN, cancelled, charter, older, paid
from tests.page import Page, PageClient, words

DAY = date(2026, 5, 23)
SLUG = "2026-05-23-alice-sunset"


def test_a_slug_names_the_sail(client: PageClient, ctx: Context) -> None:
    charter(ctx, DAY)

    page = client.see(f"/g/{SLUG}/waiver")

    assert page.heading == "Alice’s sail"
    assert ("Saturday 23 May" in page.text, "6:00 pm" in page.text) == (True, True)


def test_it_says_that_the_waiver_comes(client: PageClient, ctx: Context) -> None:
    charter(ctx, DAY)

    assert "The waiver will be here before you sail" in client.see(f"/g/{SLUG}/waiver").text


def test_a_date_with_one_sail_names_it(client: PageClient, ctx: Context) -> None:
    charter(ctx, DAY)

    assert client.see("/g/2026-05-23/waiver").heading == "Alice’s sail"


@pytest.fixture
def choice(client: PageClient, ctx: Context) -> Page:
    """A date with several sails, one of them cancelled, and sails on the days around it."""
    charter(ctx, DAY, "Bo", period="night")
    charter(ctx, DAY, "Abe", period="morning")
    cancelled(ctx, charter(ctx, DAY, "Cleo"))
    charter(ctx, date(2026, 5, 22), "Dan", period="night")
    charter(ctx, date(2026, 5, 24), "Eva", period="morning")
    return client.see("/g/2026-05-23/waiver")


def test_a_date_with_several_asks_which(choice: Page) -> None:
    assert choice.heading == "Which sail is yours?"
    assert [words(a) for a in choice.all("a")] == ["9:00 am Abe’s sail", "10:00 pm Bo’s sail"]


def test_two_that_look_alike_are_told_apart(client: PageClient, ctx: Context) -> None:
    for n, patron in enumerate(("Bo Lind", "Bo de Marais", "Ann Ray", "Ann Roe", "Kim Day", "Kim")):
        charter(ctx, DAY, patron.split()[0], patron_name=patron, hour=time(10 + n // 2))

    found = [words(a) for a in client.see("/g/2026-05-23/waiver").all("a")]

    assert found == [
        *("10:00 am Bo L.’s sail", "10:00 am Bo M.’s sail"),
        *("11:00 am Ann R. (1)’s sail", "11:00 am Ann R. (2)’s sail"),
        *("12:00 pm Kim D.’s sail", "12:00 pm Kim’s sail"),
    ]


def test_each_leads_to_its_own_page(choice: Page, client: PageClient) -> None:
    headings = [client.see(a.get("href", "")).heading for a in choice.all("a")]

    assert headings == ["Abe’s sail", "Bo’s sail"]


def test_a_cancelled_sail_says_so(client: PageClient, ctx: Context) -> None:
    cancelled(ctx, charter(ctx, DAY))

    page = client.see(f"/g/{SLUG}/waiver")
    assert ("was cancelled" in page.text, "will be here" in page.text) == (True, False)


def test_why_it_was_cancelled_stays_in_the_office(client: PageClient, ctx: Context) -> None:
    cancelled(ctx, charter(ctx, DAY))

    assert "Storm" not in client.see(f"/g/{SLUG}/waiver").text


NO_SAIL = ["2026-05-24"]
NONE = [
    "2026-05-24",
    "2026-02-30",
    "2026-5-23",
    "nobody",
    f"{SLUG}~1",
    "2026-05-23-alice",
    "%20",
    "%00",
    "x" * 2000,
]


@pytest.mark.parametrize("ref", NONE)
def test_what_is_not_there_is_clearly_not(client: PageClient, ctx: Context, ref: str) -> None:
    charter(ctx, DAY)

    answer = client.get(f"/g/{ref}/waiver")

    heading = "No sail that day" if ref in NO_SAIL else "Not found"
    assert (answer.status_code, client.page.heading) == (404, heading)


def test_neither_is_a_day_on_which_all_was_cancelled(client: PageClient, ctx: Context) -> None:
    cancelled(ctx, charter(ctx, DAY))

    assert client.get("/g/2026-05-23/waiver").status_code == 404


def test_the_kind_page_leads_to_the_day_that_was_meant(client: PageClient, ctx: Context) -> None:
    charter(ctx, DAY)
    client.get("/g/2026-05-24/waiver?lang=en")

    answer = client.page.form("/find").fill(date="2026-05-23").submit(follow_redirects=True)

    assert (answer.status_code, client.page.heading) == (200, "Alice’s sail")


@pytest.mark.parametrize("date", ["", "x", "2026-02-30", "0001-01-01", "9999-12-31"])
def test_no_day_at_all_asks_again(client: PageClient, date: str) -> None:
    answer = client.get(f"/g/find?date={date}", follow_redirects=True)

    assert (answer.status_code, client.page.has("form")) == (404, True)


@pytest.mark.parametrize("to", [date(2026, 5, 30), date(2026, 6, 20), date(2026, 4, 25)])
def test_a_day_from_which_its_sail_was_moved_leads_to_it(
    client: PageClient, ctx: Context, to: date
) -> None:
    moved(ctx, charter(ctx, DAY), to)

    for link in ("2026-05-23", SLUG):
        page = client.see(f"/g/{link}/waiver")
        assert (page.heading, "This sail was moved" in page.text) == ("Alice’s sail", True)


def test_where_another_sail_took_that_day_one_chooses(client: PageClient, ctx: Context) -> None:
    moved(ctx, charter(ctx, DAY), date(2026, 5, 30))
    charter(ctx, DAY, "Bo")

    page = client.see("/g/2026-05-23/waiver")

    found = [words(a) for a in page.all("a")]
    assert found == ["6:00 pm Bo’s sail", "6:00 pm Alice’s sail, Saturday 30 May"]


def moved(ctx: Context, event: Event, to: date) -> None:
    details = Details("Alice", "Alice Nakamura", to, "sunset")
    change_event(ctx, event.exact_ref, details, event.version, ORIGIN)


@pytest.mark.parametrize("path", [f"/g/{SLUG}/waiver/", "/g/2026-05-23/waiver/"])
def test_a_slash_at_the_end_is_no_other_page(client: PageClient, ctx: Context, path: str) -> None:
    charter(ctx, DAY)

    assert client.see(path).heading == "Alice’s sail"


@pytest.mark.parametrize(
    "path", ["/g/", "/g", "/g/waiver", f"/g/{SLUG}", f"/g/{SLUG}/", "/g/x/waiver/done"]
)
def test_around_it_there_is_nothing(client: PageClient, ctx: Context, path: str) -> None:
    charter(ctx, DAY)

    assert client.get(path, follow_redirects=True).status_code == 404


# What a guest may not know


@pytest.mark.parametrize("ref", [SLUG, "2026-05-23"])
def test_neither_money_nor_anybodys_particulars_are_shown(
    client: PageClient, ctx: Context, ref: str
) -> None:
    secrets = {
        "patron_name": "Alice O’Neil-Fischer",
        "patron_email": "alice@secret.example",
        "patron_phone": "+1 555 0100",
        "notes": "cake knife",
    }
    paid(ctx, charter(ctx, DAY, guests=6, price_cents=98765, **secrets), 43210)

    answer = client.get(f"/g/{ref}/waiver").get_data(as_text=True)

    hidden = ["O’Neil", "Fischer", "secret", "555", "knife", "987", "432", "$", "paid", "11 "]
    assert [word for word in hidden if word.lower() in answer.lower()] == []


@pytest.mark.parametrize(
    ("patron", "shown"),
    [
        ("Mary Kate Fischer", "Mary’s sail"),
        ("Fischer, Mary Kate", "Mary’s sail"),
        ("  Mary  Fischer", "Mary’s sail"),
        ("", "Your sail"),
        ("Fischer,", "Your sail"),
        ("Fischer", "Your sail"),
    ],
)
def test_of_an_older_event_only_the_first_name_is_shown(
    client: PageClient, ctx: Context, patron: str, shown: str
) -> None:
    older(ctx, {"event_id": SLUG, "timestamp": 1767632400, "patron_name": patron})

    assert client.see(f"/g/{SLUG}/waiver").heading == shown


def test_an_older_event_without_a_date_has_its_page(client: PageClient, ctx: Context) -> None:
    older(ctx, {"event_id": "fireworks", "timestamp": 1767632400, "patron_name": "Kai Evans"})

    assert client.see("/g/fireworks/waiver").heading == "Kai’s sail"


def test_signed_in_or_not_it_is_the_same_page(
    client: PageClient, admin: PageClient, ctx: Context
) -> None:
    charter(ctx, DAY)
    guest = client.application.test_client()

    path = f"/g/{SLUG}/waiver"
    assert admin.get(path).get_data() == guest.get(path).get_data()


def test_of_two_with_one_slug_it_is_the_newest(client: PageClient, ctx: Context) -> None:
    item = {"event_id": SLUG, "start_time": "18:00"}
    older(
        ctx,
        item | {"timestamp": 1767632400, "patron_name": "Older Evans"},
        item | {"timestamp": 1767999999, "patron_name": "Newer Evans"},
    )

    assert client.see(f"/g/{SLUG}/waiver").heading == "Newer’s sail"
