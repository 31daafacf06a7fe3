"""P5: a payment is committed with three calls to DynamoDB, or fewer."""

from scc.context import Context
from tests.hooks import calls
from tests.older import SLUG, OlderClient, OlderTool
from tests.page import PageClient


def test_by_api_two(ctx: Context, older: OlderTool, api: OlderClient) -> None:
    older.has(payment_cleared=True, payment_amount=100)
    api.get("/api/events")  # the token is known

    with calls(ctx.db.client) as made:
        assert api.log(key="k1").status_code == 200

    assert [call.operation for call in made] == ["Query", "TransactWriteItems"]


def test_without_a_key_as_well(ctx: Context, older: OlderTool, api: OlderClient) -> None:
    older.has()
    api.get("/api/events")

    with calls(ctx.db.client) as made:
        assert api.log().status_code == 200

    assert [call.operation for call in made] == ["Query", "TransactWriteItems"]


def test_by_form_three(ctx: Context, older: OlderTool, admin: PageClient) -> None:
    """The session, the event, the transaction."""
    older.has(patron_name="Alice Moreno", price_cents=45000)
    admin.see(f"/scc/events/{SLUG}/payment")
    form = admin.page.form("/payment")

    with calls(ctx.db.client) as made:
        assert form.submit().status_code == 303

    assert len(made) <= 3
    assert made[-1].operation == "TransactWriteItems"


def test_sent_again_nothing_is_written(ctx: Context, older: OlderTool, api: OlderClient) -> None:
    older.has()
    api.log(key="k1")

    with calls(ctx.db.client) as made:
        api.log(key="k1")

    assert [call.operation for call in made] == [
        *("Query", "TransactWriteItems", "GetItem", "GetItem"),
    ]
