"""Requests made from the published description by schemathesis, valid and invalid ones alike."""

from datetime import date
from typing import Any

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.older import SLUG, TOKEN

OPERATIONS = [
    ("/api/events", "GET"),
    ("/api/events", "POST"),
    ("/api/events/{ref}", "GET"),
    ("/api/log-payment", "POST"),
    ("/api/payment-log", "POST"),
]
# What a pattern can't tell: a date that exists; at most 64 characters before the @.
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}"
LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,20}[A-Za-z0-9])?"
schemathesis.openapi.format(
    "mail-address",
    st.from_regex(rf"{ATOM}(\.{ATOM}){{0,2}}@{LABEL}(\.{LABEL}){{1,4}}", fullmatch=True),
)
schemathesis.openapi.format(
    "sail-date", st.dates(date(2000, 1, 1), date(2100, 12, 31)).map(date.isoformat)
)
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    positive_data_acceptance,
]


def attack(app: Flask, path: str, method: str, mode: GenerationMode, examples: int) -> int:
    """Send so many requests to one operation; gives how many were sent.

    Valid ones must be accepted too, where the event is there and the key was not used before.
    """
    accepted = {"positive_data_acceptance": {"expected-statuses": [200, 404, 422]}}
    config = SchemathesisConfig.from_dict({"checks": accepted})
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app, config=config)
    sent = 0

    @settings(
        max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=schema[path][method].as_strategy(mode), known=st.booleans())
    def send(case: schemathesis.Case, known: bool) -> None:
        nonlocal sent
        if mode.is_positive:
            case.query.pop("next", None)  # only an answer can give one
            if known:
                _aim(case)
        case.call_and_validate(headers=TOKEN, checks=CHECKS)
        sent += 1

    send()
    return sent


def _aim(case: schemathesis.Case) -> None:
    """At an event that is there."""
    if "ref" in case.path_parameters:
        case.path_parameters["ref"] = SLUG
    if isinstance(case.body, dict):
        case.body["event_id"] = SLUG
