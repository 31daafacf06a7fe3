"""The admin's calendar: a secret address that shows the season, and ends when it is told to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar

from scc import passwords
from scc.audit.store import office_partition
from scc.context import Context
from scc.events.model import Event
from scc.planning.service import move_event
from scc.staff import store as people
from scc.tables import LEDGER
from tests.given import ORIGIN, cancelled, charter, member
from tests.page import PageClient
from tests.staff.acts import come_in, set_up


@pytest.fixture
def address(admin: PageClient) -> str:
    """As it is shown, once."""
    admin.see("/scc/calendar").form("/calendar").fill(name="Kai’s phone").submit()
    return "".join(admin.page.one(".//p[@class='secret']").itertext())


def sails(app: Flask, address: str) -> list[Any]:
    """What a calendar gets that knows nothing but the address."""
    answer = app.test_client().get(address)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert "Set-Cookie" not in answer.headers
    return list(Calendar.from_ical(answer.get_data()).events)


def test_it_shows_who_sails_when(app: Flask, ctx: Context, address: str) -> None:
    event = charter(ctx, ctx.today() + timedelta(days=30), guests=6)

    (sail,) = sails(app, address)
    assert (sail["summary"], sail.start) == ("Alice Nakamura, 6 guests, sunset", event.starts_at)
    assert sail.start.tzinfo == UTC or sail.start.utcoffset() == timedelta()
    assert sail.duration == timedelta(hours=2)
    assert str(sail["url"]).endswith(f"/scc/events/{event.exact_ref}")


def test_it_tells_nobody_elses_business(app: Flask, ctx: Context, address: str) -> None:
    private = {"patron_phone": "619-555-0100", "patron_email": "a@example.com", "notes": "Asthma"}
    charter(ctx, **private)

    text = app.test_client().get(address).get_data(as_text=True)
    assert not [word for word in (*private.values(), "450", "45000") if word in text]


def test_what_is_cancelled_or_moved_stays_the_same_entry(
    app: Flask, ctx: Context, address: str
) -> None:
    event = charter(ctx, ctx.today() + timedelta(days=5))
    (first,) = sails(app, address)
    start = event.local_start(ctx.settings.timezone)
    assert start
    day = start.date() + timedelta(days=1)
    move_event(ctx, event.exact_ref, day, start.time(), event.version, ORIGIN)
    cancelled(ctx, event)

    (last,) = sails(app, address)
    assert (last["uid"], last["status"]) == (first["uid"], "CANCELLED")
    assert (last["sequence"] > first["sequence"], last.start > first.start) == (True, True)


@pytest.mark.parametrize("name", ["A\r\nBEGIN:VEVENT", "=1+1", "a;b,c\\d", "<b>", "\u202e名" * 30])
def test_no_name_breaks_out(app: Flask, ctx: Context, address: str, name: str) -> None:
    event: Event = charter(ctx, patron_name=name)

    (sail,) = sails(app, address)
    assert str(sail["summary"]).startswith(name.replace("\r\n", "\n"))
    assert sail["uid"].startswith(event.slug)


def test_it_ends_when_it_is_told_to(app: Flask, admin: PageClient, address: str) -> None:
    revoke = admin.see("/scc/calendar").one(".//ul[@class='tokens']//form").get("action", "")
    assert admin.page.form(revoke).submit().status_code == 303

    assert app.test_client().get(address).status_code == 404
    assert "Ended" in admin.see("/scc/calendar").text


@pytest.mark.parametrize("cut", [slice(1, None), slice(-1)])
def test_an_address_that_is_not_whole_shows_nothing(app: Flask, address: str, cut: slice) -> None:
    head, _, tail = address.rpartition("/")
    secret = tail.removesuffix(".ics")

    assert app.test_client().get(f"{head}/{secret[cut]}.ics").status_code == 404


def test_the_address_is_shown_once(admin: PageClient, address: str) -> None:
    assert address.rpartition("/")[2] not in admin.see("/scc/calendar").response.get_data(
        as_text=True
    )


def test_a_second_tap_makes_no_second_one(admin: PageClient) -> None:
    form = admin.see("/scc/calendar").form("/calendar").fill(name="Phone")
    form.submit()
    assert form.submit().status_code == 422

    assert len(admin.see("/scc/calendar").all(".//ul[@class='tokens']/li")) == 1


def test_a_new_years_morning_is_a_year_ahead(app: Flask, ctx: Context, address: str) -> None:
    """By month, not by days: the last one that it shows has its sails."""
    today = ctx.today()
    month = today.year * 12 + today.month - 1 + 11
    charter(ctx, datetime(month // 12, month % 12 + 1, 28, tzinfo=UTC).date())

    assert len(sails(app, address)) == 1


@pytest.mark.parametrize("change", [{"left_at": "2026-05-01"}, {"roles": ["crew"]}])
def test_it_ends_with_whoever_made_it(
    app: Flask, ctx: Context, client: PageClient, change: dict[str, Any]
) -> None:
    """They left, or are no admin any more."""
    lee = member(ctx, "Lee", "admin", email="lee@example.com")
    set_up(client, ctx, lee)
    client.see("/scc/calendar").form("/calendar").fill(name="Lee’s phone").submit()
    address = "".join(client.page.one(".//p[@class='secret']").itertext())
    assert sails(app, address) == []

    ctx.db.write(people.change(people.load(ctx, lee.id), change))

    assert app.test_client().get(address).status_code == 404


def test_one_made_with_the_admin_password_ends_when_that_is_changed(
    app: Flask, ctx: Context, admin: PageClient, address: str
) -> None:
    assert sails(app, address) == []
    rotated = passwords.hash_password("another password")
    app.extensions["scc"] = replace(ctx, settings=replace(ctx.settings, admin_pass_hash=rotated))

    assert app.test_client().get(address).status_code == 404
    admin.sign_in(password="another password")
    assert "Ended, as they can’t sign in so any more" in admin.see("/scc/calendar").text


def test_making_and_ending_one_of_ones_own_is_audited(ctx: Context, client: PageClient) -> None:
    kai = member(ctx, "Kai", positions=("captain",), email="kai@example.com")
    make = come_in(client, ctx, kai).see("/scc/account").form("/feed")
    make.submit()
    make.fill(what="end").submit()

    rows = [row for row in ctx.db.query(LEDGER, office_partition(ctx)) if row.get("way") == "feed"]
    assert [(row["kind"], row["actor"]["name"]) for row in rows] == [
        ("access.given", "Kai"),
        ("access.ended", "Kai"),
    ]
