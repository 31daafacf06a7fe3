"""A distribution as the older tool left it, and what CloudFront does that the emulator does not."""

import http.client
import io
import itertools
import json
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from scc.ops.edge.live import taken_by
from scc.ops.edge.patterns import fits
from scc.ops.edge.wanted import ALL_BUT_HOST, CACHING_OPTIMIZED, Document, listed

HOST: Final = "www.example.com"
SITE_PAGE: Final = b"<!doctype html><title>The company</title>"
OLDER_PAGE: Final = "tools/shipcaptaincrew/index.html"
GMAIL_TOKEN: Final = '{"token": "of the older tool"}'
OLDER_FUNCTION: Final = b"""
import json
calls = []
def handler(event, context):
    calls.append(event["rawPath"])
    told = {"older": event["rawPath"], "call": len(calls), "headers": event["headers"]}
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"},
            "body": json.dumps(told)}
"""

_numbers = itertools.count(1)


# What the older tool left


def make_site(s3: Any, bucket: str) -> None:
    """The company's site, with the older tool's page in it."""
    region = s3.meta.region_name
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region})
    for name in ("index.html", "blog/index.html", OLDER_PAGE):
        s3.put_object(Bucket=bucket, Key=name, Body=SITE_PAGE, ContentType="text/html")
    everyone = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    s3.delete_public_access_block(Bucket=bucket)
    policy = {"Version": "2012-10-17", "Statement": [everyone]}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))


def make_older_function(functions: Any, iam: Any, name: str = "shipcaptaincrew-prod") -> str:
    """A function with secrets and an address of its own; gives that address's host."""
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("older.py", OLDER_FUNCTION)
    functions.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=role,
        Handler="older.handler",
        Code={"ZipFile": archive.getvalue()},
        Environment={"Variables": {"ADMIN_PASS_HASH": "0" * 64, "GMAIL_TOKEN": GMAIL_TOKEN}},
    )
    address = functions.create_function_url_config(FunctionName=name, AuthType="NONE")
    return str(address["FunctionUrl"]).split("/")[2]


def older_config(bucket: str, function: str) -> Document:
    """Default to the site; `/api/*` to the function, cached as the default is; 403 as the site.

    `/blog/*` is nobody's here.
    """
    both = {"ViewerProtocolPolicy": "redirect-to-https", "CachePolicyId": CACHING_OPTIMIZED}
    methods = listed(["HEAD", "DELETE", "POST", "GET", "OPTIONS", "PUT", "PATCH"])
    return {
        "CallerReference": f"older-{next(_numbers)}",
        "Comment": "made by hand",
        "Enabled": True,
        "Aliases": listed([HOST]),
        "DefaultRootObject": "index.html",
        "Origins": listed([s3_origin("site", bucket), function_origin("older", function)]),
        "DefaultCacheBehavior": {"TargetOriginId": "site", "Compress": True, **both},
        "CacheBehaviors": listed(
            [
                {
                    "PathPattern": "/api/*",
                    "TargetOriginId": "older",
                    "AllowedMethods": methods | {"CachedMethods": listed(["HEAD", "GET"])},
                    "OriginRequestPolicyId": ALL_BUT_HOST,
                    **both,
                },
                {"PathPattern": "/blog/*", "TargetOriginId": "site", "Compress": True, **both},
            ]
        ),
        "CustomErrorResponses": listed(
            [
                {
                    "ErrorCode": 403,
                    "ResponsePagePath": "/index.html",
                    "ResponseCode": "200",
                    "ErrorCachingMinTTL": 10,
                }
            ]
        ),
    }


def s3_origin(name: str, bucket: str) -> Document:
    return {
        "Id": name,
        "DomainName": f"{bucket}.s3.us-west-2.amazonaws.com",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }


def function_origin(name: str, domain: str) -> Document:
    return {
        "Id": name,
        "DomainName": domain,
        "CustomOriginConfig": {
            "HTTPPort": 80,
            "HTTPSPort": 443,
            "OriginProtocolPolicy": "https-only",
        },
    }


@contextmanager
def distribution(cloudfront: Any, config: Document) -> Iterator[Document]:
    """A distribution for the length of a block."""
    made = cloudfront.create_distribution(DistributionConfig=config)["Distribution"]
    try:
        yield made
    finally:
        found = cloudfront.get_distribution_config(Id=made["Id"])
        off = found["DistributionConfig"] | {"Enabled": False}
        changed = cloudfront.update_distribution(
            Id=made["Id"], IfMatch=found["ETag"], DistributionConfig=off
        )
        cloudfront.delete_distribution(Id=made["Id"], IfMatch=changed["ETag"])


# What CloudFront does before it asks an origin


@dataclass(frozen=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        return next((text for key, text in self.headers if key.lower() == name.lower()), "")


@dataclass
class Edge:
    """CloudFront's cache before the emulator's distribution, which keeps nothing.

    It keeps what the policies of the behaviour let it keep, under the key that they make, and
    errors as CloudFront does (Developer Guide: "Manage how long content stays in the cache", "How
    CloudFront processes HTTP 4xx and 5xx status codes"). Everybody comes over https.
    """

    cloudfront: Any
    id: str
    domain: str
    upstream: int
    port: int = 0
    kept: dict[str, tuple[float, Answer]] = field(default_factory=dict)
    """Until when, and what, by the key that the policies make: here always the path alone."""
    invalidated: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self,
        path: str,
        method: str = "GET",
        headers: dict[str, str] | None = None,
        body: bytes = b"",
    ) -> Answer:
        sent = {name.lower(): text for name, text in (headers or {}).items()}
        config = self.cloudfront.get_distribution_config(Id=self.id)["DistributionConfig"]
        behavior = taken_by(config, path.partition("?")[0])
        policy = self._policy(behavior)
        key = path.partition("?")[0]
        self._forget()
        found = self.kept.get(key) if method in ("GET", "HEAD") else None
        if found and found[0] > time.time():
            hit = tuple(one for one in found[1].headers if one[0].lower() != "x-cache")
            return Answer(
                found[1].status, (*hit, ("X-Cache", "Hit from cloudfront")), found[1].body
            )
        answer = self._fetch(path, method, sent, body)
        seconds = _kept_for(answer, policy, config)
        if method == "GET" and seconds > 0:
            with self._lock:
                self.kept[key] = (time.time() + seconds, answer)
        return answer

    def _policy(self, behavior: Document) -> Document:
        found = self.cloudfront.get_cache_policy(Id=behavior["CachePolicyId"])
        policy: Document = found["CachePolicy"]["CachePolicyConfig"]
        parameters = policy["ParametersInCacheKeyAndForwardedToOrigin"]
        for part in ("Headers", "Cookies", "QueryStrings"):
            assert parameters[f"{part}Config"][f"{part.removesuffix('s')}Behavior"] == "none"
        return policy

    def _forget(self) -> None:
        """What an invalidation names."""
        listed_ = self.cloudfront.list_invalidations(DistributionId=self.id)["InvalidationList"]
        for one in listed_.get("Items", []):
            if one["Id"] not in self.invalidated:
                self.invalidated.add(one["Id"])
                made = self.cloudfront.get_invalidation(DistributionId=self.id, Id=one["Id"])
                for pattern in made["Invalidation"]["InvalidationBatch"]["Paths"]["Items"]:
                    for key in [key for key in self.kept if fits(pattern, key)]:
                        del self.kept[key]

    def _fetch(self, path: str, method: str, headers: dict[str, str], body: bytes) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.upstream, timeout=90)
        try:
            sent = headers | {"host": self.domain, "x-forwarded-proto": "https"}
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            content = answer.read()
            kept = [one for one in answer.getheaders() if one[0].lower() not in _HOP]
            return Answer(answer.status, tuple(kept), content)
        finally:
            connection.close()


_HOP: Final = {"content-length", "transfer-encoding", "connection", "date"}
_HEEDS_NO_STORE: Final = {404, 410, 414, 501}
_ERRORS_KEPT: Final = {404, 405, 410, 414, 500, 501, 502, 503, 504}
_WORDS: Final = ("no-store", "no-cache", "private")


def _kept_for(answer: Answer, policy: Document, config: Document) -> float:
    """Seconds that CloudFront would keep an answer."""
    control = answer.header("Cache-Control").lower()
    closed = any(word in control for word in _WORDS)
    if answer.status >= 400:
        errors = config.get("CustomErrorResponses", {}).get("Items", [])
        least = {one["ErrorCode"]: one.get("ErrorCachingMinTTL", 10) for one in errors}
        heeded = closed and answer.status in _HEEDS_NO_STORE
        kept = answer.status in _ERRORS_KEPT and not heeded
        return float(least.get(answer.status, 10)) if kept else 0
    least, most = policy["MinTTL"], policy.get("MaxTTL", 31536000)
    told = [part.partition("=")[2] for part in control.split(",") if "max-age=" in part]
    wanted = 0 if closed else int(told[0]) if told else policy.get("DefaultTTL", 86400)
    return float(min(max(wanted, least), most))


@contextmanager
def edge(cloudfront: Any, made: Document, upstream: int) -> Iterator[Edge]:
    """The distribution behind its cache, on a port of its own, for the length of a block."""
    found = Edge(cloudfront, made["Id"], made["DomainName"], upstream)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer = found.ask(self.path, self.command, dict(self.headers), body)
            self.send_response(answer.status)
            for name, text in answer.headers:
                self.send_header(name, text)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        def log_message(self, *_: Any) -> None:
            pass

    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        setattr(Handler, f"do_{method}", Handler._answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_port
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
