"""What SCC wants of the distribution, declared once. Pure: nothing here knows AWS or Flask.

The names and ids of policies that AWS manages are from the CloudFront Developer Guide, "Use
managed cache policies" and "Use managed origin request policies".
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Document = dict[str, Any]
"""A part of a distribution's configuration, in CloudFront's own words."""

AppStage = Literal["production", "staging"]
Kind = Literal["pages", "api", "files"]

STAGING_PREFIX: Final = "/_staging"
SECRET_HEADER: Final = "X-SCC-Edge"  # noqa: S105 - its name, not its value
STAGE_HEADER: Final = "X-SCC-Stage"
"""What tells the app's answers from all others; its value is the stage."""


@dataclass(frozen=True)
class Behavior:
    """The requests to some paths, and where they go.

    `pages` and `api` are never cached; `files` are, for as long as the app says.
    """

    path: str
    stage: AppStage
    kind: Kind = "pages"
    older: bool = False
    """Whether the older tool's function answers it as well, so that it can be cut back to it."""


BEHAVIORS: Final = (
    Behavior("/_staging/scc/static/*", "staging", "files"),
    Behavior("/_staging/api/*", "staging", "api"),
    Behavior("/_staging/*", "staging"),
    Behavior("/_staging", "staging"),
    Behavior("/scc/static/*", "production", "files"),
    Behavior("/scc/*", "production"),
    Behavior("/scc", "production"),
    Behavior("/api/*", "production", "api", older=True),
    Behavior("/g/*", "production", older=True),
    Behavior("/tools/shipcaptaincrew/*", "production"),
    Behavior("/tools/shipcaptaincrew", "production"),
)
"""In the order that they need: CloudFront takes the first whose pattern fits."""

PATHS: Final = tuple(behavior.path for behavior in BEHAVIORS)

CACHING_DISABLED: Final = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
CACHING_OPTIMIZED: Final = "658327ea-f89d-4fab-a63d-7e88639e58f6"
"""Keeps an answer as long as its own Cache-Control says, up to a year, without cookies in its key.

Not UseOriginCacheControlHeaders, which hands the viewer's Host on: API Gateway answers that 403.
"""
ALL_BUT_HOST: Final = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
"""AllViewerExceptHostHeader, for the older function."""

FORWARDED_HEADERS: Final = (
    "Accept-Language",
    "CloudFront-Viewer-Address",
    "Content-Type",
    "Idempotency-Key",
    "Origin",
    "Referer",
    "Sec-Fetch-Site",
    "User-Agent",
    "X-Admin-Token",
    "X-SCC-Fragment",
)
"""What the app reads, and nothing else: CloudFront takes at most ten in a policy.

A policy that forwards all but Host can't add CloudFront-Viewer-Address.
"""

_COOKIES: Final[Mapping[AppStage, tuple[str, ...]]] = {
    "production": ("__Host-scc", "scc-method", "scc-theme"),
    "staging": ("__Secure-scc-staging", "scc-method", "scc-theme"),
}

ERRORS: Final = (400, 403, 404, 405, 500, 502, 503, 504)
"""What the app or API Gateway answers and CloudFront could replace by a page, or keep.

A response to an error belongs to the whole distribution. CloudFront keeps 405 and 5xx for ten
seconds, whatever the answer's Cache-Control says (Developer Guide, "Control how long CloudFront
caches errors"), and a page kept without cookies in its key could be somebody else's.
"""


def origin_id(stage: AppStage) -> str:
    return f"scc-{stage}"


def forwarding(stage: AppStage) -> Document:
    """The origin request policy of a stage's pages: what of a request reaches the app.

    Its name carries a hash of what it says, so that a change of it is a new policy, and a
    configuration kept earlier still means what it meant.
    """
    says = {
        "Comment": f"What reaches SCC, {stage}",
        "HeadersConfig": {
            "HeaderBehavior": "whitelist",
            "Headers": listed(FORWARDED_HEADERS),
        },
        "CookiesConfig": {"CookieBehavior": "whitelist", "Cookies": listed(_COOKIES[stage])},
        "QueryStringsConfig": {"QueryStringBehavior": "all"},
    }
    digest = hashlib.sha256(json.dumps(says, sort_keys=True).encode()).hexdigest()[:8]
    return {"Name": f"scc-{stage}-{digest}", **says}


def listed(items: tuple[str, ...] | list[Any]) -> Document:
    """A list as CloudFront wants it."""
    return {"Quantity": len(items), "Items": list(items)} if items else {"Quantity": 0}


def behavior_document(behavior: Behavior, origin: str, policy: str) -> Document:
    """All that CloudFront is told of a behaviour. `policy` is an origin request policy's id."""
    files = behavior.kind == "files"
    document = {
        "PathPattern": behavior.path,
        "TargetOriginId": origin,
        # A redirect would hide that a token had gone out in the clear.
        "ViewerProtocolPolicy": "https-only" if behavior.kind == "api" else "redirect-to-https",
        "AllowedMethods": _READING if files else _ALL,
        "CachePolicyId": CACHING_OPTIMIZED if files else CACHING_DISABLED,
        "Compress": files,
        "SmoothStreaming": False,
        "FieldLevelEncryptionId": "",
        "TrustedSigners": {"Enabled": False, "Quantity": 0},
        "TrustedKeyGroups": {"Enabled": False, "Quantity": 0},
        "LambdaFunctionAssociations": {"Quantity": 0},
        "FunctionAssociations": {"Quantity": 0},
    }
    if policy:
        document["OriginRequestPolicyId"] = policy
    return document


_CACHED: Final = {"CachedMethods": listed(["HEAD", "GET"])}
_READING: Final = listed(["HEAD", "GET"]) | _CACHED
_ALL: Final = listed(["HEAD", "DELETE", "POST", "GET", "OPTIONS", "PUT", "PATCH"]) | _CACHED


def origin_document(stage: AppStage, domain: str, path: str, secret: str) -> Document:
    """A stage's API as an origin. It sends the secret that lets the app believe the edge."""
    return {
        "Id": origin_id(stage),
        "DomainName": domain,
        "OriginPath": path,
        "CustomHeaders": listed([{"HeaderName": SECRET_HEADER, "HeaderValue": secret}]),
        "CustomOriginConfig": {
            "HTTPPort": 80,
            "HTTPSPort": 443,
            "OriginProtocolPolicy": "https-only",
            "OriginSslProtocols": listed(["TLSv1.2"]),
            "OriginReadTimeout": 30,  # the function itself has 15 s
            "OriginKeepaliveTimeout": 5,
        },
        "ConnectionAttempts": 3,
        "ConnectionTimeout": 10,
        "OriginShield": {"Enabled": False},
        "OriginAccessControlId": "",
    }


def error_document(code: int) -> Document:
    """The app's own answer, kept by nobody."""
    return {
        "ErrorCode": code,
        "ResponsePagePath": "",
        "ResponseCode": "",
        "ErrorCachingMinTTL": 0,
    }


@dataclass(frozen=True)
class Probe:
    """A request that shows who answers a path, and how the app answers it to a stranger."""

    path: str
    stage: AppStage | None
    """None: the company's site."""
    statuses: frozenset[int]
    method: str = "GET"


def probes(today: str) -> tuple[Probe, ...]:
    """`today` as `2026-05-23`: a waiver's link may name the day alone."""
    found, refused, led = frozenset({200, 404}), frozenset({401}), frozenset({302})
    return (
        Probe(f"/g/{today}/waiver", "production", found),
        Probe("/api/events", "production", refused),
        Probe("/api/log-payment", "production", refused, "POST"),
        Probe("/scc/", "production", led),
        Probe("/scc/healthz", "production", frozenset({200})),
        Probe("/tools/shipcaptaincrew/", "production", frozenset({200})),
        Probe("/_staging/scc/", "staging", led),
        Probe("/_staging/api/events", "staging", refused),
        Probe("/", None, frozenset({200, 301, 302, 307, 308})),
    )
