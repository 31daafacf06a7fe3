"""zappa_settings.json: what Zappa would do by default and must not; what the emulator changes."""

import json
from typing import Any

import pytest

from deploy import emulator
from deploy.runtime_venv import ROOT
from scc.ops.roles import role_name
from scc.ops.tables import Names
from scc.ops.zappa_settings import stage_settings
from tests.deploy.stack import STAGES


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("debug", False),
        ("log_level", "WARNING"),
        ("keep_warm", False),
        ("cors", False),
        ("touch", False),
        ("manage_roles", False),
        ("use_precompiled_packages", False),
        ("lambda_handler", "scc.entry.handler"),
        ("endpoint_configuration", ["REGIONAL"]),
        ("timeout_seconds", 15),
        ("snap_start", "PublishedVersions"),
    ],
)
def test_setting(stage: str, name: str, value: Any) -> None:
    assert stage_settings(stage)[name] == value


def test_snapshots_keep_two_versions(stage: str) -> None:
    assert stage_settings(stage)["num_retained_versions"] >= 2


def test_role_is_the_stages_own(stage: str) -> None:
    assert stage_settings(stage)["role_name"] == role_name(Names(stage))


def test_variables_are_named_and_none_is_a_secret(stage: str) -> None:
    """What is in `environment_variables` would be in the zip, and win over the function's."""
    settings = stage_settings(stage)
    assert "environment_variables" not in settings
    assert settings["aws_environment_variables"].keys() <= {
        *("INSTANTIATE_LAMBDA_HANDLER_ON_IMPORT", "GMAIL_SENDER_EMAIL", "SCC_OWNER_EMAIL"),
        *("SCC_SES_SENDER", "SCC_SES_IDENTITY", "SCC_SES_TOPIC", "SCC_COMPANY", "SCC_PHONE"),
        *("SCC_DOCK", "SCC_MAP_URL", "SCC_BRING", "SCC_HOW_TO_PAY", "SCC_WEATHER"),
        "SCC_EVENTS_TABLE",
        "SCC_PUBLIC_URL",
        "SCC_STAGE",
        "SCC_TIMEZONE",
    }
    assert settings["aws_environment_variables"]["SCC_STAGE"] == stage


def test_stages_answer_under_one_host() -> None:
    urls = {s: stage_settings(s)["aws_environment_variables"]["SCC_PUBLIC_URL"] for s in STAGES}
    assert urls["staging"] == urls["production"] + "/_staging"


def test_emulator_differs_in_few_things() -> None:
    real = json.loads((ROOT / "zappa_settings.json").read_text())
    made = emulator.settings()
    assert made.keys() == real.keys()
    for stage in real:
        changed = {k for k in made[stage] if made[stage][k] != real[stage].get(k)}
        assert changed <= {"runtime", "prebuild_script", "timeout_seconds"}
