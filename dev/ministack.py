"""ministack with what its CloudFront leaves out, in a few functions. Run by dev/emulator.py.

As AWS does it, and ministack does not:
- an origin `….execute-api.REGION.amazonaws.com` is an API's own address, where ministack answers
  502, since it never calls AWS. It speaks https alone and refuses another Host;
- CloudFront-Viewer-Address is CloudFront's word, given to an origin whose policy names it, and
  nobody else's (CloudFront Developer Guide, "Add CloudFront request headers");
- S3's answers say `Server: AmazonS3`.

And three things that AWS does not:
- a snapshot (SnapStart) is taken on any Python, since ministack runs functions on the one at hand,
  whatever their runtime says. AWS has it from Python 3.12 on;
- what packages have in common is unzipped once. ministack unzips three thousand files for each
  process that it starts, which is at every change of a function, and most of what a start takes;
- no rule of EventBridge rings by itself, amid whatever a test does: tests ring them when they want.

It is served by uvicorn and httptools, where ministack takes hypercorn: half of the CPU time of a
request, and the tests make some ten thousand.

It reaches into ministack, so it starts one version alone. It has a venv of its own: nothing of the
project can be imported here.
"""

import hashlib
import importlib.metadata
import os
import re
import resource
import signal
import sys
import tempfile
import threading
import types
import zipfile
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, unquote

KNOWN: Final = "1.5.33"
VIEWER_ADDRESS: Final = "cloudfront-viewer-address"
_API: Final = re.compile(r"([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com")
_FORBIDDEN: Final = (403, "Forbidden", {"content-type": "application/json"}, b'{"message":null}')

Headers = dict[str, Any]
Response = tuple[Any, ...]


class Unzipped(zipfile.ZipFile):
    """Unzips a folder at the package's top once, and leads to it whatever has the very same.

    But for the app's own folders, which find one another by where they are.
    """

    _own: Final = ("scc", "static", "templates")
    _alone = threading.Lock()

    def extractall(self, path: Any, *_: Any, **__: Any) -> None:  # type: ignore[override]
        tops: dict[str, list[zipfile.ZipInfo]] = {}
        for entry in self.infolist():
            tops.setdefault(entry.filename.split("/")[0], []).append(entry)
        for top, entries in tops.items():
            if top in self._own or entries[0].filename == top:  # a file
                super().extractall(path, entries)
            else:
                (Path(path) / top).symlink_to(self._shared(entries) / top)

    def _shared(self, entries: list[zipfile.ZipInfo]) -> Path:
        content = repr(sorted((one.filename, one.CRC, one.file_size) for one in entries))
        digest = hashlib.sha256(content.encode()).hexdigest()
        folder = Path(tempfile.gettempdir()) / f"unzipped-{digest}"
        with self._alone:
            if not folder.exists():
                part = folder.with_suffix(".part")
                super().extractall(part, entries)
                part.rename(folder)
        return folder


def teach(app: Any, cloudfront: Any, functions: Any, processes: Any, clock: Any) -> None:
    """Put our functions before ministack's own."""
    fetch, view = cloudfront._fetch_from_origin, cloudfront.handle_viewer_request

    async def fetch_from_origin(
        origin: dict[str, Any], method: str, uri: str, query: str, headers: Headers, body: bytes,
        is_https: bool, client: str, forwarded_for: str, distribution: str,
    ) -> Response:  # fmt: skip
        api = _API.fullmatch(origin["domain_name"])
        if api is None:
            answer: Response = await fetch(
                origin, method, uri, query, headers, body, is_https, client, forwarded_for,
                distribution,
            )  # fmt: skip
            if origin["s3_bucket"]:
                answer[2].setdefault("server", "AmazonS3")
            return answer
        if origin["protocol_policy"] != "https-only":
            raise cloudfront.OriginUnreachable("an API answers https alone")
        sent = cloudfront._origin_request_headers(origin, headers, client, forwarded_for)
        lower = {name.lower(): value for name, value in sent.items()}
        if lower["host"] != origin["domain_name"]:
            return _FORBIDDEN
        path = origin["origin_path"].removeprefix("/").partition("/")
        stage, before = path[0], path[1] + path[2]
        raw_path = f"/restapis/{api[1]}/{stage}/_user_request_{before}{uri}"
        status, answered, data = await app._handle_execute_api_request(
            "localhost", unquote(raw_path), method, lower, body,
            parse_qs(query, keep_blank_values=True), raw_path=raw_path, raw_query_string=query,
        )  # fmt: skip
        return status, "", {name.lower(): value for name, value in answered.items()}, data

    async def handle_viewer_request(
        distribution: Any, method: str, path: str, uri: str, query: str, headers: Headers,
        body: bytes, parameters: Any, client: str = "127.0.0.1",
    ) -> Response:  # fmt: skip
        own = {name: text for name, text in headers.items() if not name.startswith("cloudfront-")}
        if _names_the_viewer(cloudfront, distribution, path):
            own[VIEWER_ADDRESS] = f"{client}:46532"
        answer: Response = await view(
            distribution, method, path, uri, query, own, body, parameters, client
        )
        return answer

    cloudfront._fetch_from_origin = fetch_from_origin
    cloudfront.handle_viewer_request = handle_viewer_request
    functions._snapstart_runtime_supported = lambda runtime: True
    clock._tick_scheduled_rules = lambda: None
    processes.zipfile = types.SimpleNamespace(**vars(zipfile) | {"ZipFile": Unzipped})


def _names_the_viewer(cloudfront: Any, distribution: Any, path: str) -> bool:
    """Whether the origin request policy of that path asks for the viewer's address."""
    parsed = cloudfront.parse_distribution_dataplane_config(distribution)
    behavior = cloudfront._match_behavior(parsed, path) or {}
    policy = cloudfront.origin_request_policy_config(behavior.get("origin_request_policy_id")) or {}
    listed = policy.get("HeaderBehavior") in ("whitelist", "allViewerAndWhitelistCloudFront")
    return listed and VIEWER_ADDRESS in [name.lower() for name in policy["Headers"]]


def main() -> None:
    found = importlib.metadata.version("ministack")
    if found != KNOWN:
        sys.exit(
            f"ministack is {found}; dev/ministack.py knows {KNOWN}. See whether it still fits."
        )
    from ministack import app
    from ministack.core import lambda_runtime
    from ministack.services import cloudfront, eventbridge, lambda_svc

    teach(app, cloudfront, lambda_svc, lambda_runtime, eventbridge)
    serve(app.app)


def serve(app: Any) -> None:
    """On the address that the environment gives, as ministack does it; ends with 0 on SIGTERM."""
    import uvicorn

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # told again once uvicorn has ended
    uvicorn.run(
        app,
        host=os.environ["BIND_HOST"],
        port=int(os.environ["GATEWAY_PORT"]),
        log_level=os.environ["LOG_LEVEL"].lower(),
        access_log=False,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        server_header=False,
        date_header=False,
        timeout_keep_alive=75,
    )


if __name__ == "__main__":
    main()
