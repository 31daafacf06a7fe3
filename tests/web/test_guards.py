"""R8: every route is closed by default, and nothing is written without a valid token."""

import io
import re
import secrets
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from flask import Flask

from scc.context import Context
from scc.crew.plan import plan_of
from scc.events import store as events
from scc.events.model import parse_ref
from scc.staff import store as people
from scc.staff.model import Person
from tests.crew.acts import person
from tests.hooks import Call, writes
from tests.older import TOKEN
from tests.page import PageClient
from tests.staff.acts import OWN, come_in, set_up
from tests.waivers.acts import FILLED
from tests.web.places import Place, paths

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


def good_form(ctx: Context) -> dict[str, str]:
    """What every form of the app would act on, but for its token."""
    today = ctx.today().isoformat()
    return {
        "first_name": "Bo",
        "date": today,
        "period": "sunset",
        "start_time": "18:00",
        "version": "1",
        "price": "500",
        "charter": "500",
        "above": "credit",
        "paid_when_cancelled": "y",
        "ended": "weather",
        "answer": "hold",
        "price_too": "stays",
        "event": f"{today}-cleo-sunset",
        "reason": "asked for",
        "key": secrets.token_hex(8),
        "amount": "20",
        "payment_method": "cash",
        "patron_name": "Bo",
        "received_on": today,
        "name": f"Moana {secrets.token_hex(4)}",
        "bring": "Gloves.",
        "zelle": "pay@example.com",
        "password": "wrong",
        "theme": "dark",
        "mark": "banked",
        "what": "no_show",
        "walk_ons": "2",
        "no_shows": "1",
        "birth_date": "1990-05-23",
        "kept_at": "the blue folder",
        "en": "Another text.",
        "publish": "y",
        "publishing": "y",
        "seen_on": today,
        "since": today,
        "day": today,
        "positions": "host",
        "everyone": "y",
        "hours": "24",
        "captain": "2",
        "hours_0": "2:00",
        "tip_0": "0",
        "hours_1": "2:00",
        "tip_1": "0",
        "hours_2": "2:00",
        "tip_2": "0",
        "hours_3": "2:00",
        "tip_3": "0",
        "roles": "crew",
        "email": "bo@example.com",
        "how": "hand",
        "reach": "nobody@example.com",
        "site": "Peek",
        "field": "guests",
        "said": "9",
        "take": "theirs",
        "days": (ctx.today() + timedelta(days=9)).isoformat(),
        "on": today,
    }


def csrf_token(client: PageClient) -> str:
    client.get("/scc/sign-in")
    return client.page.form("/scc/sign-in").values["csrf_token"][0]


def test_every_endpoint_says_who_may_enter(places: list[Place]) -> None:
    assert {p.access for p in places} == {"admin", "crew", "token", "guest", "hook", "anyone"}


@pytest.mark.parametrize("method", ["GET", *UNSAFE])
@pytest.mark.parametrize("path", ["/scc/forgotten", "/api/forgotten"])
def test_a_view_that_says_nothing_is_closed(app: Flask, path: str, method: str) -> None:
    app.add_url_rule(path, view_func=lambda: {"in": True}, methods=[method])
    client = app.test_client()
    client.sign_in()
    form = {"csrf_token": csrf_token(client)}

    answer = client.open(path, method=method, headers=TOKEN, data=form)

    assert answer.status_code == 403


@pytest.mark.parametrize("headers", [{}, TOKEN], ids=["nobody", "token"])
def test_staff_pages_lead_who_is_not_signed_in_to_the_sign_in(
    client: PageClient, places: list[Place], headers: dict[str, str]
) -> None:
    found = {
        client.get(path, headers=headers).headers["Location"].partition("?")[0]
        + (" for crew" if path.startswith(("/scc/crew/", "/scc/sheet/")) else "")
        for path in staff_paths(places, "GET")
    }

    assert found == {"/scc/sign-in", "/scc/sign-in/crew for crew"}


def staff_paths(places: list[Place], method: str = "") -> list[str]:
    return [path for access in ("admin", "crew") for path in paths(places, access, method)]


def someone(ctx: Context, name: str = "Kim") -> Person:
    """Of the places' staff; Kim is the captain of the sail that they are about."""
    return next(person for person in people.everyone(ctx) if person.name == name)


def test_staff_pages_open_for_the_admin(admin: PageClient, places: list[Place]) -> None:
    answers = {path: admin.get(path).status_code for path in staff_paths(places, "GET")}

    assert {path for path, status in answers.items() if status != 200} == set()


def test_crew_get_into_their_pages_and_none_of_the_offices(
    client: PageClient, ctx: Context, places: list[Place]
) -> None:
    """R8: with a good token of their own, by every method."""
    come_in(client, ctx, someone(ctx))
    token = client.see("/scc/account").form("/code").values["csrf_token"][0]
    theirs = {path: client.get(path).status_code for path in paths(places, "crew", "GET")}
    form = good_form(ctx) | {"csrf_token": token}

    with writes(ctx.db.client) as written:
        found = {
            client.open(path, method=method, data=form).status_code
            for path in paths(places, "admin")
            for method in ("GET", "HEAD", *UNSAFE)
        }

    assert {path for path, status in theirs.items() if status != 200} == set()
    assert (found - {405}, written) == ({403}, [])


def test_crew_get_nothing_of_a_sail_that_they_are_not_on(
    client: PageClient, ctx: Context, places: list[Place]
) -> None:
    """R8: with a good token of their own, by every method. The day's sheet is then an empty one."""
    come_in(client, ctx, person(ctx, "Zed Nobody"))
    token = client.see("/scc/account").form("/code").values["csrf_token"][0]
    of_a_sail = [path for path in paths(places, "crew") if "~" in path or "-sunset" in path]
    form = good_form(ctx) | {"csrf_token": token}

    with writes(ctx.db.client) as written:
        found = {
            (path, method): client.open(path, method=method, data=form).status_code
            for path in of_a_sail
            for method in ("GET", "HEAD", *UNSAFE)
        }

    refused = (403, 405, 422)  # who was not asked has nothing to answer
    assert len(of_a_sail) >= 4
    assert {place: status for place, status in found.items() if status not in refused} == {}
    assert written == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", *UNSAFE])
def test_the_api_never_accepts_the_cookie(
    admin: PageClient, places: list[Place], method: str
) -> None:
    form = {"csrf_token": csrf_token(admin)}

    found = {admin.open(p, method=method, data=form).status_code for p in paths(places, "token")}

    assert found == {401}


def test_guest_pages_set_no_cookie(client: PageClient, places: list[Place]) -> None:
    guests = [*paths(places, "guest"), "/g/nobody/waiver", "/g/2026-02-30/waiver", "/nope"]

    answers = [client.open(path, method=how) for path in guests for how in ("GET", "POST")]
    assert len(guests) >= 9
    assert [answer.headers.getlist("Set-Cookie") for answer in answers] == [[]] * len(answers)


def test_a_get_writes_nothing(admin: PageClient, places: list[Place], dynamodb: Any) -> None:
    admin.get("/api/events", headers=TOKEN)  # an unknown token is counted as a try

    with writes(dynamodb) as written:
        for place in places:
            admin.get(place.path, headers=TOKEN)
            admin.options(place.path, headers=TOKEN)

    assert written == []


# Forms that must not act. What they send is good but for the token, as the last test shows.


def no_token(client: PageClient) -> dict[str, Any]:
    return {}


def made_up_token(client: PageClient) -> dict[str, Any]:
    return {"token": "IjEyMyI.aaaa.bbbb"}


def token_of_another_browser(client: PageClient) -> dict[str, Any]:
    return {"token": csrf_token(client.application.test_client())}  # type: ignore[arg-type]


def from_another_site(client: PageClient) -> dict[str, Any]:
    return {"token": csrf_token(client), "headers": {"Sec-Fetch-Site": "cross-site"}}


def from_a_sister_site(client: PageClient) -> dict[str, Any]:
    return {"token": csrf_token(client), "headers": {"Sec-Fetch-Site": "same-site"}}


def from_another_origin(client: PageClient) -> dict[str, Any]:
    return {"token": csrf_token(client), "headers": {"Origin": "https://evil.example"}}


def from_no_origin(client: PageClient) -> dict[str, Any]:
    return {"token": csrf_token(client), "headers": {"Origin": "null"}}


def token_in_the_address(client: PageClient) -> dict[str, Any]:
    return {"query_string": {"csrf_token": csrf_token(client)}}


def token_in_a_header(client: PageClient) -> dict[str, Any]:
    return {"headers": {"X-CSRFToken": csrf_token(client)}}


def enter(client: PageClient, ctx: Context, role: str) -> None:
    if role == "admin":
        client.sign_in()
    if role == "crew":
        come_in(client, ctx, someone(ctx))


FORGERIES = [
    no_token,
    made_up_token,
    token_of_another_browser,
    from_another_site,
    from_a_sister_site,
    from_another_origin,
    from_no_origin,
    token_in_the_address,
    token_in_a_header,
]


@pytest.mark.parametrize("role", ["admin", "crew", "nobody"])
def test_nothing_is_written_without_a_valid_token(
    client: PageClient, ctx: Context, places: list[Place], role: str
) -> None:
    enter(client, ctx, role)
    for forged in FORGERIES:
        how = forged(client)
        token = {"csrf_token": how.pop("token")} if "token" in how else {}

        # Guests have no token: their forms are known by where they come from.
        by_origin = {"Origin", "Sec-Fetch-Site"} & how.get("headers", {}).keys()
        tried = [place for place in places if by_origin or place.access != "guest"]

        with writes(ctx.db.client) as written:
            for place in tried:
                client.post(place.path, data=good_form(ctx) | token, **how)

        assert written == [], forged.__name__


@pytest.mark.parametrize("forged", [from_another_site, from_another_origin])
@pytest.mark.parametrize("path", ["/scc/sign-in", "/scc/events/new", "/scc/theme", "/nope"])
def test_the_answer_to_a_strangers_post_leaves_the_cookie_alone(
    client: PageClient, path: str, forged: Any
) -> None:
    """A browser sends no cookie along then, and would take a new one for its own."""
    headers = forged(client.application.test_client())["headers"]

    assert "Set-Cookie" not in client.post(path, headers=headers).headers


@pytest.mark.parametrize("role", ["admin", "crew", "nobody"])
def test_other_methods_write_nothing(
    client: PageClient, ctx: Context, places: list[Place], role: str
) -> None:
    enter(client, ctx, role)
    form = good_form(ctx) | {"csrf_token": csrf_token(client)}

    with writes(ctx.db.client) as written:
        for place, method in product(places, ("PUT", "PATCH", "DELETE")):
            client.open(place.path, method=method, data=form)

    assert written == []


def test_nobody_writes_with_a_token_of_their_own(
    client: PageClient, ctx: Context, places: list[Place]
) -> None:
    form = good_form(ctx) | {"csrf_token": csrf_token(client)}

    with writes(ctx.db.client) as written:
        for path in staff_paths(places):
            client.post(path, data=form)

    assert written == []


def all_ticked(client: PageClient, path: str) -> dict[str, Any]:
    """The page's form with every box ticked, and every sum with a reason."""
    page = client.see(path)
    form = page.form(path.rpartition("/")[2])
    boxes = [box.get("value") for box in page.all(".//input[@type='checkbox']")]
    sums = {name: "20" for name in form.names if name and name.startswith(("ca", "reason"))}
    carried = {name: values[0] for name, values in form.values.items()}
    return {**carried, **sums, "entry": boxes, "tick": boxes}


def is_of_the_crew(place: Place) -> bool:
    return "/crew/" in place.path or place.path.endswith("/ready")


def of_the_crew(client: PageClient, ctx: Context, place: Place) -> dict[str, Any]:
    """Who is new to the sail, and what the page carried along."""
    dee = person(ctx, "Dee Ray", "host")
    who = {"person": dee.id, "position": "host"}
    if place.path.endswith("/sail"):
        who["what"] = "walk_on"
    if "GET" in place.methods and place.access == "admin":
        carried = client.see(place.path).form("/" + place.path.rpartition("/")[2]).values
        who |= {n: v[0] for n, v in carried.items() if n in ("who", "seen", "version")}
    return who


def terms_of_the_sail(ctx: Context, place: Place) -> str:
    event = events.load(ctx, parse_ref(place.path.split("/")[3]))
    return plan_of(ctx, event).terms.mark


def tomorrow(ctx: Context) -> str:
    return (ctx.today() + timedelta(days=1)).isoformat()


def as_themselves(client: PageClient, ctx: Context, path: str) -> dict[str, str]:
    """Signed in as the one whose way in it is."""
    if path.endswith("/password"):
        set_up(client, ctx, someone(ctx, "Max"))
    else:
        come_in(client, ctx, someone(ctx, "Bo Diaz" if path.endswith("/answer") else "Kim"))
    token = csrf_token(client)
    return {"csrf_token": token, "password": OWN, "new_password": "four other words or five"}


def said_by(written: list[Call]) -> set[str]:
    """The names in the audit entries that were written."""
    puts = [
        item["Put"]["Item"]
        for call in written
        for item in call.request.get("TransactItems", ())
        if "Put" in item
    ]
    rows = [row for row in puts if row.get("sk", {}).get("S", "").startswith("audit#")]
    return {row["actor"]["M"]["name"]["S"] for row in rows}


NO_ACT = ("/letters/send", "/go-on", "/import")
"""What is due leaves; a call that was cut off goes on; a file is looked at before it is applied."""


def in_turn(place: Place) -> tuple[bool, ...]:
    """Before a sail is cancelled what guests and crew do with it; before anything has changed it,
    the weather's call is taken back."""
    is_undo = place.path.startswith("/scc/weather/") and place.path.endswith("/undo")
    return not is_undo, place.access != "guest", not is_of_the_crew(place)


def test_with_a_valid_token_every_form_acts(
    client: PageClient, ctx: Context, places: list[Place]
) -> None:
    """So what was sent above was refused for its token alone. The theme is a cookie,
    without an event a payment is only looked for, a hook asks for a signature, and of who is to
    be reminded no address is known. Whatever acts leaves an audit entry that names the person."""
    idle, unsaid, names = set(), set(), set()
    acting = [p for p in places if "POST" in p.methods and p.access != "token"]
    for place in sorted(acting, key=in_turn):
        client.sign_in()
        form = good_form(ctx) | {"csrf_token": csrf_token(client)}
        if place.path.startswith("/scc/staff/p"):  # the other address is somebody's by now
            form |= {"email": "pat@example.com"}
        if place.path.endswith("/handed"):
            form |= {"what": "fare"}
        if "/scc/account/" in place.path:
            form |= as_themselves(client, ctx, place.path)
        if place.path.endswith("/reinstate"):
            end = client.see(place.path.replace("reinstate", "end")).form("/end")
            end.fill(ended="weather", answer="hold").submit()
        if "GET" in place.methods and ("/events/" in place.path or "/settings/" in place.path):
            dialog = client.see(place.path).form(place.path.rpartition("/")[2])
            form |= {n: v[0] for n, v in dialog.values.items() if n in ("version", "seen")}
        if place.path.endswith("/reschedule"):  # elsewhere than it was changed to before
            form |= {"start_time": "17:00"}
        if place.path == f"/scc/weather/{tomorrow(ctx)}":  # what is done was looked at first
            client.see(place.path).form(place.path).fill(what="hold", until="15:00").submit()
            looked = client.page.form(place.path)
            form = {name: values[0] for name, values in looked.values.items()} | {"do": "y"}
        if place.path in ("/scc/money", "/scc/close"):
            form |= all_ticked(client, place.path)
        if place.path.endswith("/waivers/mark"):
            form |= {"of": client.see(place.path[:-5]).one(".//input[@name='of']").get("value", "")}
        if re.fullmatch(r"/scc/crew/[^/]+/answer", place.path):  # who said yes by the letter's link
            form |= as_themselves(client, ctx, place.path) | {"answer": "no"}
            form |= {"seen": terms_of_the_sail(ctx, place)}
        elif is_of_the_crew(place):
            form |= of_the_crew(client, ctx, place)
        if place.path == "/scc/import":
            form |= {"file": (io.BytesIO(b"ref,name,date\n1,Bo,2030-05-23\n"), "b.csv")}
        if place.path.endswith("/columns"):
            columns = client.see(place.path).form("/columns").values
            form |= {name: values[0] for name, values in columns.items()} | {"column3": "notes"}
        if place.access == "guest":  # theirs carry no token: their origin is checked
            page = client.see(place.path)
            form = page.form().values | FILLED | {"answer": "mate"} if page.has("form") else {}
        with writes(ctx.db.client) as written:
            client.post(place.path, data=form)
            if not written and (asked := client.page.all(".//input[@name='overlap']")):
                client.post(place.path, data=form | {"overlap": asked[0].get("value", "")})
        if written and place.access in ("admin", "crew"):
            names |= said_by(written)
            unsaid |= set() if said_by(written) or place.path.endswith(NO_ACT) else {place.path}
        idle |= set() if written or place.path.endswith("/remind") else {place.path}

    assert idle == {"/scc/theme", "/scc/payment", "/scc/hooks/ses"}
    assert (unsaid, names) == (set(), {"Moana", "Kim", "Max", "Bo Diaz"})
