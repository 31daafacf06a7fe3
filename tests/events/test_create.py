"""Creating an event: a slug of its own, also at the same moment; one event for one form."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from scc.context import Context
from scc.errors import Invalid, KeyReused
from scc.events import store
from scc.events.model import Event, Ref
from scc.events.service import Details, create_event
from tests.emulator import Clock
from tests.older import OlderTool, audited, stored
from tests.page import PageClient
from tests.payments.acts import MOANA
from tests.wire import Browser, at_once

DAY = date(2026, 5, 23)
TYPED = {"first_name": "Alice", "date": "2026-05-23", "period": "sunset"}


def create(ctx: Context, key: str, **details: Any) -> Event:
    said = {"first_name": "Alice", "patron_name": "Alice Moreno", "day": DAY, "period": "sunset"}
    return create_event(ctx, Details(**said | details), key, MOANA)


def test_two_alices_on_one_sunset(ctx: Context) -> None:
    assert create(ctx, "k1").slug == "2026-05-23-alice-sunset"
    assert create(ctx, "k2", patron_name="Alice Wei").slug == "2026-05-23-alice2-sunset"


def test_an_older_events_slug_is_taken(ctx: Context, older: OlderTool) -> None:
    older.has("2026-05-23-alice-sunset")

    assert create(ctx, "k1").slug == "2026-05-23-alice2-sunset"


def test_eight_at_the_same_moment_get_eight_slugs(ctx: Context) -> None:
    events = at_once([lambda key=f"k{n}": create(ctx, key) for n in range(8)])

    assert sorted(event.slug for event in events) == [
        f"2026-05-23-alice{n}-sunset" for n in ("", *range(2, 9))
    ]


def test_a_slug_taken_in_between_is_not_taken_twice(ctx: Context, clock: Clock) -> None:
    """Also when the other's timestamp is another one, so that no two items collide."""
    meanwhile = iter(["other"])

    def other(**_: Any) -> None:
        if key := next(meanwhile, None):
            clock.advance(seconds=5)
            create(ctx, key)

    ctx.db.client.meta.events.register("before-call.dynamodb.TransactWriteItems", other)

    assert create(ctx, "mine").slug == "2026-05-23-alice2-sunset"
    assert len(store.siblings(ctx, "2026-05-23-alice-sunset")) == 1


def test_one_form_tapped_eight_times_is_one_event(
    ctx: Context, admin: PageClient, live_server: str
) -> None:
    create = Browser(admin, live_server).filled("/scc/events/new", **TYPED)

    answers = at_once([create] * 8)

    assert {answer.status for answer in answers} == {302}
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert store.siblings(ctx, "2026-05-23-alice2-sunset") == []


def test_a_key_with_another_event_is_refused(ctx: Context) -> None:
    create(ctx, "k1")

    with pytest.raises(KeyReused, match="2026-05-23-alice-sunset"):
        create(ctx, "k1", guests=5)


def test_the_form_says_so_and_keeps_what_was_typed(admin: PageClient) -> None:
    admin.see("/scc/events/new")
    form = admin.page.form("/new").fill(**TYPED)
    form.submit()

    answer = form.fill(guests="5").submit()

    assert answer.status_code == 422
    assert "it created 2026-05-23-alice-sunset" in admin.page.text
    assert admin.page.form("/new").values["guests"] == ["5"]


def test_what_was_said_is_kept(ctx: Context) -> None:
    event = create(
        ctx,
        "k1",
        guests=5,
        price_cents=45000,
        patron_email="alice@example.com",
        patron_phone="619 555 0100",
        notes="A cake.\nTwo.",
    )

    item = stored(ctx, event.exact_ref)
    assert item["guests"] == 5
    assert item["price_cents"] == 45000
    assert item["patron_email"] == "alice@example.com"
    assert item["patron_phone"] == "619 555 0100"
    assert item["notes"] == "A cake.\nTwo."


def test_it_starts_unpaid_at_its_periods_hour(ctx: Context, clock: Clock) -> None:
    clock.set(datetime(2026, 4, 1, 12, 30, 15, tzinfo=UTC))

    item = stored(ctx, create(ctx, "k1").exact_ref)

    assert item["payment_cleared"] is False
    assert item["start_time"] == "18:00"
    assert item["timestamp"] == 1775046615
    assert (item["month"], item["starts_at"]) == ("2026-05", "2026-05-24T01:00:00Z")


def test_the_event_given_is_the_event_stored(ctx: Context) -> None:
    """It is not read back, so it must be the same."""
    event = create(ctx, "k1", guests=5, price_cents=45000)

    assert event == store.load(ctx, event.exact_ref)


def test_its_creation_is_in_the_audit(ctx: Context) -> None:
    event = create(ctx, "k1", price_cents=45000)

    (row,) = audited(ctx, event.exact_ref)

    assert (row["kind"], row["actor"]["name"]) == ("event.created", "Moana")
    assert row["details"]["price_cents"] == 45000


@pytest.mark.parametrize("name", ["🎉", "42", "…"])
def test_a_name_without_a_letter_is_refused(ctx: Context, admin: PageClient, name: str) -> None:
    admin.see("/scc/events/new")

    answer = admin.page.form("/new").fill(**TYPED | {"first_name": name}).submit()

    assert answer.status_code == 422
    assert "with at least one letter" in admin.page.text
    assert store.in_month(ctx, "2026-05") == []


BAD = {
    "no date": {"date": ""},
    "no such date": {"date": "2026-02-30"},
    "a year long gone": {"date": "0026-05-23"},
    "no such period": {"period": "dusk"},
    "no such hour": {"start_time": "25:00"},
    "no guests": {"guests": "0"},
    "too many guests": {"guests": "5000"},
    "no such price": {"price": "-5"},
    "two addresses": {"patron_email": "a@x.org, b@x.org"},
    "a name with NUL": {"last_name": "Mo\0reno"},
    "half a character": {"last_name": "x" * 121},
    "too long a note": {"notes": "x" * 2001},
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_asked_back_and_nothing_is_lost(
    ctx: Context, admin: PageClient, case: str
) -> None:
    admin.see("/scc/events/new")

    answer = admin.page.form("/new").fill(**TYPED | {"first_name": "José"} | BAD[case]).submit()

    assert answer.status_code == 422
    assert admin.page.form("/new").values["first_name"] == ["José"]
    assert store.in_month(ctx, "2026-05") == []


def test_an_hour_that_the_clocks_skip_is_refused(ctx: Context, admin: PageClient) -> None:
    admin.see("/scc/events/new")
    night = {"date": "2026-03-08", "start_time": "02:30"}

    answer = admin.page.form("/new").fill(**TYPED | night).submit()

    assert answer.status_code == 422
    assert "there is no such hour" in admin.page.text


def test_of_an_hour_that_comes_twice_it_is_the_first(ctx: Context, admin: PageClient) -> None:
    admin.see("/scc/events/new")
    night = {"date": "2026-11-01", "start_time": "01:30"}

    admin.page.form("/new").fill(**TYPED | night).submit()

    event = store.load(ctx, Ref("2026-11-01-alice-sunset"))
    assert event.item["starts_at"] == "2026-11-01T08:30:00Z"


def test_a_hundred_alike_are_refused(ctx: Context, older: OlderTool) -> None:
    for number in range(1, 100):
        older.has(f"2026-05-23-alice{number if number > 1 else ''}-sunset")

    with pytest.raises(Invalid):
        create(ctx, "k1")
