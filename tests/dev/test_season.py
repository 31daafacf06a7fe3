"""The sample season: of every state, real down to the seals, the same every time."""

from datetime import UTC, date, datetime

import pytest

from dev import season
from dev.emulator import Emulator, aws_environment
from scc.audit.model import seal_holds
from scc.aws import Database, Item, make_client
from scc.banking.store import matters
from scc.closes.store import listing
from scc.config import read_settings
from scc.context import Context
from scc.events.model import ENDINGS, Event, is_regular
from scc.ledger.store import closes, entries
from scc.ops.proofs import verify
from scc.ops.reconcile import reconcile
from scc.ops.tables import Names, make_tables
from scc.tables import EVENTS, LEDGER
from tests.emulator import app_environment, new_account

pytestmark = pytest.mark.xdist_group("season")  # loaded once, in one worker

NOON = datetime(2026, 5, 20, 19, tzinfo=UTC)
"""Noon on the boat."""
TODAY = date(2026, 5, 20)


def load(emulator: Emulator) -> Context:
    """A season in an account of its own."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in aws_environment(emulator.port, new_account()).items():
            environment.setenv(name, value)
        client = make_client("dynamodb")
    make_tables(client, Names("local"))
    settings = read_settings(app_environment())
    ctx = Context(settings, Database(client, settings), lambda: NOON)
    assert not season.is_loaded(ctx)
    season.load(ctx)
    return ctx


@pytest.fixture(scope="module")
def loaded(emulator: Emulator) -> Context:
    return load(emulator)


def items(ctx: Context) -> list[Item]:
    return ctx.db.read_all(EVENTS, 10**9)[0]


def sample(ctx: Context) -> list[Event]:
    """The events made here, without the older tool's."""
    zone = ctx.settings.timezone
    return [Event.from_item(item, zone) for item in items(ctx) if "created_at" in item]


def days(ctx: Context, events: list[Event]) -> list[int]:
    starts = [event.local_start(ctx.settings.timezone) for event in events]
    return [(start.date() - TODAY).days for start in starts if start]


def test_it_has_every_state(loaded: Context) -> None:
    events = sample(loaded)
    zone = loaded.settings.timezone
    past = [e for e in events if (e.local_start(zone) or NOON).date() < TODAY]

    assert len(events) == season.SIZE
    assert [
        e for e in events if e.settled and e.balance_cents == 0 and e.entries == 2
    ]  # its price, and one payment
    assert [e for e in events if e.settled and e.balance_cents == 0 and e.entries == 3]
    assert [e for e in past if not e.settled and not e.cancelled and e.price_cents]
    assert [e for e in events if not e.settled and e.price_cents is None and not e.paid_cents]
    assert [e for e in events if not e.settled and e.price_cents is None and e.paid_cents]
    assert [e for e in events if e.cancelled and not e.paid_cents]
    assert {e.ended for e in events} == {"", *ENDINGS}
    assert len([e for e in events if e.tasks]) == 2


def test_its_money_went_every_way(loaded: Context) -> None:
    rows = [item for e in sample(loaded) for item in entries(loaded, e.ledger)]
    found = matters(loaded)

    assert {row.kind for row in rows} == {
        *("price", "payment", "refund", "hold", "moved_in"),
        *("void", "deposited", "banked", "bounced", "moved_out", "sent"),
    }
    assert all((found.due, found.not_due, found.owed, found.held, found.undecided))


def test_it_was_closed_week_by_week_and_something_is_left(loaded: Context) -> None:
    made = closes(loaded)

    assert len(made) >= 8
    assert [c.number for c in made if any(count.reason for count in c.counts)] == [3]
    assert listing(loaded).rows
    assert reconcile(loaded).drift == []


def test_it_lies_around_today(loaded: Context) -> None:
    found = days(loaded, sample(loaded))

    assert found.count(0) == 3
    assert found.count(1) == 2
    assert sum(1 < day <= 6 for day in found) >= 5
    assert min(found) >= -60
    assert max(found) <= 90


def test_nothing_in_it_happened_in_the_future(loaded: Context) -> None:
    for event in sample(loaded):
        assert event.timestamp < NOON.timestamp()
        assert event.last_payment is None or datetime.fromisoformat(event.last_payment.at) < NOON


def test_slugs_are_regular_in_every_script_and_two_alices_both_sail(loaded: Context) -> None:
    slugs = {event.slug for event in sample(loaded)}

    assert all(map(is_regular, slugs))
    assert {"2026-05-21-alice-sunset", "2026-05-21-alice2-sunset"} <= slugs


def test_every_row_of_the_ledger_is_sealed(loaded: Context) -> None:
    rows = loaded.db.read_all(LEDGER, 10**9)[0]

    assert len(rows) > 2 * season.SIZE
    assert all(seal_holds(row, loaded.settings.seal_keys) for row in rows)


def test_the_older_tools_events_are_there_and_adopted(loaded: Context) -> None:
    older = [item for item in items(loaded) if "created_at" not in item]

    assert len(older) == 81
    assert all("month" in item and "starts_at" in item for item in older)
    assert [item["event_id"] for item in older if item.get("twin")] == [
        "2026-09-20-marcus-afternoon"
    ]


def test_guests_have_signed_for_the_sails_of_these_days(loaded: Context) -> None:
    today = [e for e in sample(loaded) if "waivers" in e.item]
    proved = verify(loaded)

    assert len(today) >= 8
    assert proved.problems == []
    assert proved.rows > 30


def test_it_is_marked_whole_at_the_end(loaded: Context) -> None:
    assert season.is_loaded(loaded)


def test_it_is_the_same_every_time(loaded: Context, emulator: Emulator) -> None:
    assert texts(load(emulator)) == texts(loaded)


def texts(ctx: Context) -> list[str]:
    return sorted(str(sorted(item.items())) for item in items(ctx))
