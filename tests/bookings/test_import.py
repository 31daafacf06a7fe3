"""A file of bookings on the page: sent, its columns said, looked at, taken in, some rows back."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest

from scc.bookings import imports, store
from scc.bookings.adopt import adopt_new
from scc.bookings.csv_file import MAX_BYTES
from scc.context import Context
from scc.events.model import Event
from scc.tables import LEDGER, STATE
from tests.bookings.acts import FAREHARBOR, csv_bytes, fareharbor, look, send, take_all
from tests.emulator import Clock
from tests.given import ORIGIN, all_events, paid, payments
from tests.hooks import Died, dying, refusing, writes
from tests.older import OlderTool
from tests.page import PageClient

CHOOSE = "Choose another boat, or set its limit in Settings."


@pytest.fixture
def day(ctx: Context) -> date:
    return ctx.today() + timedelta(days=3)


def some(day: date, count: int = 5, **cells: str) -> bytes:
    return csv_bytes([fareharbor(n, day, **cells) for n in range(count)])


def figures(admin: PageClient) -> dict[str, int]:
    """By fate how many rows, as the page says."""
    return {
        "".join(pair[0].itertext()): int("".join(pair[1].itertext()).replace(",", ""))
        for pair in admin.page.all(".//dl[@class='figures']/div")
    }


def read_csv(admin: PageClient, path: str) -> list[list[str]]:
    text = admin.get(path).get_data(as_text=True)
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_nothing_is_written_to_events_before_it_was_looked_at(
    admin: PageClient, ctx: Context, day: date
) -> None:
    look(admin, some(day))

    assert figures(admin) == {"New": 5}
    assert "Guesta No0, " in admin.page.text and "$250 paid there" in admin.page.text
    assert all_events(ctx) == []


def test_then_all_of_it_goes_in(admin: PageClient, ctx: Context, day: date) -> None:
    path = look(admin, some(day))

    take_all(admin, path)

    events = all_events(ctx)
    assert [event.item["source"]["site"] for event in events] == ["fareharbor"] * 5
    assert {(e.price_cents, e.paid_cents, e.settled) for e in events} == {(125000, 25000, False)}
    assert [len(payments(ctx, event)) for event in events] == [1] * 5
    assert figures(admin) == {"New": 5}


def test_the_same_file_again_changes_nothing(admin: PageClient, ctx: Context, day: date) -> None:
    take_all(admin, look(admin, some(day)))

    path = look(admin, some(day))
    assert figures(admin) == {"Nothing new": 5}
    take_all(admin, path)

    assert len(all_events(ctx)) == 5
    assert {event.version for event in all_events(ctx)} == {1}


def test_a_long_file_is_looked_at_in_one_go(admin: PageClient, ctx: Context, day: date) -> None:
    """Far above what other forms may send; each of its rows has its fate."""
    broken = {7: {"Total": "lots"}, 400: {"Contact": ""}}
    rows = [fareharbor(n, day, **broken.get(n, {})) for n in range(1000)]

    path = look(admin, csv_bytes(rows))

    assert figures(admin) == {"Can’t be read": 2, "New": 998}
    assert len(read_csv(admin, f"{path}/broken.csv")) == 3


def test_broken_rows_come_back_with_the_reason_and_without_formulas(
    admin: PageClient, ctx: Context, day: date
) -> None:
    rows = [
        fareharbor(1, day),
        fareharbor(2, day, **{"Start Date": "2026-02-30", "Contact": "=HYPERLINK(1)"}),
        fareharbor(3, day, **{"Total": "lots", "Booking ID": ""}),
    ]
    path = look(admin, csv_bytes(rows))
    assert figures(admin) == {"Can’t be read": 2, "New": 1}
    take_all(admin, path)

    headers, *back = read_csv(admin, f"{path}/broken.csv")

    assert headers == [*FAREHARBOR, "What is wrong"]
    assert [(row[2], row[-1].partition(":")[0]) for row in back] == [
        ("'=HYPERLINK(1)", "Start Date"),
        ("Guestd No3", "Total"),
    ]
    assert len(all_events(ctx)) == 1
    fates = read_csv(admin, f"{path}/rows.csv")
    assert [row[1] for row in fates] == ["What", "New", "Can’t be read", "Can’t be read"]


def test_a_party_that_no_boat_takes_is_said_before_it_is_refused(
    admin: PageClient, ctx: Context, day: date
) -> None:
    """Of a booking that is new, and of one that is here and grows."""
    take_all(admin, look(admin, some(day, 1)))
    rows = [fareharbor(n, day, **{"# of Pax": "31"}) for n in range(2)]
    path = look(admin, csv_bytes(rows))
    foretold = [line[1:3] for line in read_csv(admin, f"{path}/rows.csv")[1:]]
    take_all(admin, path)

    assert (
        foretold
        == [
            ["Can’t be read", f"31 guests, and Queen takes 30 at most. {CHOOSE}"],
        ]
        * 2
    )
    assert [line[1:3] for line in read_csv(admin, f"{path}/rows.csv")[1:]] == foretold
    assert [event.guests for event in all_events(ctx)] == ["1"]


def test_the_mended_file_takes_the_rest_in(admin: PageClient, ctx: Context, day: date) -> None:
    rows = [fareharbor(1, day), fareharbor(2, day, Total="lots", Phone="+1 619-555-0002")]
    path = look(admin, csv_bytes(rows))
    take_all(admin, path)
    headers, back = read_csv(admin, f"{path}/broken.csv")
    back[headers.index("Total")] = "$1,250.00"

    take_all(admin, look(admin, csv_bytes([back], headers)))

    phones = sorted(event.patron_phone for event in all_events(ctx))
    assert phones == ["+1 619-555-0001", "+1 619-555-0002"]


def test_unknown_columns_are_asked_for_once_and_remembered(
    admin: PageClient, ctx: Context, day: date
) -> None:
    headers = ("Nr", "Wer", "Wann", "Kuchen")
    rows = [["A-1", "Bo Berg", day.isoformat(), "yes"]]
    answer = send(admin, csv_bytes(rows, headers), "Kahn & Söhne")
    page = admin.see(answer.headers["Location"])
    assert "4 of its columns are new here" in page.text and "Bo Berg" in page.text

    page.form("/columns").fill(column0="ref", column1="name").submit()
    assert "Say which column is: Date, or date and time." in admin.page.text
    admin.page.form("/columns").fill(column2="date", column3="notes").submit(follow_redirects=True)
    assert figures(admin) == {"New": 1}

    again = csv_bytes([["A-2", "Cy Berg", day.isoformat(), "no"]], headers)
    look(admin, again, "Kahn & Söhne")
    assert figures(admin) == {"New": 1}
    assert store.remembered(ctx, "kahn-s-hne").columns == {
        "nr": "ref",
        "wer": "name",
        "wann": "date",
        "kuchen": "notes",
    }
    records = ctx.db.query(LEDGER, f"office#{ctx.today()}")
    assert [r["site"] for r in records if r.get("kind") == "bookings.mapped"] == ["kahn-s-hne"]


def test_what_a_column_is_can_be_said_otherwise(admin: PageClient, ctx: Context, day: date) -> None:
    path = look(admin, csv_bytes([fareharbor(1, day)]))
    form = admin.see(f"{path}/columns").form("/columns")
    form.fill(column5="notes", dates="day").submit(follow_redirects=True)

    take_all(admin, path)

    assert [event.notes for event in all_events(ctx)] == ["Sunset Sail"]


def test_two_columns_can_not_be_one_thing(admin: PageClient, day: date) -> None:
    path = look(admin, csv_bytes([fareharbor(1, day)]))
    form = admin.see(f"{path}/columns").form("/columns").fill(column1="ref")

    assert form.submit().status_code == 422
    assert "Only one column can be: Booking number." in admin.page.text


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"PK\x03\x04" + b"\0" * 99, "no CSV file"),
        (b"ref,name,date\n", "no bookings"),
        (b"x" * (MAX_BYTES + 1), "4 MB at most"),
    ],
)
def test_what_is_no_such_file_is_said_at_its_field(
    admin: PageClient, ctx: Context, content: bytes, says: str
) -> None:
    with writes(ctx.db.client) as written:
        answer = send(admin, content)

    assert (answer.status_code, written) == (422, [])
    assert says in admin.page.text
    assert admin.page.form("/import").values["site"] == ["FareHarbor"]


def test_10_mb_are_refused(admin: PageClient) -> None:
    assert send(admin, b"x" * 10_000_000).status_code == 413
    assert "That is too large: 4 MB at most." in admin.page.text


def test_no_file_is_said(admin: PageClient) -> None:
    admin.see("/scc/import").form("/import").fill(site="Peek").submit()

    assert "Choose the file" in admin.page.text


def test_a_double_tap_keeps_one_file(admin: PageClient, ctx: Context, day: date) -> None:
    form = admin.see("/scc/import").form("/import").fill(site="Peek")
    for _ in range(2):
        values: dict[str, Any] = {key: value[0] for key, value in form.values.items()}
        values["file"] = (io.BytesIO(some(day)), "b.csv")
        admin.post("/scc/import", data=values, content_type="multipart/form-data")

    assert len(store.recent(ctx)) == 1


def test_two_tabs_take_each_row_once(admin: PageClient, ctx: Context, day: date) -> None:
    path = look(admin, some(day))
    form = admin.page.form("/apply")
    other = store.load(ctx, path.rpartition("/")[2])

    form.submit()
    form.submit()  # the other tab's button

    one = store.load(ctx, other.id)
    assert (one.done, dict(one.counts), len(all_events(ctx))) == (True, {"created": 5}, 5)


def test_some_rows_at_a_time_until_all_are_in(admin: PageClient, ctx: Context, day: date) -> None:
    """A press takes what there is time for, and says how far it is."""
    path = look(admin, some(day, 45))
    imports.apply_some(ctx, store.load(ctx, path.rpartition("/")[2]), ORIGIN, seconds=0)

    page = admin.see(f"{path}?go=on")

    assert "32 of 45 rows are in. 13 are to come." in page.text
    assert "data-go-on" in page.one(".//form[@data-go-on]").attrib
    assert take_all(admin, path) == 1
    assert len(all_events(ctx)) == 45


def test_a_file_that_was_cut_off_is_gone_on_with_from_the_front_page(
    admin: PageClient, ctx: Context, day: date
) -> None:
    """The browser was closed half way."""
    path = look(admin, some(day, 45))
    assert not [f for f in admin.see("/scc/import").all("form") if "apply" in f.get("action", "")]
    imports.apply_some(ctx, store.load(ctx, path.rpartition("/")[2]), ORIGIN, seconds=0)

    page = admin.see("/scc/import")
    assert "bookings.csv was cut off: 32 of 45 rows are in." in page.text
    page.form("/apply").submit(follow_redirects=True)

    assert figures(admin) == {"New": 45}
    assert "was cut off" not in admin.see("/scc/import").text


def test_what_could_not_be_confirmed_is_tried_again(
    admin: PageClient, ctx: Context, day: date
) -> None:
    """Nothing is passed over, nothing is doubled, and what went in by then is counted as new."""
    path = look(admin, some(day))
    form = admin.page.form("/apply")
    with refusing(ctx.db.client, "InternalServerError", "TransactWriteItems"):
        assert form.submit().status_code == 503

    admin.see(path).form("/apply").submit()

    one = store.load(ctx, path.rpartition("/")[2])
    assert (one.done, dict(one.counts), len(all_events(ctx))) == (True, {"created": 5}, 5)


def test_after_a_crash_it_goes_on_from_there(admin: PageClient, ctx: Context, day: date) -> None:
    path = look(admin, some(day))
    with dying(ctx.db.client, "after"), pytest.raises(Died):
        admin.page.form("/apply").submit()

    take_all(admin, path)

    events = all_events(ctx)
    assert (len(events), {len(payments(ctx, event)) for event in events}) == (5, {1})
    assert figures(admin) == {"New": 5}


def test_a_file_is_forgotten_after_two_weeks(
    admin: PageClient, ctx: Context, day: date, clock: Clock
) -> None:
    path = look(admin, some(day))
    clock.advance(days=15)
    admin.sign_in()

    assert "kept for 14 days" in admin.see(path, 404).text
    assert store.recent(ctx) == []
    items = ctx.db.query(STATE, f"import#{path.rpartition('/')[2]}")
    assert items and all(item["expires"] <= ctx.now().timestamp() for item in items)


def test_what_another_program_has_just_put_into_the_table_is_known(
    admin: PageClient, ctx: Context, day: date, older: OlderTool
) -> None:
    """Before any schedule has looked there."""
    source = {"site": "fareharbor", "ref": "290000000"}
    older.has(f"{day}-guesta-sunset", patron_name="Guesta No0", source=source)

    path = look(admin, some(day, 1))
    assert figures(admin) == {"A question": 1}
    take_all(admin, path)

    assert len(all_events(ctx)) == 1


def test_a_booking_that_is_here_twice_leads_to_the_other(
    admin: PageClient, ctx: Context, day: date, older: OlderTool
) -> None:
    path = look(admin, some(day, 1))
    source = {"site": "fareharbor", "ref": "290000000"}
    older.has(f"{day}-guesta-day", patron_name="Guesta No0", source=source)
    take_all(admin, path)
    adopt_new(ctx.db, ctx.settings.timezone)

    page = admin.see(f"/scc/events/{day}-guesta-day")

    (first,) = (event for event in all_events(ctx) if "said" in event.item)
    assert f"Here twice {first.slug} is the same booking" in page.text
    links = [a.get("href") for a in page.all(".//section[@id='booking']//a")]
    assert f"/scc/events/{first.exact_ref}" in links
    form = page.form("/booking")
    form.values["take"] = ["ours"]
    form.submit(follow_redirects=True)
    assert "Here twice" not in admin.page.text


# On the event's page


@pytest.fixture
def asked(admin: PageClient, ctx: Context, day: date) -> Event:
    """Somebody changed the guests; the next file says something else of them."""
    take_all(admin, look(admin, some(day, 1)))
    (event,) = all_events(ctx)
    admin.see(f"/scc/events/{event.slug}/change").form("/change").fill(guests="3").submit()
    path = look(admin, some(day, 1, **{"# of Pax": "5"}))
    assert figures(admin) == {"A question": 1}
    assert "Guests: 3 → 5?" in admin.page.text
    take_all(admin, path)
    return event


def test_a_question_is_on_its_card_and_its_page(admin: PageClient, asked: Event) -> None:
    month = admin.see(f"/scc/events/{asked.slug}/card")
    assert "FareHarbor says otherwise" in month.text

    page = admin.see(f"/scc/events/{asked.slug}")
    assert "Guests 3 here, 5 there" in page.text
    assert "FareHarbor 290000000" in page.text


@pytest.mark.parametrize(("answer", "guests"), [("theirs", "5"), ("ours", "3")])
def test_it_is_answered_there(
    admin: PageClient, ctx: Context, asked: Event, answer: str, guests: str
) -> None:
    form = admin.see(f"/scc/events/{asked.slug}").form("/booking")
    form.values["take"] = [answer]
    form.submit(follow_redirects=True)

    (event,) = all_events(ctx)
    assert event.guests == guests
    assert "says otherwise" not in admin.page.text


def test_money_above_the_price_is_said_before_and_after(
    admin: PageClient, ctx: Context, day: date
) -> None:
    take_all(admin, look(admin, some(day, 1, **{"Total Paid": ""})))
    (event,) = all_events(ctx)
    paid(ctx, event, 125000)
    take_all(admin, look(admin, some(day, 1, **{"Total Paid": "$500.00"})))

    page = admin.see(f"/scc/events/{event.slug}")
    assert "$500 is then above the price, as credit." in page.text
    form = page.form("/booking")
    form.values["take"] = ["theirs"]
    form.submit(follow_redirects=True)

    assert "$500 credit: give it back by Refund, or let it stay." in admin.page.text
    refund = admin.see(f"/scc/events/{event.exact_ref}/refund").form("/refund")
    assert refund.values["amount"] == ["500"]


def test_who_answers_second_is_told(admin: PageClient, ctx: Context, asked: Event) -> None:
    form = admin.see(f"/scc/events/{asked.slug}").form("/booking")
    form.values["take"] = ["theirs"]
    assert [form.submit().status_code for _ in range(2)] == [303, 303]  # a double tap

    form.values["take"] = ["ours"]
    assert form.submit().status_code == 422
    assert "was quicker, and took what is said there." in admin.page.text
    assert [event.guests for event in all_events(ctx)] == ["5"]


def test_a_cancellation_leads_to_how_it_ended(admin: PageClient, ctx: Context, day: date) -> None:
    take_all(admin, look(admin, some(day, 1)))
    take_all(admin, look(admin, some(day, 1, **{"Cancelled?": "Cancelled"})))
    (event,) = all_events(ctx)

    page = admin.see(f"/scc/events/{event.slug}")
    assert "Cancelled on here, cancelled there" in page.text
    form = admin.see(f"/scc/events/{event.slug}/end").form("/end")

    assert form.values["ended"] == ["patron"]
