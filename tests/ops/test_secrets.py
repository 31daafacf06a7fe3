"""`flask secrets`: by name, never shown, never at another's cost. Against a function of its own.

The drills through a deployed app are in tests/deploy/test_rotation.py.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from click.testing import CliRunner, Result

from scc.ops import environment
from scc.ops.archive import Archive
from scc.ops.edge.wanted import listed, origin_document
from scc.ops.function import Function
from scc.ops.secrets import secrets_group
from scc.ops.zappa_settings import stage_settings
from tests.cloudfront import distribution, older_config
from tests.emulator import PASSWORD, app_environment, free_bucket, password_hash
from tests.ops.small_function import make_function, take_snapshots

KEY = "a key of thirty-two characters or more, for tests"
PLAIN = {"SCC_STAGE": "staging", "SCC_PUBLIC_URL": "https://www.example.com/_staging"}
GMAIL = json.dumps({"client_email": "mail@example.com", "private_key": "canary-gmail"})

Run = Callable[..., Result]


@pytest.fixture
def lambdas(aws: dict[str, str]) -> Iterator[Any]:
    """A client for Lambda; the function of staging and its archive stand."""
    archive = Archive("staging", stage_settings("staging")["s3_bucket"])
    archive.apply(archive.plan("us-west-2"))
    yield make_function("scc-staging", PLAIN)
    free_bucket(archive.bucket)


@pytest.fixture
def run(lambdas: Any) -> Run:
    def run(*words: str, value: str = "") -> Result:
        return CliRunner().invoke(secrets_group, list(words), input=value)

    return run


def variables(lambdas: Any, **qualifier: str) -> dict[str, str]:
    found = lambdas.get_function_configuration(FunctionName="scc-staging", **qualifier)
    return dict(found["Environment"]["Variables"])


def fill(lambdas: Any, **more: str) -> dict[str, str]:
    """All that the app needs."""
    wanted = {**app_environment(), **PLAIN, **more}
    Function("scc-staging").change(lambda _: wanted)
    return wanted


def test_a_new_stage_gets_what_it_lacks(run: Run, lambdas: Any) -> None:
    done = run("make", "staging", value=f"{PASSWORD}\n")
    assert done.exit_code == 0, done.output
    made = variables(lambdas)
    assert environment.problems(made) == []
    assert made.items() >= PLAIN.items()
    assert run("make", "staging").output == "Nothing is missing.\n"
    assert variables(lambdas) == made


def test_no_value_is_ever_shown(run: Run, lambdas: Any) -> None:
    outputs = [
        run("make", "staging", value=f"{PASSWORD}\n").output,
        run("rotate", "staging", "SECRET_KEY").output,
        run("set", "staging", "GMAIL_SERVICE_ACCOUNT_JSON", value=GMAIL).output,
        run("list", "staging").output,
        run("set", "staging", "SECRET_KEY", value="canary-short").output,
        run("set", "staging", KEY).output,
        run("set", "staging", "SECRET_KEY", KEY).output,
        run("rotate", "staging", "GMAIL_TOKEN").output,
    ]
    private = [PASSWORD, "canary", KEY]
    private += [v for k, v in variables(lambdas).items() if k not in PLAIN]
    assert not [(p, o) for p in private for o in outputs if p in o]
    assert "GMAIL_SERVICE_ACCOUNT_JSON  set, " in outputs[3]


def test_the_archive_keeps_no_readable_secret(run: Run, lambdas: Any, aws: Any) -> None:
    run("make", "staging", value=f"{PASSWORD}\n")
    s3 = boto3.session.Session().client("s3")
    bucket = stage_settings("staging")["s3_bucket"]
    kept = s3.get_object(Bucket=bucket, Key="releases/staging/standing.json")["Body"].read()
    assert b"SECRET_KEY" in kept
    assert not [v for k, v in variables(lambdas).items() if k not in PLAIN and v.encode() in kept]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SECRET_KEY", "short", "32 characters"),
        ("SECRET_KEY_FALLBACKS", "not a list", "JSON list"),
        ("ADMIN_PASS_HASH", "scrypt:32768:8:3", "a shell may have cut it"),
        ("ADMIN_PASS_HASH", "0" * 64, "bare SHA-256"),
        ("SCC_SEAL_KEYS", "{}", "JSON object"),
        ("SCC_EDGE_SECRETS", '["short"]', "JSON list"),
        ("GMAIL_SERVICE_ACCOUNT_JSON", '{"a": 1}', "service account"),
        ("GMAIL_TOKEN", "ya29.token", "JSON object"),
        ("GMAIL_SENDER_EMAIL", "a@example.com, b@example.com", "one e-mail address"),
        ("SECRET_KEY", "", "No value came"),
    ],
)
def test_what_is_malformed_is_refused_before(
    run: Run, lambdas: Any, name: str, value: str, told: str
) -> None:
    before = fill(lambdas)
    done = run("set", "staging", name, value=value)
    assert done.exit_code == 1
    assert told in done.output
    assert variables(lambdas) == before


def test_what_does_not_fit_is_refused_before(run: Run, lambdas: Any) -> None:
    before = fill(lambdas)
    large = json.dumps({"client_email": "mail@example.com", "private_key": "x" * 3900})
    done = run("set", "staging", "GMAIL_SERVICE_ACCOUNT_JSON", value=large)
    assert done.exit_code == 1
    assert "more than the 4096" in done.output
    assert variables(lambdas) == before


def test_the_size_is_what_lambda_measures() -> None:
    """Their JSON, in which a quote inside takes two bytes."""
    assert environment.size({"A": '"é"'}) == len('{"A":"\\"é\\""}'.encode())


def test_another_variable_is_never_lost(run: Run, lambdas: Any) -> None:
    """Somebody else writes between our reading and our writing: ours is made anew upon theirs."""
    fill(lambdas)
    function, asked = Function("scc-staging"), 0

    def change(now: Any) -> dict[str, str]:
        nonlocal asked
        asked += 1
        if asked == 1:
            Function("scc-staging").change(lambda theirs: {**theirs, "THEIRS": "1"})
        return {**now, "OURS": "1"}

    function.change(change)
    assert asked == 2
    assert variables(lambdas).items() >= {"THEIRS": "1", "OURS": "1"}.items()


def test_lambda_quotes_all_variables_and_we_do_not(
    run: Run, lambdas: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As AWS refuses too large an environment: the emulator would take it."""
    fill(lambdas)

    def refuse(http_response: Any, parsed: Any, model: Any, **_: Any) -> None:
        parsed["Error"] = {"Code": "InvalidParameterValueException", "Message": "canary: {…}"}
        parsed["ResponseMetadata"]["HTTPStatusCode"] = 400
        http_response.status_code = 400

    function = Function("scc-staging", lambdas)
    lambdas.meta.events.register("after-call.lambda.UpdateFunctionConfiguration", refuse)
    with pytest.raises(Exception, match="InvalidParameterValue") as caught:
        function.change(lambda now: {**now, "SECRET_KEY": KEY})
    assert "canary" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_key_rotates_with_grace_then_it_is_dead(run: Run, lambdas: Any) -> None:
    before = fill(lambdas)
    run("rotate", "staging", "SECRET_KEY")
    now = variables(lambdas)
    assert now["SECRET_KEY"] != before["SECRET_KEY"]
    assert json.loads(now["SECRET_KEY_FALLBACKS"]) == [before["SECRET_KEY"]]
    assert run("retire", "staging", "SECRET_KEY").exit_code == 0
    assert "SECRET_KEY_FALLBACKS" not in variables(lambdas)


def test_edge_secret_rotates_one_at_a_time(run: Run, lambdas: Any) -> None:
    fill(lambdas, SCC_EDGE_SECRETS=json.dumps([KEY]))
    run("rotate", "staging", "SCC_EDGE_SECRETS")
    new, old = json.loads(variables(lambdas)["SCC_EDGE_SECRETS"])
    assert old == KEY != new
    assert "under way" in run("rotate", "staging", "SCC_EDGE_SECRETS").output
    run("retire", "staging", "SCC_EDGE_SECRETS")
    assert json.loads(variables(lambdas)["SCC_EDGE_SECRETS"]) == [new]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        (("set", "staging", "SCC_EDGE_SECRETS"), json.dumps([KEY[::-1]])),
        (("remove", "staging", "SCC_EDGE_SECRETS"), ""),
    ],
)
def test_the_edge_is_not_shut_out(
    run: Run, lambdas: Any, words: tuple[str, ...], value: str
) -> None:
    before = fill(lambdas, SCC_EDGE_SECRETS=json.dumps([KEY]))
    cloudfront = boto3.session.Session().client("cloudfront")
    config = older_config("the-site", "unused.lambda-url.us-west-2.on.aws")
    api = origin_document("staging", "api.execute-api.us-west-2.amazonaws.com", "/staging", KEY)
    config["Origins"] = listed([*config["Origins"]["Items"], api])
    with distribution(cloudfront, config):
        done = run(*words, value=value)
    assert (done.exit_code, "The edge sends another one" in done.output) == (1, True)
    assert variables(lambdas) == before


def test_seal_keys_are_only_added_to(run: Run, lambdas: Any) -> None:
    before = json.loads(fill(lambdas)["SCC_SEAL_KEYS"])
    run("rotate", "staging", "SCC_SEAL_KEYS")
    after = json.loads(variables(lambdas)["SCC_SEAL_KEYS"])
    assert list(after) == ["k1", "k2"] and after["k1"] == before["k1"]
    done = run("set", "staging", "SCC_SEAL_KEYS", value=json.dumps({"k2": after["k2"]}))
    assert "Without k1" in done.output
    assert json.loads(variables(lambdas)["SCC_SEAL_KEYS"]) == after


def test_optional_ones_can_be_removed_and_needed_ones_not(run: Run, lambdas: Any) -> None:
    fill(lambdas, GMAIL_SENDER_EMAIL="office@example.com")
    assert run("remove", "staging", "GMAIL_SENDER_EMAIL").exit_code == 0
    assert "GMAIL_SENDER_EMAIL" not in variables(lambdas)
    assert run("remove", "staging", "SECRET_KEY").exit_code == 1
    assert "SECRET_KEY" in variables(lambdas)


def test_a_snapshot_is_taken_anew_and_served(run: Run, lambdas: Any) -> None:
    """A published version's variables are frozen: without a new one nobody would see the change."""
    fill(lambdas)
    take_snapshots(lambdas, "scc-staging")
    for _ in range(3):
        assert run("rotate", "staging", "SECRET_KEY").exit_code == 0
    served = variables(lambdas, Qualifier="snapstart")
    assert served["SECRET_KEY"] == variables(lambdas)["SECRET_KEY"]
    versions = lambdas.list_versions_by_function(FunctionName="scc-staging")["Versions"]
    assert len(versions) == 3  # the newest code, what is served, and what was before


def test_without_a_deployment_it_says_what_to_do(aws: dict[str, str]) -> None:
    done = CliRunner().invoke(secrets_group, ["list", "staging"])
    assert (done.exit_code, "docs/deploy.md" in done.output) == (1, True)


def test_password_hash_is_made_here(run: Run, lambdas: Any) -> None:
    fill(lambdas)
    assert "12 characters" in run("rotate", "staging", "ADMIN_PASS_HASH", value="short\n").output
    assert run("rotate", "staging", "ADMIN_PASS_HASH", value="a new password\n").exit_code == 0
    hashed = variables(lambdas)["ADMIN_PASS_HASH"]
    assert hashed.startswith("scrypt:32768:8:3$") and hashed != password_hash()
