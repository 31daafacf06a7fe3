"""What differs at the edge, in words, and the way there and back. Without AWS."""

import copy
import dataclasses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scc.ops.edge.back import restoring
from scc.ops.edge.live import App, Hidden, Live, behaviors, errors, origins, patterns, taken_by
from scc.ops.edge.patterns import covers, fits, normal, overlap
from scc.ops.edge.plan import Plan, Refused, plan, problems
from scc.ops.edge.wanted import (
    ALL_BUT_HOST,
    BEHAVIORS,
    CACHING_DISABLED,
    CACHING_OPTIMIZED,
    FORWARDED_HEADERS,
    PATHS,
    Document,
    forwarding,
    listed,
    origin_id,
)
from tests.cloudfront import older_config, s3_origin

NEW, OLD = "a-new-secret-of-the-edge-0123456789", "an-old-secret-of-the-edge-012345678"
APPS = {
    stage: App(stage, f"{stage}.execute-api.us-west-2.amazonaws.com", f"/{stage}", (NEW, OLD))
    for stage in ("production", "staging")
}
CACHING = {
    CACHING_OPTIMIZED: "Managed-CachingOptimized: up to 31536000 s, 1 s at the least",
    CACHING_DISABLED: "Managed-CachingDisabled: not at all",
}
OLDER = "abc.lambda-url.us-west-2.on.aws"


def live(config: Document | None = None, **more: Any) -> Live:
    given: dict[str, Any] = {
        "id": "E1",
        "host": "www.example.com",
        "domain": "d1.cloudfront.net",
        "etag": "1",
        "everywhere": True,
        "config": config or older_config("site-bucket", OLDER),
        "apps": APPS,
        "policies": {ALL_BUT_HOST: "Managed-AllViewerExceptHostHeader"},
        "caching": CACHING,
        "hidden": {},
    }
    return Live(**given | more)


def applied(before: Live, planned: Plan) -> Live:
    """As AWS would then have it."""
    config = copy.deepcopy(planned.config)
    policies = dict(before.policies)
    for policy in planned.policies:
        policies[f"id-of-{policy['Name']}"] = policy["Name"]
    for one in behaviors(config):
        name = one.get("OriginRequestPolicyId", "")
        if name.startswith("name:"):
            one["OriginRequestPolicyId"] = f"id-of-{name.removeprefix('name:')}"
    return dataclasses.replace(before, config=config, policies=policies)


def told(planned: Plan) -> str:
    return "\n".join((*planned.differences, *planned.notes, *planned.obstacles))


def other(path: str, origin: str = "site") -> Document:
    return {
        "PathPattern": path,
        "TargetOriginId": origin,
        "ViewerProtocolPolicy": "allow-all",
        "CachePolicyId": CACHING_OPTIMIZED,
    }


def with_behaviors(*documents: Document) -> Document:
    config = older_config("site-bucket", OLDER)
    return config | {"CacheBehaviors": listed([*documents])}


def goes_to(config: Document, path: str) -> str:
    return str(taken_by(config, path)["TargetOriginId"])


# What the older tool left


@pytest.mark.parametrize(
    "words",
    [
        "/g/* is missing, so its requests go to S3 (site-bucket); they should go to scc-production",
        f"/api/* goes to the older function ({OLDER}); it should go to scc-production",
        "/api/* is cached (Managed-CachingOptimized: up to 31536000 s, 1 s at the least); it never",
        "/api/* hands on Managed-AllViewerExceptHostHeader; it should hand on scc-production-",
        "/api/* takes viewers by redirect-to-https; it should take them by https-only",
        "the error 403 is answered by /index.html with 200, the app's too",
        "errors (400, 404, 405, 500, 502, 503, 504) may be kept and given to the next who asks",
        "the origin scc-production (production.execute-api.us-west-2.amazonaws.com) is missing",
        "/blog/* (to S3 (site-bucket)) is left as it is",
    ],
)
def test_the_older_tools_distribution_is_told_in_words(words: str) -> None:
    assert words in told(plan(live()))


def test_all_of_it_is_mended() -> None:
    after = applied(live(), plan(live()))
    assert plan(after).is_empty
    for path, origin in {
        "/g/2026-05-23/waiver": "scc-production",
        "/g/2026-05-23-alice-sunset/waiver/done": "scc-production",
        "/api/events": "scc-production",
        "/scc": "scc-production",
        "/tools/shipcaptaincrew/old": "scc-production",
        "/_staging/g/x/waiver": "scc-staging",
        "/_staging": "scc-staging",
        "/": "site",
        "/blog/2024": "site",
        "/gallery": "site",
    }.items():
        assert goes_to(after.config, path) == origin, path


def test_pages_are_never_cached_and_files_are() -> None:
    after = applied(live(), plan(live())).config
    for path in ("/g/x/waiver", "/api/events", "/scc/", "/_staging/scc/", "/_staging/api/events"):
        assert taken_by(after, path)["CachePolicyId"] == CACHING_DISABLED
    for path in ("/scc/static/0/app.css", "/_staging/scc/static/0/app.css"):
        assert taken_by(after, path)["CachePolicyId"] == CACHING_OPTIMIZED
        assert "OriginRequestPolicyId" not in taken_by(after, path)  # no cookie, so nobody's page


def test_staging_gets_its_own_cookie_alone() -> None:
    cookies = {
        stage: forwarding(stage)["CookiesConfig"]["Cookies"]["Items"]
        for stage in ("production", "staging")
    }
    assert "__Host-scc" in cookies["production"] and "__Secure-scc-staging" in cookies["staging"]
    assert "__Host-scc" not in cookies["staging"]
    assert "__Secure-scc-staging" not in cookies["production"]


def test_a_policy_is_within_cloudfronts_limits() -> None:
    """Ten headers and cookies each; all names together 1,024 characters."""
    for stage in ("production", "staging"):
        policy = forwarding(stage)
        headers = policy["HeadersConfig"]["Headers"]["Items"]
        cookies = policy["CookiesConfig"]["Cookies"]["Items"]
        assert len(headers) <= 10 and len(cookies) <= 10
        assert len("".join(headers + cookies)) <= 1024
    assert "Host" not in FORWARDED_HEADERS  # API Gateway answers another one with 403


def test_others_are_left_as_they_are() -> None:
    before = live()
    planned = plan(before)
    kept = [one for one in behaviors(planned.config) if one["PathPattern"] == "/blog/*"]
    assert kept == [behaviors(before.config)[1]]
    assert origins(planned.config).items() >= origins(before.config).items()
    for name in before.config.keys() - {"CacheBehaviors", "Origins", "CustomErrorResponses"}:
        assert planned.config[name] == before.config[name]


def test_objects_that_would_be_hidden_are_named() -> None:
    names = tuple(f"/tools/shipcaptaincrew/{n}.js" for n in range(5))
    hidden = {"/tools/shipcaptaincrew/*": Hidden("site-bucket", names)}
    words = "that hides objects of site-bucket: /tools/shipcaptaincrew/0.js, "
    assert words in told(plan(live(hidden=hidden)))
    assert "and 2 others" in told(plan(live(hidden=hidden)))


# What is wrong with what stands


def standing() -> Live:
    return applied(live(), plan(live()))


def spoiled(path: str, **changes: Any) -> Live:
    """All as it should be, but for this on one behaviour."""
    found = standing()
    for one in behaviors(found.config):
        if one["PathPattern"] == path:
            one |= changes
    return found


@pytest.mark.parametrize(
    ("path", "changes", "words"),
    [
        ("/api/*", {"CachePolicyId": CACHING_OPTIMIZED}, "is cached (Managed-CachingOptimized"),
        ("/api/*", {"CachePolicyId": None, "DefaultTTL": 60}, "is cached (settings of old, 60 s"),
        ("/scc/static/*", {"CachePolicyId": CACHING_DISABLED}, "is cached (Managed-CachingDis"),
        ("/g/*", {"TargetOriginId": "site"}, "goes to S3 (site-bucket); it should go to scc-prod"),
        ("/_staging/*", {"TargetOriginId": "scc-production"}, "goes to scc-production; it should"),
        ("/g/*", {"AllowedMethods": listed(["HEAD", "GET"])}, "lets HEAD, GET through"),
        ("/g/*", {"AllowedMethods": None}, "lets GET, HEAD through"),
        ("/g/*", {"OriginRequestPolicyId": ""}, "hands on nothing of a request but its path"),
        ("/g/*", {"ViewerProtocolPolicy": "allow-all"}, "takes viewers by allow-all"),
        ("/g/*", {"ResponseHeadersPolicyId": "x"}, "has its answers' headers rewritten"),
        ("/g/*", {"Compress": True}, "is compressed; the API"),
        ("/g/*", {"FunctionAssociations": listed([{"FunctionARN": "x"}])}, "runs code"),
        ("/g/*", {"LambdaFunctionAssociations": listed([{"x": 1}])}, "runs code"),
        ("/g/*", {"TrustedKeyGroups": {"Enabled": True}}, "is open to signed addresses alone"),
    ],
)
def test_each_fault_is_told_and_mended(path: str, changes: dict[str, Any], words: str) -> None:
    before = spoiled(path, **changes)
    [difference] = plan(before).differences
    assert difference.startswith(f"{path} {words}")
    after = applied(before, plan(before))
    assert plan(after).is_empty
    assert taken_by(after.config, path)["PathPattern"] == path


def test_fields_and_order_of_lists_that_cloudfront_gives_are_no_difference() -> None:
    methods = listed(["PATCH", "GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"])
    found = spoiled("/g/*", AllowedMethods=methods, GrpcConfig={"Enabled": False})
    assert plan(found).is_empty


def test_where_requests_are_logged_to_stays() -> None:
    before = spoiled("/g/*", RealtimeLogConfigArn="arn:x", Compress=True)
    assert taken_by(plan(before).config, "/g/x")["RealtimeLogConfigArn"] == "arn:x"


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        (OLD, "is sent the older of the app's two secrets"),
        ("another", "is sent a secret that the app doesn't take"),
        ("", "is sent no secret"),
    ],
)
def test_the_edges_secret_is_compared_and_never_told(secret: str, words: str) -> None:
    before = standing()
    origins(before.config)["scc-production"]["CustomHeaders"]["Items"][0]["HeaderValue"] = secret
    planned = plan(before)
    assert words in told(planned)
    assert not [text for text in (NEW, OLD) if text in told(planned) + repr(planned) + repr(before)]
    assert plan(applied(before, planned)).is_empty


def test_an_api_that_was_made_anew_is_told() -> None:
    before = standing()
    origins(before.config)["scc-staging"]["DomainName"] = "gone.execute-api.us-west-2.amazonaws.com"
    assert "the origin scc-staging is gone.execute-api" in told(plan(before))


def test_a_change_on_its_way_is_a_problem_for_the_doctor() -> None:
    assert problems(standing()) == []
    found = problems(dataclasses.replace(live(), everywhere=False))
    assert [text for text in found if "on its way" in text]
    assert all(text.startswith("Edge: ") and text.endswith((".", "wait.")) for text in found)


# Order


def test_a_catch_all_before_ours_is_out_of_order() -> None:
    config = with_behaviors(other("/*"), *behaviors(standing().config))
    before = dataclasses.replace(standing(), config=standing().config | {
        "CacheBehaviors": config["CacheBehaviors"]
    })  # fmt: skip
    planned = plan(before)
    assert "/g/* stands behind /*, which takes its requests" in told(planned)
    assert goes_to(planned.config, "/g/x/waiver") == "scc-production"
    assert goes_to(planned.config, "/else") == "site"
    assert plan(applied(before, planned)).is_empty


def test_a_part_that_another_has_taken_stays_its_own() -> None:
    config = with_behaviors(other("/api/weather/*"), other("/*.jpg"), other("api/*", "older"))
    planned = plan(live(config))
    assert goes_to(planned.config, "/api/weather/today") == "site"
    assert goes_to(planned.config, "/g/photo.jpg") == "scc-production"
    assert goes_to(planned.config, "/photo.jpg") == "site"
    assert "/api/weather/* (to S3 (site-bucket)) is left as it is" in told(planned)
    assert planned.obstacles == ()


def test_a_part_that_the_app_needs_has_to_be_taken_out_by_name() -> None:
    config = with_behaviors(other("/api/events*", "older"), other("/api/*", "older"))
    assert "take it out with --drop '/api/events*'" in told(plan(live(config)))
    planned = plan(live(config), drop=["/api/events*"])
    assert planned.obstacles == ()
    assert f"/api/events* (to the older function ({OLDER})) is taken out, as you" in told(planned)
    assert goes_to(planned.config, "/api/events") == "scc-production"


@pytest.mark.parametrize(("drop", "words"), [("/nope", "has no behaviour"), ("/api/*", "own")])
def test_what_can_not_be_dropped_is_refused(drop: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        plan(live(), drop=[drop])


# One path at a time


def test_one_path_alone() -> None:
    before = live()
    after = applied(before, plan(before, only=["/g/*"]))
    assert goes_to(after.config, "/g/2026-05-23/waiver") == "scc-production"
    assert goes_to(after.config, "/api/events") == "older"
    assert goes_to(after.config, "/scc/") == "site"
    assert "scc-staging" not in origins(after.config)
    assert plan(after, only=["/g/*"]).is_empty


def test_one_path_alone_wakes_no_other() -> None:
    """`/api/*` stands dead behind the catch-all, and was not asked for."""
    before = live(with_behaviors(other("/*"), other("/api/*", "older")))
    after = plan(before, only=["/g/*"]).config
    assert patterns(behaviors(after)) == ["/g/*", "/*", "/api/*"]


def test_a_path_is_cut_back_to_the_older_function() -> None:
    before = standing()
    after = applied(before, plan(before, only=["/api/*"], goal="older"))
    api = taken_by(after.config, "/api/events")
    assert (api["TargetOriginId"], api["CachePolicyId"]) == ("older", CACHING_DISABLED)
    assert api["OriginRequestPolicyId"] == ALL_BUT_HOST
    assert goes_to(after.config, "/g/x/waiver") == "scc-production"
    assert f"/api/* goes to the older function ({OLDER})" in told(plan(after))


@pytest.mark.parametrize(
    ("only", "words"),
    [([], "Say with --only"), (["/scc/*"], "has nothing at /scc/"), (["/x"], "none of SCC's")],
)
def test_what_the_older_function_has_not_is_refused(only: list[str], words: str) -> None:
    with pytest.raises(Refused, match=words):
        plan(standing(), only=only, goal="older")


def test_without_the_older_function_nothing_goes_back_to_it() -> None:
    config = older_config("site-bucket", "www.example.org")
    with pytest.raises(Refused, match="0 functions"):
        plan(live(config), only=["/g/*"], goal="older")


# A stage that is not there yet


def test_a_stage_that_is_not_deployed_keeps_its_paths() -> None:
    apps = {"staging": APPS["staging"]}
    before = live(apps=apps, problems=("scc-production is not deployed",))
    planned = plan(before)
    assert goes_to(planned.config, "/_staging/scc/") == "scc-staging"
    assert goes_to(planned.config, "/g/x/waiver") == "site"
    assert goes_to(planned.config, "/api/events") == "older"
    assert "scc-production is not deployed" in told(planned)
    with pytest.raises(Refused, match="not deployed"):
        plan(before, only=["/g/*"])


# Back


def test_back_to_just_what_was_found() -> None:
    before = live()
    after = applied(before, plan(before))
    back = restoring(after, before.config)
    assert back.config == before.config
    assert "the error 403 is answered by /index.html" in told(back)
    assert "/g/* is taken out, so its requests go to S3 (site-bucket)" in told(back)
    assert restoring(before, before.config).is_empty


def test_one_path_back() -> None:
    before = live()
    after = applied(before, plan(before))
    back = restoring(after, before.config, only=["/g/*"]).config
    assert goes_to(back, "/g/x/waiver") == "site"
    assert goes_to(back, "/api/events") == "scc-production"
    assert errors(back) == errors(after.config)


def test_what_others_did_meanwhile_stays() -> None:
    before = live()
    after = applied(before, plan(before))
    after.config["Comment"] = "changed"
    after.config["Origins"]["Items"].append(s3_origin("shop", "shop-bucket"))
    after.config["CacheBehaviors"] = listed([*behaviors(after.config), other("/shop/*", "shop")])
    back = restoring(after, before.config).config
    assert patterns(behaviors(back)) == ["/api/*", "/blog/*", "/shop/*"]
    assert goes_to(back, "/api/events") == "older"
    assert back["Comment"] == "changed"
    assert origins(back).keys() == {"site", "older", "shop"}


def test_what_was_dropped_comes_back() -> None:
    before = live(with_behaviors(other("/api/events*", "older"), other("/api/*", "older")))
    after = applied(before, plan(before, drop=["/api/events*"]))
    back = restoring(after, before.config, dropped=["/api/events*"])
    assert back.config == before.config


def test_the_secret_of_today_is_sent() -> None:
    """A rotation in between has made the kept one worthless; it was not even kept."""
    then = standing()
    kept = copy.deepcopy(then.config)
    for origin in kept["Origins"]["Items"]:
        for header in origin.get("CustomHeaders", {}).get("Items", []):
            header["HeaderValue"] = ""
    newest = "the-newest-secret-of-the-edge-01234567"
    apps = {stage: dataclasses.replace(app, secrets=(newest,)) for stage, app in APPS.items()}
    now = dataclasses.replace(spoiled("/g/*", TargetOriginId="site"), apps=apps)
    back = restoring(now, kept).config
    assert goes_to(back, "/g/x") == "scc-production"
    sent = origins(back)["scc-production"]["CustomHeaders"]["Items"][0]
    assert sent == {"HeaderName": "X-SCC-Edge", "HeaderValue": newest}


def test_an_origin_that_is_gone_can_not_be_gone_back_to() -> None:
    before = live()
    after = applied(before, plan(before))
    kept = [one for one in after.config["Origins"]["Items"] if one["Id"] != "older"]
    after.config["Origins"] = listed(kept)
    with pytest.raises(Refused, match="older is not there any more"):
        restoring(after, before.config)


# Whatever others have

PATTERNS = st.sampled_from(
    ["/*", "*", "/g/*", "/api/*", "/scc/*", "/*.css", "/api/weather/*", "/g/?", "/_staging/x*",
     "/scc/static/*", "/shop/*", "/g/*/photo", "/tools/*", "api/*", "/?cc/*"]
)  # fmt: skip
SAMPLES = [path.replace("*", text) for path in PATHS for text in ("", "x", "a/photo", "app.css")]


@settings(max_examples=60, deadline=None)
@given(st.lists(PATTERNS, unique=True, max_size=8), st.lists(st.sampled_from(PATHS), unique=True))
def test_whatever_others_have(found: list[str], only: list[str]) -> None:
    before = live(with_behaviors(*(other(path) for path in dict.fromkeys(map(normal, found)))))
    after = applied(before, plan(before, only))
    chosen = [one for one in BEHAVIORS if not only or one.path in only]
    assert plan(after, only).differences == ()
    assert restoring(after, before.config).config == before.config
    theirs = [path for path in dict.fromkeys(map(normal, found)) if path not in PATHS]
    assert [path for path in patterns(behaviors(after.config)) if path not in PATHS] == theirs
    for sample in SAMPLES:
        taker = taken_by(after.config, sample)
        first = next((one for one in BEHAVIORS if fits(one.path, sample)), None)
        if first in chosen and taker.get("PathPattern") != first.path:
            assert covers(first.path, taker["PathPattern"]), f"{taker} takes {sample}"


@pytest.mark.parametrize(
    ("one", "two", "meet"),
    [
        ("/g/*", "/*", True),
        ("/g/*", "/api/*", False),
        ("/g/*", "*/waiver", True),
        ("/?/x", "/g/*", True),
        ("g/*", "/g/x", True),
        ("/scc", "/scc/*", False),
        ("*.css", "/scc/static/*", True),
    ],
)
def test_patterns_meet(one: str, two: str, meet: bool) -> None:
    assert overlap(one, two) is meet
    assert overlap(two, one) is meet


@pytest.mark.parametrize(
    ("wide", "narrow", "whole"),
    [
        ("/*", "/g/*", True),
        ("/g/*", "/*", False),
        ("/g/*", "/g/*", True),
        ("/g/?*", "/g/*", False),
        ("/g/*", "/g/?", True),
        ("/g/?", "/g/*", False),
        ("*", "api/x", True),
    ],
)
def test_a_pattern_covers_another(wide: str, narrow: str, whole: bool) -> None:
    assert covers(wide, narrow) is whole


def test_names_of_origins_are_those_of_the_functions() -> None:
    assert [origin_id(stage) for stage in APPS] == ["scc-production", "scc-staging"]
