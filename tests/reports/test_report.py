"""What a month came to, on the page, as CSV and as JSON; a closed month's figures stay."""

import csv
import io
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from scc.context import Context
from scc.corrections import service as corrections
from scc.corrections.service import Once
from scc.events.model import Event
from scc.payments.model import NewPayment
from scc.payments.service import log_payment
from scc.reports.csv_file import BOM, defused
from scc.reports.model import parse_period
from scc.reports.service import report
from tests import given
from tests.banking.acts import bounced
from tests.closes.acts import close
from tests.emulator import Clock
from tests.older import TOKEN
from tests.page import PageClient, words

MAY = parse_period({"month": "2026-05"}, date(2026, 6, 1))


@pytest.fixture
def clock() -> Iterator[Clock]:
    yield Clock(fixed=datetime(2026, 5, 20, 19, tzinfo=UTC))


def pay(ctx: Context, event: Event, cents: int, method: str, day: str, **said: Any) -> str:
    key = secrets.token_hex(8)
    payment = NewPayment(
        payer=said.pop("payer", "Alice"),
        cents=cents,
        method=method,
        received_on=date.fromisoformat(day),
        key=key,
        **said,
    )
    log_payment(ctx, event.exact_ref, payment, given.ORIGIN)
    return key


def figures(ctx: Context) -> dict[str, tuple[int, ...]]:
    return {
        one.method: (
            *(one.payments, one.received_cents, one.tip_cents),
            *(one.refunded_cents, one.bounced_cents, one.net_cents),
        )
        for one in report(ctx, MAY).totals
    }


@pytest.fixture
def season(ctx: Context) -> Event:
    """In May: cash with a tip, a check that bounced, Zelle voided and Zelle given back in part,
    booking money; in April and June a payment each."""
    event = given.charter(ctx, price_cents=500000)
    pay(ctx, event, 30000, "cash", "2026-05-02", tip_cents=2000)  # entry 2
    pay(ctx, event, 50000, "check", "2026-05-03")  # 3
    pay(ctx, event, 70000, "zelle", "2026-05-04")  # 4
    pay(ctx, event, 90000, "zelle", "2026-05-05")  # 5
    pay(ctx, event, 10000, "booking", "2026-05-06")
    pay(ctx, event, 1100, "cash", "2026-04-30")
    pay(ctx, event, 1300, "cash", "2026-05-20")
    bounced(ctx, event, 3)
    corrections.void(ctx, event.exact_ref, 4, "Twice", None, Once("v"), given.ORIGIN)
    refunded = given.refunded(ctx, event, 20000)  # number of the refund: the last entry
    given.refunded(ctx, event, 4000)  # stays owed
    corrections.mark_sent(
        ctx,
        event.exact_ref,
        refunded.entries,
        date(2026, 5, 12),
        "zelle",
        "",
        Once("s"),
        given.ORIGIN,
    )
    return event


HAND = {
    # payments, received, tips, refunded, bounced, net
    "cash": (2, 31300, 2000, 0, 0, 33300),
    "check": (1, 50000, 0, 0, 50000, 0),
    "zelle": (1, 90000, 0, 20000, 0, 70000),
    "booking": (1, 10000, 0, 0, 0, 10000),
}


def test_figures_are_those_counted_by_hand(ctx: Context, season: Event) -> None:
    assert figures(ctx) == HAND
    found = report(ctx, MAY)
    assert (found.sum.net_cents, found.owed_cents) == (33300 + 70000, 4000)
    assert [(age.label, age.events) for age in found.ages if age.events] == [
        ("0 to 30 days ago", 1)
    ]


def test_a_closed_month_stays_and_the_rest_is_below_the_line(
    ctx: Context, clock: Clock, season: Event
) -> None:
    clock.fixed = datetime(2026, 6, 1, 20, tzinfo=UTC)
    assert report(ctx, MAY).line is None
    close(ctx, "may")
    clock.fixed = datetime(2026, 6, 2, 20, tzinfo=UTC)
    pay(ctx, season, 2500, "cash", "2026-05-31")
    corrections.void(ctx, season.exact_ref, 5, "Never came", None, Once("w"), given.ORIGIN)

    found = report(ctx, MAY)
    assert figures(ctx) == HAND
    assert found.line is not None
    assert [(t.method, t.received_cents) for t in found.late_totals] == [
        *(("cash", 2500), ("zelle", -90000)),
    ]


def test_the_line_is_drawn_on_the_boats_day(
    ctx: Context, clock: Clock, admin: PageClient, season: Event
) -> None:
    clock.fixed = datetime(2026, 6, 2, 3, tzinfo=UTC)  # evening of the first, on the boat
    admin.sign_in()
    close(ctx, "may")
    pay(ctx, season, 2500, "cash", "2026-05-31")
    clock.fixed += timedelta(hours=1)
    pay(ctx, season, 2500, "cash", "2026-05-31")

    page = admin.see("/scc/reports?month=2026-05")

    assert "As closed by close 1, Mon 1 Jun 2026" in page.text
    assert "logged Mon 1 Jun 2026 by test" in page.text


def test_page_csv_and_json_say_the_same(ctx: Context, admin: PageClient, season: Event) -> None:
    page = admin.see("/scc/reports?month=2026-05")
    rows = [[words(cell) for cell in row] for row in page.all(".//tbody/tr")]
    assert ["Zelle", "$700", "$900", "$0", "$200", "$0", "1"] in rows

    text = admin.get("/scc/reports/totals.csv?month=2026-05").get_data(as_text=True)
    lines = list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline="")))
    assert [line["net"] for line in lines] == ["333.00", "0.00", "700.00", "100.00"]

    body = admin.get("/api/report?month=2026-05", headers=TOKEN).json
    assert {one["method"]: one["net_cents"] for one in body["totals"]} == {
        method: line[-1] for method, line in HAND.items()
    }
    entries = admin.get("/scc/reports/entries.csv?month=2026-05")
    assert entries.headers["Cache-Control"] == "no-store"
    lines = list(csv.DictReader(io.StringIO(entries.get_data(as_text=True)[1:], newline="")))
    assert sum(float(line["money"]) for line in lines) == 333 + 0 + 700 + 100


HOSTILE = [
    *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1+1", "＋1", "－1", "＠x", "|cmd", "%0A"),
    *('=HYPERLINK("http://x")', "=cmd|'/C calc'!A0", "-2+3+cmd|' /C calc'!A0", "\r=1", "\n=1"),
    *('"=1"', "',=1", "a,b", 'a"b', "a;=1", "<script>alert(1)</script>", "<img src=x onerror=1>"),
    *("{{7*7}}", "${7*7}", "'; DROP TABLE x;--", "\u202e=1", "\u00a0=1", "\u2003=1", "\ufeff=1"),
    *("=\u0000", "&#61;1", "javascript:alert(1)", "../../etc/passwd", "﹦1", "﹣1", "₊1", "⁺1"),
    "--1",
]


def test_no_text_becomes_a_formula() -> None:
    """R11: 40 hostile strings. A cell that a spreadsheet reads never starts like a formula."""
    assert len(HOSTILE) == 40
    for text in HOSTILE:
        shown = defused(text)
        assert shown.lstrip(" \u00a0\u2003\ufeff\u202e")[:1] not in tuple("=+-@\t\r"), text
        assert shown in (text, f"'{text}")
    assert defused("Anne-Marie O'Hara") == "Anne-Marie O'Hara"


def test_hostile_names_stay_text_on_the_page_and_in_the_file(
    ctx: Context, clock: Clock, admin: PageClient
) -> None:
    event = given.charter(ctx)
    names = [t for t in HOSTILE if t.isprintable()]
    for name in names[:12]:
        pay(ctx, event, 100, "cash", "2026-05-02", payer=name, note=name, reference=name)
    text = admin.get("/scc/reports/entries.csv?month=2026-05").get_data(as_text=True)
    lines = list(csv.DictReader(io.StringIO(text[1:], newline="")))

    assert [line["payer"] for line in lines] == [defused(name) for name in names[:12]]
    scripts = admin.see("/scc/reports?month=2026-05").all(".//script")
    assert all(script.get("src") for script in scripts)
    assert not admin.page.has(".//img")


def test_what_is_asked_wrongly_is_said(admin: PageClient) -> None:
    wrong = ["month=2026-13", "month=x", "from=2026-05-01", "from=2026-05-02&to=2026-05-01"]
    wrong += ["from=2020-01-01&to=2026-01-01", "from=0001-01-01&to=0001-01-02"]
    for query in wrong:
        admin.see(f"/scc/reports?{query}", status=400)
        assert admin.get(f"/scc/reports/totals.csv?{query}").status_code == 400
        answer = admin.get(f"/api/report?{query}", headers=TOKEN)
        assert (answer.status_code, list(answer.json["fields"])) in [
            (400, ["month"]),
            (400, ["from"]),
        ]


def test_a_year_is_a_report_and_a_void_falls_on_the_day_it_corrects(
    ctx: Context, season: Event
) -> None:
    year = replace(MAY, first=date(2025, 6, 1), last=date(2026, 5, 31))
    assert sum(one.received_cents for one in report(ctx, year).totals) == 182400
    day = replace(MAY, first=date(2026, 5, 4), last=date(2026, 5, 4))
    assert [one.net_cents for one in report(ctx, day).totals] == [0]
