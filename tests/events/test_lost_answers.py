"""R2: an event's writes lost on the wire, before or after DynamoDB made them."""

from scc.company.model import Boat
from scc.context import Context
from scc.events.store import siblings
from tests import given
from tests.lost import BRIEF_CASES, CASES, BrokenWire, assert_honest, name_of, slug_of
from tests.older import OlderTool, audited, stored
from tests.page import PageClient
from tests.proxy import Fault
from tests.wire import Browser


def test_a_new_event_is_one_event(ctx: Context, admin: PageClient, wire: BrokenWire) -> None:
    given.boats(ctx, Boat("alma", "Alma"), Boat("queen", "Queen"))
    browser = Browser(admin, wire.address)
    day = {"date": "2026-05-23", "period": "sunset", "boat": ""}  # or all of them would overlap

    answers = wire.send(
        {
            fault: browser.filled("/scc/events/new", first_name=name_of(fault), **day)
            for fault in CASES
        }
    )

    assert_honest(answers, good=302)
    for fault, (_, second) in answers.items():
        assert slug_of(fault) in second.headers["location"]
        assert siblings(ctx, f"2026-05-23-{name_of(fault)}2-sunset") == []


def test_a_changed_event_is_changed(
    ctx: Context, older: OlderTool, admin: PageClient, wire: BrokenWire
) -> None:
    browser = Browser(admin, wire.address)
    refs = {fault: older.has(slug_of(fault), patron_name="Alice") for fault in BRIEF_CASES}

    answers = wire.send(
        {
            fault: browser.filled(f"/scc/events/{ref.slug}/change", notes="A cake.")
            for fault, ref in refs.items()
        }
    )

    assert_honest(answers, good=302)
    assert {len(audited(ctx, ref)) for ref in refs.values()} == {1}


def test_a_cancelled_event_is_cancelled_once(
    ctx: Context, older: OlderTool, admin: PageClient, wire: BrokenWire
) -> None:
    browser = Browser(admin, wire.address)
    refs = {fault: older.has(slug_of(fault)) for fault in BRIEF_CASES}

    answers = wire.send(
        {
            fault: browser.filled(f"/scc/events/{ref.slug}/end", ended="weather", reason="Fog.")
            for fault, ref in refs.items()
        }
    )

    assert_honest(answers, good=303)
    assert {len(audited(ctx, ref)) for ref in refs.values()} == {1}
    assert all("cancelled_at" in stored(ctx, ref) for ref in refs.values())


def test_an_event_whose_creation_cannot_be_read_is_not_called_unmade(
    admin: PageClient, wire: BrokenWire
) -> None:
    browser = Browser(admin, wire.address)
    typed = {"first_name": "Alice", "date": "2026-05-23", "period": "sunset", "key": "key-1"}
    create = browser.filled("/scc/events/new", **typed)
    assert create().status == 302
    wire.proxy.faults = {"key#key-1": Fault("drop", "after", times=3, reads=True)}

    answer = create()

    assert answer.status == 503
    assert b"This could not be confirmed" in answer.body
