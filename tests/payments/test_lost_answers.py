"""R2: a payment lost on the wire, before or after DynamoDB logged it, neither doubles nor lies."""

from scc.context import Context
from tests.hooks import unreachable
from tests.lost import BRIEF_CASES, CASES, BrokenWire, assert_honest, slug_of
from tests.older import SLUG, OlderTool, entries
from tests.page import PageClient
from tests.payments.taps import by_api
from tests.proxy import Fault
from tests.wire import Browser


def test_a_payment_by_api_with_a_key(ctx: Context, older: OlderTool, wire: BrokenWire) -> None:
    refs = {fault: older.has(slug_of(fault)) for fault in CASES}

    answers = wire.send({f: by_api(wire.address, r.slug, r.slug) for f, r in refs.items()})

    assert_honest(answers, good=200)
    assert {len(entries(ctx, ref)) for ref in refs.values()} == {1}


def test_a_payment_by_api_without_a_key(ctx: Context, older: OlderTool, wire: BrokenWire) -> None:
    refs = {fault: older.has(slug_of(fault)) for fault in CASES}

    answers = wire.send({f: by_api(wire.address, r.slug, None) for f, r in refs.items()})

    assert_honest(answers, good=200)
    assert {len(entries(ctx, ref)) for ref in refs.values()} == {1}


def test_a_payment_by_form(
    ctx: Context, older: OlderTool, admin: PageClient, wire: BrokenWire
) -> None:
    browser = Browser(admin, wire.address)
    refs = {fault: older.has(slug_of(fault), patron_name="Alice") for fault in CASES}

    answers = wire.send(
        {
            fault: browser.filled(f"/scc/events/{ref.slug}/payment", amount="450")
            for fault, ref in refs.items()
        }
    )

    assert_honest(answers, good=303)
    assert {len(entries(ctx, ref)) for ref in refs.values()} == {1}


def test_a_price(ctx: Context, older: OlderTool, admin: PageClient, wire: BrokenWire) -> None:
    browser = Browser(admin, wire.address)
    refs = {fault: older.has(slug_of(fault)) for fault in BRIEF_CASES}

    answers = wire.send(
        {
            fault: browser.filled(f"/scc/events/{ref.slug}/price", charter="900", reason="by phone")
            for fault, ref in refs.items()
        }
    )

    assert_honest(answers, good=303)
    assert {len(entries(ctx, ref)) for ref in refs.values()} == {1}


def test_an_older_clients_retry(ctx: Context, older: OlderTool, wire: BrokenWire) -> None:
    """It writes too: the note that it came."""
    refs = {fault: older.has(slug_of(fault)) for fault in BRIEF_CASES}
    pays = {fault: by_api(wire.address, ref.slug, None) for fault, ref in refs.items()}
    assert {pay().status for pay in pays.values()} == {200}

    answers = wire.send(pays)

    assert_honest(answers, good=200)
    assert {len(entries(ctx, ref)) for ref in refs.values()} == {1}


def test_a_key_whose_use_cannot_be_read_is_not_called_unused(
    older: OlderTool, wire: BrokenWire
) -> None:
    pay = by_api(wire.address, older.has().slug, "key-1")
    assert pay().status == 200
    wire.proxy.faults = {"key#key-1": Fault("drop", "after", times=3, reads=True)}

    answer = pay()

    assert (answer.status, answer.json["error"]) == (
        503,
        "This could not be confirmed. Pressing again is safe.",
    )


def test_where_the_card_cannot_be_read_no_payment_is_called_unmade(
    ctx: Context, older: OlderTool, admin: PageClient
) -> None:
    older.has(patron_name="Alice Moreno")
    admin.see(f"/scc/events/{SLUG}/payment")
    logged = admin.page.form("/payment").fill(amount="450").submit()

    with unreachable(ctx.db.client, "GetItem"), unreachable(ctx.db.client, "Query"):
        admin.see(logged.headers["Location"], status=503)

    assert "Trying again is safe." in admin.page.text
    assert "Nothing was" not in admin.page.text
