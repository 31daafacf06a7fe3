"""Ready to sail: what stands in its way, and who lets it sail all the same."""

from datetime import time, timedelta
from typing import Any

import pytest

from scc.audit.model import iso
from scc.aws import Change
from scc.company import store as companies
from scc.company.model import Boat, Kind, as_item
from scc.context import Context
from scc.crew import morning, voyage
from scc.crew.plan import plan_of
from scc.crew.ready import LIMIT
from scc.crew.sailing import DEPARTED, WALK_ON, Tick
from scc.crew.taking_off import take_off
from scc.errors import Refused
from scc.events.model import Event
from scc.mail import store as outbox
from scc.mail.model import OFFICE
from scc.tables import EVENTS
from tests.crew.acts import as_it_is, asked, person, sail_to_come, says
from tests.emulator import Clock
from tests.given import ORIGIN, cancelled, charter, paid
from tests.hooks import Died, dying, writes
from tests.page import PageClient
from tests.waivers.acts import publish, signed


def company(ctx: Context, limit: int = 6, least: int = 1) -> None:
    """The office has said what boat there is, and that a sail takes a captain and a mate."""
    boat = Boat("queen", "The Queen", limit, least)
    kind = Kind("charter", "Charter", positions={"captain": 1, "mate": 1})
    said = {"boats": [as_item(boat)], "kinds": [as_item(kind)]}
    ctx.db.transact([companies.change(companies.read(ctx), **said)])


def reasons(ctx: Context, event: Event) -> list[str]:
    found = voyage.verdict_of(ctx, as_it_is(ctx, event))
    assert found
    return [one.text for one in found.reasons]


def marks(ctx: Context, event: Event) -> dict[str, bool]:
    found = voyage.verdict_of(ctx, as_it_is(ctx, event))
    return {mark.name: mark.ok for mark in found.marks} if found else {}


def crewed(ctx: Context, event: Event) -> Event:
    for name, position in (("Kim Lind", "captain"), ("Bo Diaz", "mate")):
        who = person(ctx, name, position)
        asked(ctx, event, who, position=position)
        says(ctx, event, who, position=position)
    return as_it_is(ctx, event)


def test_nothing_is_said_where_nobody_dispatches_yet(ctx: Context) -> None:
    assert marks(ctx, sail_to_come(ctx, 20, guests=4)) == {}


def test_of_the_cargo_alone_nobody_says_that_it_may_sail(ctx: Context, admin: PageClient) -> None:
    publish(ctx)
    event = sail_to_come(ctx, 1, guests=1)
    signed(ctx, event)
    ctx.db.write(_counted(ctx, event, 1))
    paid(ctx, as_it_is(ctx, event))
    page = admin.see(f"/scc/events/{event.slug}").text

    assert marks(ctx, event) == {"Cargo": True}
    assert "Ready to sail" not in page.replace("Ready to sail?", "")
    assert "what boats there are" in page


def test_every_reason_is_named_until_each_is_put_right(ctx: Context) -> None:
    company(ctx)
    publish(ctx)
    event = sail_to_come(ctx, 1, guests=1)
    assert reasons(ctx, event) == [
        "No captain",
        "No mate",
        "0 of at least 1 crew",
        "1 waiver is missing",
        "$450 to pay",
    ]
    crewed(ctx, event)
    assert reasons(ctx, event) == ["1 waiver is missing", "$450 to pay"]
    signed(ctx, event)
    ctx.db.write(_counted(ctx, event, 1))
    paid(ctx, as_it_is(ctx, event))

    assert reasons(ctx, event) == []
    assert marks(ctx, event) == dict.fromkeys(("Ship", "Captain", "Crew", "Cargo"), True)


def _counted(ctx: Context, event: Event, number: int) -> Any:
    return Change(EVENTS, event.key, set={"waivers": {"signed": number, "more": 0}})


def test_it_costs_the_page_no_read(ctx: Context) -> None:
    company(ctx)
    event = crewed(ctx, sail_to_come(ctx, guests=4))
    reads: list[str] = []
    ctx.db.client.meta.events.register(
        "before-call.dynamodb.*", lambda model, **_: reads.append(model.name)
    )
    voyage.verdict_of(ctx, event)

    assert len(reads) == 1  # the company's, which a page has read by then


def test_a_sail_that_is_off_has_no_verdict(ctx: Context) -> None:
    company(ctx)
    assert marks(ctx, cancelled(ctx, sail_to_come(ctx))) == {}


def test_an_override_takes_a_name_and_a_reason(ctx: Context, admin: PageClient) -> None:
    company(ctx)
    event = sail_to_come(ctx, guests=4)
    form = admin.see(f"/scc/events/{event.slug}/ready").form("/ready")
    assert form.fill(name="Moana", reason="").submit().status_code == 422
    admin.page.form("/ready").fill(name="Moana", reason="The mate is my brother").submit()

    text = admin.see(f"/scc/events/{event.slug}").text
    assert "Ready to sail" in text
    assert "Moana lets it sail although: No captain; No mate" in text
    assert "The mate is my brother" in text


def test_it_holds_for_what_was_seen_alone(ctx: Context) -> None:
    company(ctx)
    event = crewed(ctx, sail_to_come(ctx, guests=4))
    seen = frozenset({"payment", "waivers"})
    voyage.override(ctx, event.exact_ref, "Moana", "Owed", seen, ORIGIN)
    assert reasons(ctx, event) == []
    take_off(ctx, event.exact_ref, as_it_is_on(ctx, event), "", ORIGIN)

    assert reasons(ctx, event) == ["No captain"]


def test_it_holds_for_so_much_and_for_that_day(ctx: Context) -> None:
    company(ctx, limit=9)
    event = crewed(ctx, sail_to_come(ctx, guests=4))
    seen = frozenset({"payment", "waivers"})
    voyage.override(ctx, event.exact_ref, "Moana", "Paper ones", seen, ORIGIN)
    ctx.db.write(_counted(ctx, event, 2))
    assert reasons(ctx, event) == []
    ctx.db.write(Change(EVENTS, event.key, set={"guests": 9}))
    assert reasons(ctx, event) == ["7 waivers are missing"]

    assert event.starts_at
    later = iso(event.starts_at + timedelta(hours=1))
    ctx.db.write(Change(EVENTS, event.key, set={"guests": 4, "starts_at": later}))
    assert {"2 waivers are missing", "$450 to pay"} <= set(reasons(ctx, event))


def test_the_first_of_many_aboard_hides_no_limit(ctx: Context) -> None:
    company(ctx, limit=7)
    event = sail_to_come(ctx, 1, guests=7)
    company(ctx, limit=6)
    voyage.tick(ctx, event.exact_ref, Tick("one", WALK_ON, "", iso(ctx.now())), ORIGIN)
    assert "7 passengers; The Queen may carry 6" in reasons(ctx, event)
    voyage.tick(ctx, event.exact_ref, Tick("two", DEPARTED, "", iso(ctx.now())), ORIGIN)

    assert not any("passengers" in text for text in reasons(ctx, event))


def test_nobody_aboard_without_a_waiver_is_ready(ctx: Context) -> None:
    company(ctx)
    event = crewed(ctx, sail_to_come(ctx, 20, guests=2))
    paid(ctx, event)
    assert reasons(ctx, event) == ["2 waivers are missing"]
    ctx.db.write(_counted(ctx, event, 2))
    assert reasons(ctx, event) == []
    voyage.tick(ctx, event.exact_ref, Tick("one", WALK_ON, "", iso(ctx.now())), ORIGIN)

    assert reasons(ctx, event) == ["1 waiver is missing"]


def as_it_is_on(ctx: Context, event: Event) -> Any:
    return plan_of(ctx, as_it_is(ctx, event)).stations[0]


def test_twice_is_once(ctx: Context) -> None:
    company(ctx)
    event = crewed(ctx, sail_to_come(ctx, guests=4))
    seen = frozenset({"payment", "waivers"})
    voyage.override(ctx, event.exact_ref, "Moana", "Owed", seen, ORIGIN)
    with writes(ctx.db.client) as written:
        voyage.override(ctx, event.exact_ref, "Moana", "Owed", seen, ORIGIN)

    assert written == []


def test_above_the_passenger_limit_nobody_can(ctx: Context, admin: PageClient) -> None:
    company(ctx, limit=7)
    event = sail_to_come(ctx, guests=7)
    company(ctx, limit=6)  # it falls: a bigger party could not be planned now
    found = voyage.verdict_of(ctx, event)
    assert found
    keys = frozenset(one.key for one in found.reasons)
    assert LIMIT in keys
    with pytest.raises(Refused, match="More passengers"):
        voyage.override(ctx, event.exact_ref, "Moana", "Small ones", keys, ORIGIN)

    page = admin.see(f"/scc/events/{event.slug}")
    assert "7 passengers; The Queen may carry 6" in page.text
    assert "Let it sail" not in page.text


def test_a_party_in_words_is_held_against_the_limit(ctx: Context) -> None:
    company(ctx, limit=6)
    event = sail_to_come(ctx)
    ctx.db.write(Change(EVENTS, event.key, set={"guests": "8 adults, 2 kids"}))

    assert "10 passengers; The Queen may carry 6" in reasons(ctx, event)


def test_the_card_has_the_throw(ctx: Context, admin: PageClient) -> None:
    company(ctx)
    crewed(ctx, sail_to_come(ctx, guests=4))

    throw = admin.see("/scc/").one(".//a[@class='dice']")
    assert [span.get("class") for span in throw.findall("span")] == ["d6", "d5", "d4", "d1 no"]


# In the morning


def at_six_thirty(ctx: Context, clock: Clock) -> None:
    local = ctx.now().astimezone(ctx.settings.timezone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    clock.advance(seconds=(midnight - local).total_seconds() + 86400 + 6.5 * 3600)


def test_a_letter_in_the_morning_lists_what_is_not_ready_once(
    ctx: Context, clock: Clock, app_env: dict[str, str]
) -> None:
    company(ctx)
    person(ctx, "Ada Office", roles=frozenset({"admin"}), email="ada@example.com")
    at_six_thirty(ctx, clock)
    event = charter(ctx, guests=4, hour=time(18))
    counts = [morning.write(ctx) for _ in range(2)]
    clock.advance(hours=7)
    counts.append(morning.write(ctx))

    assert counts == [1, 0, 0]
    (letter,) = [one for one in outbox.about(ctx, OFFICE) if one.kind == "owner_morning"]
    assert letter.to == "ada@example.com"
    (told,) = letter.values["sails"]
    assert "No captain" in told["lacks"]
    assert event.slug in told["page"]


@pytest.mark.parametrize("point", ["before", "after"])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_crash_between_two_addresses_loses_and_doubles_none(
    ctx: Context, clock: Clock, point: str, number: int
) -> None:
    """Each address has a row of its own, so one `Message-ID`, however often it is tried."""
    company(ctx)
    for name in ("Ada", "Ben", "Cy"):
        email = f"{name.lower()}@example.com"
        person(ctx, f"{name} Office", roles=frozenset({"admin"}), email=email)
    at_six_thirty(ctx, clock)
    charter(ctx, guests=4, hour=time(18))
    with dying(ctx.db.client, point, number), pytest.raises(Died):
        morning.write(ctx)
    clock.advance(minutes=5)
    morning.write(ctx)

    found = [one for one in outbox.about(ctx, OFFICE) if one.kind == "owner_morning"]
    assert sorted(one.to[:3] for one in found) == ["ada", "ben", "cy@"]
    assert morning.write(ctx) == 0


def test_where_all_is_ready_nothing_is_written(ctx: Context, clock: Clock) -> None:
    person(ctx, "Ada Office", roles=frozenset({"admin"}), email="ada@example.com")
    at_six_thirty(ctx, clock)

    assert morning.write(ctx) == 0
