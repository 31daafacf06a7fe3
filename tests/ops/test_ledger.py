"""The ledger proved: reconcile, anchors, and the export that a checker reads without SCC."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from scc.aws import ABSENT, Change, Delete, Item, Put
from scc.context import Context
from scc.corrections import service as corrections
from scc.corrections.service import Once
from scc.endings.service import end_event
from scc.events import store
from scc.events.model import Event
from scc.ledger import store as ledger
from scc.ledger.model import fold
from scc.ops.anchors import write_anchors
from scc.ops.ledger import export
from scc.ops.reconcile import reconcile
from scc.payments.model import money_attributes
from scc.tables import EVENTS, LEDGER
from tests import given
from tests.banking.acts import bounced
from tests.closes.acts import close
from tests.emulator import Clock, app_environment
from tests.older import OlderTool
from tests.ops.test_commands import flask

CHECKER = Path(__file__).parents[2] / "scc/ops/check_ledger.py"


@pytest.fixture
def clock() -> Clock:
    return Clock(fixed=datetime(2026, 5, 20, 19, tzinfo=UTC))


@pytest.fixture
def event(ctx: Context, clock: Clock, older: OlderTool) -> Event:
    """A season in which every kind of entry stands, closed and anchored; gives one event of it."""
    event = given.charter(ctx, price_cents=500000)
    for _ in range(4):
        given.paid(ctx, event)
    other = given.charter(ctx, name="Bo")
    ref, origin = event.exact_ref, given.ORIGIN
    corrections.void(ctx, ref, 2, "Twice", None, Once("void"), origin)
    corrections.move(ctx, ref, 3, other.exact_ref, "Two Alices", Once("move"), origin)
    bounced(ctx, event, 4)
    refund = given.refunded(ctx, event, 10000).entries
    corrections.mark_sent(ctx, ref, refund, ctx.today(), "zelle", "", Once("sent"), origin)
    given.refunded(ctx, event, 5000)
    end_event(ctx, other.exact_ref, "weather", "hold", "Fog", Once("end"), origin)
    kept = given.paid(ctx, given.charter(ctx, name="Cleo"), 100)
    end_event(ctx, kept.exact_ref, "no_show", "keep", "", Once("keep"), origin)
    taken = older.has(payment_cleared=True, payment_amount=450)
    given.paid(ctx, store.load(ctx, taken), 100)
    older.has("2026-05-24-bo-sunset", payment_cleared=True, payment_amount=90)
    close(ctx, "one")
    clock.fixed = datetime(2026, 5, 21, 19, tzinfo=UTC)
    write_anchors(ctx)
    clock.fixed = datetime(2026, 5, 22, 19, tzinfo=UTC)
    write_anchors(ctx)
    return store.load(ctx, event.exact_ref)


def checked(ctx: Context, folder: Path) -> str:
    """What the checker says, run by itself, as on a machine that has no SCC."""
    file, keys = folder / "ledger.jsonl", folder / "keys.json"
    lines = [json.dumps(line, default=lambda n: int(n)) for line in export(ctx)]
    file.write_text("\n".join(lines), encoding="utf-8")
    keys.write_text(json.dumps(dict(ctx.settings.seal_keys)))
    done = subprocess.run(
        [sys.executable, "-I", "-S", CHECKER, file, "--seal-keys", keys],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == (0 if "Wrong: 0." in done.stdout else 1), done.stderr
    return done.stdout


def test_what_scc_wrote_is_whole(ctx: Context, event: Event, tmp_path: Path) -> None:
    found = reconcile(ctx)

    assert found.drift == []
    assert (found.closes, found.anchors, found.entries) == (1, 2, 19)
    assert found.not_adopted == ["2026-05-24-bo-sunset~1767632400"]
    assert "Wrong: 0." in checked(ctx, tmp_path)


def row_key(event: Event, number: int) -> Item:
    return {"pk": event.ledger, "sk": f"entry#{number:06}"}


def changed(ctx: Context, key: Item, **values: Any) -> None:
    ctx.db.write(Change(LEDGER, key, set=values))


def audit_row(ctx: Context, event: Event) -> Item:
    row = ctx.db.query(LEDGER, event.ledger, since="audit#", before="audit$")[0]
    return {"pk": row["pk"], "sk": row["sk"]}


def set_on(ctx: Context, event: Event, **values: Any) -> None:
    ctx.db.write(Change(EVENTS, event.key, set=values, expect={"no such": ABSENT}))


FAULTS: dict[str, tuple[Callable[[Context, Event], None], str]] = {
    "an amount altered": (lambda c, e: changed(c, row_key(e, 5), cents=1), "seal does not hold"),
    "a void's reason altered": (
        lambda c, e: changed(c, row_key(e, 6), reason="x"),
        "seal does not hold",
    ),
    "an entry removed": (lambda c, e: _remove(c, row_key(e, 5)), "5"),
    "the last entry removed": (lambda c, e: _remove(c, row_key(e, e.entries)), "11"),
    "an audit row removed": (lambda c, e: _remove(c, audit_row(c, e)), "anchor 2026-05-20"),
    "a row slipped in": (lambda c, e: _slip_in(c, e), "anchor 2026-05-20"),
    "paid on the event": (
        lambda c, e: set_on(c, e, money=e.item["money"] | {"paid_cents": 7}),
        "paid_cents",
    ),
    "the price on the event": (lambda c, e: set_on(c, e, price_cents=7), "price_cents"),
    "an event removed": (lambda c, e: c.db.write(Delete(EVENTS, e.key)), "without an event"),
    "a close altered": (
        lambda c, e: changed(c, {"pk": "office#closes", "sk": "close#000001"}, hash="0"),
        "close 1",
    ),
    "the newest entry removed, the event put right": (
        lambda c, e: _forget_the_newest(c, e),
        "entry 11 is missing",
    ),
    "the newest entry removed, with its record": (
        lambda c, e: _forget_the_newest(c, e, with_its_record=True),
        "entry 11 is missing",
    ),
    "the newest close removed": (
        lambda c, e: _remove(c, {"pk": "office#closes", "sk": "close#000001"}),
        "close 1 is missing",
    ),
    "an anchor altered": (
        lambda c, e: changed(c, {"pk": "office#anchors", "sk": "anchor#2026-05-20"}, hash="0"),
        "anchor 2026-05-2",
    ),
}


def _remove(ctx: Context, key: Item) -> None:
    ctx.db.write(Delete(LEDGER, key))


def _forget_the_newest(ctx: Context, event: Event, *, with_its_record: bool = False) -> None:
    """As somebody does it who knows the shape of the event, and leaves no gap."""
    entries = ledger.entries(ctx, event.ledger)
    _remove(ctx, row_key(event, event.entries))
    if with_its_record:
        records = ctx.db.query(LEDGER, event.ledger, since="audit#", before="audit$")
        (record,) = [row for row in records if row.get("number") == event.entries]
        _remove(ctx, {"pk": record["pk"], "sk": record["sk"]})
    set_, remove = money_attributes(event, fold(entries[:-1]))
    change = Change(EVENTS, event.key, set={**set_, "entries": len(entries) - 1}, remove=remove)
    ctx.db.write(replace(change, expect={"no such": ABSENT}))


def _slip_in(ctx: Context, event: Event) -> None:
    """With a seal that holds: somebody has the key."""
    from scc.audit.model import sealed

    row = {"pk": event.ledger, "sk": "audit#2026-05-20T00:00:00.000000Z#x", "day": "2026-05-20"}
    ctx.db.write(Put(LEDGER, sealed(row, ctx.settings.seal_keys)))


@pytest.mark.parametrize("fault", FAULTS)
def test_each_planted_fault_is_found_by_both(
    ctx: Context, event: Event, tmp_path: Path, fault: str
) -> None:
    plant, says = FAULTS[fault]
    plant(ctx, event)

    assert says in "\n".join(reconcile(ctx).drift)
    said = checked(ctx, tmp_path)
    assert says in said
    assert "Wrong: 0." not in said


def test_anchors_are_written_once_and_catch_up(ctx: Context, clock: Clock, event: Event) -> None:
    assert write_anchors(ctx) == []
    clock.fixed = datetime(2026, 5, 26, 7, 30, tzinfo=UTC)  # half past midnight: not settled yet
    days = [item["of_day"] for item in write_anchors(ctx)]
    assert days == ["2026-05-22", "2026-05-23", "2026-05-24"]
    clock.fixed = datetime(2026, 5, 26, 11, tzinfo=UTC)
    (anchor,) = write_anchors(ctx)
    assert anchor["of_day"] == "2026-05-25"
    assert reconcile(ctx).drift == []


def test_the_commands(ctx: Context, tmp_path: Path) -> None:
    event = given.paid(ctx, given.charter(ctx, date(2026, 5, 23)))
    env = app_environment()
    assert flask("reconcile", **env).returncode == 0
    assert "rows" in flask("anchors", "write", **env).stdout
    file = tmp_path / "ledger.jsonl"
    assert flask("export-ledger", str(file), **env).returncode == 0
    done = subprocess.run(
        [sys.executable, "-I", "-S", CHECKER, file], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "no keys given" in done.stdout) == (0, True)

    set_on(ctx, event, price_cents=7)
    wrong = flask("reconcile", **env)
    assert (wrong.returncode, "price_cents" in wrong.stdout) == (1, True)
    assert json.loads(flask("reconcile", "--json", **env).stdout)["events"] == 1
