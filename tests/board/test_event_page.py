"""The page of one event, however odd its item is, and the banner above it."""

import pytest

from scc.aws import Item
from scc.context import Context
from scc.events.model import Event
from tests.given import cancelled, charter, older, paid
from tests.older import sample
from tests.page import Page, PageClient, words

SLUG = "2026-05-23-alice-sunset"
OLDER: Item = {"event_id": SLUG, "timestamp": 1767632400}


@pytest.fixture
def event(ctx: Context) -> Event:
    return charter(ctx)


def facts(page: Page) -> dict[str, str]:
    """Every term of the page and what stands beside it."""
    return {
        words(row.findall("dt")[0]): words(row.findall("dd")[0]) for row in page.all(".//dl/div")
    }


# Older items


def test_every_older_event_has_its_page(admin: PageClient, ctx: Context) -> None:
    events = older(ctx, *sample())

    found = {event.ref: admin.get(f"/scc/events/{event.exact_ref}").status_code for event in events}

    assert set(found.values()) == {200}


def test_every_older_event_is_reached_from_a_list(admin: PageClient, ctx: Context) -> None:
    events = older(ctx, *sample())
    months = {str(event.item["month"]) for event in events}

    pages = [admin.see(f"/scc/events?month={month}") for month in months]

    rows = (".//article/h4/a", ".//ol[@class='squares']//ul//a")
    linked = {a.get("href") for page in pages for row in rows for a in page.all(row)}
    assert len(linked) == len(events)


ODD: list[Item] = [
    {"patron_name": 7},
    {"patron_name": None},
    {"patron_name": ["Al"]},
    {"patron_name": {"first": "Al"}},
    {"patron_name": b"\xff"},
    {"patron_name": "x" * 5000},
    {"guests": ["8"]},
    {"guests": "6-8 or so"},
    {"guests": 10**30},
    {"notes": {"a"}},
    {"notes": {b"\xff"}},
    {"start_time": 1830},
    {"start_time": "half past six"},
    {"start_time": "25:00"},
    {"price_cents": "450"},
    {"payment_amount": "lots"},
    {"payment_amount": None},
    {"payment_cleared": "yes"},
    {"payment_cleared_at": 1},
    {"cancelled_at": "yesterday"},
    {"cancelled_at": "2026-05-01"},
    {"cancelled_at": True},
    {"version": "two"},
    {"entries": "many"},
    {"money": []},
    {"money": {"paid_cents": "x"}},
    {"last_payment": "x"},
    {"last_payment": {"at": "x"}},
    {"twin": "yes"},
    {"crew": {"captain": {"name": "Ray", "paid": None}, "n": {1, 2}}},
    {"tasks": "x"},
    {"tasks": [1, {"what": ["x"], "on": 7}]},
    {"moved_from": [1, {"starts_at": "x"}, {"starts_at": "2026-05-01T01:00:00Z"}]},
    {" ": "a blank for a name"},
]


def test_attributes_of_other_types_break_nothing(admin: PageClient, ctx: Context) -> None:
    items = [{**OLDER, "timestamp": 1767632400 + n, **odd} for n, odd in enumerate(ODD)]
    places = {f"/scc/events/{event.exact_ref}": event.item for event in older(ctx, *items)}
    lists = ("/scc/", "/scc/events?month=2026-05", "/scc/events?show=unpaid")

    broken = {
        path: places.get(path) for path in (*lists, *places) if admin.get(path).status_code != 200
    }

    assert broken == {}


@pytest.mark.parametrize(
    "slug", ["100% fun? #7", "a/b", "a/payment", "new", "Ünter", "~", "a~1", "<b>"]
)
def test_any_slug_has_a_page_and_a_dialog(admin: PageClient, ctx: Context, slug: str) -> None:
    older(ctx, {"event_id": slug, "timestamp": 1767632400, "patron_name": "Odd"})

    link = admin.see("/scc/events?month=undated").one(".//article/h4/a").get("href", "")
    dialog = admin.see(link).one(".//header/div/a[@data-dialog-link][1]").get("href", "")

    assert (admin.page.heading, "Odd" in admin.see(dialog).one(".//dialog//h2").itertext()) == (
        "Odd",
        True,
    )


def test_what_nobody_knows_is_shown(admin: PageClient, ctx: Context) -> None:
    odd = {"crew": ["Dee", "Capt. Ray"], "source": {"site": "boatsetter", "ref": "BS-1"}, "dock": 7}
    older(ctx, OLDER | odd)

    shown = facts(admin.see(f"/scc/events/{SLUG}"))
    assert {name: shown[name] for name in ("Booked at", "Dock")} == {
        "Booked at": "Boatsetter BS-1",
        "Dock": "7",
    }


def test_sccs_own_bookkeeping_is_not(admin: PageClient, ctx: Context, event: Event) -> None:
    paid(ctx, event)

    shown = facts(admin.see(f"/scc/events/{event.slug}"))
    assert {"Version", "Money", "Last payment", "Month", "Open", "Entries"} & shown.keys() == set()


# Its money, told


def test_what_was_received_is_told_in_order(admin: PageClient, ctx: Context, event: Event) -> None:
    paid(ctx, paid(ctx, event, 10000), 35000)

    told = [
        words(e) for e in admin.see(f"/scc/events/{event.slug}").all(".//ol/li/p[@class='sum']")
    ]
    assert told == ["$450", "$100", "$350"]


def test_price_paid_and_balance_are_told(admin: PageClient, ctx: Context, event: Event) -> None:
    paid(ctx, event, 10000)

    shown = facts(admin.see(f"/scc/events/{event.slug}"))
    assert (shown["Price"], shown["Paid"], shown["Balance"]) == ("$450", "$100", "$350")


def test_what_the_older_tool_recorded_is_told_as_its_own(admin: PageClient, ctx: Context) -> None:
    [event] = older(ctx, OLDER | {"payment_cleared": False, "payment_amount": 80})
    paid(ctx, event, 10000)

    assert "Recorded before, by the older tool" in admin.see(f"/scc/events/{SLUG}").text


def test_where_nothing_was_logged_it_says_so(admin: PageClient, ctx: Context) -> None:
    event = charter(ctx, price_cents=None)
    assert "Nothing has been logged" in admin.see(f"/scc/events/{event.slug}").text


def test_who_logged_it_is_told(admin: PageClient, event: Event) -> None:
    admin.see(f"/scc/events/{event.slug}/payment").form("/payment").submit()

    assert "by Moana" in admin.see(f"/scc/events/{event.slug}").text


# A slug twice


@pytest.fixture
def twins(ctx: Context) -> None:
    older(
        ctx,
        OLDER | {"patron_name": "The older"},
        OLDER | {"timestamp": 1767999999, "patron_name": "The newer"},
    )


@pytest.mark.usefixtures("twins")
def test_the_slug_means_the_newest(admin: PageClient) -> None:
    assert admin.see(f"/scc/events/{SLUG}").heading == "The newer"


@pytest.mark.usefixtures("twins")
def test_the_other_has_its_time_in_its_address(admin: PageClient) -> None:
    assert admin.see(f"/scc/events/{SLUG}~1767632400").heading == "The older"


@pytest.mark.usefixtures("twins")
@pytest.mark.parametrize("ref", [SLUG, f"{SLUG}~1767632400"])
def test_all_its_links_are_to_itself(admin: PageClient, ref: str) -> None:
    page = admin.see(f"/scc/events/{ref}")
    links = [a.get("href", "") for a in page.all(".//div[@class='actions']/a")]

    dialogs = [admin.see(link, headers={"X-SCC-Fragment": "1"}).text for link in links]

    assert [page.heading in text for text in dialogs] == [True] * len(links)


@pytest.mark.usefixtures("twins")
def test_a_payment_for_the_one_is_none_for_the_other(admin: PageClient) -> None:
    form = admin.see(f"/scc/events/{SLUG}~1767632400/payment").form("/payment")
    form.fill(amount="80").submit()

    assert "Nothing has been logged" in admin.see(f"/scc/events/{SLUG}").text


NOBODY = ["nobody", f"{SLUG}~1", f"{SLUG}~", "~5", f"{SLUG}~{'9' * 40}", "~"]


@pytest.mark.parametrize("place", ["", "/card", "/payment", "/change", "/end", "/price", "/refund"])
def test_no_such_event_is_no_page(admin: PageClient, place: str) -> None:
    assert {admin.get(f"/scc/events/{ref}{place}").status_code for ref in NOBODY} == {404}


# Cancelled


def test_a_cancelled_sail_says_why_and_since_when(
    admin: PageClient, ctx: Context, event: Event
) -> None:
    cancelled(ctx, event)

    notice = words(admin.see(f"/scc/events/{event.slug}").one(".//main//p[@class='notice']"))
    assert (
        notice
        == f"Cancelled by us: weather {ctx.today():%A} {ctx.today().day} {ctx.today():%B}: Storm"
    )


def test_it_can_be_reinstated_and_not_cancelled_again(
    admin: PageClient, ctx: Context, event: Event
) -> None:
    cancelled(ctx, event)

    page = admin.see(f"/scc/events/{event.slug}")
    assert (len(page.all(".//form")) > 0, page.has(".//a[@href][.='Cancel the sail']")) == (
        True,
        False,
    )


# Banners


def banner(admin: PageClient, event: Event, query: str) -> str:
    page = admin.see(f"/scc/events/{event.ref}/card?{query}")
    return " ".join(words(b) for b in page.all(".//div[@data-banner]/p"))


@pytest.mark.parametrize(
    ("done", "says"),
    [
        ("created", "Planned"),
        ("changed", "Changed"),
        ("reinstated", "Reinstated"),
        ("priced", "Price noted"),
    ],
)
def test_it_says_what_was_done_in_words_of_ours(
    admin: PageClient, event: Event, done: str, says: str
) -> None:
    assert banner(admin, event, f"done={done}") == f"{says} Alice Nakamura."


@pytest.mark.parametrize(
    "query",
    [
        "",
        "done=",
        "done=Your+account+was+closed",
        "done=%3Cscript%3E",
        "done=Logged",
        "done=logged",
        "done=logged&payment=made-up",
        "done=logged&payment=" + "x" * 3000,
        "done=logged&payment=%00",
        "done=ended",
        "done=voided&entry=1",
        "banner=Paid&text=Paid",
    ],
)
def test_an_address_can_not_make_it_say_anything(
    admin: PageClient, event: Event, query: str
) -> None:
    assert banner(admin, event, query) == ""


def test_it_says_that_a_payment_was_logged_when_it_was(
    admin: PageClient, ctx: Context, event: Event
) -> None:
    logged = paid(ctx, event, 12345).last_payment
    assert logged is not None

    said = banner(admin, event, f"done=logged&payment={logged.id}")

    assert said == "Payment logged $123.45 by Zelle from Alice."


def test_also_when_another_was_logged_meanwhile(
    admin: PageClient, ctx: Context, event: Event
) -> None:
    logged = paid(ctx, event, 12345).last_payment
    paid(ctx, event, 100)
    assert logged is not None

    said = banner(admin, event, f"done=logged&payment={logged.id}")

    assert said == "Payment logged $123.45 by Zelle from Alice."


def test_another_events_payment_is_none_of_this_one(
    admin: PageClient, ctx: Context, event: Event
) -> None:
    logged = paid(ctx, charter(ctx, name="Bo")).last_payment
    assert logged is not None

    assert banner(admin, event, f"done=logged&payment={logged.id}") == ""


# What the older tool recorded


def test_what_the_older_tool_recorded_of_a_payment_stays_in_sight(
    admin: PageClient, ctx: Context
) -> None:
    """Taken in by a payment of SCC's, too: its opening entry has no method."""
    (event,) = older(
        ctx,
        {
            "event_id": "2026-05-23-bo-sunset",
            "timestamp": 1767632400,
            "payment_cleared": True,
            "payment_cleared_at": "2026-05-01T10:00:00",
            "payment_amount": 450,
            "payment_method": "Bitcoin",
        },
    )

    for _ in range(2):
        text = admin.see(f"/scc/events/{event.exact_ref}").text
        assert "2026-05-01T10:00:00" in text
        paid(ctx, event, 100)


def test_what_scc_wrote_itself_is_told_once(admin: PageClient, ctx: Context, event: Event) -> None:
    paid(ctx, event)

    assert "Payment cleared at" not in admin.see(f"/scc/events/{event.slug}").text
