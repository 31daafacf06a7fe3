"""The deployed package run by itself, fed with the events that API Gateway makes."""

import base64
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

from dev.emulator import aws_environment
from tests.deploy.stack import Deployed

SOURCE: Final = "198.51.100.9"
"""Whoever connects to the API's own address, by API Gateway's word."""
API_HOST: Final = "a1b2c3d4e5.execute-api.us-west-2.amazonaws.com"

Event = dict[str, Any]


def rest_event(
    path: str,
    method: str = "GET",
    headers: Mapping[str, str | list[str]] | None = None,
    body: bytes | None = None,
    query: str = "",
) -> Event:
    """What a REST API with the binary media type */* gives to Lambda."""
    several = {"Host": [API_HOST], "X-Forwarded-For": [SOURCE], "X-Forwarded-Proto": ["https"]}
    for name, value in (headers or {}).items():
        several[name] = [value] if isinstance(value, str) else value
    parameters = parse_qs(query, keep_blank_values=True) or None
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": {name: values[-1] for name, values in several.items()},
        "multiValueHeaders": several,
        "queryStringParameters": parameters and {k: v[-1] for k, v in parameters.items()},
        "multiValueQueryStringParameters": parameters,
        "pathParameters": {"proxy": path.removeprefix("/")},
        "stageVariables": None,
        "requestContext": {
            "identity": {"sourceIp": SOURCE, "userAgent": "test", "userArn": None},
            "stage": "staging",
            "path": f"/staging{path}",
            "httpMethod": method,
            "requestId": str(uuid.uuid4()),
            "apiId": API_HOST.split(".")[0],
        },
        "body": None if body is None else base64.b64encode(body).decode(),
        "isBase64Encoded": body is not None,
    }


def url_event(path: str, headers: Mapping[str, str] | None = None) -> Event:
    """What a Function URL or an HTTP API gives: payload format 2.0."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {name.lower(): value for name, value in (headers or {}).items()},
        "requestContext": {
            "http": {"method": "GET", "path": path, "sourceIp": SOURCE},
            "stage": "$default",
        },
        "isBase64Encoded": False,
    }


@dataclass
class Answer:
    """What the handler gave, and what was logged meanwhile."""

    request_id: str
    content: Any
    log: str

    @property
    def status(self) -> int:
        """0 where the handler raised."""
        return int(self.content.get("statusCode", 0))

    @property
    def body(self) -> str:
        return str(self.content.get("body", ""))

    @property
    def headers(self) -> dict[str, list[str]]:
        several = self.content.get("multiValueHeaders", {})
        return {name.lower(): values for name, values in several.items()}


class Function:
    """The running handler; one event at a time, as on Lambda."""

    def __init__(self, process: "subprocess.Popen[str]", answers: int, log: Path) -> None:
        self._process = process
        self._answers = os.fdopen(answers, closefd=False)
        self._log = log
        self._read = 0

    def invoke(self, event: Event) -> Answer:
        request_id = str(uuid.uuid4())
        content = self._call({"id": request_id, "event": event})
        return Answer(request_id, content, self.new_log())

    def run(self, python: str) -> Any:
        """Run statements inside; gives what they leave in `result`."""
        return self._call({"python": python})

    def new_log(self) -> str:
        """What was written since it was last asked for."""
        text = self._log.read_text()
        new, self._read = text[self._read :], len(text)
        return new

    def _call(self, call: Mapping[str, Any]) -> Any:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(call) + "\n")
        self._process.stdin.flush()
        line = self._answers.readline()
        assert line, f"the function died:\n{self._log.read_text()[-3000:]}"
        return json.loads(line)


@contextmanager
def running_function(
    package: Path, deployed: Deployed, log: Path, **variables: str
) -> Iterator[Function]:
    """The unzipped package, with the variables that the deployed function has, and these."""
    ours, theirs = os.pipe()
    runtime = Path(__file__).with_name("lambda_runtime.py")
    environment = {
        "PATH": os.defpath,
        "AWS_LAMBDA_FUNCTION_NAME": deployed.function,
        **aws_environment(deployed.port),
        **deployed.environment(),
        **variables,
    }
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", "-u", runtime, package, str(theirs)],
            env=environment,
            cwd=package,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=[theirs],
            text=True,
        )
    os.close(theirs)
    try:
        yield Function(process, ours, log)
    finally:
        assert process.stdin
        process.stdin.close()
        process.wait(timeout=20)
        os.close(ours)
