"""What is declared for the edge, held against the app: nothing that it needs is left out."""

import re
from pathlib import Path

import pytest
from flask import Flask

from scc.config import read_settings
from scc.context import Context
from scc.ops.edge.patterns import fits
from scc.ops.edge.wanted import (
    BEHAVIORS,
    ERRORS,
    FORWARDED_HEADERS,
    PATHS,
    SECRET_HEADER,
    STAGE_HEADER,
    AppStage,
    Behavior,
    forwarding,
    probes,
)
from tests.page import PageClient

ROOT = Path(__file__).parents[2]
STAGES: tuple[AppStage, ...] = ("production", "staging")
PREFIXES = {"production": "", "staging": "/_staging"}
PROPERTIES = {
    "accept_languages": "Accept-Language",
    "accept_mimetypes": "Accept",
    "authorization": "Authorization",
    "mimetype": "Content-Type",
    "referrer": "Referer",
    "user_agent": "User-Agent",
}
"""What Flask calls some headers."""
CONSTANT = re.compile(r'COOKIE(?:: Final)? = "([^"]+)"')


def sources(folder: str, pattern: str) -> str:
    paths = sorted((ROOT / folder).rglob(pattern))
    return "\n".join(path.read_text() for path in paths if "ops" not in path.parts)


def taken(path: str) -> Behavior | None:
    return next((one for one in BEHAVIORS if fits(one.path, path)), None)


@pytest.mark.parametrize("stage", STAGES)
def test_every_route_is_led_to_its_stage(app: Flask, stage: AppStage) -> None:
    rules = {re.sub(r"<[^>]+>", "x", rule.rule) for rule in app.url_map.iter_rules()}
    lost = [
        path
        for path in sorted(rules - {"/"})  # at the edge that is the company's site
        if (found := taken(PREFIXES[stage] + path)) is None or found.stage != stage
    ]
    assert len(rules) > 40
    assert lost == []


def test_only_static_files_are_cached(app: Flask) -> None:
    rules = {re.sub(r"<[^>]+>", "x", rule.rule) for rule in app.url_map.iter_rules()}
    kept = {p for p in rules if (found := taken(p)) is not None and found.kind == "files"}
    assert kept == {"/scc/static/x/x"}


def test_every_header_that_the_app_reads_reaches_it() -> None:
    code = sources("scc", "*.py")
    read = set(re.findall(r'request\.headers(?:\.get\(|\[)"([A-Za-z-]+)"', code))
    read |= {name for prop, name in PROPERTIES.items() if f"request.{prop}" in code}
    read |= set(re.findall(r'"(X-SCC-[A-Za-z-]+)"[:,]', sources("static", "*.js")))
    assert len(read) >= 5
    assert read - {*FORWARDED_HEADERS} == set()


@pytest.mark.parametrize("stage", STAGES)
def test_every_cookie_of_a_stage_reaches_it_and_no_other(
    app_env: dict[str, str], stage: AppStage
) -> None:
    url = f"https://sail.example{PREFIXES[stage]}"
    settings = read_settings(app_env | {"SCC_STAGE": stage, "SCC_PUBLIC_URL": url})
    named = {settings.cookie_name, *CONSTANT.findall(sources("scc", "*.py"))}
    assert {*forwarding(stage)["CookiesConfig"]["Cookies"]["Items"]} == named


def test_the_app_names_its_stage_in_every_answer(client: PageClient, ctx: Context) -> None:
    for path in ("/scc/", "/scc/healthz", "/g/2031-05-24/waiver", "/api/events", "/scc/nope"):
        assert client.get(path).headers[STAGE_HEADER] == ctx.settings.stage


def test_the_secret_is_sent_under_the_name_that_the_app_reads() -> None:
    assert f'"{SECRET_HEADER.lower()}"' in (ROOT / "scc/web/edge.py").read_text()


def test_each_stages_paths_are_probed() -> None:
    for probe in probes("2031-05-24"):
        found = taken(probe.path)
        assert (found and found.stage) == probe.stage
    assert {probe.stage for probe in probes("2031-05-24")} == {*STAGES, None}


def test_errors_that_cloudfront_can_replace_are_known() -> None:
    """All that it lets one name, but for two that neither the app nor API Gateway answers."""
    nameable = {400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504}
    assert nameable - {*ERRORS} == {414, 416, 501}


def test_narrower_paths_come_first() -> None:
    for at, one in enumerate(BEHAVIORS):
        assert not [wide for wide in BEHAVIORS[:at] if fits(wide.path, one.path)]
    assert len({*PATHS}) == len(PATHS) < 25  # CloudFront's quota
