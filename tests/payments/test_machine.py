"""R14, the short form: acts in any order, deaths between them, and a model that knows better."""

import pytest

from scc.context import Context
from scc.ops.reconcile import reconcile
from tests.payments.machine import run


@pytest.mark.long
def test_whatever_people_do_the_events_say_what_is_true(ctx: Context) -> None:
    run(ctx, runs=8, steps=30)

    assert reconcile(ctx).drift == []
