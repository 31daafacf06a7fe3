"""R2, R4 and R16: a signature whose answer is lost, or whose process dies, is kept once."""

from datetime import UTC, date, datetime

import pytest

from scc.context import Context
from scc.ops.proofs import verify
from tests.crash import POINTS, Point, crash
from tests.emulator import Clock
from tests.lost import BRIEF_CASES, BrokenWire, assert_honest, name_of
from tests.page import PageClient
from tests.waivers.acts import at_the_dock, child, names, posted, rows, sign_form

SATURDAY = date(2026, 5, 23)
NOON = datetime(2026, 5, 20, 19, tzinfo=UTC)
KIM = child(1, "Kim Lind", "2022-01-02")


@pytest.fixture
def clock() -> Clock:
    return Clock(fixed=NOON)


def test_a_lost_answer_neither_doubles_nor_lies(
    ctx: Context, client: PageClient, wire: BrokenWire
) -> None:
    cases = {}
    for fault in BRIEF_CASES:
        path = f"/g/{at_the_dock(ctx, SATURDAY, name=name_of(fault)).slug}/waiver"
        cases[fault] = posted(wire.address, path, sign_form(client, path, **KIM).values)

    answers = wire.send(cases)

    assert_honest(answers, good=303)
    assert names(ctx) == ["Bo Lind"] * len(cases) + ["Kim Lind"] * len(cases)
    assert verify(ctx).problems == []


@pytest.mark.parametrize("point", POINTS)
def test_a_process_that_dies_loses_nothing_and_does_nothing_twice(
    ctx: Context, admin: PageClient, app_env: dict[str, str], clock: Clock, point: Point
) -> None:
    assert_survived(ctx, admin, app_env, clock, point)
    assert verify(ctx).problems == []


def assert_survived(
    ctx: Context, admin: PageClient, app_env: dict[str, str], clock: Clock, point: Point
) -> None:
    """One death at that point; tests/bench has more of them."""
    signed, notes = len(rows(ctx)), len(rows(ctx, "day"))
    path = f"/g/{at_the_dock(ctx, SATURDAY).slug}/waiver"
    form = sign_form(admin, path, **KIM)

    crash(app_env, clock, admin, path, form.values, point)

    assert len(rows(ctx)) == signed + (2 if point == "after" else 0)
    assert form.submit().status_code == 303
    assert (len(rows(ctx)), len(rows(ctx, "day"))) == (signed + 2, notes + 1)
