"""R22 and the rest: a setting that is wrong stops the start, and says what to do."""

import json

import pytest

from scc.config import Settings, read_settings
from scc.errors import ConfigError
from scc.passwords import hash_password
from tests.emulator import app_environment
from tests.older import quick_environment

LONG = "x" * 32


def problems(**settings: str | None) -> list[str]:
    """What is said of an environment; None leaves a setting out."""
    env = {k: v for k, v in (app_environment() | settings).items() if v is not None}
    try:
        read_settings(env)
    except ConfigError as error:
        return error.problems
    return []


def read(**settings: str) -> Settings:
    return read_settings(app_environment() | settings)


def test_what_the_tests_start_with_is_right() -> None:
    assert problems() == []


WRONG: list[tuple[str, str | None]] = [
    ("SCC_STAGE", "prod"),
    ("SCC_STAGE", ""),
    ("SCC_OWNER_EMAIL", "owner"),
    ("SCC_OWNER_EMAIL", "a@example.com, b@example.com"),
    ("SCC_SES_SENDER", "Crew <crew@example.com>"),
    ("GMAIL_SENDER_EMAIL", "crew@example.com\r\nBcc: x@example.com"),
    ("SCC_SES_TOPIC", "scc-mail"),
    ("SCC_SES_TOPIC", "arn:aws:sns:evil.example/:123456789012:x"),
    ("SCC_MAP_URL", "http://maps.example.com"),
    ("SCC_MAP_URL", "javascript:alert(1)"),
    ("SCC_DOCK", "two\nlines"),
    ("SCC_TIMEZONE", "California"),
    ("SCC_TIMEZONE", "../../etc/passwd"),
    ("SCC_TIMEZONE", "/etc/localtime"),
    ("SCC_TIMEZONE", "America"),
    ("SCC_TIMEZONE", "é\x00"),
    ("SCC_PUBLIC_URL", "sail.example"),
    ("SCC_PUBLIC_URL", "//sail.example"),
    ("SCC_PUBLIC_URL", "ftp://sail.example"),
    ("SCC_PUBLIC_URL", "https://"),
    ("SCC_PUBLIC_URL", "https://sail.example?x=1"),
    ("SCC_PUBLIC_URL", "https://sail.example#x"),
    ("SCC_PUBLIC_URL", "https://user:secret@sail.example"),
    ("SCC_PUBLIC_URL", "https://[sail.example"),
    ("SCC_PUBLIC_URL", "https://sail.example:port"),
    ("SCC_PUBLIC_URL", "https://sail example"),
    ("SCC_PUBLIC_URL", "https://sail.example/a b"),
    ("SCC_PUBLIC_URL", "https://sail.example/\r\nX: y"),
    ("SCC_EVENTS_TABLE", "my events"),
    ("SCC_EVENTS_TABLE", "ab"),
    ("SCC_EVENTS_TABLE", "arn:aws:dynamodb:us-west-2:1:table/x"),
    ("SECRET_KEY", None),
    ("SECRET_KEY", ""),
    ("SECRET_KEY", "x" * 31),
    ("SECRET_KEY_FALLBACKS", LONG),
    ("SECRET_KEY_FALLBACKS", json.dumps(LONG)),
    ("SECRET_KEY_FALLBACKS", json.dumps(["short"])),
    ("SECRET_KEY_FALLBACKS", json.dumps([LONG, LONG, LONG])),
    ("SECRET_KEY_FALLBACKS", json.dumps([LONG, 1])),
    ("SECRET_KEY_FALLBACKS", json.dumps([[LONG]])),
    ("SECRET_KEY_FALLBACKS", json.dumps({"a": LONG})),
    ("SECRET_KEY_FALLBACKS", f"['{LONG}']"),
    ("SECRET_KEY_FALLBACKS", "[" * 100_000),
    ("SCC_EDGE_SECRETS", LONG),
    ("SCC_EDGE_SECRETS", json.dumps(LONG)),
    ("SCC_EDGE_SECRETS", json.dumps(["short"])),
    ("SCC_EDGE_SECRETS", json.dumps([""])),
    ("SCC_EDGE_SECRETS", json.dumps(["é" * 32])),
    ("SCC_SEAL_KEYS", None),
    ("SCC_SEAL_KEYS", "{}"),
    ("SCC_SEAL_KEYS", "null"),
    ("SCC_SEAL_KEYS", LONG),
    ("SCC_SEAL_KEYS", json.dumps([LONG])),
    ("SCC_SEAL_KEYS", json.dumps({"k1": "short"})),
    ("SCC_SEAL_KEYS", json.dumps({"k:1": LONG})),
    ("SCC_SEAL_KEYS", json.dumps({"": LONG})),
    ("SCC_SEAL_KEYS", json.dumps({"k1": [LONG]})),
    ("SCC_SEAL_KEYS", json.dumps({"k1": LONG, "k2": "short"})),
    ("ADMIN_PASS_HASH", None),
    ("ADMIN_PASS_HASH", "password"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_setting_is_named(name: str, value: str | None) -> None:
    [problem] = problems(**{name: value})

    assert problem.startswith(name)


@pytest.mark.parametrize("name", ["SECRET_KEY", "SECRET_KEY_FALLBACKS", "SCC_SEAL_KEYS"])
def test_no_message_repeats_a_secret(name: str) -> None:
    [problem] = problems(**{name: "not so secret"})

    assert "not so secret" not in problem


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(ConfigError) as raised:
        read_settings({"SCC_TIMEZONE": "x", "SCC_EDGE_SECRETS": "x", "SECRET_KEY_FALLBACKS": "x"})

    assert [line.split()[0] for line in str(raised.value).splitlines()] == [
        "SCC_TIMEZONE",
        "SCC_PUBLIC_URL",
        "SECRET_KEY",
        "SECRET_KEY_FALLBACKS",
        "ADMIN_PASS_HASH",
        "SCC_SEAL_KEYS",
        "SCC_EDGE_SECRETS",
    ]


@pytest.mark.parametrize("stage", ["staging", "production", None])
def test_beyond_this_machine_the_public_address_must_be_known(stage: str | None) -> None:
    [problem] = problems(SCC_STAGE=stage)

    assert problem.startswith("SCC_PUBLIC_URL is missing")


def test_without_a_stage_it_is_production() -> None:
    env = app_environment() | {"SCC_PUBLIC_URL": "https://sail.example"}
    del env["SCC_STAGE"]

    assert read_settings(env).stage == "production"


def test_the_boat_is_in_los_angeles_unless_told_otherwise() -> None:
    assert read(SCC_TIMEZONE="").timezone.key == "America/Los_Angeles"


@pytest.mark.parametrize("stage", ["staging", "production"])
def test_tables_are_named_by_the_stage(stage: str) -> None:
    settings = read(SCC_STAGE=stage, SCC_PUBLIC_URL="https://sail.example/_x")

    assert (settings.events_table, settings.table_prefix) == (
        f"scc-{stage}-events",
        f"scc-{stage}-",
    )


def test_the_older_tools_table_keeps_its_name() -> None:
    assert read(SCC_EVENTS_TABLE="charters.v1_prod-x").events_table == "charters.v1_prod-x"


@pytest.mark.parametrize(
    ("stage", "url", "name", "path"),
    [
        ("local", "", "__Host-scc", "/"),
        ("production", "https://sail.example", "__Host-scc", "/"),
        ("production", "https://sail.example/app/", "__Host-scc", "/"),
        ("staging", "https://sail.example/_staging", "__Secure-scc-staging", "/_staging"),
        ("staging", "https://sail.example/_staging/", "__Secure-scc-staging", "/_staging"),
    ],
)
def test_the_cookie_fits_the_stage(stage: str, url: str, name: str, path: str) -> None:
    settings = read(SCC_STAGE=stage, SCC_PUBLIC_URL=url)

    assert (settings.cookie_name, settings.cookie_path) == (name, path)


def test_keys_that_rotate_are_read_in_their_order() -> None:
    settings = read(
        SECRET_KEY_FALLBACKS=json.dumps(["a" * 32, "b" * 32]),
        SCC_EDGE_SECRETS=json.dumps(["c" * 32, "d" * 32]),
        SCC_SEAL_KEYS=json.dumps({"k2": "e" * 32, "k1": "f" * 32}),
    )

    assert (settings.secret_key_fallbacks, settings.edge_secrets, list(settings.seal_keys)) == (
        ("a" * 32, "b" * 32),
        ("c" * 32, "d" * 32),
        ["k2", "k1"],
    )


def test_what_is_shown_of_the_settings_holds_no_secret() -> None:
    env = app_environment()

    shown = repr(read(SCC_EDGE_SECRETS=json.dumps(["c" * 32])))

    assert [env[name] in shown for name in ("SECRET_KEY", "ADMIN_PASS_HASH")] == [False, False]
    assert "only the tests know" not in shown
    assert "c" * 32 not in shown


# The older tool's hash


def test_a_bare_sha256_starts_only_where_it_is_allowed() -> None:
    [problem] = problems(**(quick_environment() | {"SCC_ALLOW_SHA256": ""}))

    assert "set SCC_ALLOW_SHA256=1" in problem


@pytest.mark.parametrize("value", ["0", "true", "yes", " 1"])
def test_allowed_is_1_and_nothing_else(value: str) -> None:
    assert problems(**(quick_environment() | {"SCC_ALLOW_SHA256": value})) != []


def test_allowed_it_starts_with_a_warning_that_says_how_to_replace_it() -> None:
    [warning] = read_settings(quick_environment()).warnings

    assert "flask --app wsgi hash-password" in warning


def test_a_strong_hash_warns_of_nothing() -> None:
    strong = hash_password("another good password")

    assert read(ADMIN_PASS_HASH=strong, SCC_ALLOW_SHA256="1").warnings == ()
