"""A line of an export read as a booking: columns, dates, hours, amounts, states."""

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from scc.bookings import csv_file
from scc.bookings.columns import map_columns, recognised
from scc.bookings.model import Booking, first_name_of, period_of
from scc.bookings.rows import (
    Reading,
    guess_day_first,
    parse_clock,
    parse_guests,
    parse_money,
    parse_status,
    parse_when,
    read_rows,
)
from scc.events.sources import Source, parse_site, source_of

ZONE = ZoneInfo("America/Los_Angeles")


def known(cells: object) -> int:
    return recognised(cells, {})  # type: ignore[arg-type]


def rows(text: str, site: str = "fareharbor") -> list[Booking | str]:
    """Each line's booking, or what is wrong with it."""
    table = csv_file.read(text.encode(), known)
    columns = map_columns(table.headers, {})
    assert columns.is_fit, (columns.unknown, columns.missing, columns.twice)
    return [row.booking or row.wrong for row in read_rows(table.lines, _reading(columns, site))]


def _reading(columns: object, site: str) -> Reading:
    return Reading(site, columns, False, ZONE)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "day", "hour"),
    [
        ("2026-05-23", date(2026, 5, 23), None),
        ("5/23/2026", date(2026, 5, 23), None),
        ("05/23/26 6:30 PM", date(2026, 5, 23), time(18, 30)),
        ("2026-05-23 00:00:00", date(2026, 5, 23), None),
        ("2026-05-23T18:30", date(2026, 5, 23), time(18, 30)),
        ("2026-05-24T01:30:00Z", date(2026, 5, 23), time(18, 30)),
        ("2026-05-24T01:30:00+00:00", date(2026, 5, 23), time(18, 30)),
        ("Sat, May 23, 2026", date(2026, 5, 23), None),
        ("Saturday, May 23rd, 2026 at 6:30 p.m.", date(2026, 5, 23), time(18, 30)),
        ("23-May-2026", date(2026, 5, 23), None),
        ("23 May 2026, 18:30", date(2026, 5, 23), time(18, 30)),
    ],
)
def test_a_date_in_every_way_that_exports_write_it(text: str, day: date, hour: time | None) -> None:
    assert parse_when(text, False, ZONE) == (day, hour)


@pytest.mark.parametrize(
    "text", ["2/30/2026", "46165", "May 2026", "23/05/2026", "1999-05-23", "soon", "5/23"]
)
def test_what_is_no_date_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="is no date"):
        parse_when(text, False, ZONE)


def test_the_day_comes_first_where_it_can_only_be_so() -> None:
    assert guess_day_first(["23/05/2026", "01/02/2026", ""])
    assert not guess_day_first(["5/23/2026", "1/2/2026"])
    assert not guess_day_first(["23/05/2026", "5/23/2026"])  # both: such rows are told
    assert parse_when("23/05/2026", True, ZONE)[0] == date(2026, 5, 23)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("6:30 PM", time(18, 30)),
        ("6pm", time(18)),
        ("12 am", time(0)),
        ("12:15 p.m.", time(12, 15)),
        ("18:30:00", time(18, 30)),
        ("6:30 PM - 8:30 PM", time(18, 30)),
        ("6:30 PM (PDT)", time(18, 30)),
    ],
)
def test_an_hour(text: str, hour: time) -> None:
    assert parse_clock(text) == hour


@pytest.mark.parametrize("text", ["6", "25:00", "13:00 pm", "0 am", "noon", "6:30x", "18:61"])
def test_what_is_no_hour_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="is no time"):
        parse_clock(text)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("$1,250.00", 125000),
        ("USD 1,250", 125000),
        ("US$450.5", 45050),
        ("450.00 USD", 45000),
        ("0", 0),
        ("$0.00", 0),
        ("-", 0),
    ],
)
def test_an_amount(text: str, cents: int) -> None:
    assert parse_money(text) == cents


@pytest.mark.parametrize("text", ["€50", "-50", "($50)", "1.250,00", "12,50", "=1+1", "CAD 50"])
def test_what_is_no_amount_of_dollars_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=r"amount|dollars"):
        parse_money(text)


def test_guests_are_added_up() -> None:
    assert [parse_guests(t) for t in ("8", "4.0", "2 Adults, 1 Child")] == [8, 4, 3]
    for text in ("0", "501", "6-8", "1.5", "many", "1e3.5"):
        with pytest.raises(ValueError, match="how many guests"):
            parse_guests(text)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Confirmed", "confirmed"),
        ("PAID", "confirmed"),
        ("Not cancelled", "confirmed"),
        ("Cancelled", "cancelled"),
        ("yes", "cancelled"),
        ("VOID", "cancelled"),
        ("On hold", "waiting"),
        ("Pending", "waiting"),
    ],
)
def test_a_state(text: str, state: str) -> None:
    assert parse_status(text) == state


def test_a_state_that_nobody_knows_is_not_guessed() -> None:
    with pytest.raises(ValueError, match="Galumphed"):
        parse_status("Galumphed")


def test_fareharbors_report() -> None:
    """A title before the headers, a # before numbers, a line of totals at the end."""
    found = rows(
        "Bookings report\n"
        "Booking ID,Created At Date,Contact,Item,Start Date,Start Time,# of Pax,Subtotal,Total,"
        "Total Paid,Amount Due,Cancelled?\n"
        '#290981542,2026-01-05,Mary Fischer,Sunset Sail,2026-05-23,6:30 PM,8,"$1,200.00",'
        '"$1,250.00",$250.00,"$1,000.00",\n'
        '#290981543,2026-01-05,"Fischer, José",Day Trip,2026-05-24,,2,,$450.00,,,Cancelled\n'
        ',,,,,,10,"$1,650.00","$1,700.00",$250.00,,\n'
    )

    assert found == [
        Booking(
            Source("fareharbor", "290981542"),
            "Mary Fischer",
            date(2026, 5, 23),
            time(18, 30),
            guests=8,
            product="Sunset Sail",
            price_cents=125000,
            paid_cents=25000,
        ),
        Booking(
            Source("fareharbor", "290981543"),
            "Fischer, José",
            date(2026, 5, 24),
            guests=2,
            product="Day Trip",
            price_cents=45000,
            cancelled=True,
        ),
        "",
    ]


def test_checkfronts_index() -> None:
    (found,) = rows(
        "Booking,Start Date,End Date,Created,Customer,First Name,Last Name,Source,Status,Amount\n"
        "KXNV-120526,05/23/2026 6:30 PM,05/23/2026 8:30 PM,01/05/2026,Mary Fischer,Mary,Fischer,"
        "Website,DEPOSIT,450.00\n",
        "checkfront",
    )

    assert isinstance(found, Booking)
    assert (found.source.ref, found.name, found.first_name) == (
        "KXNV-120526",
        "Mary Fischer",
        "Mary",
    )
    assert (found.day, found.hour, found.price_cents) == (date(2026, 5, 23), time(18, 30), 45000)


def test_what_is_due_tells_the_price() -> None:
    (found,) = rows("ref,name,date,paid,due\n1,Bo,2026-05-23,$250,$1000\n")

    assert isinstance(found, Booking)
    assert (found.price_cents, found.paid_cents) == (125000, 25000)


def test_each_broken_row_says_all_that_is_wrong_with_it() -> None:
    found = rows(
        "Ref,Name,Date,Total,Email\n"
        ",Bo,2026-05-23,1,\n"
        "1,,2026-05-23,1,\n"
        "2,Bo,,1,\n"
        "3,Bo,2026-02-30,12.345,bo@\n"
        "4,Bo,2026-05-23,1,,5\n"
        "5,Bo,2026-05-23,1,\n"
        "5,Bo,2026-05-24,1,\n"
        "5,Bo,2026-05-23,1,\n"
        "6,B\0o,2026-05-23,1,\n"
    )

    assert [text for text in found if isinstance(text, str)] == [
        "It has no booking number.",
        "It has no name.",
        "It has no date.",
        "Date: “2026-02-30” is no date that exists: write 2026-05-23 or 5/23/2026. "
        "Total: An amount has at most two decimals, such as 450.25. "
        "Email: Enter one e-mail address, such as name@example.com.",
        "This row has 6 cells, and the headers are 5: is a comma not in quotation marks?",
        "The same booking number stands in line 7, with other details.",
        "",  # the same once more is no mistake
        "Name: Leave out line breaks and control characters. Leave out control characters.",
    ]


TEXT = 'ref,name,date,notes\n1,José Núñez,2026-05-23,"two\nlines"\n'


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("cp1252"),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode("utf-16"),
        TEXT.replace("\n", "\r\n").encode(),
    ],
    ids=["utf-8", "mark", "utf-16", "le", "be", "windows", "semicolons", "tabs", "crlf"],
)
def test_every_encoding_and_split(content: bytes) -> None:
    table = csv_file.read(content, known)
    (row,) = read_rows(table.lines, _reading(map_columns(table.headers, {}), "x"))

    assert row.booking is not None
    assert (row.booking.name, row.booking.notes) == ("José Núñez", "two\nlines")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\0" * 50, "empty"),
        (b"PK\x03\x04zip", "no CSV"),
        (b"\xd0\xcf\x11\xe0xls", "no CSV"),
        (b"%PDF-1.7", "no CSV"),
        (b"just a line\n", "no columns"),
        (b"ref,name,date\n", "no bookings"),
        (b'ref,name,date\n1,"Bo,2026-05-23\n', "after line 1 .*quotation mark"),
        (b"a" * (csv_file.MAX_BYTES + 1), "4 MB"),
        (b"ref,name,date\n" + b"1,b,c\n" * (csv_file.MAX_ROWS + 1), "5,000 rows"),
        (b"ref,name,date" + b",x" * 300 + b"\n1,b,c\n", "200 columns"),
        (b"ref,name,date\n" + b"x" * 200_000 + b",b,c\n", "can’t be read"),
    ],
)
def test_what_is_no_such_file_is_refused_with_what_to_do(content: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        csv_file.read(content, known)


def test_a_file_that_goes_back_holds_no_formula() -> None:
    text = csv_file.written(["ref", "=cmd"], [["=HYPERLINK(1)", "@x\0"], ["+1 619", "a,b"]])

    assert text == ("\ufeffref,'=cmd\r\n'=HYPERLINK(1),'@x\ufffd\r\n'+1 619,\"a,b\"\r\n")


def test_columns_are_known_by_their_names_and_as_remembered() -> None:
    found = map_columns(["Booking ID", "Order ID", "Contact", "Start Date", "Skipper"], {})
    assert found.fields == ("ref", "", "name", "date", None)
    assert found.unknown == ["Skipper"]

    taught = {"skipper": "notes", "orderid": "ref", "bookingid": ""}
    found = map_columns(found.headers, taught)
    assert found.fields == ("", "ref", "name", "date", "notes")
    assert found.is_fit


def test_what_is_missing_and_what_is_twice() -> None:
    assert map_columns(["Phone", "First name"], {}).missing == [
        "Booking number",
        "Date, or date and time",
    ]
    assert map_columns(["a", "b", "ref", "date", "name"], {"a": "notes", "b": "notes"}).twice == [
        "Notes"
    ]


def test_names_and_periods() -> None:
    assert first_name_of("Fischer, Mary Ann") == "Mary"
    assert first_name_of("123 456") == "Guest"
    assert [period_of(time(h)) for h in (2, 9, 12, 14, 18, 20, 22)] == [
        *("night", "morning", "midday", "afternoon", "sunset", "evening", "night"),
    ]
    assert period_of(None, "Private Sunset Sail") == "sunset"
    assert period_of(time(16, 30), "Sunset Sail") == "sunset"
    assert period_of(None) == "day"


def test_where_it_was_booked() -> None:
    assert parse_site(" Get My Boat ") == "get-my-boat"
    assert source_of({"source": {"site": "Boatsetter", "ref": "BS-1"}}) == ("boatsetter", "BS-1")
    for odd in (
        None,
        "phone",
        {"ref": "BS-1"},
        {"site": "a#b", "ref": "1"},
        {"site": "a", "ref": 1},
    ):
        assert source_of({"source": odd}) is None


def test_what_is_due_of_a_cancelled_booking_says_nothing_of_what_was_paid() -> None:
    headers = "Booking ID,Contact,Start Date,Total,Amount Due,Cancelled?\n"
    (off, on) = rows(headers + "1,Mary,2026-05-23,450,0,Yes\n2,Abe,2026-05-23,450,200,\n")

    assert isinstance(off, Booking) and isinstance(on, Booking)
    assert (off.cancelled, off.paid_cents, on.cancelled, on.paid_cents) == (
        True,
        None,
        False,
        25000,
    )


def test_a_file_that_does_not_say_whether_it_is_on_says_nothing_of_it() -> None:
    (found,) = rows("Booking ID,Contact,Start Date\n1,Mary,2026-05-23\n")

    assert isinstance(found, Booking) and found.cancelled is None
