"""Each red reason leads to where somebody turns it green, by what they find there alone."""

from collections.abc import Callable
from datetime import time

import pytest

from scc.audit.model import iso
from scc.company.model import Boat
from scc.context import Context
from scc.crew import by_hand, voyage
from scc.crew.sailing import WALK_ON, Tick
from scc.events.model import Event
from scc.staff import store as staff
from scc.waivers.counting import recount
from scc.waivers.service import count_aboard
from tests.crew.acts import as_it_is, asked, moved, person, sail_to_come, says
from tests.crew.test_ready import company, crewed, reasons
from tests.given import ORIGIN, boats
from tests.page import Form, PageClient
from tests.waivers.acts import publish


def no_boat(ctx: Context) -> tuple[Event, str]:
    boats(ctx, Boat("queen", "Queen", 9), Boat("alma", "Alma", 9))
    return sail_to_come(ctx, 1, guests=4), "No boat is named"


def too_many_come(ctx: Context) -> tuple[Event, str]:
    company(ctx, limit=9)
    event = sail_to_come(ctx, 1, guests=7)
    company(ctx, limit=6)
    return event, "7 passengers; The Queen may carry 6"


def too_many_aboard(ctx: Context) -> tuple[Event, str]:
    company(ctx, limit=1)
    event = sail_to_come(ctx, 1, guests=1)
    for key in ("one", "two"):
        voyage.tick(ctx, event.exact_ref, Tick(key, WALK_ON, "", iso(ctx.now())), ORIGIN)
    return event, "2 passengers; The Queen may carry 1"


def too_many_walk_ons(ctx: Context) -> tuple[Event, str]:
    company(ctx, limit=4)
    event = sail_to_come(ctx, 1, guests=4)
    count_aboard(ctx, event, 2, 0, "two more", ORIGIN)
    recount(ctx)
    return as_it_is(ctx, event), "6 passengers; The Queen may carry 4"


def no_captain(ctx: Context) -> tuple[Event, str]:
    company(ctx)
    person(ctx)
    return sail_to_come(ctx, 1, guests=4), "No captain"


def too_few(ctx: Context) -> tuple[Event, str]:
    company(ctx, least=3)
    return crewed(ctx, sail_to_come(ctx, 1, guests=4)), "2 of at least 3 crew"


def not_agreed(ctx: Context) -> tuple[Event, str]:
    company(ctx)
    event, kim = sail_to_come(ctx, 1, guests=4, hour=time(18)), person(ctx)
    asked(ctx, event, kim)
    says(ctx, event, kim)
    return moved(ctx, event, time(19)), "Kim Lind has not agreed to what changed"


def no_waiver(ctx: Context) -> tuple[Event, str]:
    company(ctx)
    publish(ctx)
    return sail_to_come(ctx, 1, guests=1), "1 waiver is missing"


def nobody_knows_how_many(ctx: Context) -> tuple[Event, str]:
    company(ctx)
    return sail_to_come(ctx, 1), "How many come is not known"


def not_paid(ctx: Context) -> tuple[Event, str]:
    company(ctx)
    return sail_to_come(ctx, 1, guests=4), "$450 to pay"


Do = Callable[[PageClient, Context, Event], object]


def change(**fields: str) -> Do:
    return lambda page, ctx, event: page.page.form("/change").fill(**fields).submit()


def ask_and_hear_yes(page: PageClient, ctx: Context, event: Event) -> None:
    (box,) = page.page.all(".//input[@name='people']")
    page.page.form("/ask").fill(people=box.get("value") or "").submit()
    (kim,) = staff.everyone(ctx)
    says(ctx, event, kim)


def one_fewer(page: PageClient, ctx: Context, event: Event) -> None:
    (found,) = [
        f for f in page.page.all(".//form") if f.find("./input[@value='fewer']") is not None
    ]
    Form(found, page.page, page).submit()


def no_walk_ons(page: PageClient, ctx: Context, event: Event) -> None:
    page.page.form("/aboard").fill(walk_ons="0").submit()
    recount(ctx)


def another_position(page: PageClient, ctx: Context, event: Event) -> None:
    (link,) = [one for one in page.page.all(".//dialog//a") if one.text == "Positions"]
    page.see(link.get("href") or "").form("/positions").fill(host="1").submit()
    host = person(ctx, "Dee Ray", "host")
    by_hand.put_on(ctx, event.exact_ref, host.id, "host", "", ORIGIN)


def on_paper(page: PageClient, ctx: Context, event: Event) -> None:
    (link,) = [one for one in page.page.all(".//main//a") if "/paper" in (one.get("href") or "")]
    form = page.see(link.get("href") or "").form("/paper")
    form.fill(name="Alice Nakamura", birth_date="1990-05-23", kept_at="blue folder").submit()
    recount(ctx)


CASES: list[tuple[Callable[[Context], tuple[Event, str]], Do]] = [
    (no_boat, change(boat="queen")),
    (too_many_come, change(guests="6")),
    (too_many_aboard, one_fewer),
    (too_many_walk_ons, no_walk_ons),
    (no_captain, ask_and_hear_yes),
    (too_few, another_position),
    (not_agreed, lambda page, ctx, event: page.page.form("/on").submit()),
    (no_waiver, on_paper),
    (nobody_knows_how_many, change(guests="4")),
    (not_paid, lambda page, ctx, event: page.page.form("/payment").submit()),
]


@pytest.mark.parametrize(("given", "put_right"), CASES, ids=lambda one: one.__name__)
def test_its_link_leads_to_where_it_is_put_right(
    ctx: Context,
    admin: PageClient,
    given: Callable[[Context], tuple[Event, str]],
    put_right: Do,
) -> None:
    event, text = given(ctx)
    assert text in reasons(ctx, event)
    page = admin.see(f"/scc/events/{event.exact_ref}")
    (link,) = [one for one in page.all(".//ul[@class='lacks']//a") if one.text == text]
    admin.see(link.get("href") or "")
    put_right(admin, ctx, as_it_is(ctx, event))

    assert text not in reasons(ctx, event)
