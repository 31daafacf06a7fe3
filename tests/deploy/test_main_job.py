"""The main job on a deployed stack, through the API Gateway address and a small edge."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from werkzeug.datastructures import Headers

from tests.deploy.edge import Browser, browser, edge_headers, request
from tests.deploy.stack import STAGES, Deployed

PAYMENT = {"event_id": "2026-05-23-alice-sunset", "patron_name": "Alice", "amount": 450}


@pytest.fixture(params=STAGES)
def deployed(request: pytest.FixtureRequest, stages: dict[str, Deployed]) -> Deployed:
    """Each stage in turn."""
    return stages[request.param]


def create_event(visitor: Browser, first_name: str) -> str:
    """A sunset sail next week, or in one of the weeks after, for 450 dollars; gives its slug.

    Each name has a week of its own: one boat can't sail twice at once.
    """
    visitor.see("/scc/events/new")
    day = datetime.now(UTC).date() + timedelta(weeks=1 + ord(first_name[0]) % 7)
    form = visitor.page.form("/scc/events/new")
    form.fill(first_name=first_name, date=day.isoformat(), period="sunset", price="450")
    assert form.submit().status_code in (302, 303)
    return f"{day.isoformat()}-{first_name.lower()}-sunset"


def find_event(deployed: Deployed, slug: str) -> dict[str, object]:
    """The event as older clients see it."""
    status, _, body = request(
        deployed,
        f"{deployed.prefix}/api/events",
        headers=edge_headers(deployed) | {"X-Admin-Token": deployed.password},
    )
    assert status == 200
    return next(event for event in json.loads(body)["events"] if event["event_id"] == slug)


def test_payment_needs_a_token(deployed: Deployed) -> None:
    status, _, body = request(
        deployed,
        f"{deployed.prefix}/api/log-payment",
        "POST",
        edge_headers(deployed),
        json.dumps(PAYMENT),
    )
    assert status == 401
    assert "X-Admin-Token" in body.decode()


def test_payment_is_logged_in_the_form(deployed: Deployed) -> None:
    visitor = browser(deployed)
    visitor.sign_in(password=deployed.password)
    slug = create_event(visitor, "Alice")
    assert find_event(deployed, slug)["payment_cleared"] is False
    visitor.see(f"/scc/events/{slug}/payment")
    answer = visitor.page.form("/payment").submit()
    assert answer.status_code == 303
    event = find_event(deployed, slug)
    assert event["payment_cleared"] is True
    assert event["payment_amount"] == 450


def test_payment_is_logged_by_the_older_api(deployed: Deployed) -> None:
    visitor = browser(deployed)
    visitor.sign_in(password=deployed.password)
    slug = create_event(visitor, "Bruno")
    status, _, body = request(
        deployed,
        f"{deployed.prefix}/api/payment-log",
        "POST",
        edge_headers(deployed) | {"X-Admin-Token": deployed.password},
        json.dumps(PAYMENT | {"event_id": slug, "payment_method": "Zelle"}),
    )
    assert (status, json.loads(body)["payment_cleared"]) == (200, True)
    assert find_event(deployed, slug)["payment_amount"] == 450


def test_waiver_path_reaches_the_app(deployed: Deployed) -> None:
    visitor = browser(deployed)
    visitor.sign_in(password=deployed.password)
    slug = create_event(visitor, "Cora")
    guest = browser(deployed)
    assert "Cora" in guest.see(f"/g/{slug}/waiver").text
    assert "Cora" in guest.see(f"/g/{slug[:10]}/waiver").text
    assert guest.get("/g/2001-01-01-nobody-sunset/waiver").status_code == 404


def test_addresses_are_the_public_ones(deployed: Deployed) -> None:
    """Links, forms, redirects and cookies stay under the prefix that the edge routes."""
    visitor = browser(deployed)
    answer = visitor.get("/scc/")
    assert answer.headers["Location"].startswith(f"{deployed.prefix}/scc/sign-in")
    signed_in = visitor.sign_in(password=deployed.password)
    paths = {part for part in signed_in.headers["Set-Cookie"].split("; ") if "Path=" in part}
    assert paths == {f"Path={deployed.prefix or '/'}"}
    page = visitor.see("/scc/")
    pointers = [
        element.get(attribute, "")
        for element in page.root.iter()
        for attribute in ("href", "src", "action")
        if element.get(attribute, "").startswith("/")
    ]
    assert len(pointers) > 5
    assert {p for p in pointers if not p.startswith(f"{deployed.prefix}/")} == set()


def test_static_files_are_served_for_good(deployed: Deployed) -> None:
    page = browser(deployed).see("/scc/sign-in")
    style = page.one(".//link[@rel='stylesheet']").get("href", "")
    status, headers, body = request(deployed, style, headers=edge_headers(deployed))
    assert (status, b"--" in body) == (200, True)
    assert "immutable" in Headers(headers)["Cache-Control"]
