"""The published description is OpenAPI 3.1, and speaks of just what is there."""

import json
from typing import Any

import jsonschema_rs
import pytest
from flask import Flask
from schemathesis.specs.openapi.definitions import OPENAPI_31

from scc.ledger.methods import METHODS


@pytest.fixture
def description(app: Flask) -> Any:
    return app.test_client().get("/api/openapi.json").json


def test_it_is_valid_openapi(description: Any) -> None:
    validator = jsonschema_rs.validator_for(OPENAPI_31)

    assert list(validator.iter_errors(description)) == []


def test_a_mistake_in_it_would_be_found(description: Any) -> None:
    del description["info"]["version"]

    assert not jsonschema_rs.validator_for(OPENAPI_31).is_valid(description)


def test_it_names_every_route_and_no_other(app: Flask, description: Any) -> None:
    routes = {
        (str(rule).replace("<ref:ref>", "{ref}"), method.lower())
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if str(rule).startswith("/api/") and rule.endpoint != "description.openapi"
    }

    assert routes == {
        (path, verb) for path, verbs in description["paths"].items() for verb in verbs
    }


def test_every_reference_leads_somewhere(description: Any) -> None:
    for found in references(description):
        place = description
        for part in found.removeprefix("#/").split("/"):
            place = place[part]


def references(part: Any) -> list[str]:
    if isinstance(part, dict):
        return [part["$ref"]] if "$ref" in part else references(list(part.values()))
    if isinstance(part, list):
        return [found for inner in part for found in references(inner)]
    return []


def test_every_operation_says_what_can_go_wrong(description: Any) -> None:
    for verbs in description["paths"].values():
        for operation in verbs.values():
            assert {"200", "401", "403", "429", "503"} <= operation["responses"].keys()


def test_it_names_every_method(description: Any) -> None:
    said = description["components"]["schemas"]["NewPayment"]["properties"]["payment_method"]

    assert all(method in said["description"] for method in METHODS)


def test_nothing_secret_is_in_it(description: Any) -> None:
    text = json.dumps(description)

    assert not [word for word in ("amazonaws", "arn:", "scc-local", "ledger") if word in text]
