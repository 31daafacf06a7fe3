"""Every rule of the app's URL map, as an address that can be visited."""

from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any, NamedTuple

from flask import Flask

from scc.bookings.imports import receive, remember
from scc.bookings.store import Import
from scc.company.model import Boat, Dock
from scc.company.service import add_thing
from scc.context import Context
from scc.crew import by_hand
from scc.crew.links import answer_key
from scc.events import store as events
from scc.events.links import party_key
from scc.events.model import Event, parse_ref
from scc.events.service import Details, change_event
from scc.letters.service import tell_sail
from scc.mail import store
from scc.planning.feeds import make_feed
from scc.planning.service import add_task
from scc.staff.access import feed_key
from scc.staff.model import Person
from scc.tokens.service import make_token
from scc.waivers import service as sails
from scc.waivers.links import copy_token
from tests.bookings.acts import came_in
from tests.closes.acts import close
from tests.crew.acts import asked, person
from tests.given import ORIGIN, boats, charter, hand_over, member, paid, put_aboard, refunded
from tests.staff.acts import link_to
from tests.waivers.acts import publish, signed
from tests.weather.acts import begun, called


class Place(NamedTuple):
    path: str
    methods: set[str]
    access: str


NUMBERS = {
    "corrections.undo": 2,
    "corrections.void": 3,
    "corrections.sent": 4,
    "corrections.move": 5,
    "banking.bounced": 6,
    "waiver_staff.void": 0,
    "crew.take_off": 1,
}
"""The entry that each can be done with."""


def with_a_story(ctx: Context) -> Event:
    """An event with a price, two payments, a refund that is owed, two more payments; a letter."""
    tomorrow = ctx.today() + timedelta(days=1)  # today's is over in the evening
    event = charter(ctx, tomorrow, patron_email="alice@example.com")
    tell_sail(ctx, event.exact_ref, "first", ORIGIN)
    for _ in range(2):
        paid(ctx, event)
    refunded(ctx, event, 5000)
    charter(ctx, name="Cleo")
    paid(ctx, event)
    return paid(ctx, event)


def with_a_question(ctx: Context) -> Event:
    """One that somebody changed here, and of which its booking system says something else."""
    event = came_in(ctx, name="Eve Q")
    change_event(
        ctx,
        event.exact_ref,
        Details("Eve", "Eve Q", ctx.today() + timedelta(days=1), "sunset", time(18, 30), guests=6),
        event.version,
        ORIGIN,
    )
    return came_in(ctx, name="Eve Q", guests=9)


def a_file(ctx: Context) -> Import:
    """A file of bookings that was sent, and not taken in yet."""
    content = b"ref,name,date,cake\n1,Bo,2030-05-23,yes\n"
    one = receive(ctx, "f1", "peek", "b.csv", content, "Moana")
    remember(ctx, one, {"cake": ""}, False, ORIGIN)
    return one


def signed_by_bo(ctx: Context, event: Event) -> str:
    """The key of what somebody signed for it."""
    publish(ctx)
    return signed(ctx, event).key


def with_a_crew(ctx: Context, event: Event) -> tuple[Person, Person]:
    """Kim is on as captain; Bo is asked as mate, and no host was found yet."""
    kim, bo = person(ctx), person(ctx, "Bo Diaz", "mate", email="mate@example.com")
    positions = {"captain": 1, "mate": 1, "host": 1}
    by_hand.set_positions(ctx, event.exact_ref, positions, ORIGIN)
    by_hand.put_on(ctx, event.exact_ref, kim.id, "captain", "", ORIGIN)
    asked(ctx, event, bo, position="mate")
    return kim, bo


def every_place(app: Flask, ctx: Context) -> list[Place]:
    """Every rule of the URL map, with an event where it wants one."""
    digest = app.extensions["assets"].hashes["app.css"]
    words: dict[str, Any] = {"rest": "x", "name": "app.css", "digest": digest}
    boats(ctx, Boat("queen", "Queen", limit=30))
    event = with_a_story(ctx)
    words["ref"] = event.slug
    words |= {"about": str(event.exact_ref), "kind": "your_sail", "key": "first"}
    waits = next(one for one in store.about(ctx, event.ledger) if one.kind == "refund")
    words["what"] = "totals"
    dock = add_thing(ctx, "docks", Dock("", "Harbor Island"), "dock", ORIGIN)
    words |= {"part": "pay", "things": "docks", "thing_id": dock.id}
    words["token_id"] = make_token(ctx, "script", "k", ORIGIN)[0].id
    words["task_id"] = (
        add_task(ctx, event.exact_ref, "Call", ctx.today(), "call", ORIGIN).tasks[0].id
    )
    made, words["secret"] = make_feed(ctx, "phone", "feed", ORIGIN)
    words["feed_id"] = made.id
    tomorrow = ctx.today() + timedelta(days=1)
    words["day"] = tomorrow.isoformat()
    held, cut_off = (charter(ctx, tomorrow, name) for name in ("Eli", "Flo"))
    weather = {"weather.undo": called(ctx, held).id, "weather.go_on": begun(ctx, cut_off).id}
    words["close"] = close(ctx, "the first").number
    paid(ctx, charter(ctx, name="Dov"))
    event = events.load(ctx, parse_ref(words["ref"]))
    submission = signed_by_bo(ctx, event)
    words["token"] = copy_token(ctx.settings, event.exact_ref, submission, ctx.now())
    crew = member(ctx, "Kim", positions=("captain",), email="kim@example.com", feed="a feed")
    put_aboard(ctx, event, crew)
    event = events.load(ctx, event.exact_ref)
    gone = member(ctx, "Lou", left_at="2026-01-01T00:00:00Z")
    lost = member(ctx, "Max", "admin", email="max@example.com")
    nia = member(ctx, "Nia")
    people = {"staff.come_back": gone.id, "staff.reset": lost.id, "staff.leave": nia.id}
    people["staff.person"] = member(ctx, "Pat").id
    words["day"] = sails.sail_day(ctx, event).isoformat()
    words["way"] = link_to(ctx, nia).rpartition("/")[2]
    handed_key = hand_over(ctx, event)
    feed = feed_key(ctx.settings, crew)
    keys = {"sails.feed": feed, "handed.dismiss": handed_key}
    keys |= {"waivers.party": party_key(ctx.settings, event.exact_ref)}
    _, bo = with_a_crew(ctx, event)
    people["crew.answer"] = bo.id
    keys["crew.answer"] = answer_key(ctx.settings, event.exact_ref, bo.id)
    # Their links name the event exactly.
    refs = {"waivers.copy": event.exact_ref, "crew.answer": event.exact_ref}
    refs["bookings.answer"] = with_a_question(ctx).exact_ref
    words |= {"import_id": a_file(ctx).id, "which": "rows"}

    def found() -> Iterator[Place]:
        adapter = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            words["number"] = NUMBERS.get(rule.endpoint)
            words["key"] = keys.get(rule.endpoint, submission)
            words["person_id"] = people.get(rule.endpoint, crew.id)
            words["call"] = weather.get(rule.endpoint)
            words["ref"] = refs.get(rule.endpoint, event.slug)
            if rule.endpoint.startswith("letters."):
                words["key"] = "first"
            if rule.endpoint == "letters.withdraw":  # what has left can't be kept from leaving
                words["kind"], _, words["key"] = waits.sort.partition("#")
            path = adapter.build(rule.endpoint, {name: words[name] for name in rule.arguments})
            view = app.view_functions[rule.endpoint]
            yield Place(path, rule.methods or set(), getattr(view, "scc_access", ""))

    with app.test_request_context():
        return list(found())


def paths(places: list[Place], access: str, method: str = "") -> list[str]:
    return [p.path for p in places if p.access == access and (not method or method in p.methods)]
