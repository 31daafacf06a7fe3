"""`POST /api/events`: another system says what it knows of a booking."""

import json
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from scc.context import Context
from tests.given import a_big_boat, all_events, paid
from tests.hooks import writes
from tests.older import TOKEN

GOOD: dict[str, Any] = {
    "source": {"site": "fareharbor", "ref": "290981542"},
    "patron_name": "Mary Fischer",
    "date": "2031-05-23",
    "start_time": "18:30",
    "guests": 8,
    "price": 1250,
    "paid": "$250.00",
}

WRONG: dict[str, tuple[str, Any]] = {
    "no source": ("source", None),
    "a site with a hash": ("source", {"site": "a#b", "ref": "1"}),
    "a site in capitals": ("source", {"site": "FareHarbor", "ref": "1"}),
    "a number as ref": ("source", {"site": "peek", "ref": 7}),
    "a ref of 81": ("source", {"site": "peek", "ref": "1" * 81}),
    "no name": ("patron_name", None),
    "a name with NUL": ("patron_name", "Bo\0"),
    "no date": ("date", ""),
    "a day that is none": ("date", "2031-02-30"),
    "the year 1999": ("date", "1999-05-23"),
    "half past never": ("start_time", "25:00"),
    "no guests": ("guests", 0),
    "guests as text": ("guests", "8"),
    "half a guest": ("guests", 1.5),
    "a price of nothing": ("price", 0),
    "a debt": ("paid", -1),
    "paid in words": ("paid", "all"),
    "a state": ("status", "perhaps"),
    "a period": ("period", "noonish"),
    "two addresses": ("patron_email", "a@example.com, b@example.com"),
    "notes as a list": ("notes", ["x"]),
}


@pytest.fixture(autouse=True)
def _the_boat(ctx: Context) -> None:
    a_big_boat(ctx)


def say(app: Flask, **fields: Any) -> TestResponse:
    body = {name: value for name, value in {**GOOD, **fields}.items() if value is not ...}
    return app.test_client().post("/api/events", data=json.dumps(body), headers=TOKEN)


def test_it_creates_the_event_once(app: Flask, ctx: Context) -> None:
    first, again = say(app), say(app)

    assert (first.status_code, first.json["outcome"]) == (200, "created")
    assert (again.status_code, again.json["outcome"]) == (200, "same")
    assert first.json["event_id"] == again.json["event_id"] == "2031-05-23-mary-sunset"
    assert (first.json["price_cents"], first.json["payment_amount"]) == (125000, 250)
    assert first.json["source"] == GOOD["source"]
    assert not {"said", "asked"} & again.json.keys()
    assert len(all_events(ctx)) == 1


def test_it_changes_what_it_says_and_no_more(app: Flask) -> None:
    say(app, notes="Cake")

    answer = say(app, guests=9, price=None, paid=..., start_time=...)

    assert (answer.json["outcome"], answer.json["guests"]) == ("changed", 9)
    assert (answer.json["notes"], answer.json["price_cents"]) == ("Cake", 125000)


def test_it_says_what_is_asked(app: Flask, ctx: Context) -> None:
    say(app, paid=...)
    paid(ctx, all_events(ctx)[0])

    answer = say(app, status="cancelled", paid=...)

    assert (answer.json["outcome"], answer.json["questions"]) == ("asked", ["cancelled"])
    assert "cancelled_at" not in answer.json


def test_without_a_status_a_cancelled_booking_stays_off(app: Flask) -> None:
    say(app, paid=...)
    say(app, paid=..., status="cancelled")

    answer = say(app, paid=..., guests=9)

    assert (answer.json["guests"], "cancelled_at" in answer.json) == (9, True)


def test_what_was_never_here_can_not_be_cancelled(app: Flask, ctx: Context) -> None:
    assert say(app, status="cancelled").status_code == 404
    assert all_events(ctx) == []


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_field_is_named_and_nothing_written(app: Flask, ctx: Context, case: str) -> None:
    name, value = WRONG[case]
    app.test_client().get("/api/events", headers=TOKEN)

    with writes(ctx.db.client) as written:
        answer = say(app, **{name: value})

    assert (answer.status_code, written) == (400, [])
    assert answer.json["fields"].keys() == {name}


def test_every_wrong_field_is_named_at_once(app: Flask) -> None:
    answer = app.test_client().post("/api/events", data="{}", headers=TOKEN)

    assert answer.json["fields"].keys() == {"source", "patron_name", "date"}
