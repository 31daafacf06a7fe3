"""A deployed stage says itself whether it is fit to work; the doctor asks it, too."""

import pytest

from scc.ops.doctor import examine
from tests.deploy.edge import browser, request
from tests.deploy.stack import Deployed, as_commands_see_it
from tests.deploy.test_schedule import ring_all


def test_it_is_ready_once_its_clock_has_rung(staging: Deployed) -> None:
    ring_all(staging)

    answer = browser(staging).get("/scc/readyz")

    assert (answer.status_code, answer.text) == (200, "ready\n")


def test_it_is_closed_round_the_edge(staging: Deployed) -> None:
    status, _, body = request(staging, f"{staging.prefix}/scc/readyz")

    assert status == 403
    assert b"ready" not in body


def test_the_doctor_finds_it_well(staging: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for whom to tell: no owner is named here."""
    ring_all(staging)
    as_commands_see_it(staging, monkeypatch)

    found = examine("staging")

    checks = {"tables", "role", "watching", "environment", "schedule", "answers", "ledger"}
    wrong = [f for f in found if f.check in checks and f.kind != "note"]
    assert [f.text for f in wrong if "SCC_OWNER_EMAIL" not in f.text] == []
