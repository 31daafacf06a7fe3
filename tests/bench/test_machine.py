"""R14, the long way: 300 runs of 50 steps, and ten planted faults that the model must tell."""

import pytest

from scc.context import Context
from scc.ops.reconcile import reconcile
from tests.payments.faults import FAULTS, plant
from tests.payments.machine import run

pytestmark = pytest.mark.timeout(3600)


def test_whatever_people_do_the_events_say_what_is_true(ctx: Context) -> None:
    run(ctx, runs=300, steps=50, seeded=False)

    assert reconcile(ctx).drift == []


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_told(ctx: Context, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    plant(monkeypatch, name)

    with pytest.raises(AssertionError):
        run(ctx, runs=60, steps=50)
