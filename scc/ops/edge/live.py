"""The distribution as it is, and what stands behind it, read as data."""

import copy
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, get_args
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from scc.aws import make_client
from scc.ops.edge.patterns import covers, fits, literal_prefix, normal
from scc.ops.edge.wanted import (
    BEHAVIORS,
    SECRET_HEADER,
    STAGING_PREFIX,
    AppStage,
    Document,
    origin_id,
)
from scc.ops.trouble import Trouble
from scc.ops.zappa_settings import stage_settings

STAGES: Final[tuple[AppStage, ...]] = get_args(AppStage)
ENTERED_BY: Final = "snapstart"
"""The alias that Zappa lets API Gateway enter a function by; without SnapStart there is none."""
_BUCKET: Final = re.compile(
    r"(?P<bucket>[a-z0-9][a-z0-9.-]+?)\.s3(-website)?([.-][a-z0-9-]+)?\.amazonaws\.com"
)
_FUNCTION_URL: Final = re.compile(r"[a-z0-9]+\.lambda-url\.[a-z0-9-]+\.on\.aws")
_NAMED: Final = 3


class Lost(Trouble):
    """The distribution or an API can't be told apart or found; `str(error)` says what to do."""


@dataclass(frozen=True)
class Aws:
    """The clients, made once."""

    cloudfront: Any
    s3: Any
    apigateway: Any
    functions: Any
    bucket: str
    """Where what apply found is kept: the one that Zappa puts packages into."""


@dataclass(frozen=True)
class App:
    """A deployed stage."""

    stage: AppStage
    domain: str
    path: str
    secrets: tuple[str, ...] = field(repr=False)
    """What its function takes as X-SCC-Edge; the edge sends the first."""


@dataclass(frozen=True)
class Hidden:
    """Objects of the site that nobody could reach any more."""

    bucket: str
    names: tuple[str, ...] = ()
    more: bool = False
    unread: str = ""
    """Why they could not be listed."""

    def __str__(self) -> str:
        if self.unread:
            return f"whether that hides objects of {self.bucket} could not be read: {self.unread}"
        shown = ", ".join(self.names[:_NAMED])
        rest = len(self.names) - _NAMED
        end = f" and {rest}{' or more' if self.more else ''} others" if rest > 0 else ""
        return f"that hides objects of {self.bucket}: {shown}{end}"


@dataclass(frozen=True)
class Live:
    """All that a plan is made from. `config` holds the edge's secrets: it is never printed."""

    id: str
    host: str
    """What people type."""
    domain: str
    """CloudFront's own name for it."""
    etag: str
    everywhere: bool
    """Whether the last change has reached all of CloudFront."""
    config: Document = field(repr=False)
    apps: Mapping[AppStage, App]
    policies: Mapping[str, str]
    """Origin request policies: names by id."""
    caching: Mapping[str, str]
    """Cache policies: what they do, in words, by id."""
    hidden: Mapping[str, Hidden]
    """By the path of a wanted behaviour that has not taken them yet."""
    problems: tuple[str, ...] = ()
    """What keeps a stage's paths as they are."""


def connect() -> Aws:
    """Clients by the environment. A change of a distribution may take AWS some seconds."""
    return Aws(
        make_client("cloudfront", read_timeout=60),
        make_client("s3", read_timeout=60),
        make_client("apigateway", read_timeout=60),
        make_client("lambda", read_timeout=60),
        str(stage_settings("production")["s3_bucket"]),
    )


def read(aws: Aws, distribution: str = "", *, objects: bool = False) -> Live:
    """Read the distribution that has production's address, or the one that is named.

    With `objects`, the site's objects too that the wanted behaviours would hide. Raises Lost.
    """
    host = public_host()
    found = _find(aws.cloudfront, distribution, host)
    answer = aws.cloudfront.get_distribution_config(Id=found["Id"])
    config = answer["DistributionConfig"]
    region = aws.apigateway.meta.region_name
    apps, problems = _apps(aws, region)
    return Live(
        id=found["Id"],
        host=host,
        domain=found["DomainName"],
        etag=answer["ETag"],
        everywhere=found["Status"] == "Deployed",
        config=config,
        apps=apps,
        policies=dict(forwarding_policies(aws.cloudfront)),
        caching=dict(_cache_policies(aws.cloudfront, config)),
        hidden=dict(_hidden(aws.s3, config)) if objects else {},
        problems=tuple(problems),
    )


def public_host() -> str:
    """The host in SCC_PUBLIC_URL, which both stages share."""
    urls = [urlsplit(_public_url(stage)) for stage in ("production", "staging")]
    if urls[0].netloc != urls[1].netloc or urls[1].path.rstrip("/") != STAGING_PREFIX:
        raise Lost(
            "zappa_settings.json: staging's SCC_PUBLIC_URL must be production's followed by "
            f"{STAGING_PREFIX}, since both are behind one distribution."
        )
    return urls[0].netloc


def _public_url(stage: str) -> str:
    return str(stage_settings(stage)["aws_environment_variables"]["SCC_PUBLIC_URL"])


def _find(cloudfront: Any, distribution: str, host: str) -> Document:
    if distribution:
        found: Document = cloudfront.get_distribution(Id=distribution)["Distribution"]
        return found
    pages = cloudfront.get_paginator("list_distributions").paginate()
    listed = [one for page in pages for one in page["DistributionList"].get("Items", [])]
    fitting = [one for one in listed if host in one["Aliases"].get("Items", [])]
    if len(fitting) != 1:
        raise Lost(
            f"{len(fitting)} of {len(listed)} distributions have the address {host}. Put the right "
            "SCC_PUBLIC_URL into zappa_settings.json, or name one with --distribution."
        )
    summary: Document = fitting[0]
    return summary


# The stages behind it


def _apps(aws: Aws, region: str) -> tuple[dict[AppStage, App], list[str]]:
    apis = [
        api
        for page in aws.apigateway.get_paginator("get_rest_apis").paginate()
        for api in page["items"]
    ]
    apps: dict[AppStage, App] = {}
    problems = []
    for stage in STAGES:
        name = origin_id(stage)
        ids = [api["id"] for api in apis if api["name"] == name]
        secrets = edge_secrets(aws.functions, name)
        if len(ids) > 1:
            problems.append(f"there are {len(ids)} APIs called {name}: delete those not in use")
        elif not ids or secrets is None:
            problems.append(f"{name} is not deployed: its paths stay as they are")
        elif not secrets:
            problems.append(
                f"{name} has no SCC_EDGE_SECRETS, so it can't tell the edge from anybody else: set "
                "them on the function; until then its paths stay as they are"
            )
        else:
            domain = f"{ids[0]}.execute-api.{region}.amazonaws.com"
            apps[stage] = App(stage, domain, f"/{stage}", secrets)
    return apps, problems


def edge_secrets(functions: Any, name: str) -> tuple[str, ...] | None:
    """What the function that requests reach takes as the edge's; None where there is none."""
    configuration = None
    for qualifier in ({"Qualifier": ENTERED_BY}, {}):
        try:
            configuration = functions.get_function_configuration(FunctionName=name, **qualifier)
            break
        except functions.exceptions.ResourceNotFoundException:
            continue
    if configuration is None:
        return None
    text = configuration.get("Environment", {}).get("Variables", {}).get("SCC_EDGE_SECRETS", "")
    try:
        return tuple(json.loads(text or "[]"))
    except ValueError:
        return ()


# Policies


def forwarding_policies(cloudfront: Any) -> Iterator[tuple[str, str]]:
    """Origin request policies: id and name."""
    for kind in ("custom", "managed"):
        for item in _all_policies(cloudfront.list_origin_request_policies, kind):
            policy = item["OriginRequestPolicy"]
            yield policy["Id"], policy["OriginRequestPolicyConfig"]["Name"]


def _all_policies(list_: Any, kind: str) -> Iterator[Document]:
    """Of that kind, all pages: botocore has no paginator for them."""
    request = {"Type": kind}
    while True:
        page = list_(**request)["OriginRequestPolicyList"]
        yield from page.get("Items", [])
        if not page.get("NextMarker"):
            return
        request["Marker"] = page["NextMarker"]


def _cache_policies(cloudfront: Any, config: Document) -> Iterator[tuple[str, str]]:
    """Those that the distribution uses."""
    used = {
        one.get("CachePolicyId") for one in [config["DefaultCacheBehavior"], *behaviors(config)]
    }
    for policy in sorted(used - {None, ""}):
        found = cloudfront.get_cache_policy(Id=policy)["CachePolicy"]["CachePolicyConfig"]
        longest = found.get("MaxTTL", 31536000)
        least = found["MinTTL"]
        words = f"up to {longest} s" + (f", {least} s at the least" if least else "")
        yield policy, f"{found['Name']}: {words}" if longest else f"{found['Name']}: not at all"


# What is read out of a configuration


def items(document: Document | None) -> list[Any]:
    """Of a list as CloudFront gives it."""
    return list((document or {}).get("Items", []))


def behaviors(config: Document) -> list[Document]:
    return items(config.get("CacheBehaviors"))


def origins(config: Document) -> dict[str, Document]:
    return {origin["Id"]: origin for origin in items(config["Origins"])}


def taken_by(config: Document, path: str) -> Document:
    """The behaviour that takes a path."""
    fitting = (one for one in behaviors(config) if fits(one["PathPattern"], path))
    default: Document = config["DefaultCacheBehavior"]
    return next(fitting, default)


def taken_whole_by(config: Document, pattern: str) -> Document:
    """The behaviour that takes all that fits a pattern."""
    covering = (one for one in behaviors(config) if covers(one["PathPattern"], pattern))
    default: Document = config["DefaultCacheBehavior"]
    return next(covering, default)


def errors(config: Document) -> dict[int, Document]:
    return {int(one["ErrorCode"]): one for one in items(config.get("CustomErrorResponses"))}


def bucket_of(origin: Document) -> str:
    found = _BUCKET.fullmatch(origin["DomainName"])
    return found["bucket"] if found else ""


def is_older(origin: Document) -> bool:
    """Whether it is the older tool's function: one that has an address of its own."""
    return _FUNCTION_URL.fullmatch(origin["DomainName"]) is not None


def place(config: Document, origin: str) -> str:
    """Where an origin's requests end, in words."""
    found = origins(config).get(origin)
    if origin in map(origin_id, STAGES):
        return origin
    if found is None:
        return f"the origin group {origin}"
    if bucket := bucket_of(found):
        return f"S3 ({bucket})"
    return f"the older function ({found['DomainName']})" if is_older(found) else found["DomainName"]


def sent_secret(origin: Document) -> str:
    headers = items(origin.get("CustomHeaders"))
    values = [one["HeaderValue"] for one in headers if one["HeaderName"].lower() == _HEADER]
    return values[0] if values else ""


_HEADER: Final = SECRET_HEADER.lower()


def snapshot(live: Live) -> Document:
    """The configuration, fit to be kept as JSON: no header that an origin is sent has its value."""
    kept = copy.deepcopy(live.config)
    for origin in items(kept["Origins"]):
        for header in items(origin.get("CustomHeaders")):
            header["HeaderValue"] = ""
    return kept


# What would be hidden


def _hidden(s3: Any, config: Document) -> Iterator[tuple[str, Hidden]]:
    known = origins(config)
    for wanted in BEHAVIORS:
        origin = known.get(taken_whole_by(config, wanted.path)["TargetOriginId"])
        if origin and (bucket := bucket_of(origin)):
            found = _objects(s3, bucket, origin.get("OriginPath", ""), wanted.path, config)
            if found.names or found.unread:
                yield wanted.path, found


def _objects(s3: Any, bucket: str, folder: str, pattern: str, config: Document) -> Hidden:
    """What the bucket has under the pattern, and people can reach now: of the first thousand."""
    front = f"{folder.strip('/')}/" if folder else ""
    prefix = front + literal_prefix(pattern).removeprefix("/")
    try:
        page = s3.list_objects_v2(Bucket=bucket, Prefix=prefix)
    except ClientError as error:
        return Hidden(bucket, unread=str(error.response["Error"]["Code"]))
    paths = ("/" + one["Key"].removeprefix(front) for one in page.get("Contents", []))
    names = tuple(path for path in paths if fits(pattern, path) and _is_first(config, path, bucket))
    return Hidden(bucket, names, more=bool(page.get("IsTruncated")))


def _is_first(config: Document, path: str, bucket: str) -> bool:
    origin = origins(config).get(taken_by(config, path)["TargetOriginId"])
    return origin is not None and bucket_of(origin) == bucket


def patterns(documents: Iterable[Document]) -> list[str]:
    return [normal(one["PathPattern"]) for one in documents]
