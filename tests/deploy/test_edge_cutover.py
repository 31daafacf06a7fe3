"""The old fault on the emulator's CloudFront, mended by `flask edge apply`: people's requests.

The distribution is as the older tool left it, with CloudFront's cache before it. A path at a time,
to the older function, and back: test_adoption_walk.py.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result

from scc.ops.edge.commands import edge_group
from scc.ops.edge.wanted import CACHING_DISABLED, Document, forwarding, listed
from tests import cloudfront
from tests.cloudfront import SITE_PAGE, Answer, Edge
from tests.deploy import edge as small_edge
from tests.deploy.edge import Browser
from tests.deploy.stack import OLDER_SITE, OLDER_TABLE, Deployed, as_commands_see_it

SLUG = "2031-05-24-alice-sunset"
EVENT = {
    "event_id": {"S": SLUG},
    "timestamp": {"N": "1700000000"},
    "patron_name": {"S": "Alice Fischer"},
}
TODAY = datetime.now(UTC).date().isoformat()


@pytest.fixture
def public(
    older_function: str, production: Deployed, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Edge]:
    """What people reach. The commands' environment points at the same AWS."""
    production.client("dynamodb").put_item(TableName=OLDER_TABLE, Item=EVENT)
    as_commands_see_it(production, monkeypatch)
    client = production.client("cloudfront")
    config = cloudfront.older_config(OLDER_SITE, older_function)
    with (
        cloudfront.distribution(client, config) as made,
        cloudfront.edge(client, made, production.port) as found,
    ):
        yield found


@pytest.fixture
def mended(public: Edge) -> Edge:
    assert run(public, "apply").exit_code == 0
    return public


def run(public: Edge, *arguments: str) -> Result:
    where = [] if arguments[0] == "plan" else ["--at", public.address]
    return CliRunner().invoke(edge_group, [*arguments, *where])


def browser(deployed: Deployed, public: Edge) -> Browser:
    def ask(path: str, method: str, headers: Mapping[str, str], body: bytes) -> small_edge.Answer:
        answer = public.ask(path, method, dict(headers), body)
        return answer.status, list(answer.headers), answer.body

    return small_edge.browser(deployed, ask)


def stage_of(answer: Answer) -> str:
    return answer.header("X-SCC-Stage")


# The old fault


def test_a_waivers_link_falls_to_the_site_until_it_is_mended(public: Edge) -> None:
    for path in (f"/g/{SLUG}/waiver", "/g/2031-05-24/waiver"):
        broken = public.ask(path)
        assert (broken.status, broken.body, stage_of(broken)) == (200, SITE_PAGE, "")
    assert "/g/* is missing, so its requests go to S3" in run(public, "plan").output

    result = run(public, "apply")

    assert result.exit_code == 0, result.output
    whole = public.ask(f"/g/{SLUG}/waiver")
    assert (whole.status, stage_of(whole)) == (200, "production")
    assert b"Alice" in whole.body
    assert stage_of(public.ask("/g/2031-05-24/waiver")) == "production"
    assert "all is as it should be" in run(public, "plan").output


def test_apply_proves_where_each_path_leads(public: Edge) -> None:
    lines = [line.split() for line in run(public, "apply").output.splitlines() if "reached" in line]
    assert {line[2].rstrip(":"): line[-1] for line in lines} == {
        f"/g/{TODAY}/waiver": "scc-production",
        "/api/events": "scc-production",
        "/api/log-payment": "scc-production",
        "/scc/": "scc-production",
        "/scc/healthz": "scc-production",
        "/tools/shipcaptaincrew/": "scc-production",
        "/_staging/scc/": "scc-staging",
        "/_staging/api/events": "scc-staging",
        "/": "S3",
    }


def test_the_older_api_gives_one_persons_answer_to_another(public: Edge) -> None:
    """What was inherited: an answer is kept under its path alone."""
    asked = {"X-Admin-Token": "the owner's"}
    owners = public.ask("/api/events", headers=asked)
    strangers = public.ask("/api/events")
    assert b"the owner's" in owners.body
    assert strangers.body == owners.body
    assert strangers.header("X-Cache") == "Hit from cloudfront"


def test_the_apps_refusals_reach_people_as_they_are(public: Edge) -> None:
    """403 was rewritten to the site's page with 200 for the whole distribution."""
    run(public, "apply")
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    answer = public.ask("/scc/sign-in", "POST", headers, b"name=x")
    assert (answer.status, stage_of(answer)) == (403, "production")


# Nothing crosses


def test_no_page_is_given_to_anybody_else(mended: Edge, production: Deployed) -> None:
    people = {name: browser(production, mended) for name in ("Moana", "Tamatoa")}
    for name, person in people.items():
        assert person.sign_in(name=name, password=production.password).status_code == 302
    pages = ("/scc/", "/scc/events", "/scc/events/new", "/scc/nope", f"/scc/events/{SLUG}")
    crossed = [
        (path, seen, name)
        for _ in range(2)
        for path in pages
        for name, person in people.items()
        for seen in people
        if seen != name and seen in person.get(path).get_data(as_text=True)
    ]
    assert crossed == []
    shown = [people[name].get("/scc/").get_data(as_text=True) for name in people]
    assert [name in text for name, text in zip(people, shown, strict=True)] == [True, True]


def test_strangers_get_nothing_of_what_was_just_read(mended: Edge, production: Deployed) -> None:
    token = {"X-Admin-Token": production.password}
    for _ in range(2):
        assert SLUG in mended.ask("/api/events", headers=token).body.decode()
        assert mended.ask("/api/events").status == 401
        assert mended.ask("/scc/").status == 302
    assert mended.kept.keys() == {"/"}  # the site's first page, which the proof had asked for


def test_errors_are_not_kept(mended: Edge) -> None:
    """CloudFront keeps 405 and 5xx for ten seconds, no-store or not, if nothing is said of them."""
    assert mended.ask("/scc/theme").status == 405
    assert mended.ask("/scc/theme").header("X-Cache") == "Miss from cloudfront"
    change(mended, CustomErrorResponses=listed([]))
    assert mended.ask("/scc/theme").header("X-Cache") == "Miss from cloudfront"
    assert mended.ask("/scc/theme").header("X-Cache") == "Hit from cloudfront"


def test_files_are_kept_for_good(mended: Edge, production: Deployed) -> None:
    for prefix in ("", "/_staging"):
        page = mended.ask(f"{prefix}/scc/sign-in").body.decode()
        path = next(part for part in page.split('"') if part.endswith(".css"))
        first, second = mended.ask(path), mended.ask(path)
        assert first.header("Cache-Control") == "public, max-age=31536000, immutable"
        assert [one.header("X-Cache") for one in (first, second)] == [
            "Miss from cloudfront",
            "Hit from cloudfront",
        ]
        assert second.body == first.body


def change(public: Edge, **changes: Document) -> None:
    found = public.cloudfront.get_distribution_config(Id=public.id)
    public.cloudfront.update_distribution(
        Id=public.id,
        IfMatch=found["ETag"],
        DistributionConfig=found["DistributionConfig"] | changes,
    )


# What reaches an origin


@pytest.mark.parametrize(
    ("stage", "cookies"),
    [
        ("production", "__Host-scc=p; scc-theme=dark"),
        ("staging", "__Secure-scc-staging=s; scc-theme=dark"),
    ],
)
def test_an_origin_gets_what_its_stage_reads(
    mended: Edge, older_function: str, stage: str, cookies: str
) -> None:
    """Told by the older function, which says what reached it, under the stage's own policy."""
    listed_ = mended.cloudfront.list_origin_request_policies(Type="custom")
    policies = {
        one["OriginRequestPolicy"]["OriginRequestPolicyConfig"]["Name"]: one["OriginRequestPolicy"]
        for one in listed_["OriginRequestPolicyList"]["Items"]
    }
    policy = policies[forwarding("staging" if stage == "staging" else "production")["Name"]]
    told = {
        "PathPattern": "/told",
        "TargetOriginId": "older",
        "ViewerProtocolPolicy": "https-only",
        "CachePolicyId": CACHING_DISABLED,
        "OriginRequestPolicyId": policy["Id"],
    }
    change(mended, CacheBehaviors=listed([told]))
    sent = {
        "Cookie": "__Host-scc=p; __Secure-scc-staging=s; scc-theme=dark; _ga=1",
        "CloudFront-Viewer-Address": "192.0.2.66:1",
        "X-Forwarded-Host": "evil.example",
        "Idempotency-Key": "k",
    }
    got = json.loads(mended.ask("/told?a=1", headers=sent).body)["headers"]
    assert got["cookie"] == cookies
    assert got["cloudfront-viewer-address"].startswith("127.0.0.1:")
    assert got["host"] == older_function
    assert got["idempotency-key"] == "k"
    assert "x-forwarded-host" not in got


def test_a_proof_that_fails_is_told(public: Edge, production: Deployed) -> None:
    """Here the app is not let believe the edge."""
    run(public, "apply")
    found = public.cloudfront.get_distribution_config(Id=public.id)["DistributionConfig"]
    for origin in found["Origins"]["Items"]:
        for header in origin.get("CustomHeaders", {}).get("Items", []):
            header["HeaderValue"] = "not the secret that it should be"
    change(public, Origins=found["Origins"])
    result = run(public, "prove")
    assert result.exit_code == 1
    assert "GET /scc/: 403 from scc-production; a stranger gets 302 there" in result.output
    assert "`flask edge undo` puts back" in result.output
    assert "sent a secret that the app doesn't take" in run(public, "plan").output
    assert run(public, "apply").exit_code == 0
