"""Who signed in, when and from where, is kept for good; secrets are not."""

from datetime import UTC, datetime

import pytest

from scc.audit.model import seal_holds
from scc.audit.store import office_partition
from scc.aws import Item
from scc.context import Context
from scc.tables import LEDGER
from tests.emulator import PASSWORD
from tests.page import PageClient


def recorded(ctx: Context) -> list[Item]:
    return ctx.db.query(LEDGER, office_partition(ctx))


@pytest.fixture
def rows(client: PageClient, ctx: Context) -> list[Item]:
    """What a mistyped password, a sign-in, and signing out everywhere leave."""
    client.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    client.sign_in(name="Moana", password="mistyped password")
    client.sign_in(name="Moana")
    form = client.see("/scc/").form("/sign-out")
    form.action += "-everywhere"
    form.submit()
    return recorded(ctx)


def test_each_leaves_a_row_in_order(rows: list[Item]) -> None:
    assert [row["kind"] for row in rows] == ["session.refused", "session.opened", "sessions.closed"]


def test_signing_out_leaves_one(admin: PageClient, ctx: Context) -> None:
    admin.see("/scc/").form("/sign-out").submit()

    assert recorded(ctx)[-1]["kind"] == "session.closed"


def test_they_say_who_and_from_where(rows: list[Item]) -> None:
    assert {(row["actor"]["name"], row["address"]) for row in rows} == {("Moana", "198.51.100.7")}


def test_they_say_when(rows: list[Item]) -> None:
    at = datetime.fromisoformat(rows[0]["at"])

    assert abs((datetime.now(UTC) - at).total_seconds()) < 60


def test_the_log_finds_their_requests(rows: list[Item]) -> None:
    assert len({row["request_id"] for row in rows}) == 3


def test_they_are_sealed(rows: list[Item], ctx: Context) -> None:
    assert [seal_holds(row, ctx.settings.seal_keys) for row in rows] == [True] * 3


@pytest.mark.parametrize("secret", [PASSWORD, "mistyped password"])
def test_no_password_is_in_them(rows: list[Item], secret: str) -> None:
    assert secret not in str(rows)


def test_neither_is_what_the_cookie_holds(admin: PageClient, ctx: Context) -> None:
    app = admin.application
    cookie = admin.get_cookie("__Host-scc")
    assert cookie is not None
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]

    assert signer.loads(cookie.value)["id"] not in str(recorded(ctx))
