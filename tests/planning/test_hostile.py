"""R11: whatever stands in a name, a note, a task or a search, no page gets a new element by it."""

from collections import Counter
from datetime import timedelta

import pytest

from scc.aws import Change
from scc.company import store as settings
from scc.company.model import Boat, Dock, Kind, as_item
from scc.context import Context
from scc.events.model import Event
from scc.parse import parse_line
from scc.staff import store as people
from scc.staff.model import Person, new_id
from scc.tables import EVENTS, STATE
from scc.weather.service import make_call
from tests.given import ORIGIN, charter
from tests.mail.test_letters import HOSTILE
from tests.page import PageClient
from tests.weather.acts import call, choice


def keepable(text: str) -> bool:
    try:
        return bool(parse_line(text))
    except ValueError:
        return False


KIM = new_id()
DIALOGS = ("/task", "/reschedule", "/change", "/ask", "/crew/hours", "/ready", "/new")
KEPT = [text for text in HOSTILE if keepable(text)]


@pytest.fixture
def event(ctx: Context) -> Event:
    return charter(ctx, ctx.today() + timedelta(days=1), patron_email="alice@example.com")


def named(ctx: Context, event: Event, text: str) -> None:
    """All that people say of it is this, as no form would have to let it in."""
    tasks = [{"id": "t1", "what": text, "by": text, "on": ctx.today().isoformat()}]
    on = [{"position": "captain", "person": KIM, "name": text}]
    sail = {"patron_name": text, "notes": text, "guests": text, "tasks": tasks}
    ctx.db.write(Change(EVENTS, event.key, set={**sail, "stations": on, "crew": [text]}))
    things = {
        f"{kind.__name__.lower()}s": [as_item(kind(id_, f"{text}{id_}")) for id_ in "ab"]
        for kind in (Boat, Dock, Kind)
    }
    ctx.db.write(settings.change(settings.read(ctx), **things))
    kim = Person(KIM, text, frozenset({"crew"}), ("captain",), phone=text, email=text)
    key = people.key(KIM)
    said = {name: value for name, value in people.put(kim).item.items() if name not in key}
    ctx.db.write(Change(STATE, key, set=said, must_exist=False))


def elements(admin: PageClient, ctx: Context, event: Event) -> Counter[str]:
    """How many of each element all its pages have."""
    place, day = event.exact_ref, event.slug[:10]
    pages = (
        f"/scc/events?month={day[:7]}",
        f"/scc/events?week={day}",
        f"/scc/search?q={event.slug}",
        f"/scc/events/{place}",
        f"/scc/events/{place}/task",
        f"/scc/events/{place}/reschedule",
        f"/scc/weather/{day}",
        f"/scc/events/{place}/change",
        f"/scc/events/{place}/crew/ask",
        f"/scc/events/{place}/crew/hours",
        f"/scc/events/{place}/ready",
        f"/scc/crew/{place}/sail",
        f"/scc/sheet/{day}",
        *("/scc/", "/scc/settings", "/scc/staff", f"/scc/staff/{KIM}", "/scc/crew/away"),
        *("/scc/crew/hours", "/scc/events/new", "/scc/reports/year"),
    )
    found: Counter[str] = Counter()
    for path in pages:
        part = {"X-SCC-Fragment": "1"} if path.endswith(DIALOGS) else {}
        found += Counter(str(one.tag) for one in admin.see(path, headers=part).root.iter())
    return found


def test_no_text_becomes_an_element(admin: PageClient, ctx: Context, event: Event) -> None:
    named(ctx, event, "plain")
    plain = elements(admin, ctx, event)
    assert len(KEPT) > 20

    odd = {}
    for text in KEPT:
        named(ctx, event, text)
        odd[text] = elements(admin, ctx, event) - plain
    assert {text: found for text, found in odd.items() if found} == {}


def test_no_search_becomes_an_element(admin: PageClient) -> None:
    plain = Counter(str(one.tag) for one in admin.see("/scc/search?q=plain").root.iter())

    for text in HOSTILE:
        admin.get("/scc/search", query_string={"q": text})
        found = Counter(str(one.tag) for one in admin.page.root.iter())
        assert (admin.page.response.status_code, found - plain) == (200, Counter()), text


def test_a_call_shows_its_reason_as_text(admin: PageClient, ctx: Context, event: Event) -> None:
    make_call(ctx, call(ctx, choice(ctx, event), reason="<b>Gale</b>{{ 7*7 }}"), ORIGIN)
    page = admin.see(f"/scc/weather/{event.slug[:10]}")

    assert "<b>Gale</b>{{ 7*7 }}" in page.text
