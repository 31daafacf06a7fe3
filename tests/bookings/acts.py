"""What booking systems say, and files that they export."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, time, timedelta
from typing import Any

from werkzeug.test import TestResponse

from scc.bookings.model import Booking
from scc.bookings.service import Taken, take_in
from scc.context import Context
from scc.events import store
from scc.events.model import Event
from scc.events.sources import Source
from tests.given import ORIGIN
from tests.page import PageClient

SOURCE = Source("fareharbor", "290981542")


def booking(ctx: Context, **details: Any) -> Booking:
    """Mary Fischer's, tomorrow at 6:30 pm, 8 guests, $450; unless told otherwise."""
    wanted: dict[str, Any] = {
        "source": SOURCE,
        "name": "Mary Fischer",
        "day": ctx.today() + timedelta(days=1),
        "hour": time(18, 30),
        "guests": 8,
        "price_cents": 45000,
        **details,
    }
    return Booking(**wanted)


def said(ctx: Context, **details: Any) -> Taken:
    return take_in(ctx, booking(ctx, **details), ORIGIN)


def came_in(ctx: Context, **details: Any) -> Event:
    """The event of a booking that was just said."""
    event = said(ctx, **details).event
    assert event is not None
    return now(ctx, event)


def now(ctx: Context, event: Event) -> Event:
    return store.load(ctx, event.exact_ref)


# Files

FAREHARBOR = (
    *("Booking ID", "Created At Date", "Contact", "Phone", "Email", "Item", "Start Date"),
    *("Start Time", "# of Pax", "Total", "Total Paid", "Amount Due", "Cancelled?"),
)


def fareharbor(number: int, day: date, **cells: str) -> list[str]:
    """A line of FareHarbor's bookings report; `cells` by the column's name, blanks as `_`."""
    row = {
        "Booking ID": f"#{290000000 + number}",
        "Created At Date": "2026-01-05",
        "Contact": f"Guest{''.join('abcdefghij'[int(n)] for n in str(number))} No{number}",
        "Phone": f"+1 619-555-{number % 10000:04}",
        "Email": f"guest{number}@example.com",
        "Item": "Sunset Sail",
        "Start Date": day.isoformat(),
        "Start Time": "6:30 PM",
        "# of Pax": str(number % 6 + 1),
        "Total": "$1,250.00",
        "Total Paid": "$250.00",
        "Amount Due": "$1,000.00",
        "Cancelled?": "",
    }
    row |= {name: cells[name] for name in cells}
    return [row[name] for name in FAREHARBOR]


def csv_bytes(
    rows: Iterable[Sequence[str]],
    headers: Sequence[str] = FAREHARBOR,
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
    title: str = "",
) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    if title:
        writer.writerow([title])
    writer.writerow(headers)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def send(
    admin: PageClient, content: bytes, site: str = "FareHarbor", name: str = "bookings.csv"
) -> TestResponse:
    """The file, as the page's form sends it."""
    form = admin.see("/scc/import").form("/import").fill(site=site)
    values: dict[str, Any] = {key: value[0] for key, value in form.values.items()}
    values["file"] = (io.BytesIO(content), name)
    return admin.post("/scc/import", data=values, content_type="multipart/form-data")


def look(admin: PageClient, content: bytes, site: str = "FareHarbor") -> str:
    """Send it and look at what it will do; gives the page's path."""
    answer = send(admin, content, site)
    assert answer.status_code == 303, admin.page.text
    path = answer.headers["Location"]
    admin.see(path)
    return str(path)


def take_all(admin: PageClient, path: str) -> int:
    """Press until all rows are in; gives how often."""
    for pressed in range(1, 100):
        page = admin.see(path)
        if not [f for f in page.all("form") if (f.get("action") or "").endswith("/apply")]:
            return pressed - 1
        page.form("/apply").submit()
    raise AssertionError("it never ends")
