"""R11: whatever stands in a name, a note, a task or a search, no page gets a new element by it."""

from collections import Counter
from datetime import timedelta

import pytest

from scc.aws import Change
from scc.context import Context
from scc.events.model import Event
from scc.parse import parse_line
from scc.tables import EVENTS
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


KEPT = [text for text in HOSTILE if keepable(text)]


@pytest.fixture
def event(ctx: Context) -> Event:
    return charter(ctx, ctx.today() + timedelta(days=1), patron_email="alice@example.com")


def named(ctx: Context, event: Event, text: str) -> None:
    """All that people say of it is this, as no form would have to let it in."""
    tasks = [{"id": "t1", "what": text, "by": text, "on": ctx.today().isoformat()}]
    set_ = {"patron_name": text, "notes": text, "tasks": tasks, "crew": [text]}
    ctx.db.write(Change(EVENTS, event.key, set=set_))


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
    )
    found: Counter[str] = Counter()
    for path in pages:
        part = {"X-SCC-Fragment": "1"} if path.endswith(("/task", "/reschedule")) else {}
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
