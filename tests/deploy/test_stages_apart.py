"""Staging is not production: nothing that one gave out or was given opens the other."""

import json
from collections.abc import Iterator

import pytest
from werkzeug.datastructures import Headers

from scc.ops.zappa_settings import stage_settings
from tests.deploy.edge import Browser, browser, edge_headers, request
from tests.deploy.stack import PUBLIC_HOST, SENDER, Deployed

COOKIES = {"staging": "__Secure-scc-staging", "production": "__Host-scc"}


@pytest.fixture(params=["staging", "production"])
def pair(
    request: pytest.FixtureRequest, staging: Deployed, production: Deployed
) -> Iterator[tuple[Deployed, Deployed]]:
    """The stage that something was taken from, and the other one."""
    yield (staging, production) if request.param == "staging" else (production, staging)


def signed_in(deployed: Deployed) -> tuple[Browser, str]:
    """A browser, and its cookie's value."""
    visitor = browser(deployed)
    assert visitor.sign_in(password=deployed.password).status_code == 302
    cookie = visitor.get_cookie(COOKIES[deployed.stage], PUBLIC_HOST, deployed.prefix or "/")
    assert cookie
    return visitor, cookie.value


def test_cookie_is_refused(pair: tuple[Deployed, Deployed]) -> None:
    here, there = pair
    _, value = signed_in(here)
    for name in COOKIES.values():
        headers = edge_headers(there) | {"Cookie": f"{name}={value}"}
        status, answered, _ = request(there, f"{there.prefix}/scc/", headers=headers)
        assert status == 302
        assert "/scc/sign-in" in Headers(answered)["Location"]


def test_csrf_token_is_refused(pair: tuple[Deployed, Deployed]) -> None:
    here, there = pair
    theirs, _ = signed_in(here)
    foreign = theirs.see("/scc/events/new").form("/scc/events/new").values["csrf_token"][0]
    ours, _ = signed_in(there)
    form = ours.see("/scc/events/new").form("/scc/events/new")
    form.fill(first_name="Dora", date="2031-05-24", csrf_token=foreign)
    assert form.submit().status_code == 422
    status, _, body = request(
        there,
        f"{there.prefix}/api/events",
        headers=edge_headers(there) | {"X-Admin-Token": there.password},
    )
    assert status == 200
    assert "dora" not in body.decode()


def test_api_token_is_refused(pair: tuple[Deployed, Deployed]) -> None:
    here, there = pair
    headers = edge_headers(there) | {"X-Admin-Token": here.password}
    status, _, _ = request(there, f"{there.prefix}/api/events", headers=headers)
    assert status == 401


def test_password_is_refused(pair: tuple[Deployed, Deployed]) -> None:
    here, there = pair
    assert browser(there).sign_in(password=here.password).status_code == 401


def test_edge_secret_is_refused(pair: tuple[Deployed, Deployed]) -> None:
    here, there = pair
    headers = edge_headers(there) | {"X-SCC-Edge": here.edge_secret}
    status, _, _ = request(there, f"{there.prefix}/scc/sign-in", headers=headers)
    assert status == 403


def test_no_secret_is_shared(staging: Deployed, production: Deployed) -> None:
    shared = staging.environment().items() & production.environment().items()
    assert shared == {
        ("INSTANTIATE_LAMBDA_HANDLER_ON_IMPORT", "true"),
        ("SCC_SES_SENDER", SENDER),
    }


def test_each_function_has_its_own_role(staging: Deployed, production: Deployed) -> None:
    for deployed in (staging, production):
        function = deployed.client("lambda").get_function_configuration(
            FunctionName=deployed.function
        )
        assert function["Role"].endswith(f":role/scc-{deployed.stage}")


def test_only_its_own_api_and_clock_may_invoke_a_function(pair: tuple[Deployed, Deployed]) -> None:
    """Not by a role: the function's own policy names the API with its stage, and the rule."""
    here, _ = pair
    api_id = here.api_path.split("/")[2]
    answer = here.client("lambda").get_policy(FunctionName=here.function)
    sources = {
        ("apigateway.amazonaws.com", f":{api_id}/{here.stage}/*"),
        *(
            ("events.amazonaws.com", f":rule/{here.function}-{job['function']}")
            for job in stage_settings(here.stage)["events"]
        ),
    }
    statements = json.loads(answer["Policy"])["Statement"]
    allowed = [
        (one["Principal"]["Service"], one["Condition"]["ArnLike"]["AWS:SourceArn"])
        for one in statements
    ]
    found = [(who, end) for who, arn in allowed for _, end in sources if arn.endswith(end)]
    assert set(found) == sources
    assert len(found) == len(
        allowed
    )  # the API twice: of the function, and of what a release serves
    gateway = here.client("apigateway")
    for resource in gateway.get_resources(restApiId=api_id)["items"]:
        for method in resource.get("resourceMethods", {}):
            integration = gateway.get_integration(
                restApiId=api_id, resourceId=resource["id"], httpMethod=method
            )
            assert not integration.get("credentials")
