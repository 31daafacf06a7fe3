"""A real Chromium, on a phone and a desk, in front of the app over real HTTP."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import time, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from dev.company import ALMA, settle
from dev.serve import HOST
from scc.audit.model import Actor, Origin
from scc.aws import Put
from scc.bookings.adopt import adopt
from scc.context import Context
from scc.crew import by_hand, days_off
from scc.events.model import Event
from scc.events.service import Details, create_event
from scc.mail import store as outbox
from scc.payments.model import NewPayment
from scc.payments.service import log_payment
from scc.planning.service import add_task
from scc.staff.model import Person
from scc.tables import EVENTS
from scc.texts import store as texts
from scc.waivers.links import copy_token
from scc.waivers.model import Child, Signature
from tests import given
from tests.closes.acts import close
from tests.crew.acts import asked, link, person
from tests.older import quick_environment
from tests.page import PageClient
from tests.staff.acts import come_in, link_to
from tests.waivers.acts import STROKES, party_path, publish, signed

OFFICE = Origin(Actor("system", "test", "Test"))

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 900}}
PATIENCE = 20_000
"""Milliseconds until a step is given up: the machine may be busy with other tests."""


@pytest.fixture(scope="session")
def chromium(chromium_path: str) -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def app_env() -> dict[str, str]:
    """Browsers sign in often, so the password's hash is a quick one."""
    return quick_environment()


@pytest.fixture
def contexts(
    app: Flask, ctx: Context, chromium: Browser, live_server: str
) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browsers with nothing in them, at the app's address; signed in unless told not to, as
    the office or as somebody of the crew."""
    made: list[BrowserContext] = []

    def make(
        *, signed_in: bool = True, person: Person | None = None, **options: object
    ) -> BrowserContext:
        context = chromium.new_context(base_url=live_server, **(PHONE | options))  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        made.append(context)
        if signed_in:
            sign_in(context, app, ctx, person)
        return context

    yield make
    for context in made:
        context.close()


def sign_in(
    context: BrowserContext, app: Flask, ctx: Context, person: Person | None = None
) -> None:
    """Over there, to spare each test two pages; one test does it in the browser."""
    visitor = app.test_client()
    assert isinstance(visitor, PageClient)
    if person:
        come_in(visitor, ctx, person)
    else:
        visitor.sign_in(name="Dee")
    cookie = visitor.get_cookie("__Host-scc")
    assert cookie is not None, "not signed in"
    kept = {"name": cookie.key, "value": cookie.value, "domain": HOST, "path": "/"}
    context.add_cookies([kept | {"secure": True, "httpOnly": True, "sameSite": "Lax"}])  # type: ignore[list-item]


@pytest.fixture
def page(contexts: Callable[..., BrowserContext]) -> Page:
    """A signed-in phone with JavaScript."""
    return contexts().new_page()


@pytest.fixture
def plain_page(contexts: Callable[..., BrowserContext]) -> Page:
    """A signed-in phone without JavaScript."""
    return contexts(java_script_enabled=False).new_page()


@dataclass(frozen=True)
class Season:
    """A few events, one for each thing that a page can show."""

    today: Event
    no_price: Event
    deposit: Event
    paid: Event
    cancelled: Event
    late: Event
    undated: str
    void_url: str
    party_url: str
    copy_url: str
    answer_url: str
    kai: Person
    mia: Person
    day: str
    set_up_url: str


def letter_fails(ctx: Context, event: Event) -> None:
    """Its receipt did not leave."""
    (receipt,) = outbox.about(ctx, event.ledger)
    mark = outbox.mark_event(event.ledger, failed=True)
    assert mark is not None
    ctx.db.transact([outbox.failed(ctx, receipt, "SES could not be reached"), mark])


def crew_of(ctx: Context, event: Event) -> str:
    """Kim is on as captain; gives where Bo, who is asked as mate and has a day off, answers."""
    kim, bo = person(ctx), person(ctx, "Bo Diaz", "mate", "host")
    positions = {"captain": 1, "mate": 1, "host": 1}
    by_hand.set_positions(ctx, event.exact_ref, positions, OFFICE)
    by_hand.put_on(ctx, event.exact_ref, kim.id, "captain", "", OFFICE)
    asked(ctx, event, bo, position="mate")
    days_off.be_away(ctx, bo.id, [ctx.today() + timedelta(days=2)], "Dentist", OFFICE)
    return link(ctx, event, bo)


@pytest.fixture
def season(ctx: Context) -> Season:
    settle(ctx)

    def plan(first: str, days: int, cents: int | None = 45000, **more: object) -> Event:
        details = Details(
            first_name=first,
            patron_name=f"{first} Alvarez",
            day=ctx.today() + timedelta(days=days),
            period="sunset",
            hour=time(18, 30),
            guests=6,
            boat=ALMA.id,
            price_cents=cents,
            **more,  # type: ignore[arg-type]
        )
        return create_event(ctx, details, f"key-{first}", OFFICE)

    def pay(event: Event, cents: int) -> None:
        payment = NewPayment("Alvarez", cents, "zelle", key=f"pay-{event.slug}", note="Deposit")
        log_payment(ctx, event.ref, payment, OFFICE)

    today = plan("Alice", 0, notes="Birthday – bring the cake knife", patron_phone="619-555-0100")
    publish(ctx, **texts.sample())
    kim = Child("Kim Lind", ctx.today() - timedelta(days=4000), "parent")
    strokes = Signature(STROKES, "Bo Lind")
    key = signed(ctx, today, "Bo Lind", kim, captain_note="Asthma", signature=strokes).key
    token = copy_token(ctx.settings, today.exact_ref, key, ctx.now())
    deposit = plan("Ingrid", 2, patron_email="ingrid@example.com", patron_phone="619-555-0100")
    kai = given.member(ctx, "Kai", positions=("captain",), email="kai@example.com", phone="5550101")
    lee = given.member(ctx, "Lee", "admin", email="lee@example.com")
    mia = given.member(ctx, "Mia", positions=("captain", "mate"))
    given.put_aboard(ctx, given.put_aboard(ctx, today, kai), mia, "mate")
    given.hand_over(ctx, today)
    season = Season(
        kai=kai,
        mia=mia,
        day=f"{ctx.today()}",
        set_up_url=link_to(ctx, lee),
        today=today,
        no_price=plan("José", 1, cents=None),
        deposit=deposit,
        paid=plan("Tom", 3, patron_email="tom@example.com"),
        cancelled=plan("Wei", 4),
        late=plan("Siobhán", -3),
        undated="fireworks-night",
        void_url=f"/scc/events/{today.slug}/waivers/{key}/0/void",
        party_url=party_path(ctx, today),
        copy_url=f"/g/{today.exact_ref}/signed/{token}",
        answer_url=crew_of(ctx, deposit),
    )
    asked(ctx, season.no_price, mia)
    add_task(ctx, today.exact_ref, "Ask about the cake", ctx.today(), "cake", OFFICE)
    pay(season.deposit, 20000)
    given.refunded(ctx, season.deposit, 5000)
    close(ctx, "the first close")
    pay(season.paid, 45000)
    letter_fails(ctx, season.paid)
    undecided = plan("Bo", 6)
    pay(undecided, 30000)
    given.cancelled(ctx, undecided)
    given.cancelled(ctx, season.cancelled, "Small-craft advisory")
    ctx.db.write(Put(EVENTS, {"event_id": season.undated, "timestamp": 1767632400}))
    adopt(ctx.db, ctx.settings.timezone)
    return season
