"""The ledger's rows: numbered, sealed, written once, each with its actor."""

from typing import Any

import pytest

from scc.audit.model import seal_holds
from scc.context import Context
from scc.events.model import Ref
from scc.events.service import reinstate_event
from scc.tables import LEDGER
from tests import given
from tests.hooks import calls
from tests.older import SLUG, OlderClient, OlderTool, audited, entries, rows
from tests.page import PageClient
from tests.payments.acts import MOANA, pay, price


def busy(ctx: Context, older: OlderTool, api: OlderClient) -> Ref:
    """An event to which everything happened that the ledger tells of."""
    ref = older.has(payment_cleared=True, payment_amount=100)
    pay(ctx, ref, 200, tip_cents=500, reference="1024", note="Two\nlines.", more_to_come=True)
    price(ctx, ref, 900)
    older.settles(ref, "400")
    api.log(amount=50, payment_method="Bitcoin")
    api.log(amount=50, payment_method="Bitcoin")
    given.cancelled(ctx, ref)
    reinstate_event(ctx, ref, MOANA)
    return ref


def test_entries_are_numbered_without_gaps(
    ctx: Context, older: OlderTool, api: OlderClient
) -> None:
    ref = busy(ctx, older, api)

    assert [entry["number"] for entry in entries(ctx, ref)] == [1, 2, 3, 4, 5]


def test_every_row_has_an_actor(ctx: Context, older: OlderTool, api: OlderClient) -> None:
    ref = busy(ctx, older, api)

    assert [row["actor"]["name"] for row in entries(ctx, ref)] == [
        *("older tool", "Moana", "Moana"),
        *("older tool", "older api"),
    ]
    assert all(row["actor"].keys() == {"kind", "id", "name"} for row in rows(ctx, ref))


def test_every_change_is_in_the_audit(ctx: Context, older: OlderTool, api: OlderClient) -> None:
    ref = busy(ctx, older, api)

    assert [row["kind"] for row in audited(ctx, ref)] == [
        "payment.logged",
        "price.changed",
        "payment.logged",
        "payment.retried",
        "event.ended",
        "event.reinstated",
    ]


def test_the_audit_says_who_when_and_from_where(ctx: Context, older: OlderTool) -> None:
    ref = older.has()
    pay(ctx, ref)

    (row,) = audited(ctx, ref)

    assert row["actor"] == MOANA.actor.item()
    assert (row["address"], row["request_id"]) == ("203.0.113.7", "request-1")
    assert row["at"] == entries(ctx, ref)[0]["at"]


def test_a_payment_by_form_is_its_persons(
    ctx: Context, older: OlderTool, admin: PageClient
) -> None:
    ref = older.has(patron_name="Alice Moreno")
    admin.see(f"/scc/events/{SLUG}/payment")
    admin.page.form("/payment").fill(amount="450").submit()

    (entry,) = entries(ctx, ref)

    assert entry["actor"]["kind"] == "admin"
    assert entry["actor"]["name"] == "Moana"
    assert audited(ctx, ref)[0]["address"] == "127.0.0.1"


def test_every_row_is_sealed(ctx: Context, older: OlderTool, api: OlderClient) -> None:
    ref = busy(ctx, older, api)

    assert all(seal_holds(row, ctx.settings.seal_keys) for row in rows(ctx, ref))


def test_any_field_changed_breaks_the_seal(
    ctx: Context, older: OlderTool, api: OlderClient
) -> None:
    for row in rows(ctx, busy(ctx, older, api)):
        for name in row.keys() - {"seal"}:
            altered = row | {name: "changed"}
            assert not seal_holds(altered, ctx.settings.seal_keys), (row["sk"], name)


def test_any_field_lost_breaks_the_seal(ctx: Context, older: OlderTool, api: OlderClient) -> None:
    for row in rows(ctx, busy(ctx, older, api)):
        for name in row.keys() - {"seal"}:
            altered = {other: value for other, value in row.items() if other != name}
            assert not seal_holds(altered, ctx.settings.seal_keys), (row["sk"], name)


def test_rows_stay_as_they_were_written(ctx: Context, older: OlderTool, api: OlderClient) -> None:
    ref = older.has()
    pay(ctx, ref)
    first = rows(ctx, ref)

    pay(ctx, ref, 20)
    price(ctx, ref, 900)

    later = {row["sk"]: row for row in rows(ctx, ref)}
    assert [later[row["sk"]] for row in first] == first


def test_the_ledger_is_only_ever_put_to_and_never_over_a_row(
    ctx: Context, older: OlderTool, api: OlderClient
) -> None:
    with calls(ctx.db.client) as made:
        busy(ctx, older, api)

    writes = [write for call in made for write in _writes(call.operation, call.request)]
    ledger = [(kind, w) for kind, w in writes if w["TableName"] == ctx.db.name(LEDGER)]
    assert {kind for kind, _ in ledger} == {"Put"}
    assert {w["ConditionExpression"] for _, w in ledger} == {"attribute_not_exists(#pk)"}


def _writes(operation: str, request: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    if operation == "TransactWriteItems":
        return [pair for item in request["TransactItems"] for pair in item.items()]
    if operation in ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"):
        return [(operation, request)]
    return []


@pytest.mark.parametrize("method", ["Cash", "ZELLE", "check"])
def test_a_method_is_known_in_any_case(
    ctx: Context, older: OlderTool, api: OlderClient, method: str
) -> None:
    ref = older.has()

    api.log(payment_method=method)

    assert entries(ctx, ref)[0]["method"] == method.lower()


def test_an_unknown_method_is_kept_as_other(
    ctx: Context, older: OlderTool, api: OlderClient
) -> None:
    ref = older.has()

    answer = api.log(payment_method="Bitcoin")

    assert answer.json["payment_method"] == "other"
    assert entries(ctx, ref)[0]["method_as_sent"] == "Bitcoin"
