"""Requests as API Gateway hands them to the function: made into WSGI by Zappa's own code."""

from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response
from zappa.wsgi import create_wsgi_request

Event = dict[str, Any]


def event(
    path: str,
    headers: dict[str, str] | None = None,
    form: dict[str, str] | None = None,
    source: str = "203.0.113.99",
) -> Event:
    """A REST API's event; a POST where there is a form. `source` is the address that it saw."""
    sent = dict(headers or {})
    if form is not None:
        sent["content-type"] = "application/x-www-form-urlencoded"
    return {
        "httpMethod": "GET" if form is None else "POST",
        "path": path,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "requestContext": {"identity": {"sourceIp": source}},
        "body": urlencode(form) if form is not None else None,
        "isBase64Encoded": False,
    }


def invoke(app: Flask, request: Event, context: object = None) -> Response:
    """What the function answers."""
    environ = create_wsgi_request(request, script_name="/production")
    environ |= {"wsgi.url_scheme": "https", "lambda.context": context, "lambda.event": request}
    return Response.from_app(app.wsgi_app, environ)
