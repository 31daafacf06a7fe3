"""R1 and R3, the long way."""

import pytest

from scc.context import Context
from scc.ops.reconcile import reconcile
from tests.older import OlderTool, entries, stored
from tests.page import PageClient
from tests.payments.taps import api_rounds, by_api, form_rounds
from tests.wire import Browser, at_once

pytestmark = pytest.mark.timeout(3600)

ROUNDS = 200
TAPS = 32
PAYMENTS = 640


def test_one_key_at_once_by_api_is_one_entry(
    ctx: Context, older: OlderTool, live_server: str
) -> None:
    for found in api_rounds(ctx, older, live_server, ROUNDS, TAPS):
        assert found.statuses == {200}
        assert found.payment_ids == {found.key}
        assert [entry["id"] for entry in found.entries] == [found.key]


def test_one_form_submitted_at_once_is_one_entry(
    ctx: Context, older: OlderTool, admin: PageClient, live_server: str
) -> None:
    for found in form_rounds(ctx, older, Browser(admin, live_server), ROUNDS, TAPS):
        assert found.statuses == {303}
        assert found.payment_ids == {found.key}
        assert [entry["id"] for entry in found.entries] == [found.key]


def test_640_payments_on_one_event_are_all_logged(
    ctx: Context, older: OlderTool, live_server: str
) -> None:
    """On a busy machine some get no answer in their ten seconds: those are sent again, by their
    keys, as the answer says is safe."""
    ref = older.has()
    again = 0
    for start in range(1, PAYMENTS, TAPS):
        numbers = range(start, start + TAPS)
        waiting = [by_api(live_server, ref.slug, f"k{n}", amount=n) for n in numbers]
        while waiting:
            answers = list(zip(waiting, at_once(waiting), strict=True))
            assert {answer.status for _, answer in answers} <= {200, 503}
            waiting = [tap for tap, answer in answers if answer.status == 503]
            again += len(waiting)
    print(f"{again} of {PAYMENTS} were sent again")

    assert [entry["number"] for entry in entries(ctx, ref)] == list(range(1, PAYMENTS + 1))
    assert stored(ctx, ref)["payment_amount"] == sum(range(1, PAYMENTS + 1))
    assert reconcile(ctx).drift == []
