"""R15: what was altered, removed or slipped in is named; what was kept long enough goes."""

from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from scc.aws import Delete, Item, Put
from scc.context import Context
from scc.events.model import Event
from scc.events.service import Details, change_event
from scc.ops.anchors import write_anchors
from scc.ops.proofs import verify
from scc.ops.reconcile import all_items
from scc.ops.waivers import kept_too_long, records_of, remove
from scc.tables import LEDGER, WAIVERS
from scc.waivers import service
from scc.waivers.model import Child
from scc.waivers.retention import due
from tests.emulator import Clock
from tests.given import ORIGIN, older
from tests.waivers.acts import at_the_dock, publish, rows, signed

KIM = Child("Kim Lind", date(2015, 1, 2), "parent")


@pytest.fixture
def clock() -> Clock:
    return Clock(fixed=datetime(2026, 5, 20, 19, tzinfo=UTC))


@pytest.fixture
def event(ctx: Context, clock: Clock) -> Event:
    """A family signed, and one of them was voided; the day has its anchor."""
    event = at_the_dock(ctx)
    signing = signed(ctx, event, "Bo Lind", KIM, captain_note="Asthma")
    service.void(ctx, event, f"waiver#{signing.key}#01", "Stays at home", "void", ORIGIN)
    clock.set(datetime(2026, 5, 21, 19, tzinfo=UTC))
    write_anchors(ctx)
    return event


def everything(ctx: Context) -> list[Item]:
    return sorted(all_items(ctx, WAIVERS), key=lambda row: (row["pk"], row["sk"]))


def name_of(row: Item) -> str:
    return f"{row['pk']}|{row['sk']}"


def test_what_was_signed_is_whole(ctx: Context, event: Event) -> None:
    assert verify(ctx).problems == []
    assert verify(ctx).rows == 5  # the text, two waivers, what the crew knows, the void


def other(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return f"{value}x"
    if isinstance(value, int | Decimal):
        return value + 1
    if isinstance(value, list):
        return [*value, "x"]
    return {**value, "x": "x"}


def test_any_field_of_any_row_that_is_touched_is_named(ctx: Context, event: Event) -> None:
    missed = []
    for row in everything(ctx):
        for name in sorted(row.keys() - {"pk", "sk"}):
            touched = deepcopy(row) | {name: other(row[name])}
            ctx.db.write(Put(WAIVERS, touched, replace=True))
            told = verify(ctx).problems
            expected = "x" if name == "marks" else name
            if not [line for line in told if line.startswith(name_of(row)) and expected in line]:
                missed.append((row["sk"], name, told))
        ctx.db.write(Put(WAIVERS, row, replace=True))
    assert missed == []


@pytest.mark.parametrize("change", [{"slipped": "in"}, {"name": None}])
def test_a_field_slipped_in_or_taken_away_is_named(
    ctx: Context, event: Event, change: Item
) -> None:
    [row] = [row for row in rows(ctx) if row["name"] == "Bo Lind"]
    new = {name: value for name, value in (row | change).items() if value is not None}
    ctx.db.write(Put(WAIVERS, new, replace=True))

    assert verify(ctx).problems == [f"{name_of(row)}: touched in {next(iter(change))}."]


def test_every_record_that_is_gone_is_named(ctx: Context, event: Event) -> None:
    for row in everything(ctx):
        ctx.db.write(Delete(WAIVERS, {"pk": row["pk"], "sk": row["sk"]}))
        assert verify(ctx).problems == [f"{name_of(row)}: gone."]
        ctx.db.write(Put(WAIVERS, row))


def test_one_that_nobody_signed_is_named(ctx: Context, event: Event) -> None:
    row = rows(ctx)[0]
    ctx.db.write(Put(WAIVERS, row | {"sk": "waiver#forged#00"}))

    told = verify(ctx).problems
    assert f"{row['pk']}|waiver#forged#00: nobody signed it, it was slipped in." in told


def test_who_takes_the_ledgers_word_away_too_breaks_the_anchor(ctx: Context, event: Event) -> None:
    row = rows(ctx)[0]
    [entry] = [r for r in all_items(ctx, LEDGER) if name_of(row) in r.get("rows", {})]
    for table, gone in ((WAIVERS, row), (LEDGER, entry)):
        ctx.db.write(Delete(table, {"pk": gone["pk"], "sk": gone["sk"]}))

    assert "anchor 2026-05-20: 1 of" in "".join(verify(ctx).problems)


# Retention


def removed_by(ctx: Context, day: date) -> list[str]:
    """Of whom something is due on that day, by class."""
    return sorted(f"{r['class']} {r.get('name', '')}".strip() for r in due(everything(ctx), day))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 5, 28), []),
        (date(2026, 5, 29), ["day"]),
        (date(2030, 5, 21), ["day"]),
        (date(2030, 5, 22), ["adult Bo Lind", "day"]),
        (date(2037, 1, 2), ["adult Bo Lind", "day"]),
        (date(2037, 1, 3), ["adult Bo Lind", "day", "mark", "minor Kim Lind"]),
    ],
)
def test_each_class_is_kept_as_long_as_it_must(
    ctx: Context, event: Event, day: date, expected: list[str]
) -> None:
    assert removed_by(ctx, day) == expected


def test_what_is_removed_shrinks_to_its_hash_and_the_proof_still_holds(
    ctx: Context, event: Event, clock: Clock
) -> None:
    before = {row["sk"]: row["seal"] for row in everything(ctx)}
    clock.advance(days=4000)

    remove(ctx, due(everything(ctx), ctx.today()), ORIGIN)

    left = everything(ctx)
    assert {row["sk"]: row["seal"] for row in left} == before
    assert not [word for word in ("Lind", "bo@", "Asthma", "192.0", "Ann") if word in str(left)]
    assert verify(ctx).problems == []
    assert due(everything(ctx), ctx.today()) == []


def test_a_sail_that_was_put_off_takes_its_crews_notes_along(
    ctx: Context, event: Event, clock: Clock
) -> None:
    details = Details("Alice", "Alice Nakamura", date(2026, 6, 20), "sunset")
    change_event(ctx, event.exact_ref, details, event.version, ORIGIN)

    def due_on(day: datetime) -> list[str]:
        clock.set(day)
        return [str(row["class"]) for row in kept_too_long(ctx, ctx)]

    assert due_on(datetime(2026, 6, 27, 19, tzinfo=UTC)) == []
    assert due_on(datetime(2026, 6, 28, 19, tzinfo=UTC)) == ["day"]


def test_notes_for_a_sail_without_a_day_wait_for_it(ctx: Context, clock: Clock) -> None:
    publish(ctx)
    [undated] = older(ctx, {"event_id": "fireworks", "timestamp": 1767632400})
    signed(ctx, undated)
    notes = [row for row in everything(ctx) if row["pk"] == undated.ledger]
    signed_on = clock().date()

    def due_on(days: int, sail: date | None = None) -> list[str]:
        sails = {undated.ledger: sail} if sail else {}
        return [row["class"] for row in due(notes, signed_on + timedelta(days=days), sails)]

    assert (due_on(365), due_on(366)) == ([], ["day"])
    assert (
        due_on(27, signed_on + timedelta(days=20)),
        due_on(28, signed_on + timedelta(days=20)),
    ) == ([], ["day"])


def test_cut_off_before_the_marks_the_next_run_goes_on(
    ctx: Context, event: Event, clock: Clock
) -> None:
    clock.advance(days=4000)
    rows = due(everything(ctx), ctx.today())
    remove(ctx, [row for row in rows if row["class"] != "mark"], ORIGIN)

    assert [row["class"] for row in due(everything(ctx), ctx.today())] == ["mark"]


def test_who_shrinks_a_row_otherwise_is_named(ctx: Context, event: Event, clock: Clock) -> None:
    clock.advance(days=4000)
    remove(ctx, due(everything(ctx), ctx.today()), ORIGIN)
    gone = [row for row in everything(ctx) if row.get("kind") == "removed"]
    for row in gone:
        ctx.db.write(Put(WAIVERS, row | {"removed_by": "Eve"}, replace=True))

    told = verify(ctx).problems
    assert told == [f"{name_of(row)}: shrunk, but not by the retention command." for row in gone]


def test_the_app_itself_can_take_nothing_out(ctx: Context, event: Event) -> None:
    """Its role has no such right: tests/deploy. Here: nothing is due that was just signed."""
    assert removed_by(ctx, ctx.today() + timedelta(days=1)) == []


def test_one_persons_records_are_all_that_is_kept_of_them(ctx: Context, event: Event) -> None:
    signed(ctx, event, "Di Ray")

    bos = records_of(ctx, " bo  LIND ", "1990-05-23")
    assert sorted((row["kind"], row.get("name", "")) for row in bos) == [
        ("day", ""),
        ("signed", "Bo Lind"),
        ("signed", "Kim Lind"),
        ("void", ""),
    ]
    kims = records_of(ctx, "Kim Lind", "2015-01-02")
    assert [row.get("name", row["kind"]) for row in kims] == ["void", "Kim Lind"]
    assert records_of(ctx, "Bo Lind", "1990-05-24") == []
