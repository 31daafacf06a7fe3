"""Who leaves, or loses a role, is out at once; and back aboard nothing of before lets them in."""

from typing import Any

import pytest
from flask import Flask

from scc.context import Context
from scc.errors import Refused
from scc.mail import links
from scc.sessions import ways
from scc.sessions.model import Session
from scc.staff import store as people
from scc.staff.model import Person
from scc.staff.service import see_off, take_back
from tests.emulator import Clock
from tests.given import ORIGIN, member
from tests.hooks import meanwhile
from tests.page import PageClient
from tests.staff.acts import (
    another,
    ask,
    code_now,
    code_of,
    come_in,
    enter,
    later,
    set_up,
    sign_in,
)


def feed_of(crew: PageClient) -> str:
    """The address of a fresh calendar feed."""
    crew.see("/scc/account").form("/feed").submit()
    return crew.see("/scc/account").one(".//p[@class='secret']/a").get("href", "")


def asked_for(app: Flask, ctx: Context, person: Person) -> tuple[str, str]:
    """The link and the code of a letter that somebody asked for."""
    ask(another(app), person.email)
    link = links.way_in(ctx.settings, f"{person.id}-{people.load(ctx, person.id).link}")
    return link, code_of(ctx, person)


def opens(
    app: Flask, crew: PageClient, person: Person, feed: str, link: str, code: str
) -> list[str]:
    """Which of these still lets somebody in."""
    found = {
        "session": crew.get("/scc/crew/").status_code == 200,
        "link": another(app).get(link).status_code == 200,
        "code": enter(another(app), person.email, code) == 302,
        "feed": another(app).get(feed).status_code == 200,
    }
    return [name for name, holds in found.items() if holds]


def test_who_leaves_is_out_at_once(app: Flask, crew: PageClient, ctx: Context, kai: Person) -> None:
    feed = feed_of(crew)
    link, code = asked_for(app, ctx, kai)
    assert another(app).get(feed).status_code == 200
    owner = another(app)
    owner.sign_in()

    owner.see(f"/scc/staff/{kai.id}").form("/leave").submit()

    assert opens(app, crew, kai, feed, link, code) == []


def test_signing_out_everywhere_ends_all_of_theirs_alone(
    app: Flask, crew: PageClient, ctx: Context, kai: Person
) -> None:
    tablet = come_in(another(app), ctx, kai)
    ray = come_in(another(app), ctx, member(ctx, "Ray"))
    form = crew.see("/scc/crew/").form("/sign-out")
    form.action += "-everywhere"
    form.submit()

    found = [browser.get("/scc/crew/").status_code for browser in (crew, tablet, ray)]
    assert found == [302, 302, 200]


def has_roles(app: Flask, person: Person, *roles: str) -> None:
    """The owner says what somebody may do."""
    owner = another(app)
    owner.sign_in()
    form = owner.see(f"/scc/staff/{person.id}").form(f"/{person.id}")
    form.values["roles"] = list(roles)
    assert form.submit().status_code == 303


def test_a_role_that_goes_is_gone_with_the_next_request(
    app: Flask, client: PageClient, ctx: Context, dee: Person
) -> None:
    set_up(client, ctx, dee)
    has_roles(app, dee, "crew")

    assert client.get("/scc/").status_code == 302


def test_given_back_it_revives_no_office(
    app: Flask, client: PageClient, ctx: Context, dee: Person, clock: Clock
) -> None:
    """Neither the session, nor the password and the factor that were theirs."""
    set_up(client, ctx, dee)
    later(clock)
    code = code_now(ctx, dee)
    has_roles(app, dee, "crew")
    has_roles(app, dee, "admin", "crew")

    assert client.get("/scc/").status_code == 302
    assert sign_in(another(app), dee.email, code) == 401


def test_given_back_it_revives_no_phone(
    app: Flask, crew: PageClient, ctx: Context, kai: Person, clock: Clock
) -> None:
    """R7: session, link, code and feed of before, within their time."""
    feed = feed_of(crew)
    link, code = asked_for(app, ctx, kai)
    has_roles(app, kai, "admin")
    has_roles(app, kai, "crew")

    assert opens(app, crew, kai, feed, link, code) == []


def test_a_link_of_the_crew_makes_no_admin(app: Flask, ctx: Context, kai: Person) -> None:
    link, _ = asked_for(app, ctx, kai)
    has_roles(app, kai, "admin", "crew")

    assert another(app).get(link).status_code == 422


def test_who_becomes_an_admin_stays_signed_in_as_crew(
    app: Flask, crew: PageClient, kai: Person
) -> None:
    has_roles(app, kai, "admin", "crew")

    assert crew.get("/scc/crew/").status_code == 200
    assert crew.get("/scc/").status_code == 403


def test_back_aboard_nothing_of_before_lets_in(
    app: Flask, crew: PageClient, ctx: Context, kai: Person
) -> None:
    feed = feed_of(crew)
    link, code = asked_for(app, ctx, kai)
    see_off(ctx, kai.id, ORIGIN)
    take_back(ctx, kai.id, ORIGIN)

    assert opens(app, crew, kai, feed, link, code) == []


def test_an_admin_who_leaves_is_out_and_stays_so(
    app: Flask, client: PageClient, ctx: Context, dee: Person, clock: Clock
) -> None:
    set_up(client, ctx, dee)
    later(clock)
    code = code_now(ctx, dee)
    see_off(ctx, dee.id, ORIGIN)
    assert client.get("/scc/").status_code == 302
    take_back(ctx, dee.id, ORIGIN)

    assert client.get("/scc/").status_code == 302
    assert sign_in(another(app), dee.email, code) == 401


def test_who_signs_in_while_they_are_seen_off_is_out(ctx: Context, kai: Person) -> None:
    """A session of an epoch that began since the office read the person."""
    stale = people.load(ctx, kai.id)
    ctx.db.write(people.next_epoch(kai.id))  # signed out everywhere, and in again
    opened_in = people.load(ctx, kai.id).epoch
    ctx.db.write(people.change(stale, {"left_at": "2026-01-01T00:00:00Z"}, ends=True))

    assert people.load(ctx, kai.id).epoch > opened_in


def test_a_feed_that_is_made_while_they_leave_is_none(
    ctx: Context, kai: Person, dynamodb: Any
) -> None:
    session = Session("id", "Kai", ctx.now(), ctx.now(), "local", "0", kai.id)
    with meanwhile(dynamodb, lambda: see_off(ctx, kai.id, ORIGIN)), pytest.raises(Refused):
        ways.set_feed(ctx, session, on=True, origin=ORIGIN)

    assert people.load(ctx, kai.id).feed == ""
